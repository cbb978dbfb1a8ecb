//! The primal network simplex method: which arc enters, which leaves, and the tree after that.

use super::network::{Arc, LOWER, NONE, Network, NetworkError, Node, TREE, UPPER};
use super::stop::Stop;

/// Number of pivots between two checks whether to stop.
const PATIENCE: u64 = 256;

impl Network {
    /// Pivots until no arc would make the flow cheaper.
    ///
    /// This is block search (Király and Kovács 2012) with two changes. Each tail in a block may offer its best arc. Of these
    /// offers, all that still save at least a third of what the best one saved are taken, best first. This avoids most of the
    /// scanning.
    pub(super) fn pivot_all(&mut self, stop: Stop<'_>) -> Result<(), NetworkError> {
        let block = self.arcs.len().isqrt().max(10);
        let mut offers = Vec::new();
        if stop.now() {
            return Err(NetworkError::Stopped);
        }
        loop {
            self.offers(block, &mut offers);
            offers.sort_unstable();
            let Some(&(best, _)) = offers.first() else { return Ok(()) };
            for &(_, arc) in &offers {
                let saving = self.reduced(arc as usize);
                if saving < 0 && saving <= best / 3 {
                    self.pivot(arc as usize);
                    self.pivots += 1;
                    if self.pivots.is_multiple_of(PATIENCE) && stop.now() {
                        return Err(NetworkError::Stopped);
                    }
                }
            }
        }
    }

    /// Cost of one more unit on the arc (or one less, if it is at its capacity); negative if it saves.
    fn reduced(&self, arc: usize) -> i64 {
        let Arc { tail, head, cost } = self.arcs[arc];
        i64::from(self.state[arc]) * (cost + self.potential[tail as usize] - self.potential[head as usize])
    }

    /// The best arc of every tail, in the next block in which some arc would save something: its saving and the arc.
    fn offers(&mut self, block: usize, offers: &mut Vec<(i64, u32)>) {
        offers.clear();
        let mut left = block;
        let mut last = NONE;
        for range in [self.cursor..self.arcs.len(), 0..self.cursor] {
            for arc in range {
                let saving = self.reduced(arc);
                if saving < 0 {
                    let tail = self.arcs[arc].tail;
                    match offers.last_mut() {
                        Some(offer) if tail == last => *offer = (*offer).min((saving, arc as u32)),
                        _ => offers.push((saving, arc as u32)),
                    }
                    last = tail;
                }
                left -= 1;
                if left == 0 {
                    if !offers.is_empty() {
                        self.cursor = arc + 1;
                        return;
                    }
                    left = block;
                }
            }
        }
    }

    /// Sends as much as possible around the cycle that `arc` closes and exchanges it for the blocking arc.
    fn pivot(&mut self, entering: usize) {
        let Arc { tail, head, .. } = self.arcs[entering];
        let capacity = self.capacity[entering];
        let forward = self.state[entering] == LOWER;
        let (first, second) = if forward { (tail, head) } else { (head, tail) };
        // The flow runs from the apex down to `first`, over the entering arc, and from `second` up to the apex. The last
        // blocking arc on this path leaves, which keeps the tree strongly feasible.
        let (mut a, mut b) = (first, second);
        let (mut low_a, mut out_a) = (capacity, NONE);
        let (mut low_b, mut out_b) = (i64::MAX, NONE);
        while a != b {
            let (na, nb) = (&self.nodes[a as usize], &self.nodes[b as usize]);
            if na.depth >= nb.depth {
                if na.down < low_a {
                    (low_a, out_a) = (na.down, a);
                }
                a = na.parent;
            } else {
                if nb.up <= low_b {
                    (low_b, out_b) = (nb.up, b);
                }
                b = nb.parent;
            }
        }
        let apex = a;
        let (delta, out) = if low_b <= low_a { (low_b, out_b) } else { (low_a, out_a) };
        if delta > 0 {
            let mut x = first;
            while x != apex {
                let n = &mut self.nodes[x as usize];
                n.down -= delta;
                n.up += delta;
                x = n.parent;
            }
            x = second;
            while x != apex {
                let n = &mut self.nodes[x as usize];
                n.up -= delta;
                n.down += delta;
                x = n.parent;
            }
        }
        if out == NONE {
            self.state[entering] = -self.state[entering];
            return;
        }
        let (inner, outer, up, down) =
            if low_b <= low_a { (second, first, delta, capacity - delta) } else { (first, second, capacity - delta, delta) };
        let Arc { tail, head, cost } = self.arcs[entering];
        let reduced = cost + self.potential[tail as usize] - self.potential[head as usize];
        let shift = if inner == tail { -reduced } else { reduced };
        self.state[entering] = TREE;
        self.reroot(inner, out, outer, entering as u32, up, down);
        self.shift(inner, shift);
    }

    /// Cuts off the subtree below `out` and attaches it to `parent` by `inner`, one of its nodes.
    fn reroot(&mut self, inner: u32, out: u32, mut parent: u32, mut arc: u32, mut up: i64, mut down: i64) {
        let mut x = inner;
        loop {
            let old = self.nodes[x as usize];
            self.detach(old);
            self.attach(x, parent, arc, up, down);
            if x == out {
                let flow = if self.arcs[old.arc as usize].tail == x { old.down } else { old.up };
                self.state[old.arc as usize] = if flow == 0 { LOWER } else { UPPER };
                return;
            }
            (parent, arc, up, down) = (x, old.arc, old.down, old.up);
            x = old.parent;
        }
    }

    /// Removes a node from its parent's list of children.
    fn detach(&mut self, n: Node) {
        if n.previous == NONE {
            self.nodes[n.parent as usize].child = n.next;
        } else {
            self.nodes[n.previous as usize].next = n.next;
        }
        if n.next != NONE {
            self.nodes[n.next as usize].previous = n.previous;
        }
    }

    /// Makes `node` the first child of `parent`.
    pub(super) fn attach(&mut self, node: u32, parent: u32, arc: u32, up: i64, down: i64) {
        let next = std::mem::replace(&mut self.nodes[parent as usize].child, node);
        if next != NONE {
            self.nodes[next as usize].previous = node;
        }
        let n = &mut self.nodes[node as usize];
        (n.parent, n.arc, n.up, n.down, n.next, n.previous) = (parent, arc, up, down, next, NONE);
    }

    /// Adds `shift` to the potentials below `top` and recomputes the depths there.
    fn shift(&mut self, top: u32, shift: i64) {
        let mut stack = std::mem::take(&mut self.stack);
        stack.push(top);
        while let Some(x) = stack.pop() {
            let n = self.nodes[x as usize];
            self.potential[x as usize] += shift;
            self.nodes[x as usize].depth = self.nodes[n.parent as usize].depth + 1;
            let mut child = n.child;
            while child != NONE {
                stack.push(child);
                child = self.nodes[child as usize].next;
            }
        }
        self.stack = stack;
    }
}
