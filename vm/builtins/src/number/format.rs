//! The format mini-language of `int`, `float`, `complex` and `str` (CPython's `formatter_unicode.c`, PEP 3101, 378,
//! 515, 682).

use object::{Complex, Float, Int, Obj, Raised, Ref, Res, Str, Vm};

use super::{decimal, int};

/// A parsed format specifier.
#[derive(Clone, Debug)]
struct Spec {
    fill: u32,
    align: char,
    /// Whether the alignment was written.
    explicit_align: bool,
    alternate: bool,
    no_negative_zero: bool,
    sign: Option<char>,
    width: usize,
    /// `,` or `_` between groups of the integral part.
    grouping: Option<char>,
    /// The same for the fractional part.
    fraction_grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<u32>,
}

/// Widths and precisions of more digits than any text could have.
const MAX_NUMBER: usize = isize::MAX as usize;

fn parse(vm: &Vm, spec: &Str, default_align: char, type_name: &str) -> Res<Spec> {
    let text: Vec<u32> = spec.code_points().collect();
    let at = |i: usize| text.get(i).copied().and_then(char::from_u32);
    let is_align = |c: Option<char>| matches!(c, Some('<' | '>' | '=' | '^'));
    let mut i = 0;
    let mut out = Spec {
        fill: u32::from(' '),
        align: default_align,
        explicit_align: false,
        alternate: false,
        no_negative_zero: false,
        sign: None,
        width: 0,
        grouping: None,
        fraction_grouping: None,
        precision: None,
        kind: None,
    };
    let mut explicit_fill = false;
    if is_align(at(1)) {
        out.fill = text[0];
        explicit_fill = true;
        out.align = at(1).unwrap_or('<');
        out.explicit_align = true;
        i = 2;
    } else if is_align(at(0)) {
        out.align = at(0).unwrap_or('<');
        out.explicit_align = true;
        i = 1;
    }
    if matches!(at(i), Some('+' | '-' | ' ')) {
        out.sign = at(i);
        i += 1;
    }
    if at(i) == Some('z') {
        out.no_negative_zero = true;
        i += 1;
    }
    if at(i) == Some('#') {
        out.alternate = true;
        i += 1;
    }
    if !explicit_fill && at(i) == Some('0') {
        out.fill = u32::from('0');
        if !out.explicit_align && default_align == '>' {
            out.align = '=';
        }
        i += 1;
    }
    let number = |i: &mut usize| -> Res<Option<usize>> {
        let mut value: Option<usize> = None;
        while let Some(digit) = at(*i).and_then(|c| c.to_digit(10)) {
            let next = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(digit as usize));
            match next.filter(|n| *n <= MAX_NUMBER) {
                Some(next) => value = Some(next),
                None => return Err(vm.value_error("Too many decimal digits in format string")),
            }
            *i += 1;
        }
        Ok(value)
    };
    if let Some(width) = number(&mut i)? {
        out.width = width;
    }
    let grouping = |i: &mut usize| -> Res<Option<char>> {
        let mut found = None;
        if at(*i) == Some(',') {
            found = Some(',');
            *i += 1;
        }
        if at(*i) == Some('_') {
            if found.is_some() {
                return Err(vm.value_error("Cannot specify both ',' and '_'."));
            }
            found = Some('_');
            *i += 1;
        }
        if at(*i) == Some(',') && found == Some('_') {
            return Err(vm.value_error("Cannot specify both ',' and '_'."));
        }
        Ok(found)
    };
    out.grouping = grouping(&mut i)?;
    if at(i) == Some('.') {
        i += 1;
        let precision = number(&mut i)?;
        out.fraction_grouping = grouping(&mut i)?;
        if precision.is_none() && out.fraction_grouping.is_none() {
            return Err(vm.value_error("Format specifier missing precision"));
        }
        out.precision = precision;
    }
    match text.len() - i.min(text.len()) {
        0 => {}
        1 => out.kind = Some(text[i]),
        _ => {
            return Err(vm.value_error(format!(
                "Invalid format specifier '{}' for object of type '{type_name}'",
                spec.to_text_lossy()
            )));
        }
    }
    if let Some(grouping) = out.grouping {
        let kind = out.kind.and_then(char::from_u32);
        let fits = match kind {
            None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F') => true,
            Some('b' | 'o' | 'x' | 'X') => grouping == '_',
            _ => false,
        };
        if !fits {
            return Err(cannot_specify(vm, grouping, out.kind));
        }
    }
    if let Some(grouping) = out.fraction_grouping.filter(|_| out.kind == Some('n'.into())) {
        return Err(cannot_specify(vm, grouping, out.kind));
    }
    Ok(out)
}

