//! What is known of an organization whatever the need: how much money and room it has left, how much and how recently it works,
//! and what kind of organization it is.

use super::definition::{Definition, DependsOn, EvidenceKind, NO_RECORD, NOT_APPLICABLE, NOT_NEGATIVE, SHARE, Sign, Theme};
use super::formula::Formula;
use super::value::Value;
use crate::catalog::{Flags, Row};

/// What sentences about standing state.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct StandingFacts {
    /// Visible past projects.
    pub(crate) projects: u32,
    /// The years in which those under its own name began, as far as known.
    pub(crate) years: Vec<i16>,
    /// Share of this year's budget that is left, 0 to 1.
    pub(crate) budget_left: Option<f64>,
    /// Name of the organization that it is a branch of.
    pub(crate) head: Option<String>,
}

/// What the features of the family share.
const FAMILY: Definition = Definition {
    code: "",
    label: "",
    theme: Theme::Standing,
    sign: Sign::Merit,
    bounds: NOT_NEGATIVE,
    depends_on: DependsOn::Row,
    evidence: EvidenceKind::Nothing,
    not_asked: NOT_APPLICABLE,
    unknown: NO_RECORD,
};

/// ln((left + 10,000 yuan) / (budget + 10,000 yuan)) of this year's budget. Unknown without a stated budget.
///
/// - Unit: logarithm of a share of the budget.
/// - Source: set by hand; the 10,000 yuan give an empty budget a logarithm.
/// - Sign: speaks for. Bound: −3 to 0.
pub(crate) struct Headroom;

impl Formula for Headroom {
    const DEFINITION: Definition = Definition {
        code: "headroom",
        label: "预算余额",
        theme: Theme::Size,
        bounds: -3.0..=0.0,
        unknown: "没有年度预算记录",
        ..FAMILY
    };
    type Asked = ();
    type Facts = StandingFacts;

    fn value(_asked: &(), row: &Row, _facts: &[f32]) -> Value {
        Value::or_unknown(row.headroom)
    }

    fn sentence(_value: f64, facts: &StandingFacts) -> String {
        format!("本年度预算约余{:.0}%", facts.budget_left.unwrap_or_default() * 100.0)
    }
}

/// ln((needs that it still takes on this year + 1) / (its limit + 1)). Unknown without a stated limit.
///
/// - Unit: logarithm of a share of the limit.
/// - Source: set by hand.
/// - Sign: speaks for. Bound: at most 0.
pub(crate) struct Slots;

impl Formula for Slots {
    const DEFINITION: Definition = Definition {
        code: "slots",
        label: "认领名额",
        theme: Theme::Size,
        bounds: f64::NEG_INFINITY..=0.0,
        unknown: "没有年度认领上限",
        ..FAMILY
    };
    type Asked = ();
    type Facts = ();

    fn value(_asked: &(), row: &Row, _facts: &[f32]) -> Value {
        Value::or_unknown(row.slots)
    }

    fn sentence(value: f64, _facts: &()) -> String {
        if value < 0.0 { "本年度已有认领，名额减少" } else { "本年度认领名额未用" }.to_owned()
    }
}

/// ln(1 + 10 n), n the decayed number of past projects. Popularity is a part of its own, so that it can be seen and switched
/// off.
///
/// - Unit: logarithm of 1 + tenths of a project, counted at today's weight.
/// - Source: the mean of a Gamma–Poisson rate up to a constant.
/// - Sign: speaks for. Bound: at least 0.
pub(crate) struct Popularity;

impl Formula for Popularity {
    const DEFINITION: Definition = Definition { code: "popularity", label: "活跃程度", ..FAMILY };
    type Asked = ();
    type Facts = StandingFacts;

    fn value(_asked: &(), row: &Row, _facts: &[f32]) -> Value {
        Value::Known(f64::from(row.popularity))
    }

    fn sentence(value: f64, facts: &StandingFacts) -> String {
        if value <= 0.0 {
            return "没有查到往期项目".to_owned();
        }
        match (facts.projects, facts.years.iter().min(), facts.years.iter().max()) {
            (1, Some(year), _) => format!("只查到1个项目（{year}年）"),
            (1, ..) => "只查到1个项目".to_owned(),
            (all, Some(first), Some(last)) if facts.years.len() == all as usize => {
                let years = if first < last { format!("{first}—{last}") } else { first.to_string() };
                format!("{years}年做过{all}个项目")
            }
            (all, _, Some(last)) => format!("做过{all}个项目，最近的在{last}年"),
            (all, ..) => format!("做过{all}个项目，年份不详"),
        }
    }
}

