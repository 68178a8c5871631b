//! `math.sumprod`: products of floats are summed with three times the precision.

use num_bigint::BigInt;
use object::{Args, Float, Int, NumberOp, Obj, Res, Vm};

/// The sum of three floats of falling size.
#[derive(Clone, Copy, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

/// `a + b`, and what is lost by rounding.
fn sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}

impl Triple {
    fn add_product(self, x: f64, y: f64) -> Triple {
        let product = x * y;
        let error = x.mul_add(y, -product);
        let (high, rest) = sum(self.high, product);
        let (below, tiny) = sum(self.low, error);
        let (low, more) = sum(below, rest);
        Triple { high, low, tiny: self.tiny + tiny + more }
    }

    fn value(self) -> f64 {
        let (low, tiny) = sum(self.low, self.tiny);
        let (high, rest) = sum(self.high, low);
        high + (rest + tiny)
    }
}

/// A pair of factors that can be summed as floats: at least one is a float, the other one a float or an integer.
fn as_floats(vm: &Vm, x: &Obj, y: &Obj) -> Option<(f64, f64)> {
    let is_float = |obj: &Obj| obj.is_exactly(&vm.types.float);
    let value = |obj: &Obj| {
        if is_float(obj) {
            return obj.get::<Float>().map(|float| float.0);
        }
        let plain = obj.is_exactly(&vm.types.int) || obj.is_exactly(&vm.types.bool);
        obj.get::<Int>().filter(|_| plain)?.to_f64()
    };
    if !is_float(x) && !is_float(y) {
        return None;
    }
    Some((value(x)?, value(y)?))
}

pub(super) fn sumprod(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [left, right] = args.exact::<2>(vm, "sumprod")?;
    let (left, right) = (vm.iter(left)?, vm.iter(right)?);
    let add = |total: &Obj, term: &Obj| vm.binary_op(NumberOp::Add, total, term);
    let mut total = vm.int(0);
    // Either kind of sum is left for good when the first pair comes that does not fit it.
    let mut integers = Some(BigInt::ZERO);
    let mut floats = Some(None::<Triple>);
    loop {
        let pair = match (vm.next(&left)?, vm.next(&right)?) {
            (Some(x), Some(y)) => Some((x, y)),
            (None, None) => None,
            _ => return Err(vm.value_error("Inputs are not the same length")),
        };
        if let Some(sum) = &mut integers {
            let exact =
                |obj: &Obj| obj.get::<Int>().filter(|_| obj.is_exactly(&vm.types.int)).map(Int::to_big);
            if let Some((x, y)) = &pair
                && let (Some(x), Some(y)) = (exact(x), exact(y))
            {
                *sum += x * y;
                continue;
            }
            if let Some(sum) = integers.take().filter(|sum| *sum != BigInt::ZERO) {
                total = add(&total, &vm.int_big(sum))?;
            }
        }
        if let Some(sum) = &mut floats {
            let fitting = pair.as_ref().and_then(|(x, y)| as_floats(vm, x, y));
            let new = fitting.map(|(x, y)| sum.unwrap_or_default().add_product(x, y));
            if let Some(new) = new.filter(|new| new.high.is_finite()) {
                *sum = Some(new);
                continue;
            }
            if let Some(sum) = floats.take().flatten() {
                total = add(&total, &vm.float(sum.value()))?;
            }
        }
        let Some((x, y)) = pair else { return Ok(total) };
        total = add(&total, &vm.binary_op(NumberOp::Multiply, &x, &y)?)?;
    }
}
