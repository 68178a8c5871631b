//! Two loads or stores of locals in one instruction.

use bytecode::Op;

use super::{Cfg, Facts, Instr, nops};

/// Operands are packed into four bits each.
const MAX_LOCAL: u32 = 16;

pub(super) fn insert(cfg: &mut Cfg) {
    let mut joined = false;
    cfg.each_block(|cfg, b| {
        let instrs = &mut cfg.block_mut(b).instrs;
        for i in 1..instrs.len() {
            let [first, second] = &mut instrs[i - 1..=i] else { continue };
            let op = match (first.op, second.op) {
                (Op::LOAD_FAST, Op::LOAD_FAST) => Op::LOAD_FAST_LOAD_FAST,
                (Op::STORE_FAST, Op::LOAD_FAST) => Op::STORE_FAST_LOAD_FAST,
                (Op::STORE_FAST, Op::STORE_FAST) => Op::STORE_FAST_STORE_FAST,
                _ => continue,
            };
            joined |= join(first, second, op);
        }
    });
    if joined {
        cfg.facts.add(Facts::NOPS);
    }
    nops::remove(cfg);
}

/// Makes the first do what both do, if it can; whether it does.
fn join(first: &mut Instr, second: &mut Instr, op: Op) -> bool {
    let (line, next_line) = (first.loc.line, second.loc.line);
    let other_line = line >= 0 && next_line >= 0 && line != next_line;
    if other_line || first.arg >= MAX_LOCAL || second.arg >= MAX_LOCAL {
        return false;
    }
    first.set(op, first.arg << 4 | second.arg);
    second.set_nop();
    true
}
