//! Numbers as people write them: `1,200`, `48.3`, `三十五`, `二百`, `两千`.

/// Pattern of one number, digits or Chinese.
pub(super) const NUMBER: &str = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)";

/// Value of a text that matches [`NUMBER`]; `None` for Chinese that is no number, such as 百千.
pub(super) fn value(text: &str) -> Option<f64> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.replace(',', "").parse().ok();
    }
    if text.is_empty() {
        return None;
    }
    let (mut total, mut digit) = (0_u32, None);
    for c in text.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => {
                let position = "零一二三四五六七八九".chars().position(|d| d == c);
                let plain = match c {
                    '〇' => Some(0),
                    '两' => Some(2),
                    _ => position.map(|n| n as u32),
                };
                // Two digits in a row (二三) are an estimate, not a number.
                if digit.is_some_and(|d| d != 0) {
                    return None;
                }
                digit = plain;
                continue;
            }
        };
        let count = match (digit.take(), c) {
            (Some(0) | None, '十') => 1,
            (None | Some(0), _) => return None,
            (Some(count), _) => count,
        };
        total += count * unit;
    }
    Some(f64::from(total + digit.unwrap_or(0)))
}

/// What stands before or behind a number and bends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bend {
    /// 约、近、左右
    About,
    /// 超、余、多、不低于
    AtLeast,
    /// 不超过、以内
    AtMost,
}

pub(super) const BEFORE: &str = "大约|约|近|将近|接近|超过|超|逾|不低于|不少于|至少|不超过|不高于|至多|最多|最高";
pub(super) const BEHIND: &str = "左右|上下|以上|以内|以下|之内";

/// The sense of a hedging word; `None` for an empty one.
pub(super) fn bend(word: &str) -> Option<Bend> {
    Some(match word {
        "大约" | "约" | "近" | "将近" | "接近" | "左右" | "上下" => Bend::About,
        "超过" | "超" | "逾" | "不低于" | "不少于" | "至少" | "以上" | "余" | "多" => Bend::AtLeast,
        "不超过" | "不高于" | "至多" | "最多" | "最高" | "以内" | "以下" | "之内" => Bend::AtMost,
        _ => return None,
    })
}

/// Both ends of a number under its hedges: about keeps both, at least opens the upper, at most the lower.
pub(super) fn ends<T: Copy>(low: T, high: T, bend: Option<Bend>) -> (Option<T>, Option<T>) {
    match bend {
        None | Some(Bend::About) => (Some(low), Some(high)),
        Some(Bend::AtLeast) => (Some(low), None),
        Some(Bend::AtMost) => (None, Some(high)),
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn numbers_read_as_people_mean_them() {
        for (text, expected) in [
            ("1,200", 1200.0),
            ("48.3", 48.3),
            ("三十五", 35.0),
            ("十", 10.0),
            ("一百零五", 105.0),
            ("两千三百", 2300.0),
            ("二十", 20.0),
            ("八", 8.0),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
        for text in ["", "百", "千百", "二三"] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
