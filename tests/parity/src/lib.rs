//! Programs and what CPython prints for them: data for the tests of `bytelens run`.
