//! The problem without its integer conditions, as a flow. Money flows from each need over a candidate to an organization (or
//! first to its fund) and on to the sink. What stays unmet flows there directly or through the need's groups. Whole needs,
//! least amounts, and limits on partners and projects are ignored; floors are not.

use super::network::{Network, NetworkError, UNLIMITED};
use super::problem::{Candidate, Problem, Step};
use super::stop::Stop;

/// Why there is no continuous optimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// The floors contradict each other; `Problem::check` says where.
    #[error("已锁定的金额互相冲突")]
    Infeasible,
    /// The network could not be solved.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// The continuous optimum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Optimum {
    /// Units of money for every candidate, in the order of the candidates.
    pub amounts: Vec<i64>,
    /// Σ weight · amount − the costs of all curves.
    pub value: i128,
    /// Value of one more unit of each need's gap; negative if the unit would only stay unmet at a cost.
    pub needs: Vec<i64>,
    /// Value of one more unit of each organization's free budget. (A valid dual price: at a tie it is the value of the last
    /// unit.)
    pub organizations: Vec<i64>,
    /// Value of one more unit in each fund.
    pub funds: Vec<i64>,
}

/// The network of a problem. Between two calls of [`Flow::solve`], weights may change and candidates may be added; the second
/// call continues from the last tree.
#[derive(Debug, Clone)]
pub struct Flow {
    network: Network,
    needs: u32,
    organizations: u32,
    /// The organization of each fund.
    owners: Vec<u32>,
    /// Load cost of the first unit beyond each organization's budget.
    next: Vec<i64>,
    /// Whether anything more can flow out of each organization or fund node.
    open: Vec<bool>,
    /// The arc of each candidate.
    arcs: Vec<u32>,
    /// Forced amounts, to which the flows of the arcs are added.
    floors: Vec<(u32, i64)>,
    /// For each need, the arc of the last step of its unmet curve.
    unmet: Vec<u32>,
    /// Arcs without capacity, because floors exhaust their organization or fund.
    shut: Vec<u32>,
}

impl Flow {
    /// Builds the network of a problem, whose indices must be valid.
    ///
    /// # Errors
    /// The floors contradict each other.
    pub fn new(problem: &Problem) -> Result<Flow, FlowError> {
        let (n, o) = (problem.needs.len(), problem.organizations.len());
        let (f, g) = (problem.funds.len(), problem.groups.len());
        // Supplies are the gaps minus the forced amounts, which arrive at organizations and funds.
        let mut supply = vec![0i64; 1 + n + o + f + g];
        for (i, need) in problem.needs.iter().enumerate() {
            supply[1 + i] = need.gap;
        }
        let mut floors = Vec::new();
        for (index, c) in problem.candidates.iter().enumerate().filter(|(_, c)| c.floor != 0) {
            let right = 1 + n + c.fund.map_or(c.organization as usize, |f| o + f as usize);
            supply[1 + c.need as usize] -= c.floor;
            supply[right] += c.floor;
            floors.push((index as u32, c.floor));
            if c.floor > c.max || supply[1 + c.need as usize] < 0 {
                return Err(FlowError::Infeasible);
            }
        }
        let mut through = supply.clone();
        let mut flow = Flow {
            network: Network::new(supply),
            needs: n as u32,
            organizations: o as u32,
            owners: problem.funds.iter().map(|f| f.organization).collect(),
            next: problem.organizations.iter().map(|o| next(&o.load, o.budget)).collect(),
            open: Vec::with_capacity(o + f),
            arcs: Vec::new(),
            floors,
            unmet: Vec::with_capacity(n),
            shut: Vec::new(),
        };
        flow.network.reserve(problem.candidates.len() + 2 * (n + o + f + g));
        flow.funds_and_organizations(problem, &mut through)?;
        flow.unmet(problem, &mut through);
        flow.add(&problem.candidates);
        Ok(flow)
    }

    /// The arcs out of every fund and organization; `through` is the forced flow through each node.
    fn funds_and_organizations(&mut self, problem: &Problem, through: &mut [i64]) -> Result<(), FlowError> {
        let first = 1 + problem.needs.len();
        let funds = first + problem.organizations.len();
        for (i, f) in problem.funds.iter().enumerate() {
            through[first + f.organization as usize] += (through[funds + i] - f.budget).max(0);
        }
        for (i, o) in problem.organizations.iter().enumerate() {
            if through[first + i] > o.budget {
                return Err(FlowError::Infeasible);
            }
            self.way_out((first + i) as u32, 0, &o.load, o.budget, through[first + i]);
            self.open.push(through[first + i] < o.budget);
            // For a node outside the tree, whose arcs stay full whatever they cost.
            self.network.set_potential((first + i) as u32, -self.next[i]);
        }
        for (i, f) in problem.funds.iter().enumerate() {
            let node = (funds + i) as u32;
            let forced = through[funds + i];
            let inside = forced.min(f.budget);
            self.way_out(node, 0, &[], f.budget, inside);
            let spare = inside < f.budget;
            let open = self.open[f.organization as usize];
            // The forced amount beyond the fund has to flow to the organization even if nothing else can.
            if open {
                let arc = self.network.add(node, first as u32 + f.organization, UNLIMITED, 0, false);
                if !spare {
                    self.network.hang(node, arc, forced - inside);
                }
            } else if forced > inside {
                self.network.add(node, first as u32 + f.organization, forced - inside, 0, true);
            }
            self.open.push(spare || open);
            self.network.set_potential(node, (-self.next[f.organization as usize]).min(0));
        }
        Ok(())
    }

