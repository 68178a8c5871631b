//! `math`.

mod integer;
mod products;
pub mod real;

use object::{Args, Float, Module, NativeDef, Obj, Params, Raised, Ref, Res, Vm};

use crate::module::NativeModule;
use real::{ExactSum, Failure};

/// The module.
pub static MODULE: NativeModule = NativeModule::new(
    "math",
    "This module provides access to the mathematical functions\ndefined by the C standard.",
)
.functions(FUNCTIONS)
.init(constants);

/// A function of one real number: its name, what computes it, and how its failures read.
macro_rules! real_functions {
    ($($name:literal, $compute:expr, $domain:expr, $doc:literal;)*) => {
        &[
            $(NativeDef::one($name, |vm, _, args| real_function(vm, &args.values[0], $compute, $domain), $doc),)*
            NativeDef::one("fabs", |vm, _, args| Ok(vm.float(vm.as_f64(&args.values[0])?.abs())), "($module, x, /)\n--\n\nReturn the absolute value of the float x."),
            NativeDef::one("degrees", |vm, _, args| Ok(vm.float(vm.as_f64(&args.values[0])? * (180.0 / std::f64::consts::PI))), "($module, x, /)\n--\n\nConvert angle x from radians to degrees."),
            NativeDef::one("radians", |vm, _, args| Ok(vm.float(vm.as_f64(&args.values[0])? * (std::f64::consts::PI / 180.0))), "($module, x, /)\n--\n\nConvert angle x from degrees to radians."),
            NativeDef::one("gamma", |vm, _, args| gamma(vm, &args.values[0], real::gamma), "($module, x, /)\n--\n\nGamma function at x."),
            NativeDef::one("lgamma", |vm, _, args| gamma(vm, &args.values[0], real::lgamma), "($module, x, /)\n--\n\nNatural logarithm of absolute value of Gamma function at x."),
            NativeDef::positional("log", log, "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x."),
            NativeDef::one("log2", |vm, _, args| logarithm(vm, &args.values[0], f64::log2), "($module, x, /)\n--\n\nReturn the base 2 logarithm of x."),
            NativeDef::one("log10", |vm, _, args| logarithm(vm, &args.values[0], f64::log10), "($module, x, /)\n--\n\nReturn the base 10 logarithm of x."),
            NativeDef::positional("atan2", |vm, _, args| { let [y, x] = two(vm, args, "atan2")?; Ok(vm.float(y.atan2(x))) }, "($module, y, x, /)\n--\n\nReturn the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered."),
            NativeDef::positional("copysign", |vm, _, args| { let [x, y] = two(vm, args, "copysign")?; Ok(vm.float(x.copysign(y))) }, "($module, x, y, /)\n--\n\nReturn a float with the magnitude (absolute value) of x but the sign of y.\n\nOn platforms that support signed zeros, copysign(1.0, -0.0)\nreturns -1.0.\n"),
            NativeDef::positional("fmod", fmod, "($module, x, y, /)\n--\n\nReturn fmod(x, y), according to platform C.\n\nx % y may differ."),
            NativeDef::positional("remainder", remainder, "($module, x, y, /)\n--\n\nDifference between x and the closest integer multiple of y.\n\nReturn x - n*y where n*y is the closest integer multiple of y.\nIn the case where x is exactly halfway between two multiples of\ny, the nearest even value of n is used. The result is always exact."),
            NativeDef::positional("pow", pow, "($module, x, y, /)\n--\n\nReturn x**y (x to the power of y)."),
            NativeDef::positional("ldexp", ldexp, "($module, x, i, /)\n--\n\nReturn x * (2**i).\n\nThis is essentially the inverse of frexp()."),
            NativeDef::one("frexp", frexp, "($module, x, /)\n--\n\nReturn the mantissa and exponent of x, as pair (m, e).\n\nIf x is a finite nonzero number, then m is a float with\n0.5 <= abs(m) < 1.0 and an integer e is such that\nx == m * 2**e exactly.  Else, return (x, 0)."),
            NativeDef::one("modf", modf, "($module, x, /)\n--\n\nReturn the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats."),
            NativeDef::one("isfinite", |vm, _, args| Ok(vm.bool(vm.as_f64(&args.values[0])?.is_finite())), "($module, x, /)\n--\n\nReturn True if x is neither an infinity nor a NaN, and False otherwise."),
            NativeDef::one("isinf", |vm, _, args| Ok(vm.bool(vm.as_f64(&args.values[0])?.is_infinite())), "($module, x, /)\n--\n\nReturn True if x is a positive or negative infinity, and False otherwise."),
            NativeDef::one("isnan", |vm, _, args| Ok(vm.bool(vm.as_f64(&args.values[0])?.is_nan())), "($module, x, /)\n--\n\nReturn True if x is a NaN (not a number), and False otherwise."),
            NativeDef::keywords("isclose", isclose, "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\nDetermine whether two floating-point numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them\nmust be smaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That\nis, NaN is not close to anything, even itself.  inf and -inf are\nonly close to themselves."),
            NativeDef::one("fsum", fsum, "($module, seq, /)\n--\n\nReturn an accurate floating-point sum of values in the iterable seq.\n\nAssumes IEEE-754 floating-point arithmetic."),
            NativeDef::positional("hypot", hypot, "($module, /, *coordinates)\n--\n\nMultidimensional Euclidean distance from the origin to a point.\n\nRoughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))\n\nFor a two dimensional point (x, y), gives the hypotenuse\nusing the Pythagorean theorem:  sqrt(x*x + y*y).\n\nFor example, the hypotenuse of a 3/4/5 right triangle is:\n\n    >>> hypot(3.0, 4.0)\n    5.0"),
            NativeDef::positional("dist", dist, "($module, p, q, /)\n--\n\nReturn the Euclidean distance between two points p and q.\n\nThe points should be specified as sequences (or iterables) of\ncoordinates.  Both inputs must have the same dimension.\n\nRoughly equivalent to:\n    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))"),
            NativeDef::keywords("prod", prod, "($module, iterable, /, *, start=1)\n--\n\nCalculate the product of all the elements in the input iterable.\n\nThe default start value for the product is 1.\n\nWhen the iterable is empty, return the start value.  This function is\nintended specifically for use with numeric values and may reject\nnon-numeric types."),
            NativeDef::positional("fma", fma, "($module, x, y, z, /)\n--\n\nFused multiply-add operation.\n\nCompute (x * y) + z with a single round."),
            NativeDef::keywords("nextafter", nextafter, "($module, x, y, /, *, steps=None)\n--\n\nReturn the floating-point value the given number of steps after x towards y.\n\nIf steps is not specified or is None, it defaults to 1.\n\nRaises a TypeError, if x or y is not a double, or if steps is not\nan integer.  Raises ValueError if steps is negative."),
            NativeDef::positional("sumprod", products::sumprod, "($module, p, q, /)\n--\n\nReturn the sum of products of values from two iterables p and q.\n\nRoughly equivalent to:\n\n    sum(map(operator.mul, p, q, strict=True))\n\nFor float and mixed int/float inputs, the intermediate products\nand sums are computed with extended precision."),
            NativeDef::one("ulp", |vm, _, args| Ok(vm.float(ulp(vm.as_f64(&args.values[0])?))), "($module, x, /)\n--\n\nReturn the value of the least significant bit of the float x."),
            NativeDef::one("ceil", |vm, _, args| rounded(vm, &args.values[0], "__ceil__", f64::ceil), "($module, x, /)\n--\n\nReturn the ceiling of x as an Integral.\n\nThis is the smallest integer >= x."),
            NativeDef::one("floor", |vm, _, args| rounded(vm, &args.values[0], "__floor__", f64::floor), "($module, x, /)\n--\n\nReturn the floor of x as an Integral.\n\nThis is the largest integer <= x."),
            NativeDef::one("trunc", trunc, "($module, x, /)\n--\n\nTruncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method."),
            NativeDef::positional("gcd", integer::gcd, "($module, /, *integers)\n--\n\nGreatest Common Divisor."),
            NativeDef::positional("lcm", integer::lcm, "($module, /, *integers)\n--\n\nLeast Common Multiple."),
            NativeDef::one("isqrt", integer::isqrt, "($module, n, /)\n--\n\nReturn the integer part of the square root of the input."),
            NativeDef::one("factorial", integer::factorial, "($module, n, /)\n--\n\nFind n!."),
            NativeDef::positional("comb", integer::comb, "($module, n, k, /)\n--\n\nNumber of ways to choose k items from n items without repetition and without order.\n\nEvaluates to n! / (k! * (n - k)!) when k <= n and evaluates\nto zero when k > n.\n\nAlso called the binomial coefficient because it is equivalent\nto the coefficient of k-th term in polynomial expansion of the\nexpression (1 + x)**n.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative."),
            NativeDef::positional("perm", integer::perm, "($module, n, k=None, /)\n--\n\nNumber of ways to choose k items from n items without repetition and with order.\n\nEvaluates to n! / (n - k)! when k <= n and evaluates\nto zero when k > n.\n\nIf k is not specified or is None, then k defaults to n\nand the function returns n!.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative."),
        ]
    };
}

