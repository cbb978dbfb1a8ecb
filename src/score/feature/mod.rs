//! The features: formula, unit, source. What one need asks for is prepared once (`Asked`); then each feature is a pure function
//! of the organization's [`Row`] and of the facts that the need's lists hold of it.

mod declines;
mod partners;
mod place;
mod region;
mod scope;
mod sector;
mod size;
mod standing;
mod tags;
mod votes;

use serde::{Deserialize, Serialize};

use super::lists::{Lists, Slot};
use super::{Question, Texts, Weights};
use crate::catalog::{Catalog, Row, View};

pub(super) use partners::links;
pub(super) use place::relation;
pub(super) use scope::OwnWords;

/// What a feature says of one organization.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A finite number.
    Known(f64),
    /// The organization's record says nothing: missing, not zero.
    Unknown,
    /// The need says nothing that it could be compared with.
    NotAsked,
}

macro_rules! features {
    ($($(#[$doc:meta])* $name:ident $code:literal $label:literal,)+) => {
        /// The features in the order of the parts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Feature {
            $($(#[$doc])* $name,)+
        }

        impl Feature {
            /// All features.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$name),+];

            /// Chinese name.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)+
                }
            }

            /// Name in answers and model files.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }

        impl Asked {
            /// The score: the sum of the points of all features. Written out feature by feature, because a loop would ask each
            /// time which.
            #[inline]
            pub(super) fn sum(&self, weights: &Weights, row: &Row, facts: &[f32]) -> i64 {
                let mut sum = 0;
                $(
                    // What is worth nothing is not asked; half the features of a set of weights may be so.
                    if !weights.is_off(Feature::$name) {
                    let value = self.value(Feature::$name, row, facts);
                    sum += weights.points(Feature::$name, value);
                    }
                )+
                sum
            }
        }
    };
}

features! {
    /// Votes of similar past projects.
    TextVotes "text_votes" "相似项目",
    /// The same votes, weighed by how close the sectors are.
    SectorVotes "sector_votes" "相近领域的相似项目",
    /// The most similar one.
    BestPrecedent "best_precedent" "最相似项目",
    /// The same votes by rank alone.
    RankVotes "rank_votes" "相似项目名次",
    /// More similar projects than its size explains.
    TextLift "text_lift" "相似项目占比",
    /// Whether all it has done, read as one text, is like the need.
    Profile "profile" "往期项目全文",
    /// Whether its name speaks of the like.
    NameMatch "name_match" "名称用语",
    /// Whether its stated scope speaks of the like.
    Scope "scope" "业务范围",
    /// How much of its work lies in the need's sectors.
    SectorHistory "sector_history" "领域经历",
    /// The same for the sectors above them.
    ParentSector "parent_sector" "大类领域",
    /// How much it has done in the need's sectors.
    SectorActivity "sector_activity" "领域项目数",
    /// How much of its work lies in the need's places.
    RegionHistory "region_history" "地区经历",
    /// Whether its home helps the place by an official relation.
    Counterpart "counterpart" "对口关系",
    /// Whether it is at home there.
    Home "home" "所在地",
    /// Whether its name holds the place.
    NamedPlace "named_place" "名称含需求地",
    /// Whether organizations of its home do more of the like than of other things.
    HomeVotes "home_votes" "同省相似项目",
    /// How much of its work is for the need's groups.
    Groups "groups" "服务对象",
    /// How much of its work is by the need's modes.
    Modes "modes" "帮扶方式",
    /// Whether its contributions are of this size.
    TicketFit "ticket_fit" "资助规模",
    /// Whether it can carry a sum of this size.
    Capacity "capacity" "资金能力",
    /// Room in its budget.
    Headroom "headroom" "预算余额",
    /// Room in its calendar.
    Slots "slots" "认领名额",
    /// How much it does.
    Popularity "popularity" "活跃程度",
    /// How lately it began something.
    Recency "recency" "近期活动",
    /// Whether it has worked with those who did the like.
    Partners "partners" "合作网络",
    /// Whether it works in the whole country.
    National "national" "全国性组织",
    /// Whether it takes on needs of every sector.
    General "general" "综合性慈善组织",
    /// Whether it is a branch of another organization.
    Branch "branch" "分支机构",
    /// Whether next to nothing is known of its work.
    Newcomer "newcomer" "历史较少",
    /// Whether it has lately turned down needs of these sectors.
    Declines "declines" "近期婉拒",
}

/// What a feature is about. A short list of reasons takes one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Theme {
    /// What it has done that is like the need.
    Likeness,
    /// What it says of itself.
    Words,
    /// Fields of work, groups and modes.
    Sector,
    /// Places.
    Place,
    /// Money and room.
    Size,
    /// What is known of it whatever the need.
    Standing,
}

impl Feature {
    /// What it is about.
    #[must_use]
    pub const fn theme(self) -> Theme {
        match self {
            Self::TextVotes | Self::SectorVotes | Self::BestPrecedent | Self::RankVotes | Self::TextLift | Self::Profile => {
                Theme::Likeness
            }
            Self::NameMatch | Self::Scope => Theme::Words,
            Self::SectorHistory | Self::ParentSector | Self::SectorActivity | Self::Groups | Self::Modes => Theme::Sector,
            Self::RegionHistory | Self::Counterpart | Self::Home | Self::NamedPlace | Self::HomeVotes => Theme::Place,
            Self::TicketFit | Self::Capacity | Self::Headroom | Self::Slots => Theme::Size,
            Self::Popularity
            | Self::Recency
            | Self::Partners
            | Self::National
            | Self::General
            | Self::Branch
            | Self::Newcomer
            | Self::Declines => Theme::Standing,
        }
    }

    /// True if more of it can only speak for an organization: its weight is never negative.
    #[must_use]
    pub const fn is_merit(self) -> bool {
        !matches!(self, Self::National | Self::General | Self::Branch | Self::Newcomer | Self::Declines)
    }
}

/// Takes a feature, a list that it reads, and the most that a number of the list adds to the feature.
pub(super) type MaxImpacts<'a> = dyn FnMut(Feature, Slot, &dyn Fn(f64) -> f64) + 'a;

/// What one need asks of each feature; absent where the need says nothing.
pub(super) struct Asked {
    text: Option<votes::TextVotes>,
    own: Option<scope::Own>,
    sectors: Option<sector::Sectors>,
    regions: Option<region::Regions>,
    homes: Option<place::Homes>,
    named: Option<place::Named>,
    home_votes: Option<place::HomeVotes>,
    groups: Option<tags::Tags>,
    modes: Option<tags::Tags>,
    size: Option<size::Size>,
    partners: Option<partners::Partners>,
    declines: Option<declines::Declines>,
}

impl Asked {
    /// Prepares the need; adds the lists that its features read.
    pub(super) fn new<'a>(
        catalog: &'a Catalog,
        view: &'a View,
        question: &Question,
        texts: &Texts,
        lists: &mut Lists<'a>,
    ) -> Self {
        let (past, taxonomy) = (view.past.as_ref(), &catalog.reference.taxonomy);
        Self {
            text: votes::TextVotes::new(&texts.votes, &question.topic, lists),
            own: scope::Own::new(&texts.own, texts.votes.quality(), &question.topic, lists),
            sectors: sector::Sectors::new(catalog, past, question, lists),
            regions: region::Regions::new(catalog, past, question, lists),
            homes: place::Homes::new(catalog, question, view.as_of),
            named: place::Named::new(catalog, question, lists),
            home_votes: place::HomeVotes::new(catalog, past, &texts.votes, &question.topic),
            groups: tags::Tags::groups(past, question, lists),
            modes: tags::Tags::modes(past, taxonomy, question, lists),
            size: size::Size::new(question),
            partners: partners::Partners::new(catalog, view, &texts.votes, lists),
            declines: declines::Declines::new(taxonomy, &view.claimed, question, lists),
        }
    }

    /// Calls `impact` with each feature that reads a list, the list, and a rising function of a number of the list: the most that
    /// an organization with this number has more of the feature, whatever the rest of its record, than one that no list names.
    pub(super) fn max_impacts(&self, impact: &mut MaxImpacts<'_>) {
        if let Some(it) = &self.text {
            it.max_impacts(impact);
        }
        if let Some(it) = &self.own {
            it.max_impacts(impact);
        }
        if let Some(it) = &self.sectors {
            it.max_impacts(impact);
        }
        if let Some(it) = &self.regions {
            it.max_impacts(impact);
        }
        if let Some(it) = &self.named {
            it.max_impacts(impact);
        }
        if let Some(it) = &self.groups {
            it.max_impacts(Feature::Groups, impact);
        }
        if let Some(it) = &self.modes {
            it.max_impacts(Feature::Modes, impact);
        }
        if let Some(it) = &self.partners {
            it.max_impacts(impact);
        }
        if let Some(it) = &self.declines {
            it.max_impacts(impact);
        }
    }

    /// What a feature says of one organization; always a finite number where it is known. Inlined, so that of the whole match one
    /// arm is left for each feature.
    #[inline(always)]
    pub(super) fn value(&self, feature: Feature, row: &Row, facts: &[f32]) -> Value {
        fn asked<T>(asked: Option<&T>, value: impl FnOnce(&T) -> Value) -> Value {
            asked.map_or(Value::NotAsked, value)
        }
        match feature {
            Feature::TextVotes => asked(self.text.as_ref(), |it| it.sum(facts)),
            Feature::SectorVotes => asked(self.text.as_ref(), |it| it.by_sector(facts)),
            Feature::BestPrecedent => asked(self.text.as_ref(), |it| it.best(facts)),
            Feature::RankVotes => asked(self.text.as_ref(), |it| it.by_rank(facts)),
            Feature::TextLift => asked(self.text.as_ref(), |it| it.lift(row.projects, facts)),
            Feature::Profile => asked(self.own.as_ref(), |it| it.profile(facts)),
            Feature::NameMatch => asked(self.own.as_ref(), |it| it.name(facts)),
            Feature::Scope => asked(self.own.as_ref(), |it| it.scope(row, facts)),
            Feature::SectorHistory => asked(self.sectors.as_ref(), |it| it.lift(row, facts)),
            Feature::ParentSector => asked(self.sectors.as_ref(), |it| it.parent_lift(row, facts)),
            Feature::SectorActivity => asked(self.sectors.as_ref(), |it| it.activity(facts)),
            Feature::RegionHistory => asked(self.regions.as_ref(), |it| it.value(row, facts)),
            Feature::Counterpart => asked(self.homes.as_ref(), |it| it.counterpart(row)),
            Feature::Home => asked(self.homes.as_ref(), |it| it.nearness(row)),
            Feature::NamedPlace => asked(self.named.as_ref(), |it| it.value(facts)),
            Feature::HomeVotes => asked(self.home_votes.as_ref(), |it| it.value(row)),
            Feature::Groups => asked(self.groups.as_ref(), |it| it.value(row, facts)),
            Feature::Modes => asked(self.modes.as_ref(), |it| it.value(row, facts)),
            Feature::TicketFit => asked(self.size.as_ref(), |it| it.fit(row)),
            Feature::Capacity => asked(self.size.as_ref(), |it| it.share(row)),
            Feature::Headroom => standing::headroom(row),
            Feature::Slots => standing::slots(row),
            Feature::Popularity => standing::popularity(row),
            Feature::Recency => standing::recency(row),
            Feature::Partners => asked(self.partners.as_ref(), |it| it.value(facts)),
            Feature::National => standing::national(row),
            Feature::General => standing::general(row),
            Feature::Branch => standing::branch(row),
            Feature::Newcomer => standing::newcomer(row),
            Feature::Declines => asked(self.declines.as_ref(), |it| it.value(facts)),
        }
    }
}
