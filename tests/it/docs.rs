//! The documents agree with the program, with each other and with the tree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::commands;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The commands that a document shows, in a line of their own or in backticks.
fn shown_commands(name: &str) -> BTreeSet<String> {
    let text = read(&root().join(name));
    let lines = text.lines().filter_map(|line| line.strip_prefix("qianshou "));
    let quoted = text.split("`qianshou ").skip(1);
    let word = |rest: &str| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect::<String>();
    lines.chain(quoted).map(word).filter(|word| !word.is_empty()).collect()
}

#[test]
fn both_readmes_show_every_command_and_no_other() {
    let commands: BTreeSet<String> = commands().into_iter().collect();
    for name in ["README.md", "README.zh.md"] {
        assert_eq!(shown_commands(name), commands, "{name}");
    }
}

#[test]
fn what_is_read_first_is_short() {
    for (name, most) in [("README.md", 150), ("README.zh.md", 150), ("ARCHITECTURE.md", 149)] {
        let lines = read(&root().join(name)).lines().count();
        assert!(lines <= most, "{name} has {lines} lines, at most {most} are meant");
    }
}

fn markdown_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            markdown_files(&path, found);
        } else if path.extension().is_some_and(|it| it == "md") {
            found.push(path);
        }
    }
}

/// Targets of `[text](target)` outside of blocks of code.
fn links(text: &str) -> Vec<&str> {
    let prose = text.split("\n```").step_by(2);
    prose.flat_map(|prose| prose.split("](").skip(1)).filter_map(|rest| Some(rest.split_once(')')?.0)).collect()
}

/// The anchors of a document's headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let anchor = |heading: &str| heading.trim_start_matches('#').trim().to_lowercase().chars().filter(kept).collect::<String>();
    headings.map(|heading| anchor(heading).replace(' ', "-")).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut documents: Vec<PathBuf> =
        ["README.md", "README.zh.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(|name| root().join(name)).to_vec();
    for dir in ["docs", "tests", "benches", "fixtures", "index"] {
        markdown_files(&root().join(dir), &mut documents);
    }
    let mut broken = Vec::new();
    for document in &documents {
        let text = read(document);
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
            let target = if file.is_empty() { document.clone() } else { document.with_file_name("").join(file) };
            let has_anchor = |anchor| anchors(&read(&target)).contains(anchor);
            if !target.exists() || anchor.is_some_and(|anchor| !has_anchor(anchor)) {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert_eq!(broken, [] as [String; 0]);
}
