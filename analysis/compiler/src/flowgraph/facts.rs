//! What a code unit has at all: passes that have nothing to do in it are left out.

use bytecode::Op;

/// A set of facts about the instructions of a code unit. What holds at the start is found when the graph is built; a pass
/// that brings something new says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Facts(u8);

impl Facts {
    /// Handlers are pushed or popped: `SETUP_*`, `POP_BLOCK`
    pub(super) const HANDLERS: Facts = Facts(1);
    /// `SWAP`, or what becomes one
    pub(super) const SWAPS: Facts = Facts(2);
    /// Cells are made or accessed
    pub(super) const CELLS: Facts = Facts(4);
    /// Pseudo-instructions of locals
    pub(super) const PSEUDO_LOCALS: Facts = Facts(8);
    /// A local may lose its value
    pub(super) const UNBINDS: Facts = Facts(16);
    /// Locals are loaded
    pub(super) const LOADS_FAST: Facts = Facts(32);
    /// Constants are loaded
    pub(super) const LOADS_CONST: Facts = Facts(64);
    /// `NOP`, perhaps one that is not needed
    pub(super) const NOPS: Facts = Facts(128);

    /// What an instruction shows
    pub(super) fn of(op: Op) -> Facts {
        BY_OP.get(usize::from(op.0)).copied().unwrap_or_default()
    }

    const fn with(self, other: Facts) -> Facts {
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
        table[number] = match Op(number as u16) {
            Op::SETUP_FINALLY | Op::SETUP_WITH | Op::SETUP_CLEANUP | Op::POP_BLOCK => Facts::HANDLERS,
            Op::SWAP | Op::UNPACK_SEQUENCE => Facts::SWAPS,
            Op::LOAD_CLOSURE => Facts::CELLS.with(Facts::PSEUDO_LOCALS),
            Op::MAKE_CELL
            | Op::LOAD_DEREF
            | Op::STORE_DEREF
            | Op::DELETE_DEREF
            | Op::LOAD_FROM_DICT_OR_DEREF => Facts::CELLS,
            Op::STORE_FAST_MAYBE_NULL => Facts::UNBINDS.with(Facts::PSEUDO_LOCALS),
            Op::DELETE_FAST | Op::LOAD_FAST_AND_CLEAR => Facts::UNBINDS,
            Op::LOAD_FAST => Facts::LOADS_FAST,
            Op::LOAD_CONST | Op::LOAD_SMALL_INT => Facts::LOADS_CONST,
            Op::NOP => Facts::NOPS,
            _ => Facts(0),
        };
        number += 1;
    }
    table
};
