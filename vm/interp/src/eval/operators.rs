//! Operators, comparisons, subscripts.

use bytecode::opcode::nb;
use object::protocol::NumberOp;
use object::raw::frame::FrameRef;
use object::types::CompareOp;
use object::{Dict, Obj, Ref, Res, Slice, Str, Vm};

pub(super) fn negative(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let operand = f.pop();
    f.push_value(vm.negative(&operand)?);
    Ok(())
}

pub(super) fn invert(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let operand = f.pop();
    f.push_value(vm.invert(&operand)?);
    Ok(())
}

/// Any operator of `BINARY_OP`.
fn operate(vm: &Vm, operator: u32, a: &Obj, b: &Obj) -> Res<Obj> {
    match NumberOp::from_number(operator) {
        Some((operator, false)) => vm.binary_op(operator, a, b),
        Some((operator, true)) => vm.inplace_op(operator, a, b),
        None => vm.getitem(a, b),
    }
}

pub(super) fn binary(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    // The operands stay on the stack as long as the operator runs: code up the stack may look at them.
    let result = f.lend(2, |both| operate(vm, oparg as u32, &both[0], &both[1]))?;
    let (b, a) = (f.pop_ref(), f.pop_ref());
    f.push_value(result);
    drop(a);
    drop(b);
    Ok(())
}

/// `BINARY_OP_EXTEND`: pairs that have no instruction of their own. Integers with bitwise operators, and integers mixed
/// with floats.
#[inline]
pub(super) fn extended(vm: &Vm, a: &Obj, b: &Obj, oparg: usize) -> Option<Obj> {
    let operator = oparg as u32;
    match (super::fast::exact_int(vm, a), super::fast::exact_int(vm, b)) {
        (Some(x), Some(y)) => match operator {
            nb::AND | nb::INPLACE_AND => Some(vm.int(x & y)),
            nb::OR | nb::INPLACE_OR => Some(vm.int(x | y)),
            nb::XOR | nb::INPLACE_XOR => Some(vm.int(x ^ y)),
            nb::FLOOR_DIVIDE | nb::INPLACE_FLOOR_DIVIDE if y > 0 => Some(vm.int(x.div_euclid(y))),
            nb::REMAINDER | nb::INPLACE_REMAINDER if y > 0 => Some(vm.int(x.rem_euclid(y))),
            nb::LSHIFT | nb::INPLACE_LSHIFT
                if (0..64).contains(&y) && x.unsigned_abs().leading_zeros() as i64 > y + 1 =>
            {
                Some(vm.int(x << y))
            }
            nb::RSHIFT | nb::INPLACE_RSHIFT if y >= 0 => Some(vm.int(x >> y.min(63))),
            _ => None,
        },
        (x, y) => {
            // An integer below 2**53 is a float exactly.
            let as_float = |n: i64| (n.unsigned_abs() < 1 << 53).then_some(n as f64);
            let x = x.map_or_else(|| super::fast::exact_float(vm, a), as_float)?;
            let y = y.map_or_else(|| super::fast::exact_float(vm, b), as_float)?;
            match operator {
                nb::ADD | nb::INPLACE_ADD => Some(vm.float(x + y)),
                nb::SUBTRACT | nb::INPLACE_SUBTRACT => Some(vm.float(x - y)),
                nb::MULTIPLY | nb::INPLACE_MULTIPLY => Some(vm.float(x * y)),
                nb::TRUE_DIVIDE | nb::INPLACE_TRUE_DIVIDE if y != 0.0 => Some(vm.float(x / y)),
                _ => None,
            }
        }
    }
}

/// Two exact strings, the left one grown in place if nobody else has it.
pub(super) fn concatenate(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let (right, left) = (f.pop(), f.pop());
    match (left.into_ref::<Str>(), right.get::<Str>()) {
        (Ok(left), Some(tail)) => {
            vm.check_alloc(left.len() + tail.len())?;
            f.push_value(Str::append(left, tail).into_obj());
        }
        (Ok(left), None) => f.push_value(operate(vm, nb::ADD, left.as_obj(), &right)?),
        (Err(left), _) => f.push_value(operate(vm, nb::ADD, &left, &right)?),
    }
    Ok(())
}

pub(super) fn subscript_dict(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let (key, dict) = (f.pop(), f.pop());
    let found = match dict.get::<Dict>() {
        Some(dict) => vm.dict_get(dict, &key)?,
        None => None,
    };
    match found {
        Some(value) => f.push_value(value),
        None => f.push_value(vm.getitem(&dict, &key)?),
    }
    Ok(())
}

fn new_slice(vm: &Vm, start: Obj, stop: Obj, step: Obj) -> Obj {
    Ref::new(&vm.types.slice, Slice { start, stop, step }).into_obj()
}

pub(super) fn binary_slice(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let (stop, start, container) = (f.pop(), f.pop(), f.pop());
    let slice = new_slice(vm, start, stop, vm.none.clone());
    f.push_value(vm.getitem(&container, &slice)?);
    Ok(())
}

pub(super) fn store_slice(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let (stop, start, container, value) = (f.pop(), f.pop(), f.pop(), f.pop());
    let slice = new_slice(vm, start, stop, vm.none.clone());
    vm.setitem(&container, &slice, &value)
}

pub(super) fn store_subscript(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let (key, container, value) = (f.pop(), f.pop(), f.pop());
    vm.setitem(&container, &key, &value)
}

pub(super) fn store_subscript_dict(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let (key, container, value) = (f.pop(), f.pop(), f.pop());
    match container.get::<Dict>() {
        Some(dict) => vm.dict_set(dict, &key, value),
        None => vm.setitem(&container, &key, &value),
    }
}

pub(super) fn delete_subscript(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let (key, container) = (f.pop(), f.pop());
    vm.delitem(&container, &key)
}

pub(super) fn compare(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let result = f.lend(2, |both| vm.compare(&both[0], &both[1], compare_op(oparg >> 5)))?;
    // Bit 4: the result is asked for its truth.
    let result = if oparg & 16 != 0 { vm.bool(vm.is_true(&result)?) } else { result };
    let (b, a) = (f.pop_ref(), f.pop_ref());
    f.push_value(result);
    drop(a);
    drop(b);
    Ok(())
}

pub(super) fn contains(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let (container, item) = (f.pop(), f.pop());
    let found = vm.contains(&container, &item)?;
    f.push_value(vm.bool(found == (oparg == 0)));
    Ok(())
}

/// The operator of a `COMPARE_OP` operand.
pub(super) fn compare_op(operator: usize) -> CompareOp {
    match operator {
        0 => CompareOp::Lt,
        1 => CompareOp::Le,
        2 => CompareOp::Eq,
        3 => CompareOp::Ne,
        4 => CompareOp::Gt,
        _ => CompareOp::Ge,
    }
}
