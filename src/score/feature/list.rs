//! The list of features and of their families. The enum, the answers to one need, the sum of a score and the sentences are
//! generated from it. Only the table of weights names all features again.

use serde::{Deserialize, Serialize};

use super::definition::{Definition, Sign, Theme};
use super::formula::{Family, Formula, Gather, Inputs};
use super::value::Value;
use super::{declines, named, partners, place, purpose, region, scope, sector, size, standing, tags, votes};
use crate::catalog::Row;
use crate::score::lists::{Lists, Slot};

macro_rules! features {
    (
        families { $($family:ident: $prepared:ty,)+ }
        features { $($(#[$doc:meta])* $file:ident::$name:ident,)+ }
    ) => {
        /// The features in the order of the parts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Feature {
            $($(#[$doc])* $name,)+
        }

        impl Feature {
            /// All features.
            pub const ALL: [Self; [$(stringify!($name)),+].len()] = [$(Self::$name),+];

            /// The fixed facts about the feature.
            #[must_use]
            pub(crate) const fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$name => const { &$file::$name::DEFINITION },)+
                }
            }

            /// The sentence for a value, with facts from `source`.
            #[must_use]
            pub(crate) fn sentence<S>(self, value: Value, source: &S) -> String
            where
                $(S: Gather<<$file::$name as Formula>::Facts>,)+
            {
                match value {
                    Value::NotAsked => self.definition().not_asked.to_owned(),
                    Value::Unknown => self.definition().unknown.to_owned(),
                    Value::Known(value) => match self {
                        $(Self::$name => $file::$name::sentence(value, &source.gather()),)+
                    },
                }
            }
        }

        /// What one need asks of each family; none where the need says nothing about it.
        pub(in crate::score) struct Asked {
            $($family: Option<$prepared>,)+
        }

        $(
            impl Asks<$prepared> for Asked {
                #[inline]
                fn asks(&self) -> Option<&$prepared> {
                    self.$family.as_ref()
                }
            }
        )+

        impl Asked {
            /// Prepares the need and adds the lists that its features read.
            pub(in crate::score) fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Self {
                Self { $($family: <$prepared>::new(inputs, lists),)+ }
            }

            /// A need that asks for nothing.
            #[cfg(test)]
            pub(super) fn nothing() -> Self {
                Self { $($family: None,)+ }
            }

            /// Calls `impact` with each feature that reads a list, the list, and an increasing function f. Compared with an
            /// organization in no list, the number x in that list adds at most f(x) to the feature, whatever else is on the
            /// record.
            pub(in crate::score) fn max_impacts(&self, impact: &mut dyn FnMut(Feature, Slot, &dyn Fn(f64) -> f64)) {
                $(
                    if let Some(asked) = self.asks() {
                        $file::$name::max_impacts(asked, &mut |slot, most| impact(Feature::$name, slot, most));
                    }
                )+
            }

            /// The value of a feature for one organization: finite where it is known. It is inlined, so that only one arm of
            /// the match is left where the feature is a constant.
            #[inline(always)]
            pub(in crate::score) fn value(&self, feature: Feature, row: &Row, facts: &[f32]) -> Value {
                match feature {
                    $(Feature::$name => self.value_of::<$file::$name>(row, facts),)+
                }
            }

            /// The sum of the points of all features that are `on`. It is written out feature by feature, because a loop would
            /// match on the feature each time.
            #[inline]
            pub(in crate::score) fn sum(
                &self,
                row: &Row,
                facts: &[f32],
                on: impl Fn(Feature) -> bool,
                points: impl Fn(Feature, Value) -> i64,
            ) -> i64 {
                let mut sum = 0;
                $(
                    if on(Feature::$name) {
                        sum += points(Feature::$name, self.value_of::<$file::$name>(row, facts));
                    }
                )+
                sum
            }
        }
    };
}

/// Holds what a need asks of a family.
trait Asks<Family> {
    /// None where the need says nothing.
    fn asks(&self) -> Option<&Family>;
}

/// A feature that does not depend on the need is always asked.
impl Asks<()> for Asked {
    #[inline]
    fn asks(&self) -> Option<&()> {
        Some(&())
    }
}

impl Asked {
    #[inline(always)]
    fn value_of<F: Formula>(&self, row: &Row, facts: &[f32]) -> Value
    where
        Self: Asks<F::Asked>,
    {
        self.asks().map_or(Value::NotAsked, |asked| F::value(asked, row, facts))
    }
}

features! {
    families {
        votes: votes::Readings,
        words: scope::Matched,
        purposes: purpose::Purposes,
        institutions: purpose::Named,
        sectors: sector::Sectors,
        regions: region::Regions,
        homes: place::Homes,
        names: named::Names,
        provinces: place::Provinces,
        groups: tags::AskedGroups,
        modes: tags::AskedModes,
        size: size::Size,
        neighbours: partners::Neighbours,
        declined: declines::Declined,
    }

    features {
        /// Votes of similar past projects.
        votes::TextVotes,
        /// The same votes, weighted by how close the sectors are.
        votes::SectorVotes,
        /// The most similar project.
        votes::BestPrecedent,
        /// The same votes by rank alone.
        votes::RankVotes,
        /// More similar projects than the number of its projects explains.
        votes::TextLift,
        /// Whether all its past work, read as one text, is like the need.
        scope::Profile,
        /// The same where no place ties it to the need.
        scope::Expertise,
        /// Whether its name resembles the need's text.
        scope::NameMatch,
        /// Whether its stated scope resembles the need's text.
        scope::Scope,
        /// Whether its name states a purpose that the need asks for.
        purpose::Purpose,
        /// Whether it serves one school or hospital alone.
        purpose::Bound,
        /// How much of its work lies in the need's sectors.
        sector::SectorHistory,
        /// The same for the parents of these sectors.
        sector::ParentSector,
        /// How much it has done in the need's sectors.
        sector::SectorActivity,
        /// How much of its work lies in the need's places.
        region::RegionHistory,
        /// Whether the place that it is at home in helps the need's place by an official relation.
        place::Counterpart,
        /// Whether it is at home there.
        place::Home,
        /// Whether its name holds the county.
        named::NamedCounty,
        /// Whether its name holds the prefecture.
        named::NamedPrefecture,
        /// Whether its name holds the province.
        named::NamedProvince,
        /// Whether its name is that of another province.
        named::Elsewhere,
        /// Whether it is a general charity of the place.
        named::LocalGeneral,
        /// Whether organizations from its home province have more similar projects than expected.
        place::HomeVotes,
        /// How much of its work is for the need's groups.
        tags::Groups,
        /// How much of its work is by the need's modes.
        tags::Modes,
        /// Whether its contributions are of the size that is asked for.
        size::TicketFit,
        /// Whether it can bring the sum that is asked for.
        size::Capacity,
        /// Whether organizations of its kind take on such sums.
        size::FundSize,
        /// What is left of its budget.
        standing::Headroom,
        /// How many more needs it takes on this year.
        standing::Slots,
        /// How many projects it has carried out.
        standing::Popularity,
        /// How recently it began a project.
        standing::Recency,
        /// Whether it has worked with organizations that did similar projects.
        partners::Partners,
        /// Whether it works in the whole country.
        standing::National,
        /// Whether it takes on needs of every sector.
        standing::General,
        /// Whether it is a branch of another organization.
        standing::Branch,
        /// Whether next to nothing is known of its work.
        standing::Newcomer,
        /// Whether it has recently declined needs of these sectors.
        declines::Declines,
    }
}

impl Feature {
    /// Chinese name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.definition().label
    }

    /// Name in answers and model files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.definition().code
    }

    /// The feature of a name in answers and model files.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.name() == name)
    }

    /// What it is about.
    #[must_use]
    pub const fn theme(self) -> Theme {
        self.definition().theme
    }

    /// True if more of it can only speak for an organization: its weight is never negative.
    #[must_use]
    pub const fn is_merit(self) -> bool {
        matches!(self.definition().sign, Sign::Merit)
    }

    /// True if its weight follows the past. What is policy keeps its hand-set weight.
    #[must_use]
    pub const fn is_learned(self) -> bool {
        !matches!(self.definition().sign, Sign::Policy)
    }
}

/// Chinese name of a feature by the name that answers and model files give it.
#[must_use]
pub fn feature_label(name: &str) -> &str {
    Feature::by_name(name).map_or(name, |feature| feature.label())
}
