//! From the compiler's code objects to executable ones.

use std::sync::Arc;

use bytecode::{CodeObject, Const, Consts, Opcode, PyString};
use object::{
    Attributes, Bytes, Code, CodeParts, Complex, Float, Int, Obj, Ref, Res, Set, Shared, Slice, Str, Tuple,
    Vm,
};
use rustc_hash::FxHashMap;

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
    Maker { vm, merged: Some(Merged::default()) }.code(object)
}

/// The code object, once it is known that the machine can run it: frames are as large as it says, so they must do.
pub(crate) fn verified(vm: &Vm, object: &Arc<CodeObject>) -> Res<Arc<CodeObject>> {
    /// In values; as much as the verifier lets code use.
    const LARGEST_STACK: u32 = 1 << 20;
    let malformed =
        |problem: &dyn std::fmt::Display| vm.system_error(format!("malformed code object: {problem}"));
    let verified = bytecode::verify::verify(object).map_err(|error| malformed(&error))?;
    let (given, needed) = (object.stacksize, verified.max_depth());
    if !(needed..=LARGEST_STACK).contains(&given) {
        return Err(malformed(&format!("a stack of {given} where {needed} is needed")));
    }
    Ok(verified.code().clone())
}

/// The executable form of a verified code object that has these constants.
pub(crate) fn with_parts(
    vm: &Vm,
    object: Arc<CodeObject>,
    consts: Ref<Tuple>,
    attributes: Attributes,
) -> Ref<Code> {
    let names = object.names.iter().map(|n| interned(vm, n)).collect();
    let place_names = object.localsplusnames.iter().map(|n| interned(vm, n)).collect();
    let parts = CodeParts {
        consts,
        attributes,
        names,
        place_names,
        filename: interned(vm, &object.filename),
        name: interned(vm, &object.name),
        qualname: interned(vm, &object.qualname),
    };
    let code = Code::new(object, parts);
    crate::specialize::counter::quicken(&code);
    Ref::new(vm.native_type(&CODE), code)
}

/// An object as a constant that a `.pyc` can hold, code and all in it; nothing if it has no such form.
///
/// # Errors
/// `RecursionError` for what is nested too deep.
pub fn as_constant(vm: &Vm, obj: &Obj) -> Res<Option<Const>> {
    let nested = |items: Vec<Obj>| -> Res<Option<Vec<Const>>> {
        vm.recurse(" while marshalling", || items.iter().map(|item| as_constant(vm, item)).collect())
    };
    Ok(if obj.is(&vm.none) {
        Some(Const::None)
    } else if obj.is(&vm.ellipsis) {
        Some(Const::Ellipsis)
    } else if obj.is(&vm.true_) || obj.is(&vm.false_) {
        Some(Const::Bool(obj.is(&vm.true_)))
    } else if let Some(int) = obj.get::<Int>() {
        Some(Const::int(int.to_big()))
    } else if let Some(float) = obj.get::<Float>() {
        Some(Const::Float(float.0))
    } else if let Some(complex) = obj.get::<Complex>() {
        Some(Const::Complex(complex.re, complex.im))
    } else if let Some(text) = obj.get::<Str>() {
        PyString::from_bytes(&text.to_wtf8()).map(Const::Str)
    } else if let Some(bytes) = obj.get::<Bytes>() {
        Some(Const::Bytes(bytes.0.to_vec().into()))
    } else if let Some(tuple) = obj.get::<Tuple>() {
        nested(tuple.to_vec())?.map(|items| Const::Tuple(items.into()))
    } else if let Some(set) = obj.get::<Set>().filter(|_| obj.ty().is(&vm.types.frozenset)) {
        let items = set.to_vec().into_iter().map(|(_, item)| item).collect();
        nested(items)?.map(|items| Const::FrozenSet(items.into()))
    } else if let Some(slice) = obj.get::<Slice>() {
        let parts = nested(vec![slice.start.clone(), slice.stop.clone(), slice.step.clone()])?;
        parts.and_then(|parts| <[Const; 3]>::try_from(parts).ok()).map(|parts| Const::Slice(parts.into()))
    } else if let Some(code) = obj.get::<Code>() {
        // Programs can have put other constants into it.
        let consts = nested(code.consts.to_vec())?;
        consts.map(|consts| {
            Const::Code(Arc::new(CodeObject { consts: consts.into(), ..(*code.object).clone() }))
        })
    } else {
        None
    })
}

