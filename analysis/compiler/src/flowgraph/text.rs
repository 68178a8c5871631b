//! The graph as text, for those who want to see what a pass did.

use std::fmt::Write;

use bytecode::{Flags, Op, repr};

use super::{Cfg, ConstPool};
use crate::instr::UnitMeta;

impl Cfg {
    /// A line for each block and instruction, in layout order. Blocks keep their numbers from pass to pass.
    pub(crate) fn text(&self, consts: &ConstPool, meta: &UnitMeta) -> String {
        let mut out = String::new();
        let mut line =
            |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("a String takes everything");
        for id in self.order() {
            let block = self.block(id);
            let cold = if block.cold { " (cold)" } else { "" };
            line(format_args!("B{}:{cold}", id.0));
            for instr in &block.instrs {
                let operand = match instr.target {
                    Some(target) => format!(" -> B{}", target.0),
                    None => operand(instr.op, instr.arg, consts, meta),
                };
                let handler =
                    instr.except.map_or_else(String::new, |handler| format!("  except B{}", handler.0));
                let loc = instr.loc;
                let place = if loc.line < 0 {
                    String::new()
                } else {
                    format!("  {}:{}-{}:{}", loc.line, loc.col, loc.end_line, loc.end_col)
                };
                line(format_args!("    {}{operand}{place}{handler}", instr.op.name()));
            }
        }
        out
    }
}

fn operand(op: Op, arg: u32, consts: &ConstPool, meta: &UnitMeta) -> String {
    let index = match op {
        Op::LOAD_GLOBAL | Op::LOAD_ATTR => arg >> 1,
        Op::LOAD_SUPER_ATTR => arg >> 2,
        _ => arg,
    } as usize;
    let detail = if op.has(Flags::CONST) {
        consts.items().get(index).map(repr::repr)
    } else if op.has(Flags::NAME) {
        meta.names.get(index).map(|name| name.to_string_lossy())
    } else if op.has(Flags::LOCAL) && !op.has(Flags::FREE) {
        meta.varnames.items().get(index).map(|name| name.to_string_lossy())
    } else {
        None
    };
    match detail {
        Some(detail) => format!(" {arg} ({detail})"),
        None if op.has(Flags::ARG) => format!(" {arg}"),
        None => String::new(),
    }
}
