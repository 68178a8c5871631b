//! `unicodedata` (`Modules/unicodedata.c`): the Unicode character database. Names are `bytecode::unicode`'s, the tables of all
//! else are generated from CPython's.

mod database;
mod normal;
mod table;

use builtins::bytes::buffer;
use object::{Args, Layout as _, MemberDef, NativeDef, NativeType, Obj, Payload, Ref, Res, Str, Vm};

use crate::module::NativeModule;
use database::Version;
use normal::{Form, hangul};

/// The module.
pub static MODULE: NativeModule = NativeModule::new(
    "unicodedata",
    "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n16.0.0 which is publicly available from ftp://ftp.unicode.org/.\n\nThe module uses the same names and symbols as defined by the\nUnicodeData File Format 16.0.0.",
)
.functions(FUNCTIONS)
.types(&[("UCD", |vm| vm.native_type(&UCD).clone())])
.init(|vm, module| {
    module.dict.set_str(&vm.intern("unidata_version"), vm.str(bytecode::unicode::UNICODE_VERSION));
    let old = Ref::new(vm.native_type(&UCD), Database).into_obj();
    module.dict.set_str(&vm.intern("ucd_3_2_0"), old);
    Ok(())
});

/// The payload of `ucd_3_2_0`.
struct Database;

impl Payload for Database {
    const NAME: &'static str = "UCD";
    const TRACKED: bool = false;
}

static UCD: NativeType = NativeType::new("UCD", Database::VTABLE)
    .module("unicodedata")
    .size(32, 0)
    .methods(FUNCTIONS)
    .members(&[MemberDef::read_only("unidata_version", |vm, _| Ok(vm.str("3.2.0")), "")]);

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::positional(
        "decimal",
        |vm, own, args| {
            value(vm, args, "decimal", "not a decimal", |c| {
                version(own).decimal(c).map(|value| vm.int(value.into()))
            })
        },
        "($self, chr, default=<unrepresentable>, /)\n--\n\nConverts a Unicode character into its equivalent decimal value.\n\nReturns the decimal value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.",
    ),
    NativeDef::positional(
        "digit",
        |vm, _, args| {
            value(vm, args, "digit", "not a digit", |c| {
                builtins::unicode::digit_value(c).map(|value| vm.int(value.into()))
            })
        },
        "($self, chr, default=<unrepresentable>, /)\n--\n\nConverts a Unicode character into its equivalent digit value.\n\nReturns the digit value assigned to the character chr as integer.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.",
    ),
    NativeDef::positional(
        "numeric",
        |vm, own, args| {
            value(vm, args, "numeric", "not a numeric character", |c| {
                version(own).numeric(c).map(|value| vm.float(value))
            })
        },
        "($self, chr, default=<unrepresentable>, /)\n--\n\nConverts a Unicode character into its equivalent numeric value.\n\nReturns the numeric value assigned to the character chr as float.\nIf no such value is defined, default is returned, or, if not given,\nValueError is raised.",
    ),
    NativeDef::one(
        "category",
        |vm, own, args| {
            let c = character(vm, "category", "argument", &args.values[0])?;
            Ok(vm.str(version(own).record(c).category))
        },
        "($self, chr, /)\n--\n\nReturns the general category assigned to the character chr as string.",
    ),
    NativeDef::one(
        "bidirectional",
        |vm, own, args| {
            let c = character(vm, "bidirectional", "argument", &args.values[0])?;
            Ok(vm.str(version(own).record(c).direction))
        },
        "($self, chr, /)\n--\n\nReturns the bidirectional class assigned to the character chr as string.\n\nIf no such value is defined, an empty string is returned.",
    ),
    NativeDef::one(
        "combining",
        |vm, own, args| {
            let c = character(vm, "combining", "argument", &args.values[0])?;
            Ok(vm.int(version(own).record(c).combining.into()))
        },
        "($self, chr, /)\n--\n\nReturns the canonical combining class assigned to the character chr as integer.\n\nReturns 0 if no combining class is defined.",
    ),
    NativeDef::one(
        "mirrored",
        |vm, own, args| {
            let c = character(vm, "mirrored", "argument", &args.values[0])?;
            Ok(vm.int(version(own).record(c).mirrored.into()))
        },
        "($self, chr, /)\n--\n\nReturns the mirrored property assigned to the character chr as integer.\n\nReturns 1 if the character has been identified as a \"mirrored\"\ncharacter in bidirectional text, 0 otherwise.",
    ),
    NativeDef::one(
        "east_asian_width",
        |vm, own, args| {
            let c = character(vm, "east_asian_width", "argument", &args.values[0])?;
            Ok(vm.str(version(own).record(c).width))
        },
        "($self, chr, /)\n--\n\nReturns the east asian width assigned to the character chr as string.",
    ),
    NativeDef::one(
        "decomposition",
        decomposition,
        "($self, chr, /)\n--\n\nReturns the character decomposition mapping assigned to the character chr as string.\n\nAn empty string is returned in case no such mapping is defined.",
    ),
    NativeDef::positional(
        "name",
        |vm, own, args| {
            value(vm, args, "name", "no such name", |c| {
                let known = char::from_u32(c).filter(|_| version(own).is_assigned(c));
                known.and_then(bytecode::unicode::name).map(|name| vm.str(&name))
            })
        },
        "($self, chr, default=<unrepresentable>, /)\n--\n\nReturns the name assigned to the character chr as a string.\n\nIf no name is defined, default is returned, or, if not given,\nValueError is raised.",
    ),
    NativeDef::one(
        "lookup",
        lookup,
        "($self, name, /)\n--\n\nLook up character by name.\n\nIf a character with the given name is found, return the\ncorresponding character.  If not found, KeyError is raised.",
    ),
    NativeDef::positional(
        "is_normalized",
        |vm, own, args| {
            let Some((form, text)) = form_and_text(vm, "is_normalized", args)? else {
                return Ok(vm.true_.clone());
            };
            let Some(text) = text.get::<Str>() else { return Ok(vm.false_.clone()) };
            let is_trivial = text.as_ascii().is_some();
            Ok(vm.bool(is_trivial || text.code_points().eq(form.of(version(own), text.code_points()))))
        },
        "($self, form, unistr, /)\n--\n\nReturn whether the Unicode string unistr is in the normal form 'form'.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.",
    ),
    NativeDef::positional(
        "normalize",
        normalize,
        "($self, form, unistr, /)\n--\n\nReturn the normal form 'form' for the Unicode string unistr.\n\nValid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.",
    ),
];

