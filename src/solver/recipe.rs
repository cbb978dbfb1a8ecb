//! Seeded synthetic instances for benches and tests: log-normal amounts, popular organizations, region and sector blocks.

use super::problem::{Candidate, Need, Organization, Problem};
use crate::random::SplitMix64;

/// The kind of degeneracy that an instance has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flavor {
    /// None: amounts and weights vary freely.
    #[default]
    Ordinary,
    /// All weights are equal.
    EqualWeights,
    /// All amounts are multiples of 50.
    RoundAmounts,
    /// Every gap, budget and amount is one unit.
    Assignment,
}

/// The parameters of an instance.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The instance is determined by this and the other fields.
    pub seed: u64,
    /// Number of needs.
    pub needs: usize,
    /// Number of organizations.
    pub organizations: usize,
    /// Candidates of each need.
    pub candidates: usize,
    /// Sum of the budgets as a share of the sum of the gaps.
    pub budget_share: f64,
    /// Limit on the projects of each organization.
    pub max_projects: Option<u32>,
    /// Limit on the partners of each need.
    pub max_partners: Option<u32>,
    /// Whether amounts have a lower limit (10 to 30 % of the upper one).
    pub least_amounts: bool,
    /// Share of the needs that want all or nothing.
    pub whole_share: f64,
    /// Degeneracy.
    pub flavor: Flavor,
}

impl Recipe {
    /// A plain instance of a size, without integer conditions.
    pub fn new(seed: u64, needs: usize, organizations: usize, candidates: usize) -> Self {
        Self {
            seed,
            needs,
            organizations,
            candidates,
            budget_share: 0.9,
            max_projects: None,
            max_partners: None,
            least_amounts: false,
            whole_share: 0.0,
            flavor: Flavor::Ordinary,
        }
    }

    /// With at most eight projects an organization and lower limits on the amounts.
    pub fn with_least_amounts(self) -> Self {
        Self { max_projects: Some(8), least_amounts: true, ..self }
    }

    /// Builds the instance.
    pub fn build(&self) -> Problem {
        let gaps: Vec<f64> = (0..self.needs).map(|i| 200.0 * SplitMix64::stream(self.seed, 1, i as u64).normal().exp()).collect();
        let sizes: Vec<f64> =
            (0..self.organizations).map(|j| (1.4 * SplitMix64::stream(self.seed, 2, j as u64).normal()).exp()).collect();
        let scale = self.budget_share * gaps.iter().sum::<f64>() / sizes.iter().sum::<f64>().max(1e-9);
        let gaps: Vec<i64> = gaps.iter().map(|&g| self.amount(g)).collect();
        let budgets: Vec<i64> = sizes.iter().map(|&s| self.amount(s * scale)).collect();
        let places = Places::new(self);
        let mut candidates = Vec::with_capacity(self.needs * self.candidates.min(self.organizations));
        let mut chosen = Vec::new();
        for (i, &gap) in gaps.iter().enumerate() {
            let mut random = SplitMix64::stream(self.seed, 3, i as u64);
            let home = places.draw_home(&mut random);
            places.draw(self.candidates, home, &mut random, &mut chosen);
            for &j in &chosen {
                candidates.push(self.candidate(i, j, gap, budgets[j], places.closeness(home, j), &mut random));
            }
        }
        let needs = gaps.iter().enumerate().map(|(i, &gap)| Need {
            gap,
            whole: SplitMix64::stream(self.seed, 4, i as u64).unit() < self.whole_share,
            max_partners: self.max_partners,
            ..Need::default()
        });
        let organizations =
            budgets.iter().map(|&budget| Organization { budget, max_projects: self.max_projects, ..Organization::default() });
        Problem { needs: needs.collect(), organizations: organizations.collect(), candidates, ..Problem::default() }
    }

    fn amount(&self, amount: f64) -> i64 {
        match self.flavor {
            Flavor::Assignment => 1,
            Flavor::RoundAmounts => ((amount / 50.0).round() as i64).max(1) * 50,
            Flavor::Ordinary | Flavor::EqualWeights => (amount.round() as i64).max(1),
        }
    }

