//! Bytecode views.

use std::sync::Arc;

use bytecode::CodeObject;
use bytecode::dis::{Options, disassemble, disassemble_one};
use syntax::ast::{Cursor, ExprKind, UnitHeader};
use text::TextRange;

use crate::file::{File, unit_range};
use crate::types::BytecodeView;

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// With the code objects inside.
    All,
    /// Without them.
    One,
}

/// The bytecode of the innermost `def`, `class` or `lambda` that holds the range, or of the module.
pub fn view(file: &File, range: Option<TextRange>, extent: Extent) -> Result<BytecodeView, String> {
    let module = file.code()?;
    let wanted = range.and_then(|range| innermost(file, range));
    let (code, title, range) = match &wanted {
        None => (&module, "module".to_owned(), file.range()),
        Some(wanted) => {
            let code = find(&module, wanted).ok_or("the compiler has left it out")?;
            (code, format!("{} {}", wanted.kind, code.qualname), wanted.range)
        }
    };
    let options = Options::default();
    let text = match extent {
        Extent::All => disassemble(code, options),
        Extent::One => {
            let mut text = String::new();
            disassemble_one(&mut text, code, options);
            text
        }
    };
    Ok(BytecodeView { title, text, range })
}

/// Something that is compiled to a code object of its own.
struct Wanted<'a> {
    kind: &'static str,
    name: &'a str,
    /// Line of its first decorator, or of itself; from 1.
    line: i32,
    range: TextRange,
}

fn innermost(file: &File, range: TextRange) -> Option<Wanted<'_>> {
    let mut found: Option<Wanted<'_>> = None;
    for cursor in file.table().cursors(file.module()) {
        let unit = unit_range(cursor);
        if !unit.contains_range(range) {
            continue;
        }
        let line = i32::try_from(cursor.base_line + 1).unwrap_or(i32::MAX);
        let unit_is = |kind, name| Wanted { kind, name: cursor.unit.name(name), line, range: unit };
        match cursor.unit.header() {
            UnitHeader::Function(header) => found = Some(unit_is("function", header.name.name)),
            UnitHeader::Class(header) => found = Some(unit_is("class", header.name.name)),
            _ => {}
        }
        if let Some(lambda) = innermost_lambda(cursor, range) {
            found = Some(lambda);
        }
    }
    found
}

fn innermost_lambda<'a>(cursor: Cursor<'_>, range: TextRange) -> Option<Wanted<'a>> {
    let lambdas = cursor.unit.all_exprs().filter(|(_, expr)| matches!(expr.kind, ExprKind::Lambda { .. }));
    let around = lambdas.filter(|(_, expr)| cursor.range(expr.range).contains_range(range));
    let (_, expr) = around.min_by_key(|(_, expr)| expr.range.len())?;
    let line = i32::try_from(cursor.span(expr.range).line).unwrap_or(i32::MAX);
    Some(Wanted { kind: "function", name: "<lambda>", line, range: cursor.range(expr.range) })
}

/// The code object of something, by name and line: of two lambdas on one line the first.
fn find<'c>(module: &'c Arc<CodeObject>, wanted: &Wanted<'_>) -> Option<&'c Arc<CodeObject>> {
    let mut open = vec![module];
    while let Some(code) = open.pop() {
        if code.firstlineno == wanted.line && code.name.to_str() == Some(wanted.name) {
            return Some(code);
        }
        open.extend(code.children().collect::<Vec<_>>().into_iter().rev());
    }
    None
}
