//! Addresses as text and as bytes.

use std::net::{Ipv4Addr, Ipv6Addr};

use builtins::bytes::{buffer, new_bytes};
use object::{Args, Obj, Raised, Res, Vm};

use crate::system::{self, Errno};

/// `AF_INET`
const INET: i32 = 2;
/// `AF_INET6`
const INET6: i32 = 10;

fn illegal(vm: &Vm, function: &str) -> Raised {
    vm.raise_text(&vm.exc.os_error, &format!("illegal IP address string passed to {function}"))
}

/// `inet_aton(3)`: one to four numbers, each decimal, octal or hexadecimal, of which the last fills what is left.
fn aton(text: &str) -> Option<u32> {
    // What stands behind white space is ignored.
    let text = text.split([' ', '\t', '\n', '\r', '\x0b', '\x0c']).next().unwrap_or("");
    let parts: Vec<&str> = text.split('.').collect();
    let (last, front) = parts.split_last()?;
    if front.len() > 3 {
        return None;
    }
    let mut address = 0;
    for (index, part) in front.iter().enumerate() {
        address |= number(part).filter(|part| *part < 256)? << (24 - 8 * index);
    }
    let bits = 32 - 8 * front.len();
    let rest = number(last).filter(|rest| rest >> bits == 0)?;
    u32::try_from(address | rest).ok()
}

fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    let starts_well = digits.starts_with(|c: char| c.is_ascii_hexdigit());
    starts_well.then(|| u64::from_str_radix(digits, radix).ok())?
}

pub(super) fn inet_aton(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let text = vm.str_arg("inet_aton", "argument", &args.values[0])?;
    match aton(&text.to_text_lossy()) {
        Some(address) => Ok(new_bytes(vm, address.to_be_bytes().to_vec())),
        None => Err(illegal(vm, "inet_aton")),
    }
}

pub(super) fn inet_ntoa(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let bytes = buffer::bytes_arg(vm, &args.values[0])?;
    match <[u8; 4]>::try_from(bytes) {
        Ok(bytes) => Ok(vm.str(&Ipv4Addr::from(bytes).to_string())),
        Err(_) => Err(vm.raise_text(&vm.exc.os_error, "packed IP wrong length for inet_ntoa")),
    }
}

pub(super) fn inet_pton(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [family, text] = args.exact(vm, "inet_pton")?;
    let family = vm.as_i32(family)?;
    let text = vm.str_arg("inet_pton", "argument 2", text)?.to_text_lossy().into_owned();
    let bytes = match family {
        INET => text.parse::<Ipv4Addr>().ok().map(|address| address.octets().to_vec()),
        INET6 => text.parse::<Ipv6Addr>().ok().map(|address| address.octets().to_vec()),
        _ => return Err(system::error(vm, Errno::AFNOSUPPORT, None)),
    };
    bytes.map(|bytes| new_bytes(vm, bytes)).ok_or_else(|| illegal(vm, "inet_pton"))
}

pub(super) fn inet_ntop(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [family, bytes] = args.exact(vm, "inet_ntop")?;
    let family = vm.as_i32(family)?;
    let bytes = buffer::bytes_arg(vm, bytes)?;
    let text = match family {
        INET => <[u8; 4]>::try_from(bytes).ok().map(|bytes| Ipv4Addr::from(bytes).to_string()),
        INET6 => <[u8; 16]>::try_from(bytes).ok().map(|bytes| Ipv6Addr::from(bytes).to_string()),
        _ => return Err(vm.value_error(format!("unknown address family {family}"))),
    };
    text.map(|text| vm.str(&text)).ok_or_else(|| vm.value_error("invalid length of packed IP address string"))
}
