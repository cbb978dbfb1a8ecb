//! A need that is stored already: what its row does not state stays as it is.

use super::fields::Fields;
use crate::domain::{Need, Record, WordField};

/// Puts back what is stored and the row neither states nor clears. What had been read from the text is not put back: it has
/// been read again, perhaps from another text. It has a span or a word in the text; what a column had stated has none.
pub(super) fn keep(fields: &Fields<'_>, stored: &Need, record: &mut Record) {
    let old = &stored.record;
    let is_kept = |columns: &[&str]| columns.iter().all(|column| !fields.has(column)) && !fields.clears(columns);
    let was_read = |field, code: &str| old.words.iter().any(|word| word.field == field && word.code == code);
    if is_kept(&["region"]) && !is_placed(fields, stored) && old.regions.iter().any(|it| it.span.is_none()) {
        record.regions.clone_from(&old.regions);
        let is_same_text = old.title == record.title && old.description == record.description;
        record.regions.iter_mut().filter(|_| !is_same_text).for_each(|it| it.span = None);
    }
    if is_kept(&["sector"]) && old.sectors.iter().any(|it| !was_read(WordField::Sectors, it.code.as_str())) {
        record.sectors.clone_from(&old.sectors);
    }
    if is_kept(&["groups", "beneficiaries"]) && old.groups.iter().any(|it| !was_read(WordField::Groups, it)) {
        record.groups.clone_from(&old.groups);
    }
    if is_kept(&["modes"]) && old.modes.iter().any(|it| !was_read(WordField::Modes, it)) {
        record.modes.clone_from(&old.modes);
    }
    if is_kept(&["amount", "gap", "subtotal", "unit_price"]) && old.amount.as_ref().is_some_and(|it| it.span.is_none()) {
        record.amount.clone_from(&old.amount);
    }
    if is_kept(&["beneficiaries"]) && old.beneficiaries.as_ref().is_some_and(|it| it.span.is_none()) {
        record.beneficiaries.clone_from(&old.beneficiaries);
    }
    if is_kept(&["deadline"]) && old.deadline.as_ref().is_some_and(|it| it.span.is_none()) {
        record.deadline.clone_from(&old.deadline);
    }
    if is_kept(&["urgency"]) && old.urgency.is_some_and(|it| !was_read(WordField::Urgency, it.code())) {
        record.urgency = old.urgency;
    }
}

/// True if the row is placed without a region column: by its township, or by a sheet about another place. The place that a
/// sheet is about does not widen a county inside it.
fn is_placed(fields: &Fields<'_>, stored: &Need) -> bool {
    let divisions = fields.reference().divisions;
    let is_elsewhere = |about| stored.record.certain_regions().any(|it| it.code != about && !divisions.contains(about, it.code));
    fields.names_division("township") || fields.setting.region.is_some_and(is_elsewhere)
}
