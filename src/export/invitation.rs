//! What an invitation says: whom it asks for which share of which needs, and the lines of the letter.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{NeedId, OrganizationId};
use crate::plan::NeedFacts;

/// What the sending office adds to its letters. What is left out stays blank in the letter, to be filled in by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// The office that sends the letters.
    pub office: Option<String>,
    /// Last day for a reply.
    pub reply_by: Option<Date>,
    /// To whom to reply.
    pub reply_to: Option<String>,
}

/// The invitation of one organization. It contains no contacts of organizations or needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// The needs that it is asked to share, largest amount first.
    pub needs: Vec<InvitedNeed>,
    /// The total sum that it is asked for, in yuan.
    pub total_yuan: f64,
    /// The letter, in Chinese.
    pub text: String,
    /// The letter, line by line.
    #[serde(skip)]
    pub(super) lines: Lines,
}

/// A need in an invitation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvitedNeed {
    /// Its id, or its row if it has none.
    pub need: NeedId,
    /// Its title, or the start of its text.
    pub title: String,
    /// Where.
    pub region: Option<String>,
    /// What else the letter says of it.
    #[serde(flatten)]
    pub facts: NeedFacts,
    /// The proposed share, in yuan.
    pub amount_yuan: f64,
    /// The whole gap of the need, in yuan.
    pub gap_yuan: f64,
    /// True if the organization is asked to lead others (牵头).
    pub lead: bool,
    /// Names of the other organizations that are asked.
    pub partners: Vec<String>,
    /// The reasons for asking the organization, in sentences.
    pub reasons: Vec<String>,
}

/// How a line is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// The title of the letter.
    Title,
    /// Whom it addresses, without indent.
    Address,
    /// A heading of the first level: 一、
    Heading,
    /// A heading of the second level: （一）
    Item,
    /// A paragraph.
    Body,
    /// At the right, at the end.
    Signature,
    /// An empty line.
    Blank,
}

/// A letter, line by line.
pub(super) type Lines = Vec<(Style, String)>;

/// Where a need is, down to the township.
pub(super) fn place(need: &InvitedNeed) -> String {
    let region = need.region.as_deref().unwrap_or_default();
    let place = need.facts.place.as_deref().filter(|place| !region.contains(*place)).unwrap_or_default();
    format!("{region}{place}")
}
