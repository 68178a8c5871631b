//! The functions of `math` that stay within the integers.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer as _;
use object::{Args, Int, Obj, Res, Vm};

fn integer(vm: &Vm, obj: &Obj) -> Res<BigInt> {
    let index = vm.index(obj)?;
    Ok(index.get::<Int>().map(Int::to_big).unwrap_or_default())
}

pub fn gcd(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut result = BigInt::ZERO;
    for arg in args.pos() {
        result = result.gcd(&integer(vm, arg)?);
    }
    Ok(vm.int_big(result))
}

pub fn lcm(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut result = BigInt::from(1);
    for arg in args.pos() {
        result = result.lcm(&integer(vm, arg)?);
    }
    Ok(vm.int_big(result))
}

pub fn isqrt(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    match integer(vm, &args.values[0])?.to_biguint() {
        Some(n) => Ok(vm.int_big(n.sqrt().into())),
        None => Err(vm.value_error("isqrt() argument must be nonnegative")),
    }
}

/// The product of `from..=to`, split in halves so that factors have like sizes.
fn product(from: u64, to: u64) -> BigUint {
    match to.saturating_sub(from) {
        _ if from > to => BigUint::from(1u8),
        0..8 => (from..=to).map(BigUint::from).product(),
        _ => {
            let middle = from + (to - from) / 2;
            product(from, middle) * product(middle + 1, to)
        }
    }
}

/// Results beyond this many factors fill memory before they are done.
const MOST_FACTORS: u64 = 20_000_000;

fn factors(vm: &Vm, from: u64, to: u64) -> Res<BigUint> {
    if to.saturating_sub(from) > MOST_FACTORS {
        return Err(vm.memory_error());
    }
    Ok(product(from, to))
}

pub fn factorial(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let n = integer(vm, &args.values[0])?;
    if n < BigInt::ZERO {
        return Err(vm.value_error("factorial() not defined for negative values"));
    }
    match i64::try_from(&n) {
        Ok(n) => Ok(vm.int_big(factors(vm, 1, n as u64)?.into())),
        Err(_) => Err(vm.overflow_error(format!("factorial() argument should not exceed {}", i64::MAX))),
    }
}

/// `n` and `k`, neither negative.
fn pair(vm: &Vm, n: &Obj, k: &Obj) -> Res<(BigInt, BigInt)> {
    let (n, k) = (integer(vm, n)?, integer(vm, k)?);
    for (number, name) in [(&n, "n"), (&k, "k")] {
        if *number < BigInt::ZERO {
            return Err(vm.value_error(format!("{name} must be a non-negative integer")));
        }
    }
    Ok((n, k))
}

/// `n * (n-1) * …`, `k` factors.
fn falling(vm: &Vm, n: &BigInt, k: u64) -> Res<BigInt> {
    if let Ok(n) = u64::try_from(n) {
        return Ok(factors(vm, n - k + 1, n)?.into());
    }
    if k > MOST_FACTORS {
        return Err(vm.memory_error());
    }
    Ok((0..k).map(|i| n - i).product())
}

pub fn comb(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [n, k] = args.exact::<2>(vm, "comb")?;
    let (n, k) = pair(vm, n, k)?;
    if k > n {
        return Ok(vm.int(0));
    }
    let other = &n - &k;
    match i64::try_from(k.min(other)) {
        Ok(0) => Ok(vm.int(1)),
        Ok(k) => Ok(vm.int_big(falling(vm, &n, k as u64)? / BigInt::from(factors(vm, 1, k as u64)?))),
        Err(_) => Err(vm.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX))),
    }
}

pub fn perm(vm: &Vm, this: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "perm", 1, 2)?;
    let Some(k) = args.values.get(1).filter(|k| !k.is(&vm.none)) else {
        return factorial(vm, this, Args { values: &args.values[..1], kwnames: args.kwnames });
    };
    let (n, k) = pair(vm, &args.values[0], k)?;
    if k > n {
        return Ok(vm.int(0));
    }
    match i64::try_from(k) {
        Ok(0) => Ok(vm.int(1)),
        Ok(k) => Ok(vm.int_big(falling(vm, &n, k as u64)?)),
        Err(_) => Err(vm.overflow_error(format!("k must not exceed {}", i64::MAX))),
    }
}
