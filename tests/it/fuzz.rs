//! What the fuzz targets promise, and the replay of their saved corpus on the stable compiler. The targets in
//! `tests/fuzz/targets` call the same functions; `tests/fuzz/README.md` says how to run them.

use std::path::Path;

type Promise = fn(&[u8]);

/// Each target with its promise.
const TARGETS: [(&str, Promise); 4] = [
    ("normalize", promises::normalize),
    ("amount", promises::amount),
    ("region", promises::region),
    ("workbook", promises::workbook),
];

#[path = "../fuzz/promises.rs"]
mod promises;

#[test]
fn the_saved_corpus_keeps_every_promise() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, promise) in TARGETS {
        let mut inputs: Vec<_> = std::fs::read_dir(corpus.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        inputs.sort();
        assert!(inputs.len() >= 10, "{name} has {} inputs", inputs.len());
        for input in inputs {
            promise(&std::fs::read(input).unwrap());
        }
    }
}
