//! The control flow of a code object: its basic blocks and the ways between them, and pictures of both.

pub mod dot;
mod layout;
pub mod svg;

use crate::dis::{Row, labels, rows};
use crate::{CodeObject, Op, Opcode, exceptiontable};

/// Instructions that are entered at the first and left at the last only, but for exceptions.
#[derive(Clone, Debug)]
pub struct Block {
    /// The instructions
    pub rows: Vec<Row>,
    /// The lines they come from, in order, each once
    pub lines: Vec<i32>,
}

/// How control gets from one block to another
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EdgeKind {
    /// By falling through
    Next,
    /// By a jump
    Jump,
    /// By an exception
    Exception,
}

/// A way from one block to another, both by index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Edge {
    /// Where from
    pub from: usize,
    /// Where to
    pub to: usize,
    /// How
    pub kind: EdgeKind,
}

/// The blocks of a code object in the order of its bytes, and the ways between them.
#[derive(Clone, Debug)]
pub struct Graph {
    /// `co_qualname`
    pub name: String,
    /// The blocks
    pub blocks: Vec<Block>,
    /// The ways, in order and each once
    pub edges: Vec<Edge>,
    /// The lines of the source, to be shown with the instructions; none if it is not known
    pub source: Vec<String>,
}

/// A line of a block's box
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Text {
    /// The block's number and its lines
    Title(String),
    /// A line of the source, from which the instructions below come
    Source(String),
    /// An instruction
    Instruction(String),
}

impl Text {
    /// The text without its role
    pub fn as_str(&self) -> &str {
        let (Text::Title(text) | Text::Source(text) | Text::Instruction(text)) = self;
        text
    }
}

impl Graph {
    /// The graph of a code object, without those of the code objects in it.
    pub fn new(code: &CodeObject) -> Graph {
        let labels = labels(code);
        let rows = rows(code, &labels);
        let handlers: Vec<_> = exceptiontable::entries(&code.exceptiontable).collect();
        let mut leaders: Vec<usize> = vec![0];
        for row in &rows {
            leaders.extend(target(row));
            if ends_block(row) {
                leaders.push(row.instruction.end());
            }
        }
        leaders.extend(handlers.iter().map(|handler| handler.target as usize));
        let end = code.code.len() / 2;
        leaders.retain(|&unit| unit < end);
        leaders.sort_unstable();
        leaders.dedup();
        let block_at = |unit: usize| leaders.partition_point(|&leader| leader <= unit).checked_sub(1);
        let mut blocks: Vec<Block> =
            leaders.iter().map(|_| Block { rows: Vec::new(), lines: Vec::new() }).collect();
        let mut edges = Vec::new();
        let mut add = |from: usize, unit: usize, kind: EdgeKind| {
            edges.extend(block_at(unit).map(|to| Edge { from, to, kind }));
        };
        let mut rows = rows.into_iter().peekable();
        while let Some(row) = rows.next() {
            let Some(here) = block_at(row.instruction.offset) else { continue };
            let mut row = row;
            if let Some(unit) = target(&row) {
                add(here, unit, EdgeKind::Jump);
                // The box is named, not the label.
                row.detail = block_at(unit).map(|to| format!("to B{to}")).unwrap_or_default();
            }
            let next = rows.peek().map(|row| row.instruction.offset);
            if let Some(next) = next.filter(|&unit| block_at(unit) != Some(here) && falls_through(&row)) {
                add(here, next, EdgeKind::Next);
            }
            let unit = row.instruction.offset as u32;
            let found = handlers.partition_point(|handler| handler.start <= unit).checked_sub(1);
            if let Some(handler) = found.map(|index| handlers[index]).filter(|handler| unit < handler.end) {
                add(here, handler.target as usize, EdgeKind::Exception);
            }
            let line = row.position.and_then(|position| position.line);
            blocks[here].lines.extend(line);
            blocks[here].rows.push(row);
        }
        edges.sort_unstable();
        edges.dedup();
        for block in &mut blocks {
            block.lines.sort_unstable();
            block.lines.dedup();
        }
        Graph { name: code.qualname.to_string_lossy(), blocks, edges, source: Vec::new() }
    }

    /// The text of a block's box: a title, then the instructions, each after the line it begins.
    pub fn texts(&self, number: usize) -> Vec<Text> {
        let block = &self.blocks[number];
        let mut texts = vec![Text::Title(format!("B{number}: {}", block.title()))];
        let mut last = None;
        for row in &block.rows {
            let line = row.position.and_then(|position| position.line).filter(|line| Some(*line) != last);
            let source = line
                .and_then(|line| self.source.get(usize::try_from(line).ok()?.checked_sub(1)?))
                .filter(|text| !text.trim().is_empty());
            last = line.or(last);
            let mut shown = line.map_or_else(String::new, |line| line.to_string());
            if let Some(text) = source {
                texts.push(Text::Source(format!("{shown:>4} {}", short(text.trim()))));
                shown.clear();
            }
            texts.push(Text::Instruction(format!("{shown:>4} {}", Block::text(row))));
        }
        texts
    }
}

/// Where it jumps. `END_ASYNC_FOR` names a place, but does not go there.
fn target(row: &Row) -> Option<usize> {
    row.instruction.jump_target().filter(|_| row.instruction.op.deopt() != Opcode::END_ASYNC_FOR)
}

fn ends_block(row: &Row) -> bool {
    target(row).is_some() || Op::from(row.instruction.op.deopt()).is_scope_exit()
}

fn falls_through(row: &Row) -> bool {
    let op = Op::from(row.instruction.op.deopt());
    !op.is_scope_exit() && !op.is_unconditional_jump()
}

impl Block {
    /// The lines it comes from, in short
    pub fn title(&self) -> String {
        match self.lines[..] {
            [] => "no line".into(),
            [only] => format!("line {only}"),
            [first, .., last] => format!("lines {first}-{last}"),
        }
    }

    /// An instruction in a line
    pub fn text(row: &Row) -> String {
        let name = row.instruction.op.name();
        match (row.arg, row.detail.as_str()) {
            (None, _) => name.to_owned(),
            (Some(arg), "") => format!("{name} {arg}"),
            (Some(_), detail) => format!("{name} {}", short(detail)),
        }
    }
}

/// What fits in a box
fn short(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests;
