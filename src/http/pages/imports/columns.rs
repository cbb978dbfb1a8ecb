//! The columns of a file in a form: what each heading was read as, and what else it may mean.

use std::collections::BTreeMap;

use super::posted::Posted;
use crate::domain::EntityKind;
use crate::ingest::{ColumnMeaning, Mapping, TableColumns, Why, fields_of};

/// The choice that leaves a column out.
const IGNORED: &str = "忽略";
/// Most columns with a list of choices on one page: each list is long.
const MAX_COLUMNS: usize = 120;

/// A table of the file.
pub(super) struct TableForm {
    pub(super) title: String,
    pub(super) columns: Vec<ColumnForm>,
}

/// A column with its choices.
pub(super) struct ColumnForm {
    pub(super) number: usize,
    pub(super) letter: String,
    pub(super) heading: String,
    /// What it was read as, and why.
    pub(super) read_as: String,
    pub(super) is_read: bool,
    /// The choice that stands for how it was read.
    pub(super) was: &'static str,
    /// Empty if the heading cannot be mapped on a page.
    pub(super) choices: Vec<Choice>,
}

/// Something that a column may mean.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) text: String,
    pub(super) is_chosen: bool,
}

/// The columns of all tables, and whether some are left out because there are too many.
pub(super) fn form(tables: &[TableColumns], fallback: EntityKind) -> (Vec<TableForm>, bool) {
    let mut number = 0;
    let mut forms = Vec::new();
    for table in tables {
        let kind = table.kind.unwrap_or(fallback);
        let fields = fields_of(kind);
        let left = MAX_COLUMNS - number;
        let columns: Vec<ColumnForm> =
            (number..).zip(table.columns.iter().take(left)).map(|(number, it)| column(number, it, &fields)).collect();
        number += columns.len();
        if !columns.is_empty() {
            forms.push(TableForm { title: title(table, kind), columns });
        }
    }
    (forms, tables.iter().map(|table| table.columns.len()).sum::<usize>() > number)
}

fn title(table: &TableColumns, kind: EntityKind) -> String {
    let sheet = table.sheet.as_deref().map(|name| format!("工作表“{name}”，")).unwrap_or_default();
    format!("{sheet}表头在第{}行，按“{}”读取", table.header_row, kind.label())
}

fn column(number: usize, column: &ColumnMeaning, fields: &[(&'static str, &'static str)]) -> ColumnForm {
    let label = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, label)| *label);
    let stated = matches!(column.why, Some(Why::Stated | Why::Remembered));
    let known = column.field.as_deref().and_then(|name| fields.iter().find(|(field, _)| *field == name));
    let was = known.map_or(if stated { IGNORED } else { "" }, |(field, _)| *field);
    let why = match column.why {
        Some(Why::Content) => "（看内容判断，请核对）",
        Some(Why::Stated) => "（由您指定）",
        Some(Why::Remembered) => "（按以前的指定）",
        Some(Why::Heading) | None => "",
    };
    let offered = column.offered.as_deref().and_then(label);
    let read_as = match (known, stated, offered) {
        (Some((_, label)), ..) => format!("{label}{why}"),
        (None, true, _) => format!("不读{why}"),
        (None, false, Some(offered)) => format!("没有读取；看内容像是“{offered}”"),
        (None, false, None) => "没有读取".to_owned(),
    };
    let choice = |value: &'static str, text: String| Choice { value, text, is_chosen: value == was };
    let automatic = if stated { "不再指定，由列名判断" } else { "由列名判断" };
    let mut choices = vec![choice("", automatic.to_owned()), choice(IGNORED, format!("{IGNORED}（不读这一列）"))];
    choices.extend(fields.iter().map(|&(field, label)| choice(field, label.to_owned())));
    // What is shown of a long heading is not the heading.
    if column.heading.ends_with('…') || column.heading.trim().is_empty() {
        choices.clear();
    }
    let (letter, heading) = (column.column.clone(), column.heading.clone());
    ColumnForm { number, letter, heading, read_as, is_read: known.is_some(), was, choices }
}

/// Adds to a mapping what was chosen in a form.
///
/// # Errors
/// A choice that is none, in words for the user.
pub(super) fn read(posted: &Posted, mapping: &mut Mapping) -> Result<(), String> {
    let mut stated = BTreeMap::new();
    for number in posted.numbers("field") {
        let field = |name| posted.of(name, number).unwrap_or_default();
        let (heading, chosen) = (field("heading"), field("field"));
        if chosen == field("was-field") || heading.is_empty() {
            continue;
        }
        if chosen.is_empty() {
            mapping.forget(heading);
        } else {
            stated.insert(heading, chosen);
        }
    }
    let json = serde_json::to_string(&stated).expect("texts become JSON");
    mapping.extend(Mapping::parse(&json)?);
    Ok(())
}
