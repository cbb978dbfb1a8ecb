//! A record as the ledger stores it, the same for every backend. No other JSON contains a contact.

use serde::Serialize;
use serde_json::Value;

use crate::domain::{Contact, Entity};

/// The contact comes last, as every version has written it, because records are compared byte for byte.
#[derive(Serialize)]
struct Row<'a, T> {
    #[serde(flatten)]
    record: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<&'a Value>,
}

/// The body of a row.
pub(super) fn body(entity: &Entity) -> String {
    match entity {
        Entity::Organization(it) => json(&**it, it.contact.as_ref()),
        Entity::Project(it) => json(&**it, None),
        Entity::Need(it) => json(&**it, it.contact.as_ref()),
        Entity::Claim(it) => json(&**it, None),
    }
}

fn json(record: &impl Serialize, contact: Option<&Contact>) -> String {
    let row = Row { record, contact: contact.map(Contact::for_the_ledger) };
    serde_json::to_string(&row).expect("records have string keys and finite numbers only")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Need, Organization, OrganizationId};

    #[test]
    fn a_contact_is_written_last_and_read_back() {
        let mut organization = Organization::named(OrganizationId::new("o"), "甲基金会");
        let bare = body(&Entity::Organization(Box::new(organization.clone())));
        assert_eq!(bare, r#"{"id":"o","name":"甲基金会","kind":"other","status":"normal"}"#);
        organization.contact = Some(Contact::new(json!(["张某", {"phone": "13900001234"}])));
        let full = body(&Entity::Organization(Box::new(organization.clone())));
        assert_eq!(full, bare.replace("\"}", "\",\"contact\":[\"张某\",{\"phone\":\"13900001234\"}]}"));
        assert_eq!(serde_json::from_str::<Organization>(&full).unwrap(), organization);

        let json = r#"{"id":"n","title":null,"description":"","normalized":"净水","regions":[],"sectors":[],"groups":[],"modes":[],"amount":null,"beneficiaries":null,"deadline":null,"urgency":null,"changes":[],"status":"open","contact":"某局"}"#;
        let need: Need = serde_json::from_str(json).unwrap();
        assert!(need.contact.is_some());
        assert_eq!(body(&Entity::Need(Box::new(need))), json);
    }
}
