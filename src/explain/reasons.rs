//! Parts in Chinese sentences. A number is said only where it means something to a reader.

use crate::catalog::Catalog;
use crate::domain::Money;
use crate::score::{Evidence, Feature, Part, Scorer, Value};

/// A lift beyond this is shown as “many times”.
const MAX_TIMES: f64 = 50.0;

/// The reason for a part.
pub(crate) fn reason(catalog: &Catalog, scorer: &Scorer<'_>, part: &Part, evidence: &Evidence, organization: usize) -> String {
    match part.value {
        Value::NotAsked => not_asked(part.feature).to_owned(),
        Value::Unknown => unknown(part.feature).to_owned(),
        Value::Known(value) => known(catalog, scorer, part.feature, value, evidence, organization),
    }
}

const fn not_asked(feature: Feature) -> &'static str {
    match feature {
        Feature::TextVotes
        | Feature::SectorVotes
        | Feature::BestPrecedent
        | Feature::RankVotes
        | Feature::TextLift
        | Feature::Profile
        | Feature::NameMatch
        | Feature::Scope
        | Feature::HomeVotes => "需求没有可供比对的文字",
        Feature::SectorHistory | Feature::ParentSector | Feature::SectorActivity | Feature::Declines => "需求未说明领域",
        Feature::RegionHistory | Feature::Counterpart | Feature::Home | Feature::NamedPlace => "需求未说明地区",
        Feature::Groups => "需求未说明服务对象",
        Feature::Modes => "需求未说明帮扶方式",
        Feature::TicketFit | Feature::Capacity => "需求未说明金额",
        Feature::Partners => "没有相似的往期项目可作起点",
        Feature::Headroom
        | Feature::Slots
        | Feature::Popularity
        | Feature::Recency
        | Feature::National
        | Feature::General
        | Feature::Branch
        | Feature::Newcomer => "不适用",
    }
}

const fn unknown(feature: Feature) -> &'static str {
    match feature {
        Feature::SectorHistory | Feature::ParentSector => "没有可以判断领域的记录",
        Feature::RegionHistory => "往期项目没有记录地区",
        Feature::Counterpart | Feature::Home | Feature::HomeVotes => "所在地未知",
        Feature::Scope => "没有业务范围记录",
        Feature::Groups => "往期项目没有记录服务对象",
        Feature::Modes => "往期项目没有记录帮扶方式",
        Feature::TicketFit | Feature::Capacity => "没有金额或预算记录",
        Feature::Headroom => "没有年度预算记录",
        Feature::Slots => "没有年度认领上限",
        Feature::Recency => "没有注明时间的往期项目",
        _ => "没有记录",
    }
}

