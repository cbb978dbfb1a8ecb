//! The promises.

use super::StoreFactory;
use crate::domain::{Contact, Entity, EntityKind, Need, NeedId, NeedStatus, Organization, OrganizationId, Project, StatusChange};
use crate::store::{Changes, Erased, LedgerState, LedgerVersion, Page, Setting, StoreError, Written};

fn organization(id: &str) -> Entity {
    Entity::Organization(Box::new(Organization::named(OrganizationId::new(id), format!("{id}基金会"))))
}

fn need(n: usize, text: &str) -> Entity {
    let json = serde_json::json!({"id": format!("n{n}"), "description": text, "normalized": text});
    Entity::Need(Box::new(serde_json::from_value::<Need>(json).unwrap()))
}

fn project(id: &str, title: &str) -> Entity {
    let json = serde_json::json!({"id": id, "title": title});
    Entity::Project(Box::new(serde_json::from_value::<Project>(json).unwrap()))
}

fn claim(id: &str, need: &str, organization: &str, fen: i64) -> Entity {
    let json = serde_json::json!({"id": id, "need": need, "organization": organization, "amount_fen": fen});
    Entity::Claim(serde_json::from_value(json).unwrap())
}

const AT: &str = "2026-11-26T08:00:00+08:00";

pub(in crate::store) async fn what_is_written_is_read_back_in_order_of_arrival(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    // More rows than fit into one statement.
    let mut needs: Vec<Entity> = (0..2500).map(|n| need(n, "学校净水")).collect();
    assert_eq!(store.write(&needs, AT, "a.csv").await.unwrap().created, 2500);
    needs[2400] = need(2400, "乡村医生");
    needs.push(need(2500, "义肢"));
    let written = store.write(&needs, AT, "a.csv").await.unwrap();
    assert_eq!(written, Written { created: 1, updated: 1, unchanged: 2499 });
    let ledger = store.load().await.unwrap();
    assert!(ledger.needs.iter().map(|it| it.seq).eq(1..=2501), "numbers are those of arrival, and stay");
    assert_eq!(ledger.needs[2400].value.record.normalized, "乡村医生");
}

pub(in crate::store) async fn the_same_written_again_changes_nothing(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    let records = [organization("a"), need(1, "学校净水"), project("p", "净水"), claim("c", "n1", "a", 5)];
    store.write(&records, AT, "a").await.unwrap();
    let (version, ledger) = (store.version().await.unwrap(), store.load().await.unwrap());
    let again = store.write(&records, "2027-01-01T00:00:00+08:00", "b").await.unwrap();
    assert_eq!(again, Written { unchanged: 4, ..Written::default() });
    assert_eq!((store.version().await.unwrap(), store.load().await.unwrap()), (version, ledger));
    // If an id occurs twice, the last record counts.
    let twice = [need(2, "先"), need(2, "后")];
    assert_eq!(store.write(&twice, AT, "a").await.unwrap(), Written { created: 1, ..Written::default() });
    assert_eq!(store.load().await.unwrap().needs[1].value.record.normalized, "后");
}

pub(in crate::store) async fn a_write_is_whole_or_absent(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    let before = store.load().await.unwrap();
    let refused = store.write(&[organization("a"), need(1, "学校净水"), claim("c", "nobody", "a", 5)], AT, "a").await;
    assert!(refused.is_err());
    assert_eq!(store.load().await.unwrap(), before);
    assert_eq!(store.version().await.unwrap(), LedgerVersion::EMPTY);
}

pub(in crate::store) async fn a_refused_claim_and_what_it_lacks_are_named(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    let good = [organization("a"), need(1, "学校净水"), claim("good", "n1", "a", 5)];
    let named = |error: StoreError| match error {
        StoreError::Reference { claim, kind, missing } => (claim, kind, missing),
        other => panic!("{other}"),
    };
    for (bad, kind, missing) in
        [(claim("bad", "n9", "a", 5), EntityKind::Needs, "n9"), (claim("bad", "n1", "z", 5), EntityKind::Organizations, "z")]
    {
        let records: Vec<Entity> = good.iter().cloned().chain([bad]).collect();
        let refused = named(store.write(&records, AT, "a").await.unwrap_err());
        assert_eq!(refused, ("bad".to_owned(), kind, missing.to_owned()));
    }
}

