//! The conditions on a whole plan as fields of a form.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::http::problem::Problem;
use crate::plan::{Fairness, PlanAsk};
use crate::request::{AmountInput, MAX_WORD_CHARS};

/// What was typed, by the name of the field.
pub(super) type Typed = BTreeMap<String, String>;

/// A number or a text: name of the field, label, hint, type of the input.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) kind: &'static str,
    pub(super) value: String,
}

/// A switch.
pub(super) struct Switch {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) is_on: bool,
}

/// The fields as a template shows them.
pub(super) struct Terms {
    pub(super) fields: Vec<Field>,
    pub(super) switches: Vec<Switch>,
    /// Value, label, whether it is chosen.
    pub(super) fairness: Vec<(&'static str, &'static str, bool)>,
}

/// Name, label, hint, type.
const FIELDS: [(&str, &str, &str, &str); 9] = [
    ("min_ticket", "单家最低金额", "组织自己没有说明时；默认1万元", "text"),
    ("max_ticket", "单家最高金额", "一家组织在一项需求中；默认不限", "text"),
    ("max_partners", "每项需求最多几家组织", "默认不限", "number"),
    ("max_projects", "每家组织最多承担几项", "组织自己没有说明时；默认不限", "number"),
    ("min_fit", "最低匹配度", "0到100；默认5", "number"),
    ("unknown_budget", "资金情况不明的组织按多少计", "默认不列入这些组织", "text"),
    ("candidates", "每项需求先比较多少家", "再按需要扩展；默认100", "number"),
    ("time_limit", "最长用时（秒）", "到时取目前最好的方案；默认不限", "number"),
    ("as_of", "只用哪一天已知的记录", "默认今天", "date"),
];

const SWITCHES: [(&str, &str); 4] = [
    ("region_fairness", "兼顾各地区之间的公平"),
    ("spread", "让更多组织分担"),
    ("newcomers", "适当照顾记录少的组织和当地的组织"),
    ("all_whole", "每项需求要么全额满足，要么不做"),
];

const FAIRNESS: [(&str, &str, Fairness); 3] = [
    ("quarters", "满足得越少越优先（推荐）", Fairness::Quarters),
    ("leximin", "先尽量抬高满足得最少的，再抬高其次的", Fairness::Leximin),
    ("off", "不计：每一元同等看待", Fairness::Off),
];