/// ln(4 / (1 + years since the last project under its own name began)): 0 after three years. Unknown without a dated project.
///
/// - Unit: logarithm of a ratio of years.
/// - Source: set by hand.
/// - Sign: speaks for. Bound: at most ln 4.
pub(crate) struct Recency;

impl Formula for Recency {
    const DEFINITION: Definition = Definition {
        code: "recency",
        label: "近期活动",
        bounds: f64::NEG_INFINITY..=2.0 * std::f64::consts::LN_2,
        evidence: EvidenceKind::Dated,
        unknown: "没有注明时间的往期项目",
        ..FAMILY
    };
    type Asked = ();
    type Facts = StandingFacts;

    fn value(_asked: &(), row: &Row, _facts: &[f32]) -> Value {
        if row.idle_years.is_nan() {
            Value::Unknown
        } else {
            Value::Known(4.0_f64.ln() - f64::from(row.idle_years.max(0.0)).ln_1p())
        }
    }

    fn sentence(value: f64, facts: &StandingFacts) -> String {
        let since = if value < 0.0 { "，此后没有记录" } else { "" };
        match facts.years.iter().max() {
            Some(year) => format!("最近的项目在{year}年{since}"),
            None => "最近的项目年份不详".to_owned(),
        }
    }
}

/// 1 for an organization that is registered for the whole country or named after it, else 0.
///
/// - Unit: yes or no.
/// - Source: level of registration and name ([`Reach`](crate::catalog::Reach)).
/// - Sign: either. Bound: 0 to 1.
pub(crate) struct National;

impl Formula for National {
    const DEFINITION: Definition =
        Definition { code: "national", label: "全国性组织", sign: Sign::Either, bounds: SHARE, ..FAMILY };
    type Asked = ();
    type Facts = ();

    fn value(_asked: &(), row: &Row, _facts: &[f32]) -> Value {
        Value::yes_no(row.reach.national)
    }

    fn sentence(value: f64, _facts: &()) -> String {
        if value > 0.0 { "全国性组织" } else { "没有全国性组织的登记记录" }.to_owned()
    }
}

/// 1 for a general charity (慈善会, 红十字会), which takes on needs of every sector, else 0.
///
/// - Unit: yes or no.
/// - Source: its name ([`Reach`](crate::catalog::Reach)).
/// - Sign: either. Bound: 0 to 1.
pub(crate) struct General;

impl Formula for General {
    const DEFINITION: Definition =
        Definition { code: "general", label: "综合性慈善组织", sign: Sign::Either, bounds: SHARE, ..FAMILY };
    type Asked = ();
    type Facts = ();

    fn value(_asked: &(), row: &Row, _facts: &[f32]) -> Value {
        Value::yes_no(row.reach.general)
    }

    fn sentence(value: f64, _facts: &()) -> String {
        if value > 0.0 { "综合性慈善组织，各领域的需求都可能认领" } else { "不是综合性慈善组织" }.to_owned()
    }
}

/// 1 for a branch of another organization, which has to be asked through its head, else 0.
///
/// - Unit: yes or no.
/// - Source: the stated head, or the name.
/// - Sign: either; by hand it speaks against. Bound: 0 to 1.
pub(crate) struct Branch;

impl Formula for Branch {
    const DEFINITION: Definition =
        Definition { code: "branch", label: "分支机构", sign: Sign::Either, bounds: SHARE, ..FAMILY };
    type Asked = ();
    type Facts = StandingFacts;

    fn value(_asked: &(), row: &Row, _facts: &[f32]) -> Value {
        Value::yes_no(row.flags.any(Flags::BRANCH))
    }

    fn sentence(_value: f64, facts: &StandingFacts) -> String {
        match &facts.head {
            Some(head) => format!("是“{head}”的分支，可直接与其联系"),
            None => "不是其他组织的分支".to_owned(),
        }
    }
}

/// 1 if fewer than two past projects are known, else 0. The other parts then rest on scope, home and stated size.
///
/// - Unit: yes or no.
/// - Source: indicator of a cold start, for learned weights.
/// - Sign: either. Bound: 0 to 1.
pub(crate) struct Newcomer;

impl Formula for Newcomer {
    const DEFINITION: Definition =
        Definition { code: "newcomer", label: "历史较少", sign: Sign::Either, bounds: SHARE, ..FAMILY };
    type Asked = ();
    type Facts = ();

    fn value(_asked: &(), row: &Row, _facts: &[f32]) -> Value {
        Value::yes_no(row.flags.any(Flags::KNOWN) && row.projects < 2)
    }

