//! Where organizations are based, where they work and where needs arise.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::{Date, date};

use super::stream::cumulated;
use crate::domain::{RegionCode, RegionFinding};
use crate::reference::Reference;

/// Code, population in millions (census of 2020), latitude and longitude of the capital in degrees. From general knowledge:
/// good enough for the shape of synthetic data and for nothing else.
const PROVINCES: [(u32, f64, f64, f64); 31] = [
    (110_000, 21.89, 39.9, 116.4),
    (120_000, 13.87, 39.1, 117.2),
    (130_000, 74.61, 38.0, 114.5),
    (140_000, 34.92, 37.9, 112.5),
    (150_000, 24.05, 40.8, 111.7),
    (210_000, 42.59, 41.8, 123.4),
    (220_000, 24.07, 43.9, 125.3),
    (230_000, 31.85, 45.8, 126.6),
    (310_000, 24.87, 31.2, 121.5),
    (320_000, 84.75, 32.1, 118.8),
    (330_000, 64.57, 30.3, 120.2),
    (340_000, 61.03, 31.9, 117.3),
    (350_000, 41.54, 26.1, 119.3),
    (360_000, 45.19, 28.7, 115.9),
    (370_000, 101.53, 36.7, 117.0),
    (410_000, 99.37, 34.8, 113.7),
    (420_000, 57.75, 30.6, 114.3),
    (430_000, 66.44, 28.2, 113.0),
    (440_000, 126.01, 23.1, 113.3),
    (450_000, 50.13, 22.8, 108.4),
    (460_000, 10.08, 20.0, 110.3),
    (500_000, 32.05, 29.6, 106.5),
    (510_000, 83.67, 30.7, 104.1),
    (520_000, 38.56, 26.6, 106.7),
    (530_000, 47.21, 25.0, 102.7),
    (540_000, 3.65, 29.7, 91.1),
    (610_000, 39.53, 34.3, 108.9),
    (620_000, 25.02, 36.1, 103.8),
    (630_000, 5.92, 36.6, 101.8),
    (640_000, 7.20, 38.5, 106.3),
    (650_000, 25.85, 43.8, 87.6),
];

/// A day in each period of the counterpart relations, which were assigned anew in 2021.
const AGES: [Date; 2] = [date(2019, 7, 1), date(2023, 7, 1)];
/// A district of a city has about twice the people of a county.
const DISTRICT: f64 = 2.0;
/// How many times as many needs a key county has as another county with the same population.
const POVERTY: f64 = 3.0;
/// Distance in kilometres over which the pull of a place falls to 1/e.
const REACH_KM: f64 = 600.0;
const COUNTERPART: f64 = 6.0;
const SAME_PROVINCE: f64 = 4.0;

/// A county, or a city without counties.
#[derive(Debug)]
pub(super) struct County {
    code: RegionCode,
    /// Its own name.
    pub(super) name: String,
    full_name: String,
    /// Number in [`PROVINCES`].
    pub(super) province: usize,
}

impl County {
    /// The place as a region column of an import would give it.
    pub(super) fn finding(&self) -> RegionFinding {
        RegionFinding { code: self.code, name: self.full_name.clone(), matched: self.name.clone(), certain: true, span: None }
    }
}

/// All places with their weights; places are referred to by number.
#[derive(Debug)]
pub(super) struct Counties {
    places: Vec<County>,
    /// Cumulative weights as a home.
    pub(super) homes: Vec<f64>,
    /// Cumulative weights as the place of a need.
    pub(super) needs: Vec<f64>,
    /// Period, donor division → how strongly it helps each place: 1 if the recipient is a
    /// county, 0.7 a prefecture, 0.5 a province.
    helps: [BTreeMap<RegionCode, Vec<f32>>; 2],
    /// Home → row of `pulls`.
    group: Vec<usize>,
    /// Row, period → cumulative pull of each place.
    pulls: Vec<[Vec<f32>; 2]>,
}

impl Counties {
    pub(super) fn new(reference: &Reference) -> Self {
        let divisions = reference.divisions;
        let above: BTreeSet<RegionCode> = divisions.codes().filter_map(|code| divisions.parent(code)).collect();
        let leaves = divisions.codes().filter(|code| !above.contains(code));
        let province = |code: RegionCode| PROVINCES.iter().position(|row| RegionCode::new(row.0) == Some(code.province()));
        let places: Vec<County> = leaves
            .filter_map(|code| {
                let name = divisions.get(code)?.name.clone();
                Some(County { code, name, full_name: divisions.full_name(code), province: province(code)? })
            })
            .collect();
        let people = people(&places);
        let helps = AGES.map(|day| helps(reference, &places, day));
        let is_key = |place: usize| helps[1].values().any(|row| row[place] > 0.0);
        let poverty: Vec<f64> = (0..places.len()).map(|place| if is_key(place) { POVERTY } else { 1.0 }).collect();
        let mut this = Self {
            homes: cumulated(people.iter().map(|people| people.powf(0.8))),
            needs: cumulated(people.iter().zip(&poverty).map(|(people, poverty)| people * poverty)),
            places,
            helps,
            group: Vec::new(),
            pulls: Vec::new(),
        };
        let mut groups = HashMap::new();
        for home in 0..this.places.len() {
            let donors: BTreeSet<RegionCode> = this.donors(home).collect();
            let row = *groups.entry((this.places[home].province, donors)).or_insert(this.pulls.len());
            if row == this.pulls.len() {
                this.pulls.push([0, 1].map(|age| this.pull(home, age, &people, &poverty)));
            }
            this.group.push(row);
        }
        this
    }

