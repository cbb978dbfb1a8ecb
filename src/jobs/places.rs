//! Places for what is slow to arrive, such as uploads: so many in all, and so many for one owner.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Places that are taken and given back.
#[derive(Debug, Clone)]
pub struct Places {
    taken: Arc<Mutex<HashMap<String, usize>>>,
    all: usize,
    of_owner: usize,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// All places are taken.
    #[error("all places are taken")]
    Full,
    /// The owner has taken as many as one may.
    #[error("the owner has taken all its places")]
    OwnerFull,
}

/// A place; dropping it gives it back.
#[derive(Debug)]
pub struct Place {
    taken: Arc<Mutex<HashMap<String, usize>>>,
    owner: String,
}

impl Places {
    /// `all` places, of which one owner may take `of_owner`.
    #[must_use]
    pub fn new(all: usize, of_owner: usize) -> Self {
        Self { taken: Arc::default(), all, of_owner }
    }

    /// Takes a place.
    ///
    /// # Errors
    /// There is none.
    pub fn take(&self, owner: &str) -> Result<Place, NoPlace> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.get(owner).is_some_and(|&own| own >= self.of_owner) {
            return Err(NoPlace::OwnerFull);
        }
        if taken.values().sum::<usize>() >= self.all {
            return Err(NoPlace::Full);
        }
        *taken.entry(owner.to_owned()).or_default() += 1;
        Ok(Place { taken: Arc::clone(&self.taken), owner: owner.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.owner) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_it_is_dropped() {
        let places = Places::new(3, 2);
        let first = places.take("a").unwrap();
        let _second = places.take("a").unwrap();
        assert_eq!(places.take("a").unwrap_err(), NoPlace::OwnerFull);
        let _third = places.take("b").unwrap();
        assert_eq!(places.take("c").unwrap_err(), NoPlace::Full);
        drop(first);
        assert!(places.take("c").is_ok());
        assert!(places.take("a").is_ok());
    }
}
