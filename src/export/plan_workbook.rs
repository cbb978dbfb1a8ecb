//! A plan as a workbook: figures, needs, organizations, unmet needs, settings.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::DocumentError;
use super::tables::{Cell, Column, Formats, Kind, Total, set_page, workbook, write_figure, write_sheet, write_table};
use crate::domain::{Money, OrganizationId};
use crate::plan::{Alternate, ChangedPair, Coverage, Partner, Plan, PlannedNeed};

const TITLE: &str = "需求与社会组织匹配方案（草案）";

const NEEDS: [Column; 13] = [
    Column("需求", 24.0, Kind::Text, Total::None),
    Column("需求编号", 12.0, Kind::Text, Total::None),
    Column("地区", 15.0, Kind::Text, Total::None),
    Column("领域", 12.0, Kind::Text, Total::None),
    Column("资金缺口（万元）", 11.0, Kind::Money, Total::Sum),
    Column("建议合计（万元）", 11.0, Kind::Money, Total::Sum),
    Column("建议合作组织", 22.0, Kind::Text, Total::None),
    Column("牵头", 6.5, Kind::Text, Total::None),
    Column("建议金额（万元）", 11.0, Kind::Money, Total::Sum),
    Column("占缺口", 8.5, Kind::Share, Total::Ratio(8, 4)),
    Column("匹配度", 8.5, Kind::Count, Total::None),
    Column("理由", 42.0, Kind::Text, Total::None),
    Column("备选组织", 30.0, Kind::Text, Total::None),
];

const ORGANIZATIONS: [Column; 10] = [
    Column("组织", 26.0, Kind::Text, Total::None),
    Column("组织编号", 14.0, Kind::Text, Total::None),
    Column("可用资金（万元）", 12.0, Kind::Money, Total::Sum),
    Column("资金数来源", 20.0, Kind::Text, Total::None),
    Column("建议承担（万元）", 12.0, Kind::Money, Total::Sum),
    Column("占可用资金", 10.0, Kind::Share, Total::Ratio(4, 2)),
    Column("承担需求数", 10.0, Kind::Count, Total::Sum),
    Column("建议承担的需求", 52.0, Kind::Text, Total::None),
    Column("最多需求数", 10.0, Kind::Count, Total::None),
    Column("如再有1万元，方案可改进（万元）", 18.0, Kind::Money, Total::None),
];

const OPEN: [Column; 8] = [
    Column("情况", 12.0, Kind::Text, Total::None),
    Column("需求", 28.0, Kind::Text, Total::None),
    Column("需求编号", 14.0, Kind::Text, Total::None),
    Column("地区", 14.0, Kind::Text, Total::None),
    Column("资金缺口（万元）", 12.0, Kind::Money, Total::Sum),
    Column("尚缺（万元）", 12.0, Kind::Money, Total::Sum),
    Column("原因", 40.0, Kind::Text, Total::None),
    Column("其余建议不变时，可使其满足的单项调整", 48.0, Kind::Text, Total::None),
];

const CHANGED: [Column; 8] = [
    Column("需求", 28.0, Kind::Text, Total::None),
    Column("需求编号", 14.0, Kind::Text, Total::None),
    Column("地区", 14.0, Kind::Text, Total::None),
    Column("组织", 26.0, Kind::Text, Total::None),
    Column("原金额（万元）", 12.0, Kind::Money, Total::Sum),
    Column("现金额（万元）", 12.0, Kind::Money, Total::Sum),
    Column("是否择优", 10.0, Kind::Text, Total::None),
    Column("原因", 40.0, Kind::Text, Total::None),
];

const SETTINGS: [Column; 2] = [Column("参数", 30.0, Kind::Text, Total::None), Column("取值", 70.0, Kind::Text, Total::None)];

const COVERAGE: [Column; 5] = [
    Column("", 44.0, Kind::Text, Total::None),
    Column("需求数", 18.0, Kind::Count, Total::Sum),
    Column("资金缺口（万元）", 18.0, Kind::Money, Total::Sum),
    Column("建议合计（万元）", 18.0, Kind::Money, Total::Sum),
    Column("满足率", 12.0, Kind::Share, Total::Ratio(3, 2)),
];

/// The plan as an XLSX workbook, ready to print. The same plan gives the same bytes.
///
/// # Errors
/// The document has more rows than the format allows.
pub fn plan_workbook(plan: &Plan) -> Result<Vec<u8>, DocumentError> {
    bytes(plan).map_err(DocumentError::from)
}

