//! `Dialect`: how a file is written.

use object::raw::StrView;
use object::{
    Args, GetSetDef, Int, Layout as _, MemberDef, NativeDef, NativeType, Obj, Params, Payload, Ref, Res, Str,
    Vm,
};

use super::registry;

/// Which fields are quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    Minimal,
    All,
    NonNumeric,
    None,
    Strings,
    NotNull,
}

impl Quoting {
    /// The names of the constants, in the order of their numbers.
    pub const NAMES: [&str; 6] =
        ["QUOTE_MINIMAL", "QUOTE_ALL", "QUOTE_NONNUMERIC", "QUOTE_NONE", "QUOTE_STRINGS", "QUOTE_NOTNULL"];

    fn of(number: i32) -> Option<Quoting> {
        use Quoting::*;
        [Minimal, All, NonNumeric, None, Strings, NotNull].get(usize::try_from(number).ok()?).copied()
    }
}

/// The payload of `Dialect`.
pub(super) struct Dialect {
    pub delimiter: u32,
    pub quote: Option<u32>,
    pub escape: Option<u32>,
    pub terminator: Ref<Str>,
    pub quoting: Quoting,
    pub double_quote: bool,
    pub skip_space: bool,
    pub strict: bool,
}

impl Payload for Dialect {
    const NAME: &'static str = "Dialect";
    const TRACKED: bool = false;
}

const NO_PICKLE: &str = "raises an exception to avoid pickling";

pub(super) static DIALECT: NativeType = NativeType::new("Dialect", Dialect::VTABLE)
    .module("_csv")
    .subclassable()
    .size(48, 0)
    .doc("CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n")
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [dialect, options @ ..] = PARAMS.bind(vm, args)?;
            make(vm, class, dialect, options)
        }));
    })
    .methods(&[
        NativeDef::positional("__reduce__", |vm, obj, _| refuse_pickle(vm, obj), NO_PICKLE),
        NativeDef::positional("__reduce_ex__", |vm, obj, _| refuse_pickle(vm, obj), NO_PICKLE),
    ])
    .members(&[
        MemberDef::read_only("skipinitialspace", |vm, obj| Ok(vm.bool(own(vm, obj)?.skip_space)), ""),
        MemberDef::read_only("doublequote", |vm, obj| Ok(vm.bool(own(vm, obj)?.double_quote)), ""),
        MemberDef::read_only("strict", |vm, obj| Ok(vm.bool(own(vm, obj)?.strict)), ""),
    ])
    .getset(&[
        GetSetDef::read_only("delimiter", |vm, obj| Ok(vm.str_of_code_point(own(vm, obj)?.delimiter)), ""),
        GetSetDef::read_only("escapechar", |vm, obj| Ok(optional(vm, own(vm, obj)?.escape)), ""),
        GetSetDef::read_only("lineterminator", |vm, obj| Ok(own(vm, obj)?.terminator.as_obj().clone()), ""),
        GetSetDef::read_only("quotechar", |vm, obj| Ok(optional(vm, own(vm, obj)?.quote)), ""),
        GetSetDef::read_only("quoting", |vm, obj| Ok(vm.int(own(vm, obj)?.quoting as i64)), ""),
    ]);

fn optional(vm: &Vm, c: Option<u32>) -> Obj {
    c.map_or_else(|| vm.none.clone(), |c| vm.str_of_code_point(c))
}

fn refuse_pickle(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Err(vm.type_error(format!("cannot pickle '{}' instances", obj.ty().short_name())))
}

pub(super) fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Ref<Dialect>> {
    obj.downcast::<Dialect>().ok_or_else(|| vm.type_error("a dialect is needed"))
}

const OPTIONS: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

static PARAMS: Params<9> = Params::new(
    "",
    [
        "dialect", OPTIONS[0], OPTIONS[1], OPTIONS[2], OPTIONS[3], OPTIONS[4], OPTIONS[5], OPTIONS[6],
        OPTIONS[7],
    ],
);

/// A dialect from another one, or its name, and options: what `reader` and `writer` are given.
pub(super) fn of(vm: &Vm, dialect: Option<&Obj>, keywords: Args<'_>) -> Res<Ref<Dialect>> {
    let given = keywords.values.len() - keywords.kwnames.len();
    let mut values: Vec<Obj> = dialect.into_iter().cloned().collect();
    values.extend_from_slice(&keywords.values[given..]);
    let args = Args { values: &values, kwnames: keywords.kwnames };
    let made = vm.call_args(vm.native_type(&DIALECT).as_obj(), args)?;
    own(vm, &made).cloned()
}

