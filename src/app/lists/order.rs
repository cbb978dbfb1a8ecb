//! The order of a list. Only the part that is shown is sorted to the end.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::listed::Listed;
use crate::error::AppError;
use crate::request::{MAX_WORD_CHARS, typed};

/// From this number of records on, the part that is shown is picked before it is sorted.
const MANY: usize = 4096;

/// Puts the first `end` of the records found into the order that `key` asks for; those behind are in any order.
pub(super) fn sort<L: Listed>(found: &mut [u32], records: &L, key: Option<&str>, end: usize) -> Result<(), AppError> {
    let Some(key) = typed("sort", key, MAX_WORD_CHARS)? else { return Ok(()) };
    let (name, is_descending) = key.strip_prefix('-').map_or((key.as_ref(), false), |name| (name, true));
    let turned = |order: Ordering| if is_descending { order.reverse() } else { order };
    let by_id = |a: usize, b: usize| match (records.id_order(a), records.id_order(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => records.id(a).cmp(records.id(b)),
    };
    match name {
        "id" => first(found, end, |&a, &b| turned(by_id(a as usize, b as usize))),
        "title" => first(found, end, |&a, &b| {
            let (a, b) = (a as usize, b as usize);
            turned(records.title(a).cmp(records.title(b))).then_with(|| by_id(a, b))
        }),
        "date" | "amount" => {
            let number = |at: usize| match name {
                "date" => records.day(at).map(i64::from),
                _ => records.amount(at).map(|sum| sum.fen()),
            };
            // What is not known comes last in both directions.
            let keyed = |&at: &u32| {
                let number = number(at as usize);
                (number.is_none(), number.map_or(0, |number| if is_descending { -number } else { number }), at)
            };
            let mut keyed: Vec<(bool, i64, u32)> = found.par_iter().map(keyed).collect();
            first(&mut keyed, end, |a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| by_id(a.2 as usize, b.2 as usize)));
            found.iter_mut().zip(keyed).for_each(|(at, key)| *at = key.2);
        }
        _ => return Err(AppError::invalid("sort", format!("不能按“{key}”排序；可用 id、title、date、amount，前面加 - 为倒序"))),
    }
    Ok(())
}

/// Sorts so far that the first `end` are in their places.
fn first<T: Send>(all: &mut [T], end: usize, order: impl Fn(&T, &T) -> Ordering + Sync) {
    let mut shown = all;
    if shown.len() > MANY && end < shown.len() {
        shown.select_nth_unstable_by(end, &order);
        shown = &mut shown[..end];
    }
    shown.par_sort_unstable_by(order);
}