fn known(
    catalog: &Catalog,
    scorer: &Scorer<'_>,
    feature: Feature,
    value: f64,
    evidence: &Evidence,
    organization: usize,
) -> String {
    let question = scorer.question();
    let divisions = catalog.reference.divisions;
    let has_projects = matches!(evidence, Evidence::Projects(_));
    match feature {
        Feature::TextVotes | Feature::SectorVotes | Feature::RankVotes => match evidence {
            Evidence::Projects(projects) if !projects.is_empty() => {
                let how = if scorer.has_precedent(organization) { "相似" } else { "部分相似" };
                format!("做过{how}的项目：{}", titles(catalog, projects))
            }
            _ if feature == Feature::SectorVotes => "没有领域也相近的相似项目".to_owned(),
            _ => "没有相似的往期项目".to_owned(),
        },
        Feature::BestPrecedent => match evidence {
            Evidence::Projects(projects) if !projects.is_empty() => format!("最相似的项目：{}", titles(catalog, projects)),
            _ => "没有相似的往期项目".to_owned(),
        },
        Feature::TextLift => match scorer.votes().for_organization(organization).len() {
            0 => "没有相似的往期项目".to_owned(),
            votes => format!("有{votes}个往期项目与需求至少部分相似，{}", expected(value)),
        },
        Feature::Profile if value > 0.0 => "往期项目合起来看，用语与需求相近".to_owned(),
        Feature::Profile => "往期项目没有与需求相同的用语".to_owned(),
        Feature::NameMatch if value > 0.0 => "名称与需求的用语相符".to_owned(),
        Feature::NameMatch => "名称没有与需求相同的用语".to_owned(),
        Feature::Scope if value > 0.0 => "业务范围与需求的用语相符".to_owned(),
        Feature::Scope => "业务范围没有与需求相同的用语".to_owned(),
        Feature::SectorHistory | Feature::ParentSector => {
            let names = sectors(catalog, scorer, feature == Feature::ParentSector);
            if has_projects {
                format!("“{names}”领域的往期比重{}", times(value))
            } else if value > 0.0 {
                format!("声明的领域或业务范围与“{names}”相符，尚无该领域的往期项目")
            } else if scorer.history_of(organization) > 0 {
                format!("往期项目不在“{names}”领域")
            } else {
                format!("声明的领域或业务范围不含“{names}”")
            }
        }
        Feature::SectorActivity if value > 0.0 => {
            format!("做过“{}”领域的项目，近年项目权重较高", sectors(catalog, scorer, false))
        }
        Feature::SectorActivity => format!("没有“{}”领域的往期项目", sectors(catalog, scorer, false)),
        Feature::RegionHistory if has_projects => format!("在需求地区一带的往期比重{}", times(value)),
        Feature::RegionHistory if wishes_for(catalog, scorer, organization) => {
            "声明的意向地区包括需求地区，当地尚无往期项目".to_owned()
        }
        Feature::RegionHistory if value > 0.0 => "在同一大区做过项目，在需求所在的省份尚无".to_owned(),
        Feature::RegionHistory if scorer.history_of(organization) > 0 => "往期项目不在需求所在的省份".to_owned(),
        Feature::RegionHistory => "声明的意向地区不含需求所在的省份".to_owned(),
        Feature::Counterpart => match evidence {
            Evidence::Relation(relation) => {
                let (donor, recipient) = (divisions.full_name(relation.donor), divisions.full_name(relation.recipient));
                match relation.ended_years {
                    None => format!("{donor}对口{recipient}（{}）", relation.programme),
                    Some(years) if years < 1.0 => {
                        format!("{donor}曾对口{recipient}（{}，结束不足一年）", relation.programme)
                    }
                    Some(years) => format!("{donor}曾对口{recipient}（{}，已结束约{years:.0}年）", relation.programme),
                }
            }
            _ => "所在地与需求地区没有对口关系".to_owned(),
        },
        Feature::Home => match evidence {
            Evidence::Home(home) => {
                let is_read = catalog.organizations[organization].home_region.is_none();
                let how = if is_read { "，由名称判断" } else { "" };
                home_reason(value, &format!("{}{how}", divisions.full_name(*home)))
            }
            _ => "所在地未知".to_owned(),
        },
        Feature::NamedPlace if value > 0.0 => "名称中含有需求所在地".to_owned(),
        Feature::NamedPlace => "名称中没有需求所在地".to_owned(),
        Feature::HomeVotes if value > 0.0 => "所在省份的组织做过的相似项目偏多".to_owned(),
        Feature::HomeVotes => "所在省份的组织做过的相似项目不多".to_owned(),
        Feature::Groups => tagged(&group_names(catalog, scorer), "对象", has_projects, value),
        Feature::Modes => tagged(&mode_names(catalog, scorer), "方式", has_projects, value),
        Feature::TicketFit if scorer.history_of(organization) == 0 => {
            let how = if value > -0.5 { "相当" } else { "相差较大" };
            format!("按年度支出估计的单笔资助与所需金额{how}")
        }
        Feature::TicketFit if value > -0.5 => "以往单笔资助与所需金额相当".to_owned(),
        Feature::TicketFit => "以往单笔资助与所需金额相差较大".to_owned(),
        Feature::Capacity => match evidence {
            Evidence::Affordable(yuan) => {
                let asked = question.amount.map_or_else(String::new, |asked| format!("，需求为{asked}"));
                format!("估计单个需求可出约{}{asked}", rough(*yuan))
            }
            _ => "没有金额或预算记录".to_owned(),
        },
        Feature::Headroom => {
            let share = scorer.budget_left(organization).unwrap_or_default();
            format!("本年度预算约余{:.0}%", share * 100.0)
        }
        Feature::Slots if value < 0.0 => "本年度已有认领，名额减少".to_owned(),
        Feature::Slots => "本年度认领名额未用".to_owned(),
        Feature::Popularity if value > 0.0 => format!("已知往期项目{}个，近年项目权重较高", scorer.history_of(organization)),
        Feature::Popularity => "没有往期项目".to_owned(),
        Feature::Recency => {
            let years = 4.0 / value.exp() - 1.0;
            if years < 1.0 { "近一年内有新项目".to_owned() } else { format!("最近的项目始于约{years:.0}年前") }
        }
        Feature::Partners => match evidence {
            Evidence::Partners(partners) => {
                let names: Vec<&str> = partners.iter().map(|&at| catalog.organizations[at].name.as_str()).collect();
                format!("曾与做过相似项目的{}合作", names.join("、"))
            }
            _ if value > 0.0 => "曾与做过相似项目的组织合作".to_owned(),
            _ => "没有与做过相似项目的组织合作的记录".to_owned(),
        },
        Feature::National if value > 0.0 => "全国性组织".to_owned(),
        Feature::National => "没有全国性组织的登记记录".to_owned(),
        Feature::General if value > 0.0 => "综合性慈善组织，各领域的需求都可能认领".to_owned(),
        Feature::General => "不是综合性慈善组织".to_owned(),
        Feature::Branch => match catalog.head(organization) {
            Some(head) => format!("是“{}”的分支，可直接与其联系", catalog.organizations[head].name),
            None => "不是其他组织的分支".to_owned(),
        },
        Feature::Newcomer if value > 0.0 => "往期项目不足两个，多看名称、业务范围、所在地和规模".to_owned(),
        Feature::Newcomer => "有可供参考的往期项目".to_owned(),
        Feature::Declines if value > 0.0 => "近期婉拒过该领域的需求；影响有限，一年减半".to_owned(),
        Feature::Declines => "近期没有婉拒过该领域的需求".to_owned(),
    }
}

