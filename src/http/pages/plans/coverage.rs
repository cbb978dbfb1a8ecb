//! Coverage by place and by sector, and load against capacity by organization, as pictures.

use super::bars::{Part, Picture};
use crate::plan::{Coverage, Plan};

pub(super) struct Coverages {
    pub(super) pictures: Vec<Picture>,
}

impl Coverages {
    pub(super) fn new(plan: &Plan) -> Self {
        let needs = format!("{}项", plan.summary.needs);
        let loads: Vec<Part> = plan
            .organizations
            .iter()
            .map(|it| Part {
                name: it.name.clone(),
                note: format!("{}项需求；{}", it.projects, it.capacity_source),
                whole: it.capacity_yuan,
                part: it.load_yuan,
            })
            .collect();
        let asked = ("资金缺口", "建议合计");
        Self {
            pictures: vec![
                Picture::new("regions", "各地区的满足情况", asked, needs.clone(), &covered(&plan.regions)),
                Picture::new("sectors", "各领域的满足情况", asked, needs, &covered(&plan.sectors)),
                Picture::new("loads", "各组织的负担", ("可用资金", "建议承担"), format!("{}家", loads.len()), &loads),
            ],
        }
    }
}

/// The least covered first, and of those the largest gap.
fn covered(coverage: &[Coverage]) -> Vec<Part> {
    let part = |it: &Coverage| Part {
        name: it.name.clone(),
        note: format!("{}项", it.needs),
        whole: it.asked_yuan,
        part: it.proposed_yuan,
    };
    let mut parts: Vec<Part> = coverage.iter().map(part).collect();
    let rate = |it: &Part| if it.whole > 0.0 { it.part / it.whole } else { 1.0 };
    parts.sort_by(|a, b| rate(a).total_cmp(&rate(b)).then(b.whole.total_cmp(&a.whole)));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_covered_come_first() {
        let of = |name: &str, asked_yuan, proposed_yuan| Coverage { name: name.to_owned(), needs: 1, asked_yuan, proposed_yuan };
        let all = [of("甲县", 9e5, 9e5), of("乙县", 1e5, 2e4), of("丙县", 5e5, 1e5), of("丁县", 0.0, 0.0)];
        let names: Vec<String> = covered(&all).into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["丙县", "乙县", "甲县", "丁县"]);
    }
}
