//! Past projects: who did what, where, when, and how large. The evidence that ranking rests on.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Amount, Count, Money, OrganizationId, Period, ProjectId, RegionFinding, SectorShare, TagCode};

/// Part an organization took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 牵头
    Lead,
    /// 参与
    #[default]
    Member,
}

/// An organization that took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Which one.
    pub organization: OrganizationId,
    /// What it gave, where known.
    #[serde(rename = "amount_fen", default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Its part.
    #[serde(default)]
    pub role: Role,
}

/// A past project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
    /// What was done.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The organizations that are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Participant>,
    /// How many took part in all, where that is known and more than are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant_count: Option<u32>,
    /// Where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<RegionFinding>,
    /// In which sectors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<SectorShare>,
    /// For how much in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// For how many people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiaries: Option<Count>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<TagCode>,
    /// By which means.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<TagCode>,
    /// When; undated projects are visible always, and old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// As given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Where the record came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Project {
    /// The project as it was known on a day: before its end, totals and end are not.
    #[must_use]
    pub fn as_known_on(&self, day: Date) -> Self {
        let mut project = self.clone();
        if project.period.is_some_and(|period| period.totals_from() > day) {
            project.amount = None;
            project.beneficiaries = None;
            project.participants.iter_mut().for_each(|it| it.amount = None);
            if let Some(period) = &mut project.period {
                period.end = None;
            }
        }
        project
    }

    /// How many took part, named or not.
    #[must_use]
    pub fn partners(&self) -> usize {
        self.participants.len().max(self.participant_count.unwrap_or(0) as usize)
    }

    /// The stated contribution of the `n`th participant; where none is stated, an equal share of what the stated ones leave.
    ///
    /// An estimate in the second case: reports often give one sum for several partners.
    #[must_use]
    pub fn share(&self, n: usize) -> Option<Money> {
        let participant = self.participants.get(n)?;
        if participant.amount.is_some() {
            return participant.amount;
        }
        let total = self.amount.as_ref()?.point()?;
        let stated: Vec<Money> = self.participants.iter().filter_map(|p| p.amount).collect();
        let open = i64::try_from(self.partners() - stated.len()).ok()?;
        let rest = stated.into_iter().fold(total, Money::minus);
        Money::from_fen(rest.fen() / open.max(1)).filter(|&share| share > Money::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unstated_shares_split_what_the_stated_ones_leave() {
        let yuan = |yuan| Money::from_yuan(yuan).unwrap();
        let part = |id: &str, amount| Participant { organization: OrganizationId::new(id), amount, role: Role::Member };
        let mut project: Project = serde_json::from_str(r#"{"id": "p", "title": "乡村医生培训"}"#).unwrap();
        project.amount = Some(Amount::exact(yuan(3_350_000.0), "335万元"));
        project.participants = vec![part("a", Some(yuan(1e6))), part("b", Some(yuan(1e6))), part("c", None), part("d", None)];
        assert_eq!(project.share(0), Some(yuan(1e6)));
        assert_eq!(project.share(2), Some(yuan(675_000.0)));
        project.participant_count = Some(29);
        assert_eq!(project.share(3), Some(yuan(50_000.0)));
    }
}