fn cannot_specify(vm: &Vm, grouping: char, kind: Option<u32>) -> Raised {
    let kind = kind.unwrap_or(0);
    match char::from_u32(kind).filter(|c| ('!'..='\x7f').contains(c)) {
        Some(c) => vm.value_error(format!("Cannot specify '{grouping}' with '{c}'.")),
        None => vm.value_error(format!("Cannot specify '{grouping}' with '\\x{kind:x}'.")),
    }
}

fn unknown_kind(vm: &Vm, kind: u32, type_name: &str) -> Raised {
    match char::from_u32(kind).filter(|c| ('!'..='\x7f').contains(c)) {
        Some(c) => vm.value_error(format!("Unknown format code '{c}' for object of type '{type_name}'")),
        None => vm.value_error(format!("Unknown format code '\\x{kind:x}' for object of type '{type_name}'")),
    }
}

/// `text` between fill characters, `width` code points wide together.
fn pad(vm: &Vm, spec: &Spec, text: &Ref<Str>) -> Res<Obj> {
    let total = spec.width.saturating_sub(text.len());
    if total == 0 {
        return Ok(text.clone().into_obj());
    }
    vm.check_alloc(spec.width.saturating_mul(4))?;
    let left = match spec.align {
        '>' => total,
        '^' => total / 2,
        _ => 0,
    };
    let mut points = vec![spec.fill; left];
    points.extend(text.code_points());
    points.resize(points.len() + total - left, spec.fill);
    Ok(Str::from_code_points(&vm.types.str, &points).into_obj())
}

/// `format(text, spec)`
pub fn format_str(vm: &Vm, value: &Ref<Str>, spec: &Str) -> Res<Obj> {
    let parsed = parse(vm, spec, '<', "str")?;
    if let Some(kind) = parsed.kind.filter(|k| *k != u32::from('s')) {
        return Err(unknown_kind(vm, kind, "str"));
    }
    if parsed.grouping.is_some() {
        // Only written without a presentation type.
        return Err(cannot_specify(vm, parsed.grouping.unwrap_or(','), Some(u32::from('s'))));
    }
    match parsed.sign {
        Some(' ') => return Err(vm.value_error("Space not allowed in string format specifier")),
        Some(_) => return Err(vm.value_error("Sign not allowed in string format specifier")),
        None => {}
    }
    if parsed.no_negative_zero {
        return Err(vm.value_error("Negative zero coercion (z) not allowed in string format specifier"));
    }
    if parsed.alternate {
        return Err(vm.value_error("Alternate form (#) not allowed in string format specifier"));
    }
    if parsed.align == '=' {
        return Err(vm.value_error("'=' alignment not allowed in string format specifier"));
    }
    match parsed.precision.filter(|p| *p < value.len()) {
        Some(precision) => pad(vm, &parsed, &value.substring(&vm.types.str, 0, precision)),
        None => pad(vm, &parsed, value),
    }
}

/// The parts of a number's text.
struct Number {
    negative: bool,
    /// `0x` and its like.
    prefix: &'static str,
    /// The integral digits.
    digits: String,
    /// From the decimal point on: point, fraction, exponent, percent sign.
    rest: String,
}

/// Sign, prefix, grouped digits and padding together.
fn assemble(vm: &Vm, spec: &Spec, number: &Number, group_size: usize) -> Res<Obj> {
    vm.check_alloc(spec.width.saturating_mul(4))?;
    let sign = match (number.negative, spec.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    };
    let taken = sign.len() + number.prefix.len() + number.rest.chars().count();
    let zero_padded = spec.fill == u32::from('0') && spec.align == '=';
    let least = if zero_padded { spec.width.saturating_sub(taken) } else { 0 };
    let digits = match spec.grouping {
        Some(separator) if !number.digits.is_empty() => group(&number.digits, separator, group_size, least),
        _ => number.digits.clone(),
    };
    let body_width = taken + digits.len();
    let total = spec.width.saturating_sub(body_width);
    let (left, middle) = match spec.align {
        '=' => (0, total),
        '>' => (total, 0),
        '^' => (total / 2, 0),
        _ => (0, 0),
    };
    let right = total - left - middle;
    if total == 0 {
        return Ok(vm.str(&format!("{sign}{}{digits}{}", number.prefix, number.rest)));
    }
    let mut points = vec![spec.fill; left];
    points.extend(sign.chars().chain(number.prefix.chars()).map(u32::from));
    points.resize(points.len() + middle, spec.fill);
    points.extend(digits.chars().chain(number.rest.chars()).map(u32::from));
    points.resize(points.len() + right, spec.fill);
    Ok(Str::from_code_points(&vm.types.str, &points).into_obj())
}

