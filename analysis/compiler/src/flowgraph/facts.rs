//! What a code unit, and each block of it, has at all: passes that have nothing to do there are left out.

use bytecode::Op;

use crate::instr::Location;

/// A set of facts about instructions. What holds at the start is found when the graph is built; a pass that brings
/// something new says so ([`Cfg::note`](super::Cfg::note)). What is gone may still be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Facts(u16);

impl Facts {
    /// Handlers are pushed or popped: `SETUP_*`, `POP_BLOCK`
    pub(super) const HANDLERS: Facts = Facts(1);
    /// `SWAP`, or what becomes one
    pub(super) const SWAPS: Facts = Facts(1 << 1);
    /// Cells are made or accessed
    pub(super) const CELLS: Facts = Facts(1 << 2);
    /// Pseudo-instructions of locals
    pub(super) const PSEUDO_LOCALS: Facts = Facts(1 << 3);
    /// A local may lose its value
    pub(super) const UNBINDS: Facts = Facts(1 << 4);
    /// Locals are loaded
    pub(super) const LOADS_FAST: Facts = Facts(1 << 5);
    /// Locals are loaded, stored or lost
    pub(super) const LOCALS: Facts = Facts(1 << 6);
    /// Constants are loaded, or something that folding makes a constant of
    pub(super) const LOADS_CONST: Facts = Facts(1 << 7);
    /// `NOP`, perhaps one that is not needed
    pub(super) const NOPS: Facts = Facts(1 << 8);
    /// `POP_TOP`, or what becomes one
    pub(super) const POPS: Facts = Facts(1 << 9);
    /// Begins something that the peephole pass rewrites
    pub(super) const REWRITES: Facts = Facts(1 << 10);
    /// An instruction has no line
    pub(super) const NO_LINE: Facts = Facts(1 << 11);
    /// An instruction has the location of the next
    pub(super) const NEXT_LINE: Facts = Facts(1 << 12);

    /// What an instruction shows
    #[inline]
    pub(super) fn of(op: Op) -> Facts {
        BY_OP.get(usize::from(op.0)).copied().unwrap_or_default()
    }

    /// What its location shows
    #[inline]
    pub(super) fn of_location(loc: Location) -> Facts {
        match loc.line {
            0.. => Facts::default(),
            line if line == Location::NEXT.line => Facts::NEXT_LINE,
            _ => Facts::NO_LINE,
        }
    }

    /// These and others
    pub(super) const fn with(self, other: Facts) -> Facts {
        Facts(self.0 | other.0)
    }

    /// Whether one of these holds
    pub(super) const fn any(self, facts: Facts) -> bool {
        self.0 & facts.0 != 0
    }

    pub(super) fn add(&mut self, facts: Facts) {
        *self = self.with(facts);
    }

    pub(super) fn remove(&mut self, facts: Facts) {
        self.0 &= !facts.0;
    }
}

static BY_OP: [Facts; 300] = {
    let mut table = [Facts(0); 300];
    let mut number = 0;
    while number < table.len() {
        table[number] = by_op(Op(number as u16));
        number += 1;
    }
    table
};

const fn by_op(op: Op) -> Facts {
    const FOLDS: Facts = Facts::REWRITES.with(Facts::LOADS_CONST);
    const STORES: Facts = Facts::LOCALS.with(Facts::REWRITES).with(Facts::POPS);
    match op {
        Op::SETUP_FINALLY | Op::SETUP_WITH | Op::SETUP_CLEANUP | Op::POP_BLOCK => Facts::HANDLERS,
        Op::SWAP => Facts::SWAPS.with(Facts::REWRITES),
        Op::UNPACK_SEQUENCE => Facts::SWAPS,
        Op::LOAD_CLOSURE => Facts::CELLS.with(Facts::PSEUDO_LOCALS).with(Facts::LOADS_FAST),
        Op::MAKE_CELL | Op::LOAD_DEREF | Op::STORE_DEREF | Op::DELETE_DEREF | Op::LOAD_FROM_DICT_OR_DEREF => {
            Facts::CELLS
        }
        Op::STORE_FAST_MAYBE_NULL => Facts::UNBINDS.with(Facts::PSEUDO_LOCALS).with(Facts::LOCALS),
        Op::DELETE_FAST | Op::LOAD_FAST_AND_CLEAR => Facts::UNBINDS.with(Facts::LOCALS),
        Op::LOAD_FAST => Facts::LOADS_FAST.with(Facts::LOCALS),
        Op::LOAD_FAST_CHECK => Facts::LOCALS,
        Op::STORE_FAST => STORES,
        Op::POP_TOP => Facts::POPS,
        Op::LOAD_CONST | Op::LOAD_SMALL_INT => Facts::LOADS_CONST,
        Op::NOP => Facts::NOPS,
        Op::BUILD_TUPLE
        | Op::BUILD_LIST
        | Op::BUILD_SET
        | Op::LIST_APPEND
        | Op::SET_ADD
        | Op::CALL_INTRINSIC_1
        | Op::BINARY_OP
        | Op::UNARY_NOT
        | Op::UNARY_INVERT
        | Op::UNARY_NEGATIVE => FOLDS,
        Op::LOAD_GLOBAL | Op::COMPARE_OP | Op::CONTAINS_OP | Op::IS_OP | Op::TO_BOOL => Facts::REWRITES,
        _ => Facts(0),
    }
}
