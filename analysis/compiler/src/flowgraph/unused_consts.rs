//! Dropping constants that no instruction loads any more. The first stays: it may be the docstring.

use bytecode::Op;
use smallvec::{SmallVec, smallvec};

use super::{Cfg, ConstPool};

pub(super) fn remove(cfg: &mut Cfg, consts: &mut ConstPool) {
    let mut used: SmallVec<[bool; 64]> = smallvec![false; consts.items().len()];
    if let Some(first) = used.first_mut() {
        *first = true;
    }
    // Of all opcodes that the compiler writes it is the only one with a constant.
    cfg.for_each_instr(|i| {
        if i.op == Op::LOAD_CONST
            && let Some(used) = used.get_mut(i.arg as usize)
        {
            *used = true;
        }
    });
    if used.iter().all(|used| *used) {
        return;
    }
    let before = |count: &mut u32, used: &bool| Some(std::mem::replace(count, *count + u32::from(*used)));
    let new_index: SmallVec<[u32; 64]> = used.iter().scan(0, before).collect();
    cfg.for_each_instr(|i| {
        if i.op == Op::LOAD_CONST
            && let Some(&new) = new_index.get(i.arg as usize)
        {
            i.arg = new;
        }
    });
    consts.keep(&used);
}
