//! What could be answered, and how likely each answer is.
//!
//! Past projects that resemble the need vote for their own places, sectors, groups and sums: likeness², less for old ones, as
//! they vote for organizations. If none says anything, the shares of all past work are taken.

use std::collections::BTreeMap;

use super::{LikelyAnswer, MissingField, PossibleValue};
use crate::catalog::{ProjectFacts, RegionStep, decay};
use crate::domain::{Money, RegionCode};
use crate::reference::{Divisions, Level};
use crate::score::{Scorer, ScoringContext};

/// Most answers that are tried for each field.
const PLACES: usize = 4;
const SECTORS: usize = 3;
const GROUPS: usize = 2;
/// Quantiles that stand for a third of the sums each.
const QUANTILES: [f64; 3] = [1.0 / 6.0, 0.5, 5.0 / 6.0];
/// The same quantiles in yuan where similar projects state no sum: those of the public claims.
const USUAL_YUAN: [f64; 3] = [50_000.0, 350_000.0, 2_000_000.0];
/// Half-life of a vote in years, as for the votes for organizations.
const HALF_LIFE: f64 = 5.0;

/// Likely answers about a field, most likely first.
pub(super) fn likely_answers(
    context: ScoringContext<'_>,
    scorer: &Scorer<'_>,
    field: MissingField,
    places: &[RegionCode],
) -> Vec<LikelyAnswer> {
    match field {
        MissingField::Region if !places.is_empty() => most_likely(equal(places, PossibleValue::Region), PLACES),
        MissingField::Region => {
            let divisions = context.catalog.reference.divisions;
            let votes = votes(context, scorer, |project| {
                let share = 1.0 / project.region_count().max(1) as f64;
                project.regions().map(|place| (PossibleValue::Region(asked_place(divisions, place)), share)).collect()
            });
            most_likely(if votes.is_empty() { usual_places(context) } else { votes }, PLACES)
        }
        MissingField::Sector => {
            let taxonomy = &context.catalog.reference.taxonomy;
            let top = |sector: usize| PossibleValue::Sector(taxonomy.parent(sector));
            let votes = votes(context, scorer, |project| project.sectors().map(|(it, share)| (top(it), share)).collect());
            let is_top = |&sector: &usize| taxonomy.parent(sector) == sector;
            let background = &context.view.past.background;
            let usual = || {
                let tops = (0..taxonomy.sector_count()).filter(is_top);
                tops.map(|sector| (PossibleValue::Sector(sector), background.top_sector(sector))).collect()
            };
            most_likely(if votes.is_empty() { usual() } else { votes }, SECTORS)
        }
        MissingField::Group => {
            let votes = votes(context, scorer, |project| {
                let groups = project.groups();
                groups.iter().map(|&it| (PossibleValue::Group(usize::from(it)), 1.0 / groups.len() as f64)).collect()
            });
            most_likely(votes, GROUPS)
        }
        MissingField::Amount => sums(context, scorer),
    }
}

/// What the voters say, each value with the sum of their weights.
fn votes(
    context: ScoringContext<'_>,
    scorer: &Scorer<'_>,
    says: impl Fn(&ProjectFacts<'_>) -> Vec<(PossibleValue, f64)>,
) -> BTreeMap<PossibleValue, f64> {
    let mut votes = BTreeMap::new();
    for (project, weight) in voters(context, scorer) {
        for (value, share) in says(&project) {
            *votes.entry(value).or_default() += weight * share;
        }
    }
    votes
}

/// The past projects that resemble the need, most similar first, with their weights.
fn voters<'a>(context: ScoringContext<'a>, scorer: &Scorer<'_>) -> impl Iterator<Item = (ProjectFacts<'a>, f64)> {
    scorer.votes().nearest().iter().map(move |&(at, likeness)| {
        let project = context.catalog.project_facts(at);
        (project, likeness * likeness * decay(&project, context.view.day, HALF_LIFE))
    })
}

/// The place as it is offered for an answer: its prefecture if it lies in one.
fn asked_place(divisions: &Divisions, place: RegionCode) -> RegionCode {
    divisions.lineage(place).find(|&it| divisions.level(it) == Level::Prefecture).unwrap_or(place)
}