    pub(super) fn get(&self, place: usize) -> &County {
        &self.places[place]
    }

    /// Number of provinces that hold places.
    pub(super) const fn provinces() -> usize {
        PROVINCES.len()
    }

    /// Cumulative pull of all places on an organization at `home` in a year.
    pub(super) fn pulls(&self, home: usize, year: i16) -> &[f32] {
        &self.pulls[self.group[home]][age(year)]
    }

    /// How strongly the divisions of `home` are assigned to help `place` in a year; 0 if they are not.
    pub(super) fn help(&self, home: usize, place: usize, year: i16) -> f64 {
        let rows = self.donors(home).filter_map(|donor| self.helps[age(year)].get(&donor));
        rows.map(|row| f64::from(row[place])).fold(0.0, f64::max)
    }

    /// `home` and the divisions above it, as far as they are assigned to help any place in either period.
    fn donors(&self, home: usize) -> impl Iterator<Item = RegionCode> {
        let code = self.places[home].code;
        let mut above = vec![code, code.prefecture(), code.province()];
        above.dedup();
        above.into_iter().filter(|donor| self.helps.iter().any(|age| age.contains_key(donor)))
    }

    /// Population^0.7 × poverty × exp(-distance / 600 km) × (1 + 6 × counterpart + 4 × same province), cumulative.
    fn pull(&self, home: usize, age: usize, people: &[f64], poverty: &[f64]) -> Vec<f32> {
        let year = AGES[age].year();
        let own = self.places[home].province;
        let weights = self.places.iter().enumerate().map(|(n, place)| {
            let same = if place.province == own { SAME_PROVINCE } else { 0.0 };
            let tie = COUNTERPART.mul_add(self.help(home, n, year), 1.0 + same);
            people[n].powf(0.7) * poverty[n] * (-distance_km(own, place.province) / REACH_KM).exp() * tie
        });
        cumulated(weights).into_iter().map(|sum| sum as f32).collect()
    }
}

const fn age(year: i16) -> usize {
    if year < 2021 { 0 } else { 1 }
}

/// Population of each place in millions: that of its province divided into equal parts, two parts for a district.
fn people(places: &[County]) -> Vec<f64> {
    let part = |place: &County| if place.name.ends_with('区') { DISTRICT } else { 1.0 };
    let mut parts = vec![0.0; PROVINCES.len()];
    for place in places {
        parts[place.province] += part(place);
    }
    places.iter().map(|place| PROVINCES[place.province].1 * part(place) / parts[place.province]).collect()
}

fn helps(reference: &Reference, places: &[County], day: Date) -> BTreeMap<RegionCode, Vec<f32>> {
    let mut helps: BTreeMap<RegionCode, Vec<f32>> = BTreeMap::new();
    for (donor, recipient) in reference.counterparts.running(day) {
        let strength = match recipient {
            code if code == code.province() => 0.5,
            code if code == code.prefecture() => 0.7,
            _ => 1.0,
        };
        let row = helps.entry(donor).or_insert_with(|| vec![0.0; places.len()]);
        for (cell, place) in row.iter_mut().zip(places) {
            if [place.code, place.code.prefecture(), place.code.province()].contains(&recipient) {
                *cell = cell.max(strength);
            }
        }
    }
    helps
}

/// Kilometres between two capitals along the great circle; 0 within a province.
fn distance_km(a: usize, b: usize) -> f64 {
    const EARTH_KM: f64 = 6371.0;
    let point = |n: usize| (PROVINCES[n].2.to_radians(), PROVINCES[n].3.to_radians());
    let ((lat_a, lon_a), (lat_b, lon_b)) = (point(a), point(b));
    let half = ((lat_b - lat_a) / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * ((lon_b - lon_a) / 2.0).sin().powi(2);
    2.0 * EARTH_KM * half.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(places: &Counties, code: u32) -> usize {
        places.places.iter().position(|it| Some(it.code) == RegionCode::new(code)).unwrap()
    }

    #[test]
    fn every_place_is_the_smallest_division_of_a_province_with_people() {
        let places = Counties::new(&Reference::embedded());
        assert!((2800..3000).contains(&places.places.len()), "{}", places.places.len());
        assert_eq!(places.get(place(&places, 533_422)).finding().name, "云南省迪庆藏族自治州德钦县");
        assert_eq!(places.get(place(&places, 441_900)).name, "东莞市");
        assert!(places.pulls.len() < 500, "{}", places.pulls.len());
    }

    #[test]
    fn a_counterpart_pulls_more_than_its_neighbour_in_no_relation() {
        let places = Counties::new(&Reference::embedded());
        let shanghai = place(&places, 310_109);
        let weight = |code: u32| {
            let n = place(&places, code);
            let row = places.pulls(shanghai, 2019);
            row[n] - row[n - 1]
        };
        assert!(places.help(shanghai, place(&places, 533_422), 2019) > 0.0);
        assert!(places.help(place(&places, 533_422), shanghai, 2019) == 0.0);
        // Deqin in Yunnan and Xiangcheng in Sichuan lie side by side.
        assert!(weight(533_422) > weight(513_336));
    }

    #[test]
    fn distances_are_about_right() {
        let of = |code| PROVINCES.iter().position(|row| row.0 == code).unwrap();
        let shanghai_kunming = distance_km(of(310_000), of(530_000));
        assert!((shanghai_kunming - 1950.0).abs() < 60.0, "{shanghai_kunming}");
    }
}
