//! Values of single arguments of `qianshou plan`: pairs with sums, shares of funds, numbers within limits.

use std::str::FromStr;
use std::time::Duration;

use crate::domain::NeedId;
use crate::plan::{BudgetAsk, EarmarkAsk, Fairness, GapAsk, PairAsk, PairRule, PartnerLimitAsk, ProjectLimitAsk, ReserveAsk};
use crate::request::AmountInput;

/// Splits at the last `count` − 1 colons, half-width or full-width: the first part may contain colons itself.
fn parts(text: &str, count: usize) -> Option<Vec<&str>> {
    let mut parts: Vec<&str> = text.rsplitn(count, [':', '：']).map(str::trim).collect();
    parts.reverse();
    (parts.len() == count && parts.iter().all(|part| !part.is_empty())).then_some(parts)
}

fn pair(need: &str, organization: &str, rule: PairRule, amount: Option<&str>) -> PairAsk {
    let amount = amount.map(|text| AmountInput::Text(text.to_owned()));
    PairAsk { need: NeedId::new(need), organization: organization.to_owned(), rule, amount }
}

pub(super) fn forbidden(text: &str) -> Result<PairAsk, String> {
    match parts(text, 2).as_deref() {
        Some([need, organization]) => Ok(pair(need, organization, PairRule::Forbid, None)),
        _ => Err("应写成 需求：组织，需求写编号或名称".to_owned()),
    }
}

pub(super) fn forced(text: &str) -> Result<PairAsk, String> {
    let is_amount = |text: &str| {
        text.starts_with(|c: char| c.is_numeric() || "约近-半两一二三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟".contains(c))
    };
    match (parts(text, 3).as_deref(), parts(text, 2).as_deref()) {
        (Some([need, organization, amount]), _) if is_amount(amount) => {
            Ok(pair(need, organization, PairRule::Force, Some(amount)))
        }
        (_, Some([need, organization])) => Ok(pair(need, organization, PairRule::Force, None)),
        _ => Err("应写成 需求：组织 或 需求：组织：金额，需求写编号或名称".to_owned()),
    }
}

pub(super) fn locked(text: &str) -> Result<PairAsk, String> {
    match parts(text, 3).as_deref() {
        Some([need, organization, amount]) => Ok(pair(need, organization, PairRule::Lock, Some(amount))),
        _ => Err("应写成 需求编号：组织：金额，如 需求1：示例基金会：30万".to_owned()),
    }
}

pub(super) fn reserve(text: &str) -> Result<ReserveAsk, String> {
    match parts(text, 2).as_deref() {
        Some([target, amount]) => {
            Ok(ReserveAsk { target: (*target).to_owned(), amount: AmountInput::Text((*amount).to_owned()) })
        }
        _ => Err("应写成 地区或领域：金额，如 迪庆：100万".to_owned()),
    }
}

pub(super) fn budget(text: &str) -> Result<BudgetAsk, String> {
    let Some([organization, amount]) = two(text) else {
        return Err("应写成 组织：金额，如 示例基金会：80万".to_owned());
    };
    Ok(BudgetAsk { organization, amount: AmountInput::Text(amount) })
}

pub(super) fn project_limit(text: &str) -> Result<ProjectLimitAsk, String> {
    let refuse = || "应写成 组织：数量，如 示例基金会：3".to_owned();
    let [organization, most] = two(text).ok_or_else(refuse)?;
    Ok(ProjectLimitAsk { organization, most: most.parse().map_err(|_| refuse())? })
}

pub(super) fn gap(text: &str) -> Result<GapAsk, String> {
    let Some([need, amount]) = two(text) else { return Err("应写成 需求：金额，如 需求1：80万".to_owned()) };
    Ok(GapAsk { need: NeedId::new(need), amount: AmountInput::Text(amount) })
}

pub(super) fn partner_limit(text: &str) -> Result<PartnerLimitAsk, String> {
    let refuse = || "应写成 需求：数量，如 需求1：5".to_owned();
    let [need, most] = two(text).ok_or_else(refuse)?;
    Ok(PartnerLimitAsk { need: NeedId::new(need), most: at_least_one(&most).map_err(|_| refuse())? })
}

fn two(text: &str) -> Option<[String; 2]> {
    let parts: Vec<String> = parts(text, 2)?.into_iter().map(str::to_owned).collect();
    parts.try_into().ok()
}

pub(super) fn earmark(text: &str) -> Result<EarmarkAsk, String> {
    match parts(text, 3).as_deref() {
        Some([organization, sector, amount]) => Ok(EarmarkAsk {
            organization: (*organization).to_owned(),
            sector: (*sector).to_owned(),
            amount: AmountInput::Text((*amount).to_owned()),
        }),
        _ => Err("应写成 组织：领域：金额，如 示例基金会：助医与健康：50万".to_owned()),
    }
}

pub(super) fn at_least_one<T: FromStr + PartialOrd + From<u8>>(text: &str) -> Result<T, String> {
    let number = text.parse().ok().filter(|number| *number >= T::from(1));
    number.ok_or_else(|| "应为不小于1的整数".to_owned())
}

pub(super) fn whole_number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "应为不小于0的整数".to_owned())
}

pub(super) fn fit(text: &str) -> Result<u8, String> {
    text.parse().ok().filter(|fit| *fit <= 100).ok_or_else(|| "应为0到100的整数".to_owned())
}

pub(super) fn fairness(text: &str) -> Result<Fairness, String> {
    match text {
        "quarters" => Ok(Fairness::Quarters),
        "leximin" => Ok(Fairness::Leximin),
        "off" => Ok(Fairness::Off),
        _ => Err("应为 quarters、leximin 或 off".to_owned()),
    }
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
    seconds.and_then(|it| Duration::try_from_secs_f64(it).ok()).ok_or_else(|| "应为大于0的秒数".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_with_either_colon() {
        let text = |text: &str| Some(AmountInput::Text(text.to_owned()));
        assert_eq!(forbidden("n1:甲社"), Ok(pair("n1", "甲社", PairRule::Forbid, None)));
        assert_eq!(forced("n1：甲社"), Ok(pair("n1", "甲社", PairRule::Force, None)));
        assert_eq!(forced("n1:甲社：约30万").unwrap().amount, text("约30万"));
        assert_eq!(forced("a:1:甲社"), Ok(pair("a:1", "甲社", PairRule::Force, None)));
        assert_eq!(locked("a:1:甲社:30万"), Ok(pair("a:1", "甲社", PairRule::Lock, Some("30万"))));
        assert_eq!(reserve("迪庆：100万").unwrap().target, "迪庆");
        assert_eq!(earmark("甲社：MED：5万").unwrap().sector, "MED");
        for refused in ["", "n1", "n1：", "：甲社"] {
            assert!(forbidden(refused).is_err() && forced(refused).is_err() && reserve(refused).is_err(), "{refused}");
        }
        assert!(locked("n1：甲社").is_err() && earmark("甲社：5万").is_err());
        assert!(seconds("0").is_err() && seconds("nan").is_err() && seconds("1e300").is_err() && seconds("0.5").is_ok());
        assert!(fit("101").is_err() && at_least_one::<u32>("0").is_err() && at_least_one::<u32>("3") == Ok(3));
    }
}
