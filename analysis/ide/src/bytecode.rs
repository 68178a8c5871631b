//! Bytecode views.

use std::sync::Arc;

use bytecode::CodeObject;
use bytecode::dis::{Options, disassemble, disassemble_one};
use syntax::ast::{Cursor, ExprKind, UnitHeader};
use text::TextRange;

use crate::file::{File, UnitAround, unit_range};
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
pub fn view(file: &File<'_>, range: Option<TextRange>, extent: Extent) -> Result<BytecodeView, String> {
    let around = file.unit_around(range.unwrap_or_else(|| file.range())).ok_or("the file is empty")?;
    let lambda = range.and_then(|range| innermost_lambda(around.cursor, range));
    let (code, kind, range) = match lambda {
        Some(lambda) => (lambda_code(file, around, lambda)?, "function", around.cursor.range(lambda)),
        None => {
            let kind = match around.cursor.unit.header() {
                UnitHeader::Function(_) => "function",
                UnitHeader::Class(_) => "class",
                _ => "module",
            };
            (file.code(around.key, around.cursor)?, kind, unit_range(around.cursor))
        }
    };
    let title = if kind == "module" { kind.to_owned() } else { format!("{kind} {}", code.qualname) };
    let options = Options::default();
    let text = match extent {
        Extent::All => disassemble(&code, options),
        Extent::One => {
            let mut text = String::new();
            disassemble_one(&mut text, &code, options);
            text
        }
    };
    Ok(BytecodeView { title, text, range })
}

/// The innermost lambda of a unit that holds a range of the file, in the unit's own coordinates.
fn innermost_lambda(cursor: Cursor<'_>, range: TextRange) -> Option<TextRange> {
    let lambdas = cursor.unit.all_exprs().filter(|(_, expr)| matches!(expr.kind, ExprKind::Lambda { .. }));
    let around = lambdas.filter(|(_, expr)| cursor.range(expr.range).contains_range(range));
    around.map(|(_, expr)| expr.range).min_by_key(|range| range.len())
}

/// The code object of a lambda, by its line: of two on one line the first.
fn lambda_code(
    file: &File<'_>,
    UnitAround { key, cursor, outer }: UnitAround<'_>,
    lambda: TextRange,
) -> Result<Arc<CodeObject>, String> {
    // What stands in a header runs in the unit around.
    let in_header = cursor.range(lambda).start < cursor.body_start();
    let (key, runs_in) = outer.filter(|_| in_header).unwrap_or((key, cursor));
    let line = i32::try_from(cursor.span(lambda).line).unwrap_or(i32::MAX);
    let mut open = vec![file.code(key, runs_in)?];
    while let Some(code) = open.pop() {
        if code.firstlineno == line && code.name.to_str() == Some("<lambda>") {
            return Ok(code);
        }
        open.extend(code.children().cloned().collect::<Vec<_>>().into_iter().rev());
    }
    Err("the compiler has left it out".to_owned())
}