/// The database that a function was called on: the module has the current one.
fn version(own: &Obj) -> Version {
    if own.get::<Database>().is_some() { Version::Old } else { Version::Current }
}

/// An argument of one character.
fn character(vm: &Vm, function: &str, place: &str, arg: &Obj) -> Res<u32> {
    let Some(text) = arg.get::<Str>() else {
        return Err(vm.bad_argument(function, place, "a unicode character", arg));
    };
    match text.code_point(0) {
        Some(c) if text.len() == 1 => Ok(c),
        _ => Err(vm.type_error(format!(
            "{function}(): {place} must be a unicode character, not a string of length {}",
            text.len()
        ))),
    }
}

/// What `find` has for a character, or else the default that was given, or else a `ValueError`.
fn value(
    vm: &Vm,
    args: Args<'_>,
    function: &str,
    missing: &str,
    find: impl Fn(u32) -> Option<Obj>,
) -> Res<Obj> {
    let [arg, default] = args.unpack::<2>(vm, function, 1)?;
    let c = character(vm, function, "argument 1", arg.unwrap_or(&vm.none))?;
    find(c).or_else(|| default.cloned()).ok_or_else(|| vm.value_error(missing))
}

fn decomposition(vm: &Vm, own: &Obj, args: Args<'_>) -> Res<Obj> {
    let c = character(vm, "decomposition", "argument", &args.values[0])?;
    let shown = |points: &[u32]| points.iter().map(|c| format!("{c:04X}")).collect::<Vec<_>>().join(" ");
    if let Some((letters, count)) = hangul::decomposed(c) {
        return Ok(vm.str(&shown(&letters[..count])));
    }
    Ok(match version(own).mapping(c) {
        None => vm.str(""),
        Some(mapping) if mapping.tag.is_empty() => vm.str(&shown(mapping.target)),
        Some(mapping) => vm.str(&format!("{} {}", mapping.tag, shown(mapping.target))),
    })
}

/// Names longer than this are not looked for (`NAME_MAXLEN`).
const LONGEST_NAME: usize = 256;

fn lookup(vm: &Vm, own: &Obj, args: Args<'_>) -> Res<Obj> {
    let arg = &args.values[0];
    let bytes = match arg.downcast::<Str>() {
        Some(text) => buffer::bytes_arg(vm, &builtins::codecs::encode_str(vm, text, "utf-8", "strict")?)?,
        None => buffer::bytes_arg(vm, arg)?,
    };
    if bytes.len() > LONGEST_NAME {
        return Err(vm.key_error(&vm.str("name too long")));
    }
    let name = String::from_utf8_lossy(&bytes);
    let found = bytecode::unicode::character_named(&name);
    // The old database knows no aliases.
    let is_alias = |c: char| bytecode::unicode::name(c).is_none_or(|own| !own.eq_ignore_ascii_case(&name));
    match found.filter(|&c| version(own) == Version::Current || !is_alias(c)) {
        Some(c) => Ok(vm.str_of_code_point(c.into())),
        None => Err(vm.key_error(&vm.str(&format!("undefined character name '{name}'")))),
    }
}

/// The arguments of a normal form's name and of a text; none if the text is empty, whatever the name.
fn form_and_text<'a>(vm: &Vm, function: &str, args: Args<'a>) -> Res<Option<(Form, &'a Obj)>> {
    let [form, text] = args.exact(vm, function)?;
    for (place, arg) in [("argument 1", form), ("argument 2", text)] {
        if arg.get::<Str>().is_none() {
            return Err(vm.bad_argument(function, place, "str", arg));
        }
    }
    if text.get::<Str>().is_some_and(Str::is_empty) {
        return Ok(None);
    }
    match Form::named(&vm.str_text(form)?) {
        Some(form) => Ok(Some((form, text))),
        None => Err(vm.value_error("invalid normalization form")),
    }
}

fn normalize(vm: &Vm, own: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some((form, arg)) = form_and_text(vm, "normalize", args)? else { return Ok(vm.str("")) };
    let Some(text) = arg.get::<Str>() else { return Ok(arg.clone()) };
    if text.as_ascii().is_some() && arg.is_exactly(&vm.types.str) {
        return Ok(arg.clone());
    }
    let points = form.of(version(own), text.code_points());
    if arg.is_exactly(&vm.types.str) && text.code_points().eq(points.iter().copied()) {
        return Ok(arg.clone());
    }
    Ok(Str::from_code_points(&vm.types.str, &points).into_obj())
}