/// How a value outside a function's domain is told: the text before `, got …`.
type Domain = Option<&'static str>;

const FINITE: Domain = Some("expected a finite input");
const ARC: Domain = Some("expected a number in range from -1 up to 1");

static FUNCTIONS: &[NativeDef] = real_functions! {
    "acos", f64::acos, ARC, "($module, x, /)\n--\n\nReturn the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi.";
    "acosh", real::acosh, Some("expected argument value not less than 1"), "($module, x, /)\n--\n\nReturn the inverse hyperbolic cosine of x.";
    "asin", f64::asin, ARC, "($module, x, /)\n--\n\nReturn the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.";
    "asinh", real::asinh, None, "($module, x, /)\n--\n\nReturn the inverse hyperbolic sine of x.";
    "atan", f64::atan, None, "($module, x, /)\n--\n\nReturn the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.";
    "atanh", |x| if x.abs() == 1.0 { f64::NAN } else { real::atanh(x) }, Some("expected a number between -1 and 1"), "($module, x, /)\n--\n\nReturn the inverse hyperbolic tangent of x.";
    "cbrt", real::cbrt, None, "($module, x, /)\n--\n\nReturn the cube root of x.";
    "cos", f64::cos, FINITE, "($module, x, /)\n--\n\nReturn the cosine of x (measured in radians).";
    "cosh", f64::cosh, None, "($module, x, /)\n--\n\nReturn the hyperbolic cosine of x.";
    "erf", libm::erf, None, "($module, x, /)\n--\n\nError function at x.";
    "erfc", libm::erfc, None, "($module, x, /)\n--\n\nComplementary error function at x.";
    "exp", f64::exp, None, "($module, x, /)\n--\n\nReturn e raised to the power of x.";
    "exp2", f64::exp2, None, "($module, x, /)\n--\n\nReturn 2 raised to the power of x.";
    "expm1", f64::exp_m1, None, "($module, x, /)\n--\n\nReturn exp(x)-1.\n\nThis function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.";
    "log1p", |x| if x == -1.0 { f64::NAN } else { x.ln_1p() }, Some("expected argument value > -1"), "($module, x, /)\n--\n\nReturn the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero.";
    "sin", f64::sin, FINITE, "($module, x, /)\n--\n\nReturn the sine of x (measured in radians).";
    "sinh", f64::sinh, None, "($module, x, /)\n--\n\nReturn the hyperbolic sine of x.";
    "sqrt", f64::sqrt, Some("expected a nonnegative input"), "($module, x, /)\n--\n\nReturn the square root of x.";
    "tan", f64::tan, FINITE, "($module, x, /)\n--\n\nReturn the tangent of x (measured in radians).";
    "tanh", f64::tanh, None, "($module, x, /)\n--\n\nReturn the hyperbolic tangent of x.";
};

