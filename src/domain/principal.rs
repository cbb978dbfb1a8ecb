//! Who carries out a use case.

/// The principal that a use case is carried out for. Every use case takes one, so that access rights have a place from the
/// start.
///
/// For now there is only the local user, who has all rights. Roles, units and regions come with accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal(());

impl Principal {
    /// The local user.
    pub const LOCAL: Self = Self(());
}