pub(in crate::store) async fn every_change_makes_a_later_version(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    let mut last = store.version().await.unwrap();
    assert_eq!(last, LedgerVersion::EMPTY);
    for records in [vec![organization("a")], vec![need(1, "净水"), need(2, "义肢")], vec![claim("c", "n1", "a", 1)]] {
        store.write(&records, AT, "a").await.unwrap();
        let version = store.version().await.unwrap();
        assert!(version > last);
        assert_eq!(store.load().await.unwrap().version, version);
        assert_eq!(LedgerVersion::from_stamp(version.stamp()), version);
        last = version;
    }
}

pub(in crate::store) async fn what_was_written_after_a_version_is_told(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    store.write(&[organization("a"), need(1, "学校净水"), claim("c1", "n1", "a", 1)], AT, "a").await.unwrap();
    let known = store.version().await.unwrap();
    let after = async |version, most| store.changes_after(version, most).await.unwrap();
    let later = LedgerVersion::from_stamp(known.stamp() + 1);
    assert_eq!(after(later, 9).await, None, "a ledger that was restored does not reach that far");
    assert_eq!(after(LedgerVersion::EMPTY, 2).await, None, "three changes are more");
    let nothing = after(known, 0).await.unwrap();
    assert_eq!(nothing, Changes { state: store.state().await.unwrap(), ..Changes::default() });
    store.write(&[claim("c2", "n1", "a", 2), project("p", "净水")], AT, "a").await.unwrap();
    store.write(&[claim("c2", "n1", "a", 3), claim("c1", "n1", "a", 4)], AT, "a").await.unwrap();
    let new = after(known, 9).await.unwrap();
    let claims: Vec<_> = new.claims.iter().map(|it| (it.seq, it.value.amount.unwrap().fen())).collect();
    assert_eq!((new.state.version, claims), (store.version().await.unwrap(), vec![(1, 4), (2, 3)]));
    assert_eq!((new.organizations.len(), new.projects.len(), new.needs.len(), new.changed_settings), (0, 1, 0, false));
    assert_eq!(*new.projects[0].body, serde_json::to_string(&new.projects[0].value).unwrap());
    store.write_setting(Setting::Lexicon, "{}", AT, "lexicon").await.unwrap();
    let new = after(known, 9).await.unwrap();
    assert!(new.changed_settings && new.state.lexicon.as_deref() == Some("{}"));
}

pub(in crate::store) async fn a_version_has_a_mark_of_its_own(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    assert_eq!(store.state().await.unwrap(), LedgerState::default());
    store.write(&[organization("a")], AT, "a").await.unwrap();
    let (_other_guard, other) = factory.empty().await;
    other.write(&[organization("b")], AT, "a").await.unwrap();
    let (state, other) = (store.state().await.unwrap(), other.state().await.unwrap());
    assert_eq!(state.version, other.version);
    assert_ne!(state.mark, other.mark, "the same number in another ledger");
    store.write(&[organization("c")], AT, "a").await.unwrap();
    assert_eq!(store.mark(state.version).await.unwrap(), state.mark, "it stays");
}

pub(in crate::store) async fn all_records_come_page_by_page(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    let needs: Vec<Entity> = (0..5000).map(|n| need(n, "学校净水")).collect();
    store.write(&needs, AT, "a").await.unwrap();
    store.write(&[reachable("a", Some("13800138000")), claim("c", "n7", "a", 1)], AT, "a").await.unwrap();
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    let pages = async {
        let mut seen = Vec::new();
        while let Some(page) = receiver.recv().await {
            seen.push(match page {
                Page::Start { counts, .. } => format!("{counts:?}"),
                Page::Organizations(page) => {
                    assert!(page[0].value.contact.is_none() && !page[0].body.contains("138"));
                    format!("{} organizations", page.len())
                }
                Page::Projects(page) => format!("{} projects", page.len()),
                Page::Needs(page) => format!("needs {} to {}", page[0].seq, page[page.len() - 1].seq),
                Page::Claims(page) => format!("{} claims", page.len()),
                Page::End => "end".to_owned(),
            });
        }
        seen
    };
    let send = async {
        let sent = store.pages(&sender).await;
        drop(sender);
        sent
    };
    let (sent, seen) = tokio::join!(send, pages);
    sent.unwrap();
    assert_eq!(seen, ["[1, 0, 5000, 1]", "1 organizations", "needs 1 to 4096", "needs 4097 to 5000", "1 claims", "end"]);
}

