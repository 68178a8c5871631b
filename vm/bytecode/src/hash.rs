//! CPython's hashes, under `PYTHONHASHSEED=0` where chance has a say, and the order that they give the items of a set:
//! programs and listings show it.

use std::hash::Hasher as _;

use num_bigint::{BigInt, Sign};
use siphasher::sip::SipHasher13;

use crate::constant::guarded;
use crate::{Const, PyString};

/// The prime of numeric hashes, 2⁶¹ − 1 (`_PyHASH_MODULUS`).
const MODULUS: u64 = (1 << 61) - 1;

/// The hash of `None`, which is the same in every process since 3.12.
pub const NONE: i64 = 0xFCA8_6420;

/// −1 says that there is no hash.
fn valid(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// Of a small `int`: its value modulo 2⁶¹ − 1 with the value's sign.
pub fn int(value: i64) -> i64 {
    let reduced = (value.unsigned_abs() % MODULUS) as i64;
    valid(if value < 0 { -reduced } else { reduced })
}

/// Of any `int`.
pub fn big_int(value: &BigInt) -> i64 {
    let reduced =
        value.magnitude().iter_u64_digits().rev().fold(0u64, |hash, digit| {
            ((u128::from(hash) << 64 | u128::from(digit)) % u128::from(MODULUS)) as u64
        }) as i64;
    valid(if value.sign() == Sign::Minus { -reduced } else { reduced })
}

/// Of a `float` (`_Py_HashDouble`). `None` for NaN, whose hash is its address's.
pub fn float(value: f64) -> Option<i64> {
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 { 314_159 } else { -314_159 });
    }
    let (mut mantissa, mut exponent) = libm::frexp(value.abs());
    let mut hash: u64 = 0;
    // 28 bits at a time.
    while mantissa != 0.0 {
        hash = (hash << 28 & MODULUS) | hash >> (61 - 28);
        mantissa *= f64::from(1 << 28);
        exponent -= 28;
        let digit = mantissa as u64;
        mantissa -= digit as f64;
        hash += digit;
        if hash >= MODULUS {
            hash -= MODULUS;
        }
    }
    let shift = exponent.rem_euclid(61);
    hash = (hash << shift & MODULUS) | hash >> (61 - shift);
    Some(valid(if value < 0.0 { -(hash as i64) } else { hash as i64 }))
}

/// Of a `complex`, given the hashes of its parts.
pub fn complex(re: i64, im: i64) -> i64 {
    valid(re.wrapping_add(im.wrapping_mul(1_000_003)))
}

/// Of bytes: SipHash-1-3 with a zero key.
pub fn bytes(bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut hasher = SipHasher13::new_with_keys(0, 0);
    hasher.write(bytes);
    valid(hasher.finish() as i64)
}

/// Of a `str`: that of its code points in as many bytes each as the largest takes.
pub fn string(value: &PyString) -> i64 {
    if value.is_ascii() {
        return bytes(value.as_bytes());
    }
    let points = || value.code_points();
    let raw: Vec<u8> = match points().max().unwrap_or(0) {
        0..=0xff => points().map(|point| point as u8).collect(),
        0x100..=0xffff => points().flat_map(|point| (point as u16).to_ne_bytes()).collect(),
        _ => points().flat_map(u32::to_ne_bytes).collect(),
    };
    bytes(&raw)
}

/// What the hash of a sequence starts from (`_PyHASH_XXPRIME_5`).
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// Of a `tuple`, given the hashes of its items: xxHash without its last rounds.
///
/// # Errors
/// Those of the items.
pub fn tuple<E>(items: impl ExactSizeIterator<Item = Result<i64, E>>) -> Result<i64, E> {
    let len = items.len() as u64;
    Ok(valid_sequence(lanes(items)?.wrapping_add(len ^ (PRIME_5 ^ 3_527_539))))
}

