//! Code objects that programs make: `types.CodeType(…)` and `code.replace(…)` (`code_new_impl`, `code_replace_impl` and
//! `_PyCode_Validate` of `codeobject.c`). What the machine could not run safely is refused, where CPython would crash.

use std::sync::Arc;

use bytecode::{CodeObject, Const, PyString, flags, local_kind};
use object::{Args, Attributes, Bytes, Code, Obj, Params, Ref, Res, Shared, Str, Tuple, Type, Vm};

use super::receiver;
use crate::code::{as_constant, verified, with_parts};

/// What `CodeType` is called with, in order.
const FIELDS: [&str; 18] = [
    "argcount",
    "posonlyargcount",
    "kwonlyargcount",
    "nlocals",
    "stacksize",
    "flags",
    "codestring",
    "constants",
    "names",
    "varnames",
    "filename",
    "name",
    "qualname",
    "firstlineno",
    "linetable",
    "exceptiontable",
    "freevars",
    "cellvars",
];

/// The attributes that have them.
const ATTRIBUTES: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_firstlineno",
    "co_linetable",
    "co_exceptiontable",
    "co_freevars",
    "co_cellvars",
];

static NEW: Params<18> = Params::new("code", FIELDS).positional_only(18).required(16);
static REPLACE: Params<18> = Params::new("replace", ATTRIBUTES).keyword_only(0).required(0);

/// `CodeType(…)`
pub(super) fn new(vm: &Vm, _: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let given = NEW.bind(vm, args)?;
    let nothing = vm.tuple([]);
    let or_nothing = |index: usize| given[index].unwrap_or(&nothing);
    let values = std::array::from_fn(or_nothing);
    let reader = Reader { vm, function: "code", values, place: |index| format!("argument {}", index + 1) };
    Ok(reader.code()?.into_obj())
}

/// `code.replace(…)`
pub(super) fn replace(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let given = REPLACE.bind(vm, args)?;
    let code = receiver(vm, obj)?;
    let own = own_fields(vm, code);
    let values = std::array::from_fn(|index| given[index].unwrap_or(&own[index]));
    let place = |index: usize| format!("argument '{}'", ATTRIBUTES[index]);
    let reader = Reader { vm, function: "replace", values, place };
    Ok(reader.code()?.into_obj())
}

/// The fields of a code object in the order of [`FIELDS`].
fn own_fields(vm: &Vm, code: &Code) -> [Obj; 18] {
    let object = &code.object;
    let number = |n: u32| vm.int(n.into());
    [
        number(object.argcount),
        number(object.posonlyargcount),
        number(object.kwonlyargcount),
        vm.int(object.nlocals() as i64),
        number(object.stacksize),
        number(object.flags),
        super::co_code(vm, code),
        code.consts.clone().into_obj(),
        super::co_names(vm, code),
        super::co_varnames(vm, code),
        code.filename.clone().into_obj(),
        code.name.clone().into_obj(),
        code.qualname.clone().into_obj(),
        vm.int(object.firstlineno.into()),
        super::co_linetable(vm, code),
        super::co_exceptiontable(vm, code),
        super::co_freevars(vm, code),
        super::co_cellvars(vm, code),
    ]
}

/// Reads the fields, with errors that say which one is wrong.
struct Reader<'a, F: Fn(usize) -> String> {
    vm: &'a Vm,
    function: &'a str,
    values: [&'a Obj; 18],
    /// How errors call a field.
    place: F,
}

