//! The text of `python -m symtable` (`Lib/symtable.py`).

use std::fmt::Write as _;

use crate::block::{BlockId, BlockType};
use crate::symbol::Flags;
use crate::table::SymbolTable;

impl SymbolTable {
    /// All tables as `python -m symtable` prints them for the file called `filename`.
    pub fn listing(&self, filename: &str) -> String {
        let mut out = String::new();
        let mut open = vec![(self.module(), 0)];
        while let Some((id, level)) = open.pop() {
            self.list_block(id, level, filename, &mut out);
            let children: Vec<_> = self.children(id).map(|child| (child, level + 1)).collect();
            open.extend(children.into_iter().rev());
        }
        out
    }

    fn list_block(&self, id: BlockId, level: usize, filename: &str, out: &mut String) {
        let block = self.block(id);
        let indent = "    ".repeat(level);
        let nested = if block.nested { "nested " } else { "" };
        let kind = block.kind.as_str();
        let what = match block.kind {
            BlockType::Module => format!("from file {}", repr(filename)),
            _ => repr(self.name(id, block.name)),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{indent}symbol table for {nested}{kind} {what}:");
        for (name, symbol) in self.symbols(id) {
            let scope = symbol.scope.map_or("0", |scope| scope.as_str());
            let flags: Vec<&str> = Flags::LISTED
                .iter()
                .filter(|(_, flag)| symbol.flags.contains(*flag))
                .map(|(name, _)| *name)
                .collect();
            let _ = writeln!(out, "    {indent}{scope} symbol {}: {}", repr(name), flags.join(", "));
        }
        out.push('\n');
    }
}

/// Python's `repr` of a name or path.
fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}
