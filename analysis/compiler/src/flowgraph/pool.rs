//! The constants of a unit while instructions still change.

use bytecode::{Const, Op};
use rustc_hash::FxHashMap;

use super::Instr;
use super::fold::Fingerprint;

/// So many constants are looked through, all in all; after that they are hashed.
const FEW: usize = 4096;

/// `co_consts` as a list that grows; equal constants are one, but no NaN equals another.
#[derive(Clone, Debug)]
pub struct ConstPool {
    items: Vec<Const>,
    /// How often a pass has made a constant
    made: usize,
    /// How many constants were looked through
    looked_through: usize,
    /// Places by value, once that is worth it
    index: Option<FxHashMap<Const, u32>>,
    /// Places of all strings, bytes and tuples, once there are places without their constant
    fingerprints: Option<FxHashMap<Fingerprint, u32>>,
}

impl ConstPool {
    /// The constants that code generation collected, at the same indices
    pub fn new(items: Vec<Const>) -> ConstPool {
        ConstPool { items, made: 0, looked_through: 0, index: None, fingerprints: None }
    }

    /// The constants in order
    pub fn items(&self) -> &[Const] {
        &self.items
    }

    /// The constants in order
    pub fn into_items(self) -> Vec<Const> {
        self.items
    }

    /// The index of `value`, which is appended if it is new.
    pub(super) fn add(&mut self, value: Const) -> u32 {
        self.made += 1;
        let next = self.items.len() as u32;
        if let Some(places) = &mut self.fingerprints
            && let Some(fingerprint) = Fingerprint::of(&value)
        {
            let index = *places.entry(fingerprint).or_insert(next);
            if index == next {
                self.items.push(value);
            } else {
                self.items[index as usize] = value;
            }
            return index;
        }
        if !value.has_nan() {
            let items = &self.items;
            self.looked_through += items.len();
            if self.index.is_none() && self.looked_through <= FEW {
                if let Some(index) = items.iter().position(|c| *c == value) {
                    return index as u32;
                }
                self.items.push(value);
                return next;
            }
            let places = self.index.get_or_insert_with(|| {
                (0..).zip(items).filter(|(_, c)| !c.has_nan()).map(|(i, c)| (c.clone(), i)).collect()
            });
            let index = *places.entry(value.clone()).or_insert(next);
            if index != next {
                return index;
            }
        }
        self.items.push(value);
        next
    }

    /// Reserves the place that a constant would get if it were added.
    pub(super) fn pass_by(&mut self, fingerprint: Fingerprint) {
        let items = &self.items;
        let places = self.fingerprints.get_or_insert_with(|| {
            (0..).zip(items).filter_map(|(i, c)| Some((Fingerprint::of(c)?, i))).collect()
        });
        let next = items.len() as u32;
        if *places.entry(fingerprint).or_insert(next) == next {
            // Equal to nothing that is looked for.
            self.items.push(Const::Float(f64::NAN));
        }
    }

    /// How often a pass has made a constant so far
    pub(super) fn made(&self) -> usize {
        self.made
    }

    /// Keeps those that are marked, in their order.
    pub(super) fn keep(&mut self, used: &[bool]) {
        let mut used = used.iter();
        self.items.retain(|_| used.next() == Some(&true));
        (self.index, self.fingerprints) = (None, None);
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
        self.made += 1;
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
