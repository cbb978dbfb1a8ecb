//! Facets as the page shows them: places as links that lead in and out, all else as boxes to tick.

use super::address::ListAddress;
use crate::app::lists::{Dimension, Facet, FacetValue};

/// A facet.
pub(super) struct FacetView {
    pub(super) field: &'static str,
    pub(super) label: &'static str,
    /// True for places.
    pub(super) is_tree: bool,
    /// The places above those listed, the highest first.
    pub(super) path: Vec<ValueView>,
    pub(super) values: Vec<ValueView>,
    /// Chosen values that the form keeps, where they are no boxes.
    pub(super) kept: Vec<String>,
    /// The list without the facet's own condition.
    pub(super) any: String,
    pub(super) more: usize,
    /// Whether something is chosen.
    pub(super) is_open: bool,
}

/// A value of a facet.
pub(super) struct ValueView {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) count: usize,
    pub(super) is_chosen: bool,
    pub(super) is_part: bool,
    /// The list with this value and no other of the facet.
    pub(super) href: String,
}

/// The facets of a list at an address.
pub(super) fn facet_views(facets: &[Facet], address: &ListAddress, path: &str) -> Vec<FacetView> {
    facets.iter().map(|facet| view(facet, address, path)).collect()
}

fn view(facet: &Facet, address: &ListAddress, path: &str) -> FacetView {
    let field = facet.dimension.field();
    let value = |it: &FacetValue| ValueView {
        href: address.with(path, field, &it.code),
        code: it.code.clone(),
        name: it.name.clone(),
        count: it.count,
        is_chosen: it.is_chosen,
        is_part: it.is_part,
    };
    let is_tree = facet.dimension == Dimension::Region;
    FacetView {
        field,
        label: facet.label,
        is_tree,
        path: facet.path.iter().map(value).collect(),
        values: facet.values.iter().map(value).collect(),
        kept: if is_tree { address.values(field).map(str::to_owned).collect() } else { Vec::new() },
        any: address.without(path, &[field]),
        more: facet.more,
        is_open: address.values(field).next().is_some(),
    }
}
