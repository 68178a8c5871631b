//! The frame's slots: cells that are parameters share the parameter's slot; the instructions before the first
//! one that was written make cells and generators (`prepare_localsplus`).

use bytecode::{Op, flags};

use super::{Cfg, Facts, Instr};
use crate::assemble::Error;
use crate::instr::{Location, UnitMeta};

/// Puts in the prefix instructions and turns cell indices into slots; the number of slots.
pub(super) fn prepare(cfg: &mut Cfg, meta: &UnitMeta, code_flags: u32) -> Result<u32, Error> {
    let nlocals = meta.varnames.len();
    let cells = meta.cellvars.len();
    let offsets = cells + meta.freevars.len();
    cfg.has_slots = true;
    if offsets == 0 && !cfg.facts.any(Facts::CELLS) {
        insert_prefix(cfg, meta, &[], code_flags);
        return Ok(nlocals as u32);
    }
    let mut slots: Vec<u32> = (0..offsets).map(|i| (nlocals + i) as u32).collect();
    for (slot, name) in slots.iter_mut().zip(meta.cellvars.items()) {
        if let Some(local) = meta.varnames.get(name) {
            *slot = local;
        }
    }
    insert_prefix(cfg, meta, &slots[..cells], code_flags);
    let mut dropped = 0;
    for (i, slot) in slots.iter_mut().enumerate() {
        if *slot as usize == i + nlocals {
            *slot -= dropped;
        } else {
            dropped += 1;
        }
    }
    let mut failed = false;
    cfg.for_each_instr(|instr| {
        if is_of_cell(instr.op) {
            match slots.get(instr.arg as usize) {
                Some(&slot) => instr.arg = slot,
                None => failed = true,
            }
        }
    });
    if failed { Err(Error::CellIndex) } else { Ok((nlocals + offsets) as u32 - dropped) }
}

/// The operand is a cell's: up to here its number among the cell and the free variables, from here on a slot.
pub(super) fn is_of_cell(op: Op) -> bool {
    matches!(
        op,
        Op::MAKE_CELL
            | Op::LOAD_CLOSURE
            | Op::LOAD_DEREF
            | Op::STORE_DEREF
            | Op::DELETE_DEREF
            | Op::LOAD_FROM_DICT_OR_DEREF
    )
}

fn insert_prefix(cfg: &mut Cfg, meta: &UnitMeta, cell_slots: &[u32], code_flags: u32) {
    let mut prefix = Vec::new();
    let free = meta.freevars.len() as u32;
    if free > 0 {
        prefix.push(Instr::new(Op::COPY_FREE_VARS, free, Location::NONE));
    }
    let mut cells: Vec<(u32, u32)> = cell_slots.iter().copied().zip(0..).collect();
    cells.sort_unstable();
    prefix.extend(cells.iter().map(|&(_, cell)| Instr::new(Op::MAKE_CELL, cell, Location::NONE)));
    if code_flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
        let loc = Location::line(meta.firstlineno);
        prefix.extend([Instr::new(Op::RETURN_GENERATOR, 0, loc), Instr::new(Op::POP_TOP, 0, loc)]);
    }
    if !prefix.is_empty() {
        cfg.block_mut(cfg.entry).insert(0, &prefix);
    }
}
