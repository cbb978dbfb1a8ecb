//! A record and its contact as the ledger stores them, the same for every backend. No other JSON contains a contact.

use serde::de::DeserializeOwned;

use crate::domain::{Contact, Entity, EntityKind, Need, Organization};

/// The body of a record. It has no contact.
pub(super) fn body(entity: &Entity) -> String {
    match entity {
        Entity::Organization(it) => json(&**it),
        Entity::Project(it) => json(&**it),
        Entity::Need(it) => json(&**it),
        Entity::Claim(it) => json(&**it),
    }
}

/// The record of a body.
pub(super) fn entity(kind: EntityKind, body: &[u8]) -> serde_json::Result<Entity> {
    Ok(match kind {
        EntityKind::Organizations => Entity::Organization(serde_json::from_slice(body)?),
        EntityKind::Projects => Entity::Project(serde_json::from_slice(body)?),
        EntityKind::Needs => Entity::Need(serde_json::from_slice(body)?),
        EntityKind::Claims => Entity::Claim(serde_json::from_slice(body)?),
    })
}

/// What a write does with the contact of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ContactChange {
    /// The record says nothing of a contact: a stored one stays.
    Keep,
    /// Its contact is null: a stored one is removed.
    Remove,
    /// The body of the contact that it has from now on.
    Set(String),
}

/// What a write of the record does with its contact.
pub(super) fn contact(entity: &Entity) -> ContactChange {
    let contact = match entity {
        Entity::Organization(it) => it.contact.as_ref(),
        Entity::Need(it) => it.contact.as_ref(),
        Entity::Project(_) | Entity::Claim(_) => None,
    };
    match contact {
        None => ContactChange::Keep,
        Some(contact) if contact.for_the_ledger().is_null() => ContactChange::Remove,
        Some(contact) => ContactChange::Set(contact_body(contact)),
    }
}

/// A kind of record that may have a contact.
pub(super) trait Contactable {
    /// Gives the record its contact.
    fn set_contact(&mut self, contact: Contact);
}

impl Contactable for Organization {
    fn set_contact(&mut self, contact: Contact) {
        self.contact = Some(contact);
    }
}

impl Contactable for Need {
    fn set_contact(&mut self, contact: Contact) {
        self.contact = Some(contact);
    }
}

/// Takes the contact out of a body that was written when records contained it, always in the last place.
pub(super) fn without_contact(kind: EntityKind, body: &str) -> serde_json::Result<(String, Option<String>)> {
    match kind {
        EntityKind::Organizations => split(body, |it: &mut Organization| it.contact.take()),
        EntityKind::Needs => split(body, |it: &mut Need| it.contact.take()),
        EntityKind::Projects | EntityKind::Claims => Ok((body.to_owned(), None)),
    }
}

fn split<T: DeserializeOwned + serde::Serialize>(
    body: &str,
    take: impl FnOnce(&mut T) -> Option<Contact>,
) -> serde_json::Result<(String, Option<String>)> {
    let mut record: T = serde_json::from_str(body)?;
    let Some(contact) = take(&mut record).as_ref().map(contact_body) else { return Ok((body.to_owned(), None)) };
    // Everything before it stays to the letter.
    let rest = body.strip_suffix(&format!(",\"contact\":{contact}}}"));
    Ok((rest.map_or_else(|| json(&record), |rest| format!("{rest}}}")), Some(contact)))
}

fn contact_body(contact: &Contact) -> String {
    json(contact.for_the_ledger())
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("records and contacts have string keys and finite numbers only")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::OrganizationId;

    #[test]
    fn a_contact_has_a_body_of_its_own() {
        let mut organization = Organization::named(OrganizationId::new("o"), "甲基金会");
        let bare = Entity::Organization(Box::new(organization.clone()));
        assert_eq!((body(&bare).as_str(), contact(&bare)), (BARE, ContactChange::Keep));
        organization.contact = Some(Contact::new(json!(null)));
        assert_eq!(contact(&Entity::Organization(Box::new(organization.clone()))), ContactChange::Remove);
        organization.contact = Some(Contact::new(json!(["张某", {"phone": "13900001234"}])));
        let full = Entity::Organization(Box::new(organization));
        assert_eq!(body(&full), BARE);
        assert_eq!(contact(&full), ContactChange::Set(CONTACT.to_owned()));
    }

    const BARE: &str = r#"{"id":"o","name":"甲基金会","kind":"other","status":"normal"}"#;
    const CONTACT: &str = r#"["张某",{"phone":"13900001234"}]"#;

    #[test]
    fn a_body_of_old_loses_its_contact_and_nothing_else() {
        let taken = |kind, body: &str| without_contact(kind, body).unwrap();
        let old = BARE.replace("\"}", &format!("\",\"contact\":{CONTACT}}}"));
        assert_eq!(taken(EntityKind::Organizations, &old), (BARE.to_owned(), Some(CONTACT.to_owned())));
        assert_eq!(taken(EntityKind::Organizations, BARE), (BARE.to_owned(), None));
        // Another program may have put it elsewhere.
        let elsewhere = BARE.replacen('{', &format!("{{\"contact\":{CONTACT},"), 1);
        assert_eq!(taken(EntityKind::Organizations, &elsewhere), (BARE.to_owned(), Some(CONTACT.to_owned())));
        // A text that looks like a contact is none.
        let named = r#"{"id":"n","title":",\"contact\":\"x\"}","description":"","normalized":"净水"}"#;
        assert_eq!(taken(EntityKind::Needs, named), (named.to_owned(), None));
        assert!(without_contact(EntityKind::Needs, "{").is_err());
    }
}
