//! The methods of `str` that put it on a place: `center`, `ljust`, `zfill`, `expandtabs`.

use object::{Args, Obj, Params, Res, Str, Vm};

use super::writer::StrWriter;
use super::{exact, own};

/// The width, and the fill character.
fn width_and_fill(vm: &Vm, name: &str, args: Args<'_>) -> Res<(usize, u32)> {
    args.check_positional(vm, name, 1, 2)?;
    let width = vm.as_isize(&args.values[0])?;
    let fill = match args.values.get(1) {
        None => u32::from(' '),
        Some(fill) => match fill.get::<Str>() {
            Some(s) if s.len() == 1 => s.code_point(0).unwrap_or(0),
            Some(_) => return Err(vm.type_error("The fill character must be exactly one character long")),
            None => {
                return Err(vm.type_error(format!(
                    "The fill character must be a unicode character, not {}",
                    fill.ty().name()
                )));
            }
        },
    };
    Ok((usize::try_from(width).unwrap_or(0), fill))
}

fn padded(vm: &Vm, obj: &Obj, left: usize, right: usize, fill: u32) -> Res<Obj> {
    if left == 0 && right == 0 {
        return exact(vm, obj);
    }
    let s = own(vm, obj)?;
    let total = s.len().saturating_add(left).saturating_add(right);
    vm.check_alloc(total.saturating_mul(4))?;
    let mut out = StrWriter::with_capacity(total);
    out.push_times(fill, left);
    out.push_str(s);
    out.push_times(fill, right);
    Ok(out.finish(vm))
}

pub(super) fn center(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (width, fill) = width_and_fill(vm, "center", args)?;
    let pad = width.saturating_sub(own(vm, obj)?.len());
    let left = pad / 2 + (pad & width & 1);
    padded(vm, obj, left, pad - left, fill)
}

pub(super) fn ljust(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (width, fill) = width_and_fill(vm, "ljust", args)?;
    padded(vm, obj, 0, width.saturating_sub(own(vm, obj)?.len()), fill)
}

pub(super) fn rjust(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let (width, fill) = width_and_fill(vm, "rjust", args)?;
    padded(vm, obj, width.saturating_sub(own(vm, obj)?.len()), 0, fill)
}

pub(super) fn zfill(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let width = usize::try_from(vm.as_isize(&args.values[0])?).unwrap_or(0);
    let s = own(vm, obj)?;
    let pad = width.saturating_sub(s.len());
    if pad == 0 {
        return exact(vm, obj);
    }
    vm.check_alloc(width.saturating_mul(4))?;
    let sign = s.code_point(0).filter(|&c| c == u32::from('+') || c == u32::from('-'));
    let mut out = StrWriter::with_capacity(width);
    sign.into_iter().for_each(|c| out.push(c));
    out.push_times(u32::from('0'), pad);
    s.code_points().skip(usize::from(sign.is_some())).for_each(|c| out.push(c));
    Ok(out.finish(vm))
}

static EXPANDTABS: Params<1> = Params::new("expandtabs", ["tabsize"]);

pub(super) fn expand_tabs(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [size] = EXPANDTABS.bind(vm, args)?;
    let size = size.map_or(Ok(8), |n| vm.as_i32(n))?.max(0) as usize;
    let s = own(vm, obj)?;
    if !s.code_points().any(|c| c == 0x09) {
        return exact(vm, obj);
    }
    let (mut total, mut column) = (0usize, 0usize);
    for c in s.code_points() {
        let step = match c {
            0x09 if size > 0 => size - column % size,
            0x09 => 0,
            _ => 1,
        };
        total = total.saturating_add(step);
        column = if matches!(c, 0x0A | 0x0D) { 0 } else { column + step };
    }
    if total > isize::MAX as usize {
        return Err(vm.overflow_error("new string is too long"));
    }
    vm.check_alloc(total.saturating_mul(4))?;
    let mut out = StrWriter::with_capacity(total);
    column = 0;
    for c in s.code_points() {
        match c {
            0x09 => {
                let step = if size > 0 { size - column % size } else { 0 };
                out.push_times(u32::from(' '), step);
                column += step;
            }
            0x0A | 0x0D => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(c);
                column += 1;
            }
        }
    }
    Ok(out.finish(vm))
}
