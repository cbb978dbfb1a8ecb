//! The promises of the recipe, checked at moderate sizes.

use super::*;
use crate::domain::{EntityKind, Money, OrganizationKind};

fn generator(organizations: usize, projects: usize, needs: usize) -> Generator {
    Generator::new(Plan { organizations, projects, needs, seed: 11 })
}

fn lines(generator: &Generator, kind: EntityKind, records: std::ops::Range<usize>) -> Vec<u8> {
    let mut bytes = Vec::new();
    generator.lines(kind, records, &mut bytes, &|_| {}).unwrap();
    bytes
}

fn share<T>(items: &[T], is: impl Fn(&T) -> bool) -> f64 {
    items.iter().filter(|it| is(it)).count() as f64 / items.len() as f64
}

fn assert_about(found: f64, expected: f64, off: f64) {
    assert!((found - expected).abs() <= off, "{found} is not {expected} ± {off}");
}

#[test]
fn every_shard_is_the_same_made_alone_or_with_others() {
    let generator = generator(300, 600, 200);
    for kind in EntityKind::ALL {
        let whole = lines(&generator, kind, 0..200);
        let parts = [150..200, 0..7, 7..150].map(|records| lines(&generator, kind, records));
        assert!(whole == [&parts[1][..], &parts[2], &parts[0]].concat(), "{kind:?}");
        assert!(whole.len() > 1000, "{kind:?}");
    }
}

#[test]
fn files_do_not_depend_on_threads_and_seeds_matter() {
    let written = |threads: usize, seed: u64| {
        let dir = tempfile::tempdir().unwrap();
        let generator = Generator::new(Plan { organizations: 200, projects: 400, needs: 100, seed });
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let summary = pool.install(|| write(&generator, dir.path(), &|_| {})).unwrap();
        assert_eq!(summary.files, 4);
        let mut names: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap().path()).collect();
        names.sort();
        names.iter().flat_map(|path| std::fs::read(path).unwrap()).collect::<Vec<u8>>()
    };
    let once = written(1, 3);
    assert!(once == written(2, 3));
    assert!(once != written(1, 4));
}

#[test]
fn a_directory_of_others_is_refused_and_our_own_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let generator = generator(2, 2, 2);
    write(&generator, dir.path(), &|_| {}).unwrap();
    let first = std::fs::read(dir.path().join("organizations-001.jsonl")).unwrap();
    std::fs::write(dir.path().join("projects-002.jsonl"), "of a larger plan").unwrap();
    write(&generator, dir.path(), &|_| {}).unwrap();
    assert_eq!(first, std::fs::read(dir.path().join("organizations-001.jsonl")).unwrap());
    assert!(!dir.path().join("projects-002.jsonl").exists());
    std::fs::remove_file(dir.path().join("README.md")).unwrap();
    let error = write(&generator, dir.path(), &|_| {}).unwrap_err();
    assert!(error.to_string().contains("不是空的"), "{error}");
}

#[test]
fn activity_is_as_uneven_as_the_recipe_says() {
    let generator = generator(20_000, 100_000, 1);
    let (mut leads, mut joined) = (vec![0_u32; 20_000], vec![0_u32; 20_000]);
    let mut sizes = Vec::new();
    for k in 0..100_000 {
        let project = generator.project(k);
        let number = |id: &str| id.trim_start_matches("syn-o").parse::<usize>().unwrap();
        for (n, participant) in project.participants.iter().enumerate() {
            let k = number(participant.organization.as_str());
            leads[k] += u32::from(n == 0);
            joined[k] += 1;
        }
        let stated: Money = project.participants.iter().filter_map(|it| it.amount).fold(Money::ZERO, Money::plus);
        assert!(project.amount.as_ref().and_then(|it| it.point()).is_none_or(|total| stated <= total));
        sizes.push(project.participants.len());
    }
    // Zipf–Mandelbrot with a = 1, q = 500 in a million: the top hundredth leads 40 %, a quarter none.
    assert_about(share(&leads, |&it| it == 0), 0.25, 0.015);
    assert!(share(&joined, |&it| it == 0) < share(&leads, |&it| it == 0));
    leads.sort_unstable();
    let top: u32 = leads[19_800..].iter().sum();
    assert_about(f64::from(top) / 100_000.0, 0.4, 0.03);
    assert_about(share(&sizes, |&it| it > 1), 0.1, 0.015);
    assert_about(share(&sizes, |&it| it >= 5), 0.03, 0.01);
}

