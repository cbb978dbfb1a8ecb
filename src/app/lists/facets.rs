//! Facets: the values of a dimension with the number of records that each would give.

use std::cmp::Reverse;

use super::conditions::{Condition, Test};
use super::dimension::Dimension;
use super::kind::ListKind;
use super::numbering::Numbering;

/// A facet. Its counts are those of the list without the facet's own condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// What it is about.
    pub dimension: Dimension,
    /// Its name for this list.
    pub label: &'static str,
    /// The values above those listed, the highest first: the chosen province and prefecture.
    pub path: Vec<FacetValue>,
    /// The values, most frequent first where they have no order of their own.
    pub values: Vec<FacetValue>,
    /// Number of further values, which are not listed.
    pub more: usize,
}

/// A value of a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// Its code in addresses.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Number of records.
    pub count: usize,
    /// Whether it is chosen.
    pub is_chosen: bool,
    /// True for a part of the value before it that stands on the level above.
    pub is_part: bool,
}

/// Most values of a facet that are listed, besides chosen ones.
const MAX_LISTED: usize = 60;

/// The facets of a list. `counts` are by facet and number.
pub(super) fn facets(
    kind: ListKind,
    numbering: &Numbering<'_>,
    conditions: &[Condition],
    facets: &[Dimension],
    counts: &[Vec<u32>],
) -> Vec<Facet> {
    let facet = |(&dimension, counts): (&Dimension, &Vec<u32>)| {
        let chosen = conditions.iter().find_map(|condition| match &condition.test {
            Test::Chosen(of, chosen) if *of == dimension => Some(&**chosen),
            _ => None,
        });
        Values { numbering, dimension, counts, chosen: chosen.unwrap_or_default() }.facet(kind)
    };
    facets.iter().zip(counts).map(facet).collect()
}

/// The counted values of one dimension.
struct Values<'a> {
    numbering: &'a Numbering<'a>,
    dimension: Dimension,
    counts: &'a [u32],
    chosen: &'a [bool],
}

impl Values<'_> {
    fn is_chosen(&self, number: usize) -> bool {
        self.chosen.get(number) == Some(&true)
    }

    fn value(&self, number: usize, is_part: bool) -> FacetValue {
        FacetValue {
            code: self.numbering.code(self.dimension, number),
            name: self.numbering.name(self.dimension, number),
            count: self.counts[number] as usize,
            is_chosen: self.is_chosen(number),
            is_part,
        }
    }

    /// The values that occur or are chosen.
    fn all(&self) -> Vec<usize> {
        (0..self.counts.len()).filter(|&number| self.counts[number] > 0 || self.is_chosen(number)).collect()
    }

    fn by_count(&self, numbers: &mut [usize]) {
        numbers.sort_by_key(|&number| (number + 1 == self.counts.len(), Reverse(self.counts[number]), number));
    }

    fn facet(&self, kind: ListKind) -> Facet {
        let label = match (kind, self.dimension) {
            (ListKind::Organizations, Dimension::Region) => "登记地",
            _ => self.dimension.label(),
        };
        let (path, values) = match self.dimension {
            Dimension::Region => self.regions(),
            Dimension::Sector => (Vec::new(), self.sectors()),
            Dimension::Year => {
                let mut numbers = self.all();
                numbers.sort_by_key(|&number| (number + 1 == self.counts.len(), Reverse(number)));
                (Vec::new(), numbers.into_iter().map(|number| self.value(number, false)).collect())
            }
            Dimension::List | Dimension::Group | Dimension::Kind => {
                let mut numbers = self.all();
                self.by_count(&mut numbers);
                (Vec::new(), numbers.into_iter().map(|number| self.value(number, false)).collect())
            }
            _ => (Vec::new(), self.all().into_iter().map(|number| self.value(number, false)).collect()),
        };
        let count = values.len();
        let mut values: Vec<FacetValue> =
            values.into_iter().enumerate().filter(|(n, value)| *n < MAX_LISTED || value.is_chosen).map(|it| it.1).collect();
        values.shrink_to_fit();
        Facet { dimension: self.dimension, label, path, more: count - values.len(), values }
    }

    /// The provinces; once a place is chosen, what lies in it, or beside it if nothing lies in it.
    fn regions(&self) -> (Vec<FacetValue>, Vec<FacetValue>) {
        let parent = |number: usize| self.numbering.parent(self.dimension, number);
        let all = self.all();
        let inside =
            |outer: Option<usize>| -> Vec<usize> { all.iter().copied().filter(|&number| parent(number) == outer).collect() };
        let places = self.counts.len() - 1;
        let first = (0..places).find(|&number| self.is_chosen(number));
        // Several chosen places are looked at from what lies above all of them.
        let above: Vec<usize> = std::iter::successors(first, |&number| parent(number)).collect();
        let is_in =
            |place: usize, outer: usize| std::iter::successors(Some(place), |&number| parent(number)).any(|it| it == outer);
        let holds_all = |&outer: &usize| (0..places).filter(|&number| self.is_chosen(number)).all(|it| is_in(it, outer));
        let mut outer = above.into_iter().find(holds_all);
        if let Some(place) = outer
            && inside(Some(place)).is_empty()
        {
            outer = parent(place);
        }
        let mut path: Vec<FacetValue> =
            std::iter::successors(outer, |&number| parent(number)).map(|number| self.value(number, false)).collect();
        path.reverse();
        let mut numbers = inside(outer);
        self.by_count(&mut numbers);
        (path, numbers.into_iter().map(|number| self.value(number, false)).collect())
    }

    /// The top-level sectors by frequency; below those that are chosen, or of which a part is chosen, their parts.
    fn sectors(&self) -> Vec<FacetValue> {
        let parent = |number: usize| self.numbering.parent(self.dimension, number);
        let all = self.all();
        let mut tops: Vec<usize> = all.iter().copied().filter(|&number| parent(number).is_none()).collect();
        self.by_count(&mut tops);
        let mut values = Vec::new();
        for top in tops {
            values.push(self.value(top, false));
            let mut parts: Vec<usize> = all.iter().copied().filter(|&number| parent(number) == Some(top)).collect();
            if self.is_chosen(top) || parts.iter().any(|&part| self.is_chosen(part)) {
                self.by_count(&mut parts);
                values.extend(parts.into_iter().map(|part| self.value(part, true)));
            }
        }
        values
    }
}
