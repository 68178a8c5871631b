//! Dropping constants that no instruction loads any more. The first stays: it may be the docstring.

use bytecode::Op;
use smallvec::{SmallVec, smallvec};

use super::{Cfg, ConstPool, Facts, Instr};

pub(super) fn remove(cfg: &mut Cfg, consts: &mut ConstPool) {
    let mut used: SmallVec<[bool; 64]> = smallvec![false; consts.items().len()];
    if let Some(first) = used.first_mut() {
        *first = true;
    }
    for_each_load(cfg, |i| {
        if let Some(used) = used.get_mut(i.arg as usize) {
            *used = true;
        }
    });
    if used.iter().all(|used| *used) {
        return;
    }
    let before = |count: &mut u32, used: &bool| Some(std::mem::replace(count, *count + u32::from(*used)));
    let new_index: SmallVec<[u32; 64]> = used.iter().scan(0, before).collect();
    for_each_load(cfg, |i| {
        if let Some(&new) = new_index.get(i.arg as usize) {
            i.arg = new;
        }
    });
    consts.keep(&used);
}

/// Visits the instructions that load constants: of all that the compiler writes it is one opcode.
fn for_each_load(cfg: &mut Cfg, mut visit: impl FnMut(&mut Instr)) {
    cfg.each_block(|cfg, b| {
        let block = cfg.block_mut(b);
        if block.facts.any(Facts::LOADS_CONST) {
            block.instrs.iter_mut().filter(|i| i.op == Op::LOAD_CONST).for_each(&mut visit);
        }
    });
}
