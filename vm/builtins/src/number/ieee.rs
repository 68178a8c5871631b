//! IEEE numbers of half and single precision, as bits (`PyFloat_Pack2`, `PyFloat_Unpack4` and so on in
//! `floatobject.c`).

/// The value of a half-precision number.
pub fn half_to_f64(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 0x3FF));
    let value = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::from_bits(0x7FF0_0000_0000_0000 | u64::from(bits & 0x3FF) << 42),
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    if bits & 0x8000 != 0 { -value } else { value }
}

/// The nearest half-precision number, ties to even; nothing if the value is too large.
pub fn f64_to_half(value: f64) -> Option<u16> {
    let bits = value.to_bits();
    let sign = (bits >> 48) as u16 & 0x8000;
    if value.is_infinite() {
        return Some(sign | 0x7C00);
    }
    if value.is_nan() {
        // The upper bits of the payload, but never those of an infinity.
        let payload = (bits >> 42) as u16 & 0x3FF;
        return Some(sign | 0x7C00 | if payload == 0 { 0x200 } else { payload });
    }
    let magnitude = value.abs();
    let exponent = (magnitude.to_bits() >> 52) as i32 - 1023;
    if exponent >= 16 {
        return None;
    }
    // In units of the last place: those of subnormal numbers are all the same.
    let exponent = exponent.max(-14);
    let units = (magnitude * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    // A carry out of the fraction raises the exponent, as it should.
    let raised = ((exponent + 14) as u32) << 10;
    let half = raised + units;
    if half >= 0x7C00 { None } else { Some(sign | half as u16) }
}

/// The value of a single-precision number. What a signalling NaN says is kept.
pub fn single_to_f64(bits: u32) -> f64 {
    let value = f32::from_bits(bits);
    if !value.is_nan() {
        return value.into();
    }
    f64::from_bits(u64::from(bits & 0x8000_0000) << 32 | 0x7FF << 52 | u64::from(bits & 0x7F_FFFF) << 29)
}

/// The nearest single-precision number; nothing if the value is too large.
pub fn f64_to_single(value: f64) -> Option<u32> {
    if value.is_nan() {
        let bits = value.to_bits();
        let payload = (bits >> 29) as u32 & 0x7F_FFFF;
        let payload = if payload == 0 { 0x40_0000 } else { payload };
        return Some((bits >> 32) as u32 & 0x8000_0000 | 0x7F80_0000 | payload);
    }
    let single = value as f32;
    if single.is_infinite() && value.is_finite() { None } else { Some(single.to_bits()) }
}
