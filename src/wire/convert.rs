//! Shared by the shapes: conversions, and lists with their limits.

use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};

/// An enumeration with the names of the one that it is converted from.
macro_rules! shown_enum {
    ($(#[$doc:meta])* $name:ident from $source:path { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl From<$source> for $name {
            fn from(it: $source) -> Self {
                use $source as Source;
                match it {
                    $(Source::$variant => Self::$variant,)+
                }
            }
        }
    };
}
pub(super) use shown_enum;

/// Converts each item into its shape.
pub(super) fn each<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(U::from).collect()
}

/// The description of a list of at most `most` texts of at most `chars` characters, which may be null or left out.
pub(super) fn texts(most: usize, chars: usize) -> ArrayBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(chars));
    ArrayBuilder::new().schema_type(SchemaType::from_iter([Type::Array, Type::Null])).items(text).max_items(Some(most))
}
