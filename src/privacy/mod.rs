//! Numbers of persons in texts are masked before anything stores, shows or logs them: a need carries counts and groups, not
//! persons.
//!
//! A text is folded to one plain form (`fold`), in which numbers are found however they are written: by their digits and check
//! characters (`checks`), how they are parted (`group`, `number`, `mobile`, `paper`), their label (`label`), or their shape (`account`). What is
//! found is masked in the text as it was given. Codes of organizations, sums, dates, sizes and telephones of offices stay.

mod account;
mod checks;
mod fold;
mod group;
mod label;
mod mobile;
mod number;
mod paper;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use qianshou_index::normalize::normalize;

use account::{Kind, accounts};
use fold::{Folded, may_be_digit};
use number::{Found, numbers};

/// A kind of what names a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Personal {
    /// An identity card or number, also of Hong Kong, Macao and Taiwan.
    Identity,
    /// A mobile telephone.
    Mobile,
    /// A bank card, or an account that passes for one.
    BankCard,
    /// A permit to travel to or from Hong Kong, Macao or Taiwan.
    Permit,
    /// A passport.
    Passport,
    /// An e-mail address.
    Email,
    /// An account of WeChat, QQ or Alipay.
    Account,
    /// A telephone at somebody's home. Those of offices are public and stay.
    HomePhone,
}

impl Personal {
    /// Its name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Identity => "身份证号",
            Self::Mobile => "手机号",
            Self::BankCard => "银行卡号",
            Self::Permit => "通行证号",
            Self::Passport => "护照号",
            Self::Email => "电子邮箱",
            Self::Account => "微信或QQ号",
            Self::HomePhone => "住宅电话",
        }
    }
}

/// Passes until nothing is found; what was masked may part what stood around it.
const MAX_PASSES: usize = 4;

/// The text without what names persons, and the kinds of what was masked, in order. Idempotent.
#[must_use]
pub fn mask(text: &str) -> (Cow<'_, str>, Vec<Personal>) {
    let (mut masked, mut kinds) = (Cow::Borrowed(text), Vec::new());
    if !may_name_a_person(text) {
        return (masked, kinds);
    }
    for _ in 0..MAX_PASSES {
        let Some((next, mut found)) = pass(&masked) else { break };
        masked = Cow::Owned(next);
        kinds.append(&mut found);
    }
    // What normalising removes could join digits: nested tags, readings in brackets.
    if masked.contains(['<', '&', '(', '（']) && may_name_a_person(&masked) {
        let normal = normalize(&masked).text;
        if let Some((next, mut found)) = pass(&normal) {
            masked = Cow::Owned(next);
            kinds.append(&mut found);
        }
    }
    (masked, kinds)
}

/// The text without what names persons.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    mask(text).0
}

/// Masks all strings of a JSON value, keys included, and adds the kinds to `found`.
pub fn mask_json(value: &mut serde_json::Value, found: &mut Vec<Personal>) {
    use serde_json::Value;
    match value {
        Value::String(text) => {
            let (masked, mut kinds) = mask(text);
            if !kinds.is_empty() {
                *text = masked.into_owned();
                found.append(&mut kinds);
            }
        }
        Value::Number(number) => {
            // Programs write 13800138000 as 13800138000.0 and Excel keeps fifteen digits of an identity number.
            let whole = number.as_f64().filter(|it| number.is_f64() && it.fract() == 0.0 && it.abs() < 1e20);
            let text = whole.map_or_else(|| number.to_string(), |it| format!("{it:.0}"));
            // Without letters, brackets or labels beside them, so few digits are nobody's.
            if text.bytes().filter(u8::is_ascii_digit).count() < number::MIN_DIGITS {
                return;
            }
            let (masked, mut kinds) = mask(&text);
            if !kinds.is_empty() {
                *value = Value::String(masked.into_owned());
                found.append(&mut kinds);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask_json(item, found)),
        Value::Object(fields) => {
            let keys: Vec<String> = fields.keys().filter(|key| !mask(key).1.is_empty()).cloned().collect();
            for key in keys {
                if let Some(value) = fields.remove(&key) {
                    let (masked, mut kinds) = mask(&key);
                    fields.insert(masked.into_owned(), value);
                    found.append(&mut kinds);
                }
            }
            fields.values_mut().for_each(|item| mask_json(item, found));
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// What was masked, in words: 手机号2个、电子邮箱1个.
#[must_use]
pub fn in_words(found: &[Personal]) -> String {
    let mut kinds = found.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let counts = kinds.iter().map(|kind| format!("{}{}个", kind.label(), found.iter().filter(|it| *it == kind).count()));
    counts.collect::<Vec<_>>().join("、")
}

/// One pass over a text; `None` if nothing is found.
fn pass(text: &str) -> Option<(String, Vec<Personal>)> {
    let folded = Folded::new(text);
    let mut found = accounts(&folded, &[Kind::Email, Kind::Card]);
    let ranges = |found: &[Found]| found.iter().map(|it| it.marks.clone()).collect::<Vec<_>>();
    found.extend(numbers(&folded, &ranges(&found)));
    found.sort_by_key(|it| it.marks.start);
    let taken = ranges(&found);
    let is_free = |it: &Found| {
        let next = taken.partition_point(|range| range.end <= it.marks.start);
        taken.get(next).is_none_or(|range| range.start >= it.marks.end)
    };
    found.extend(accounts(&folded, &[Kind::Account]).into_iter().filter(is_free));
    found.sort_by_key(|it| it.marks.start);
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for it in &found {
        let original = folded.original(&it.marks);
        out.push_str(&text[at..original.start]);
        out.push('[');
        out.push_str(it.kind.label());
        out.push_str("已隐去]");
        at = original.end;
    }
    out.push_str(&text[at..]);
    (!found.is_empty()).then(|| (out, found.into_iter().map(|it| it.kind).collect()))
}

/// Fewest digits of what names a person: a QQ number has five.
const MIN_DIGITS: usize = 5;

/// False for most texts, after one fast look: enough digits, an @, or the label of an account.
fn may_name_a_person(text: &str) -> bool {
    let mut digits = 0;
    let mut before = ' ';
    for c in text.chars() {
        let is_sign = match c {
            '@' | '＠' | '﹫' => true,
            '信' => matches!(before, '微' | '薇' | 'v' | 'V' | ' '),
            '宝' => before == '付',
            'x' | 'X' | 'ｘ' | 'Ｘ' => !before.is_ascii_digit() && before != ' ',
            'q' | 'Q' | 'ｑ' | 'Ｑ' | 'w' | 'W' => before == c,
            't' | 'T' => matches!(before, 'a' | 'A'),
            c if may_be_digit(c) => {
                digits += 1;
                digits >= MIN_DIGITS
            }
            _ => false,
        };
        if is_sign {
            return true;
        }
        before = c;
    }
    false
}
