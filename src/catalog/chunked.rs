//! An array in shared chunks: a copy that differs in one place shares all other chunks with the original.

use std::cmp::Ordering;
use std::sync::Arc;

/// Elements per chunk. Organizations are scored in blocks of the same size, so that a block of rows stays in the cache.
pub const CHUNK: usize = 1024;

/// An array in chunks of [`CHUNK`].
#[derive(Debug, Clone, PartialEq)]
pub struct Chunked<T> {
    chunks: Vec<Arc<[T]>>,
    len: usize,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }
}

impl<T: Clone> Chunked<T> {
    /// From elements in order.
    pub(super) fn new(elements: &[T]) -> Self {
        Self { chunks: elements.chunks(CHUNK).map(Arc::from).collect(), len: elements.len() }
    }

    /// Changes one element; its chunk is copied if another array shares it.
    pub(super) fn change(&mut self, at: usize, change: impl FnOnce(&mut T)) {
        change(&mut Arc::make_mut(&mut self.chunks[at / CHUNK])[at % CHUNK]);
    }

    /// Sets an element, or appends it if it is the next one.
    pub(super) fn set(&mut self, at: usize, element: T) {
        if at == self.len { self.push(element) } else { self.change(at, |it| *it = element) }
    }

    /// Appends an element; the last chunk is copied.
    pub(super) fn push(&mut self, element: T) {
        let last = if self.len.is_multiple_of(CHUNK) { None } else { self.chunks.pop() };
        let elements = last.iter().flat_map(|chunk| chunk.iter().cloned()).chain([element]);
        self.chunks.push(elements.collect());
        self.len += 1;
    }
}

impl<T> Chunked<T> {
    /// Number of elements.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// True if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The chunks in order, all full but the last.
    #[must_use]
    pub fn chunks(&self) -> &[Arc<[T]>] {
        &self.chunks
    }

    /// Position of the element that `compare` finds equal; the elements must be in ascending order.
    pub(super) fn find(&self, mut compare: impl FnMut(&T) -> Ordering) -> Option<usize> {
        let chunk = self.chunks.partition_point(|chunk| chunk.last().is_some_and(|last| compare(last).is_lt()));
        let within = self.chunks.get(chunk)?.binary_search_by(compare).ok()?;
        Some(chunk * CHUNK + within)
    }

    /// All elements in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }
}

impl<T> std::ops::Index<usize> for Chunked<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.chunks[at / CHUNK][at % CHUNK]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_copy_shares_all_other_chunks() {
        let old = Chunked::new(&(0..3000).collect::<Vec<i32>>());
        let mut new = old.clone();
        new.change(1500, |it| *it = -1);
        assert_eq!((old[1500], new[1500], new[2999], new.len()), (1500, -1, 2999, 3000));
        let shared = old.chunks().iter().zip(new.chunks()).map(|(a, b)| Arc::ptr_eq(a, b)).collect::<Vec<_>>();
        assert_eq!(shared, [true, false, true]);
    }

    #[test]
    fn what_is_pushed_is_found_and_other_copies_do_not_see_it() {
        let mut all = Chunked::default();
        let mut old = Chunked::default();
        for n in 0..2500 {
            if n == 1500 {
                old = all.clone();
            }
            all.push(2 * n);
        }
        assert!(all.iter().copied().eq((0..2500).map(|n| 2 * n)));
        assert_eq!(
            [0, 4998, 2048, 4999, -1].map(|x: i32| all.find(|it| it.cmp(&x))),
            [Some(0), Some(2499), Some(1024), None, None]
        );
        assert_eq!((old.len(), old.find(|it: &i32| it.cmp(&3000))), (1500, None));
        assert!(Arc::ptr_eq(&old.chunks()[0], &all.chunks()[0]));
    }
}