/// Digits with a separator between groups, filled up with zeros to at least `least` characters.
fn group(digits: &str, separator: char, size: usize, least: usize) -> String {
    let mut reversed = String::with_capacity(digits.len() * 2);
    let mut source = digits.chars().rev();
    let mut in_group = 0;
    loop {
        let next = match source.next() {
            Some(digit) => digit,
            None if reversed.len() < least => '0',
            None => break,
        };
        if in_group == size {
            reversed.push(separator);
            in_group = 0;
        }
        reversed.push(next);
        in_group += 1;
    }
    reversed.chars().rev().collect()
}

/// Groups the digits behind the decimal point from the left.
fn group_fraction(rest: String, separator: Option<char>) -> String {
    let Some(separator) = separator else { return rest };
    let Some(fraction) = rest.strip_prefix('.') else { return rest };
    let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    let mut out = String::from(".");
    for (i, digit) in fraction[..end].chars().enumerate() {
        if i > 0 && i % 3 == 0 {
            out.push(separator);
        }
        out.push(digit);
    }
    out.push_str(&fraction[end..]);
    out
}

/// `format(number, spec)` of an `int`
pub fn format_int(vm: &Vm, obj: &Obj, spec: &Str) -> Res<Obj> {
    let Some(value) = obj.get::<Int>() else { return Err(vm.type_error("an int is needed")) };
    let type_name = obj.ty().name();
    let parsed = parse(vm, spec, '>', &type_name)?;
    let kind = match parsed.kind {
        None => 'd',
        Some(kind) => match char::from_u32(kind) {
            Some(c @ ('b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n')) => c,
            Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
                return format_f64(vm, vm.int_to_f64(value)?, &parsed);
            }
            _ => return Err(unknown_kind(vm, kind, &type_name)),
        },
    };
    if parsed.precision.is_some() {
        return Err(vm.value_error("Precision not allowed in integer format specifier"));
    }
    if parsed.no_negative_zero {
        return Err(vm.value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if kind == 'c' {
        if parsed.sign.is_some() {
            return Err(vm.value_error("Sign not allowed with integer format specifier 'c'"));
        }
        if parsed.alternate {
            return Err(vm.value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
        let Some(n) = value.small() else {
            return Err(vm.overflow_error("Python int too large to convert to C long"));
        };
        let c = u32::try_from(n).ok().filter(|c| *c < 0x110000);
        let Some(c) = c else { return Err(vm.overflow_error("%c arg not in range(0x110000)")) };
        let text = Str::from_code_points(&vm.types.str, &[c]);
        return pad(vm, &parsed, &text);
    }
    let (prefix, radix, group_size) = match kind {
        'b' => ("0b", 2, 4),
        'o' => ("0o", 8, 4),
        'x' => ("0x", 16, 4),
        'X' => ("0X", 16, 4),
        _ => ("", 10, 3),
    };
    let mut digits = if radix == 10 { int::to_decimal(vm, value)? } else { int::to_radix(value, radix) };
    let negative = digits.starts_with('-');
    if negative {
        digits.remove(0);
    }
    if kind == 'X' {
        digits.make_ascii_uppercase();
    }
    let number =
        Number { negative, prefix: if parsed.alternate { prefix } else { "" }, digits, rest: String::new() };
    assemble(vm, &parsed, &number, group_size)
}

/// `format(number, spec)` of a `float`
pub fn format_float(vm: &Vm, obj: &Obj, spec: &Str) -> Res<Obj> {
    let Some(Float(value)) = obj.get::<Float>() else { return Err(vm.type_error("a float is needed")) };
    let type_name = obj.ty().name();
    let parsed = parse(vm, spec, '>', &type_name)?;
    match parsed.kind.map(char::from_u32) {
        None | Some(Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%')) => format_f64(vm, *value, &parsed),
        _ => Err(unknown_kind(vm, parsed.kind.unwrap_or(0), &type_name)),
    }
}

/// The digits of a float by presentation type: integral part and the rest, without a sign.
fn float_parts(vm: &Vm, value: f64, spec: &Spec, kind: Option<char>) -> Res<(String, String)> {
    let precision = spec.precision;
    if precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(vm.value_error("precision too big"));
    }
    vm.check_alloc(precision.unwrap_or(0))?;
    let magnitude = value.abs();
    let text = match kind {
        Some('%') => {
            format!("{}%", decimal::fixed(magnitude * 100.0, precision.unwrap_or(6), spec.alternate))
        }
        Some('f' | 'F') => decimal::fixed(magnitude, precision.unwrap_or(6), spec.alternate),
        Some('e' | 'E') => decimal::exponential(magnitude, precision.unwrap_or(6), spec.alternate),
        Some('g' | 'G' | 'n') => decimal::general(magnitude, precision.unwrap_or(6), spec.alternate, false),
        _ => match precision {
            None => decimal::repr_with(magnitude, spec.alternate),
            Some(precision) => decimal::general(magnitude, precision, spec.alternate, true),
        },
    };
    let text = if matches!(kind, Some('E' | 'G' | 'F')) { text.to_ascii_uppercase() } else { text };
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Ok((digits.to_owned(), group_fraction(rest.to_owned(), spec.fraction_grouping)))
}

fn format_f64(vm: &Vm, value: f64, spec: &Spec) -> Res<Obj> {
    let kind = spec.kind.and_then(char::from_u32);
    let (digits, rest) = float_parts(vm, value, spec, kind)?;
    let mut negative = value.is_sign_negative() && !value.is_nan();
    if spec.no_negative_zero && negative && is_zero_text(&digits, &rest) {
        negative = false;
    }
    assemble(vm, spec, &Number { negative, prefix: "", digits, rest }, 3)
}

fn is_zero_text(digits: &str, rest: &str) -> bool {
    let mantissa = rest.split(['e', 'E']).next().unwrap_or_default();
    !digits.is_empty()
        && digits.chars().chain(mantissa.chars()).all(|c| !c.is_ascii_digit() || c == '0')
        && !rest.starts_with(['i', 'n', 'I', 'N'])
}

/// `format(number, spec)` of a `complex`
pub fn format_complex(vm: &Vm, obj: &Obj, spec: &Str) -> Res<Obj> {
    let Some(value) = obj.get::<Complex>() else { return Err(vm.type_error("a complex is needed")) };
    let type_name = obj.ty().name();
    let parsed = parse(vm, spec, '>', &type_name)?;
    let kind = match parsed.kind.map(char::from_u32) {
        None => None,
        Some(Some(c @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n'))) => Some(c),
        _ => return Err(unknown_kind(vm, parsed.kind.unwrap_or(0), &type_name)),
    };
    if parsed.fill == u32::from('0') {
        return Err(vm.value_error("Zero padding is not allowed in complex format specifier"));
    }
    if parsed.align == '=' {
        return Err(vm.value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    let part_kind = if parsed.precision.is_some() { kind.or(Some('g')) } else { kind };
    let part = |value: f64, sign: Option<char>| -> Res<String> {
        let (digits, rest) = float_parts(vm, value, &parsed, part_kind)?;
        // A shortest text of a whole number has no ".0" inside a complex number.
        let rest = if kind.is_none() && parsed.precision.is_none() && !parsed.alternate {
            rest.strip_suffix(".0").map(str::to_owned).unwrap_or(rest)
        } else {
            rest
        };
        let digits = match parsed.grouping {
            Some(separator) => group(&digits, separator, 3, 0),
            None => digits,
        };
        let negative = value.is_sign_negative() && !value.is_nan();
        let negative = negative && !(parsed.no_negative_zero && is_zero_text(&digits, &rest));
        let sign = match (negative, sign) {
            (true, _) => "-",
            (false, Some('+')) => "+",
            (false, Some(' ')) => " ",
            _ => "",
        };
        Ok(format!("{sign}{digits}{rest}"))
    };
    let skip_real = kind.is_none() && value.re == 0.0 && value.re.is_sign_positive();
    let text = if skip_real {
        format!("{}j", part(value.im, parsed.sign)?)
    } else {
        let both = format!("{}{}j", part(value.re, parsed.sign)?, part(value.im, Some('+'))?);
        if kind.is_none() { format!("({both})") } else { both }
    };
    pad(vm, &parsed, &vm.str_ref(&text))
}

/// The text of an `int` under `%d`, `%x` and their like: digits of a radix with a sign, no prefix.
pub fn int_digits(vm: &Vm, value: &Int, radix: u32) -> Res<String> {
    if radix == 10 { int::to_decimal(vm, value) } else { Ok(int::to_radix(value, radix)) }
}

/// The text of a float under `%e`, `%f`, `%g`: sign, digits; `alternate` is `%#`.
pub fn float_text(value: f64, kind: char, precision: usize, alternate: bool) -> String {
    let magnitude = value.abs();
    let text = match kind.to_ascii_lowercase() {
        'f' => decimal::fixed(magnitude, precision, alternate),
        'e' => decimal::exponential(magnitude, precision, alternate),
        _ => decimal::general(magnitude, precision, alternate, false),
    };
    let text = if kind.is_ascii_uppercase() { text.to_ascii_uppercase() } else { text };
    if value.is_sign_negative() && !value.is_nan() { format!("-{text}") } else { text }
}