/// Of a `slice`, likewise, but for its length (`slice_hash`).
///
/// # Errors
/// Those of the parts.
pub fn slice<E>(parts: impl Iterator<Item = Result<i64, E>>) -> Result<i64, E> {
    lanes(parts).map(valid_sequence)
}

fn valid_sequence(total: u64) -> i64 {
    if total == u64::MAX { 1_546_275_796 } else { total as i64 }
}

fn lanes<E>(mut items: impl Iterator<Item = Result<i64, E>>) -> Result<u64, E> {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    items.try_fold(PRIME_5, |total, item| {
        Ok(total.wrapping_add((item? as u64).wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1))
    })
}

/// Of a `frozenset`, given the hashes of its items, whose order does not count.
pub fn frozenset(items: impl ExactSizeIterator<Item = i64>) -> i64 {
    let shuffle = |hash: u64| ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167);
    let len = items.len() as u64;
    let mut hash = items.fold(0, |total, item| total ^ shuffle(item as u64));
    hash ^= (len + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    if hash == u64::MAX { 590_923_713 } else { hash as i64 }
}

/// Of a constant; `None` if it hangs on where an object is in memory.
pub fn constant(value: &Const) -> Option<i64> {
    let each = |items: &[Const]| guarded(|| items.iter().map(constant).collect::<Option<Vec<i64>>>());
    let known = |hash: i64| Ok::<i64, std::convert::Infallible>(hash);
    Some(match value {
        Const::None => NONE,
        Const::Bool(value) => i64::from(*value),
        Const::Int(value) => int(*value),
        Const::BigInt(value) => big_int(value),
        Const::Float(value) => float(*value)?,
        Const::Complex(re, im) => complex(float(*re)?, float(*im)?),
        Const::Str(value) => string(value),
        Const::Bytes(value) => bytes(value),
        Const::Tuple(items) => tuple(each(items)?.into_iter().map(known)).ok()?,
        Const::FrozenSet(items) => frozenset(each(items)?.into_iter()),
        Const::Slice(parts) => slice(each(&parts[..])?.into_iter().map(known)).ok()?,
        Const::Ellipsis | Const::Code(_) => return None,
    })
}

/// The places of a set's table that a hash leads to, in order (`set_lookkey`).
pub struct Probe {
    start: usize,
    offset: usize,
    run: usize,
    perturb: usize,
    mask: usize,
}

impl Probe {
    /// How many neighbours are tried before the next jump.
    const LINEAR: usize = 9;

    /// In a table whose size is a power of two, one more than `mask`.
    pub fn new(hash: i64, mask: usize) -> Probe {
        let start = hash as usize & mask;
        Probe { start, offset: 0, run: Probe::run_at(start, mask), perturb: hash as usize, mask }
    }

    fn run_at(start: usize, mask: usize) -> usize {
        if start + Probe::LINEAR <= mask { Probe::LINEAR } else { 0 }
    }

    /// The place to look at.
    pub fn place(&self) -> usize {
        self.start + self.offset
    }

    /// Goes on to the next.
    pub fn advance(&mut self) {
        if self.offset < self.run {
            self.offset += 1;
            return;
        }
        self.perturb >>= 5;
        self.start = self.start.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb) & self.mask;
        self.offset = 0;
        self.run = Probe::run_at(self.start, self.mask);
    }
}

/// The smallest size of a set's table.
pub const MIN_PLACES: usize = 8;

/// The size that the table of a set gets when one more item, of now `used`, makes it too full (`set_add_entry`).
pub fn grown(used: usize) -> usize {
    places_for(if used > 50_000 { used * 2 } else { used * 4 })
}

/// The size of a table that is to have more than so many places (`set_table_resize`).
pub fn places_for(wanted: usize) -> usize {
    (wanted + 1).next_power_of_two().max(MIN_PLACES)
}

/// Whether a table with so many places in use is too full.
pub fn is_full(fill: usize, places: usize) -> bool {
    fill * 5 >= (places - 1) * 3
}

