//! Where organizations are at home, and the places that their names hold.

use rayon::prelude::*;

use super::inverted::Inverted;
use crate::domain::{Organization, RegionCode};
use crate::reference::Divisions;

/// Home number of an organization whose home is unknown.
pub const NO_HOME: u16 = u16::MAX;

/// The places where organizations are at home, ascending and without duplicates, and for each organization the number of its
/// own.
pub(super) fn homes(
    organizations: &[Organization],
    heads: &[Option<u32>],
    divisions: &Divisions,
) -> (Vec<RegionCode>, Box<[u16]>) {
    let own = |it: &Organization| it.home_region.as_ref().map(|region| region.code).or_else(|| divisions.at_start_of(&it.name));
    let of_head = |at: usize| heads[at].and_then(|head| own(&organizations[head as usize]));
    let codes: Vec<Option<RegionCode>> =
        organizations.par_iter().enumerate().map(|(at, it)| own(it).or_else(|| of_head(at))).collect();
    let mut homes: Vec<RegionCode> = codes.iter().flatten().copied().collect();
    homes.sort_unstable();
    homes.dedup();
    // There are only a few thousand divisions.
    homes.truncate(usize::from(NO_HOME));
    let number =
        |code: &Option<RegionCode>| code.and_then(|code| homes.binary_search(&code).ok()).map_or(NO_HOME, |at| at as u16);
    let home = codes.iter().map(number).collect();
    (homes, home)
}

/// The places that organizations' names hold. A name that is a common word is not a place. If several places share a name, only
/// those in the province of the organization's home count, with equal shares.
pub(super) fn named_after(
    organizations: &[Organization],
    home: impl Fn(usize) -> Option<RegionCode> + Sync,
    divisions: &Divisions,
) -> Inverted<RegionCode> {
    let places = |(at, organization): (usize, &Organization)| -> Vec<(RegionCode, f64)> {
        let mut places = Vec::new();
        for mut mention in divisions.mentions(&organization.name).into_iter().filter(|mention| !mention.is_common_word) {
            if let Some(home) = home(at).filter(|_| mention.candidates.len() > 1) {
                mention.candidates.retain(|place| place.province() == home.province());
            }
            let share = 1.0 / mention.candidates.len().max(1) as f64;
            places.extend(mention.candidates.into_iter().map(|place| (place, share)));
        }
        places
    };
    let rows: Vec<_> = organizations.par_iter().enumerate().map(places).collect();
    let mut named_after = Inverted::default();
    rows.into_iter().enumerate().for_each(|(at, row)| named_after.push(at, row));
    named_after.shrink();
    named_after
}
