//! `int`, `bool`, `float`, `complex`, and how numbers are read and written.

mod bool;
mod complex;
pub mod decimal;
mod float;
pub mod format;
pub mod ieee;
pub mod int;
mod int_methods;
pub mod parse;
mod rounding;

use std::cell::Cell;

use object::Vm;

pub use complex::{as_complex, quotient as complex_quotient};
pub use float::parse_float;
pub use int::{to_decimal, to_radix};
pub use rounding::ratio_to_f64;

/// What the number types keep for a machine.
pub struct NumberState {
    /// `sys.get_int_max_str_digits()`; 0 is no limit.
    pub max_str_digits: Cell<usize>,
}

impl Default for NumberState {
    fn default() -> NumberState {
        NumberState { max_str_digits: Cell::new(4300) }
    }
}

/// Gives the number types their behaviour.
pub(crate) fn install(vm: &Vm) {
    vm.define(&vm.types.int, &int_methods::INT);
    vm.define(&vm.types.bool, &bool::BOOL);
    vm.define(&vm.types.float, &float::FLOAT);
    vm.define(&vm.types.complex, &complex::COMPLEX);
}
