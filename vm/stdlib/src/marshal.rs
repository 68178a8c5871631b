//! `marshal`: constants and code in the form that `.pyc` files have. Lists, dicts, sets and bytearrays, which no code
//! object holds, are not written or read yet; that is said.

use bytecode::{Const, PyString};
use object::{
    Args, ByteArray, Bytes, Code, Complex, Float, Int, NativeDef, Obj, Params, Res, Set, Slice, Str, Tuple,
    Vm,
};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("marshal", "This module contains functions that can read and write Python values in\na binary format. The format is specific to Python, but independent of\nmachine architecture issues.\n\nNot all Python object types are supported; in general, only objects\nwhose value is independent from a particular invocation of Python can be\nwritten and read by this module. The following types are supported:\nNone, integers, floating-point numbers, strings, bytes, bytearrays,\ntuples, lists, sets, dictionaries, and code objects, where it\nshould be understood that tuples, lists and dictionaries are only\nsupported as long as the values contained therein are themselves\nsupported; and recursive lists and dictionaries should not be written\n(they will cause infinite loops).\n\nVariables:\n\nversion -- indicates the format that the module uses. Version 0 is the\n    historical format, version 1 shares interned strings and version 2\n    uses a binary format for floating-point numbers.\n    Version 3 shares common object references (New in version 3.4).\n\nFunctions:\n\ndump() -- write value to a file\nload() -- read value from a file\ndumps() -- marshal value as a bytes object\nloads() -- read value from a bytes-like object")
    .functions(&[
        NativeDef::keywords("dumps", dumps, "($module, value, version=version, /, *, allow_code=True)\n--\n\nReturn the bytes object that would be written to a file by dump(value, file).\n\n  value\n    Must be a supported type.\n  version\n    Indicates the data format that dumps should use.\n  allow_code\n    Allow to write code objects.\n\nRaise a ValueError exception if value has (or contains an object that\nhas) an unsupported type."),
        NativeDef::keywords("loads", loads, "($module, bytes, /, *, allow_code=True)\n--\n\nConvert the bytes-like object to a value.\n\n  allow_code\n    Allow to load code objects.\n\nIf no valid value is found, raise EOFError, ValueError or TypeError.\nExtra bytes in the input are ignored."),
    ])
    .init(|vm, module| {
        module.dict.set_str(&vm.intern("version"), vm.int(VERSION));
        Ok(())
    });

/// The format that is written.
const VERSION: i64 = 5;

static DUMPS: Params<3> =
    Params::new("dumps", ["", "", "allow_code"]).positional_only(2).keyword_only(2).required(1);
static LOADS: Params<2> =
    Params::new("loads", ["", "allow_code"]).positional_only(1).keyword_only(1).required(1);

fn allows_code(vm: &Vm, given: Option<&Obj>) -> Res<bool> {
    given.map_or(Ok(true), |given| vm.is_true(given))
}

fn dumps(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [value, version, allow_code] = DUMPS.bind(vm, args)?;
    if version.is_some_and(|version| vm.as_i64(version).is_ok_and(|version| version < 3)) {
        return Err(vm.not_implemented_error("marshal formats before version 3 are not written yet"));
    }
    let value = constant(vm, value.unwrap_or(&vm.none), allows_code(vm, allow_code)?)?;
    Ok(vm.bytes(&bytecode::marshal::dump(&value)))
}

fn loads(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [bytes, allow_code] = LOADS.bind(vm, args)?;
    let bytes = bytes.unwrap_or(&vm.none);
    let data = if let Some(bytes) = bytes.get::<Bytes>() {
        bytes.0.to_vec()
    } else if let Some(bytes) = bytes.get::<ByteArray>() {
        bytes.0.borrow().clone()
    } else {
        return Err(vm.type_error(format!("a bytes-like object is required, not '{}'", bytes.ty().name())));
    };
    let value = bytecode::marshal::load(&data).map_err(|error| match error.0 {
        "EOF read where object expected" | "marshal data too short" => {
            vm.raise_text(&vm.exc.eof_error, error.0)
        }
        text => vm.value_error(text),
    })?;
    if !allows_code(vm, allow_code)? && matches!(value, Const::Code(_)) {
        return Err(vm.value_error("unmarshalling code objects is disallowed"));
    }
    interp::code::constant(vm, &value)
}

/// An object as a constant.
fn constant(vm: &Vm, obj: &Obj, allow_code: bool) -> Res<Const> {
    let nested = |items: Vec<Obj>| -> Res<Vec<Const>> {
        vm.recurse(" while marshalling", || items.iter().map(|item| constant(vm, item, allow_code)).collect())
    };
    if obj.is(&vm.none) {
        return Ok(Const::None);
    }
    if obj.is(&vm.ellipsis) {
        return Ok(Const::Ellipsis);
    }
    if obj.is(&vm.true_) || obj.is(&vm.false_) {
        return Ok(Const::Bool(obj.is(&vm.true_)));
    }
    Ok(if let Some(int) = obj.get::<Int>() {
        Const::int(int.to_big())
    } else if let Some(float) = obj.get::<Float>() {
        Const::Float(float.0)
    } else if let Some(complex) = obj.get::<Complex>() {
        Const::Complex(complex.re, complex.im)
    } else if let Some(text) = obj.get::<Str>() {
        let bytes = text.to_wtf8();
        Const::Str(PyString::from_bytes(&bytes).ok_or_else(|| vm.value_error("unmarshallable object"))?)
    } else if let Some(bytes) = obj.get::<Bytes>() {
        Const::Bytes(bytes.0.to_vec().into())
    } else if let Some(tuple) = obj.get::<Tuple>() {
        Const::Tuple(nested(tuple.to_vec())?.into())
    } else if let Some(set) = obj.get::<Set>().filter(|_| obj.ty().is(&vm.types.frozenset)) {
        Const::FrozenSet(nested(set.to_vec().into_iter().map(|(_, item)| item).collect())?.into())
    } else if let Some(slice) = obj.get::<Slice>() {
        let parts = nested(vec![slice.start.clone(), slice.stop.clone(), slice.step.clone()])?;
        let parts: [Const; 3] = parts.try_into().map_err(|_| vm.system_error("three parts of a slice"))?;
        Const::Slice(parts.into())
    } else if let Some(code) = obj.get::<Code>() {
        if !allow_code {
            return Err(vm.value_error("marshalling code objects is disallowed"));
        }
        Const::Code(code.object.clone())
    } else if obj.kind() == object::Kind::Other || obj.kind() == object::Kind::Object {
        return Err(vm.value_error("unmarshallable object"));
    } else {
        let name = obj.ty().name();
        return Err(vm.not_implemented_error(format!("marshalling of '{name}' objects is not supported yet")));
    })
}
