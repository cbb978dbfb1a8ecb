//! A network with a flow and the spanning tree of the network simplex method.
//!
//! All numbers are integers. The tree is kept "strongly feasible": from every node, some more can flow along the tree towards
//! the root. This rules out endless degenerate pivots (Cunningham 1976; Ahuja, Magnanti and Orlin 1993, chapter 11).

use super::stop::Stop;

/// Stands for an absent node or arc.
pub(super) const NONE: u32 = u32::MAX;
/// A capacity without limit.
pub const UNLIMITED: i64 = i64::MAX;

/// The flow of an arc is zero,
pub(super) const LOWER: i8 = 1;
/// between its limits because the arc is in the tree (or is never to be used),
pub(super) const TREE: i8 = 0;
/// or at the capacity.
pub(super) const UPPER: i8 = -1;

/// Why there is no optimal flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Stopped from outside.
    #[error("计算被中止")]
    Stopped,
    /// The flow and the potentials do not prove each other optimal. Only an error in the solver or overflow can cause this.
    #[error("最优性校验未通过")]
    Unproven,
}

/// End nodes and unit cost of an arc.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub(super) tail: u32,
    pub(super) head: u32,
    pub(super) cost: i64,
}

/// The position of a node in the spanning tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// How much more can flow to its parent.
    pub(super) up: i64,
    /// How much more can flow from its parent.
    pub(super) down: i64,
    pub(super) parent: u32,
    /// The arc between it and its parent.
    pub(super) arc: u32,
    pub(super) child: u32,
    pub(super) next: u32,
    pub(super) previous: u32,
    pub(super) depth: u32,
}

/// Nodes, arcs, a flow and its spanning tree. The root is node 0.
#[derive(Debug, Clone)]
pub struct Network {
    pub(super) supply: Vec<i64>,
    pub(super) nodes: Vec<Node>,
    pub(super) potential: Vec<i64>,
    pub(super) arcs: Vec<Arc>,
    pub(super) capacity: Vec<i64>,
    pub(super) state: Vec<i8>,
    pub(super) stack: Vec<u32>,
    pub(super) cursor: usize,
    pub(super) pivots: u64,
}

impl Network {
    /// A network without arcs, from what flows into each node from outside (negative: out of it). Node 0 is the root; its
    /// supply balances the others.
    #[must_use]
    pub fn new(mut supply: Vec<i64>) -> Network {
        supply[0] = -supply[1..].iter().sum::<i64>();
        let node = Node { up: 0, down: 0, parent: NONE, arc: NONE, child: NONE, next: NONE, previous: NONE, depth: 0 };
        let n = supply.len();
        Network {
            supply,
            nodes: vec![node; n],
            potential: vec![0; n],
            arcs: Vec::new(),
            capacity: Vec::new(),
            state: Vec::new(),
            stack: Vec::new(),
            cursor: 0,
            pivots: 0,
        }
    }

    /// Reserves memory for this many arcs.
    pub fn reserve(&mut self, arcs: usize) {
        self.arcs.reserve(arcs);
        self.capacity.reserve(arcs);
        self.state.reserve(arcs);
    }

    /// Adds an arc without flow or, if `full`, with as much flow as its capacity. This is possible at any time and does not
    /// change the tree.
    pub fn add(&mut self, tail: u32, head: u32, capacity: i64, cost: i64, full: bool) -> u32 {
        let arc = self.arcs.len() as u32;
        self.arcs.push(Arc { tail, head, cost });
        self.capacity.push(capacity);
        self.state.push(if capacity == 0 {
            TREE
        } else if full {
            UPPER
        } else {
            LOWER
        });
        arc
    }

    /// Attaches a node to the first tree by an arc that carries `flow`. It must be possible to send more towards the root.
    pub fn hang(&mut self, node: u32, arc: u32, flow: i64) {
        let Arc { tail, head, .. } = self.arcs[arc as usize];
        let free = self.capacity[arc as usize] - flow;
        let (parent, up, down) = if tail == node { (head, free, flow) } else { (tail, flow, free) };
        debug_assert!(up > 0 && down >= 0, "the tree is strongly feasible");
        self.state[arc as usize] = TREE;
        self.attach(node, parent, arc, up, down);
    }

    /// Number of arcs.
    #[must_use]
    pub fn arcs(&self) -> u32 {
        self.arcs.len() as u32
    }