    /// Arcs for what stays unmet: from needs to their groups, from groups to their parent groups, and from there to the sink.
    fn unmet(&mut self, problem: &Problem, through: &mut [i64]) {
        let groups = 1 + problem.needs.len() + problem.organizations.len() + problem.funds.len();
        let parent = |group: Option<u32>| group.map_or(0, |g| groups + g as usize);
        for (i, need) in problem.needs.iter().enumerate() {
            self.way_out(1 + i as u32, parent(need.group) as u32, &need.unmet, UNLIMITED, through[1 + i]);
            self.unmet.push(self.network.arcs() - 1);
            through[parent(need.group)] += through[1 + i];
        }
        for (i, group) in problem.groups.iter().enumerate().rev() {
            let node = groups + i;
            self.way_out(node as u32, parent(group.parent) as u32, &group.unmet, UNLIMITED, through[node]);
            through[parent(group.parent)] += through[node];
        }
    }

    /// Adds parallel arcs along a curve, `limit` wide in total, that carry `flow`. The node is attached to the tree by the
    /// first arc that has room.
    fn way_out(&mut self, node: u32, to: u32, curve: &[Step], mut limit: i64, mut flow: i64) {
        let mut hung = false;
        let curve = if curve.is_empty() { &[Step { width: 0, cost: 0 }] } else { curve };
        for (i, step) in curve.iter().enumerate() {
            let width = if i + 1 == curve.len() { limit } else { step.width.clamp(0, limit) };
            if limit != UNLIMITED {
                limit -= width;
            }
            let inside = flow.min(width);
            flow -= inside;
            if width != 0 {
                let arc = self.network.add(node, to, width, step.cost, inside == width);
                if inside < width && !hung {
                    self.network.hang(node, arc, inside);
                    hung = true;
                }
            }
        }
    }

    /// Adds candidates after the existing ones. Floors are only considered in [`Flow::new`].
    pub fn add(&mut self, candidates: &[Candidate]) {
        let first = self.arcs.len();
        self.arcs.resize(first + candidates.len(), 0);
        let mut order: Vec<u32> = (0..candidates.len() as u32).collect();
        order.sort_by_key(|&i| candidates[i as usize].need);
        for i in order {
            self.arcs[first + i as usize] = self.connect(&candidates[i as usize]);
        }
    }

    /// The node that a candidate leads to, counted from the first organization's.
    fn right(&self, c: &Candidate) -> u32 {
        c.fund.map_or(c.organization, |f| self.organizations + f)
    }

    fn connect(&mut self, c: &Candidate) -> u32 {
        let right = self.right(c);
        let room = c.max - c.floor;
        let open = self.open[right as usize];
        let arc = self.network.add(1 + c.need, 1 + self.needs + right, if open { room } else { 0 }, -c.weight, false);
        if !open && room > 0 {
            self.shut.push(arc);
        }
        arc
    }

    /// The gain in the last optimum from a first unit of a candidate that is not yet in the network, if it is positive.
    #[must_use]
    pub fn gain(&self, c: &Candidate) -> i64 {
        c.weight - self.network.potential(1 + c.need) + self.network.potential(1 + self.needs + self.right(c))
    }

    /// Sets the unit cost of the last step of a need's unmet curve.
    pub fn set_last_unmet(&mut self, need: usize, cost: i64) {
        self.network.set_cost(self.unmet[need], cost);
    }

    /// Sets the value of each unit of a candidate.
    pub fn set_weight(&mut self, candidate: usize, weight: i64) {
        self.network.set_cost(self.arcs[candidate], -weight);
    }

    /// Finds the optimum, starting from the last one if there is one.
    ///
    /// # Errors
    /// The calculation was stopped.
    pub fn solve(&mut self, stop: Stop<'_>) -> Result<Optimum, FlowError> {
        let flows = self.network.solve(stop)?;
        let mut value = -self.network.total(&flows);
        let mut amounts: Vec<i64> = self.arcs.iter().map(|&a| flows[a as usize]).collect();
        for &(c, floor) in &self.floors {
            amounts[c as usize] += floor;
            value -= i128::from(floor) * i128::from(self.network.cost(self.arcs[c as usize]));
        }
        let (organizations, funds) = self.prices();
        let needs = (1..=self.needs).map(|n| self.network.potential(n)).collect();
        Ok(Optimum { amounts, value, needs, organizations, funds })
    }

    /// Prices of organizations and of funds.
    fn prices(&self) -> (Vec<i64>, Vec<i64>) {
        let first = 1 + self.needs;
        // What one unit less of the flow that must leave there would save. If no more can flow out, it is at least the best use
        // of a unit.
        let mut worth: Vec<i64> = (0..self.open.len() as u32).map(|i| -self.network.potential(first + i)).collect();
        for &arc in &self.shut {
            let (need, right) = self.network.ends(arc);
            let worth = &mut worth[(right - first) as usize];
            *worth = (*worth).max(-self.network.cost(arc) - self.network.potential(need));
        }
        let funds = worth.split_off(self.organizations as usize);
        for (&owner, &fund) in self.owners.iter().zip(&funds) {
            if !self.open[owner as usize] {
                worth[owner as usize] = worth[owner as usize].max(fund);
            }
        }
        let organizations = worth.iter().zip(&self.next).map(|(&w, &next)| (w - next).max(0)).collect();
        (organizations, funds.into_iter().map(|w| w.max(0)).collect())
    }

    /// How many pivots there have been.
    #[must_use]
    pub fn pivots(&self) -> u64 {
        self.network.pivots()
    }
}

/// Cost of the unit that follows `amount` units along a curve.
fn next(curve: &[Step], mut amount: i64) -> i64 {
    let step = curve.iter().find(|s| {
        amount -= s.width;
        amount < 0
    });
    step.or(curve.last()).map_or(0, |s| s.cost)
}
