//! What a part of a score rests on.

use super::feature::{EvidenceKind, Feature, Value, links, relation};
use super::scorer::Scorer;
use super::votes::Vote;
use crate::catalog::{Participation, ProjectFacts, RegionStep};
use crate::domain::RegionCode;
use crate::reference::Relation;

/// What a part rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// All past projects that it rests on by position, the strongest or latest first.
    Projects(Vec<usize>),
    /// A counterpart relation.
    Relation(Relation),
    /// Where it is at home.
    Home(RegionCode),
    /// Yuan that the organization could bring.
    Affordable(f64),
    /// Organizations by position, the closest first.
    Partners(Vec<usize>),
    /// Nothing.
    None,
}

/// Most partners shown under one part.
const SHOWN: usize = 3;
/// A project whose likeness is below this is no precedent: it shares words with the need, not the subject.
const MIN_LIKENESS: f64 = 0.25;
/// A project whose likeness is below this is of the same field at most.
const CLOSE_LIKENESS: f64 = 0.35;
/// From this likeness on a project is a precedent even in another sector (修水窖 shares 窖 with 马铃薯储藏窖, but not this much).
const SURE_LIKENESS: f64 = 0.6;

impl Scorer<'_> {
    /// What a part of an organization's score rests on.
    #[must_use]
    pub fn evidence(&self, feature: Feature, organization: usize) -> Evidence {
        match feature.definition().evidence {
            EvidenceKind::Nothing => Evidence::None,
            EvidenceKind::Precedent => Evidence::Projects(self.voters(organization, |vote| vote.precedent)),
            EvidenceKind::Voters => Evidence::Projects(self.voters(organization, |vote| vote.weight)),
            EvidenceKind::SectorVoters => Evidence::Projects(self.voters(organization, |vote| vote.by_sector)),
            EvidenceKind::InSectors if self.has_sector(organization) => {
                self.latest(organization, |project| self.is_in_sectors(project))
            }
            EvidenceKind::InSectors => Evidence::None,
            EvidenceKind::InOwnSectors => self.latest(organization, |project| self.is_in_own_sectors(project)),
            EvidenceKind::Nearby => self.nearest(organization),
            EvidenceKind::ForGroups => self.latest(organization, |project| {
                project.groups().iter().any(|&group| self.question.groups.contains(&usize::from(group)))
            }),
            EvidenceKind::ByModes => self.latest(organization, |project| self.is_by_asked_mode(project)),
            EvidenceKind::Dated => {
                self.latest_of(organization, |participation, project| !participation.is_by_branch() && project.is_dated())
            }
            EvidenceKind::Relation => self
                .catalog
                .home_region(organization)
                .and_then(|home| relation(self.catalog, &self.question, home, self.view.as_of))
                .map_or(Evidence::None, Evidence::Relation),
            EvidenceKind::Home => self.catalog.home_region(organization).map_or(Evidence::None, Evidence::Home),
            EvidenceKind::Affordable => {
                let ln = self.view.rows[organization].ln_affordable;
                let is_known = self.question.amount.is_some() && !ln.is_nan();
                if is_known { Evidence::Affordable(f64::from(ln).exp()) } else { Evidence::None }
            }
            EvidenceKind::Partners => self.partners(organization),
        }
    }

    /// True if next to nothing in the record is about this need: no similar project, none in the need's sectors, none in its
    /// prefecture.
    #[must_use]
    pub fn is_thin(&self, organization: usize) -> bool {
        let has_worked = |&place: &RegionCode| self.has_worked_in(organization, place.prefecture());
        !self.has_precedent(organization) && !self.has_sector(organization) && !self.question.regions.iter().any(has_worked)
    }

    fn has_worked_in(&self, organization: usize, place: RegionCode) -> bool {
        self.view.past.regions.get(organization, RegionStep::Division(place)) > 0.0
    }

    /// True if a past project is in one of the need's sectors or in another sector of the same parent.
    pub(crate) fn has_sector(&self, organization: usize) -> bool {
        let taxonomy = &self.catalog.reference.taxonomy;
        let has = |&(sector, _): &(usize, f64)| self.view.past.sectors.get(organization, taxonomy.parent(sector) as u16) > 0.0;
        self.question.sectors.iter().any(has)
    }

    /// The precedents with a vote, by descending `strength`; if any is close, the close ones only.
    fn voters(&self, organization: usize, strength: impl Fn(&Vote) -> f64) -> Vec<usize> {
        let votes = self.texts.votes.for_organization(organization).iter();
        let mut votes: Vec<_> = votes.filter(|vote| strength(vote) > 0.0 && self.is_precedent(vote)).collect();
        if votes.iter().any(|vote| self.is_close(vote)) {
            votes.retain(|vote| self.is_close(vote));
        }
        let order = |vote: &Vote| self.catalog.project_order(vote.project);
        votes.sort_by(|a, b| strength(b).total_cmp(&strength(a)).then_with(|| order(a).cmp(&order(b))));
        votes.into_iter().map(|vote| vote.project).collect()
    }

    /// True if one of its projects resembles the need in more than a few words.
    #[must_use]
    pub fn has_precedent(&self, organization: usize) -> bool {
        self.texts.votes.for_organization(organization).iter().any(|vote| self.is_precedent(vote))
    }

    /// True if a project resembles the need and is of the same field, as far as both are known.
    fn is_precedent(&self, vote: &Vote) -> bool {
        let project = self.catalog.project_facts(vote.project);
        let names_sectors = || project.sectors().next().is_some();
        let is_near = || self.question.sectors.is_empty() || !names_sectors() || self.is_in_sectors(&project);
        vote.likeness >= SURE_LIKENESS || vote.likeness >= MIN_LIKENESS && is_near()
    }

    /// True if a vote for the organization by this project is close.
    pub(crate) fn is_close_precedent(&self, organization: usize, project: usize) -> bool {
        let mut votes = self.texts.votes.for_organization(organization).iter();
        votes.any(|vote| vote.project == project && self.is_close(vote))
    }

    /// True if a project is the same thing as the need, not only of the same field: the same sector within the field by the same
    /// means, as far as both are known.
    fn is_close(&self, vote: &Vote) -> bool {
        let project = self.catalog.project_facts(vote.project);
        let by_same_means = self.question.modes.is_empty() || project.modes().is_empty() || self.is_by_asked_mode(&project);
        self.is_precedent(vote)
            && (vote.likeness >= SURE_LIKENESS
                || vote.likeness >= CLOSE_LIKENESS && self.is_in_own_sectors(&project) && by_same_means)
    }

    /// True if a project was carried out by one of the means that are asked for.
    fn is_by_asked_mode(&self, project: &ProjectFacts<'_>) -> bool {
        let taxonomy = &self.catalog.reference.taxonomy;
        let code = |mode: u16| taxonomy.modes().get(usize::from(mode)).map(|tag| &tag.code);
        project.modes().iter().any(|&mode| code(mode).is_some_and(|code| self.question.modes.contains(code)))
    }

    /// True if a project is in one of the need's sectors itself, or in one below it.
    pub(crate) fn is_in_own_sectors(&self, project: &ProjectFacts<'_>) -> bool {
        let taxonomy = &self.catalog.reference.taxonomy;
        let asked = |sector| self.question.sectors.iter().any(|&(it, _)| it == sector || it == taxonomy.parent(sector));
        project.sectors().any(|(sector, _)| asked(sector))
    }

    fn is_in_sectors(&self, project: &ProjectFacts<'_>) -> bool {
        let taxonomy = &self.catalog.reference.taxonomy;
        let parent = |sector| taxonomy.parent(sector);
        let asked = |sector| self.question.sectors.iter().any(|&(it, _)| parent(it) == parent(sector));
        project.sectors().any(|(sector, _)| asked(sector))
    }

    /// The latest projects in the smallest division around the need that has any, up to the province.
    fn nearest(&self, organization: usize) -> Evidence {
        self.nearby(organization).map_or(Evidence::None, |(_, projects)| Evidence::Projects(projects))
    }

    /// The smallest division around one of the need's places in which the organization has worked, up to the province, and its
    /// projects there, the latest first.
    pub(crate) fn nearby(&self, organization: usize) -> Option<(RegionCode, Vec<usize>)> {
        let divisions = self.catalog.reference.divisions;
        let around = (0..3)
            .flat_map(|steps_up| self.question.regions.iter().filter_map(move |&place| divisions.lineage(place).nth(steps_up)));
        around.filter(|&place| self.has_worked_in(organization, place)).find_map(|place| {
            let found = self.latest(organization, |project| project.regions().any(|region| divisions.contains(place, region)));
            if let Evidence::Projects(projects) = found { Some((place, projects)) } else { None }
        })
    }

    /// The organization's partners among the participants of similar projects.
    fn partners(&self, organization: usize) -> Evidence {
        if !matches!(self.values(organization)[Feature::Partners as usize], Value::Known(value) if value > 0.0) {
            return Evidence::None;
        }
        let mut partners: Vec<(u32, f64)> = links(self.catalog, self.view, organization);
        partners.retain(|&(partner, _)| self.has_precedent(partner as usize));
        // Equal ones stay in the order of ids.
        partners.sort_by(|a, b| b.1.total_cmp(&a.1));
        let partners: Vec<usize> = partners.into_iter().take(SHOWN).map(|(partner, _)| partner as usize).collect();
        if partners.is_empty() { Evidence::None } else { Evidence::Partners(partners) }
    }

    /// The organization's latest visible projects that pass `test`.
    fn latest(&self, organization: usize, test: impl Fn(&ProjectFacts<'_>) -> bool) -> Evidence {
        self.latest_of(organization, |_, project| test(project))
    }

    fn latest_of(&self, organization: usize, test: impl Fn(&Participation, &ProjectFacts<'_>) -> bool) -> Evidence {
        let shows = |participation: &&Participation| {
            let project = self.catalog.project_facts(participation.to as usize);
            project.is_visible(self.view.day) && test(participation, &project)
        };
        let participations = self.catalog.history(organization).iter();
        let found: Vec<usize> = participations.filter(shows).map(|participation| participation.to as usize).collect();
        if found.is_empty() { Evidence::None } else { Evidence::Projects(found) }
    }
}
