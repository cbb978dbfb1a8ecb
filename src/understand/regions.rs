//! Places: the names of a text, what they have to do with the need, and which divisions they mean. What is ambiguous stays
//! ambiguous, and what cannot be right is said.

use super::doubts::{doubt_contradictions, doubt_strays, drop_lone_quarters};
use super::naming::is_quarter;
use super::passage::Passage;
use super::places::{self, Places};
use super::reading::Reading;
use super::resolve::resolve;
use super::roles::{Role, roles};
use super::unknown_places::{near_in_words, unknown_places};
use crate::domain::{RegionCode, RegionFinding};
use crate::reference::{Divisions, Reference};

/// The places that a free text concerns, without the helping side (上海援建…).
pub(super) fn read(reference: &Reference, passage: &Passage<'_>, context: Option<RegionCode>) -> Reading<Vec<RegionFinding>> {
    let divisions = reference.divisions;
    let Places { mut places, named } = places::read(divisions, passage);
    let roles = roles(reference, passage, &places);
    // If a text names only helpers, the need is at their own place.
    let wanted = if roles.contains(&Role::Need) { Role::Need } else { Role::Other };
    let mut roles = roles.into_iter();
    places.retain(|_| roles.next() == Some(wanted));
    let is_lone = !drop_lone_quarters(divisions, passage.text, &mut places, context);
    let mut found = resolve(divisions, passage, &places, context, false);
    found.iter_mut().for_each(|it| it.certain &= !(is_lone && is_quarter(&it.matched)));
    doubt_strays(divisions, &places, &mut found);
    let mut doubts = doubt_contradictions(divisions, passage.text, &places, &mut found);
    for unknown in unknown_places(reference, passage, &named, &places, context) {
        let matched = passage.text[unknown.range.clone()].to_owned();
        let near = near_in_words(divisions, &unknown.near);
        doubts.push(format!("没有“{matched}”这个地方（行政区划截至{}）{near}", Divisions::AS_OF));
        let span = Some(passage.span(&unknown.range));
        let finding =
            |code| RegionFinding { code, name: divisions.full_name(code), matched: matched.clone(), certain: false, span };
        let new: Vec<_> = unknown.near.into_iter().filter(|&code| found.iter().all(|it| it.code != code)).map(finding).collect();
        found.extend(new);
    }
    Reading { found, taken: named, doubts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, context: Option<u32>) -> Vec<(String, bool)> {
        let context = context.and_then(RegionCode::new);
        read(&Reference::embedded(), &Passage::new(text), context).found.into_iter().map(|it| (it.name, it.certain)).collect()
    }

    fn certain(text: &str) -> Vec<String> {
        names(text, None).into_iter().filter(|it| it.1).map(|it| it.0).collect()
    }

    #[test]
    fn the_most_specific_name_of_a_chain_counts() {
        assert_eq!(certain("云南省迪庆藏族自治州德钦县升平镇"), ["云南省迪庆藏族自治州德钦县"]);
        assert_eq!(certain("青海玉树、果洛高原牧区"), ["青海省玉树藏族自治州", "青海省果洛藏族自治州"]);
        assert_eq!(certain("果洛州玛沁、甘德、达日三县").len(), 3);
    }

    #[test]
    fn the_helping_side_is_no_region_of_the_need() {
        assert_eq!(certain("上海援建的果洛州玛沁县"), ["青海省果洛藏族自治州玛沁县"]);
        assert_eq!(certain("上海市慈善基金会拟资助德钦县"), ["云南省迪庆藏族自治州德钦县"]);
        assert_eq!(certain("上海市虹口区独居老人"), ["上海市虹口区"]);
        assert_eq!(certain("上海市崇明区爱心超市"), ["上海市崇明区"]);
    }

    #[test]
    fn old_names_resolve_and_common_words_do_not() {
        assert_eq!(certain("中甸县小学"), ["云南省迪庆藏族自治州香格里拉市"]);
        assert_eq!(certain("建设长安街道"), [] as [&str; 0]);
    }

    #[test]
    fn ambiguous_names_list_every_candidate_and_none_is_certain() {
        let found = names("海南小学饮水", None);
        // 海南省, 海南州, 乌海市海南区
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|(_, certain)| !certain));
        assert_eq!(certain("朝阳小学净水"), [] as [&str; 0]);
        assert_eq!(certain("青海海南州共和县"), ["青海省海南藏族自治州共和县"]);
        assert_eq!(names("海南小学饮水", Some(630_000)), [("青海省海南藏族自治州".to_owned(), true)]);
    }

    #[test]
    fn a_short_name_inside_another_word_is_not_taken_for_certain() {
        assert_eq!(certain("陕西宝鸡六盘山片区救护车"), ["陕西省宝鸡市"]);
        assert_eq!(certain("青海可可西里保护三江源生态"), ["青海省"]);
        assert_eq!(certain("青海果洛玛沁、云南迪庆德钦").len(), 2);
        assert_eq!(certain("云南省昭通市洪山镇小学"), ["云南省昭通市"]);
        assert_eq!(certain("河南信阳新县卫生院"), ["河南省信阳市新县"]);
    }

    #[test]
    fn a_name_inside_other_words_is_no_place_at_all() {
        for (text, expected) in [
            ("四川省阿坝县新建校舍", &["四川省阿坝藏族羌族自治州阿坝县"] as &[&str]),
            ("云南省迪庆州易地搬迁安置点学校", &["云南省迪庆藏族自治州"]),
            ("甘肃省会宁县和平乡小学", &["甘肃省白银市会宁县"]),
            ("枫香河自然村修路", &[]),
            ("省市和县医院", &[]),
            ("加强社会治理县域医共体", &[]),
            ("建设城区道路和直饮水商城", &[]),
            ("三区三州深度贫困地区", &[]),
            ("西部山区儿童", &[]),
        ] {
            assert_eq!(names(text, None), expected.iter().map(|it| ((*it).to_owned(), true)).collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn members_of_a_list_explain_each_other() {
        for (text, expected) in [
            ("内蒙古、河南、湖北的县医院", &["内蒙古自治区", "河南省", "湖北省"] as &[&str]),
            ("内蒙古、河南、湖北、青海、宁夏、河北", &["内蒙古自治区", "河南省", "湖北省", "青海省", "宁夏回族自治区", "河北省"]),
            ("云南东川、永平两县区", &["云南省昆明市东川区", "云南省大理白族自治州永平县"]),
            ("青海黄南、海南、果洛三州", &["青海省黄南藏族自治州", "青海省海南藏族自治州", "青海省果洛藏族自治州"]),
            (
                "青海大通、互助、民和三县",
                &["青海省西宁市大通回族土族自治县", "青海省海东市互助土族自治县", "青海省海东市民和回族土族自治县"],
            ),
        ] {
            assert_eq!(certain(text), expected, "{text}");
        }
    }

    #[test]
    fn a_place_that_gives_sends_or_funds_is_the_helping_side() {
        for (text, expected) in [
            ("由上海提供设备的迪庆州医院", "云南省迪庆藏族自治州"),
            ("上海专家赴迪庆义诊", "云南省迪庆藏族自治州"),
            ("成都市青羊区对口支援德格县", "四川省甘孜藏族自治州德格县"),
            ("德格县由成都市青羊区对口帮扶", "四川省甘孜藏族自治州德格县"),
            ("来自上海的志愿者在德钦县支教", "云南省迪庆藏族自治州德钦县"),
            ("云南省青少年发展基金会拟资助玛沁县学生", "青海省果洛藏族自治州玛沁县"),
            ("宁波市鄞州区、晴隆县东西部协作项目", "贵州省黔西南布依族苗族自治州晴隆县"),
            ("新疆喀什的患儿到上海就医", "新疆维吾尔自治区喀什地区"),
            ("深圳市某某科技有限公司向果洛州捐赠电脑", "青海省果洛藏族自治州"),
        ] {
            assert_eq!(certain(text), [expected], "{text}");
        }
        // Nobody else is named, or the other one lies inside.
        assert_eq!(certain("来自四川凉山的孤儿"), ["四川省凉山彝族自治州"]);
        assert_eq!(certain("德钦县慈善会需要物资"), ["云南省迪庆藏族自治州德钦县"]);
        assert_eq!(certain("果洛州人民医院、玛沁县小学"), ["青海省果洛藏族自治州玛沁县"]);
    }

    #[test]
    fn old_names_and_the_corps_resolve() {
        for (text, expected) in [
            ("开县小学", "重庆市开州区"),
            ("日喀则地区学校", "西藏自治区日喀则市"),
            ("新疆生产建设兵团第三师图木舒克市", "新疆维吾尔自治区图木舒克市"),
        ] {
            assert_eq!(certain(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_bare_name_of_a_prefecture_and_its_county_means_the_prefecture() {
        assert_eq!(certain("玉树牧民定居点"), ["青海省玉树藏族自治州"]);
        assert_eq!(certain("玉树市结古镇"), ["青海省玉树藏族自治州玉树市"]);
    }
}
