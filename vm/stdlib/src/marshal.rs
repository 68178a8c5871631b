//! `marshal`: constants and code in the form that `.pyc` files have. Lists, dicts, sets and bytearrays, which no code
//! object holds, are not written or read yet; that is said.

use bytecode::Const;
use object::{Args, ByteArray, Bytes, Kind, NativeDef, Obj, Params, Res, Vm};

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
    if !allows_code(vm, allow_code)? && holds_code(&value) {
        return Err(vm.value_error("unmarshalling code objects is disallowed"));
    }
    interp::code::constant(vm, &value)
}

/// An object as a constant.
fn constant(vm: &Vm, obj: &Obj, allow_code: bool) -> Res<Const> {
    match interp::code::as_constant(vm, obj)? {
        Some(value) if !allow_code && holds_code(&value) => {
            Err(vm.value_error("marshalling code objects is disallowed"))
        }
        Some(value) => Ok(value),
        None if matches!(obj.kind(), Kind::Other | Kind::Object) => {
            Err(vm.value_error("unmarshallable object"))
        }
        None => Err(
            vm.not_implemented_error("marshalling of lists, dicts, sets and bytearrays is not supported yet")
        ),
    }
}

fn holds_code(value: &Const) -> bool {
    match value {
        Const::Code(_) => true,
        Const::Tuple(items) | Const::FrozenSet(items) => items.iter().any(holds_code),
        _ => false,
    }
}