/// A constant as an object of its own.
///
/// # Errors
/// As [`executable`], for code.
pub fn constant(vm: &Vm, constant: &Const) -> Res<Obj> {
    Maker { vm, merged: None }.constant(constant)
}

/// What the code objects of one compilation have in common: equal constants are one object, and so are equal lists of names
/// and equal tables (`c_const_cache` of `compile.c`).
#[derive(Default)]
struct Merged {
    constants: FxHashMap<Const, Obj>,
    names: FxHashMap<Arc<[PyString]>, Shared>,
    tables: FxHashMap<Arc<[u8]>, Shared>,
}

/// Makes the objects of a code object and those in it, or of a constant.
struct Maker<'v> {
    vm: &'v Vm,
    /// In code: what was made. There strings that look like names are interned, too.
    merged: Option<Merged>,
}

impl Maker<'_> {
    fn code(&mut self, object: &Arc<CodeObject>) -> Res<Ref<Code>> {
        let object = verified(self.vm, object)?;
        let consts = self.consts(&object.consts)?;
        let Merged { names, tables, .. } = self.merged.get_or_insert_default();
        let attributes = Attributes {
            names: names.entry(object.names.clone()).or_default().clone(),
            linetable: tables.entry(object.linetable.clone()).or_default().clone(),
            exceptiontable: tables.entry(object.exceptiontable.clone()).or_default().clone(),
            ..Attributes::default()
        };
        Ok(with_parts(self.vm, object, consts, attributes))
    }

    /// `co_consts`. The compiler has made one of equal code objects, so that a list with code in it has no equal.
    fn consts(&mut self, items: &Consts) -> Res<Ref<Tuple>> {
        if items.is_empty() {
            return Ok(self.vm.empty_tuple.clone());
        }
        if !items.iter().any(|item| matches!(item, Const::Code(_))) {
            let tuple = self.constant(&Const::Tuple(items.clone()))?;
            if let Some(tuple) = tuple.downcast::<Tuple>() {
                return Ok(tuple.clone());
            }
        }
        let items: Res<Vec<Obj>> = items.iter().map(|item| self.constant(item)).collect();
        Ok(Tuple::new(&self.vm.types.tuple, items?))
    }

    /// A constant as an object. Strings that look like names are interned where CPython does so.
    fn constant(&mut self, constant: &Const) -> Res<Obj> {
        let vm = self.vm;
        match constant {
            Const::None => return Ok(vm.none.clone()),
            Const::Bool(value) => return Ok(vm.bool(*value)),
            Const::Ellipsis => return Ok(vm.ellipsis.clone()),
            // What a constant outside of code has in common with the code in it is not known.
            Const::Code(code) => {
                let in_code = self.merged.is_some();
                let make = || if in_code { self.code(code) } else { executable(vm, code) };
                return vm.recurse(" while making constants", make).map(Ref::into_obj);
            }
            _ => {}
        }
        let Some(merged) = &self.merged else { return self.new_object(constant) };
        match constant {
            Const::Str(s) if s.is_name_like() => Ok(interned(vm, s).into_obj()),
            _ if constant.has_nan() => self.new_object(constant),
            _ => {
                if let Some(known) = merged.constants.get(constant) {
                    return Ok(known.clone());
                }
                let made = self.new_object(constant)?;
                if let Some(merged) = &mut self.merged {
                    merged.constants.insert(constant.clone(), made.clone());
                }
                Ok(made)
            }
        }
    }

    fn new_object(&mut self, constant: &Const) -> Res<Obj> {
        let vm = self.vm;
        let mut nested = |items: &[Const]| -> Res<Vec<Obj>> {
            vm.recurse(" while making constants", || items.iter().map(|c| self.constant(c)).collect())
        };
        Ok(match constant {
            Const::None | Const::Bool(_) | Const::Ellipsis | Const::Code(_) => self.constant(constant)?,
            Const::Int(n) => vm.int(*n),
            Const::BigInt(n) => vm.int_big((**n).clone()),
            Const::Float(x) => vm.float(*x),
            Const::Complex(re, im) => vm.complex(*re, *im),
            Const::Str(s) => text(vm, s).into_obj(),
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
        })
    }
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
            consts: vm.empty_tuple.clone(),
            attributes: Attributes::default(),
            names: Box::default(),
            place_names: Box::default(),
            filename: vm.names.empty.clone(),
            name: vm.names.__init__.clone(),
            qualname: vm.names.__init__.clone(),
        };
        Ref::new(vm.native_type(&CODE), Code::new(Arc::new(object), parts))
    })
}
