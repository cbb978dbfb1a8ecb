//! The facts that the sentences of the features state, gathered from catalog, scorer and evidence.

use crate::catalog::Catalog;
use crate::domain::RegionCode;
use crate::score::feature::{
    Gather, GeneralFacts, HomeFacts, PartnerFacts, RegionFacts, RelationFacts, SectorFacts, SizeFacts, StandingFacts, TagFacts,
    VoteFacts,
};
use crate::score::{Evidence, Scorer};

/// One organization, one need, and what one part of the score rests on.
pub(super) struct Source<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) scorer: &'a Scorer<'a>,
    pub(super) evidence: &'a Evidence,
    pub(super) organization: usize,
}

impl Source<'_> {
    /// The past projects that the part rests on.
    fn projects(&self) -> &[usize] {
        match self.evidence {
            Evidence::Projects(projects) => projects,
            _ => &[],
        }
    }

    /// The years in which projects began, as far as known.
    fn years(&self, projects: &[usize]) -> Vec<i16> {
        let year = |&at: &usize| self.catalog.projects[at].period.map(|period| period.start.earliest().year());
        projects.iter().filter_map(year).collect()
    }

    fn has_history(&self) -> bool {
        self.scorer.history_of(self.organization) > 0
    }

    fn name(&self, organization: usize) -> String {
        self.catalog.organizations[organization].name.clone()
    }

    /// True if the organization wishes for one of the need's places, or for a place around or in one.
    fn wishes_for_place(&self) -> bool {
        let divisions = self.catalog.reference.divisions;
        let wishes = self.catalog.organizations[self.organization].willing_regions.iter().filter(|wish| wish.certain);
        let mut wishes = wishes.map(|wish| wish.code);
        wishes.any(|wish| {
            let places = &self.scorer.question().regions;
            places.iter().any(|&place| divisions.contains(wish, place) || divisions.contains(place, wish))
        })
    }

    /// Names of sectors, without duplicates.
    fn sector_names(&self, sectors: impl Iterator<Item = usize>) -> Vec<String> {
        let taxonomy = &self.catalog.reference.taxonomy;
        let mut names: Vec<String> = Vec::new();
        for name in sectors.map(|sector| taxonomy.name(taxonomy.code(sector))) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

/// For sentences that state only the value.
impl Gather<()> for Source<'_> {
    fn gather(&self) {}
}

impl Gather<VoteFacts> for Source<'_> {
    fn gather(&self) -> VoteFacts {
        VoteFacts {
            precedents: self.projects().len(),
            latest: self.years(self.projects()).into_iter().max(),
            votes: self.scorer.votes().for_organization(self.organization).len(),
        }
    }
}

impl Gather<SectorFacts> for Source<'_> {
    fn gather(&self) -> SectorFacts {
        let taxonomy = &self.catalog.reference.taxonomy;
        let asked = || self.scorer.question().sectors.iter().map(|&(sector, _)| sector);
        let is_own = |at: usize| {
            let sectors = &self.catalog.projects[at].sectors;
            sectors.iter().filter_map(|share| taxonomy.sector(&share.code)).any(|sector| asked().any(|it| it == sector))
        };
        SectorFacts {
            names: self.sector_names(asked()),
            parents: self.sector_names(asked().map(|sector| taxonomy.parent(sector))),
            projects: self.projects().len(),
            own: self.projects().iter().filter(|&&at| is_own(at)).count(),
            latest: self.years(self.projects()).into_iter().max(),
            has_history: self.has_history(),
        }
    }
}

impl Gather<RegionFacts> for Source<'_> {
    fn gather(&self) -> RegionFacts {
        let name = |place| self.catalog.reference.divisions.get(place).map(|it| it.name.clone()).unwrap_or_default();
        RegionFacts {
            place: self.scorer.nearby(self.organization).map(|(place, _)| name(place)),
            projects: self.projects().len(),
            years: self.years(self.projects()),
            is_wished_for: self.wishes_for_place(),
            has_history: self.has_history(),
        }
    }
}

impl Gather<Option<RelationFacts>> for Source<'_> {
    fn gather(&self) -> Option<RelationFacts> {
        let divisions = self.catalog.reference.divisions;
        let Evidence::Relation(relation) = self.evidence else { return None };
        Some(RelationFacts {
            donor: divisions.full_name(relation.donor),
            recipient: divisions.full_name(relation.recipient),
            programme: relation.programme.clone(),
            ended_years: relation.ended_years,
        })
    }
}

impl Gather<Option<HomeFacts>> for Source<'_> {
    fn gather(&self) -> Option<HomeFacts> {
        let Evidence::Home(home) = self.evidence else { return None };
        Some(HomeFacts {
            name: self.catalog.reference.divisions.full_name(*home),
            is_inferred: self.catalog.organizations[self.organization].home_region.is_none(),
        })
    }
}

impl Gather<GeneralFacts> for Source<'_> {
    fn gather(&self) -> GeneralFacts {
        let home = self.catalog.home_region(self.organization);
        let is_near = |home: RegionCode| self.scorer.question().regions.iter().any(|place| place.province() == home.province());
        GeneralFacts { is_local: home.is_some_and(is_near) }
    }
}

impl Gather<TagFacts> for Source<'_> {
    fn gather(&self) -> TagFacts {
        let (taxonomy, question) = (&self.catalog.reference.taxonomy, self.scorer.question());
        let modes = question.modes.iter().filter_map(|code| taxonomy.mode(code));
        TagFacts {
            groups: question.groups.iter().map(|&group| taxonomy.groups()[group].name.clone()).collect(),
            modes: modes.map(|mode| taxonomy.modes()[mode].name.clone()).collect(),
            projects: self.projects().len(),
        }
    }
}

impl Gather<SizeFacts> for Source<'_> {
    fn gather(&self) -> SizeFacts {
        let affordable_yuan = match self.evidence {
            Evidence::Affordable(yuan) => Some(*yuan),
            _ => None,
        };
        SizeFacts { has_history: self.has_history(), affordable_yuan, asked: self.scorer.question().amount }
    }
}

impl Gather<StandingFacts> for Source<'_> {
    fn gather(&self) -> StandingFacts {
        StandingFacts {
            projects: self.scorer.history_of(self.organization),
            budget_left: self.scorer.budget_left(self.organization),
            head: self.catalog.head(self.organization).map(|head| self.name(head)),
        }
    }
}

impl Gather<PartnerFacts> for Source<'_> {
    fn gather(&self) -> PartnerFacts {
        let partners = match self.evidence {
            Evidence::Partners(partners) => partners.as_slice(),
            _ => &[],
        };
        PartnerFacts { names: partners.iter().map(|&at| self.name(at)).collect() }
    }
}
