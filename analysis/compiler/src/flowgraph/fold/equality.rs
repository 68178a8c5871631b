//! Python's own equality, as sets use it: `1 == 1.0 == True`.

use bytecode::Const;
use rustc_hash::FxHashSet;

/// The items that a set keeps: of equal ones the first.
pub(super) fn distinct(items: Vec<Const>) -> Vec<Const> {
    let mut seen = FxHashSet::default();
    items.into_iter().filter(|item| item.has_nan() || seen.insert(canonical(item))).collect()
}

/// One form for all constants that are equal in Python
fn canonical(value: &Const) -> Const {
    match value {
        Const::Bool(b) => Const::Int((*b).into()),
        Const::Float(x) if x.fract() == 0.0 => num_traits::FromPrimitive::from_f64(*x)
            .map_or_else(|| value.clone(), |i: num_bigint::BigInt| Const::int(i)),
        Const::Complex(re, im) if *im == 0.0 => canonical(&Const::Float(*re)),
        Const::Complex(re, im) => Const::Complex(*re + 0.0, *im), // -0.0 + 0.0 is 0.0
        Const::Tuple(items) => Const::Tuple(
            items.iter().map(|c| stacker::maybe_grow(32 * 1024, 1024 * 1024, || canonical(c))).collect(),
        ),
        _ => value.clone(),
    }
}
