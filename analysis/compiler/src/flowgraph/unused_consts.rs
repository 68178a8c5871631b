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
    if used.iter().all(|used| *used) {
        return;
    }
    let before = |count: &mut u32, used: &bool| Some(std::mem::replace(count, *count + u32::from(*used)));
    let new_index: Vec<u32> = used.iter().scan(0, before).collect();
    cfg.for_each_instr(|i| {
        if i.op.has(Flags::CONST)
            && let Some(&new) = new_index.get(i.arg as usize)
        {
            i.arg = new;
        }
    });
    consts.keep(&used);
}
