//! Where organizations are at home, and the places that their names hold.

use super::facts::{NamedPlace, OrganizationFacts};
use crate::domain::{RegionCode, unmarked};
use crate::reference::{Divisions, Level};

/// Where an organization is at home by its own record: the registered place, else the place with which its name begins. One of
/// the whole country is at home nowhere, wherever it is registered.
pub(super) fn own_home(it: &OrganizationFacts<'_>, divisions: &Divisions) -> Option<RegionCode> {
    if it.reach().national {
        return None;
    }
    it.registered_home().or_else(|| divisions.at_start_of(&unmarked(it.name())))
}

/// Where an organization is at home: by its own record, else where its head is.
pub(super) fn home(
    it: &OrganizationFacts<'_>,
    head: Option<&OrganizationFacts<'_>>,
    divisions: &Divisions,
) -> Option<RegionCode> {
    if it.reach().national {
        return None;
    }
    own_home(it, divisions).or_else(|| head.and_then(|head| own_home(head, divisions)))
}

/// The places that an organization's name holds, with their shares, of nested ones (湖南省永州市) the innermost. A name that is a common word is not a
/// place. If several places share a name, only those in the province of the organization's home count, with equal shares; if
/// there are none, those of the highest level.
///
/// A chamber of people from elsewhere (湖南省山东商会) holds two places: it is there for its people, so the province that it sits
/// in does not count. In other names a county or prefecture of another province is a word (山西省华安扶贫基金会) and does not
/// count either.
pub(super) fn named_after(name: &str, home: Option<RegionCode>, divisions: &Divisions) -> Vec<NamedPlace> {
    let places = of_name(&unmarked(name), home, divisions).into_iter();
    places.map(|(place, share)| NamedPlace { digits: place.digits(), share: share as f32 }).collect()
}

/// The places that one name holds, with their shares.
fn of_name(name: &str, home: Option<RegionCode>, divisions: &Divisions) -> Vec<(RegionCode, f64)> {
    const OF_PEOPLE: [&str; 4] = ["商会", "同乡", "联谊", "经促会"];
    let is_of_people = OF_PEOPLE.iter().any(|word| name.contains(word));
    let mut places: Vec<Vec<RegionCode>> =
        innermost(divisions, name).into_iter().map(|candidates| likely(divisions, candidates, home)).collect();
    if let Some(province) = home.map(RegionCode::province) {
        let is_far = |place: &RegionCode| place.province() != province;
        if is_of_people && places.iter().flatten().any(is_far) {
            places.iter_mut().for_each(|candidates| candidates.retain(|&place| place != province));
        } else if !is_of_people && !is_beyond(province) {
            places.iter_mut().for_each(|it| it.retain(|place| !is_far(place) || divisions.level(*place) == Level::Province));
        }
    }
    let shares = places.into_iter().flat_map(|candidates| {
        let share = 1.0 / candidates.len().max(1) as f64;
        candidates.into_iter().map(move |place| (place, share))
    });
    shares.collect()
}

/// True for 港澳台, whose organizations are registered nowhere else and work in all provinces.
#[must_use]
pub fn is_beyond(place: RegionCode) -> bool {
    /// 台湾省, 香港特别行政区, 澳门特别行政区.
    const CODES: [u32; 3] = [710_000, 810_000, 820_000];
    CODES.iter().any(|&code| RegionCode::new(code) == Some(place.province()))
}

/// The candidates of each place that a name holds. Of places that follow one another directly, each inside the one before, only
/// the last is returned.
fn innermost(divisions: &Divisions, name: &str) -> Vec<Vec<RegionCode>> {
    let mut places: Vec<Vec<RegionCode>> = Vec::new();
    let mut end = None;
    for mention in divisions.mentions(name).into_iter().filter(|mention| !mention.is_common_word) {
        let mut candidates = mention.candidates;
        let outer = places.last().filter(|_| end == Some(mention.start));
        let is_inside = |place: &RegionCode| {
            outer.is_some_and(|outer| outer.iter().any(|outer| outer != place && divisions.contains(*outer, *place)))
        };
        if candidates.iter().any(is_inside) {
            candidates.retain(is_inside);
            places.pop();
        }
        places.push(candidates);
        end = Some(mention.end);
    }
    places
}

fn likely(divisions: &Divisions, candidates: Vec<RegionCode>, home: Option<RegionCode>) -> Vec<RegionCode> {
    let is_near = |place: &RegionCode| home.is_some_and(|home| home.province() == place.province());
    let near: Vec<RegionCode> = candidates.iter().copied().filter(is_near).collect();
    if !near.is_empty() {
        return near;
    }
    let highest = candidates.iter().map(|&place| divisions.level(place)).min();
    candidates.into_iter().filter(|&place| Some(divisions.level(place)) == highest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Reference;

    #[test]
    fn of_nested_places_the_innermost_counts_and_a_shared_name_means_the_nearest_or_the_highest() {
        let divisions = Reference::embedded().divisions;
        let read = |name: &str, home: Option<u32>| -> Vec<String> {
            let places = of_name(name, home.and_then(RegionCode::new), divisions);
            places.into_iter().map(|(place, _)| divisions.full_name(place)).collect()
        };
        assert_eq!(read("湖南省永州市零陵区教育基金会", Some(431_102)), ["湖南省永州市零陵区"]);
        assert_eq!(read("广东省湖南祁阳商会", Some(440_000)), ["湖南省永州市祁阳市"], "it is there for people from 祁阳");
        assert_eq!(read("广西福建商会", Some(450_000)), ["福建省"]);
        assert_eq!(read("保定市山东商会", Some(130_600)), ["河北省保定市", "山东省"]);
        assert_eq!(read("湖南省女企业家商会", Some(430_000)), ["湖南省"]);
        assert_eq!(read("山西省华安扶贫基金会", Some(140_000)), ["山西省"], "a word, not 福建省漳州市华安县");
        assert_eq!(read("香港福建希望工程基金会", Some(810_000)), ["香港特别行政区", "福建省"]);
        assert_eq!(read("海南藏族自治州慈善会", Some(632_500)), ["青海省海南藏族自治州"]);
    }
}
