//! Dropping constants that no instruction loads any more. The first stays: it may be the docstring.

use bytecode::Flags;

use super::{Cfg, ConstPool};

pub(super) fn remove(cfg: &mut Cfg, consts: &mut ConstPool) {
    let count = consts.items().len();
    let mut used = vec![false; count];
    if let Some(first) = used.first_mut() {
        *first = true;
    }
    cfg.for_each_instr(|i| {
        if i.op.has(Flags::CONST)
            && let Some(used) = used.get_mut(i.arg as usize)
        {
            *used = true;
        }
    });
    let kept: Vec<u32> = (0..).zip(&used).filter(|(_, used)| **used).map(|(i, _)| i).collect();
    if kept.len() == count {
        return;
    }
    let mut new_index = vec![0; count];
    for (new, &old) in (0..).zip(&kept) {
        new_index[old as usize] = new;
    }
    cfg.for_each_instr(|i| {
        if i.op.has(Flags::CONST)
            && let Some(&new) = new_index.get(i.arg as usize)
        {
            i.arg = new;
        }
    });
    consts.keep(&kept);
}