fn bytes(plan: &Plan) -> Result<Vec<u8>, XlsxError> {
    let mut book = workbook(TITLE, plan.as_of)?;
    write_summary(book.add_worksheet().set_name("总表")?, plan)?;
    let rows: Vec<_> = plan.needs.iter().flat_map(need_rows).collect();
    write_sheet(book.add_worksheet().set_name("按需求")?, &NEEDS, &rows, plan.as_of)?;
    write_sheet(book.add_worksheet().set_name("按组织")?, &ORGANIZATIONS, &organization_rows(plan), plan.as_of)?;
    write_sheet(book.add_worksheet().set_name("未满足")?, &OPEN, &open_rows(plan), plan.as_of)?;
    if let Some(changes) = plan.summary.changes.as_ref().filter(|it| !it.pairs.is_empty()) {
        let rows: Vec<_> = changes.pairs.iter().map(|it| change_row(plan, it)).collect();
        write_sheet(book.add_worksheet().set_name("与原方案的差异")?, &CHANGED, &rows, plan.as_of)?;
    }
    let settings = [("按此日已知的记录", plan.as_of.to_string()), ("数据版本", plan.snapshot.clone())];
    let settings = settings.into_iter().map(|(name, value)| vec![Cell::text(name), Cell::Text(value)]);
    let stated = plan.settings.iter().map(|it| vec![Cell::Text(it.name.to_string()), Cell::Text(it.value.to_string())]);
    let remarks = plan.remarks.iter().map(|it| vec![Cell::text("需求清单中的提醒"), Cell::text(it)]);
    let rows: Vec<_> = settings.chain(stated).chain(remarks).collect();
    write_sheet(book.add_worksheet().set_name("参数")?, &SETTINGS, &rows, plan.as_of)?;
    book.save_to_buffer()
}

fn write_summary(sheet: &mut Worksheet, plan: &Plan) -> Result<(), XlsxError> {
    let formats = Formats::new();
    for (at, column) in (0..).zip(&COVERAGE) {
        sheet.set_column_width(at, column.1)?;
    }
    sheet.write_string_with_format(0, 0, TITLE, &formats.title)?;
    sheet.write_string_with_format(1, 0, &plan.note, &formats.note)?;
    sheet.set_freeze_panes(2, 0)?.set_repeat_rows(0, 1)?;
    let mut row = 3;
    for (title, figures) in figures(plan) {
        sheet.write_string_with_format(row, 0, title, &formats.heading)?;
        sheet.write_blank(row, 1, &formats.heading)?;
        row += 1;
        for (label, kind, cell) in figures {
            write_figure(sheet, row, COVERAGE[1].1, &label, kind, &cell, &formats)?;
            row += 1;
        }
        row += 1;
    }
    for (title, coverage) in [("地区", &plan.regions), ("领域", &plan.sectors)] {
        let rows: Vec<_> = coverage.iter().map(coverage_row).collect();
        let [_, rest @ ..] = COVERAGE;
        let [needs, asked, proposed, share] = rest;
        let columns = [Column(title, COVERAGE[0].1, Kind::Text, Total::None), needs, asked, proposed, share];
        row = write_table(sheet, row, &columns, &rows, &formats)? + 1;
    }
    for note in NOTES {
        sheet.write_string(row, 0, note)?;
        row += 1;
    }
    set_page(sheet, plan.as_of);
    Ok(())
}

const NOTES: [&str; 3] = [
    "“按需求”表中，资金缺口和建议合计只写在每项需求的第一行，便于求和。",
    "方案价值：建议金额按匹配度折算，减去缺口未满足部分的代价；上界：任何方案的价值都不会超过此数。",
    "稳定性：匹配度有5%以内的偏差时，建议金额中会换成建议给别的组织的比例；按不计最低金额、项目数上限和全额条件的最优方案估算。",
];

/// Label, kind and figure.
type SummaryLine = (String, Kind, Cell);

