//! What one organization's history adds up to on a day.

use jiff::civil::Date;

use super::background::RegionStep;
use super::contributions::Contributions;
use super::participations::Participation;
use super::records::Records;
use super::visibility::is_visible;
use crate::domain::Project;

/// Age assumed for an undated record.
const UNDATED_AGE_YEARS: f64 = 10.0;
/// Half-lives of a past project in years, as experience and as activity (set by hand, not fitted): what an organization knows
/// lasts longer than how busy it is.
const EXPERIENCE_HALF_LIFE: f64 = 5.0;
const ACTIVITY_HALF_LIFE: f64 = 2.0;

/// Weight of a project on the day: 1 while it runs, then halved every `half_life_years`.
#[must_use]
pub fn decay(project: &Project, as_of: Date, half_life_years: f64) -> f64 {
    let age = project.period.map_or(UNDATED_AGE_YEARS, |period| period.age_years(as_of));
    (-age / half_life_years).exp2()
}

/// What one organization's history adds up to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Experience {
    pub(super) sectors: Vec<(u16, f64)>,
    pub(super) regions: Vec<(RegionStep, f64)>,
    pub(super) groups: Vec<(u16, f64)>,
    pub(super) modes: Vec<(u16, f64)>,
    pub(super) sectored: f64,
    pub(super) regioned: f64,
    pub(super) grouped: f64,
    pub(super) with_modes: f64,
    pub(super) activity: f64,
    pub(super) projects: u32,
    pub(super) own_projects: u32,
    pub(super) words: u32,
    pub(super) last: Option<Date>,
    pub(super) contributions: Contributions,
}

impl Experience {
    pub(super) fn on_record(records: &Records, organization: usize, as_of: Date) -> Self {
        let mut sum = Self::default();
        for &participation in records.history(organization) {
            let project = &records.projects[participation.to as usize];
            if is_visible(project.period, as_of) {
                sum.words = sum.words.saturating_add(u32::from(records.length(participation.to as usize)));
                sum.add(records, project, participation, as_of);
            }
        }
        sum
    }

    pub(super) fn add(&mut self, records: &Records, project: &Project, participation: Participation, as_of: Date) {
        let weight = decay(project, as_of, EXPERIENCE_HALF_LIFE);
        self.activity += decay(project, as_of, ACTIVITY_HALF_LIFE);
        self.projects += 1;
        if !participation.by_branch {
            self.own_projects += 1;
            self.last = self.last.max(project.period.map(crate::domain::Period::visible_from));
        }
        let taxonomy = &records.reference.taxonomy;
        for share in &project.sectors {
            let Some(sector) = taxonomy.sector(&share.code) else { continue };
            let mass = weight * share.weight;
            let parent = taxonomy.parent(sector);
            self.sectored += mass;
            self.sectors.push((parent as u16, mass));
            if sector != parent {
                self.sectors.push((sector as u16, mass));
            }
        }
        let certain: Vec<_> = project.regions.iter().filter(|region| region.certain).collect();
        for region in &certain {
            let mass = weight / certain.len() as f64;
            self.regioned += mass;
            self.regions.extend(RegionStep::path(records.reference.divisions, region.code).into_iter().map(|step| (step, mass)));
        }
        self.grouped += spread(weight, project.groups.iter().filter_map(|code| taxonomy.group(code)), &mut self.groups);
        self.with_modes += spread(weight, project.modes.iter().filter_map(|code| taxonomy.mode(code)), &mut self.modes);
        // A total that accrues over years is unknown before the end.
        let is_known = project.period.is_none_or(|period| period.totals_from() <= as_of);
        if let Some(share) = project.share(usize::from(participation.position)).filter(|_| is_known) {
            self.contributions.add(share);
        }
    }
}

/// Spreads `weight` evenly over the numbers. Returns how much was spread.
fn spread(weight: f64, numbers: impl Iterator<Item = usize>, masses: &mut Vec<(u16, f64)>) -> f64 {
    let start = masses.len();
    masses.extend(numbers.map(|number| (number as u16, 0.0)));
    let share = weight / (masses.len() - start).max(1) as f64;
    masses[start..].iter_mut().for_each(|entry| entry.1 = share);
    if masses.len() > start { weight } else { 0.0 }
}
