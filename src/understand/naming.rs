//! How names of places end and are listed.

/// Characters that end the full name of a place.
pub(super) const SUFFIXES: [char; 7] = ['省', '县', '州', '市', '区', '盟', '旗'];

/// Names of urban districts that other cities use as well, for a quarter or for no division at all: 昌吉市新市区, 老城区.
const QUARTERS: [&str; 22] = [
    "城区",
    "矿区",
    "郊区",
    "东区",
    "西区",
    "新城区",
    "老城区",
    "新市区",
    "市中区",
    "城中区",
    "城东区",
    "城西区",
    "城南区",
    "城北区",
    "东城区",
    "西城区",
    "上城区",
    "下城区",
    "城关区",
    "港口区",
    "开发区",
    "新区",
];

/// True if the name is one that many cities use: it is a place only in a place that contains it.
pub(super) fn is_quarter(name: &str) -> bool {
    QUARTERS.contains(&name)
}

/// True for a separator of two items in a list.
pub(super) fn is_list(between: &str) -> bool {
    matches!(between.trim(), "、" | "," | "，" | "和" | "及" | "与" | "以及" | "/" | "等" | "·")
}