impl<F: Fn(usize) -> String> Reader<'_, F> {
    fn code(&self) -> Res<Ref<Code>> {
        let vm = self.vm;
        let consts = self.tuple(7)?.clone();
        let [varnames, freevars, cellvars] = [self.names(9)?, self.names(16)?, self.names(17)?];
        let mut object = CodeObject {
            argcount: self.number(0)?,
            posonlyargcount: self.number(1)?,
            kwonlyargcount: self.number(2)?,
            stacksize: self.number(4)?,
            flags: self.number(5)?,
            code: self.bytes(6)?,
            consts: Vec::new().into(),
            names: self.names(8)?.into(),
            filename: self.text(10)?,
            name: self.text(11)?,
            qualname: self.text(12)?,
            firstlineno: vm.as_i32(self.values[13])?,
            linetable: self.bytes(14)?,
            exceptiontable: self.bytes(15)?,
            ..CodeObject::default()
        };
        let nlocals = self.number(3)? as usize;
        self.validate(&object, nlocals, varnames.len())?;
        set_places(&mut object, varnames, cellvars, freevars);
        // What has no place in a `.pyc` is among the machine's constants alone.
        let portable: Res<Vec<Const>> =
            consts.iter().map(|c| Ok(as_constant(vm, c)?.unwrap_or(Const::None))).collect();
        object.consts = portable?.into();
        let attributes = Attributes {
            names: self.given(8),
            linetable: self.given(14),
            exceptiontable: self.given(15),
            ..Attributes::default()
        };
        Ok(with_parts(vm, verified(vm, &Arc::new(object))?, consts, attributes))
    }

    /// An attribute that is the very object that was given.
    fn given(&self, index: usize) -> Shared {
        Shared::new(self.values[index].clone().into())
    }

    /// `_PyCode_Validate`
    fn validate(&self, object: &CodeObject, nlocals: usize, varnames: usize) -> Res<()> {
        let vm = self.vm;
        if object.posonlyargcount > object.argcount {
            return Err(vm.system_error("codeobject.c: bad argument to internal function"));
        }
        if object.code.is_empty() || !object.code.len().is_multiple_of(2) {
            return Err(vm.value_error("code: co_code is malformed"));
        }
        if nlocals != varnames {
            return Err(vm.value_error("code: co_nlocals != len(co_varnames)"));
        }
        if arguments(object) > varnames {
            return Err(vm.value_error("code: co_varnames is too small"));
        }
        Ok(())
    }

    fn bad(&self, index: usize, expected: &str) -> object::Raised {
        self.vm.bad_argument(self.function, &(self.place)(index), expected, self.values[index])
    }

    fn number(&self, index: usize) -> Res<u32> {
        let number = self.vm.as_i32(self.values[index])?;
        let negative = || self.vm.value_error(format!("code: {} must not be negative", FIELDS[index]));
        u32::try_from(number).map_err(|_| negative())
    }

    fn bytes(&self, index: usize) -> Res<Arc<[u8]>> {
        match self.values[index].get::<Bytes>() {
            Some(bytes) => Ok(bytes.0.to_vec().into()),
            None => Err(self.bad(index, "bytes")),
        }
    }

    fn text(&self, index: usize) -> Res<PyString> {
        let text = self.values[index].get::<Str>().and_then(|text| PyString::from_bytes(&text.to_wtf8()));
        text.ok_or_else(|| self.bad(index, "str"))
    }

    fn tuple(&self, index: usize) -> Res<&Ref<Tuple>> {
        self.values[index].downcast::<Tuple>().ok_or_else(|| self.bad(index, "tuple"))
    }

    fn names(&self, index: usize) -> Res<Vec<PyString>> {
        let name = |item: &Obj| {
            let text = item.get::<Str>().and_then(|text| PyString::from_bytes(&text.to_wtf8()));
            text.ok_or_else(|| {
                let class = item.ty().name();
                self.vm.type_error(format!("name tuples must contain only strings, not '{class}'"))
            })
        };
        self.tuple(index)?.items().iter().map(name).collect()
    }
}

/// How many variables are parameters.
fn arguments(object: &CodeObject) -> usize {
    let stars = [flags::VARARGS, flags::VARKEYWORDS].iter().filter(|&&flag| object.flags & flag != 0).count();
    (object.argcount + object.kwonlyargcount) as usize + stars
}

/// Lays out the frame's slots: variables, cells that are no variables, free variables.
fn set_places(
    object: &mut CodeObject,
    varnames: Vec<PyString>,
    cellvars: Vec<PyString>,
    free: Vec<PyString>,
) {
    let positional = object.argcount as usize;
    let named = positional + object.kwonlyargcount as usize;
    let arguments = arguments(object);
    let argument_kind = |index: usize| match index {
        index if index < object.posonlyargcount as usize => local_kind::ARG_POS,
        index if index < positional => local_kind::ARG_POS | local_kind::ARG_KW,
        index if index < named => local_kind::ARG_KW,
        index if index == named && object.flags & flags::VARARGS != 0 => {
            local_kind::ARG_VAR | local_kind::ARG_POS
        }
        index if index < arguments => local_kind::ARG_VAR | local_kind::ARG_KW,
        _ => 0,
    };
    let mut kinds: Vec<u8> = (0..varnames.len()).map(|i| local_kind::LOCAL | argument_kind(i)).collect();
    let mut names = varnames;
    for cell in cellvars {
        match names.iter().position(|name| *name == cell) {
            Some(variable) => kinds[variable] |= local_kind::CELL,
            None => {
                names.push(cell);
                kinds.push(local_kind::CELL);
            }
        }
    }
    kinds.extend(free.iter().map(|_| local_kind::FREE));
    names.extend(free);
    object.localsplusnames = names.into();
    object.localspluskinds = kinds.into();
}
