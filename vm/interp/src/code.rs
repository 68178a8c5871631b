//! From the compiler's code objects to executable ones.

use std::sync::Arc;

use bytecode::{CodeObject, Const, Opcode, PyString};
use object::{Code, CodeParts, Obj, Ref, Res, Slice, Str, Vm};

use crate::types::code::CODE;

fn text(vm: &Vm, s: &PyString) -> Ref<Str> {
    match s.to_str() {
        Some(s) => vm.str_ref(s),
        None => Str::from_wtf8(&vm.types.str, s.as_bytes()),
    }
}

fn interned(vm: &Vm, s: &PyString) -> Ref<Str> {
    vm.intern_str(text(vm, s))
}

/// The executable form of a code object.
///
/// # Errors
/// `SystemError` if the code object breaks the rules that the machine relies on (see `bytecode::verify`).
pub fn executable(vm: &Vm, object: &Arc<CodeObject>) -> Res<Ref<Code>> {
    let verified = bytecode::verify::verify(object)
        .map_err(|error| vm.system_error(format!("malformed code object: {error}")))?;
    let object = verified.code().clone();
    let mut consts = Vec::with_capacity(object.consts.len());
    for constant in object.consts.iter() {
        consts.push(constant_object(vm, constant, true)?);
    }
    let names = object.names.iter().map(|n| interned(vm, n)).collect();
    let place_names = object.localsplusnames.iter().map(|n| interned(vm, n)).collect();
    let parts = CodeParts {
        consts: consts.into(),
        names,
        place_names,
        filename: interned(vm, &object.filename),
        name: interned(vm, &object.name),
        qualname: interned(vm, &object.qualname),
    };
    let code = Code::new(object, parts);
    crate::specialize::counter::quicken(&code);
    Ok(Ref::new(vm.native_type(&CODE), code))
}

/// A constant as an object of its own.
///
/// # Errors
/// As [`executable`], for code.
pub fn constant(vm: &Vm, constant: &Const) -> Res<Obj> {
    constant_object(vm, constant, false)
}

/// A constant as an object. Strings that look like names are interned where CPython does so.
fn constant_object(vm: &Vm, constant: &Const, intern: bool) -> Res<Obj> {
    let nested = |items: &[Const]| -> Res<Vec<Obj>> {
        vm.recurse(" while making constants", || {
            items.iter().map(|c| constant_object(vm, c, intern)).collect()
        })
    };
    Ok(match constant {
        Const::None => vm.none.clone(),
        Const::Bool(value) => vm.bool(*value),
        Const::Ellipsis => vm.ellipsis.clone(),
        Const::Int(n) => vm.int(*n),
        Const::BigInt(n) => vm.int_big((**n).clone()),
        Const::Float(x) => vm.float(*x),
        Const::Complex(re, im) => vm.complex(*re, *im),
        Const::Str(s) => {
            if intern && s.is_name_like() {
                interned(vm, s).into_obj()
            } else {
                text(vm, s).into_obj()
            }
        }
        Const::Bytes(bytes) => vm.bytes(bytes),
        Const::Tuple(items) => vm.tuple(nested(items)?),
        Const::FrozenSet(items) => {
            let set = vm.frozenset();
            for item in nested(items)? {
                vm.set_add(&set, item)?;
            }
            set.into_obj()
        }
        Const::Slice(parts) => {
            let mut parts = nested(&parts[..])?.into_iter();
            let mut next = || parts.next().unwrap_or_else(|| vm.none.clone());
            let (start, stop, step) = (next(), next(), next());
            Ref::new(&vm.types.slice, Slice { start, stop, step }).into_obj()
        }
        Const::Code(code) => vm.recurse(" while making constants", || executable(vm, code))?.into_obj(),
    })
}

/// The code between a class that is called and its `__init__` (CPython's `_Py_InitCleanup`): the instance is on its
/// stack.
pub(crate) fn init_shim(vm: &Vm) -> &Ref<Code> {
    vm.thread.init_shim.get_or_init(|| {
        let object = CodeObject {
            code: [Opcode::NOP.0, 0, Opcode::EXIT_INIT_CHECK.0, 0, Opcode::RETURN_VALUE.0, 0].into(),
            stacksize: 2,
            name: "__init__".into(),
            qualname: "__init__".into(),
            ..CodeObject::default()
        };
        let parts = CodeParts {
            consts: Box::default(),
            names: Box::default(),
            place_names: Box::default(),
            filename: vm.names.empty.clone(),
            name: vm.names.__init__.clone(),
            qualname: vm.names.__init__.clone(),
        };
        Ref::new(vm.native_type(&CODE), Code::new(Arc::new(object), parts))
    })
}
