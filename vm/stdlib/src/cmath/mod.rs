//! `cmath` (`cmathmodule.c`).

mod functions;
mod special;

use std::f64::consts::{E, LN_10, PI, TAU};

use builtins::number::{as_complex, complex_quotient};
use object::{Args, Module, NativeDef, Obj, Params, Raised, Ref, Res, Vm};

use crate::math::{isclose_tolerances, real::Failure};
use crate::module::NativeModule;

/// Real and imaginary part.
type Complex = (f64, f64);

macro_rules! complex_functions {
    ($($name:literal $compute:path, $doc:literal;)*) => {
        &[
            $(NativeDef::one($name, |vm, _, args| complex_function(vm, &args.values[0], $compute), $doc),)*
            NativeDef::keywords("isclose", isclose, "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\nDetermine whether two complex numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them must\nbe smaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,\nNaN is not close to anything, even itself. inf and -inf are only close\nto themselves."),
            NativeDef::one("isfinite", |vm, _, args| either(vm, args, |(re, im)| re.is_finite() && im.is_finite()), "($module, z, /)\n--\n\nReturn True if both the real and imaginary parts of z are finite, else False."),
            NativeDef::one("isinf", |vm, _, args| either(vm, args, |(re, im)| re.is_infinite() || im.is_infinite()), "($module, z, /)\n--\n\nChecks if the real or imaginary part of z is infinite."),
            NativeDef::one("isnan", |vm, _, args| either(vm, args, |(re, im)| re.is_nan() || im.is_nan()), "($module, z, /)\n--\n\nChecks if the real or imaginary part of z not a number (NaN)."),
            NativeDef::positional("log", log, "($module, z, base=<unrepresentable>, /)\n--\n\nlog(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e)\nof z."),
            NativeDef::one("phase", phase, "($module, z, /)\n--\n\nReturn argument, also known as the phase angle, of a complex."),
            NativeDef::one("polar", polar, "($module, z, /)\n--\n\nConvert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle."),
            NativeDef::positional("rect", rect, "($module, r, phi, /)\n--\n\nConvert from polar coordinates to rectangular coordinates."),
        ]
    };
}

/// The module.
pub static MODULE: NativeModule =
    NativeModule::new("cmath", "This module provides access to mathematical functions for complex\nnumbers.")
        .functions(FUNCTIONS)
        .init(constants);

static FUNCTIONS: &[NativeDef] = complex_functions! {
    "acos" functions::acos, "($module, z, /)\n--\n\nReturn the arc cosine of z.";
    "acosh" functions::acosh, "($module, z, /)\n--\n\nReturn the inverse hyperbolic cosine of z.";
    "asin" functions::asin, "($module, z, /)\n--\n\nReturn the arc sine of z.";
    "asinh" functions::asinh, "($module, z, /)\n--\n\nReturn the inverse hyperbolic sine of z.";
    "atan" functions::atan, "($module, z, /)\n--\n\nReturn the arc tangent of z.";
    "atanh" functions::atanh, "($module, z, /)\n--\n\nReturn the inverse hyperbolic tangent of z.";
    "cos" functions::cos, "($module, z, /)\n--\n\nReturn the cosine of z.";
    "cosh" functions::cosh, "($module, z, /)\n--\n\nReturn the hyperbolic cosine of z.";
    "exp" functions::exp, "($module, z, /)\n--\n\nReturn the exponential value e**z.";
    "log10" log10, "($module, z, /)\n--\n\nReturn the base-10 logarithm of z.";
    "sin" functions::sin, "($module, z, /)\n--\n\nReturn the sine of z.";
    "sinh" functions::sinh, "($module, z, /)\n--\n\nReturn the hyperbolic sine of z.";
    "sqrt" functions::sqrt, "($module, z, /)\n--\n\nReturn the square root of z.";
    "tan" functions::tan, "($module, z, /)\n--\n\nReturn the tangent of z.";
    "tanh" functions::tanh, "($module, z, /)\n--\n\nReturn the hyperbolic tangent of z.";
};

