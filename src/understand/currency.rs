//! Yuan, jiao and fen; units that stand apart from their number; other currencies, which are never counted as yuan.

use super::measures::measure;
use super::numeral::{Quantity, quantity};

/// Signs before a sum in yuan.
pub(super) const SIGNS: [&str; 4] = ["￥", "¥", "RMB", "人民币"];
/// Units behind a sum in yuan.
const YUAN: [&str; 4] = ["元人民币", "元", "块钱", "人民币"];
/// Other currencies, before or behind the sum. If one is the start of another, the longer comes first.
const FOREIGN: [&str; 27] = [
    "美元",
    "美金",
    "US$",
    "USD",
    "HK$",
    "HKD",
    "EUR",
    "GBP",
    "JPY",
    "$",
    "€",
    "£",
    "港币",
    "港元",
    "港纸",
    "欧元",
    "英镑",
    "日元",
    "日圆",
    "韩元",
    "加元",
    "澳元",
    "澳门元",
    "新台币",
    "台币",
    "卢布",
    "新加坡元",
];
/// Units in brackets, with what one of them is in yuan.
const BRACKETED: [(&str, f64); 6] = [("万元", 1e4), ("亿元", 1e8), ("千元", 1e3), ("元", 1.0), ("万", 1e4), ("亿", 1e8)];

/// The first of the other currencies that a heading names.
#[must_use]
pub fn foreign_currency(text: &str) -> Option<&'static str> {
    FOREIGN.into_iter().find(|currency| text.contains(currency))
}

/// The end of the yuan behind a number that ends at `at`, with what jiao and fen behind them add: 38元5角, 三十八块五.
pub(super) fn yuan_behind(text: &str, at: usize) -> Option<(usize, f64)> {
    let start = skip(text, at);
    if let Some(word) = YUAN.iter().find(|word| text[start..].starts_with(**word)) {
        let end = start + word.len();
        let (small, added) = jiao_and_fen(text, end);
        let end = if small > end || !text[end..].starts_with('整') { small } else { end + '整'.len_utf8() };
        return Some((end, added));
    }
    if let Some(rest) = text[start..].strip_prefix('块') {
        let end = text.len() - rest.len();
        let (small, added) = jiao_and_fen(text, end);
        // 三十八块五; but 3万块砖 counts bricks.
        let is_tenths = |it: &Quantity| it.len > 0 && it.high < 10.0 && it.low.fract() == 0.0;
        // 65块一套, 六块五一株
        let of_one = |at: usize| text[at..].strip_prefix('一').and_then(measure).is_some();
        let digit = rest.chars().next().map_or(0, char::len_utf8);
        let digit = || quantity(&rest[..digit]).filter(|_| of_one(end + digit));
        let tenths = quantity(rest).filter(is_tenths).or_else(|| digit().filter(is_tenths));
        let ends = |at: usize| !text[at..].starts_with(char::is_alphanumeric) || text[at..].starts_with("左右") || of_one(at);
        return match tenths {
            _ if small > end => Some((small, added)),
            Some(it) if ends(end + it.len) => Some((end + it.len, it.low / 10.0)),
            _ => ends(end).then_some((end, 0.0)),
        };
    }
    None
}

/// Reads 5角 and 5角3分 at `at`: where they end, and their value in yuan.
fn jiao_and_fen(text: &str, at: usize) -> (usize, f64) {
    let part = |at: usize, unit: [char; 2]| {
        let number = quantity(&text[at..]).filter(|it| it.high < 10.0 && it.low == it.high)?;
        let rest = text[at + number.len..].strip_prefix(unit)?;
        Some((text.len() - rest.len(), number.low))
    };
    let (mut end, mut yuan) = (at, 0.0);
    if let Some((next, jiao)) = part(end, ['角', '毛']) {
        (end, yuan) = (next, jiao / 10.0);
    }
    if let Some((next, fen)) = part(end, ['分', '分']).filter(|(next, _)| !text[*next..].starts_with(['之', '钟'])) {
        (end, yuan) = (next, yuan + fen / 100.0);
    }
    (end, yuan)
}

/// The end of a sum in jiao whose digits, no Chinese ones (塌了一角), end at `at`, with what fen behind it add in yuan: 5角, 3角5分.
pub(super) fn jiao_behind(text: &str, at: usize) -> Option<(usize, f64)> {
    let end = text[at..].starts_with('角').then_some(at + '角'.len_utf8())?;
    Some(jiao_and_fen(text, end))
}

/// The end of the unit in brackets behind a number that ends at `at`, and what it is in yuan: 30（万元）, 30（单位：万元）.
pub(super) fn bracket_behind(text: &str, at: usize) -> Option<(usize, f64)> {
    let inside = text[skip(text, at)..].strip_prefix(['（', '('])?;
    let (yuan, rest) = unit(inside)?;
    let rest = rest.strip_prefix(['）', ')'])?;
    Some((text.len() - rest.len(), yuan))
}

/// What one is in yuan if a unit in brackets ends `text`: 所需资金（万元）：.
pub(super) fn bracket_before(text: &str) -> Option<f64> {
    let text = text.trim_end_matches([' ', '：', ':', '约', '为']).strip_suffix(['）', ')'])?;
    let (yuan, before) = BRACKETED.iter().find_map(|&(unit, yuan)| Some((yuan, text.strip_suffix(unit)?)))?;
    before.trim_end_matches(['：', ':', ' ']).trim_end_matches("单位").ends_with(['（', '(']).then_some(yuan)
}

/// What one is in yuan if the text says so for all its sums: 单位：万元.
pub(super) fn unit_of_all(text: &str) -> Option<f64> {
    let behind = &text[text.find("单位：").or_else(|| text.find("单位:"))?..];
    let (yuan, rest) = unit(behind)?;
    (!rest.starts_with(char::is_alphanumeric)).then_some(yuan)
}

fn unit(text: &str) -> Option<(f64, &str)> {
    let text = text.strip_prefix("单位").map_or(text, |rest| rest.trim_start_matches(['：', ':', ' ']));
    BRACKETED.iter().find_map(|&(unit, yuan)| Some((yuan, text.strip_prefix(unit)?)))
}

/// The foreign currency at `at`.
pub(super) fn foreign_at(text: &str, at: usize) -> Option<&'static str> {
    let start = skip(text, at);
    FOREIGN.iter().find(|word| text[start..].starts_with(**word)).copied()
}

/// The foreign currency at the end of `text`.
pub(super) fn foreign_before(text: &str) -> Option<&'static str> {
    let text = text.trim_end_matches(' ');
    FOREIGN.iter().find(|word| text.ends_with(**word)).copied()
}

fn skip(text: &str, at: usize) -> usize {
    at + text[at..].len() - text[at..].trim_start_matches(' ').len()
}
