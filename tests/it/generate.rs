//! Synthetic data as a user meets them: written by the program, imported by the program.

use std::process::{Command, Output};

use qianshou::domain::{Amount, EntityKind, Organization};
use qianshou::generate::{Generator, Plan, SOURCE};
use tempfile::TempDir;

use crate::data::{Data, LOCAL, needs_of, open_files, organizations_of, projects_of};

fn run(dir: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_qianshou"))
        .current_dir(dir.path())
        .arg("generate")
        .args(arguments)
        .env_remove("QIANSHOU_LOG")
        .output()
        .unwrap()
}

#[tokio::test]
async fn what_is_written_imports_without_a_rejected_row_and_as_it_was_meant() {
    let dir = TempDir::new().unwrap();
    let sizes = ["--organizations", "150", "--projects", "400", "--needs", "120", "--seed", "9", "made"];
    let output = run(&dir, &sizes);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let readme = std::fs::read_to_string(dir.path().join("made/README.md")).unwrap();
    assert!(readme.contains("--organizations 150 --projects 400 --needs 120 --seed 9"), "{readme}");

    let data = Data::empty().await;
    let files = open_files(&[dir.path().join("made")], None).unwrap();
    assert!(files.iter().map(|file| file.kind).eq(EntityKind::ALL));
    let report = data.app.import(LOCAL, None, &files, false, &|_| {}).await.unwrap();
    assert_eq!(report.rejected.head(), []);
    assert_eq!(report.warnings.head(), []);

    let generator = Generator::new(Plan { organizations: 150, projects: 400, needs: 120, seed: 9 });
    let catalog = data.app.catalog();
    assert_eq!((organizations_of(&catalog).len(), projects_of(&catalog).len(), needs_of(&catalog).len()), (150, 400, 120));
    let codes = |regions: &[qianshou::domain::RegionFinding]| regions.iter().map(|it| it.code).collect::<Vec<_>>();
    for made in (0..150).map(|k| generator.organization(k)) {
        assert!(made.name.starts_with("合成示例") && made.source.as_deref() == Some(SOURCE));
        let mut read = Organization::clone(&catalog.organization_record(catalog.organization(&made.id).unwrap()));
        read.scope_sectors.clear();
        assert_eq!(read, made);
    }
    for made in (0..400).map(|k| generator.project(k)) {
        let read = catalog.project_record(catalog.project(&made.id).unwrap());
        assert_eq!(codes(&read.regions), codes(&made.regions), "{}", made.id);
        assert_eq!((&read.sectors, &read.period, &read.participants), (&made.sectors, &made.period, &made.participants));
        assert_eq!(read.amount.as_ref().and_then(Amount::point), made.amount.as_ref().and_then(Amount::point));
        assert_eq!(read.source.as_deref(), Some(SOURCE));
    }
    for made in (0..120).map(|k| generator.need(k)) {
        let read = &catalog.need(&made.id).unwrap();
        assert_eq!(codes(&read.record.regions), codes(&made.record.regions), "{}", made.id);
        assert_eq!((&read.record.sectors, read.date, read.status), (&made.record.sectors, made.date, made.status));
        assert_eq!(read.record.amount.as_ref().and_then(Amount::point), made.record.amount.as_ref().and_then(Amount::point));
    }
    assert_eq!(catalog.claims.len(), (0..120).map(|k| generator.claims(k).len()).sum::<usize>());
}

#[test]
fn invalid_sizes_and_directories_are_refused() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("mine.txt"), "x").unwrap();
    for (arguments, said) in [
        (&["--needs", "0", "made"][..], "应为1到100000000的整数"),
        (&["--projects", "许多", "made"], "应为1到100000000的整数"),
        (&["."], "不是空的"),
        (&["mine.txt"], "无法写入"),
    ] {
        let output = run(&dir, arguments);
        let shown = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(shown.contains(said), "{arguments:?}: {shown}");
    }
    assert!(!dir.path().join("made").exists());
}