fn constants(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    for (name, value) in [("pi", PI), ("e", E), ("tau", TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        module.dict.set_str(&vm.intern(name), vm.float(value));
    }
    module.dict.set_str(&vm.intern("infj"), vm.complex(0.0, f64::INFINITY));
    module.dict.set_str(&vm.intern("nanj"), vm.complex(0.0, f64::NAN));
    Ok(())
}

fn failed(vm: &Vm, failure: Failure) -> Raised {
    match failure {
        Failure::Domain => vm.value_error("math domain error"),
        Failure::Range => vm.overflow_error("math range error"),
    }
}

fn complex_function(vm: &Vm, arg: &Obj, compute: fn(Complex) -> Result<Complex, Failure>) -> Res<Obj> {
    let (re, im) = compute(as_complex(vm, arg)?).map_err(|failure| failed(vm, failure))?;
    Ok(vm.complex(re, im))
}

fn either(vm: &Vm, args: Args<'_>, holds: fn(Complex) -> bool) -> Res<Obj> {
    Ok(vm.bool(holds(as_complex(vm, &args.values[0])?)))
}

fn log10(z: Complex) -> Result<Complex, Failure> {
    let (re, im) = functions::log(z)?;
    Ok((re / LN_10, im / LN_10))
}

fn log(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, base] = args.unpack::<2>(vm, "log", 1)?;
    let number = functions::log(as_complex(vm, number.unwrap_or(&vm.none))?);
    let result = match base {
        None => number,
        Some(base) => match functions::log(as_complex(vm, base)?) {
            Ok((0.0, 0.0)) => Err(Failure::Domain),
            base => number.and_then(|number| Ok(complex_quotient(number, base?))),
        },
    };
    let (re, im) = result.map_err(|failure| failed(vm, failure))?;
    Ok(vm.complex(re, im))
}

fn phase(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let (re, im) = as_complex(vm, &args.values[0])?;
    Ok(vm.float(im.atan2(re)))
}

/// `abs(z)`
fn length((re, im): Complex) -> Result<f64, Failure> {
    let length = re.hypot(im);
    let overflow = length.is_infinite() && re.is_finite() && im.is_finite();
    if overflow { Err(Failure::Range) } else { Ok(length) }
}

fn polar(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let z = as_complex(vm, &args.values[0])?;
    let length = length(z).map_err(|failure| failed(vm, failure))?;
    Ok(vm.tuple([vm.float(length), vm.float(z.1.atan2(z.0))]))
}

fn rect(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [length, phase] = args.exact::<2>(vm, "rect")?;
    let (length, phase) = (vm.as_f64(length)?, vm.as_f64(phase)?);
    let (re, im) = functions::rect(length, phase).map_err(|failure| failed(vm, failure))?;
    Ok(vm.complex(re, im))
}

fn isclose(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<4> =
        Params::new("isclose", ["a", "b", "rel_tol", "abs_tol"]).required(2).keyword_only(2);
    let [a, b, relative, absolute] = PARAMS.bind(vm, args)?;
    let (a, b) = (as_complex(vm, a.unwrap_or(&vm.none))?, as_complex(vm, b.unwrap_or(&vm.none))?);
    let (relative, absolute) = isclose_tolerances(vm, relative, absolute)?;
    if a == b {
        return Ok(vm.true_.clone());
    }
    if [a.0, a.1, b.0, b.1].into_iter().any(f64::is_infinite) {
        return Ok(vm.false_.clone());
    }
    let difference = (a.0 - b.0).hypot(a.1 - b.1);
    let close = difference <= relative * b.0.hypot(b.1)
        || difference <= relative * a.0.hypot(a.1)
        || difference <= absolute;
    Ok(vm.bool(close))
}
