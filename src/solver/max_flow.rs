//! The largest flow from a source to a sink (Dinic 1970): how much can be given, whatever it is worth.

use super::network::NetworkError;
use super::stop::Stop;

const FAR: u32 = u32::MAX;

/// A graph with capacities and a flow on it. Node 0 is the source and the last one the sink.
pub(super) struct MaxFlow {
    /// The head of each edge. Edges 2k and 2k + 1 are opposite to each other.
    heads: Vec<u32>,
    /// Residual capacity of each edge.
    rooms: Vec<i64>,
    /// The edges out of each node, and where those of each node start.
    edges: Vec<u32>,
    begins: Vec<usize>,
    /// Smallest number of edges from the source, if there is a path.
    levels: Vec<u32>,
}

impl MaxFlow {
    /// Builds a graph from arcs (tail, head, capacity).
    pub(super) fn new(nodes: usize, arcs: impl Iterator<Item = (usize, usize, i64)>) -> MaxFlow {
        let (mut heads, mut rooms, mut begins) = (Vec::new(), Vec::new(), vec![0; nodes + 1]);
        for (tail, head, capacity) in arcs {
            heads.extend([head as u32, tail as u32]);
            rooms.extend([capacity, 0]);
            begins[tail + 1] += 1;
            begins[head + 1] += 1;
        }
        for i in 0..nodes {
            begins[i + 1] += begins[i];
        }
        let (mut edges, mut next) = (vec![0; heads.len()], begins.clone());
        for edge in 0..heads.len() {
            let tail = heads[edge ^ 1] as usize;
            edges[next[tail]] = edge as u32;
            next[tail] += 1;
        }
        MaxFlow { heads, rooms, edges, begins, levels: Vec::new() }
    }

    /// The flow on an arc, by its index in the list.
    pub(super) fn flow(&self, arc: usize) -> i64 {
        self.rooms[2 * arc + 1]
    }

    /// The residual capacity of an arc.
    pub(super) fn room(&self, arc: usize) -> i64 {
        self.rooms[2 * arc]
    }

    /// Increases the capacity of an arc.
    pub(super) fn widen(&mut self, arc: usize, by: i64) {
        self.rooms[2 * arc] += by;
    }

    /// Sets the flow to zero.
    pub(super) fn clear(&mut self) {
        for pair in self.rooms.chunks_exact_mut(2) {
            (pair[0], pair[1]) = (pair[0] + pair[1], 0);
        }
    }

    /// Whether more could flow to a node, after [`MaxFlow::run`]: the source's side of a minimum cut.
    pub(super) fn reached(&self, node: usize) -> bool {
        self.levels[node] != FAR
    }

    /// Sends as much more as possible. Flow out of the source is never taken back.
    pub(super) fn run(&mut self, stop: Stop<'_>) -> Result<(), NetworkError> {
        while self.search() {
            if stop.now() {
                return Err(NetworkError::Stopped);
            }
            self.block();
        }
        Ok(())
    }

    /// Breadth-first search. Returns whether the sink can be reached.
    fn search(&mut self) -> bool {
        let nodes = self.begins.len() - 1;
        self.levels.clear();
        self.levels.resize(nodes, FAR);
        self.levels[0] = 0;
        let mut queue = vec![0u32];
        let mut at = 0;
        while let Some(&x) = queue.get(at) {
            at += 1;
            for &edge in &self.edges[self.begins[x as usize]..self.begins[x as usize + 1]] {
                let head = self.heads[edge as usize];
                if self.rooms[edge as usize] > 0 && self.levels[head as usize] == FAR {
                    self.levels[head as usize] = self.levels[x as usize] + 1;
                    queue.push(head);
                }
            }
        }
        self.levels[nodes - 1] != FAR
    }

    /// Fills shortest paths until each has a saturated edge.
    fn block(&mut self) {
        let sink = self.begins.len() - 2;
        let mut next = self.begins.clone();
        let mut path: Vec<usize> = Vec::new();
        let mut x = 0;
        loop {
            if x == sink {
                let delta = path.iter().map(|&e| self.rooms[e]).min().expect("the source is not the sink");
                for &e in &path {
                    self.rooms[e] -= delta;
                    self.rooms[e ^ 1] += delta;
                }
                let full = path.iter().position(|&e| self.rooms[e] == 0).expect("the narrowest edge is full");
                x = self.heads[path[full] ^ 1] as usize;
                path.truncate(full);
            }
            let mut ways = self.edges[next[x]..self.begins[x + 1]].iter().map(|&e| e as usize);
            let far = self.levels[x] + 1;
            if let Some(skipped) = ways.position(|e| self.rooms[e] > 0 && self.levels[self.heads[e] as usize] == far) {
                next[x] += skipped;
                let edge = self.edges[next[x]] as usize;
                path.push(edge);
                x = self.heads[edge] as usize;
            } else if let Some(edge) = path.pop() {
                self.levels[x] = FAR - 1;
                x = self.heads[edge ^ 1] as usize;
            } else {
                return;
            }
        }
    }
}
