//! Number → past project.

use jiff::civil::Date;

use super::generator::{FIRST_YEAR, Generator, SOURCE, YEARS};
use super::organization::id;
use super::profile::TICKET_SPREAD;
use super::sectors::size_of;
use super::stream::{Stream, Table};
use super::sums::round_sum;
use super::text::Words;
use crate::domain::{Amount, FuzzyDate, Money, OrganizationId, Participant, Period, Project, ProjectId, Role, SectorShare};

/// Growth of the number of projects from year to year.
const GROWTH: f64 = 1.08;
/// Chance that a project is in one of the places that the organization returns to.
const RETURN: f64 = 0.55;
/// Smaller and larger grants: share (of the smaller ones), median in yuan, and spread of the natural logarithm.
const SMALL: (f64, f64, f64) = (0.7, 180_000.0, 1.05);
const LARGE: (f64, f64) = (900_000.0, 0.9);
/// The part of the spread of the natural logarithm that is due to sectors.
const SECTOR_SPREAD: f64 = 0.14;
/// Projects are larger than needs: with the values for needs, 5 % instead of 3 % would have five partners or more.
const SHARING: Sharing = Sharing { chance: 0.27, ticket_yuan: 300_000.0, power: 0.8 };
/// Spread of the natural logarithm of tickets.
const TICKET: f64 = 0.8;
const MOST_PARTNERS: usize = 40;
/// Partners come from this share of the most active organizations.
const PARTNERS_FROM: f64 = 0.5;
/// Number of candidates for one partner; one from the same province is preferred.
const LOOKED_AT: usize = 6;
const MISSING_AMOUNT: f64 = 0.1;
const WRONG_SECTOR: f64 = 0.05;

/// How sums are shared: most are not, the others by a number of organizations that grows with the sum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sharing {
    /// Chance that a sum is shared at all.
    pub(super) chance: f64,
    /// Median of what one organization likes to give, in yuan.
    pub(super) ticket_yuan: f64,
    /// The number of partners grows with this power of sum / ticket.
    pub(super) power: f64,
}

impl Sharing {
    /// How many organizations share a sum: one, or Poisson((sum / ticket)^power).
    pub(super) fn parties(self, yuan: f64, stream: &mut Stream) -> usize {
        if !stream.chance(self.chance) {
            return 1;
        }
        let ticket = stream.log_normal(self.ticket_yuan, TICKET);
        stream.poisson((yuan / ticket).powf(self.power), MOST_PARTNERS).max(1)
    }
}

impl Generator {
    /// Project `k`, below [`super::Plan::projects`].
    #[must_use]
    pub fn project(&self, k: usize) -> Project {
        let mut stream = Stream::new(self.plan.seed, Table::Projects, k as u64);
        let lead = self.activity.draw(&mut stream, 1.0);
        let profile = self.profile(lead);
        let (date, start) = start(&mut stream);
        let year = date.year();
        let leaf = self.leaf_of(&profile, &mut stream);
        let place = if stream.chance(RETURN) {
            self.haunt(lead, profile.home, year, &mut stream)
        } else {
            stream.weighted(self.places.pulls(profile.home, year))
        };
        let top = self.lexicon.leaves[leaf].top;
        let yuan = grant(profile.ticket + size_of(top), &mut stream);
        let parties = self.parties(lead, profile.home, SHARING.parties(yuan, &mut stream), &mut stream);
        let sum = round_sum(yuan);
        let total = (!stream.chance(MISSING_AMOUNT)).then_some(sum);
        let written = if stream.chance(WRONG_SECTOR) { stream.below(self.lexicon.leaves.len()) } else { leaf };
        let words = Words::new(&self.lexicon.leaves[leaf], &self.places.get(place).name, year, &mut stream);
        let (title, description) = words.project(&mut stream);
        Project {
            id: ProjectId::new(format!("syn-p{k:08}")),
            title,
            description,
            participants: participants(parties, total, &mut stream),
            participant_count: None,
            regions: vec![self.places.get(place).finding()],
            sectors: SectorShare::equal(vec![self.lexicon.leaves[written].code.clone()]),
            amount: total.map(|sum| Amount::exact(sum, sum.to_string())),
            beneficiaries: None,
            groups: words.groups(),
            modes: vec![words.mode().to_owned()],
            period: start.map(|start| Period { start, end: None }),
            status: Some("done".to_owned()),
            source: Some(SOURCE.to_owned()),
        }
    }

    /// The lead and its partners, each once.
    fn parties(&self, lead: usize, home: usize, wanted: usize, stream: &mut Stream) -> Vec<usize> {
        let mut parties = vec![lead];
        let province = self.places.get(home).province;
        for _ in 1..wanted {
            let mut near = |_| {
                let k = self.activity.draw(stream, PARTNERS_FROM);
                (self.places.get(self.home(k)).province == province, k)
            };
            let looked_at: Vec<(bool, usize)> = (0..LOOKED_AT).map(&mut near).collect();
            let new = |it: &&(bool, usize)| !parties.contains(&it.1);
            let chosen = looked_at.iter().filter(new).find(|it| it.0).or_else(|| looked_at.iter().find(new));
            parties.extend(chosen.map(|it| it.1));
        }
        parties
    }
}

/// Draws the day of a project, and what its record states: mostly the year alone.
fn start(stream: &mut Stream) -> (Date, Option<FuzzyDate>) {
    let years: [f64; YEARS as usize] = std::array::from_fn(|year| GROWTH.powi(year as i32));
    let total: f64 = years.iter().sum();
    let mut left = stream.unit() * total;
    let mut year = FIRST_YEAR;
    for weight in &years[..years.len() - 1] {
        if left < *weight {
            break;
        }
        left -= weight;
        year += 1;
    }
    // Every month has a 28th day.
    let date = jiff::civil::date(year, 1 + stream.below(12) as i8, 1 + stream.below(28) as i8);
    let known = match stream.unit() {
        it if it < 0.6 => FuzzyDate::year(year),
        it if it < 0.85 => FuzzyDate::month(year, date.month()),
        _ => FuzzyDate::day(date),
    };
    (date, known)
}

/// Draws a grant in yuan; `level` is the natural logarithm of the factor due to organization and sector.
fn grant(level: f64, stream: &mut Stream) -> f64 {
    let (median, spread) = if stream.chance(SMALL.0) { (SMALL.1, SMALL.2) } else { LARGE };
    let rest = (spread * spread - TICKET_SPREAD.powi(2) - SECTOR_SPREAD.powi(2)).max(0.0).sqrt();
    stream.log_normal(median, rest) * level.exp()
}

/// Of the projects whose sum is stated, half also state shares, which add up to no more than the sum.
fn participants(parties: Vec<usize>, total: Option<Money>, stream: &mut Stream) -> Vec<Participant> {
    let parts: Vec<f64> = parties.iter().map(|_| stream.gamma(2.0)).collect();
    let all: f64 = parts.iter().sum();
    let stated = total.filter(|_| stream.chance(0.5));
    let share = |n: usize| {
        let hundreds = (stated?.yuan() * parts[n] / all / 100.0).floor();
        Money::from_yuan(hundreds * 100.0).filter(|share| *share > Money::ZERO)
    };
    let participant = |(n, k): (usize, usize)| {
        let organization: OrganizationId = id(k);
        Participant { organization, amount: share(n), role: if n == 0 { Role::Lead } else { Role::Member } }
    };
    parties.into_iter().enumerate().map(participant).collect()
}
