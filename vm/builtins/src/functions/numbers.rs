//! `abs`, `bin`, `chr`, `divmod`, `pow`, `round`, `sum`, …

use object::{Args, Bytes, Complex, Float, Int, NativeDef, NumberOp, Obj, Params, Res, Str, Vm};

use crate::number::to_radix;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::one(
        "abs",
        |vm, _, a| vm.absolute(&a.values[0]),
        "($module, number, /)\n--\n\nReturn the absolute value of the argument.",
    ),
    NativeDef::one(
        "bin",
        |vm, _, a| in_radix(vm, &a.values[0], 2, "0b"),
        "($module, number, /)\n--\n\nReturn the binary representation of an integer.\n\n   >>> bin(2796202)\n   \'0b1010101010101010101010\'",
    ),
    NativeDef::one(
        "chr",
        chr,
        "($module, i, /)\n--\n\nReturn a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.",
    ),
    NativeDef::positional(
        "divmod",
        |vm, _, a| {
            let [x, y] = a.exact(vm, "divmod")?;
            vm.divmod(x, y)
        },
        "($module, x, y, /)\n--\n\nReturn the tuple (x//y, x%y).  Invariant: div*y + mod == x.",
    ),
    NativeDef::one(
        "hex",
        |vm, _, a| in_radix(vm, &a.values[0], 16, "0x"),
        "($module, number, /)\n--\n\nReturn the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   \'0xc0ffee\'",
    ),
    NativeDef::one(
        "oct",
        |vm, _, a| in_radix(vm, &a.values[0], 8, "0o"),
        "($module, number, /)\n--\n\nReturn the octal representation of an integer.\n\n   >>> oct(342391)\n   \'0o1234567\'",
    ),
    NativeDef::one(
        "ord",
        ord,
        "($module, character, /)\n--\n\nReturn the ordinal value of a character.\n\nIf the argument is a one-character string, return the Unicode code\npoint of that character.\n\nIf the argument is a bytes or bytearray object of length 1, return its\nsingle byte value.",
    ),
    NativeDef::keywords(
        "pow",
        |vm, _, a| {
            let [base, exponent, modulus] = POW.bind(vm, a)?;
            vm.power(base.unwrap_or(&vm.none), exponent.unwrap_or(&vm.none), modulus.unwrap_or(&vm.none))
        },
        "($module, /, base, exp, mod=None)\n--\n\nEquivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.\n\nSome types, such as ints, are able to use a more efficient algorithm when\ninvoked using the three argument form.",
    ),
    NativeDef::keywords(
        "round",
        round,
        "($module, /, number, ndigits=None)\n--\n\nRound a number to a given precision in decimal digits.\n\nThe return value is an integer if ndigits is omitted or None.  Otherwise\nthe return value has the same type as the number.  ndigits may be negative.",
    ),
    NativeDef::keywords(
        "sum",
        sum,
        "($module, iterable, /, start=0)\n--\n\nReturn the sum of a \'start\' value (default: 0) plus an iterable of numbers\n\nWhen the iterable is empty, return the start value.\nThis function is intended specifically for use with numeric values and may\nreject non-numeric types.",
    ),
];

static POW: Params<3> = Params::new("pow", ["base", "exp", "mod"]).required(2);
static ROUND: Params<2> = Params::new("round", ["number", "ndigits"]).required(1);
static SUM: Params<2> = Params::new("sum", ["iterable", "start"]).positional_only(1).required(1);

fn in_radix(vm: &Vm, number: &Obj, radix: u32, prefix: &str) -> Res<Obj> {
    let index = vm.index(number)?;
    let digits = index.get::<Int>().map(|n| to_radix(n, radix)).unwrap_or_default();
    Ok(match digits.strip_prefix('-') {
        Some(digits) => vm.str(&format!("-{prefix}{digits}")),
        None => vm.str(&format!("{prefix}{digits}")),
    })
}