fn figures(plan: &Plan) -> Vec<(&'static str, Vec<SummaryLine>)> {
    let it = &plan.summary;
    let figure = |label: &str, kind, number: f64| (label.to_owned(), kind, Cell::Number(number));
    let count = |label: &str, count: usize| figure(label, Kind::Count, count as f64);
    let money = |label: &str, yuan: f64| figure(label, Kind::Money, yuan);
    let share = |label: &str, share: f64| figure(label, Kind::Share, share);
    let served = if it.asked_yuan > 0.0 { it.proposed_yuan / it.asked_yuan } else { 0.0 };
    let ending = if it.interrupted { format!("{}（目前最好的方案）", it.ending) } else { it.ending.to_string() };
    let beyond = match it.bound_of_all {
        Some(bound) => money("任何组合都不会超过的价值上界（万元）", bound),
        None => ("其余的组合".to_owned(), Kind::Text, Cell::text("未全部核算，上界只对所考虑的组合成立")),
    };
    let unstable = match it.unstable_share {
        Some(unstable) => share("稳定性：会换成建议给别的组织的比例", unstable),
        None => ("稳定性：会换成建议给别的组织的比例".to_owned(), Kind::Text, Cell::text("未计算")),
    };
    let mut all = vec![
        (
            "总体情况",
            vec![
                count("纳入方案的需求（项）", it.needs),
                count("其中：全额满足", it.full),
                count("其中：部分满足", it.partial),
                count("其中：没有合作组织", it.none),
                count("由两家以上共同承担的需求（项）", it.joint),
                count("未能纳入方案的需求（项）", plan.unplanned.len()),
                count("建议合作的组织（家）", it.organizations),
                money("资金缺口（万元）", it.asked_yuan),
                money("建议合计（万元）", it.proposed_yuan),
                share("满足率", served),
            ],
        ),
        (
            "方案质量",
            vec![
                money("方案价值（万元）", it.value),
                money("所考虑组合的价值上界（万元）", it.bound),
                (String::from("与上界的差距"), Kind::Share, Cell::Number(it.gap)),
                ("求解情况".to_owned(), Kind::Text, Cell::Text(ending)),
                count("考虑的组合（需求和组织，对）", it.pairs),
                beyond,
                money("金额的最小单位（万元）", it.unit_yuan),
                unstable,
            ],
        ),
    ];
    if let Some(price) = &it.price_of_fairness {
        let figures = vec![
            money("按匹配度折算的金额（万元），本方案", price.weighed_yuan),
            money("按匹配度折算的金额（万元），不考虑公平", price.weighed_yuan_without),
            money("两者之差（万元）", price.weighed_yuan_without - price.weighed_yuan),
            money("建议合计（万元），不考虑公平", price.proposed_yuan_without),
            count("满足不到四分之一的需求（项），本方案", price.below_quarter),
            count("满足不到四分之一的需求（项），不考虑公平", price.below_quarter_without),
        ];
        all.push(("公平的代价", figures));
    }
    if let Some(changes) = &it.changes {
        let mut figures = vec![
            count("与原方案不同的组合（个）", changes.count),
            count("其中因原方案已无法执行而改变的（个）", changes.forced),
            count("其中为使方案更好而改变的（个）", changes.chosen),
            count("允许为使方案更好而改变的（个）", changes.limit),
        ];
        let frontier = changes.frontier.iter();
        figures.extend(frontier.map(|point| money(&format!("择优改变{}个组合时的方案价值（万元）", point.changes), point.value)));
        all.push(("与原方案相比", figures));
    }
    all
}

fn change_row(plan: &Plan, it: &ChangedPair) -> Vec<Cell> {
    let region = plan.needs.iter().find(|need| need.need == it.need).and_then(|need| need.region.as_deref());
    vec![
        Cell::text(&it.title),
        Cell::text(it.need.as_str()),
        Cell::text(region.unwrap_or_default()),
        Cell::text(&it.name),
        Cell::Number(it.before_yuan),
        Cell::Number(it.now_yuan),
        Cell::text(if it.chosen { "择优改动" } else { "不得不改" }),
        Cell::text(&it.reason),
    ]
}

fn coverage_row(it: &Coverage) -> Vec<Cell> {
    vec![
        Cell::text(&it.name),
        Cell::count(it.needs),
        Cell::Number(it.asked_yuan),
        Cell::Number(it.proposed_yuan),
        Cell::only_if(it.asked_yuan > 0.0, it.proposed_yuan / it.asked_yuan),
    ]
}