pub(in crate::store) async fn changed_projects_are_told_by_version(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    store.write(&[project("p1", "净水"), project("p2", "义肢")], AT, "a").await.unwrap();
    let first = store.version().await.unwrap();
    store.write(&[organization("a"), project("p2", "义肢安装"), project("p3", "村医")], AT, "a").await.unwrap();
    let second = store.version().await.unwrap();
    let changed = async |after, last| store.projects_changed(after, last).await.unwrap();
    assert_eq!(changed(LedgerVersion::EMPTY, first).await, [1, 2]);
    assert_eq!(changed(first, second).await, [2, 3]);
    assert_eq!(changed(second, second).await, [] as [u64; 0]);
}

pub(in crate::store) async fn settings_are_kept_and_logged(factory: &impl StoreFactory) {
    let (guard, store) = factory.empty().await;
    assert_eq!(store.setting(Setting::Lexicon).await.unwrap(), None);
    store.write_setting(Setting::Lexicon, "{}", AT, "lexicon").await.unwrap();
    let version = store.version().await.unwrap();
    assert!(version > LedgerVersion::EMPTY, "a setting is a change");
    store.write_setting(Setting::Lexicon, "{}", AT, "lexicon").await.unwrap();
    assert_eq!(store.version().await.unwrap(), version);
    let ledger = factory.again(&guard).await.load().await.unwrap();
    assert_eq!((ledger.lexicon.as_deref(), ledger.taxonomy), (Some("{}"), None));
}

/// An organization that says nothing of a contact, clears it, or has one.
fn reachable(id: &str, phone: Option<&str>) -> Entity {
    let mut organization = Organization::named(OrganizationId::new(id), format!("{id}基金会"));
    organization.contact = phone.map(|phone| Contact::new(if phone == CLEAR { serde_json::Value::Null } else { phone.into() }));
    Entity::Organization(Box::new(organization))
}

/// Stands for a contact of null.
const CLEAR: &str = "";

pub(in crate::store) async fn a_contact_is_read_back_and_another_one_alone_is_a_change(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    let contact = async || store.load().await.unwrap().organizations[0].value.contact.clone();
    let (unchanged, updated) = (Written { unchanged: 1, ..Written::default() }, Written { updated: 1, ..Written::default() });
    store.write(&[reachable("a", Some("1"))], AT, "a").await.unwrap();
    let mut last = store.version().await.unwrap();
    for (phone, expected, stored) in [
        (Some("1"), unchanged, Some("1")),
        (Some("2"), updated, Some("2")),
        (None, unchanged, Some("2")),
        (Some(CLEAR), updated, None),
        (Some(CLEAR), unchanged, None),
        (None, unchanged, None),
        (Some("1"), updated, Some("1")),
    ] {
        assert_eq!(store.write(&[reachable("a", phone)], AT, "a").await.unwrap(), expected, "{phone:?}");
        assert_eq!(contact().await, stored.map(|phone| Contact::new(phone.into())), "{phone:?}");
        let version = store.version().await.unwrap();
        assert_eq!(version > last, expected == updated, "a change makes a later version, and nothing else does");
        last = version;
    }
    // The last of several entities with one id counts, with its contact.
    store.write(&[reachable("a", Some("3")), reachable("a", Some("4"))], AT, "a").await.unwrap();
    assert_eq!(contact().await, Some(Contact::new("4".into())));
}

pub(in crate::store) async fn an_erased_contact_is_gone_and_its_record_stays(factory: &impl StoreFactory) {
    let (guard, store) = factory.empty().await;
    store.write(&[reachable("a", Some("1")), reachable("b", Some("2")), need(1, "净水")], AT, "a").await.unwrap();
    let version = store.version().await.unwrap();
    let erase = async |kind, id| store.erase_contact(kind, id, AT, "erase").await.unwrap();
    assert_eq!(erase(EntityKind::Organizations, "a").await, Erased::Contact);
    assert!(store.version().await.unwrap() > version, "an erasure is a change");
    let changes = store.changes_after(version, 9).await.unwrap().unwrap();
    assert_eq!((changes.organizations.len(), changes.claims.len()), (1, 0), "and not one of claims");
    for (kind, id, expected) in [
        (EntityKind::Organizations, "a", Erased::NoContact),
        (EntityKind::Needs, "n1", Erased::NoContact),
        (EntityKind::Needs, "a", Erased::NoRecord),
        (EntityKind::Claims, "c", Erased::NoRecord),
    ] {
        assert_eq!(erase(kind, id).await, expected, "{kind:?} {id}");
    }
    let organizations = factory.again(&guard).await.load().await.unwrap().organizations;
    assert_eq!(organizations[0].value.contact, None);
    assert_eq!(organizations[1].value.contact, Some(Contact::new("2".into())));
}