#[test]
fn places_sums_and_kinds_are_those_of_the_recipe() {
    let generator = generator(20_000, 20_000, 4_000);
    let organizations: Vec<_> = (0..20_000).map(|k| generator.organization(k)).collect();
    assert_about(share(&organizations, |it| it.kind == OrganizationKind::Foundation), 0.01, 0.003);
    assert_about(share(&organizations, |it| it.kind == OrganizationKind::SocialServiceOrg), 0.45, 0.015);
    let projects: Vec<_> = (0..20_000).map(|k| generator.project(k)).collect();
    assert_about(share(&projects, |it| it.amount.is_none()), 0.1, 0.01);
    // 8 % more each year.
    let in_year = |year: i16| share(&projects, |it| it.period.is_some_and(|period| period.start.earliest().year() == year));
    assert_about(in_year(2025) / in_year(2016), 1.08_f64.powi(9), 0.25);
    let mut gaps: Vec<f64> = (0..4_000).filter_map(|k| generator.need(k).record.amount?.point()).map(Money::yuan).collect();
    gaps.sort_by(f64::total_cmp);
    assert_about(gaps[2_000], 180_000.0, 18_000.0);
    let lengths: Vec<usize> = projects.iter().map(|it| it.title.chars().count() + it.description.chars().count()).collect();
    let mean = lengths.iter().sum::<usize>() as f64 / lengths.len() as f64;
    assert!((20.0..40.0).contains(&mean), "{mean}");
}

#[test]
fn organizations_return_to_their_places() {
    let generator = generator(500, 5_000, 1);
    let mut of: std::collections::HashMap<String, Vec<String>> = std::collections::HashMap::new();
    for k in 0..5_000 {
        let project = generator.project(k);
        let lead = project.participants[0].organization.to_string();
        of.entry(lead).or_default().push(project.regions[0].name.clone());
    }
    let (mut again, mut all) = (0, 0);
    for places in of.values() {
        for (n, place) in places.iter().enumerate().skip(1) {
            again += usize::from(places[..n].contains(place));
            all += 1;
        }
    }
    // 55 % of the projects are in such a place, but the first visit to a place is not a return.
    let share = f64::from(again as u32) / f64::from(all);
    assert!((0.3..0.6).contains(&share), "{share}");
}

#[test]
fn claims_follow_the_true_utility() {
    let generator = generator(5_000, 10_000, 1_500);
    let mut claimed = Vec::new();
    for k in 0..1_500 {
        let claims = generator.claims(k);
        let need = generator.need(k);
        assert_eq!(claims.is_empty(), need.status != crate::domain::NeedStatus::Claimed);
        let stated: Money = claims.iter().filter_map(|it| it.amount).fold(Money::ZERO, Money::plus);
        assert!(stated.yuan() <= 1.05 * need.record.amount.unwrap().point().unwrap().yuan() + 1_000.0 * claims.len() as f64);
        claimed.push((need.record.sectors[0].code.clone(), claims));
    }
    let past: Vec<_> = claimed.iter().filter(|it| !it.1.is_empty()).collect();
    assert_about(share(&past, |it| it.1.len() > 1), 0.1, 0.03);
    let knows_sector = |organization: usize, sector: &str| {
        let tops: Vec<_> = generator.reference.taxonomy.top_sectors().map(|it| it.0.as_str()).collect();
        generator.profile(organization).sectors.iter().any(|&top| sector.split('.').next() == Some(tops[top]))
    };
    let number = |id: &str| id.trim_start_matches("syn-o").parse::<usize>().unwrap();
    let by_claim = share(&past, |it| knows_sector(number(it.1[0].organization.as_str()), it.0.as_str()));
    let by_chance = share(&past, |it| knows_sector(number(it.1[0].need.as_str().trim_start_matches("syn-n")), it.0.as_str()));
    assert!(by_claim > 2.0 * by_chance, "{by_claim} {by_chance}");
}
