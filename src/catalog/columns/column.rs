//! One array.

use std::marker::PhantomData;
use std::ops::Deref;

use bytemuck::Pod;
use qianshou_index::mapped::Mapped;

use super::file::{ColumnFile, Parts, Unusable};
use super::table::Columnar;

/// An array of plain values, in memory or in a mapped file.
pub(in crate::catalog) enum Column<T> {
    Owned(Vec<T>),
    Mapped(Mapped, PhantomData<T>),
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self::Owned(Vec::new())
    }
}

impl<T: Pod> Deref for Column<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Self::Owned(values) => values,
            // Checked when it was opened.
            Self::Mapped(bytes, _) => bytemuck::cast_slice(bytes),
        }
    }
}

impl<T: Pod> Column<T> {
    /// Appends a value to a column in memory.
    pub(in crate::catalog) fn push(&mut self, value: T) {
        self.values().push(value);
    }

    /// The values of a column in memory. A mapped one is read into memory first.
    pub(in crate::catalog) fn values(&mut self) -> &mut Vec<T> {
        if let Self::Mapped(..) = self {
            *self = Self::Owned(self.to_vec());
        }
        match self {
            Self::Owned(values) => values,
            Self::Mapped(..) => unreachable!("it was read into memory"),
        }
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(values: Vec<T>) -> Self {
        Self::Owned(values)
    }
}

impl<T: Pod> Columnar for Column<T> {
    fn put<'a>(&'a self, name: String, parts: &mut Parts<'a>) {
        parts.add(name, align_of::<T>(), bytemuck::cast_slice(self));
    }

    fn take(name: &str, file: &ColumnFile) -> Result<Self, Unusable> {
        let bytes = file.part(name)?;
        match bytemuck::try_cast_slice::<u8, T>(&bytes) {
            Ok(_) => Ok(Self::Mapped(bytes, PhantomData)),
            Err(_) => Err(Unusable::Damaged { part: name.to_owned() }),
        }
    }

    fn bytes(&self) -> usize {
        size_of_val(&**self)
    }
}
