//! `bytelens dis --output-format json`; docs/dis-json.md is its schema.

use std::sync::Arc;

use bytecode::dis::{Row, labels, rows};
use bytecode::linetable::Position;
use bytecode::opcode::effect::effect;
use bytecode::{CodeObject, Const, exceptiontable, repr};
use serde_json::{Value, json};

use crate::unit::Chosen;

/// An object with all code objects, each behind the one it is in.
pub fn listing(chosen: &Chosen) -> String {
    let mut all = Vec::new();
    let mut todo: Vec<(Arc<CodeObject>, Option<(usize, usize)>)> =
        chosen.codes.iter().rev().map(|code| (code.clone(), None)).collect();
    while let Some((code, place)) = todo.pop() {
        for (index, constant) in code.consts.iter().enumerate().rev() {
            if let Const::Code(child) = constant {
                todo.push((child.clone(), Some((all.len(), index))));
            }
        }
        all.push(unit(&code, place));
    }
    let document = json!({ "schema": 1, "python": "3.14", "file": chosen.name, "code": all });
    format!("{document:#}\n")
}

/// A code object; `place` is the one that it is a constant of, and which.
fn unit(code: &CodeObject, place: Option<(usize, usize)>) -> Value {
    let (parent, constant) = place.unzip();
    let strings = |names: &[bytecode::PyString]| -> Vec<String> {
        names.iter().map(bytecode::PyString::to_string_lossy).collect()
    };
    let labels = labels(code);
    let slots = code.localsplusnames.iter().zip(code.localspluskinds.iter());
    let handlers = exceptiontable::entries(&code.exceptiontable).map(|e| {
        json!({
            "start": e.start * 2, "end": e.end * 2, "target": e.target * 2, "depth": e.depth, "lasti": e.lasti,
        })
    });
    json!({
        "name": code.name.to_string_lossy(),
        "qualname": code.qualname.to_string_lossy(),
        "filename": code.filename.to_string_lossy(),
        "firstlineno": code.firstlineno,
        "parent": parent,
        "constant": constant,
        "flags": code.flags,
        "argcount": code.argcount,
        "posonlyargcount": code.posonlyargcount,
        "kwonlyargcount": code.kwonlyargcount,
        "stacksize": code.stacksize,
        "names": strings(&code.names),
        "slots": slots
            .map(|(name, kind)| json!({ "name": name.to_string_lossy(), "kind": kind }))
            .collect::<Vec<Value>>(),
        "consts": code.consts.iter().map(repr::repr).collect::<Vec<String>>(),
        "instructions": rows(code, &labels).iter().map(instruction).collect::<Vec<Value>>(),
        "exceptionTable": handlers.collect::<Vec<Value>>(),
    })
}

fn instruction(row: &Row) -> Value {
    let at = row.instruction;
    let Position { line, end_line, col, end_col } = row.position.unwrap_or_default();
    json!({
        "offset": at.offset * 2,
        "startOffset": at.start * 2,
        "opcode": at.op.0,
        "opname": at.op.name(),
        "arg": row.arg,
        "argrepr": row.detail,
        "label": row.label,
        "target": at.jump_target().map(|unit| unit * 2),
        "caches": at.op.caches(),
        "startsLine": row.starts_line.is_some(),
        "position": { "line": line, "endLine": end_line, "column": col, "endColumn": end_col },
        "effect": effect(at.op, at.arg).map(|effect| json!({ "pops": effect.pops, "pushes": effect.pushes })),
    })
}
