//! Past projects: who did what, where, when and at what scale. They are the evidence that ranking rests on.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Amount, Count, Money, OrganizationId, Period, ProjectId, RegionFinding, SectorShare, TagCode};

/// Role of an organization in a project or claim.
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
    /// Id of the organization.
    pub organization: OrganizationId,
    /// Its contribution, if known.
    #[serde(rename = "amount_fen", default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Its role.
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
    /// The participants that the record names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Participant>,
    /// Number of participants in all, if it is known and larger than the number of those named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant_count: Option<u32>,
    /// Its places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<RegionFinding>,
    /// Its sectors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<SectorShare>,
    /// Its total sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// Its beneficiaries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiaries: Option<Count>,
    /// Its groups of beneficiaries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<TagCode>,
    /// Its modes of help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<TagCode>,
    /// When it ran. Undated projects are always visible and count as old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Its status as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Where the record came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Project {
    /// A project with only its id and title.
    #[must_use]
    pub fn named(id: ProjectId, title: impl Into<String>) -> Self {
        Self {
            id,
            title: title.into(),
            description: String::new(),
            participants: Vec::new(),
            participant_count: None,
            regions: Vec::new(),
            sectors: Vec::new(),
            amount: None,
            beneficiaries: None,
            groups: Vec::new(),
            modes: Vec::new(),
            period: None,
            status: None,
            source: None,
        }
    }

    /// The project as it was known on a day. Until it has ended, its end, sums and beneficiaries are unknown.
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

    /// Number of participants, named or not.
    #[must_use]
    pub fn partners(&self) -> usize {
        self.participants.len().max(self.participant_count.unwrap_or(0) as usize)
    }

    /// The stated contribution of the `n`th participant; if none is stated, an equal share of the rest of the total.
    ///
    /// The equal share is an estimate: reports often give one sum for several partners.
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
