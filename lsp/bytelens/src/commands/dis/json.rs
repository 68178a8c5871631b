//! `bytelens dis --output-format json`; docs/dis-json.md is its schema.

use std::sync::Arc;

use bytecode::dis::{Row, labels, rows};
use bytecode::linetable::Position;
use bytecode::opcode::effect::effect;
use bytecode::{CodeObject, Const, PyString, exceptiontable, repr};
use serde::Serialize;

use crate::failure::Failure;
use crate::unit::Chosen;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    python: &'a str,
    file: &'a str,
    code: Vec<Unit>,
}

/// A code object
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unit {
    name: String,
    qualname: String,
    filename: String,
    firstlineno: i32,
    parent: Option<usize>,
    constant: Option<usize>,
    flags: u32,
    argcount: u32,
    posonlyargcount: u32,
    kwonlyargcount: u32,
    stacksize: u32,
    names: Vec<String>,
    slots: Vec<Slot>,
    consts: Vec<String>,
    instructions: Vec<Instruction>,
    exception_table: Vec<Handler>,
}

#[derive(Serialize)]
struct Slot {
    name: String,
    kind: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Instruction {
    offset: usize,
    start_offset: usize,
    opcode: u8,
    opname: &'static str,
    arg: Option<u32>,
    argrepr: String,
    label: Option<usize>,
    target: Option<usize>,
    caches: usize,
    starts_line: bool,
    position: Place,
    effect: Option<Effect>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    line: Option<i32>,
    end_line: Option<i32>,
    column: Option<i32>,
    end_column: Option<i32>,
}

#[derive(Serialize)]
struct Effect {
    pops: u32,
    pushes: u32,
}

#[derive(Serialize)]
struct Handler {
    start: u32,
    end: u32,
    target: u32,
    depth: u32,
    lasti: bool,
}

/// An object with all code objects, each behind the one it is in.
///
/// # Errors
/// None that is known.
pub fn listing(chosen: &Chosen) -> Result<String, Failure> {
    let mut code = Vec::new();
    let mut todo: Vec<(Arc<CodeObject>, Option<(usize, usize)>)> =
        chosen.codes.iter().rev().map(|code| (code.clone(), None)).collect();
    while let Some((next, place)) = todo.pop() {
        for (index, constant) in next.consts.iter().enumerate().rev() {
            if let Const::Code(child) = constant {
                todo.push((child.clone(), Some((code.len(), index))));
            }
        }
        code.push(unit(&next, place));
    }
    let document = Document { schema: 1, python: "3.14", file: &chosen.name, code };
    let text = serde_json::to_string_pretty(&document).map_err(Failure::internal)?;
    Ok(text + "\n")
}

/// A code object; `place` is the one that it is a constant of, and which.
fn unit(code: &CodeObject, place: Option<(usize, usize)>) -> Unit {
    let (parent, constant) = place.unzip();
    let labels = labels(code);
    let slots = code.localsplusnames.iter().zip(code.localspluskinds.iter());
    let handlers = exceptiontable::entries(&code.exceptiontable);
    Unit {
        name: code.name.to_string_lossy(),
        qualname: code.qualname.to_string_lossy(),
        filename: code.filename.to_string_lossy(),
        firstlineno: code.firstlineno,
        parent,
        constant,
        flags: code.flags,
        argcount: code.argcount,
        posonlyargcount: code.posonlyargcount,
        kwonlyargcount: code.kwonlyargcount,
        stacksize: code.stacksize,
        names: code.names.iter().map(PyString::to_string_lossy).collect(),
        slots: slots.map(|(name, &kind)| Slot { name: name.to_string_lossy(), kind }).collect(),
        consts: code.consts.iter().map(repr::repr).collect(),
        instructions: rows(code, &labels).into_iter().map(instruction).collect(),
        exception_table: handlers
            .map(|e| Handler {
                start: e.start * 2,
                end: e.end * 2,
                target: e.target * 2,
                depth: e.depth,
                lasti: e.lasti,
            })
            .collect(),
    }
}

fn instruction(row: Row) -> Instruction {
    let at = row.instruction;
    let Position { line, end_line, col, end_col } = row.position.unwrap_or_default();
    Instruction {
        offset: at.offset * 2,
        start_offset: at.start * 2,
        opcode: at.op.0,
        opname: at.op.name(),
        arg: row.arg,
        argrepr: row.detail,
        label: row.label,
        target: at.jump_target().map(|unit| unit * 2),
        caches: at.op.caches(),
        starts_line: row.starts_line.is_some(),
        position: Place { line, end_line, column: col, end_column: end_col },
        effect: effect(at.op, at.arg).map(|effect| Effect { pops: effect.pops, pushes: effect.pushes }),
    }
}
