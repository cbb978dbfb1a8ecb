//! What the register says of an organization besides its status: the level at which it is registered, and its rating.

/// Level of the office with which an organization is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegistrationLevel {
    /// 民政部
    National,
    /// 省级
    Provincial,
    /// 市级
    City,
    /// 县级
    County,
}

impl RegistrationLevel {
    /// All levels, the highest first.
    pub const ALL: [Self; 4] = [Self::National, Self::Provincial, Self::City, Self::County];

    /// The level that a record states; records write it in several ways.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        match text.trim() {
            "national" | "全国" | "全国性" | "国家级" | "部级" | "民政部" => Some(Self::National),
            "provincial" | "province" | "省级" | "省" | "自治区级" | "直辖市级" => Some(Self::Provincial),
            "city" | "prefecture" | "市级" | "地市级" | "州级" | "市" => Some(Self::City),
            "county" | "县级" | "区级" | "区县级" | "县" | "区" => Some(Self::County),
            _ => None,
        }
    }

    /// The name that records and addresses use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Provincial => "provincial",
            Self::City => "city",
            Self::County => "county",
        }
    }

    /// The level in Chinese.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::National => "全国",
            Self::Provincial => "省级",
            Self::City => "市级",
            Self::County => "县级",
        }
    }
}

/// The number of A of a rating (评估等级) from 1A to 5A. Records write it as `4A`, `4A级`, `ＡＡＡＡ` or `AAAA`.
#[must_use]
pub fn rating_of(text: &str) -> Option<u8> {
    let text = text.trim().trim_end_matches('级').replace('Ａ', "A").to_ascii_uppercase();
    let count = match text.strip_suffix('A') {
        Some(number) if number.bytes().all(|byte| byte == b'A') => text.len(),
        Some(number) => number.parse().ok()?,
        None => return None,
    };
    u8::try_from(count).ok().filter(|count| (1..=5).contains(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_and_levels_are_read_however_they_are_written() {
        for (text, rating) in
            [("4A", Some(4)), ("AAAAA", Some(5)), ("3A级", Some(3)), ("ＡＡ", Some(2)), ("6A", None), ("无", None), ("", None)]
        {
            assert_eq!(rating_of(text), rating, "{text}");
        }
        for level in RegistrationLevel::ALL {
            assert_eq!(RegistrationLevel::of(level.name()), Some(level));
            assert_eq!(RegistrationLevel::of(level.label()), Some(level));
        }
        assert_eq!(RegistrationLevel::of("乡级"), None);
    }
}
