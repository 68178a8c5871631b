//! The text of `python3.14 -m dis`.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::constant::guarded;
use crate::instruction::{Instruction, instructions};
use crate::linetable::{self, Position};
use crate::opcode::Tables;
use crate::{CodeObject, Const, Flags, Opcode, PyString, PythonVersion, exceptiontable, repr};

/// The switches of `python -m dis`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// `-C`: inline caches
    pub show_caches: bool,
    /// `-O`: offsets
    pub show_offsets: bool,
    /// `-S`: the code as the interpreter holds it, here before it ran: fresh counters in the caches
    pub specialized: bool,
    /// `-P`: whole positions in place of lines
    pub show_positions: bool,
}

const NO_LINE: &str = "  --";
const OPNAME_WIDTH: usize = 20;
const OPARG_WIDTH: usize = 5;

/// Disassembles a code object and all code objects in it.
pub fn disassemble(code: &CodeObject, options: Options) -> String {
    let mut out = String::new();
    recurse(&mut out, code, options);
    out
}

fn recurse(out: &mut String, code: &CodeObject, options: Options) {
    disassemble_one(out, code, options);
    for child in code.children() {
        line(out, format_args!("\nDisassembly of {}:", repr::code(child)));
        guarded(|| recurse(out, child, options));
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a String takes everything");
}

/// Numbers of labels by code unit.
pub type Labels = BTreeMap<usize, usize>;

/// An instruction with everything that a listing says of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The instruction; an `EXTENDED_ARG` is one of its own
    pub instruction: Instruction,
    /// The operand, if the instruction has one
    pub arg: Option<u32>,
    /// What the operand means (`argrepr`); empty where it means itself
    pub detail: String,
    /// The label before it
    pub label: Option<usize>,
    /// The label it jumps to
    pub target: Option<usize>,
    /// The line that starts here, which may be no line
    pub starts_line: Option<Option<i32>>,
    /// Where it comes from
    pub position: Option<Position>,
}

/// The instructions of a code object, without those of the code objects in it.
pub fn rows(code: &CodeObject, labels: &Labels) -> Vec<Row> {
    let starts = line_starts(code);
    let positions: Vec<Position> = linetable::positions(&code.linetable, code.firstlineno).collect();
    let row = |instruction: Instruction| Row {
        arg: instruction.op.deopt().has(Flags::ARG).then_some(instruction.arg),
        detail: operand(code, labels, &instruction),
        label: labels.get(&instruction.offset).copied(),
        target: instruction.jump_target().and_then(|unit| labels.get(&unit).copied()),
        starts_line: starts.get(&instruction.offset).copied(),
        position: positions.get(instruction.offset).copied(),
        instruction,
    };
    instructions(&code.code).map(row).collect()
}

/// Appends the disassembly of one code object, without those in it.
pub fn disassemble_one(out: &mut String, code: &CodeObject, options: Options) {
    let labels = labels(code);
    let rows = rows(code, &labels);
    let positions = rows.iter().filter_map(|row| row.position);
    let starts = rows.iter().filter_map(|row| row.starts_line);
    let formatter = Formatter {
        options,
        place_width: if options.show_positions { positions_width(positions) } else { line_width(starts) },
        label_width: 4 + digits(labels.len()),
        offset_width: if options.show_offsets {
            digits(code.code.len().saturating_sub(2).max(9999))
        } else {
            0
        },
    };
    for row in &rows {
        formatter.row(out, row);
        if options.show_caches {
            formatter.caches(out, row);
        }
    }
    exception_table(out, code, &labels);
}

fn exception_table(out: &mut String, code: &CodeObject, labels: &Labels) {
    if code.exceptiontable.is_empty() {
        return;
    }
    out.push_str("ExceptionTable:\n");
    let label = |unit: u32| labels.get(&(unit as usize)).copied().unwrap_or(0);
    for e in exceptiontable::entries(&code.exceptiontable) {
        let lasti = if e.lasti { " lasti" } else { "" };
        let (start, end, target) = (label(e.start), label(e.end), label(e.target));
        line(out, format_args!("  L{start} to L{end} -> L{target} [{}]{lasti}", e.depth));
    }
}

/// The first code units of lines, where the line changes (`findlinestarts`).
fn line_starts(code: &CodeObject) -> BTreeMap<usize, Option<i32>> {
    linetable::lines(&code.linetable, code.firstlineno).map(|run| (run.start, run.line)).collect()
}

