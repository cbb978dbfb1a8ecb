//! The house rules, checked against the code: the import table of ARCHITECTURE.md, no import cycle among files, short lists of
//! names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Module → our modules that it may import, as the table under "Who may import whom" says. `*` stands for the foundation files.
fn import_table() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = text.split("## Who may import whom").nth(1).expect("the section of the import table");
    let section = section.split("\n## ").next().unwrap_or_default();
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<(Vec<String>, Vec<String>, bool)> = section
        .lines()
        .filter_map(|line| {
            let mut cells = line.trim().strip_prefix('|')?.split('|');
            let (modules, imports) = (cells.next()?, cells.next()?);
            let modules = names(modules);
            (!modules.is_empty()).then(|| (modules, names(imports), imports.contains("every module may use")))
        })
        .collect();
    let foundation: Vec<&String> = rows.iter().filter(|row| row.2).flat_map(|row| &row.0).collect();
    assert!(!foundation.is_empty(), "the row of the foundation files");
    let mut table = BTreeMap::new();
    for (modules, imports, _) in &rows {
        for module in modules {
            // Foundation files import nothing of ours, not even each other.
            let shared = if foundation.contains(&module) { &[][..] } else { &foundation[..] };
            let allowed = imports.iter().chain(shared.iter().copied()).cloned().collect();
            assert!(table.insert(module.clone(), allowed).is_none(), "{module} stands twice in the table");
        }
    }
    table
}

#[test]
fn every_import_is_allowed_by_the_table_of_the_architecture() {
    let table = import_table();
    let mut order: Vec<&str> = Vec::new();
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for file in Source::all() {
        let [crate_name, module, ..] = file.module.as_slice() else { continue };
        if crate_name == "index" {
            continue;
        }
        seen.insert(module.clone());
        let allowed = table.get(module).unwrap_or_else(|| panic!("{module} is not in the table"));
        for (line, path) in file.paths(true) {
            let used = match path[0].as_str() {
                "crate" | "qianshou" if path.len() > 1 => path[1].as_str(),
                "qianshou_index" => "index",
                _ => continue,
            };
            let is_module = table.contains_key(used);
            if is_module && used != module && !allowed.contains(used) {
                wrong.push(format!("{}:{line}: {module} must not import {used}", file.shown()));
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
    // Every module that the table names must exist.
    for (module, imports) in &table {
        for name in imports.iter().chain([module]) {
            let is_known = seen.contains(name) || ["index", "lib", "main"].contains(&name.as_str());
            assert!(is_known, "the table names {name}, which is not there");
        }
    }
    // Without a cycle there is an order in which every module comes after what it imports.
    while let Some(next) = table.iter().find(|(module, imports)| {
        !order.contains(&module.as_str()) && imports.iter().all(|it| it == *module || order.contains(&it.as_str()))
    }) {
        order.push(next.0);
    }
    let rest: Vec<&String> = table.keys().filter(|module| !order.contains(&module.as_str())).collect();
    assert!(rest.is_empty(), "modules that import each other: {rest:?}");
}

#[test]
fn no_import_cycle_among_files() {
    let sources = Source::all();
    let by_module: BTreeMap<&[String], &Source> = sources.iter().map(|it| (it.module.as_slice(), it)).collect();
    let resolver = Resolver::new(&by_module);
    let mut uses: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    for file in &sources {
        // What a `mod.rs` takes from the files below it are re-exports.
        let targets = file.paths(false).into_iter().filter_map(|(_, path)| resolver.file_of(&file.module, &path));
        let targets = targets.filter(|it| *it != file.module.as_slice() && !by_module[it].is_mod);
        if !file.is_mod {
            uses.insert(&file.module, targets.collect());
        }
    }
    let mut open: BTreeSet<&[String]> = uses.keys().copied().collect();
    while let Some(leaf) = open.iter().copied().find(|file| uses[file].iter().all(|it| !open.contains(it))) {
        open.remove(leaf);
    }
    // A file that only imports a cycle is not part of it.
    while let Some(user) = open.iter().copied().find(|file| open.iter().all(|other| !uses[other].contains(file))) {
        open.remove(user);
    }
    let circles: Vec<String> = open.iter().map(|it| it.join("::")).collect();
    assert_eq!(circles, [] as [String; 0], "files that take names from each other");
}

#[test]
fn no_list_of_re_exports_is_longer_than_a_screen() {
    const SCREEN: usize = 40;
    for file in Source::all() {
        let lines = file.uses().into_iter().filter(|it| it.is_public).map(|it| it.text.lines().count()).sum::<usize>();
        assert!(lines <= SCREEN, "{}: {lines} lines of `pub use`", file.shown());
    }
}

#[test]
fn the_text_crate_knows_nothing_of_ours() {
    for file in Source::all().iter().filter(|it| it.module[0] == "index") {
        assert!(!file.code.contains("qianshou::"), "{}", file.shown());
    }
}

/// A file of the two crates.
struct Source {
    path: PathBuf,
    /// Its module path; the first part is `crate` or `index`.
    module: Vec<String>,
    /// True for a `mod.rs` or `lib.rs`, which declares and re-exports.
    is_mod: bool,
    /// Its text without comments and without tests.
    code: String,
}

/// One `use` declaration.
struct Use {
    line: usize,
    text: String,
    is_public: bool,
}

impl Source {
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for (dir, name) in [("src", "crate"), ("index/src", "index")] {
            let base = root().join(dir);
            for path in rust_files(&base) {
                let inside = path.strip_prefix(&base).unwrap().with_extension("");
                let mut module: Vec<String> = vec![name.to_owned()];
                module.extend(inside.iter().map(|it| it.to_str().unwrap().to_owned()));
                let last = module.last().map(String::as_str).unwrap_or_default();
                let is_mod = last == "mod" || last == "lib";
                if is_mod {
                    module.pop();
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let is_test = module.iter().any(|it| it == "tests" || it == "suite");
                if !is_test {
                    all.push(Self { path, module, is_mod, code: code(&text) });
                }
            }
        }
        all
    }

    fn shown(&self) -> String {
        self.path.strip_prefix(root()).unwrap().display().to_string()
    }

    fn uses(&self) -> Vec<Use> {
        let mut uses = Vec::new();
        let mut lines = self.code.lines().enumerate();
        while let Some((n, line)) = lines.next() {
            let start = line.trim_start();
            let is_public = start.starts_with("pub");
            let declared = if is_public { start.split_once(" use ").map(|it| it.1) } else { start.strip_prefix("use ") };
            let Some(first) = declared.filter(|_| start.starts_with("use ") || start.starts_with("pub")) else { continue };
            let mut text = first.to_owned();
            while !text.contains(';') {
                let Some((_, next)) = lines.next() else { break };
                text.push('\n');
                text.push_str(next);
            }
            uses.push(Use { line: n + 1, text, is_public });
        }
        uses
    }

    /// The paths that the file names, with their lines: those of its `use` declarations, and those in its code. Re-exports
    /// count only where `with_exports` is set.
    fn paths(&self, with_exports: bool) -> Vec<(usize, Vec<String>)> {
        let mut paths = Vec::new();
        let uses = self.uses();
        for it in uses.iter().filter(|it| with_exports || !it.is_public) {
            paths.extend(expanded(it.text.split(';').next().unwrap_or_default()).into_iter().map(|path| (it.line, path)));
        }
        let is_use = |n: usize| uses.iter().any(|it| (it.line..it.line + it.text.lines().count()).contains(&n));
        for (n, line) in self.code.lines().enumerate().map(|(n, line)| (n + 1, line)).filter(|(n, _)| !is_use(*n)) {
            for path in line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).filter(|it| it.contains("::")) {
                let parts: Vec<String> = path.split("::").filter(|it| !it.is_empty()).map(str::to_owned).collect();
                if parts.len() > 1 {
                    paths.push((n, parts));
                }
            }
        }
        paths
    }
}

/// The code of a file without comments and without its tests; line numbers stay the same.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("#[cfg(test)]") && lines.peek().is_some_and(|it| it.starts_with("mod ") && it.ends_with('{')) {
            break;
        }
        code.push_str(line.split("//").next().unwrap_or_default());
        code.push('\n');
    }
    code
}

