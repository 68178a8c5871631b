//! The constants of a unit while instructions still change.

use bytecode::Const;
use rustc_hash::FxHashMap;

use super::Instr;
use bytecode::Op;

/// `co_consts` as a list that grows; equal constants are one, but no NaN equals another.
#[derive(Clone, Debug)]
pub struct ConstPool {
    items: Vec<Const>,
    index: FxHashMap<Const, u32>,
}

impl ConstPool {
    /// The constants that code generation collected, at the same indices
    pub fn new(items: &[Const]) -> ConstPool {
        let mut pool = ConstPool { items: items.to_vec(), index: FxHashMap::default() };
        pool.reindex();
        pool
    }

    /// The constants in order
    pub fn items(&self) -> &[Const] {
        &self.items
    }

    /// The constants in order
    pub fn into_items(self) -> Vec<Const> {
        self.items
    }

    pub(super) fn add(&mut self, value: Const) -> u32 {
        let next = self.items.len() as u32;
        if !value.has_nan() {
            let index = *self.index.entry(value.clone()).or_insert(next);
            if index != next {
                return index;
            }
        }
        self.items.push(value);
        next
    }

    /// Keeps those at the given indices, in their order.
    pub(super) fn keep(&mut self, used: &[u32]) {
        self.items = used.iter().filter_map(|&i| self.items.get(i as usize).cloned()).collect();
        self.reindex();
    }

    fn reindex(&mut self) {
        self.index =
            (0..).zip(&self.items).filter(|(_, c)| !c.has_nan()).map(|(i, c)| (c.clone(), i)).collect();
    }

    /// The constant that an instruction loads, if it loads one
    pub(super) fn loaded(&self, instr: &Instr) -> Option<Const> {
        match instr.op {
            Op::LOAD_CONST => self.items.get(instr.arg as usize).cloned(),
            Op::LOAD_SMALL_INT => Some(Const::Int(instr.arg.into())),
            _ => None,
        }
    }

    /// Turns an instruction into one that loads `value`.
    pub(super) fn make_load(&mut self, instr: &mut Instr, value: Const) {
        if !make_small_int(instr, &value) {
            instr.set(Op::LOAD_CONST, self.add(value));
        }
    }
}

/// Turns an instruction into `LOAD_SMALL_INT` if that can load `value`.
pub(super) fn make_small_int(instr: &mut Instr, value: &Const) -> bool {
    match value {
        Const::Int(i @ 0..256) => {
            instr.set(Op::LOAD_SMALL_INT, *i as u32);
            true
        }
        _ => false,
    }
}
