//! `bytelens dis --explain`: a listing in words.

mod meaning;
mod words;

use std::fmt::Write;

use crate::dis::{self, Row};
use crate::instruction::is_backward;
use crate::linetable::Position;
use crate::opcode::effect::effect;
use crate::{CodeObject, Flags, Opcode, exceptiontable, local_kind};

/// An instruction in words
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// Values that it takes and values that it leaves, where that is known
    pub effect: Option<(u32, u32)>,
    /// What it does
    pub meaning: &'static str,
    /// Where its operand comes from; empty if there is none
    pub operand: String,
    /// The text that it was made from, or the first line of it
    pub source: Option<String>,
}

/// Explains an instruction; `source` is the whole file, line by line.
pub fn explain(code: &CodeObject, row: &Row, source: &[&str]) -> Explanation {
    let op = row.instruction.op.deopt();
    Explanation {
        effect: effect(op, row.instruction.arg).map(|effect| (effect.pops, effect.pushes)),
        meaning: meaning::meaning(op),
        operand: row.arg.map(|arg| origin(code, row, op, arg)).unwrap_or_default(),
        source: row.position.and_then(|position| excerpt(source, position)),
    }
}

/// The listing of a code object, without those of the code objects in it; `source` is the text of the whole file.
pub fn listing(code: &CodeObject, source: Option<&str>) -> String {
    let source: Vec<&str> = source.unwrap_or_default().lines().collect();
    let mut out = String::new();
    let labels = dis::labels(code);
    for row in dis::rows(code, &labels) {
        let explanation = explain(code, &row, &source);
        if row.starts_line.is_some() && row.instruction.offset > 0 {
            out.push('\n');
        }
        let line = row.starts_line.flatten().map_or_else(String::new, |line| line.to_string());
        let label = row.label.map_or_else(String::new, |label| format!("L{label}:"));
        let operand = match (row.arg, row.detail.as_str()) {
            (None, _) => String::new(),
            (Some(arg), "") => arg.to_string(),
            (Some(arg), detail) => format!("{arg} ({detail})"),
        };
        let effect =
            explanation.effect.map_or_else(String::new, |(pops, pushes)| format!("-{pops} +{pushes}"));
        let name = row.instruction.op.name();
        push(&mut out, format_args!("{line:>5} {label:>6} {name:<24} {operand:<28} {effect}"));
        let mut words = explanation.meaning.to_owned();
        if !explanation.operand.is_empty() {
            words += &format!("; {}", explanation.operand);
        }
        push(&mut out, format_args!("{:>14}{words}", ""));
        if let Some(position) = row.position.filter(|position| position.line.is_some()) {
            let text = explanation.source.map_or_else(String::new, |source| format!("  {source}"));
            push(&mut out, format_args!("{:>14}from {}{text}", "", place(position)));
        }
    }
    handlers(&mut out, code, &labels);
    out
}