/// Jump targets and the ends of exception ranges, numbered from 1 in order.
pub fn labels(code: &CodeObject) -> Labels {
    let mut units: Vec<usize> = instructions(&code.code).filter_map(|i| i.jump_target()).collect();
    for e in exceptiontable::entries(&code.exceptiontable) {
        units.extend([e.start as usize, e.end as usize, e.target as usize]);
    }
    units.sort_unstable();
    units.dedup();
    units.into_iter().zip(1..).collect()
}

fn digits(n: usize) -> usize {
    n.to_string().len()
}

fn width(n: i32) -> usize {
    n.to_string().len()
}

fn line_width(starts: impl Iterator<Item = Option<i32>> + Clone) -> usize {
    // Line 0 counts as no line here, as in `dis`.
    let Some(max) = starts.clone().flatten().filter(|&l| l != 0).max() else { return 0 };
    let digits = width(max).max(3);
    if starts.into_iter().any(|line| line.is_none()) { digits.max(NO_LINE.len()) } else { digits }
}

fn parts(p: &Position) -> [Option<i32>; 4] {
    [p.line, p.end_line, p.col, p.end_col]
}

fn positions_width(positions: impl Iterator<Item = Position> + Clone) -> usize {
    if !positions.clone().any(|p| parts(&p).iter().any(Option::is_some)) {
        return 0;
    }
    let widths = positions.map(|p| parts(&p).iter().map(|x| x.map_or(1, width)).sum::<usize>());
    1 + NO_LINE.len().max(3 + widths.max().unwrap_or(0))
}

struct Formatter {
    options: Options,
    place_width: usize,
    label_width: usize,
    offset_width: usize,
}

impl Formatter {
    fn row(&self, out: &mut String, row: &Row) {
        if self.place_width > 0 && row.starts_line.is_some() && row.instruction.offset > 0 {
            out.push('\n');
        }
        let from = out.len();
        if self.place_width > 0 {
            self.place(out, row);
            out.push(' ');
        }
        let label = row.label.map_or(String::new(), |n| format!("L{n}:"));
        push(out, format_args!("{label:>0$} ", self.label_width));
        if self.offset_width > 0 {
            push(out, format_args!("{:>1$}   ", row.instruction.offset * 2, self.offset_width));
        }
        push(out, format_args!("    {:<OPNAME_WIDTH$}", row.instruction.op.name()));
        if let Some(arg) = row.arg {
            let excess = row.instruction.op.name().len().saturating_sub(OPNAME_WIDTH);
            // CPython reads operands as C ints.
            push(out, format_args!(" {:>1$}", arg as i32, OPARG_WIDTH.saturating_sub(excess)));
            if !row.detail.is_empty() {
                push(out, format_args!(" ({})", row.detail));
            }
        }
        out.truncate(from + out[from..].trim_end().len());
        out.push('\n');
    }

    fn place(&self, out: &mut String, row: &Row) {
        let width = self.place_width;
        let text = if self.options.show_positions {
            match &row.position {
                None => String::new(),
                Some(p) if parts(p).iter().all(Option::is_none) => NO_LINE.into(),
                Some(p) => {
                    let [line, end_line, col, end_col] =
                        parts(p).map(|x| x.map_or_else(|| "?".into(), |x| x.to_string()));
                    format!("{line}:{col}-{end_line}:{end_col}")
                }
            }
        } else {
            let line = match row.starts_line {
                None => String::new(),
                Some(None) => NO_LINE.into(),
                Some(Some(line)) => line.to_string(),
            };
            push(out, format_args!("{line:>width$}"));
            return;
        };
        push(out, format_args!("{text:<width$}"));
    }

    fn caches(&self, out: &mut String, row: &Row) {
        let Instruction { op, mut offset, .. } = row.instruction;
        let op = op.deopt();
        let tables = PythonVersion::V3_14.tables();
        let Some((_, fields)) = tables.cache_formats.iter().find(|(o, _)| *o == op) else { return };
        for (name, size) in *fields {
            for i in 0..*size {
                offset += 1;
                let detail = if i == 0 { format!("{name}: {}", self.fresh(op, name)) } else { String::new() };
                let row = Row {
                    instruction: Instruction { offset, start: offset, op: Opcode::CACHE, arg: 0 },
                    arg: Some(0),
                    detail,
                    label: None,
                    target: None,
                    starts_line: None,
                    position: row.position,
                };
                self.row(out, &row);
            }
        }
    }

