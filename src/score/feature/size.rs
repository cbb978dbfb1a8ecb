//! Size: the sum G that the need asks for, compared with what the organization usually brings.

use super::definition::{Definition, DependsOn, EvidenceKind, Sign, Theme};
use super::formula::{Family, Formula, Inputs};
use super::value::Value;
use crate::catalog::{Flags, Row};
use crate::domain::Money;
use crate::score::lists::Lists;

/// Lower bounds of the share and of the fit. A sum far from the usual one says no more against an organization than an unknown
/// one.
const FLOOR: f64 = -4.0;
const LEAST_FIT: f64 = -1.0;

/// The sum that one need asks for.
pub(crate) struct Size {
    ln_yuan: f64,
}

impl Family for Size {
    /// None if the need names no sum.
    fn new<'a>(inputs: &Inputs<'a, '_>, _lists: &mut Lists<'a>) -> Option<Self> {
        inputs.question.amount.map(|amount| Self { ln_yuan: amount.yuan().max(1.0).ln() })
    }
}

/// What sentences about size state.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SizeFacts {
    /// True if it has past projects at all.
    pub(crate) has_history: bool,
    /// The yuan that a contribution of the organization is expected to be.
    pub(crate) usual_yuan: Option<f64>,
    /// True if it is a foundation.
    pub(crate) is_foundation: bool,
    /// The yuan that the organization could bring.
    pub(crate) affordable_yuan: Option<f64>,
    /// The sum that the need asks for.
    pub(crate) asked: Option<Money>,
}

const NO_SUMS: &str = "没有金额记录，能出多少请先问";

/// What the features of the family share.
const FAMILY: Definition = Definition {
    code: "",
    label: "",
    theme: Theme::Size,
    sign: Sign::Merit,
    bounds: FLOOR..=0.0,
    depends_on: DependsOn::Need,
    evidence: EvidenceKind::Nothing,
    not_asked: "需求未说明金额",
    unknown: NO_SUMS,
};

/// ln t(ln G) − ln max t: how usual a contribution of this size is, by the Student-t distribution of the next one. Unknown if
/// neither contributions nor a year's spending are known.
///
/// - Unit: logarithm of a ratio of densities, 0 for the most usual sum.
/// - Source: normal-inverse-gamma posterior (Murphy 2007, §3), see `catalog::contributions`; the floor is set by hand.
/// - Sign: speaks for. Bound: −1 to 0.
pub(crate) struct TicketFit;

impl Formula for TicketFit {
    const DEFINITION: Definition = Definition { code: "ticket_fit", label: "资助规模", bounds: LEAST_FIT..=0.0, ..FAMILY };
    type Asked = Size;
    type Facts = SizeFacts;

    fn value(size: &Size, row: &Row, _facts: &[f32]) -> Value {
        if !row.flags.any(Flags::HAS_CONTRIBUTIONS) {
            return Value::Unknown;
        }
        let freedom = f64::from(row.contribution_freedom);
        let z = (size.ln_yuan - f64::from(row.contribution_mean)) / f64::from(row.contribution_spread);
        Value::Known((-(freedom + 1.0) / 2.0 * (z * z / freedom).ln_1p()).max(LEAST_FIT))
    }

    fn sentence(_fit: f64, facts: &SizeFacts) -> String {
        let Some(yuan) = facts.usual_yuan else { return NO_SUMS.to_owned() };
        let basis = if facts.has_history { "以往项目" } else { "年度支出" };
        format!("按{basis}估计，平常一笔约{}{}", rough(yuan), facts.asked())
    }
}

/// ln(c / G). c is what the organization could credibly bring: the smallest of G, the remaining budget, and the larger of the
/// 80 % quantile and the maximum of its contributions. Unknown without any of these.
///
/// - Unit: logarithm of a share of the sum that is asked for.
/// - Source: posterior as for [`TicketFit`]; quantile and floor are set by hand.
/// - Sign: speaks for. Bound: −4 to 0.
pub(crate) struct Capacity;

impl Formula for Capacity {
    const DEFINITION: Definition =
        Definition { code: "capacity", label: "资金能力", evidence: EvidenceKind::Affordable, ..FAMILY };
    type Asked = Size;
    type Facts = SizeFacts;

    fn value(size: &Size, row: &Row, _facts: &[f32]) -> Value {
        if row.ln_affordable.is_nan() {
            return Value::Unknown;
        }
        Value::Known((f64::from(row.ln_affordable) - size.ln_yuan).clamp(FLOOR, 0.0))
    }

    fn sentence(_value: f64, facts: &SizeFacts) -> String {
        let Some(yuan) = facts.affordable_yuan else { return NO_SUMS.to_owned() };
        format!("估计最多可出约{}{}", rough(yuan), facts.asked())
    }
}

/// Sum in yuan for which foundations and other organizations are as likely.
const USUAL_YUAN: f64 = 350_000.0;
/// Largest distance from it that counts, as a logarithm: a hundredfold.
const FARTHEST: f64 = 4.6;

/// −|ln(G / 350,000 yuan)| if G is larger and the organization is no foundation, or if G is smaller and it is one; else 0.
/// Compared with one another, foundations gain with the sum that is asked for.
///
/// - Unit: logarithm of a ratio of sums.
/// - Source: the public claims; the 350,000 yuan are their median.
/// - Sign: speaks for, as the value is negative. Bound: −4.6 to 0.
pub(crate) struct FundSize;