fn chr(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let index = vm.index(&args.values[0])?;
    match vm.int_value(&index).and_then(|n| u32::try_from(n).ok()).filter(|c| *c < 0x110000) {
        Some(c) => Ok(vm.str_of_code_point(c)),
        None => Err(vm.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let obj = &args.values[0];
    let (len, first) = if let Some(text) = obj.get::<Str>() {
        (text.len(), text.code_point(0))
    } else if let Some(Bytes(bytes)) = obj.get::<Bytes>() {
        (bytes.len(), bytes.first().map(|b| u32::from(*b)))
    } else if let Some(bytes) = obj.get::<object::ByteArray>() {
        let bytes = bytes.0.borrow();
        (bytes.len(), bytes.first().map(|b| u32::from(*b)))
    } else {
        return Err(
            vm.type_error(format!("ord() expected string of length 1, but {} found", obj.ty().name()))
        );
    };
    match first {
        Some(c) if len == 1 => Ok(vm.int(c.into())),
        _ => Err(vm.type_error(format!("ord() expected a character, but string of length {len} found"))),
    }
}

fn round(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, digits] = ROUND.bind(vm, args)?;
    let number = number.unwrap_or(&vm.none);
    let args = digits.filter(|d| !d.is(&vm.none)).map(std::slice::from_ref).unwrap_or_default();
    match vm.call_special(number, &vm.names.__round__, args)? {
        Some(result) => Ok(result),
        None => Err(vm.type_error(format!("type {} doesn\'t define __round__ method", number.ty().name()))),
    }
}

/// A sum of floats that keeps what rounding loses (Neumaier's form of Kahan's summation).
#[derive(Default)]
struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn add(&mut self, x: f64) {
        let total = self.high + x;
        self.low +=
            if self.high.abs() >= x.abs() { (self.high - total) + x } else { (x - total) + self.high };
        self.high = total;
    }

    fn value(&self) -> f64 {
        // An infinite sum has no rest worth adding.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

/// What has been summed up so far. It never goes back to an earlier kind.
enum Total {
    Int(i64),
    Float(Compensated),
    Complex(Compensated, Compensated),
    Any(Obj),
}

impl Total {
    /// A sum that was made the general way, as the quickest kind it can go on with.
    fn resume(vm: &Vm, sum: Obj) -> Total {
        let from = |high| Compensated { high, low: 0.0 };
        if sum.is_exactly(&vm.types.float)
            && let Some(Float(x)) = sum.get::<Float>()
        {
            Total::Float(from(*x))
        } else if sum.is_exactly(&vm.types.complex)
            && let Some(z) = sum.get::<Complex>()
        {
            Total::Complex(from(z.re), from(z.im))
        } else {
            Total::Any(sum)
        }
    }
}

fn sum(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [iterable, start] = SUM.bind(vm, args)?;
    let start = match start {
        Some(start) => {
            let refused = if start.get::<Str>().is_some() {
                Some("sum() can\'t sum strings [use \'\'.join(seq) instead]")
            } else if start.get::<Bytes>().is_some() {
                Some("sum() can\'t sum bytes [use b\'\'.join(seq) instead]")
            } else if start.get::<object::ByteArray>().is_some() {
                Some("sum() can\'t sum bytearray [use b\'\'.join(seq) instead]")
            } else {
                None
            };
            if let Some(message) = refused {
                return Err(vm.type_error(message));
            }
            start.clone()
        }
        None => vm.int(0),
    };
    let exact_int = |obj: &Obj| {
        let plain = obj.is_exactly(&vm.types.int) || obj.is_exactly(&vm.types.bool);
        if plain { vm.int_value(obj) } else { None }
    };
    let exact_float = |obj: &Obj| {
        if obj.is_exactly(&vm.types.float) { obj.get::<Float>().map(|f| f.0) } else { None }
    };
    let mut total = if start.is_exactly(&vm.types.int)
        && let Some(n) = vm.int_value(&start)
    {
        Total::Int(n)
    } else {
        Total::resume(vm, start)
    };
    let iterable = iterable.unwrap_or(&vm.none);
    vm.for_each(iterable, |item| {
        match &mut total {
            Total::Int(n) => {
                if let Some(sum) = exact_int(&item).and_then(|x| n.checked_add(x)) {
                    *n = sum;
                    return Ok(true);
                }
                let so_far = vm.int(*n);
                total = Total::resume(vm, vm.binary_op(NumberOp::Add, &so_far, &item)?);
            }
            Total::Float(floats) => {
                if let Some(x) = exact_float(&item) {
                    floats.add(x);
                    return Ok(true);
                }
                if item.get::<Int>().is_some() {
                    floats.add(vm.as_f64(&item)?);
                    return Ok(true);
                }
                let so_far = vm.float(floats.value());
                total = match Total::resume(vm, vm.binary_op(NumberOp::Add, &so_far, &item)?) {
                    Total::Float(sum) => Total::Any(vm.float(sum.value())),
                    other => other,
                };
            }
            Total::Complex(re, im) => {
                if item.is_exactly(&vm.types.complex)
                    && let Some(z) = item.get::<Complex>()
                {
                    re.add(z.re);
                    im.add(z.im);
                    return Ok(true);
                }
                if item.get::<Int>().is_some() {
                    re.add(vm.as_f64(&item)?);
                    return Ok(true);
                }
                if let Some(Float(x)) = item.get::<Float>() {
                    re.add(*x);
                    return Ok(true);
                }
                let so_far = vm.complex(re.value(), im.value());
                total = Total::Any(vm.binary_op(NumberOp::Add, &so_far, &item)?);
            }
            Total::Any(so_far) => {
                let next = vm.binary_op(NumberOp::Add, so_far, &item)?;
                total = Total::Any(next);
            }
        }
        Ok(true)
    })?;
    Ok(match total {
        Total::Int(n) => vm.int(n),
        Total::Float(floats) => vm.float(floats.value()),
        Total::Complex(re, im) => vm.complex(re.value(), im.value()),
        Total::Any(obj) => obj,
    })
}