    /// What a cache field holds in code that has not run: nothing in `co_code`, counters in the interpreter's
    /// copy (`_PyCode_Quicken`).
    fn fresh(&self, op: Opcode, field: &str) -> u32 {
        match op {
            _ if !self.options.specialized || field != "counter" => 0,
            Opcode::POP_JUMP_IF_FALSE
            | Opcode::POP_JUMP_IF_TRUE
            | Opcode::POP_JUMP_IF_NONE
            | Opcode::POP_JUMP_IF_NOT_NONE => 0x5555, // a history of branches: taken, not taken, ...
            Opcode::JUMP_BACKWARD => 0xfffc, // value 4095, back-off 12
            _ => 17,                         // value 1, back-off 1
        }
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes everything");
}

/// The name that a number stands for in a list.
pub fn nth_name(list: &[PyString], index: u32) -> String {
    list.get(index as usize).map_or_else(|| format!("<unknown {index}>"), PyString::to_string_lossy)
}

fn nth(list: &[&str], index: u32) -> String {
    list.get(index as usize).map_or_else(|| format!("<unknown {index}>"), |s| s.to_string())
}

/// What the operand means (`argrepr`)
pub fn operand(code: &CodeObject, labels: &Labels, instruction: &Instruction) -> String {
    let op = instruction.op.deopt();
    if let Some(target) = instruction.jump_target() {
        let preposition = if op == Opcode::END_ASYNC_FOR { "from" } else { "to" };
        return format!("{preposition} L{}", labels.get(&target).copied().unwrap_or(0));
    }
    let operands = Operands { consts: &code.consts, names: &code.names, locals: &code.localsplusnames };
    operands.meaning(op, instruction.arg)
}

/// What operands are numbers of.
#[derive(Clone, Copy, Debug)]
pub struct Operands<'a> {
    /// `co_consts`
    pub consts: &'a [Const],
    /// `co_names`
    pub names: &'a [PyString],
    /// The variables by their slots in the frame
    pub locals: &'a [PyString],
}

impl Operands<'_> {
    /// What the operand of an instruction that is no jump means; empty if it means nothing but its number.
    pub fn meaning(&self, op: Opcode, arg: u32) -> String {
        let tables: &Tables = PythonVersion::V3_14.tables();
        let local = |index: u32| nth_name(self.locals, index);
        let name = |index: u32| nth_name(self.names, index);
        let with_null = |name: String, null: &str| if arg & 1 == 1 { name + null } else { name };
        match op {
            Opcode::LOAD_CONST => {
                self.consts.get(arg as usize).map_or_else(|| format!("<unknown {arg}>"), repr::repr)
            }
            Opcode::LOAD_GLOBAL => with_null(name(arg >> 1), " + NULL"),
            Opcode::LOAD_ATTR => with_null(name(arg >> 1), " + NULL|self"),
            Opcode::LOAD_SUPER_ATTR => with_null(name(arg >> 2), " + NULL|self"),
            _ if op.has(Flags::NAME) => name(arg),
            Opcode::LOAD_FAST_LOAD_FAST
            | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW
            | Opcode::STORE_FAST_LOAD_FAST
            | Opcode::STORE_FAST_STORE_FAST => format!("{}, {}", local(arg >> 4), local(arg & 15)),
            _ if op.has(Flags::LOCAL) || op.has(Flags::FREE) => local(arg),
            Opcode::COMPARE_OP => {
                let operator = nth(tables.compare_ops, arg >> 5);
                if arg & 16 != 0 { format!("bool({operator})") } else { operator }
            }
            Opcode::CONVERT_VALUE => nth(&["", "str", "repr", "ascii"], arg),
            Opcode::SET_FUNCTION_ATTRIBUTE => {
                let names = ["defaults", "kwdefaults", "annotations", "closure", "annotate"];
                let set: Vec<&str> =
                    names.into_iter().enumerate().filter(|(i, _)| arg >> i & 1 == 1).map(|x| x.1).collect();
                set.join(", ")
            }
            Opcode::BINARY_OP => {
                tables.binary_ops.get(arg as usize).map_or_else(|| format!("<unknown {arg}>"), |x| x.1.into())
            }
            Opcode::CALL_INTRINSIC_1 => nth(tables.intrinsics_1, arg),
            Opcode::CALL_INTRINSIC_2 => nth(tables.intrinsics_2, arg),
            Opcode::LOAD_COMMON_CONSTANT => match nth(tables.common_constants, arg).as_str() {
                name @ ("all" | "any") => format!("<built-in function {name}>"),
                name => name.into(),
            },
            Opcode::LOAD_SPECIAL => nth(tables.special_methods, arg),
            Opcode::IS_OP => if arg == 0 { "is" } else { "is not" }.into(),
            Opcode::CONTAINS_OP => if arg == 0 { "in" } else { "not in" }.into(),
            _ => String::new(),
        }
    }
}