impl Formula for FundSize {
    const DEFINITION: Definition =
        Definition { code: "fund_size", label: "组织类型与金额", bounds: -FARTHEST..=0.0, ..FAMILY };
    type Asked = Size;
    type Facts = SizeFacts;

    fn value(size: &Size, row: &Row, _facts: &[f32]) -> Value {
        let above = (size.ln_yuan - USUAL_YUAN.ln()).clamp(-FARTHEST, FARTHEST);
        Value::Known(if row.reach.foundation { above.min(0.0) } else { -above.max(0.0) })
    }

    fn sentence(value: f64, facts: &SizeFacts) -> String {
        let usual = rough(USUAL_YUAN);
        match facts.is_foundation {
            _ if value == 0.0 => "组织类型与所需金额相称".to_owned(),
            true => format!("不足{usual}的需求，基金会认领得较少{}", facts.asked()),
            false => format!("超过{usual}的需求，多由基金会认领{}", facts.asked()),
        }
    }
}

impl SizeFacts {
    /// The sum that is asked for, as an addition.
    fn asked(&self) -> String {
        self.asked.map_or_else(String::new, |asked| format!("，需求为{asked}"))
    }
}

/// Rounded to two leading digits, because an estimate should not look exact.
fn rough(yuan: f64) -> String {
    let scale = 10_f64.powf((yuan.max(1.0).log10().floor() - 1.0).max(0.0));
    Money::from_yuan((yuan / scale).round() * scale).map_or_else(|| "0元".to_owned(), |money| money.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::row;

    #[track_caller]
    fn close(value: Value, expected: f64) {
        assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}, not {expected}");
    }

    #[test]
    fn a_usual_sum_fits_and_the_farther_off_the_worse() {
        let size = |yuan: f64| Size { ln_yuan: yuan.ln() };
        let row = Row {
            contribution_mean: 1e6_f32.ln(),
            contribution_spread: 1.0,
            contribution_freedom: 4.0,
            ..row(Flags::HAS_CONTRIBUTIONS)
        };
        close(TicketFit::value(&size(1e6), &row, &[]), 0.0);
        // One spread away, at four degrees of freedom: −(4 + 1) / 2 · ln(1 + 1/4).
        close(TicketFit::value(&size(1e6 * std::f64::consts::E), &row, &[]), -2.5 * 1.25_f64.ln());
        close(TicketFit::value(&size(1e300), &row, &[]), LEAST_FIT);
        assert_eq!(TicketFit::value(&size(1e6), &crate::catalog::tests::small::row(Flags::KNOWN), &[]), Value::Unknown);
    }

    #[test]
    fn large_sums_speak_for_foundations_and_small_ones_for_others() {
        let reach = |foundation| crate::catalog::Reach { foundation, ..crate::catalog::Reach::default() };
        let value = |yuan: f64, foundation| {
            FundSize::value(&Size { ln_yuan: yuan.ln() }, &Row { reach: reach(foundation), ..row(0) }, &[])
        };
        let e = std::f64::consts::E;
        close(value(USUAL_YUAN * e, false), -1.0);
        close(value(USUAL_YUAN / e, true), -1.0);
        close(value(1e12, false), -FARTHEST);
        assert_eq!([value(USUAL_YUAN * e, true), value(USUAL_YUAN / e, false)], [Value::Known(0.0); 2]);
    }

    #[test]
    fn what_it_could_bring_as_a_share_of_what_is_asked() {
        let share = |affordable: f64, asked: f64| {
            let row = Row { ln_affordable: affordable.ln() as f32, ..row(Flags::KNOWN) };
            Capacity::value(&Size { ln_yuan: asked.ln() }, &row, &[])
        };
        close(share(5e5, 1e6), 0.5_f64.ln());
        close(share(5e6, 1e6), 0.0);
        close(share(1.0, 1e6), FLOOR);
        let unknown = Capacity::value(&Size { ln_yuan: 0.0 }, &row(Flags::HAS_CONTRIBUTIONS), &[]);
        assert_eq!(unknown, Value::Unknown);
    }

    #[test]
    fn a_sum_is_told_roughly_and_with_what_is_asked() {
        let asked = Money::from_yuan(3_350_000.0);
        let facts = SizeFacts {
            has_history: true,
            usual_yuan: Some(54_321.0),
            is_foundation: false,
            affordable_yuan: Some(123_456.0),
            asked,
        };
        assert_eq!(Capacity::sentence(-3.3, &facts), "估计最多可出约12万元，需求为335万元");
        let unasked = SizeFacts { asked: None, affordable_yuan: Some(0.5), ..facts };
        assert_eq!(Capacity::sentence(-3.3, &unasked), "估计最多可出约1元");
        assert_eq!(Capacity::sentence(0.0, &SizeFacts::default()), "没有金额记录，能出多少请先问");
        assert_eq!(TicketFit::sentence(-0.5, &facts), "按以往项目估计，平常一笔约5.4万元，需求为335万元");
        let new = SizeFacts { has_history: false, ..facts };
        assert_eq!(TicketFit::sentence(-1.0, &new), "按年度支出估计，平常一笔约5.4万元，需求为335万元");
        assert_eq!(FundSize::sentence(-2.0, &facts), "超过35万元的需求，多由基金会认领，需求为335万元");
        let foundation = SizeFacts { is_foundation: true, asked: Money::from_yuan(9e4), ..facts };
        assert_eq!(FundSize::sentence(-1.0, &foundation), "不足35万元的需求，基金会认领得较少，需求为9万元");
        assert_eq!(FundSize::sentence(0.0, &foundation), "组织类型与所需金额相称");
    }
}
