//! One need against every organization. Ranking and explaining call the same function.

use std::collections::BTreeMap;
use std::sync::Arc;

use qianshou_index::IndexError;
use rayon::prelude::*;

use super::feature::{self, Feature, Value};
use super::{Limit, Question, Votes, Weights};
use crate::catalog::{Catalog, RegionStep, View, is_visible};
use crate::domain::{Project, RegionCode};
use crate::reference::Relation;

/// One feature's share of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The feature.
    pub feature: Feature,
    /// What it says.
    pub value: Value,
    /// Its share, 100 points a unit of log-odds.
    pub points: i64,
}

/// All parts, in the order of [`Feature::ALL`].
pub type Parts = [Part; Feature::ALL.len()];

/// What a part rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// Past projects by position, strongest first.
    Projects(Vec<usize>),
    /// A counterpart relation.
    Relation(Relation),
    /// Yuan that the organization could bring.
    Affordable(f64),
    /// Nothing.
    None,
}

/// An organization in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// Position of the organization.
    pub organization: usize,
    /// Sum of its parts' points.
    pub score: i64,
}

/// Projects shown under one part.
const SHOWN_PROJECTS: usize = 3;
/// A project that is less like the need than this is no precedent: it shares words, not the matter.
const MIN_LIKENESS: f64 = 0.35;

/// Scores organizations for one need on one day.
pub struct Scorer<'a> {
    catalog: &'a Catalog,
    view: Arc<View>,
    question: Question,
    votes: Votes,
    weights: &'a Weights,
}

impl<'a> Scorer<'a> {
    /// Prepares the need: collects the votes on it.
    ///
    /// # Errors
    /// The text index cannot be read.
    pub fn new(catalog: &'a Catalog, view: Arc<View>, question: Question, weights: &'a Weights) -> Result<Self, IndexError> {
        let votes = Votes::collect(catalog, &view, &question.topic)?;
        Ok(Self { catalog, view, question, votes, weights })
    }

    /// What is asked.
    #[must_use]
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// The parts of one organization's score.
    #[must_use]
    pub fn parts(&self, organization: usize) -> Parts {
        Feature::ALL.map(|feature| {
            let value = feature.value(self.catalog, &self.view, &self.question, &self.votes, organization);
            Part { feature, value, points: self.weights.points(feature, value) }
        })
    }

    /// The score: the sum of the parts.
    #[must_use]
    pub fn score(&self, organization: usize) -> i64 {
        self.parts(organization).iter().map(|part| part.points).sum()
    }

    /// The limit that keeps an organization out, if there is one.
    #[must_use]
    pub fn limit(&self, organization: usize) -> Option<Limit> {
        Limit::of(self.catalog, &self.view, &self.question, organization)
    }

    /// The best `top` organizations within limits. Higher score first, then smaller id; the same on any number of threads.
    #[must_use]
    pub fn rank(&self, top: usize) -> Vec<Ranked> {
        let mut ranked: Vec<Ranked> = (0..self.catalog.organizations.len())
            .into_par_iter()
            .with_min_len(256)
            .filter(|&organization| self.view.known[organization] && self.limit(organization).is_none())
            .map(|organization| Ranked { organization, score: self.score(organization) })
            .collect();
        // Positions are in the order of ids.
        let order = |a: &Ranked, b: &Ranked| b.score.cmp(&a.score).then(a.organization.cmp(&b.organization));
        if top < ranked.len() {
            ranked.select_nth_unstable_by(top, order);
            ranked.truncate(top);
        }
        ranked.sort_unstable_by(order);
        ranked
    }

    /// Organizations that limits keep out, by limit, in the order of ids.
    #[must_use]
    pub fn left_out(&self) -> BTreeMap<Limit, Vec<usize>> {
        let mut left_out: BTreeMap<Limit, Vec<usize>> = BTreeMap::new();
        for organization in (0..self.catalog.organizations.len()).filter(|&it| self.view.known[it]) {
            if let Some(limit) = self.limit(organization) {
                left_out.entry(limit).or_default().push(organization);
            }
        }
        left_out
    }