/// The order in which a set shows items of these hashes that were added to it one after the other, no two of them equal:
/// their indices.
pub fn set_order(hashes: &[i64]) -> Vec<usize> {
    fn insert(places: &mut [Option<usize>], index: usize, hash: i64) {
        let mut probe = Probe::new(hash, places.len() - 1);
        while places[probe.place()].is_some() {
            probe.advance();
        }
        places[probe.place()] = Some(index);
    }
    let mut places = vec![None; MIN_PLACES];
    for (index, hash) in hashes.iter().enumerate() {
        insert(&mut places, index, *hash);
        if is_full(index + 1, places.len()) {
            let old = std::mem::replace(&mut places, vec![None; grown(index + 1)]);
            old.into_iter().flatten().for_each(|index| insert(&mut places, index, hashes[index]));
        }
    }
    places.into_iter().flatten().collect()
}

/// The items of a frozenset, which were added in this order, in the order in which it shows them; as they are if that
/// hangs on where objects are in memory.
pub fn order_of(items: &[Const]) -> Vec<&Const> {
    match items.iter().map(constant).collect::<Option<Vec<i64>>>() {
        Some(hashes) => set_order(&hashes).into_iter().map(|index| &items[index]).collect(),
        None => items.iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What CPython says under `PYTHONHASHSEED=0`.
    #[test]
    fn hashes() {
        let text = |text: &str| Const::Str(PyString::from(text));
        let big = |bits: u32, sign: i32| Const::BigInt((BigInt::from(sign) << bits).into());
        let tuple = |items: Vec<Const>| Const::Tuple(items.into());
        for (value, expected) in [
            (Const::None, 4_238_894_112),
            (text(""), 0),
            (text("abc"), -4_594_863_902_769_663_758),
            (text("é"), 6_047_309_291_227_476_195),
            (text("€"), -5_529_981_157_763_016_009),
            (text("😀"), -3_536_540_696_076_613_844),
            (Const::Bytes(b"ab"[..].into()), 6_148_830_537_548_944_441),
            (Const::Float(1.5), 1_152_921_504_606_846_977),
            (Const::Float(1e300), 1_224_995_262_755_759_164),
            (Const::Float(-1.0), -2),
            (Const::Float(0.1), 230_584_300_921_369_408),
            (Const::Int(-1), -2),
            (Const::Int((1 << 61) - 1), 0),
            (big(100, 1), 549_755_813_888),
            (big(70, -1), -512),
            (tuple(vec![Const::Int(1), Const::Int(2), text("a")]), -1_169_865_621_294_988_841),
            (tuple(Vec::new()), 5_740_354_900_026_072_187),
            (Const::FrozenSet(vec![Const::Int(1), Const::Int(2)].into()), -1_826_646_154_956_904_602),
            (Const::Complex(3.0, 4.0), 4_000_015),
            (Const::Bool(true), 1),
        ] {
            assert_eq!(constant(&value), Some(expected), "{value:?}");
        }
        let parts = [1, 2, 3].map(Const::Int);
        assert_eq!(constant(&Const::Slice(parts.into())), Some(-2_340_833_382_717_974_474));
        assert_eq!(constant(&tuple(vec![Const::Ellipsis])), None);
    }

    #[test]
    fn order_of_sets() {
        let check = |hashes: &[i64], expected: &[i64]| {
            let order: Vec<i64> = set_order(hashes).into_iter().map(|index| hashes[index]).collect();
            assert_eq!(order, expected);
        };
        check(&[3, 1, 2], &[1, 2, 3]);
        check(&[10, 3, 8], &[8, 10, 3]);
        check(&[16, 8, 0], &[16, 8, 0]);
        check(&[100, 4, 36, 68, 132], &[132, 100, 4, 36, 68]);
        check(&[], &[]);
        check(&[7, 15, 23, 31, 39, 47, 55, 63], &[39, 7, 15, 47, 55, 23, 63, 31]);
    }
}