fn constants(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    use std::f64::consts::{E, PI, TAU};
    for (name, value) in [("pi", PI), ("e", E), ("tau", TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        module.dict.set_str(&vm.intern(name), vm.float(value));
    }
    Ok(())
}

fn domain_error(vm: &Vm) -> Raised {
    vm.value_error("math domain error")
}

fn range_error(vm: &Vm) -> Raised {
    vm.overflow_error("math range error")
}

/// A result that is no number where the argument is one lies outside the domain; an infinite one is an overflow.
fn real_function(vm: &Vm, arg: &Obj, compute: fn(f64) -> f64, domain: Domain) -> Res<Obj> {
    let x = vm.as_f64(arg)?;
    let result = compute(x);
    if result.is_nan() && !x.is_nan() {
        return Err(match domain {
            Some(text) => {
                vm.value_error(format!("{text}, got {}", builtins::number::decimal::signed_repr(x)))
            }
            None => domain_error(vm),
        });
    }
    if result.is_infinite() && x.is_finite() {
        return Err(range_error(vm));
    }
    Ok(vm.float(result))
}

fn gamma(vm: &Vm, arg: &Obj, compute: fn(f64) -> Result<f64, Failure>) -> Res<Obj> {
    let x = vm.as_f64(arg)?;
    match compute(x) {
        Ok(value) => Ok(vm.float(value)),
        Err(Failure::Domain) => Err(vm.value_error(format!(
            "expected a noninteger or positive integer, got {}",
            builtins::number::decimal::signed_repr(x)
        ))),
        Err(Failure::Range) => Err(range_error(vm)),
    }
}

/// A logarithm; integers may be too large for a float.
fn logarithm_of(vm: &Vm, arg: &Obj, compute: fn(f64) -> f64) -> Res<f64> {
    if let Some(int) = arg.get::<object::Int>() {
        if int.is_negative() || int.is_zero() {
            return Err(vm.value_error("expected a positive input"));
        }
        if let Some(x) = int.to_f64() {
            return Ok(compute(x));
        }
        let big = int.to_big();
        let shift = big.bits() - 64;
        let top = object::big_to_f64(&(big >> shift)).unwrap_or(f64::INFINITY);
        let (mantissa, exponent) = libm::frexp(top);
        return Ok(compute(mantissa) + compute(2.0) * (exponent as f64 + shift as f64));
    }
    let x = vm.as_f64(arg)?;
    if x <= 0.0 {
        let shown = builtins::number::decimal::signed_repr(x);
        return Err(vm.value_error(format!("expected a positive input, got {shown}")));
    }
    Ok(compute(x))
}

fn logarithm(vm: &Vm, arg: &Obj, compute: fn(f64) -> f64) -> Res<Obj> {
    Ok(vm.float(logarithm_of(vm, arg, compute)?))
}

fn log(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "log", 1, 2)?;
    let number = logarithm_of(vm, &args.values[0], f64::ln)?;
    match args.values.get(1) {
        None => Ok(vm.float(number)),
        Some(base) => match logarithm_of(vm, base, f64::ln)? {
            0.0 => Err(vm.zero_division_error("division by zero")),
            base => Ok(vm.float(number / base)),
        },
    }
}