    /// What a part of an organization's score rests on.
    #[must_use]
    pub fn evidence(&self, feature: Feature, organization: usize) -> Evidence {
        match feature {
            Feature::TextVotes => Evidence::Projects(self.voters(organization)),
            Feature::SectorHistory => self.latest(organization, |project| self.is_in_sectors(project)),
            Feature::RegionHistory => self.nearest(organization),
            Feature::Counterpart => feature::relation(self.catalog, &self.view, &self.question, organization)
                .map_or(Evidence::None, Evidence::Relation),
            Feature::Capacity if self.question.amount.is_none() => Evidence::None,
            Feature::Capacity => {
                feature::affordable(self.catalog, &self.view, organization).map_or(Evidence::None, Evidence::Affordable)
            }
        }
    }

    /// True if next to nothing in the record speaks about this need: no similar project, none in its
    /// sectors, none in its prefecture.
    #[must_use]
    pub fn is_thin(&self, organization: usize) -> bool {
        let taxonomy = &self.catalog.reference.taxonomy;
        let in_sector = |&(n, _): &(usize, f64)| self.view.sectors.get(organization, taxonomy.parent(n) as u16) > 0.0;
        let in_place = |&place: &RegionCode| {
            let around = RegionStep::Division(place.prefecture());
            self.view.regions.get(organization, around) > 0.0
        };
        !self.has_precedent(organization)
            && !self.question.sectors.iter().any(in_sector)
            && !self.question.regions.iter().any(in_place)
    }

    /// The projects with the strongest votes.
    fn voters(&self, organization: usize) -> Vec<usize> {
        let mut votes: Vec<_> = self.votes.of(organization).iter().collect();
        votes.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.project.cmp(&b.project)));
        votes.into_iter().take(SHOWN_PROJECTS).map(|vote| vote.project).collect()
    }

    /// True if one of its projects resembles the need, not just in some words.
    #[must_use]
    pub fn has_precedent(&self, organization: usize) -> bool {
        self.votes.of(organization).iter().any(|vote| vote.likeness >= MIN_LIKENESS)
    }

    fn is_in_sectors(&self, project: &Project) -> bool {
        let taxonomy = &self.catalog.reference.taxonomy;
        project
            .sectors
            .iter()
            .filter_map(|share| taxonomy.sector(&share.code))
            .any(|sector| self.question.sectors.iter().any(|&(asked, _)| taxonomy.parent(asked) == taxonomy.parent(sector)))
    }

    /// The latest projects in the smallest division around the need in which there are any, up to the province.
    fn nearest(&self, organization: usize) -> Evidence {
        let divisions = self.catalog.reference.divisions;
        for steps_up in 0..3 {
            let around: Vec<_> =
                self.question.regions.iter().filter_map(|&place| divisions.lineage(place).nth(steps_up)).collect();
            let found = self.latest(organization, |project| {
                let places = project.regions.iter().filter(|region| region.certain);
                places.into_iter().any(|region| around.iter().any(|&outer| divisions.contains(outer, region.code)))
            });
            if found != Evidence::None {
                return found;
            }
        }
        Evidence::None
    }

    /// The organization's latest visible projects that pass `test`.
    fn latest(&self, organization: usize, test: impl Fn(&Project) -> bool) -> Evidence {
        let mut found: Vec<usize> = self.catalog.history[organization]
            .iter()
            .map(|&(project, _)| project as usize)
            .filter(|&at| {
                let project = &self.catalog.projects[at];
                is_visible(project.period, self.view.as_of) && test(project)
            })
            .collect();
        let start = |at: usize| self.catalog.projects[at].period.map(crate::domain::Period::visible_from);
        found.sort_by_key(|&at| (std::cmp::Reverse(start(at)), at));
        found.truncate(SHOWN_PROJECTS);
        if found.is_empty() { Evidence::None } else { Evidence::Projects(found) }
    }
}