/// One row per partner; a need without partners has one row. Figures of the whole need are in its first row only, so that they
/// are summed once.
fn need_rows(need: &PlannedNeed) -> Vec<Vec<Cell>> {
    let head = |is_first: bool| {
        vec![
            Cell::text(&need.title),
            Cell::text(need.need.as_str()),
            Cell::text(need.region.as_deref().unwrap_or_default()),
            Cell::Text(need.sectors.join("、")),
            Cell::only_if(is_first, need.gap_yuan),
            Cell::only_if(is_first, need.proposed_yuan),
        ]
    };
    let alternates: Vec<String> = need.alternates.iter().map(alternate).collect();
    let alternates = Cell::Text(alternates.join("\n"));
    if need.partners.is_empty() {
        let mut row = head(true);
        row.extend([Cell::text("（暂无）"), Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank, Cell::Blank]);
        row.push(alternates);
        return vec![row];
    }
    let rows = need.partners.iter().enumerate().map(|(n, it)| {
        let mut row = head(n == 0);
        row.extend([
            Cell::text(&it.name),
            Cell::text(if it.lead && need.partners.len() > 1 { "牵头" } else { "" }),
            Cell::Number(it.amount_yuan),
            Cell::only_if(need.gap_yuan > 0.0, it.amount_yuan / need.gap_yuan),
            Cell::Number(f64::from(it.fit)),
            Cell::Text(reasons(it)),
            if n == 0 { alternates.clone() } else { Cell::Blank },
        ]);
        row
    });
    rows.collect()
}

/// The reasons for asking the partner and what to check first, one per line.
fn reasons(it: &Partner) -> String {
    let warnings = it.warnings.iter().map(|warning| format!("请先核实：{warning}"));
    it.reasons.iter().cloned().chain(warnings).collect::<Vec<_>>().join("\n")
}

fn alternate(it: &Alternate) -> String {
    let free = Money::from_yuan(it.free_yuan).filter(|money| money.fen() > 0);
    let free = free.map_or_else(|| "，资金已用完".to_owned(), |money| format!("，估计还可承担{money}"));
    format!("{}（匹配度{}{free}）", it.name, it.fit)
}

fn organization_rows(plan: &Plan) -> Vec<Vec<Cell>> {
    let rows = plan.organizations.iter().map(|it| {
        vec![
            Cell::text(&it.name),
            Cell::text(it.organization.as_str()),
            Cell::Number(it.capacity_yuan),
            Cell::text(&it.capacity_source),
            Cell::Number(it.load_yuan),
            Cell::only_if(it.capacity_yuan > 0.0, it.load_yuan / it.capacity_yuan),
            Cell::count(it.projects),
            Cell::Text(shares(plan, &it.organization)),
            it.max_projects.map_or_else(|| Cell::text("不限"), |most| Cell::Number(f64::from(most))),
            Cell::Number(it.value_of_10k_yuan),
        ]
    });
    rows.collect()
}

/// The needs that an organization is asked to share, one per line: title, place, sum, first reason.
fn shares(plan: &Plan, organization: &OrganizationId) -> String {
    let own = plan.needs.iter().flat_map(|need| need.partners.iter().map(move |it| (need, it)));
    let own = own.filter(|(_, it)| it.organization == *organization).map(|(need, it)| {
        let place = need.region.as_ref().map(|region| format!("（{region}）")).unwrap_or_default();
        let amount = Money::from_yuan(it.amount_yuan).map(|money| format!("，{money}")).unwrap_or_default();
        let reason = it.reasons.first().map(|reason| format!("：{reason}")).unwrap_or_default();
        format!("{}{place}{amount}{reason}", need.title)
    });
    own.collect::<Vec<_>>().join("\n")
}

fn open_rows(plan: &Plan) -> Vec<Vec<Cell>> {
    let unmet = plan.needs.iter().filter_map(|need| Some((need, need.unmet.as_ref()?)));
    let unmet = unmet.map(|(need, unmet)| {
        let relaxations: Vec<&str> = unmet.relaxations.iter().map(|it| it.text.as_str()).collect();
        vec![
            Cell::text(if need.partners.is_empty() { "未满足" } else { "部分满足" }),
            Cell::text(&need.title),
            Cell::text(need.need.as_str()),
            Cell::text(need.region.as_deref().unwrap_or_default()),
            Cell::Number(need.gap_yuan),
            Cell::Number(unmet.yuan),
            Cell::text(&unmet.reason),
            Cell::Text(relaxations.join("\n")),
        ]
    });
    let unplanned = plan.unplanned.iter().map(|it| {
        vec![
            Cell::text("未纳入方案"),
            Cell::text(it.title.as_deref().unwrap_or_default()),
            Cell::text(&it.need),
            Cell::text(it.region.as_deref().unwrap_or_default()),
            Cell::Blank,
            Cell::Blank,
            Cell::text(&it.reason),
        ]
    });
    unmet.chain(unplanned).collect()
}