/// True if the organization wishes for one of the need's places, or a place around or in it.
fn wishes_for(catalog: &Catalog, scorer: &Scorer<'_>, organization: usize) -> bool {
    let divisions = catalog.reference.divisions;
    let wishes = catalog.organizations[organization].willing_regions.iter().filter(|wish| wish.certain);
    let mut wishes = wishes.map(|wish| wish.code);
    wishes.any(|wish| {
        let places = &scorer.question().regions;
        places.iter().any(|&place| divisions.contains(wish, place) || divisions.contains(place, wish))
    })
}

fn home_reason(nearness: f64, home: &str) -> String {
    match nearness {
        near if near >= 0.99 => format!("就在需求所在的县（{home}）"),
        near if near >= 0.8 => format!("与需求同在一个市州（{home}）"),
        near if near >= 0.5 => format!("与需求同在一省（{home}）"),
        near if near > 0.0 => format!("与需求同在一个大区（{home}）"),
        _ => format!("在{home}，不在需求所在地一带"),
    }
}

fn tagged(names: &str, what: &str, has_projects: bool, lift: f64) -> String {
    if has_projects {
        format!("以“{names}”为{what}的往期比重{}", times(lift))
    } else {
        format!("往期项目不以“{names}”为{what}")
    }
}

fn sectors(catalog: &Catalog, scorer: &Scorer<'_>, parents: bool) -> String {
    let taxonomy = &catalog.reference.taxonomy;
    let mut names: Vec<&str> = Vec::new();
    for &(sector, _) in &scorer.question().sectors {
        let name = taxonomy.name(taxonomy.code(if parents { taxonomy.parent(sector) } else { sector }));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("、")
}

fn group_names(catalog: &Catalog, scorer: &Scorer<'_>) -> String {
    let groups = catalog.reference.taxonomy.groups();
    let names: Vec<&str> = scorer.question().groups.iter().map(|&group| groups[group].name.as_str()).collect();
    names.join("、")
}

fn mode_names(catalog: &Catalog, scorer: &Scorer<'_>) -> String {
    let taxonomy = &catalog.reference.taxonomy;
    let numbers = scorer.question().modes.iter().filter_map(|code| taxonomy.mode(code));
    let names: Vec<&str> = numbers.map(|mode| taxonomy.modes()[mode].name.as_str()).collect();
    names.join("、")
}

fn titles(catalog: &Catalog, projects: &[usize]) -> String {
    projects.iter().map(|&at| format!("《{}》", catalog.projects[at].title)).collect()
}

fn times(lift: f64) -> String {
    match lift.exp() {
        times if times > MAX_TIMES => format!("是全体平均的{MAX_TIMES:.0}倍以上"),
        times if times >= 1.05 => format!("是全体平均的{times:.1}倍"),
        times if times > 0.95 => "与全体平均相当".to_owned(),
        _ => "低于全体平均".to_owned(),
    }
}

fn expected(lift: f64) -> String {
    match lift.exp() {
        times if times >= 1.05 => format!("是按其规模预计的{times:.1}倍"),
        times if times > 0.95 => "与按其规模预计的相当".to_owned(),
        _ => "少于按其规模预计的".to_owned(),
    }
}

/// Two leading digits: an estimate should not look exact.
fn rough(yuan: f64) -> String {
    let scale = 10_f64.powf((yuan.max(1.0).log10().floor() - 1.0).max(0.0));
    Money::from_yuan((yuan / scale).round() * scale).map_or_else(|| "0元".to_owned(), |money| money.to_string())
}
