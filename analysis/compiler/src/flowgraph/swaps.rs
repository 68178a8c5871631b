//! Fewer and cheaper `SWAP`s.

use bytecode::Op;

use super::Instr;

/// Optimises the `SWAP`s of a block.
pub(super) fn optimize(instrs: &mut [Instr]) {
    let mut i = 0;
    while i < instrs.len() {
        if instrs[i].op == Op::SWAP {
            i += swaptimize(&mut instrs[i..]);
            apply_static(instrs, i);
        }
        i += 1;
    }
}

/// Replaces the run of `SWAP`s and `NOP`s at the start of `instrs` by the shortest with the same effect; the
/// index of the run's last instruction if there was something to do, else 0.
fn swaptimize(instrs: &mut [Instr]) -> usize {
    let len = instrs.iter().position(|i| !matches!(i.op, Op::SWAP | Op::NOP)).unwrap_or(instrs.len());
    let run = &mut instrs[..len];
    if run.iter().filter(|i| i.op == Op::SWAP).count() < 2 {
        return 0;
    }
    let swaps = || run.iter().filter(|i| i.op == Op::SWAP);
    let depth = swaps().map(|i| i.arg as usize).max().unwrap_or(0);
    // Where each item of the stack, from the top, comes from
    let mut stack: Vec<Option<usize>> = (0..depth).map(Some).collect();
    for swap in swaps() {
        stack.swap(0, swap.arg as usize - 1);
    }
    // Each cycle of the permutation is undone by swaps with the top, written from the end of the run.
    let mut free = run.iter_mut().rev();
    for start in 0..depth {
        if stack[start].is_none_or(|s| s == start) {
            continue;
        }
        let mut at = start;
        loop {
            if at != 0
                && let Some(slot) = free.next()
            {
                slot.set(Op::SWAP, at as u32 + 1);
            }
            match stack[at].take() {
                Some(next) => at = next,
                None => break,
            }
        }
    }
    free.for_each(Instr::set_nop);
    len - 1
}

/// Instructions that take the top of the stack and can change places
fn is_swappable(op: Op) -> bool {
    matches!(op, Op::STORE_FAST | Op::STORE_FAST_MAYBE_NULL | Op::POP_TOP)
}

fn stores_to(instr: &Instr) -> Option<u32> {
    matches!(instr.op, Op::STORE_FAST | Op::STORE_FAST_MAYBE_NULL).then_some(instr.arg)
}

/// The next swappable instruction after `i` with only `NOP`s between, on `line` if that is given.
fn next_swappable(instrs: &[Instr], i: usize, line: Option<i32>) -> Option<usize> {
    for (k, instr) in instrs.iter().enumerate().skip(i + 1) {
        if line.is_some_and(|l| l >= 0 && instr.loc.line != l) {
            return None;
        }
        if instr.op != Op::NOP {
            return is_swappable(instr.op).then_some(k);
        }
    }
    None
}

/// Lets the instructions after a `SWAP` change places instead of the values, from `i` backwards.
fn apply_static(instrs: &mut [Instr], i: usize) {
    for i in (0..=i).rev() {
        let swap = instrs[i];
        if swap.op != Op::SWAP {
            if swap.op == Op::NOP || is_swappable(swap.op) {
                continue;
            }
            return;
        }
        let Some(j) = next_swappable(instrs, i, None) else { return };
        let line = instrs[j].loc.line;
        let mut k = j;
        for _ in 1..swap.arg {
            match next_swappable(instrs, k, Some(line)) {
                Some(next) => k = next,
                None => return,
            }
        }
        // Neither may store where the other, or one in between, does.
        let (store_j, store_k) = (stores_to(&instrs[j]), stores_to(&instrs[k]));
        if store_j.is_some() || store_k.is_some() {
            let between = instrs[j + 1..k].iter().filter_map(stores_to);
            if store_j == store_k || between.map(Some).any(|s| s == store_j || s == store_k) {
                return;
            }
        }
        instrs[i].set_nop();
        instrs.swap(j, k);
    }
}
