//! Compiles `lexicon/jieba.txt` into the hash table that `analyze::dictionary` walks. The program then starts without reading a
//! list of words, and holds in memory only what was looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

#[allow(dead_code, reason = "the program reads what is only written here")]
#[path = "src/analyze/slot.rs"]
mod slot;

use slot::{DIRECT, ROOT, Slot};

const LIST: &str = "lexicon/jieba.txt";

fn main() {
    println!("cargo::rerun-if-changed={LIST}");
    println!("cargo::rerun-if-changed=src/analyze/slot.rs");
    let list = std::fs::read_to_string(LIST).expect("the list of words");
    let words: Vec<(&str, u64)> = list.lines().map(word).collect();
    let frequencies: Vec<u64> = words.iter().map(|word| word.1).collect::<BTreeSet<_>>().into_iter().collect();
    let mut trie = vec![Node::default()];
    for (word, frequency) in &words {
        insert(&mut trie, word, 1 + frequencies.partition_point(|it| it < frequency));
    }
    let bytes: Vec<u8> = table(&trie).into_iter().flat_map(Slot::to_bytes).collect();
    let total: u64 = words.iter().map(|word| word.1).sum();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("Cargo sets it"));
    std::fs::write(out.join("dictionary.bin"), bytes).expect("a file of this build");
    std::fs::write(out.join("frequencies.rs"), format!("({total}, &{frequencies:?})")).expect("a file of this build");
}

fn word(line: &str) -> (&str, u64) {
    let (word, frequency) = line.split_once('\t').expect("a word, a tab and its frequency");
    (word, frequency.parse().expect("a whole number"))
}

/// A beginning of words.
#[derive(Default)]
struct Node {
    children: BTreeMap<char, usize>,
    /// Number of the frequency of the word that this is.
    word: usize,
}

fn insert(trie: &mut Vec<Node>, word: &str, number: usize) {
    let mut at = 0;
    for c in word.chars() {
        let new = trie.len();
        at = *trie[at].children.entry(c).or_insert(new);
        if at == new {
            trie.push(Node::default());
        }
    }
    trie[at].word = number;
}

/// Open addressing with a quarter of the slots free. Short beginnings, which are looked up most, are placed first.
fn table(trie: &[Node]) -> Vec<Slot> {
    let mut slots = vec![Slot::default(); DIRECT + trie.len() / 3 * 4];
    assert!(slots.len() < ROOT as usize, "a slot is a node");
    let mut level = vec![(ROOT, &trie[0])];
    while !level.is_empty() {
        let mut next = Vec::new();
        for (parent, node) in level {
            for (&c, &child) in &node.children {
                let child = &trie[child];
                let slot = Slot::new(parent, c).expect("a character that fits");
                let mut hashed = (slot.home(slots.len())..slots.len()).chain(DIRECT..);
                let at = match c as usize {
                    code if parent == ROOT && code < DIRECT => code,
                    _ => hashed.find(|&at| slots[at].is_empty()).expect("a quarter is free"),
                };
                slots[at] = child.children.keys().fold(slot.with_word(child.word), |slot, &c| slot.leading_on(c));
                next.push((at as u32, child));
            }
        }
        level = next;
    }
    slots
}