pub(in crate::store) async fn a_need_is_changed_by_what_is_stored_and_nobody_comes_between(factory: &impl StoreFactory) {
    let (guard, store) = factory.empty().await;
    store.write(&[need(1, "净水"), need(2, "助学")], AT, "a").await.unwrap();
    let stores = [store.clone(), factory.again(&guard).await];
    let longer = |store: crate::store::Store| {
        tokio::spawn(async move {
            let longer = |mut need: Need| -> Result<Need, String> {
                need.record.description.push('水');
                Ok(need)
            };
            store.change_need(&NeedId::new("n1"), AT, "a", longer).await.unwrap().unwrap().unwrap()
        })
    };
    for change in (0..12_usize).map(|n| longer(stores[n % 2].clone())).collect::<Vec<_>>() {
        change.await.unwrap();
    }
    let needs = store.load().await.unwrap().needs;
    assert_eq!(needs[0].value.record.description, format!("净水{}", "水".repeat(12)));
    let version = store.version().await.unwrap();
    let refused = store.change_need(&NeedId::new("n1"), AT, "a", |_| Err("不行")).await.unwrap();
    assert_eq!(refused, Some(Err("不行")));
    assert_eq!(store.change_need(&NeedId::new("n9"), AT, "a", Ok::<_, String>).await.unwrap(), None);
    assert_eq!(store.version().await.unwrap(), version, "a refused change is none");
}

pub(in crate::store) async fn a_write_does_not_undo_what_a_person_did_to_a_need(factory: &impl StoreFactory) {
    let (_guard, store) = factory.empty().await;
    store.write(&[need(1, "净水")], AT, "a").await.unwrap();
    let act: StatusChange =
        serde_json::from_value(serde_json::json!({"action": "close", "from": "open", "on": "2026-11-26", "note": "已解决"}))
            .unwrap();
    let closed = |need: Need| Ok::<_, String>(Need { status: NeedStatus::Closed, status_change: Some(act.clone()), ..need });
    store.change_need(&NeedId::new("n1"), AT, "a", closed).await.unwrap().unwrap().unwrap();
    // The list was read before that.
    let unchanged = Written { unchanged: 1, ..Written::default() };
    assert_eq!(store.write(&[need(1, "净水")], AT, "b").await.unwrap(), unchanged);
    store.write(&[need(1, "净水设备")], AT, "b").await.unwrap();
    let stored = store.load().await.unwrap().needs.remove(0).value;
    assert_eq!(
        (stored.record.description.as_str(), stored.status, stored.status_change),
        ("净水设备", NeedStatus::Closed, Some(act))
    );
}

pub(in crate::store) async fn writes_at_once_wait_for_each_other(factory: &impl StoreFactory) {
    let (guard, store) = factory.empty().await;
    // Two handles, as in two processes, with several writers on each.
    let stores = [store.clone(), factory.again(&guard).await];
    let writes = (0..24_usize).map(|n| {
        let store = stores[n % 2].clone();
        tokio::spawn(async move { store.write(&[need(n, "学校净水")], AT, "a").await.map(|it| it.created) })
    });
    for write in writes.collect::<Vec<_>>() {
        assert_eq!(write.await.unwrap().unwrap(), 1);
    }
    let needs = store.load().await.unwrap().needs;
    assert!(needs.iter().map(|it| it.seq).eq(1..=24), "no number is given twice");
}

pub(in crate::store) async fn what_was_written_is_there_after_opening_again(factory: &impl StoreFactory) {
    let (guard, store) = factory.empty().await;
    store.write(&[organization("a"), need(1, "学校净水"), claim("c", "n1", "a", 5)], AT, "a").await.unwrap();
    let ledger = store.load().await.unwrap();
    store.close().await;
    assert_eq!(factory.again(&guard).await.load().await.unwrap(), ledger);
}
