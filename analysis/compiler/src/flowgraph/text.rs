//! The graph as text, for those who want to see what a pass did.

use std::fmt::Write;

use bytecode::{Flags, Op, Opcode, PyString, dis, repr};

use super::locals::is_of_cell;
use super::{Cfg, ConstPool};
use crate::instr::UnitMeta;

impl Cfg {
    /// A line for each block and instruction, in layout order, and one for each constant. Blocks keep their numbers from
    /// pass to pass; constants do not, and stand without.
    pub(crate) fn text(&self, consts: &ConstPool, meta: &UnitMeta) -> String {
        let cells = || meta.cellvars.items().iter();
        let free = meta.freevars.items();
        let mut locals = meta.varnames.items().to_vec();
        if self.has_slots {
            locals.extend(cells().filter(|name| meta.varnames.get(*name).is_none()).chain(free).cloned());
        }
        let names = dis::Operands { consts: consts.items(), names: &meta.names, locals: &locals };
        let cells = (!self.has_slots).then(|| cells().chain(free).cloned().collect());
        let operands = Operands { names, cells };
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
                    None => operands.text(instr.op, instr.arg),
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
        if !consts.items().is_empty() {
            line(format_args!("constants:"));
        }
        for constant in consts.items() {
            line(format_args!("    {}", repr::repr(constant)));
        }
        out
    }
}

/// What operands are numbers of, at some point between two passes.
struct Operands<'a> {
    names: dis::Operands<'a>,
    /// Where slots are not given yet, the cell and free variables
    cells: Option<Vec<PyString>>,
}

impl Operands<'_> {
    fn text(&self, op: Op, arg: u32) -> String {
        let detail = match (&self.cells, op.real()) {
            (Some(cells), _) if is_of_cell(op) => dis::nth_name(cells, arg),
            (_, Some(op)) => self.names.meaning(op, arg),
            (_, None) if op.has(Flags::LOCAL) => dis::nth_name(self.names.locals, arg),
            _ => String::new(),
        };
        match detail.as_str() {
            detail if op.real() == Some(Opcode::LOAD_CONST) => format!(" {detail}"),
            "" if op.has(Flags::ARG) => format!(" {arg}"),
            "" => String::new(),
            detail => format!(" {arg} ({detail})"),
        }
    }
}