fn two(vm: &Vm, args: Args<'_>, function: &str) -> Res<[f64; 2]> {
    let [x, y] = args.exact::<2>(vm, function)?;
    Ok([vm.as_f64(x)?, vm.as_f64(y)?])
}

fn fmod(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [x, y] = two(vm, args, "fmod")?;
    let result = if y.is_infinite() && x.is_finite() { x } else { x % y };
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(vm));
    }
    Ok(vm.float(result))
}

fn remainder(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [x, y] = two(vm, args, "remainder")?;
    let result = libm::remainder(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(vm));
    }
    Ok(vm.float(result))
}

fn pow(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [x, y] = two(vm, args, "pow")?;
    let result = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if result.is_nan() || (result.is_infinite() && x == 0.0) {
            return Err(domain_error(vm));
        }
        if result.is_infinite() {
            return Err(range_error(vm));
        }
    }
    Ok(vm.float(result))
}

fn ldexp(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [x, exponent] = args.exact::<2>(vm, "ldexp")?;
    let x = vm.as_f64(x)?;
    let Some(int) = exponent.get::<object::Int>() else {
        return Err(vm.type_error("Expected an int as second argument to ldexp."));
    };
    // Beyond these all numbers have left the range of floats.
    let limit = if int.is_negative() { -5000 } else { 5000 };
    let exponent = int.small().map_or(limit, |n| n.clamp(-5000, 5000));
    let result = libm::scalbn(x, exponent as i32);
    if result.is_infinite() && x.is_finite() {
        return Err(range_error(vm));
    }
    Ok(vm.float(result))
}

fn frexp(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let x = vm.as_f64(&args.values[0])?;
    let (mantissa, exponent) = if x.is_finite() && x != 0.0 { libm::frexp(x) } else { (x, 0) };
    Ok(vm.tuple([vm.float(mantissa), vm.int(exponent.into())]))
}

fn modf(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let x = vm.as_f64(&args.values[0])?;
    let fraction = if x.is_infinite() { 0f64.copysign(x) } else { (x - x.trunc()).copysign(x) };
    Ok(vm.tuple([vm.float(fraction), vm.float(x.trunc())]))
}

/// `rel_tol` and `abs_tol` of `isclose`.
pub(crate) fn isclose_tolerances(vm: &Vm, relative: Option<&Obj>, absolute: Option<&Obj>) -> Res<(f64, f64)> {
    let relative = relative.map_or(Ok(1e-9), |relative| vm.as_f64(relative))?;
    let absolute = absolute.map_or(Ok(0.0), |absolute| vm.as_f64(absolute))?;
    if relative < 0.0 || absolute < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    Ok((relative, absolute))
}

