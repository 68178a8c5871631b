//! `repr` of `str`.

use bytecode::unicode::is_printable;
use object::{Obj, Res, Str, Vm};

use super::own;
use super::writer::StrWriter;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends `\x..`, `\u....` or `\U........`, whichever is the shortest.
pub fn push_escape(out: &mut StrWriter, c: u32) {
    let (letter, digits) = match c {
        0..0x100 => ('x', 2),
        0x100..0x10000 => ('u', 4),
        _ => ('U', 8),
    };
    out.push(u32::from('\\'));
    out.push(letter.into());
    for i in (0..digits).rev() {
        out.push(HEX[(c >> (4 * i) & 15) as usize].into());
    }
}

/// The text with quotes and escapes.
pub fn repr_text(s: &Str) -> StrWriter {
    let has = |quote: char| s.code_points().any(|c| c == u32::from(quote));
    let quote = u32::from(if has('\'') && !has('"') { '"' } else { '\'' });
    let mut out = StrWriter::with_capacity(s.len() + 2);
    out.push(quote);
    for c in s.code_points() {
        match c {
            0x5C => out.push_text("\\\\"),
            0x09 => out.push_text("\\t"),
            0x0A => out.push_text("\\n"),
            0x0D => out.push_text("\\r"),
            _ if c == quote => {
                out.push(u32::from('\\'));
                out.push(c);
            }
            0x20..0x7F => out.push(c),
            0..0x7F => push_escape(&mut out, c),
            _ if is_printable(c) => out.push(c),
            _ => push_escape(&mut out, c),
        }
    }
    out.push(quote);
    out
}

pub(super) fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(repr_text(own(vm, obj)?).finish(vm))
}
