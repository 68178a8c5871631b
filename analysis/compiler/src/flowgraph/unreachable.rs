//! Emptying blocks that nothing reaches, and counting the ways to the others.

use super::{BlockId, BlockSet, Cfg, Facts};

pub(super) fn remove(cfg: &mut Cfg) {
    cfg.each_block(|cfg, b| cfg.block_mut(b).predecessors = 0);
    cfg.rerouted = false;
    let handlers = cfg.facts.any(Facts::HANDLERS);
    let mut visited = BlockSet::new(cfg);
    let mut stack = std::mem::take(&mut cfg.stack);
    reach(cfg, &mut visited, &mut stack, cfg.entry);
    while let Some(b) = stack.pop() {
        let block = cfg.block(b);
        if let Some(next) = block.next.filter(|_| block.has_fallthrough()) {
            reach(cfg, &mut visited, &mut stack, next);
        }
        // Without handlers only the last instruction leads elsewhere.
        let instrs = cfg.block(b).instrs.len();
        for i in if handlers { 0 } else { instrs.saturating_sub(1) }..instrs {
            if let Some(target) = cfg.block(b).instrs[i].target {
                reach(cfg, &mut visited, &mut stack, target);
            }
        }
    }
    cfg.stack = stack;
    cfg.each_block(|cfg, b| {
        let block = cfg.block_mut(b);
        if block.predecessors == 0 {
            block.truncate(0);
            (block.except_handler, block.facts) = (false, Facts::default());
        }
    });
}

/// One more way to a block
fn reach(cfg: &mut Cfg, visited: &mut BlockSet, stack: &mut Vec<BlockId>, b: BlockId) {
    cfg.block_mut(b).predecessors += 1;
    if visited.insert(b) {
        stack.push(b);
    }
}
