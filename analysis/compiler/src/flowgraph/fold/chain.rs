//! Long sums of strings, bytes or tuples, `'a' + 'b' + ...`, in time linear in the result.
//!
//! CPython makes a constant of every partial sum and drops it at the end. Here, once a sum is long, the partial
//! sums are only passed by: the pool reserves their places, so that an equal constant made later gets the same
//! one, and knows them by a fingerprint that can be computed as the sum grows.

use std::hash::{DefaultHasher, Hash, Hasher};

use bytecode::opcode::nb;
use bytecode::{Const, Op, PyString};

use super::{ConstPool, Instr, nop_out};

/// Sums up to this length, in bytes, are folded step by step.
const LONG: usize = 4096;
/// The same for tuples, in items
const LONG_TUPLE: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Kind {
    Str,
    Bytes,
    Tuple,
}

/// Stands for a string, bytes or tuple: kind, length and two polynomials over what is in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::flowgraph) struct Fingerprint {
    kind: Kind,
    len: usize,
    sums: [u64; 2],
}

/// The modulus, a Mersenne prime, and where the polynomials are evaluated
const PRIME: u64 = (1 << 61) - 1;
const BASES: [u64; 2] = [0x0ddb_a11c_0ffe_e123, 0x1337_5eed_1bad_cafe];

impl Fingerprint {
    /// The fingerprint of a constant, if it is a string, bytes or a tuple; of none that is equal to nothing
    pub(in crate::flowgraph) fn of(value: &Const) -> Option<Fingerprint> {
        let mut fingerprint = Fingerprint { kind: kind(value)?, len: 0, sums: [0; 2] };
        fingerprint.extend(value);
        Some(fingerprint).filter(|_| !value.has_nan())
    }

    fn extend(&mut self, term: &Const) {
        match term {
            Const::Str(s) => s.as_bytes().iter().for_each(|&b| self.push(b.into())),
            Const::Bytes(bytes) => bytes.iter().for_each(|&b| self.push(b.into())),
            Const::Tuple(items) => items.iter().for_each(|item| {
                let mut hasher = DefaultHasher::new();
                item.hash(&mut hasher);
                self.push(hasher.finish());
            }),
            _ => {}
        }
    }

    fn push(&mut self, part: u64) {
        self.len += 1;
        for (sum, base) in self.sums.iter_mut().zip(BASES) {
            let next = u128::from(*sum) * u128::from(base) + u128::from(part) + 1;
            *sum = (next % u128::from(PRIME)) as u64;
        }
    }
}

fn kind(value: &Const) -> Option<Kind> {
    match value {
        Const::Str(_) => Some(Kind::Str),
        Const::Bytes(_) => Some(Kind::Bytes),
        Const::Tuple(_) => Some(Kind::Tuple),
        _ => None,
    }
}

/// A sum that grows
enum Sum {
    Str(Vec<u8>),
    Bytes(Vec<u8>),
    Tuple(Vec<Const>),
}

impl Sum {
    /// Starts with a constant, if it is long.
    fn new(value: &Const) -> Option<Sum> {
        match value {
            Const::Str(s) if s.as_bytes().len() > LONG => Some(Sum::Str(s.as_bytes().to_vec())),
            Const::Bytes(bytes) if bytes.len() > LONG => Some(Sum::Bytes(bytes.to_vec())),
            Const::Tuple(items) if items.len() > LONG_TUPLE => Some(Sum::Tuple(items.to_vec())),
            _ => None,
        }
    }

    /// Adds a constant; false if that is not possible.
    fn add(&mut self, term: &Const) -> bool {
        match (self, term) {
            (Sum::Str(sum), Const::Str(s)) => sum.extend(s.as_bytes()),
            (Sum::Bytes(sum), Const::Bytes(bytes)) => sum.extend(bytes.iter()),
            (Sum::Tuple(sum), Const::Tuple(items)) if !term.has_nan() => sum.extend_from_slice(items),
            _ => return false,
        }
        true
    }

    fn value(self) -> Option<Const> {
        match self {
            Sum::Str(sum) => PyString::from_bytes(&sum).map(Const::Str),
            Sum::Bytes(sum) => Some(Const::Bytes(sum.into())),
            Sum::Tuple(sum) => Some(Const::Tuple(sum.into())),
        }
    }
}

/// The load and the addition that follow `at`, with nothing but `NOP`s between
fn next_term(instrs: &[Instr], at: usize) -> Option<(usize, usize)> {
    let mut rest = (at + 1..instrs.len()).filter(|&k| instrs[k].op != Op::NOP);
    let (load, add) = (rest.next()?, rest.next()?);
    let adds = instrs[add].op == Op::BINARY_OP && instrs[add].arg == nb::ADD;
    (instrs[load].loads_const() && adds).then_some((load, add))
}

/// If the next term is a tuple display that is yet to be folded, folds it.
fn fold_display(instrs: &mut [Instr], at: usize, consts: &mut ConstPool) {
    let mut rest = (at + 1..instrs.len()).filter(|&k| instrs[k].op != Op::NOP);
    let mut loads = 0;
    while let Some(k) = rest.next() {
        if instrs[k].op == Op::BUILD_TUPLE && instrs[k].arg == loads {
            let adds = |k: usize| instrs[k].op == Op::BINARY_OP && instrs[k].arg == nb::ADD;
            if rest.next().is_some_and(adds) {
                super::tuple(instrs, k, consts);
            }
            return;
        }
        if !instrs[k].loads_const() || loads == super::MAX_LOADS {
            return;
        }
        loads += 1;
    }
}

/// Adds the terms that follow a sum whose value so far is `start` and would be loaded at `at`; whether it did, and so
/// has placed the load. Short sums are left alone.
pub(super) fn add_terms(instrs: &mut [Instr], mut at: usize, start: &Const, consts: &mut ConstPool) -> bool {
    let Some(mut sum) = Sum::new(start) else { return false };
    let Some(mut fingerprint) = Fingerprint::of(start) else { return false };
    loop {
        // The sum so far comes before the term among the constants.
        consts.pass_by(fingerprint);
        fold_display(instrs, at, consts);
        let Some((load, add)) = next_term(instrs, at) else { break };
        let Some(term) = consts.loaded(&instrs[load]).filter(|term| sum.add(term)) else { break };
        fingerprint.extend(&term);
        nop_out(instrs, &[at, load]);
        at = add;
    }
    // Strings that are well formed are so in sequence.
    consts.make_load(&mut instrs[at], sum.value().unwrap_or_else(|| start.clone()));
    true
}
