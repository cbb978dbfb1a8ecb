//! The short forms that texts use for the official name of a division: 德钦 for 德钦县, 迪庆州 and 迪庆 for 迪庆藏族自治州. What no
//! rule makes (达茂旗, 巴州) stands in the table of aliases.

/// Endings of the names of autonomous divisions, each with the one that texts use.
const AUTONOMOUS: [(&str, &str); 4] = [("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("自治区", "")];
/// Other endings. If one is the end of another, the longer comes first.
const ENDINGS: [&str; 11] = ["特别行政区", "特区", "地区", "新区", "省", "市", "州", "县", "区", "旗", "盟"];
/// The peoples after which divisions are named, without 族; those of four syllables before those that end like them.
const PEOPLES: [&str; 54] = [
    "乌孜别克",
    "柯尔克孜",
    "俄罗斯",
    "鄂温克",
    "鄂伦春",
    "达斡尔",
    "塔塔尔",
    "塔吉克",
    "哈萨克",
    "维吾尔",
    "布依",
    "朝鲜",
    "土家",
    "哈尼",
    "傈僳",
    "高山",
    "拉祜",
    "东乡",
    "纳西",
    "景颇",
    "仫佬",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "德昂",
    "保安",
    "裕固",
    "独龙",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
    "蒙古",
    "汉",
    "回",
    "藏",
    "苗",
    "彝",
    "壮",
    "满",
    "侗",
    "瑶",
    "白",
    "傣",
    "黎",
    "佤",
    "畲",
    "水",
    "羌",
    "各",
];
/// Peoples with a name of one character that other names of peoples end with.
const LAST_PEOPLES: [&str; 3] = ["土", "怒", "京"];
/// Peoples that stand in names without 族 as well: 蒙古自治州, 锡伯自治县.
const WITHOUT_SUFFIX: [&str; 6] = ["蒙古", "哈萨克", "柯尔克孜", "塔吉克", "锡伯", "维吾尔"];

/// The short forms of an official name, at least two characters each; none of them is the name itself.
pub(super) fn short_names(name: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if let Some((base, ending, short)) =
        AUTONOMOUS.iter().find_map(|&(ending, short)| Some((name.strip_suffix(ending)?, ending, short)))
    {
        let base = without_peoples(base);
        names.push(base.to_owned());
        if !short.is_empty() {
            names.extend([format!("{base}{short}"), format!("{base}{ending}")]);
        }
    } else if let Some(base) = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending).filter(|base| is_name(base))) {
        names.push(base.to_owned());
        let bare = without_peoples(base);
        if bare != base && name.ends_with('区') {
            names.extend([bare.to_owned(), format!("{bare}区")]);
        }
    }
    names.retain(|short| short != name && is_name(short));
    names
}

fn is_name(text: &str) -> bool {
    text.chars().nth(1).is_some()
}

/// The name of an autonomous division without the peoples at its end: 双江 of 双江拉祜族佤族布朗族傣族. 东乡族, which consists of
/// nothing else, becomes 东乡.
fn without_peoples(name: &str) -> &str {
    let one = |name: &str| {
        let people = name.strip_suffix('族').unwrap_or(name);
        let allowed = PEOPLES.iter().chain(&LAST_PEOPLES).filter(|it| people.len() < name.len() || WITHOUT_SUFFIX.contains(it));
        allowed.into_iter().find_map(|it| people.strip_suffix(it)).map(str::len)
    };
    let mut left = name;
    while let Some(len) = one(left).filter(|&len| is_name(&name[..len])) {
        left = &name[..len];
    }
    left.strip_suffix('族').unwrap_or(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_and_peoples_are_left_out() {
        for (name, expected) in [
            ("云南省", &["云南"] as &[&str]),
            ("广西壮族自治区", &["广西"]),
            ("迪庆藏族自治州", &["迪庆", "迪庆州", "迪庆自治州"]),
            ("博尔塔拉蒙古自治州", &["博尔塔拉", "博尔塔拉州", "博尔塔拉自治州"]),
            ("双江拉祜族佤族布朗族傣族自治县", &["双江", "双江县", "双江自治县"]),
            ("东乡族自治县", &["东乡", "东乡县", "东乡自治县"]),
            ("鄂温克族自治旗", &["鄂温克", "鄂温克旗", "鄂温克自治旗"]),
            ("龙胜各族自治县", &["龙胜", "龙胜县", "龙胜自治县"]),
            ("管城回族区", &["管城回族", "管城", "管城区"]),
            ("浦东新区", &["浦东"]),
            ("清新区", &["清新"]),
            ("六枝特区", &["六枝"]),
            ("东区", &[]),
            ("忠县", &[]),
        ] {
            assert_eq!(short_names(name), expected, "{name}");
        }
    }
}