    fn sentence(value: f64, _facts: &()) -> String {
        if value > 0.0 {
            "往期项目不足两个，多看名称、业务范围、所在地和规模"
        } else {
            "有可供参考的往期项目"
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::row;

    fn value<F: Formula<Asked = ()>>(row: &Row) -> Value {
        F::value(&(), row, &[])
    }

    #[test]
    fn what_the_row_says_is_said() {
        let full = Row {
            headroom: -1.5,
            slots: -0.5,
            popularity: 2.0,
            idle_years: 3.0,
            projects: 2,
            ..row(Flags::KNOWN | Flags::BRANCH)
        };
        assert_eq!(
            [
                value::<Headroom>(&full),
                value::<Slots>(&full),
                value::<Popularity>(&full),
                value::<Recency>(&full),
                value::<Newcomer>(&full),
                value::<Branch>(&full)
            ],
            [-1.5, -0.5, 2.0, 0.0, 0.0, 1.0].map(Value::Known)
        );
        let reach = crate::catalog::Reach { national: true, ..crate::catalog::Reach::default() };
        assert_eq!(value::<National>(&Row { reach, ..full }), Value::Known(1.0));
        assert_eq!(value::<General>(&Row { reach, ..full }), Value::Known(0.0));
    }

    #[test]
    fn what_the_row_does_not_say_is_unknown() {
        let blank = row(Flags::KNOWN);
        assert_eq!([value::<Headroom>(&blank), value::<Slots>(&blank), value::<Recency>(&blank)], [Value::Unknown; 3]);
        assert_eq!((value::<Popularity>(&blank), value::<Branch>(&blank)), (Value::Known(0.0), Value::Known(0.0)));
        assert_eq!(value::<Newcomer>(&blank), Value::Known(1.0));
        assert_eq!(value::<Newcomer>(&Row { projects: 1, ..blank }), Value::Known(1.0), "one project is no history yet");
    }

    #[test]
    fn recency_counts_from_three_years_and_no_age_is_negative() {
        assert_eq!(value::<Recency>(&Row { idle_years: 7.0, ..row(Flags::KNOWN) }), Value::Known(4_f64.ln() - 8_f64.ln()));
        assert_eq!(value::<Recency>(&Row { idle_years: -0.5, ..row(Flags::KNOWN) }), Value::Known(4_f64.ln()));
    }

    #[test]
    fn sentences_say_yes_and_no() {
        let years = vec![2023, 2019];
        let facts = StandingFacts { projects: 2, years, budget_left: Some(0.257), head: Some("某基金会".to_owned()) };
        assert_eq!(Headroom::sentence(-1.0, &facts), "本年度预算约余26%");
        assert_eq!(Branch::sentence(1.0, &facts), "是“某基金会”的分支，可直接与其联系");
        assert_eq!(Branch::sentence(0.0, &StandingFacts::default()), "不是其他组织的分支");
        assert_eq!(Popularity::sentence(0.3, &facts), "2019—2023年做过2个项目");
        assert_eq!(Popularity::sentence(0.0, &facts), "没有查到往期项目");
        assert_eq!([-0.1, 0.0].map(|it| Slots::sentence(it, &())), ["本年度已有认领，名额减少", "本年度认领名额未用"]);
        let idle = |years: f64| Recency::sentence((4.0 / (1.0 + years)).ln(), &facts);
        assert_eq!([0.5, 3.1].map(idle), ["最近的项目在2023年", "最近的项目在2023年，此后没有记录"]);
        let projects = |projects, years: &[i16]| {
            Popularity::sentence(0.3, &StandingFacts { projects, years: years.to_vec(), ..StandingFacts::default() })
        };
        assert_eq!(projects(1, &[2013]), "只查到1个项目（2013年）");
        assert_eq!(projects(1, &[]), "只查到1个项目");
        assert_eq!(projects(3, &[2013, 2020]), "做过3个项目，最近的在2020年", "not all are dated");
        assert_eq!(projects(2, &[2017, 2017]), "2017年做过2个项目");
        assert_eq!(projects(3, &[]), "做过3个项目，年份不详");
        assert_eq!([1.0, 0.0].map(|it| National::sentence(it, &())), ["全国性组织", "没有全国性组织的登记记录"]);
        let general = ["综合性慈善组织，各领域的需求都可能认领", "不是综合性慈善组织"];
        assert_eq!([1.0, 0.0].map(|it| General::sentence(it, &())), general);
        let newcomer = ["往期项目不足两个，多看名称、业务范围、所在地和规模", "有可供参考的往期项目"];
        assert_eq!([1.0, 0.0].map(|it| Newcomer::sentence(it, &())), newcomer);
    }
}
