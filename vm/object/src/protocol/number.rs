//! Arithmetic: operators with their reflected forms, and conversion to integers.

use crate::payload::{Float, Int};
use crate::raw::{Kind, Obj, Ref, Str};
use crate::types::{BinaryFn, Slots, Type};
use crate::vm::{Res, Vm};

macro_rules! operators {
    ($($variant:ident $symbol:literal $slot:ident $inplace:ident;)*) => {
        /// The operators of `BINARY_OP` but `**`, whose slots take three operands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum NumberOp { $($variant,)* Power }

        impl NumberOp {
            /// As it is written.
            pub fn symbol(self) -> &'static str {
                match self { $(NumberOp::$variant => $symbol,)* NumberOp::Power => "** or pow()" }
            }

            #[inline]
            fn slot(self, slots: &Slots) -> Option<BinaryFn> {
                match self { $(NumberOp::$variant => slots.$slot.get(),)* NumberOp::Power => None }
            }

            #[inline]
            fn inplace_slot(self, slots: &Slots) -> Option<BinaryFn> {
                match self { $(NumberOp::$variant => slots.$inplace.get(),)* NumberOp::Power => None }
            }
        }
    };
}

operators! {
    Add "+" nb_add nb_inplace_add;
    And "&" nb_and nb_inplace_and;
    FloorDivide "//" nb_floor_divide nb_inplace_floor_divide;
    Lshift "<<" nb_lshift nb_inplace_lshift;
    MatrixMultiply "@" nb_matrix_multiply nb_inplace_matrix_multiply;
    Multiply "*" nb_multiply nb_inplace_multiply;
    Remainder "%" nb_remainder nb_inplace_remainder;
    Or "|" nb_or nb_inplace_or;
    Rshift ">>" nb_rshift nb_inplace_rshift;
    Subtract "-" nb_subtract nb_inplace_subtract;
    TrueDivide "/" nb_true_divide nb_inplace_true_divide;
    Xor "^" nb_xor nb_inplace_xor;
}

impl NumberOp {
    /// The operator of a `BINARY_OP` argument, and whether it assigns; nothing for subscription and unknown numbers.
    pub fn from_number(n: u32) -> Option<(NumberOp, bool)> {
        use NumberOp::*;
        let op = *[
            Add,
            And,
            FloorDivide,
            Lshift,
            MatrixMultiply,
            Multiply,
            Remainder,
            Or,
            Power,
            Rshift,
            Subtract,
            TrueDivide,
            Xor,
        ]
        .get((n % 13) as usize)?;
        (n < 26).then_some((op, n >= 13))
    }
}

impl Vm {
    /// `a op b`.
    #[inline]
    pub fn binary_op(&self, op: NumberOp, a: &Obj, b: &Obj) -> Res<Obj> {
        if op == NumberOp::Power {
            return self.power(a, b, &self.none);
        }
        let result = self.binary_slots(op, a, b)?;
        if !result.is(&self.not_implemented) {
            return Ok(result);
        }
        if let Some(result) = self.sequence_op(op, a, b, false)? {
            return Ok(result);
        }
        Err(self.unsupported(op.symbol(), a, b))
    }

    /// `a op= b`: the new value of `a`.
    pub fn inplace_op(&self, op: NumberOp, a: &Obj, b: &Obj) -> Res<Obj> {
        if op == NumberOp::Power {
            return self.inplace_power(a, b);
        }
        if let Some(slot) = op.inplace_slot(&a.ty().slots) {
            let result = slot(self, a, b)?;
            if !result.is(&self.not_implemented) {
                return Ok(result);
            }
        }
        let result = self.binary_slots(op, a, b)?;
        if !result.is(&self.not_implemented) {
            return Ok(result);
        }
        if let Some(result) = self.sequence_op(op, a, b, true)? {
            return Ok(result);
        }
        Err(self.unsupported(&format!("{}=", op.symbol()), a, b))
    }

