//! What one organization's history adds up to on a day.

use super::contributions::Contributions;
use super::facts::ProjectFacts;
use super::inverted::summed;
use super::masses::Masses;
use super::participations::Participation;
use super::records::Records;
use super::region_step::Paths;

/// Age assumed for an undated record.
const UNDATED_AGE_YEARS: f64 = 10.0;
/// Half-lives of a past project in years, as experience and as activity (set by hand, not fitted): what an organization knows
/// lasts longer than how busy it is.
const EXPERIENCE_HALF_LIFE: f64 = 5.0;
const ACTIVITY_HALF_LIFE: f64 = 2.0;

/// Weight of a project on the day, counted from 1970-01-01: 1 while it runs, then halved every `half_life_years`.
#[must_use]
pub fn decay(project: &ProjectFacts<'_>, day: i32, half_life_years: f64) -> f64 {
    let age = project.age_days(day).map_or(UNDATED_AGE_YEARS, |days| f64::from(days) / 365.25);
    (-age / half_life_years).exp2()
}

/// What one organization's history adds up to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Experience {
    pub(super) masses: Masses,
    pub(super) sectored: f64,
    pub(super) regioned: f64,
    pub(super) grouped: f64,
    pub(super) with_modes: f64,
    pub(super) activity: f64,
    pub(super) projects: u32,
    pub(super) own_projects: u32,
    pub(super) words: u32,
    /// Day from which the latest dated project under its own name was visible.
    pub(super) last: Option<i32>,
    pub(super) contributions: Contributions,
}

impl Experience {
    /// Sums run over the history in its order, so that they are the same wherever they are computed.
    pub(super) fn on_record(records: &Records, organization: usize, day: i32, paths: &mut Paths) -> Self {
        let mut sum = Self::default();
        for &participation in records.history(organization) {
            let project = records.project_facts(participation.to as usize);
            if project.is_visible(day) {
                sum.words = sum.words.saturating_add(project.words());
                sum.add(records, &project, participation, day, paths);
            }
        }
        sum.finish()
    }

    /// The same with `more` projects like `project` after all others, each carried out by the organization alone.
    pub(super) fn with(
        records: &Records,
        organization: Option<usize>,
        project: &ProjectFacts<'_>,
        more: usize,
        day: i32,
    ) -> Self {
        let paths = &mut Paths::default();
        let mut sum = organization.map(|at| Self::on_record(records, at, day, paths)).unwrap_or_default();
        for _ in 0..more {
            sum.add(records, project, Participation::new(0, false, 0), day, paths);
        }
        sum.finish()
    }

    fn add(&mut self, records: &Records, project: &ProjectFacts<'_>, participation: Participation, day: i32, paths: &mut Paths) {
        let weight = decay(project, day, EXPERIENCE_HALF_LIFE);
        self.activity += decay(project, day, ACTIVITY_HALF_LIFE);
        self.projects += 1;
        if !participation.is_by_branch() {
            self.own_projects += 1;
            self.last = self.last.max(project.visible_from());
        }
        let (taxonomy, divisions) = (&records.reference.taxonomy, records.reference.divisions);
        for (sector, share) in project.sectors() {
            self.sectored += self.masses.add_sector(taxonomy, sector, weight * share);
        }
        let places = project.region_count();
        for place in project.regions() {
            let mass = weight / places as f64;
            self.regioned += mass;
            self.masses.add_region(paths.of(divisions, place), mass);
        }
        self.grouped += spread(weight, project.groups(), &mut self.masses.groups);
        self.with_modes += spread(weight, project.modes(), &mut self.masses.modes);
        // A total that accrues over years is unknown before the end.
        if let Some(share) = project.share(usize::from(participation.position)).filter(|_| project.totals_are_known(day)) {
            self.contributions.add(share);
        }
    }

    fn finish(mut self) -> Self {
        let masses = &mut self.masses;
        masses.sectors = summed(std::mem::take(&mut masses.sectors));
        masses.regions = summed(std::mem::take(&mut masses.regions));
        masses.groups = summed(std::mem::take(&mut masses.groups));
        masses.modes = summed(std::mem::take(&mut masses.modes));
        self
    }
}

/// Spreads `weight` evenly over the numbers. Returns how much was spread.
fn spread(weight: f64, numbers: &[u16], masses: &mut Vec<(u16, f64)>) -> f64 {
    let share = weight / numbers.len().max(1) as f64;
    masses.extend(numbers.iter().map(|&number| (number, share)));
    if numbers.is_empty() { 0.0 } else { weight }
}
