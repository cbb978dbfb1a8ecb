//! Words that the sentences of several families share.

/// The years of projects, as an addition in brackets: each of up to three, else the first and the last.
pub(super) fn in_years(years: &[i16]) -> String {
    let mut years = years.to_vec();
    years.sort_unstable();
    years.dedup();
    match years.as_slice() {
        [] => String::new(),
        [first, _, _, .., last] => format!("（{first}—{last}年）"),
        few => format!("（{}年）", few.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")),
    }
}

/// The year of the only project or of the latest one, as an addition.
pub(super) fn latest(projects: usize, year: Option<i16>) -> String {
    match year {
        None => String::new(),
        Some(year) if projects == 1 => format!("（{year}年）"),
        Some(year) => format!("，最近的在{year}年"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_years_are_named_and_many_are_spanned() {
        assert_eq!([&[][..], &[2021], &[2026, 2021, 2021]].map(in_years), ["", "（2021年）", "（2021、2026年）"]);
        assert_eq!(in_years(&[2019, 2018, 2021, 2026]), "（2018—2026年）");
        assert_eq!([None, Some(2020)].map(|year| latest(2, year)), ["", "，最近的在2020年"]);
        assert_eq!(latest(1, Some(2020)), "（2020年）");
    }
}
