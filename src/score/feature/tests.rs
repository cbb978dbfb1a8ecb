//! Properties of every feature: names, bounds, sentences.

use proptest::prelude::*;

use super::definition::DependsOn;
use super::formula::Gather;
use super::list::{Asked, Feature, feature_label};
use super::value::Value;
use super::{named, partners, place, region, scope, sector, size, standing, tags, votes};
use crate::catalog::tests::small::row;
use crate::domain::Money;

/// Facts of every family, made from a few choices.
#[derive(Debug, Clone)]
struct Made {
    yes: [bool; 3],
    names: Vec<String>,
    number: u32,
    share: Option<f64>,
}

impl Made {
    fn year(&self) -> Option<i16> {
        self.yes[0].then_some(2000 + (self.number % 30) as i16)
    }
}

fn made() -> impl Strategy<Value = Made> {
    let names = prop::collection::vec("[甲-癸]{1,3}", 0..3);
    (any::<[bool; 3]>(), names, any::<u32>(), prop::option::of(0.0..1e9_f64)).prop_map(|(yes, names, number, share)| Made {
        yes,
        names,
        number,
        share,
    })
}

impl Gather<()> for Made {
    fn gather(&self) {}
}

impl Gather<votes::VoteFacts> for Made {
    fn gather(&self) -> votes::VoteFacts {
        votes::VoteFacts {
            precedents: self.number as usize % 9,
            latest: self.year(),
            votes: self.number as usize,
            is_close: self.yes[1],
        }
    }
}

impl Gather<sector::SectorFacts> for Made {
    fn gather(&self) -> sector::SectorFacts {
        let (names, parents) = (self.names.clone(), self.names.clone());
        let own = self.number as usize % 4;
        sector::SectorFacts {
            done: names.clone(),
            done_parents: names.clone(),
            names,
            parents,
            projects: own,
            own,
            all: usize::from(self.yes[1]),
            latest: self.year(),
        }
    }
}

impl Gather<region::RegionFacts> for Made {
    fn gather(&self) -> region::RegionFacts {
        let [_, is_wished_for, has_history] = self.yes;
        let all = usize::from(has_history);
        let (place, years) = (self.names.first().cloned(), self.year().into_iter().collect());
        region::RegionFacts { place, projects: self.number as usize, years, is_wished_for, all }
    }
}

impl Gather<Option<place::RelationFacts>> for Made {
    fn gather(&self) -> Option<place::RelationFacts> {
        let name = self.names.first()?;
        let [donor, recipient, programme] = [name, name, name].map(Clone::clone);
        Some(place::RelationFacts { donor, recipient, programme, ended_years: self.share })
    }
}

impl Gather<Option<place::HomeFacts>> for Made {
    fn gather(&self) -> Option<place::HomeFacts> {
        Some(place::HomeFacts {
            name: self.names.first()?.clone(),
            province: self.names.first()?.clone(),
            is_inferred: self.yes[0],
        })
    }
}

impl Gather<named::GeneralFacts> for Made {
    fn gather(&self) -> named::GeneralFacts {
        named::GeneralFacts { is_local: self.yes[0] }
    }
}

impl Gather<named::NameFacts> for Made {
    fn gather(&self) -> named::NameFacts {
        let place = self.names.first();
        named::NameFacts { places: [place.cloned(), None, place.cloned()], is_local: self.yes[0] }
    }
}

impl Gather<scope::WordFacts> for Made {
    fn gather(&self) -> scope::WordFacts {
        scope::WordFacts { name: self.names.clone(), scope: self.names.clone() }
    }
}

impl Gather<tags::TagFacts> for Made {
    fn gather(&self) -> tags::TagFacts {
        tags::TagFacts { groups: self.names.clone(), modes: self.names.clone(), projects: self.number as usize % 3, all: 1 }
    }
}

impl Gather<size::SizeFacts> for Made {
    fn gather(&self) -> size::SizeFacts {
        let asked = self.yes[1].then_some(Money::MAX);
        size::SizeFacts {
            has_history: self.yes[0],
            usual_yuan: self.share,
            is_foundation: self.yes[2],
            affordable_yuan: self.share,
            asked,
        }
    }
}

impl Gather<standing::StandingFacts> for Made {
    fn gather(&self) -> standing::StandingFacts {
        let (budget_left, head) = (self.share.map(|share| share / 1e9), self.names.first().cloned());
        standing::StandingFacts { projects: self.number, years: self.year().into_iter().collect(), budget_left, head }
    }
}

impl Gather<partners::PartnerFacts> for Made {
    fn gather(&self) -> partners::PartnerFacts {
        partners::PartnerFacts { names: self.names.clone() }
    }
}

proptest! {
    #[test]
    fn every_feature_has_a_sentence_whatever_it_says(made in made(), value in -20.0..20.0_f64) {
        for feature in Feature::ALL {
            let bounds = &feature.definition().bounds;
            let known = Value::Known(value.clamp(*bounds.start(), *bounds.end()));
            for value in [known, Value::Unknown, Value::NotAsked] {
                let sentence = feature.sentence(value, &made);
                prop_assert!(!sentence.trim().is_empty(), "{feature:?}, {value:?}");
                prop_assert!(!sentence.ends_with('。'), "{feature:?}: {sentence}");
            }
        }
    }
}

#[test]
fn each_feature_is_defined_once() {
    for feature in Feature::ALL {
        let definition = feature.definition();
        assert_eq!(serde_json::to_value(feature).unwrap(), definition.code, "one name in answers and model files");
        assert_eq!(Feature::by_name(definition.code), Some(feature));
        assert!(!definition.label.is_empty(), "{feature:?}");
        assert!(definition.bounds.start() < definition.bounds.end(), "{feature:?}");
    }
    let mut labels: Vec<&str> = Feature::ALL.into_iter().map(Feature::label).collect();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), Feature::ALL.len());
    assert_eq!((feature_label("home"), feature_label("gone")), ("所在地", "gone"));
}

#[test]
fn what_depends_on_the_row_alone_is_always_asked() {
    let nothing = Asked::nothing();
    for feature in Feature::ALL {
        let is_asked = nothing.value(feature, &row(0), &[]) != Value::NotAsked;
        assert_eq!(is_asked, feature.definition().depends_on == DependsOn::Row, "{feature:?}");
    }
}