fn isclose(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<4> =
        Params::new("isclose", ["a", "b", "rel_tol", "abs_tol"]).required(2).keyword_only(2);
    let [a, b, relative, absolute] = PARAMS.bind(vm, args)?;
    let (a, b) = (vm.as_f64(a.unwrap_or(&vm.none))?, vm.as_f64(b.unwrap_or(&vm.none))?);
    let (relative, absolute) = isclose_tolerances(vm, relative, absolute)?;
    let difference = (b - a).abs();
    let close = a == b
        || (!a.is_infinite()
            && !b.is_infinite()
            && (difference <= (relative * b).abs()
                || difference <= (relative * a).abs()
                || difference <= absolute));
    Ok(vm.bool(close))
}

fn fsum(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut sum = ExactSum::default();
    vm.for_each(&args.values[0], |item| {
        let number = vm.as_f64(&item)?;
        sum.add(number).map_err(|_| vm.overflow_error("intermediate overflow in fsum"))?;
        Ok(true)
    })?;
    sum.total().map(|total| vm.float(total)).map_err(|_| vm.value_error("-inf + inf in fsum"))
}

fn hypot(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut vector = args.pos().iter().map(|x| vm.as_f64(x)).collect::<Res<Vec<f64>>>()?;
    Ok(vm.float(real::norm(&mut vector)))
}

fn dist(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [p, q] = args.exact::<2>(vm, "dist")?;
    let (p, q) = (vm.iter_to_vec(p)?, vm.iter_to_vec(q)?);
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let mut vector = p
        .iter()
        .zip(&q)
        .map(|(x, y)| Ok((vm.as_f64(x)? - vm.as_f64(y)?).abs()))
        .collect::<Res<Vec<f64>>>()?;
    Ok(vm.float(real::norm(&mut vector)))
}

fn prod(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("prod", ["", "start"]).required(1).keyword_only(1);
    let [iterable, start] = PARAMS.bind(vm, args)?;
    let mut product = start.cloned().unwrap_or_else(|| vm.int(1));
    let Some(iterable) = iterable else { return Ok(product) };
    vm.for_each(iterable, |item| {
        product = vm.binary_op(object::NumberOp::Multiply, &product, &item)?;
        Ok(true)
    })?;
    Ok(product)
}

fn fma(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [x, y, z] = args.exact::<3>(vm, "fma")?;
    let [x, y, z] = [vm.as_f64(x)?, vm.as_f64(y)?, vm.as_f64(z)?];
    let result = x.mul_add(y, z);
    if result.is_nan() && ![x, y, z].iter().any(|x| x.is_nan()) {
        return Err(vm.value_error("invalid operation in fma"));
    }
    if result.is_infinite() && [x, y, z].iter().all(|x| x.is_finite()) {
        return Err(vm.overflow_error("overflow in fma"));
    }
    Ok(vm.float(result))
}

fn nextafter(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<3> =
        Params::new("nextafter", ["", "", "steps"]).positional_only(2).required(2).keyword_only(2);
    let [x, y, steps] = PARAMS.bind(vm, args)?;
    let (x, y) = (vm.as_f64(x.unwrap_or(&vm.none))?, vm.as_f64(y.unwrap_or(&vm.none))?);
    let steps = match steps.filter(|steps| !steps.is(&vm.none)) {
        None => return Ok(vm.float(real::next_towards(x, y))),
        Some(steps) => {
            let steps = vm.index(steps)?;
            if vm.int_is_negative(&steps) {
                return Err(vm.value_error("steps must be a non-negative integer"));
            }
            steps.get::<object::Int>().and_then(|n| n.to_big().try_into().ok()).unwrap_or(u64::MAX)
        }
    };
    Ok(vm.float(real::step_towards(x, y, steps)))
}

fn ulp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let x = x.abs();
    match x.next_up() {
        next if next.is_infinite() && x.is_finite() => x - x.next_down(),
        _ if x.is_infinite() => x,
        next => next - x,
    }
}

/// `ceil` and `floor`: the special method, or the float's.
fn rounded(vm: &Vm, obj: &Obj, method: &str, round: fn(f64) -> f64) -> Res<Obj> {
    if !obj.is_exactly(&vm.types.float)
        && let Some(method) = vm.lookup_special(obj, &vm.intern(method))?
    {
        return vm.call(&method, &[]);
    }
    let x = match obj.get::<Float>() {
        Some(float) => float.0,
        None => vm.as_f64(obj)?,
    };
    builtins::number::int::from_f64(vm, round(x))
}

fn trunc(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let obj = &args.values[0];
    match vm.lookup_special(obj, &vm.intern("__trunc__"))? {
        Some(method) => vm.call(&method, &[]),
        None => Err(vm.type_error(format!("type {} doesn't define __trunc__ method", obj.ty().name()))),
    }
}