    /// Both operands' slots in CPython's order (`binary_op1`); `NotImplemented` if none does it.
    #[inline]
    fn binary_slots(&self, op: NumberOp, a: &Obj, b: &Obj) -> Res<Obj> {
        let (left, right) = (a.ty(), b.ty());
        let left_slot = op.slot(&left.slots);
        let mut right_slot = if left.is(right) { None } else { op.slot(&right.slots) };
        if let (Some(l), Some(r)) = (left_slot, right_slot)
            && std::ptr::fn_addr_eq(l, r)
        {
            right_slot = None;
        }
        if let Some(l) = left_slot {
            if let Some(r) = right_slot
                && right.is_subtype_of(left)
            {
                let result = r(self, a, b)?;
                if !result.is(&self.not_implemented) {
                    return Ok(result);
                }
                right_slot = None;
            }
            let result = l(self, a, b)?;
            if !result.is(&self.not_implemented) {
                return Ok(result);
            }
        }
        if let Some(r) = right_slot {
            return r(self, a, b);
        }
        Ok(self.not_implemented.clone())
    }

    /// `+` and `*` of sequences.
    fn sequence_op(&self, op: NumberOp, a: &Obj, b: &Obj, inplace: bool) -> Res<Option<Obj>> {
        let (left, right) = (&a.ty().slots, &b.ty().slots);
        match op {
            NumberOp::Add => {
                let slot = inplace.then(|| left.sq_inplace_concat.get()).flatten().or(left.sq_concat.get());
                slot.map(|concat| concat(self, a, b)).transpose()
            }
            NumberOp::Multiply => {
                let slot = inplace.then(|| left.sq_inplace_repeat.get()).flatten().or(left.sq_repeat.get());
                if let Some(repeat) = slot {
                    let count = self.repeat_count(b)?;
                    return repeat(self, a, count).map(Some);
                }
                if let Some(repeat) = right.sq_repeat.get() {
                    let count = self.repeat_count(a)?;
                    return repeat(self, b, count).map(Some);
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn repeat_count(&self, count: &Obj) -> Res<isize> {
        if !self.has_index(count) {
            return Err(self
                .type_error(format!("can't multiply sequence by non-int of type '{}'", count.ty().name())));
        }
        self.index_as_isize(count, Some(&self.exc.overflow_error))
    }

    /// The error of an operator that neither operand has.
    pub fn unsupported(&self, symbol: &str, a: &Obj, b: &Obj) -> crate::vm::Raised {
        if symbol == ">>"
            && let Some(function) = a.get::<crate::payload::NativeFunction>()
            && function.def.name == "print"
        {
            return self.type_error(format!(
                "unsupported operand type(s) for >>: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
                a.ty().name(),
                b.ty().name()
            ));
        }
        self.type_error(format!(
            "unsupported operand type(s) for {symbol}: '{}' and '{}'",
            a.ty().name(),
            b.ty().name()
        ))
    }

    /// `pow(a, b, modulus)`; the modulus may be `None`.
    pub fn power(&self, a: &Obj, b: &Obj, modulus: &Obj) -> Res<Obj> {
        let (left, right) = (a.ty(), b.ty());
        let left_slot = left.slots.nb_power.get();
        let mut right_slot = if left.is(right) { None } else { right.slots.nb_power.get() };
        if let (Some(l), Some(r)) = (left_slot, right_slot)
            && std::ptr::fn_addr_eq(l, r)
        {
            right_slot = None;
        }
        let mut tried = Vec::new();
        if let (Some(_), Some(r)) = (left_slot, right_slot)
            && right.is_subtype_of(left)
        {
            tried.push(r);
            right_slot = None;
        }
        tried.extend(left_slot);
        tried.extend(right_slot);
        if let Some(third) = modulus.ty().slots.nb_power.get()
            && !modulus.is(&self.none)
            && !tried.iter().any(|f| std::ptr::fn_addr_eq(*f, third))
        {
            tried.push(third);
        }
        for slot in tried {
            let result = slot(self, a, b, modulus)?;
            if !result.is(&self.not_implemented) {
                return Ok(result);
            }
        }
        if modulus.is(&self.none) {
            return Err(self.unsupported(NumberOp::Power.symbol(), a, b));
        }
        Err(self.type_error(format!(
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            left.name(),
            right.name(),
            modulus.ty().name()
        )))
    }

    fn inplace_power(&self, a: &Obj, b: &Obj) -> Res<Obj> {
        if let Some(slot) = a.ty().slots.nb_inplace_power.get() {
            let result = slot(self, a, b, &self.none)?;
            if !result.is(&self.not_implemented) {
                return Ok(result);
            }
        }
        self.power(a, b, &self.none).map_err(|raised| {
            let plain = format!(
                "unsupported operand type(s) for ** or pow(): '{}' and '{}'",
                a.ty().name(),
                b.ty().name()
            );
            match raised.message_is(&plain) {
                true => self.unsupported("**=", a, b),
                false => raised,
            }
        })
    }

    fn unary(&self, slot: Option<crate::types::UnaryFn>, obj: &Obj, what: &str) -> Res<Obj> {
        match slot {
            Some(slot) => slot(self, obj),
            None => Err(self.type_error(format!("bad operand type for {what}: '{}'", obj.ty().name()))),
        }
    }

    /// `-obj`.
    pub fn negative(&self, obj: &Obj) -> Res<Obj> {
        self.unary(obj.ty().slots.nb_negative.get(), obj, "unary -")
    }

    /// `+obj`.
    pub fn positive(&self, obj: &Obj) -> Res<Obj> {
        self.unary(obj.ty().slots.nb_positive.get(), obj, "unary +")
    }

    /// `~obj`.
    pub fn invert(&self, obj: &Obj) -> Res<Obj> {
        self.unary(obj.ty().slots.nb_invert.get(), obj, "unary ~")
    }

    /// `abs(obj)`.
    pub fn absolute(&self, obj: &Obj) -> Res<Obj> {
        self.unary(obj.ty().slots.nb_absolute.get(), obj, "abs()")
    }

    /// `divmod(a, b)`.
    pub fn divmod(&self, a: &Obj, b: &Obj) -> Res<Obj> {
        let (left, right) = (a.ty(), b.ty());
        let left_slot = left.slots.nb_divmod.get();
        let right_slot = if left.is(right) { None } else { right.slots.nb_divmod.get() };
        let right_slot = match (left_slot, right_slot) {
            (Some(l), Some(r)) if std::ptr::fn_addr_eq(l, r) => None,
            (_, r) => r,
        };
        let right_first = left_slot.is_some() && right_slot.is_some() && right.is_subtype_of(left);
        let order = if right_first { [right_slot, left_slot] } else { [left_slot, right_slot] };
        for slot in order.into_iter().flatten() {
            let result = slot(self, a, b)?;
            if !result.is(&self.not_implemented) {
                return Ok(result);
            }
        }
        Err(self.unsupported("divmod()", a, b))
    }

    /// `operator.index(obj)`: an `int` or an instance of a subclass.
    pub fn index(&self, obj: &Obj) -> Res<Obj> {
        if obj.kind() == Kind::Int {
            return Ok(obj.clone());
        }
        let Some(index) = obj.ty().slots.nb_index.get() else {
            return Err(
                self.type_error(format!("'{}' object cannot be interpreted as an integer", obj.ty().name()))
            );
        };
        let result = index(self, obj)?;
        if result.is_exactly(&self.types.int) {
            return Ok(result);
        }
        if result.kind() != Kind::Int {
            return Err(self.type_error(format!("__index__ returned non-int (type {})", result.ty().name())));
        }
        self.warn(
            &self.exc.deprecation_warning,
            &format!(
                "__index__ returned non-int (type {}).  The ability to return an instance of a strict subclass of int is deprecated, and may not be allowed in a future version of Python.",
                result.ty().name()
            ),
            1,
        )?;
        Ok(result)
    }

    /// The index as a number. Too large ones raise `overflow`, or are clipped if that is nothing.
    pub fn index_as_isize(&self, obj: &Obj, overflow: Option<&Ref<Type>>) -> Res<isize> {
        let index = self.index(obj)?;
        let Some(int) = index.get::<Int>() else { return Ok(0) };
        match (int.small(), overflow) {
            (Some(n), _) => Ok(n as isize),
            (None, None) => Ok(if int.is_negative() { isize::MIN } else { isize::MAX }),
            (None, Some(exc)) => Err(self
                .raise_text(exc, &format!("cannot fit '{}' into an index-sized integer", obj.ty().name()))),
        }
    }

    /// Whether an `int` object is below zero.
    pub fn int_is_negative(&self, obj: &Obj) -> bool {
        obj.get::<Int>().is_some_and(Int::is_negative)
    }

    /// An `int` argument as an `i64` (`PyLong_AsLong`).
    pub fn as_i64(&self, obj: &Obj) -> Res<i64> {
        let index = self.index(obj)?;
        match index.get::<Int>().and_then(Int::small) {
            Some(n) => Ok(n),
            None => Err(self.overflow_error("Python int too large to convert to C long")),
        }
    }

    /// An `int` argument as an `i32` (`PyLong_AsInt`).
    pub fn as_i32(&self, obj: &Obj) -> Res<i32> {
        let index = self.index(obj)?;
        let n = index.get::<Int>().and_then(Int::small).and_then(|n| i32::try_from(n).ok());
        n.ok_or_else(|| self.overflow_error("Python int too large to convert to C int"))
    }

    /// An argument as a number of things: below zero is an error of the caller (`PyLong_AsSsize_t` of `__index__`).
    pub fn as_isize(&self, obj: &Obj) -> Res<isize> {
        let index = self.index(obj)?;
        match index.get::<Int>().and_then(Int::small) {
            Some(n) => Ok(n as isize),
            None => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// A real number as an `f64` (`PyFloat_AsDouble`).
    pub fn as_f64(&self, obj: &Obj) -> Res<f64> {
        if let Some(Float(x)) = obj.get::<Float>() {
            return Ok(*x);
        }
        self.number_as_f64(obj)
    }

    /// A real number as an `f64` by its `__float__`, which a subclass of `float` may have of its own (`PyNumber_Float`).
    pub fn number_as_f64(&self, obj: &Obj) -> Res<f64> {
        if obj.is_exactly(&self.types.int)
            && let Some(int) = obj.get::<Int>()
        {
            return self.int_to_f64(int);
        }
        if let Some(float) = obj.ty().slots.nb_float.get() {
            let result = float(self, obj)?;
            let Some(Float(x)) = result.get::<Float>() else {
                return Err(self.type_error(format!(
                    "{}.__float__ returned non-float (type {})",
                    obj.ty().name(),
                    result.ty().name()
                )));
            };
            if !result.is_exactly(&self.types.float) {
                self.warn(
                    &self.exc.deprecation_warning,
                    &format!(
                        "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict subclass of float is deprecated, and may not be allowed in a future version of Python.",
                        obj.ty().name(),
                        result.ty().name()
                    ),
                    1,
                )?;
            }
            return Ok(*x);
        }
        if obj.ty().slots.nb_index.get().is_some() {
            let index = self.index(obj)?;
            if let Some(int) = index.get::<Int>() {
                return self.int_to_f64(int);
            }
        }
        Err(self.type_error(format!("must be real number, not {}", obj.ty().name())))
    }

    /// The nearest `f64`, ties to even.
    pub fn int_to_f64(&self, int: &Int) -> Res<f64> {
        match int.to_f64() {
            Some(x) => Ok(x),
            None => Err(self.overflow_error("int too large to convert to float")),
        }
    }

    /// A `str` argument of a native function, or CPython's error (`_PyArg_BadArgument`).
    pub fn str_arg<'a>(&self, function: &str, place: &str, obj: &'a Obj) -> Res<&'a Ref<Str>> {
        match obj.downcast::<Str>() {
            Some(text) => Ok(text),
            None => Err(self.bad_argument(function, place, "str", obj)),
        }
    }
}