/// The exception table in words.
fn handlers(out: &mut String, code: &CodeObject, labels: &dis::Labels) {
    let label = |unit: u32| labels.get(&(unit as usize)).copied().unwrap_or(0);
    for (index, e) in exceptiontable::entries(&code.exceptiontable).enumerate() {
        if index == 0 {
            out.push_str("\nExceptions:\n");
        }
        let (start, end, target) = (label(e.start), label(e.end), label(e.target));
        let kept = count(e.depth, "value");
        let pushed = if e.lasti { "the offset and the exception" } else { "the exception" };
        let words = format!("from L{start} up to L{end}: on to L{target} with {kept} kept, {pushed} on top");
        push(out, format_args!("{:>14}{words}", ""));
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let from = out.len();
    out.write_fmt(text).expect("a String takes everything");
    out.truncate(from + out[from..].trim_end().len());
    out.push('\n');
}

fn place(p: Position) -> String {
    let number = |number: Option<i32>| number.map_or_else(|| "?".into(), |number| number.to_string());
    format!("{}:{}-{}:{}", number(p.line), number(p.col), number(p.end_line), number(p.end_col))
}

/// The text at a position, up to the end of its line
fn excerpt(source: &[&str], position: Position) -> Option<String> {
    let index = |number: Option<i32>| usize::try_from(number?).ok();
    let line = source.get(index(position.line)?.checked_sub(1)?)?;
    let start = index(position.col)?;
    let end = if position.end_line == position.line { index(position.end_col)? } else { line.len() };
    let excerpt = line.get(start..end.min(line.len()))?.trim();
    (!excerpt.is_empty()).then(|| excerpt.to_owned())
}

/// Where an operand comes from
fn origin(code: &CodeObject, row: &Row, op: Opcode, arg: u32) -> String {
    if let Some(target) = row.instruction.jump_target() {
        let way = if is_backward(op) { "back" } else { "ahead" };
        let label = row.target.map_or_else(String::new, |label| format!("L{label}, "));
        return format!("{label}{arg} code units {way}, offset {}", target * 2);
    }
    let slots = |indices: &[u32]| {
        let slots: Vec<String> = indices.iter().map(|&index| slot(code, index)).collect();
        slots.join(" and ")
    };
    match op {
        _ if op.has(Flags::CONST) => format!("co_consts[{arg}]"),
        Opcode::LOAD_GLOBAL | Opcode::LOAD_ATTR => {
            let low = match (op, arg & 1) {
                (_, 0) => "",
                (Opcode::LOAD_GLOBAL, _) => ", and NULL for the call that follows",
                _ => ", and the object or NULL as self of the call that follows",
            };
            format!("co_names[{}]{low}", arg >> 1)
        }
        Opcode::LOAD_SUPER_ATTR => {
            let call = if arg & 1 == 0 { "" } else { ", and the self of the call that follows" };
            let arguments = if arg & 2 == 0 { "super()" } else { "super(class, self)" };
            format!("co_names[{}]{call}; of {arguments}", arg >> 2)
        }
        _ if op.has(Flags::NAME) => format!("co_names[{arg}]"),
        Opcode::LOAD_FAST_LOAD_FAST
        | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW
        | Opcode::STORE_FAST_LOAD_FAST
        | Opcode::STORE_FAST_STORE_FAST => slots(&[arg >> 4, arg & 15]),
        _ if op.has(Flags::LOCAL) || op.has(Flags::FREE) => slots(&[arg]),
        Opcode::CALL | Opcode::CALL_KW => count(arg, "argument"),
        Opcode::BUILD_LIST | Opcode::BUILD_TUPLE | Opcode::BUILD_SET | Opcode::BUILD_STRING => {
            count(arg, "value")
        }
        Opcode::BUILD_MAP => count(arg, "pair"),
        Opcode::COPY_FREE_VARS => count(arg, "cell"),
        Opcode::UNPACK_SEQUENCE => count(arg, "target"),
        Opcode::UNPACK_EX => {
            format!("{} before the starred one, {} after", count(arg & 0xff, "target"), arg >> 8)
        }
        _ if !words::of_operand(op, arg).is_empty() => words::of_operand(op, arg).to_owned(),
        _ if !row.detail.is_empty() => row.detail.clone(),
        _ => String::new(),
    }
}

fn count(number: u32, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn slot(code: &CodeObject, index: u32) -> String {
    let name =
        code.localsplusnames.get(index as usize).map_or_else(|| "?".into(), |name| name.to_string_lossy());
    let kind = code.localspluskinds.get(index as usize).copied().unwrap_or(0);
    let what = match kind {
        _ if kind & local_kind::FREE != 0 => "free variable",
        _ if kind & local_kind::CELL != 0 => "cell",
        _ if kind & local_kind::ARG_VAR != 0 => "starred parameter",
        _ if kind & local_kind::ARG != 0 => "parameter",
        _ if kind & local_kind::HIDDEN != 0 => "local of an inlined comprehension",
        _ => "local",
    };
    format!("slot {index}: {what} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PythonVersion;
    use crate::asm::read::read;
    use crate::opcode::Kind;

    #[test]
    fn all_instructions_have_a_meaning() {
        let infos = PythonVersion::V3_14.tables().infos.iter().zip(0..=u8::MAX);
        for (info, number) in infos.filter(|(info, _)| info.kind == Kind::Plain) {
            let silent = ["CACHE", "RESERVED", "ENTER_EXECUTOR", "INTERPRETER_EXIT"];
            assert_eq!(
                meaning::meaning(Opcode(number)).is_empty(),
                silent.contains(&info.name),
                "{}",
                info.name
            );
        }
    }

    #[test]
    fn exceptions() {
        let text = ".code f\nL1: LOAD_CONST 1\nRETURN_VALUE\nL2: PUSH_EXC_INFO\nRERAISE 0\n\
            .handler L1 L2 L2 0 lasti\n.end";
        let code = read(text).unwrap_or_else(|error| panic!("{error}")).0;
        let listing = listing(&code, None);
        let last = "Exceptions:\n              from L1 up to L2: on to L2 with 0 values kept, the offset and the \
            exception on top\n";
        assert!(listing.ends_with(last), "{listing}");
    }

    #[test]
    fn words() {
        let text = ".code f\n.slot x positional local\n.arguments 1 0 0\n2:11-2:12 LOAD_FAST x\n\
            2:4-2:12 RETURN_VALUE\n.end";
        let code = read(text).unwrap_or_else(|error| panic!("{error}")).0;
        let listing = listing(&code, Some("def f(x):\n    return x\n"));
        assert_eq!(
            listing,
            "    2        LOAD_FAST                0 (x)                        -0 +1
              pushes a local; slot 0: parameter x
              from 2:11-2:12  x
             RETURN_VALUE                                          -1 +1
              returns the value on top
              from 2:4-2:12  return x\n"
        );
    }
}
