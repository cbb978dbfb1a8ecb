//! A quantity in a cell: 198, 1.2万件, 约200套.

use qianshou_index::normalize::normalize;

use super::numbers::{Counted, numbers};

/// Longest unit, in characters.
const MAX_UNIT_CHARS: usize = 4;

/// The number of a quantity cell and the unit behind it, if there is one. `None` for a range, and for anything else besides a number
/// and its unit.
#[must_use]
pub fn quantity_field(text: &str) -> Option<(f64, Option<String>)> {
    let text = normalize(text).text;
    let numbers = numbers(&text);
    let [number] = numbers[..] else { return None };
    let unit = match number.counted {
        Counted::Things(measure) => Some(measure),
        Counted::Bare => None,
        Counted::Money | Counted::Foreign(_) => return None,
    };
    let rest = &text[number.end..];
    let is_unit = rest.chars().all(char::is_alphabetic) && rest.chars().nth(MAX_UNIT_CHARS).is_none();
    let unit = unit.map_or_else(|| rest.to_owned(), |unit| format!("{unit}{rest}"));
    let is_alone = number.start == 0 && is_unit && number.low == number.high;
    is_alone.then(|| (number.low, Some(unit).filter(|unit| !unit.is_empty())))
}

#[cfg(test)]
mod tests {
    use super::quantity_field;

    #[test]
    fn a_quantity_is_a_number_with_or_without_its_unit() {
        let read = |text: &str| quantity_field(text).map(|(number, unit)| (number, unit.unwrap_or_default()));
        for (text, number, unit) in [
            ("198件", 198.0, "件"),
            ("198", 198.0, ""),
            ("1.2万件", 12_000.0, "件"),
            ("约200套", 200.0, "套"),
            ("１，２００ 双", 1200.0, "双"),
            ("三十箱", 30.0, "箱"),
            ("5百升", 500.0, "升"),
            ("30kg", 30.0, "kg"),
        ] {
            assert_eq!(read(text), Some((number, unit.to_owned())), "{text}");
        }
        for text in ["20-30台", "若干", "3万元", "口罩5箱", "10（含备用）"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