    fn candidate(&self, i: usize, j: usize, gap: i64, budget: i64, closeness: f64, random: &mut SplitMix64) -> Candidate {
        let ticket_share = SplitMix64::stream(self.seed, 5, j as u64).between(-3.0, -0.7).exp();
        let ticket = (budget as f64 * ticket_share * random.between(0.6, 1.4)).min(gap as f64 * random.between(0.25, 1.0));
        let max = self.amount(ticket.max(5.0)).min(gap).min(budget);
        let min = if self.least_amounts { self.amount((max as f64 * random.between(0.1, 0.3)).max(3.0)).min(max) } else { 0 };
        let score = (0.5 * closeness + 0.5 * random.unit()).clamp(0.0, 1.0);
        let weight = if self.flavor == Flavor::EqualWeights { 10_000 } else { ((score + 0.5) * 1e4).round() as i64 };
        Candidate { need: i as u32, organization: j as u32, weight, min, max, floor: 0, fund: None }
    }
}

const REGIONS: usize = 31;
const SECTORS: usize = 12;

/// The home and the popularity of each organization.
struct Places {
    homes: Vec<(usize, usize)>,
    everywhere: Popular,
    regions: Vec<Popular>,
    sectors: Vec<Popular>,
}

/// Organizations with running sums of their popularity.
#[derive(Default)]
struct Popular {
    members: Vec<usize>,
    sums: Vec<f64>,
}

impl Popular {
    fn push(&mut self, member: usize, popularity: f64) {
        self.members.push(member);
        self.sums.push(self.sums.last().copied().unwrap_or(0.0) + popularity);
    }

    fn draw(&self, random: &mut SplitMix64) -> Option<usize> {
        let at = random.unit() * self.sums.last()?;
        self.members.get(self.sums.partition_point(|&sum| sum <= at)).copied()
    }
}

impl Places {
    fn new(recipe: &Recipe) -> Self {
        let mut places = Self {
            homes: Vec::new(),
            everywhere: Popular::default(),
            regions: (0..REGIONS).map(|_| Popular::default()).collect(),
            sectors: (0..SECTORS).map(|_| Popular::default()).collect(),
        };
        for j in 0..recipe.organizations {
            let mut random = SplitMix64::stream(recipe.seed, 6, j as u64);
            let home = places.draw_home(&mut random);
            let rank = random.below(recipe.organizations) as f64;
            let popularity = (rank + 10.0).powf(-0.8);
            places.homes.push(home);
            places.everywhere.push(j, popularity);
            places.regions[home.0].push(j, popularity);
            places.sectors[home.1].push(j, popularity);
        }
        places
    }

    fn draw_home(&self, random: &mut SplitMix64) -> (usize, usize) {
        // The product of two uniform numbers makes some regions and sectors larger than others.
        let region = (random.unit() * random.unit() * REGIONS as f64) as usize;
        (region.min(REGIONS - 1), random.below(SECTORS))
    }

    fn closeness(&self, home: (usize, usize), j: usize) -> f64 {
        let (region, sector) = self.homes[j];
        0.5 * f64::from(u8::from(region == home.0)) + 0.5 * f64::from(u8::from(sector == home.1))
    }

    fn draw(&self, count: usize, home: (usize, usize), random: &mut SplitMix64, chosen: &mut Vec<usize>) {
        chosen.clear();
        if count >= self.homes.len() {
            chosen.extend(0..self.homes.len());
            return;
        }
        let mut seen = std::collections::HashSet::new();
        for attempt in 0..40 * count {
            let among = match random.unit() {
                u if u < 0.45 => &self.regions[home.0],
                u if u < 0.8 => &self.sectors[home.1],
                _ => &self.everywhere,
            };
            // With popularity alone, large counts would take many tries. So half of the late draws are uniform.
            let drawn = if attempt > 4 * count { Some(random.below(self.homes.len())) } else { among.draw(random) };
            if let Some(j) = drawn
                && seen.insert(j)
            {
                chosen.push(j);
                if chosen.len() == count {
                    break;
                }
            }
        }
        chosen.sort_unstable();
    }
}
