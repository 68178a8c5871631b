//! What CPython gave, as data, and what tests need to compare with it.
//!
//! `programs`, `tracebacks` and `wanted` are programs with what CPython prints for them, for the tests of `bytelens run`.
//! `codegen` has sources with what CPython's compiler makes of them; here is the text in which every field of
//! a code object shows. `codegen.py` of `cargo xtask goldens` writes the same text in CPython.

pub mod random;

use std::fmt::Write;

use bytecode::{CodeObject, Const, Opcode, flags, linetable, repr};
use compiler::{CompiledSource, SourceError, SourceOptions};
use syntax::lexer::ErrorPlace;

/// The ways to compile for which digests are kept, in order.
pub const WAYS: [SourceOptions; 4] = [
    PLAIN,
    SourceOptions { optimize: 1, ..PLAIN },
    SourceOptions { optimize: 2, ..PLAIN },
    SourceOptions { flags: flags::FUTURE_ANNOTATIONS, ..PLAIN },
];

/// The way of `compile(source, name, "exec")`.
pub const PLAIN: SourceOptions =
    SourceOptions { mode: syntax::Mode::Exec, optimize: 0, flags: 0, feature_version: None };

/// Reads what the generators write: the mode's name, the number of `-O`s, the flags of `compile()`.
pub fn way(mode: &str, optimize: u8, flags: u32) -> Option<SourceOptions> {
    let mode = match mode {
        "exec" => syntax::Mode::Exec,
        "eval" => syntax::Mode::Eval,
        "single" => syntax::Mode::Single,
        _ => return None,
    };
    Some(SourceOptions { mode, optimize, flags, feature_version: None })
}

/// Everything that compiling the source gives: all code objects in full, or the error.
pub fn listing(source: &[u8], way: &SourceOptions) -> String {
    let decoded = syntax::source::decode(source);
    if let Some(error) = decoded.error {
        let place = error.place.map_or_else(|| "0:-1-None:None".into(), place);
        return format!("SyntaxError: {} {place}\n", error.message);
    }
    match compiler::compile_source(&decoded.text, "x.py", way).code {
        Ok(code) => {
            let mut out = String::new();
            one(&mut out, &code);
            out
        }
        // CPython says no more of a parser that ran out of stack.
        Err(error) if error.kind == syntax::ErrorKind::MemoryError => "MemoryError\n".into(),
        Err(error) if !error.kind.has_place() => format!("{}: {}\n", error.kind.name(), error.message),
        Err(error) => {
            format!("{}: {} {}\n", error.kind.name(), error.message, place(error.place))
        }
    }
}

/// An exception of `compile()`: its type, message, line, offset, end line and end offset.
pub type Refusal = (String, String, Option<i32>, Option<i32>, Option<i32>, Option<i32>);

/// What `compile()` says of a source.
pub struct Told {
    pub error: Option<Refusal>,
    /// Category, message and line of each
    pub warnings: Vec<(String, String, i32)>,
    /// The error that it is if warnings are errors
    pub strict: Option<Refusal>,
}

/// What `compile()` says of a source, text or bytes.
pub fn told(source: Result<&str, &[u8]>, way: &SourceOptions) -> Told {
    let text = match source {
        Ok(text) => text.to_owned(),
        Err(bytes) => {
            let decoded = syntax::source::decode_as(bytes, way.mode == syntax::Mode::Exec);
            if let Some(error) = decoded.error {
                let place = error.place;
                let refusal = (
                    "SyntaxError".to_owned(),
                    error.message,
                    Some(place.map_or(0, |it| it.line)),
                    Some(place.map_or(-1, |it| it.offset)),
                    place.map(|it| it.end_line),
                    place.map(|it| it.end_offset),
                );
                return Told { error: Some(refusal.clone()), warnings: Vec::new(), strict: Some(refusal) };
            }
            decoded.text
        }
    };
    let CompiledSource { code, warnings } = compiler::compile_source(&text, "x.py", way);
    let error = code.err().map(refusal);
    let strict = match warnings.first() {
        Some(first) => Some(refusal(first.clone().into_error(&text))),
        None => error.clone(),
    };
    let warning = |it: compiler::Warning| ("SyntaxWarning".to_owned(), it.message, it.loc.line);
    Told { error, warnings: warnings.into_iter().map(warning).collect(), strict }
}

