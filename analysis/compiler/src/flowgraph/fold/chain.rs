//! Long sums of strings, `'a' + 'b' + ...`, in time linear in the result.
//!
//! CPython makes a constant of every partial sum and drops it at the end. Here, once a sum is long, the partial
//! sums are only passed by: the pool reserves their places, so that an equal constant made later gets the same
//! one, and knows them by a fingerprint that can be computed as the sum grows.

use bytecode::opcode::nb;
use bytecode::{Const, Op, PyString};

use super::{ConstPool, Instr, nop_out};

/// Sums up to this length, in bytes, are folded step by step.
const LONG: usize = 4096;

/// Stands for a string or bytes: kind, length and two polynomials over the bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::flowgraph) struct Fingerprint {
    is_str: bool,
    len: usize,
    sums: [u64; 2],
}

/// The modulus, a Mersenne prime, and where the polynomials are evaluated
const PRIME: u64 = (1 << 61) - 1;
const BASES: [u64; 2] = [0x0ddb_a11c_0ffe_e123, 0x1337_5eed_1bad_cafe];

impl Fingerprint {
    /// The fingerprint of a constant, if it is a string or bytes
    pub(in crate::flowgraph) fn of(value: &Const) -> Option<Fingerprint> {
        let (is_str, bytes) = content(value)?;
        let mut fingerprint = Fingerprint { is_str, len: 0, sums: [0; 2] };
        fingerprint.extend(bytes);
        Some(fingerprint)
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.len += bytes.len();
        for (sum, base) in self.sums.iter_mut().zip(BASES) {
            for &b in bytes {
                let next = u128::from(*sum) * u128::from(base) + u128::from(b) + 1;
                *sum = (next % u128::from(PRIME)) as u64;
            }
        }
    }
}

fn content(value: &Const) -> Option<(bool, &[u8])> {
    match value {
        Const::Str(s) => Some((true, s.as_bytes())),
        Const::Bytes(b) => Some((false, b)),
        _ => None,
    }
}

/// The load and the addition that follow `at`, with nothing but `NOP`s between
fn next_term(instrs: &[Instr], at: usize) -> Option<(usize, usize)> {
    let mut rest = (at + 1..instrs.len()).filter(|&k| instrs[k].op != Op::NOP);
    let (load, add) = (rest.next()?, rest.next()?);
    let adds = instrs[add].op == Op::BINARY_OP && instrs[add].arg == nb::ADD;
    (instrs[load].loads_const() && adds).then_some((load, add))
}

/// Adds the terms that follow a sum whose value so far is `sum` and would be loaded at `at`; whether it did, and so
/// has placed the load. Short sums are left alone.
pub(super) fn add_terms(instrs: &mut [Instr], mut at: usize, sum: &Const, consts: &mut ConstPool) -> bool {
    let Some((is_str, bytes)) = content(sum).filter(|(_, bytes)| bytes.len() > LONG) else { return false };
    let Some(mut fingerprint) = Fingerprint::of(sum).filter(|_| next_term(instrs, at).is_some()) else {
        return false;
    };
    let mut bytes = bytes.to_vec();
    while let Some((load, add)) = next_term(instrs, at) {
        let Some(term) = consts.loaded(&instrs[load]) else { break };
        let Some((_, term)) = content(&term).filter(|(kind, _)| *kind == is_str) else { break };
        consts.pass_by(fingerprint);
        fingerprint.extend(term);
        bytes.extend(term);
        nop_out(instrs, &[at, load]);
        at = add;
    }
    let value =
        if is_str { PyString::from_bytes(&bytes).map(Const::Str) } else { Some(Const::Bytes(bytes.into())) };
    // Strings that are well formed are so in sequence.
    consts.make_load(&mut instrs[at], value.unwrap_or_else(|| sum.clone()));
    true
}