/// The provinces by the share of past work.
fn usual_places(context: ScoringContext<'_>) -> BTreeMap<PossibleValue, f64> {
    let divisions = context.catalog.reference.divisions;
    let background = &context.view.past.background;
    let share = |province: RegionCode| {
        let macro_region = RegionStep::Macro(province.macro_region());
        background.region(divisions, RegionStep::Division(province), macro_region)
            * background.region(divisions, macro_region, RegionStep::Nation)
    };
    let provinces = divisions.codes().filter(|&place| divisions.level(place) == Level::Province);
    provinces.map(|province| (PossibleValue::Region(province), share(province))).collect()
}

fn equal<T: Copy>(values: &[T], value: impl Fn(T) -> PossibleValue) -> BTreeMap<PossibleValue, f64> {
    values.iter().map(|&it| (value(it), 1.0)).collect()
}

/// The `most` likely values with shares that sum to 1; of equally likely ones the smaller value comes first.
fn most_likely(votes: BTreeMap<PossibleValue, f64>, most: usize) -> Vec<LikelyAnswer> {
    let mut votes: Vec<(PossibleValue, f64)> = votes.into_iter().filter(|(_, weight)| *weight > 0.0).collect();
    votes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    votes.truncate(most);
    let all: f64 = votes.iter().map(|vote| vote.1).sum();
    votes.into_iter().map(|(value, weight)| LikelyAnswer { value, probability: weight / all }).collect()
}

/// A third of the sums each, as far as similar projects state sums that are known on the day.
fn sums(context: ScoringContext<'_>, scorer: &Scorer<'_>) -> Vec<LikelyAnswer> {
    let stated = voters(context, scorer).filter(|(project, _)| project.totals_are_known(context.view.day));
    let stated = stated.filter_map(|(project, weight)| Some((project.amount()?.yuan(), weight)));
    let mut stated: Vec<(f64, f64)> = stated.filter(|(yuan, weight)| *yuan > 0.0 && *weight > 0.0).collect();
    stated.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let yuan = if stated.len() < QUANTILES.len() { USUAL_YUAN } else { QUANTILES.map(|share| quantile(&stated, share)) };
    let thirds: BTreeMap<PossibleValue, f64> =
        yuan.into_iter().filter_map(rounded).map(|sum| (PossibleValue::Amount(sum), 1.0)).collect();
    most_likely(thirds, QUANTILES.len())
}

/// The weighted quantile of values that ascend.
fn quantile(values: &[(f64, f64)], share: f64) -> f64 {
    let all: f64 = values.iter().map(|value| value.1).sum();
    let mut sum = 0.0;
    let reached = values.iter().find(|(_, weight)| {
        sum += weight;
        sum >= share * all
    });
    reached.or(values.last()).map_or(0.0, |value| value.0)
}

/// A sum that people would say: one digit, or 15 or 25 of its decade.
fn rounded(yuan: f64) -> Option<Money> {
    let decade = 10_f64.powf(yuan.max(1000.0).log10().floor());
    let digit = yuan.max(1000.0) / decade;
    let nearest = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0].into_iter();
    let nearest = nearest.min_by(|a, b| (a / digit).ln().abs().total_cmp(&(b / digit).ln().abs()))?;
    Money::from_yuan(nearest * decade)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_likely_values_come_first_with_shares_that_add_up() {
        let votes = [(3, 1.0), (1, 2.0), (2, 2.0), (4, 0.0), (5, 0.5)];
        let votes = votes.map(|(n, weight)| (PossibleValue::Group(n), weight)).into();
        let found = most_likely(votes, 3);
        let values: Vec<PossibleValue> = found.iter().map(|it| it.value).collect();
        assert_eq!(values, [1, 2, 3].map(PossibleValue::Group));
        assert_eq!(found.iter().map(|it| it.probability).sum::<f64>(), 1.0);
        assert_eq!(found[2].probability, 0.2);
    }

    #[test]
    fn sums_are_ones_that_people_say() {
        let say = |yuan: f64| rounded(yuan).unwrap().to_string();
        assert_eq!([say(347_000.0), say(1_480_000.0), say(96_000.0), say(1.0)], ["40万元", "150万元", "10万元", "1000元"]);
    }

    #[test]
    fn a_quantile_counts_weights() {
        let values = [(1.0, 1.0), (2.0, 1.0), (10.0, 2.0)];
        assert_eq!([0.1, 0.5, 0.9].map(|share| quantile(&values, share)), [1.0, 2.0, 10.0]);
    }
}