/// The paths of a use tree: `a::{b, c::d}` → `a::b`, `a::c::d`.
fn expanded(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some((before, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        return vec![path.split("::").map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()];
    };
    let inner = rest.rsplit_once('}').map_or(rest, |it| it.0);
    let (mut depth, mut start, mut branches) = (0, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    branches.push(&inner[start..]);
    let branches = branches.into_iter().filter(|it| !it.trim().is_empty());
    branches.flat_map(|branch| expanded(&format!("{before}{}", branch.trim()))).collect()
}

/// Finds the file that a path leads to, through re-exports where there are any.
struct Resolver<'a> {
    files: &'a BTreeMap<&'a [String], &'a Source>,
    /// Module and re-exported name → the path it stands for.
    exports: BTreeMap<(Vec<String>, String), Vec<String>>,
}

impl<'a> Resolver<'a> {
    fn new(files: &'a BTreeMap<&'a [String], &'a Source>) -> Self {
        let mut exports = BTreeMap::new();
        for file in files.values() {
            for it in file.uses().into_iter().filter(|it| it.is_public) {
                for path in expanded(it.text.split(';').next().unwrap_or_default()) {
                    if let Some(name) = path.last() {
                        exports.insert((file.module.clone(), name.clone()), path.clone());
                    }
                }
            }
        }
        Self { files, exports }
    }

    fn file_of(&self, from: &[String], path: &[String]) -> Option<&'a [String]> {
        self.resolve(from, path, 0)
    }

    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<&'a [String]> {
        const DEEPEST: usize = 8;
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (vec![from[0].clone()], &path[1..]),
            "qianshou_index" => (vec!["index".to_owned()], &path[1..]),
            "self" => (from.to_vec(), &path[1..]),
            "super" => (from[..from.len() - 1].to_vec(), &path[1..]),
            name => {
                let mut below = from.to_vec();
                below.push(name.to_owned());
                self.files.contains_key(below.as_slice()).then_some((from.to_vec(), path))?
            }
        };
        while rest.first().is_some_and(|it| it == "super") {
            at.pop();
            rest = &rest[1..];
        }
        while let Some(name) = rest.first() {
            at.push(name.clone());
            if !self.files.contains_key(at.as_slice()) {
                at.pop();
                break;
            }
            rest = &rest[1..];
        }
        if let Some(path) = rest.first().and_then(|name| self.exports.get(&(at.clone(), name.clone())))
            && depth < DEEPEST
            && let Some(found) = self.resolve(&at, path, depth + 1)
        {
            return Some(found);
        }
        self.files.get_key_value(at.as_slice()).map(|it| *it.0)
    }
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
