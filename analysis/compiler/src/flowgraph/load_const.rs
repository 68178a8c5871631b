//! What follows a constant load: small integers, tests of constants, comparisons with `None`.

use bytecode::{Const, Op};

use super::pool::make_small_int;
use super::{Cfg, ConstPool, Facts, Instr, fold};

pub(super) fn run(cfg: &mut Cfg, consts: &mut ConstPool) {
    if !cfg.facts.any(Facts::LOADS_CONST) {
        return;
    }
    cfg.each_block(|cfg, b| {
        if cfg.block(b).facts.any(Facts::LOADS_CONST) {
            cfg.note(b, Facts::NOPS);
            cfg.rerouted |= block(&mut cfg.block_mut(b).instrs, consts);
        }
    });
}

/// Does it in a block; whether a jump there goes elsewhere now.
fn block(instrs: &mut [Instr], consts: &mut ConstPool) -> bool {
    let mut rerouted = false;
    // The load that a `COPY 1` repeats counts as the copy's own.
    let mut source: Option<Instr> = None;
    for i in 0..instrs.len() {
        let instr = &mut instrs[i];
        match instr.op {
            Op::LOAD_CONST => {
                if let Some(value @ Const::Int(_)) = consts.items().get(instr.arg as usize) {
                    make_small_int(instr, value);
                }
                source = Some(*instr);
            }
            Op::LOAD_SMALL_INT => source = Some(*instr),
            Op::COPY if instr.arg == 1 && source.is_some_and(|s| s.op == Op::LOAD_CONST) => {}
            _ => {
                source = None;
                continue;
            }
        }
        let (Some(load), Some(&next)) = (source, instrs.get(i + 1)) else { continue };
        let looks_at_value = matches!(
            next.op,
            Op::POP_JUMP_IF_FALSE
                | Op::POP_JUMP_IF_TRUE
                | Op::JUMP_IF_FALSE
                | Op::JUMP_IF_TRUE
                | Op::IS_OP
                | Op::TO_BOOL
        );
        if !looks_at_value {
            continue;
        }
        let Some(value) = consts.loaded(&load) else { continue };
        match next.op {
            Op::POP_JUMP_IF_FALSE | Op::POP_JUMP_IF_TRUE | Op::JUMP_IF_FALSE | Op::JUMP_IF_TRUE => {
                rerouted = true;
                if matches!(next.op, Op::POP_JUMP_IF_FALSE | Op::POP_JUMP_IF_TRUE) {
                    instrs[i].set_nop();
                }
                let if_true = matches!(next.op, Op::POP_JUMP_IF_TRUE | Op::JUMP_IF_TRUE);
                if fold::is_true(&value) == if_true {
                    instrs[i + 1].op = Op::JUMP;
                } else {
                    instrs[i + 1].set_nop();
                    instrs[i + 1].target = None;
                }
            }
            Op::IS_OP if matches!(value, Const::None) => {
                let mut jump = i + 2;
                if instrs.get(jump).is_some_and(|j| j.op == Op::TO_BOOL) {
                    instrs[jump].set_nop();
                    jump += 1;
                }
                let Some(jump_op) = instrs.get(jump).map(|j| j.op) else { continue };
                let is_not = next.arg != 0;
                let if_none = match jump_op {
                    Op::POP_JUMP_IF_TRUE => !is_not,
                    Op::POP_JUMP_IF_FALSE => is_not,
                    _ => continue,
                };
                instrs[i].set_nop();
                instrs[i + 1].set_nop();
                instrs[jump].op = if if_none { Op::POP_JUMP_IF_NONE } else { Op::POP_JUMP_IF_NOT_NONE };
            }
            Op::TO_BOOL => {
                let index = consts.add(Const::Bool(fold::is_true(&value)));
                instrs[i].set_nop();
                instrs[i + 1].set(Op::LOAD_CONST, index);
            }
            _ => {}
        }
    }
    rerouted
}
