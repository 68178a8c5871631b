//! Emptying blocks that nothing reaches, and counting the ways to the others.

use super::{BlockSet, Cfg};

pub(super) fn remove(cfg: &mut Cfg) {
    let order = cfg.order();
    for &b in order.iter() {
        cfg.block_mut(b).predecessors = 0;
    }
    let mut visited = BlockSet::new(cfg);
    visited.insert(cfg.entry);
    cfg.block_mut(cfg.entry).predecessors = 1;
    let mut stack = vec![cfg.entry];
    let mut targets = Vec::new();
    while let Some(b) = stack.pop() {
        let block = cfg.block(b);
        targets.extend(block.next.filter(|_| block.has_fallthrough()));
        targets.extend(block.instrs.iter().filter_map(|i| i.target));
        for target in targets.drain(..) {
            if visited.insert(target) {
                stack.push(target);
            }
            cfg.block_mut(target).predecessors += 1;
        }
    }
    for &b in order.iter() {
        let block = cfg.block_mut(b);
        if block.predecessors == 0 {
            block.truncate(0);
            block.except_handler = false;
        }
    }
}