impl Terms {
    /// The fields with what was typed.
    pub(super) fn typed(typed: &Typed) -> Self {
        let value = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let field = |(name, label, hint, kind): (&'static str, _, _, _)| Field { name, label, hint, kind, value: value(name) };
        let chosen = typed.get("fairness").map_or("quarters", String::as_str);
        Self {
            fields: FIELDS.map(field).into(),
            switches: SWITCHES.map(|(name, label)| Switch { name, label, is_on: !value(name).is_empty() }).into(),
            fairness: FAIRNESS.map(|(name, label, _)| (name, label, name == chosen)).into(),
        }
    }

    /// The fields with the conditions of a plan.
    pub(super) fn of(ask: &PlanAsk) -> Self {
        let sum = |sum: &Option<AmountInput>| match sum {
            Some(AmountInput::Text(text)) => text.clone(),
            Some(AmountInput::Yuan(yuan)) => format!("{yuan}元"),
            None => String::new(),
        };
        let number = |number: Option<String>| number.unwrap_or_default();
        let mut typed: Typed = [
            ("min_ticket", sum(&ask.min_ticket)),
            ("max_ticket", sum(&ask.max_ticket)),
            ("max_partners", number(ask.max_partners.map(|it| it.to_string()))),
            ("max_projects", number(ask.max_projects.map(|it| it.to_string()))),
            ("min_fit", number(ask.min_fit.map(|it| it.to_string()))),
            ("unknown_budget", sum(&ask.unknown_budget)),
            ("candidates", number(ask.candidates.map(|it| it.to_string()))),
            ("time_limit", number(ask.time_limit.map(|it| it.to_string()))),
            ("as_of", ask.as_of.clone().unwrap_or_default()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let switches = [
            ("region_fairness", ask.region_fairness),
            ("spread", ask.spread),
            ("newcomers", ask.newcomers),
            ("all_whole", ask.all_whole),
        ];
        typed.extend(switches.into_iter().filter(|it| it.1).map(|(name, _)| (name.to_owned(), "on".to_owned())));
        let fairness = FAIRNESS.iter().find(|it| it.2 == ask.fairness).map_or("quarters", |it| it.0);
        typed.insert("fairness".to_owned(), fairness.to_owned());
        Self::typed(&typed)
    }
}

/// True for the fields of this form.
pub(super) fn is_term(name: &str) -> bool {
    FIELDS.iter().any(|it| it.0 == name) || SWITCHES.iter().any(|it| it.0 == name) || name == "fairness"
}

/// Sets the conditions on the whole plan as they were typed; what is blank gets its default.
pub(super) fn apply(typed: &Typed, ask: &mut PlanAsk) -> Result<(), Problem> {
    let text = |name: &'static str| -> Result<Option<String>, Problem> {
        let text = typed.get(name).map(|it| it.trim()).filter(|it| !it.is_empty());
        if text.is_some_and(|it| it.chars().count() > MAX_WORD_CHARS) {
            return Err(Problem::field(name, format!("{}过长，最多{MAX_WORD_CHARS}字", label(name))));
        }
        Ok(text.map(str::to_owned))
    };
    let sum = |name| Ok::<_, Problem>(text(name)?.map(AmountInput::Text));
    let is_on = |name: &str| typed.get(name).is_some_and(|it| !it.is_empty());
    ask.min_ticket = sum("min_ticket")?;
    ask.max_ticket = sum("max_ticket")?;
    ask.unknown_budget = sum("unknown_budget")?;
    ask.max_partners = number(text("max_partners")?, "max_partners", "不小于1的整数")?;
    ask.max_projects = number(text("max_projects")?, "max_projects", "不小于1的整数")?;
    ask.candidates = number(text("candidates")?, "candidates", "不小于1的整数")?;
    ask.min_fit = number(text("min_fit")?, "min_fit", "0到100的整数")?;
    ask.time_limit = number(text("time_limit")?, "time_limit", "大于0的秒数")?;
    ask.as_of = text("as_of")?;
    let fairness = text("fairness")?;
    ask.fairness = match fairness.as_deref() {
        None => Fairness::default(),
        Some(name) => {
            let known = FAIRNESS.iter().find(|it| it.0 == name);
            known.ok_or_else(|| Problem::field("fairness", "请从列出的几种公平中选择一种"))?.2
        }
    };
    ask.region_fairness = is_on("region_fairness");
    ask.spread = is_on("spread");
    ask.newcomers = is_on("newcomers");
    ask.all_whole = is_on("all_whole");
    if ask.all_whole {
        ask.whole.clear();
    }
    Ok(())
}

fn number<T: FromStr>(text: Option<String>, name: &'static str, what: &str) -> Result<Option<T>, Problem> {
    let parsed = text.map(|text| text.parse().map_err(|_| Problem::field(name, format!("{}应为{what}", label(name)))));
    parsed.transpose()
}

/// What a field is called.
pub(super) fn label(name: &str) -> &'static str {
    FIELDS.iter().find(|it| it.0 == name).map_or("这一项", |it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_shows_is_what_it_sends() {
        let ask = PlanAsk {
            min_ticket: Some(AmountInput::Text("2万元".to_owned())),
            max_partners: Some(3),
            fairness: Fairness::Leximin,
            spread: true,
            time_limit: Some(20.0),
            ..PlanAsk::default()
        };
        let shown = Terms::of(&ask);
        let mut typed: Typed = shown.fields.iter().map(|it| (it.name.to_owned(), it.value.clone())).collect();
        typed.extend(shown.switches.iter().filter(|it| it.is_on).map(|it| (it.name.to_owned(), "on".to_owned())));
        typed.extend(shown.fairness.iter().filter(|it| it.2).map(|it| ("fairness".to_owned(), it.0.to_owned())));
        assert!(typed.keys().all(|name| is_term(name)));
        let mut read = PlanAsk { max_projects: Some(9), ..PlanAsk::default() };
        apply(&typed, &mut read).unwrap();
        assert_eq!(read, ask);
    }

    #[test]
    fn a_field_that_cannot_be_read_is_named() {
        for (name, value) in [("max_partners", "三"), ("min_fit", "300"), ("time_limit", "long"), ("fairness", "best")] {
            let typed = Typed::from([(name.to_owned(), value.to_owned())]);
            let problem = apply(&typed, &mut PlanAsk::default()).unwrap_err();
            assert_eq!(problem.field.as_deref(), Some(name));
        }
    }
}