fn refusal(error: SourceError) -> Refusal {
    let kind = error.kind.name().to_owned();
    if !error.kind.has_place() {
        let message =
            if error.kind == syntax::ErrorKind::MemoryError { String::new() } else { error.message };
        return (kind, message, None, None, None, None);
    }
    let ErrorPlace { line, offset, end_line, end_offset } = error.place;
    (kind, error.message, Some(line), Some(offset), Some(end_line), Some(end_offset))
}

fn place(place: ErrorPlace) -> String {
    format!("{}:{}-{}:{}", place.line, place.offset, place.end_line, place.end_offset)
}

/// The digest of a listing, as `_imp.source_hash` makes it.
pub fn digest(listing: &str) -> String {
    hex(&bytecode::pyc::source_hash(listing.as_bytes()).to_le_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a String takes everything");
}

fn one(out: &mut String, code: &CodeObject) {
    line(
        out,
        format_args!(
            "code {}, {}, line {}, flags {:#x}",
            code.qualname.to_string_lossy(),
            code.name.to_string_lossy(),
            code.firstlineno,
            code.flags
        ),
    );
    let counts = [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize];
    line(out, format_args!(" counts {}", counts.map(|n| n.to_string()).join(" ")));
    for value in code.consts.iter() {
        line(out, format_args!(" const {}", constant(value)));
    }
    let names: Vec<String> = code.names.iter().map(|name| name.to_string_lossy()).collect();
    line(out, format_args!(" names {}", names.join(" ")));
    let slots = code.localsplusnames.iter().zip(code.localspluskinds.iter());
    let slots: Vec<String> =
        slots.map(|(name, kind)| format!("{}:{kind:02x}", name.to_string_lossy())).collect();
    line(out, format_args!(" slots {}", slots.join(" ")));
    let positions = linetable::positions(&code.linetable, code.firstlineno);
    for (unit, place) in code.code.chunks(2).zip(positions) {
        if let &[op, arg] = unit
            && (op, arg) != (0, 0)
        {
            let [first, col, last, end_col] = [place.line, place.col, place.end_line, place.end_col]
                .map(|number| number.map_or_else(|| "?".into(), |number| number.to_string()));
            line(out, format_args!(" {} {arg} {first}:{col}-{last}:{end_col}", Opcode(op).name()));
        }
    }
    line(out, format_args!(" lines {}", hex(&code.linetable)));
    line(out, format_args!(" handlers {}", hex(&code.exceptiontable)));
    for child in code.children() {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || one(out, child));
    }
}

fn constant(value: &Const) -> String {
    let list = |items: &[Const]| items.iter().map(constant).collect::<Vec<_>>();
    let bits = |number: f64| hex(&number.to_be_bytes());
    match value {
        Const::Code(code) => format!("code {}", code.name.to_string_lossy()),
        Const::Float(number) => format!("float {}", bits(*number)),
        Const::Complex(real, imaginary) => format!("complex {}{}", bits(*real), bits(*imaginary)),
        Const::Tuple(items) => format!("tuple({})", list(items).join(", ")),
        Const::FrozenSet(items) => {
            let mut items = list(items);
            items.sort();
            format!("frozenset({})", items.join(", "))
        }
        Const::Slice(parts) => format!("slice({})", list(&parts[..]).join(", ")),
        Const::Int(number) if *number < 0 => format!("int -{:#x}", number.unsigned_abs()),
        Const::Int(number) => format!("int {number:#x}"),
        Const::BigInt(number) => format!("int {:#x}", **number),
        Const::None => "NoneType None".into(),
        Const::Bool(_) => format!("bool {}", repr::repr(value)),
        Const::Ellipsis => format!("ellipsis {}", repr::repr(value)),
        Const::Str(_) => format!("str {}", repr::repr(value)),
        Const::Bytes(_) => format!("bytes {}", repr::repr(value)),
    }
}
