//! The facts that the sentences of the features state, gathered from catalog, scorer and evidence.

use qianshou_index::analyze::Highlighter;

use crate::catalog::{Catalog, Flags};
use crate::domain::RegionCode;
use crate::reference::Level;
use crate::score::feature::{
    Gather, GeneralFacts, HomeFacts, NameFacts, PartnerFacts, RegionFacts, RelationFacts, SectorFacts, SizeFacts, StandingFacts,
    TagFacts, VoteFacts, WordFacts,
};
use crate::score::{Evidence, Feature, Scorer};

/// Most words of a scope that a sentence names.
const MOST_WORDS: usize = 4;

/// One organization, one need, and what one part of the score rests on.
pub(super) struct Source<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) scorer: &'a Scorer<'a>,
    pub(super) evidence: &'a Evidence,
    pub(super) organization: usize,
    /// The words of the need.
    pub(super) words: &'a Highlighter,
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
        let year = |&at: &usize| self.catalog.project_facts(at).start_year();
        projects.iter().filter_map(year).collect()
    }

    /// How many past projects there are in all.
    fn all(&self) -> usize {
        self.scorer.history_of(self.organization) as usize
    }

    /// True if its home is in the province of one of the need's places.
    fn is_local(&self) -> bool {
        let home = self.catalog.home_region(self.organization);
        let is_near = |home: RegionCode| self.scorer.question().regions.iter().any(|place| place.province() == home.province());
        home.is_some_and(is_near)
    }

    fn name(&self, organization: usize) -> String {
        self.catalog.organization_facts(organization).name().to_owned()
    }

    /// True if the organization wishes for one of the need's places, or for a place around or in one.
    fn wishes_for_place(&self) -> bool {
        let divisions = self.catalog.reference.divisions;
        self.catalog.organization_facts(self.organization).wished_regions().any(|wish| {
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
        let projects = self.projects();
        VoteFacts {
            precedents: projects.len(),
            is_close: projects.first().is_some_and(|&it| self.scorer.is_close_precedent(self.organization, it)),
            latest: self.years(projects).into_iter().max(),
            votes: self.scorer.votes().for_organization(self.organization).len(),
        }
    }
}

impl Gather<WordFacts> for Source<'_> {
    fn gather(&self) -> WordFacts {
        let record = self.catalog.organization_record(self.organization);
        let shared = |text: &str| {
            let mut found: Vec<String> = Vec::new();
            for word in self.words.ranges(text).into_iter().map(|range| &text[range]) {
                if word.chars().nth(1).is_some() && !found.iter().any(|it| it == word) {
                    found.push(word.to_owned());
                }
            }
            found.truncate(MOST_WORDS);
            found
        };
        WordFacts { name: shared(&record.name), scope: record.scope.as_deref().map(shared).unwrap_or_default() }
    }
}

impl Gather<SectorFacts> for Source<'_> {
    fn gather(&self) -> SectorFacts {
        let taxonomy = &self.catalog.reference.taxonomy;
        let asked = || self.scorer.question().sectors.iter().map(|&(sector, _)| sector);
        let parents = || asked().map(|sector| taxonomy.parent(sector));
        let is_in = |wanted: usize| {
            let mut sectors = self.projects().iter().flat_map(|&at| self.catalog.project_facts(at).sectors());
            sectors.any(|(sector, _)| sector == wanted || taxonomy.parent(sector) == wanted)
        };
        let is_own = |&&at: &&usize| self.scorer.is_in_own_sectors(&self.catalog.project_facts(at));
        SectorFacts {
            names: self.sector_names(asked()),
            parents: self.sector_names(parents()),
            done: self.sector_names(asked().filter(|&sector| is_in(sector))),
            done_parents: self.sector_names(parents().filter(|&parent| is_in(parent))),
            projects: self.projects().len(),
            own: self.projects().iter().filter(is_own).count(),
            all: self.all(),
            latest: self.years(self.projects()).into_iter().max(),
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
            all: self.all(),
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
            province: self.catalog.reference.divisions.full_name(home.province()),
            is_inferred: self.catalog.organization_facts(self.organization).registered_home().is_none(),
        })
    }
}

impl Gather<GeneralFacts> for Source<'_> {
    fn gather(&self) -> GeneralFacts {
        GeneralFacts { is_local: self.is_local() }
    }
}

impl Gather<NameFacts> for Source<'_> {
    fn gather(&self) -> NameFacts {
        let divisions = self.catalog.reference.divisions;
        let own = self.catalog.organization_facts(self.organization).name();
        let held = |level: Level| {
            let around = self.scorer.question().regions.iter().flat_map(|&place| divisions.lineage(place));
            let mut names = around.filter(|&place| divisions.level(place) == level).filter_map(|place| divisions.get(place));
            // Two characters tell the divisions of one lineage apart, and short names keep them: 云南, 果洛.
            let start = |name: &str| name.char_indices().nth(2).map_or(name.len(), |(end, _)| end);
            names.find(|it| own.contains(&it.name[..start(&it.name)])).map(|it| it.name.clone())
        };
        NameFacts { places: [Level::County, Level::Prefecture, Level::Province].map(held), is_local: self.is_local() }
    }
}

impl Gather<TagFacts> for Source<'_> {
    fn gather(&self) -> TagFacts {
        let (taxonomy, question) = (&self.catalog.reference.taxonomy, self.scorer.question());
        let projects = || self.projects().iter().map(|&at| self.catalog.project_facts(at));
        // Of those asked for, what past projects are for or used; all of them where there is none.
        let has_group = |group: usize| projects().any(|project| project.groups().contains(&(group as u16)));
        let has_mode = |mode: usize| projects().any(|project| project.modes().contains(&(mode as u16)));
        let is_empty = self.projects().is_empty();
        let groups = question.groups.iter().filter(|&&group| is_empty || has_group(group));
        let modes = question.modes.iter().filter_map(|code| taxonomy.mode(code)).filter(|&mode| is_empty || has_mode(mode));
        TagFacts {
            groups: groups.map(|&group| taxonomy.groups()[group].name.clone()).collect(),
            modes: modes.map(|mode| taxonomy.modes()[mode].name.clone()).collect(),
            projects: self.projects().len(),
            all: self.all(),
        }
    }
}

impl Gather<SizeFacts> for Source<'_> {
    fn gather(&self) -> SizeFacts {
        let affordable_yuan = match self.evidence {
            Evidence::Affordable(yuan) => Some(*yuan),
            _ => None,
        };
        let row = self.scorer.row(self.organization);
        SizeFacts {
            has_history: self.all() > 0,
            usual_yuan: row.flags.any(Flags::HAS_CONTRIBUTIONS).then(|| f64::from(row.contribution_mean).exp()),
            is_foundation: row.reach.foundation,
            affordable_yuan,
            asked: self.scorer.question().amount,
        }
    }
}

impl Gather<StandingFacts> for Source<'_> {
    fn gather(&self) -> StandingFacts {
        StandingFacts {
            projects: self.scorer.history_of(self.organization),
            years: match self.scorer.evidence(Feature::Recency, self.organization) {
                Evidence::Projects(projects) => self.years(&projects),
                _ => Vec::new(),
            },
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
