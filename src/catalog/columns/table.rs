//! Columns that belong together.

use super::file::{ColumnFile, Parts, Unusable};

/// What is saved as parts of a file and mapped from there again.
pub(in crate::catalog) trait Columnar: Sized {
    /// Adds its parts under its name.
    fn put<'a>(&'a self, name: String, parts: &mut Parts<'a>);

    /// What was saved under the name.
    fn take(name: &str, file: &ColumnFile) -> Result<Self, Unusable>;

    /// Bytes held, or mapped.
    fn bytes(&self) -> usize;
}

/// A struct of columns, each saved under the name of its field.
macro_rules! table {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $field:ident: $type:ty,)+ }) => {
        $(#[$about])*
        #[derive(Default)]
        pub(in crate::catalog) struct $name {
            $($(#[$what])* pub(in crate::catalog) $field: $type,)+
        }

        impl $crate::catalog::columns::Columnar for $name {
            fn put<'a>(&'a self, name: String, parts: &mut $crate::catalog::columns::Parts<'a>) {
                $(self.$field.put(format!("{name}.{}", stringify!($field)), parts);)+
            }

            fn take(
                name: &str,
                file: &$crate::catalog::columns::ColumnFile,
            ) -> Result<Self, $crate::catalog::columns::Unusable> {
                Ok(Self { $($field: <$type>::take(&format!("{name}.{}", stringify!($field)), file)?,)+ })
            }

            fn bytes(&self) -> usize {
                0 $(+ self.$field.bytes())+
            }
        }
    };
}

pub(in crate::catalog) use table;