fn make(vm: &Vm, class: &Ref<object::Type>, dialect: Option<&Obj>, options: [Option<&Obj>; 8]) -> Res<Obj> {
    let base = match dialect {
        Some(name) if name.is_payload::<Str>() => Some(registry::get(vm, name)?),
        other => other.cloned(),
    };
    if let Some(base) = &base
        && base.is_payload::<Dialect>()
        && options.iter().all(Option::is_none)
    {
        return Ok(base.clone());
    }
    let mut values = options.map(Option::<&Obj>::cloned);
    if let Some(base) = &base {
        for (value, name) in values.iter_mut().zip(OPTIONS) {
            if value.is_none() {
                *value = vm.getattr_optional(base, &vm.intern(name))?;
            }
        }
    }
    let [delimiter, double_quote, escape, terminator, quote, quoting, skip_space, strict] = &values;
    let truth = |value: &Option<Obj>, default| value.as_ref().map_or(Ok(default), |value| vm.is_true(value));
    let quotes_off = quote.as_ref().is_some_and(|quote| quote.is(&vm.none)) && quoting.is_none();
    let dialect = Dialect {
        delimiter: character(vm, "delimiter", delimiter.as_ref(), false)?.unwrap_or(b','.into()),
        double_quote: truth(double_quote, true)?,
        escape: character(vm, "escapechar", escape.as_ref(), true)?,
        terminator: match terminator {
            None => vm.str_ref("\r\n"),
            Some(text) => match text.downcast::<Str>() {
                Some(text) => text.clone(),
                None => {
                    let name = text.ty().name();
                    return Err(vm.type_error(format!("\"lineterminator\" must be a string, not {name}")));
                }
            },
        },
        quote: match quote {
            None => Some(b'"'.into()),
            some => character(vm, "quotechar", some.as_ref(), true)?,
        },
        quoting: if quotes_off { Quoting::None } else { quoting_of(vm, quoting.as_ref())? },
        skip_space: truth(skip_space, false)?,
        strict: truth(strict, false)?,
    };
    check(vm, &dialect)?;
    Ok(Ref::new(class, dialect).into_obj())
}

/// An option of one character; nothing if it is not given or, where it may be, `None`.
fn character(vm: &Vm, name: &str, value: Option<&Obj>, may_be_none: bool) -> Res<Option<u32>> {
    let Some(value) = value else { return Ok(None) };
    if may_be_none && value.is(&vm.none) {
        return Ok(None);
    }
    let or_none = if may_be_none { " or None" } else { "" };
    let Some(text) = value.get::<Str>() else {
        let got = value.ty().name();
        return Err(vm.type_error(format!("\"{name}\" must be a unicode character{or_none}, not {got}")));
    };
    if text.len() != 1 {
        return Err(vm.type_error(format!(
            "\"{name}\" must be a unicode character{or_none}, not a string of length {}",
            text.len()
        )));
    }
    Ok(text.code_point(0))
}

fn quoting_of(vm: &Vm, value: Option<&Obj>) -> Res<Quoting> {
    let Some(value) = value else { return Ok(Quoting::Minimal) };
    if !value.is_exactly(&vm.types.int) || !value.is_payload::<Int>() {
        return Err(vm.type_error(format!("\"quoting\" must be an integer, not {}", value.ty().name())));
    }
    Quoting::of(vm.as_i32(value)?).ok_or_else(|| vm.type_error("bad \"quoting\" value"))
}

/// Whether the characters can be told apart.
fn check(vm: &Vm, dialect: &Dialect) -> Res<()> {
    if dialect.quoting != Quoting::None && dialect.quote.is_none() {
        return Err(vm.type_error("quotechar must be set if quoting enabled"));
    }
    let characters = [
        ("delimiter", Some(dialect.delimiter), true),
        ("escapechar", dialect.escape, !dialect.skip_space),
        ("quotechar", dialect.quote, !dialect.skip_space),
    ];
    for (name, c, may_be_space) in characters {
        let Some(c) = c else { continue };
        if c == 13 || c == 10 || c == 32 && !may_be_space {
            return Err(vm.value_error(format!("bad {name} value")));
        }
        if dialect.ends_lines(c) {
            return Err(vm.value_error(format!("bad {name} or lineterminator value")));
        }
    }
    for (first, second) in [(0, 1), (0, 2), (1, 2)] {
        let ((a, x, _), (b, y, _)) = (characters[first], characters[second]);
        if x.is_some() && x == y {
            return Err(vm.value_error(format!("bad {a} or {b} value")));
        }
    }
    Ok(())
}

impl Dialect {
    /// Whether a character occurs in the line terminator.
    pub fn ends_lines(&self, c: u32) -> bool {
        match self.terminator.view() {
            StrView::One(text) => text.iter().any(|t| u32::from(*t) == c),
            view => view.iter().any(|t| t == c),
        }
    }
}
