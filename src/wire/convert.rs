//! What every conversion into a shape uses.

/// An enumeration that is shown by the names of the one it comes from.
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

/// Each item as it is shown.
pub(super) fn each<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(U::from).collect()
}