    /// Sets the unit cost of an arc. The tree stays, and [`Network::solve`] finds the new optimum from there.
    pub fn set_cost(&mut self, arc: u32, cost: i64) {
        self.arcs[arc as usize].cost = cost;
    }

    /// The arc's unit cost.
    #[must_use]
    pub fn cost(&self, arc: u32) -> i64 {
        self.arcs[arc as usize].cost
    }

    /// The arc's tail and head.
    #[must_use]
    pub fn ends(&self, arc: u32) -> (u32, u32) {
        (self.arcs[arc as usize].tail, self.arcs[arc as usize].head)
    }

    /// The cost of a flow.
    #[must_use]
    pub fn total(&self, flows: &[i64]) -> i128 {
        let costs = self.arcs.iter().zip(flows).filter(|(_, f)| **f != 0);
        costs.map(|(a, &f)| i128::from(a.cost) * i128::from(f)).sum()
    }

    /// The potential of a node: the value of one more unit of supply there (the optimal cost falls by this much). It is 0 for
    /// the root.
    #[must_use]
    pub fn potential(&self, node: u32) -> i64 {
        self.potential[node as usize]
    }

    /// Sets the potential of a node outside the tree, whose arcs all keep their flow.
    pub fn set_potential(&mut self, node: u32, potential: i64) {
        self.potential[node as usize] = potential;
    }

    /// Number of pivots so far.
    #[must_use]
    pub fn pivots(&self) -> u64 {
        self.pivots
    }

    /// The flow on every arc.
    #[must_use]
    pub fn flows(&self) -> Vec<i64> {
        let mut flows: Vec<i64> = self.state.iter().zip(&self.capacity).map(|(&s, &c)| if s == UPPER { c } else { 0 }).collect();
        for (node, n) in self.nodes.iter().enumerate().skip(1).filter(|(_, n)| n.arc != NONE) {
            let outward = self.arcs[n.arc as usize].tail == node as u32;
            flows[n.arc as usize] = if outward { n.down } else { n.up };
        }
        flows
    }

    /// Finds a flow of least cost from the present one, proves it optimal and returns the flow on every arc.
    ///
    /// # Errors
    /// It was stopped (the present flow is then feasible but not optimal), or the proof fails.
    pub fn solve(&mut self, stop: Stop<'_>) -> Result<Vec<i64>, NetworkError> {
        self.label();
        self.pivot_all(stop)?;
        let flows = self.flows();
        if self.is_optimal(&flows) { Ok(flows) } else { Err(NetworkError::Unproven) }
    }

    /// Computes depths and potentials from the tree.
    fn label(&mut self) {
        let mut stack = vec![0];
        while let Some(node) = stack.pop() {
            let n = self.nodes[node as usize];
            if n.parent != NONE {
                let Arc { tail, cost, .. } = self.arcs[n.arc as usize];
                self.nodes[node as usize].depth = self.nodes[n.parent as usize].depth + 1;
                let base = self.potential[n.parent as usize];
                self.potential[node as usize] = if tail == node { base - cost } else { base + cost };
            }
            let mut child = n.child;
            while child != NONE {
                stack.push(child);
                child = self.nodes[child as usize].next;
            }
        }
    }

    /// Whether this flow is feasible and the potentials prove that no flow costs less: the cost of the flow equals the dual
    /// bound Σ supply · distance + Σ capacity · min(0, reduced cost) exactly.
    #[must_use]
    pub fn is_optimal(&self, flows: &[i64]) -> bool {
        let mut left = self.supply.clone();
        let (mut primal, mut dual) = (0i128, 0i128);
        for ((arc, &capacity), &flow) in self.arcs.iter().zip(&self.capacity).zip(flows) {
            if !(0..=capacity).contains(&flow) {
                return false;
            }
            let reduced = arc.cost + self.potential[arc.tail as usize] - self.potential[arc.head as usize];
            if flow != 0 {
                primal += i128::from(arc.cost) * i128::from(flow);
                left[arc.tail as usize] -= flow;
                left[arc.head as usize] += flow;
            }
            if reduced < 0 && capacity != 0 {
                dual += i128::from(capacity) * i128::from(reduced);
            }
        }
        for (&supply, &potential) in self.supply.iter().zip(&self.potential) {
            dual -= i128::from(supply) * i128::from(potential);
        }
        left.iter().all(|&l| l == 0) && primal == dual
    }
}
