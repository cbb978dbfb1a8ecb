//! The import table of ARCHITECTURE.md, checked against the `use` lines and paths of the code.

use std::path::{Path, PathBuf};

/// Module, and what of ours it may import. `index` is the crate `qianshou_index`.
const MAY_IMPORT: [(&str, &[&str]); 18] = [
    ("fault", &[]),
    ("domain", &[]),
    ("reference", &["domain"]),
    ("generate", &["domain", "reference"]),
    ("understand", &["domain", "reference", "index"]),
    ("ingest", &["domain", "reference", "understand", "index"]),
    ("store", &["domain"]),
    ("catalog", &["domain", "reference", "store", "index"]),
    ("score", &["domain", "reference", "catalog", "index"]),
    ("eval", &[]),
    ("plan", &[]),
    ("learn", &["eval", "score"]),
    ("app", &["domain", "reference", "understand", "ingest", "store", "index", "catalog", "score", "eval", "learn", "plan"]),
    ("api", &["domain", "app"]),
    ("web", &["domain", "app"]),
    // `serve` starts the two other faces.
    ("cli", &["domain", "app", "generate", "api", "web"]),
    ("lib", &[]),
    ("main", &["cli"]),
];

#[test]
fn every_import_is_allowed_by_the_table() {
    let mut wrong = Vec::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&source) {
        let inside = file.strip_prefix(&source).expect("a file below src");
        let module =
            inside.iter().next().and_then(|it| Path::new(it).file_stem()).and_then(|it| it.to_str()).expect("a module name");
        let (_, allowed) =
            MAY_IMPORT.iter().find(|(name, _)| *name == module).unwrap_or_else(|| panic!("{module} is not in the table"));
        let text = std::fs::read_to_string(&file).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let depth = inside.iter().count() - usize::from(inside.ends_with("mod.rs"));
        assert!(!text.contains("crate::{"), "{}: name each module in a line of its own", inside.display());
        assert!(!code.contains(&"super::".repeat(depth)), "{}: name the module instead of climbing to it", inside.display());
        for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for used in imports(line) {
                // Words for operating-system errors belong to everybody.
                if used != "fault" && used != module && !allowed.contains(&used) {
                    wrong.push(format!("{}:{}: {module} must not import {used}", inside.display(), n + 1));
                }
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}

#[test]
fn the_text_crate_knows_nothing_of_ours() {
    for file in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("index/src")) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        assert!(!text.contains("qianshou::"), "{}", file.display());
    }
}

/// The modules that a line names by `crate::module` or `qianshou::module`, and the text crate.
fn imports(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for prefix in ["crate::", "qianshou::"] {
        for (at, _) in line.match_indices(prefix) {
            let rest = &line[at + prefix.len()..];
            found.push(&rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())]);
        }
    }
    if line.contains("qianshou_index") {
        found.push("index");
    }
    found.retain(|name| !name.is_empty());
    found
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a source directory") {
        let path = entry.expect("a directory entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
