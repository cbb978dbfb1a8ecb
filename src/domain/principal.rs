//! Who acts.

/// Whoever a use case is carried out for. Every use case takes one, so that rights have their place from the start.
///
/// Today there is one: whoever sits at this machine, with all rights. Roles, units and regions come with accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Principal(());

impl Principal {
    /// Whoever uses the program on this machine.
    pub const LOCAL: Self = Self(());
}
