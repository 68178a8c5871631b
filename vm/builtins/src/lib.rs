//! The built-in types and functions.

pub mod list {
    //! `list`.
    pub mod sort;
}
