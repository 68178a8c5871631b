//! `_socket` (`Modules/socketmodule.c`). The sandbox has no network: no socket can be made but the ends of a pair, no name
//! resolved. What is computed alone works as ever: numbers, addresses, byte order.

mod address;
mod object;

use std::cell::Cell;

use ::object::{Args, NativeDef, Obj, Raised, Res, Vm};

use crate::channel::End;
use crate::module::{self, NativeModule};
use crate::platform::SOCKET;
use crate::system::{self, Device, Errno, World};

/// The module.
pub static MODULE: NativeModule = NativeModule::new(
    "_socket",
    "Implementation module for socket operations.\n\nSee the socket module for documentation.",
)
.functions(FUNCTIONS)
.types(&[
    ("socket", |vm| vm.native_type(&object::SOCKET).clone()),
    ("SocketType", |vm| vm.native_type(&object::SOCKET).clone()),
])
.init(|vm, module| {
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    for (name, number) in SOCKET {
        set(name, vm.int(*number));
    }
    set("has_ipv6", vm.true_.clone());
    set("error", vm.exc.os_error.as_obj().clone());
    set("timeout", vm.exc.timeout_error.as_obj().clone());
    for (name, full) in [("herror", "socket.herror"), ("gaierror", GAI_ERROR)] {
        set(name, module::exception_type(vm, full, &vm.exc.os_error)?.into_obj());
    }
    set("BDADDR_ANY", vm.str("00:00:00:00:00:00"));
    set("BDADDR_LOCAL", vm.str("00:00:00:FF:FF:FF"));
    Ok(())
});

const GAI_ERROR: &str = "socket.gaierror";

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::positional(
        "CMSG_LEN",
        control_length,
        "CMSG_LEN(length) -> control message length\n\nReturn the total length, without trailing padding, of an ancillary\ndata item with associated data of the given length.  This value can\noften be used as the buffer size for recvmsg() to receive a single\nitem of ancillary data, but RFC 3542 requires portable applications to\nuse CMSG_SPACE() and thus include space for padding, even when the\nitem will be the last in the buffer.  Raises OverflowError if length\nis outside the permissible range of values.",
    ),
    NativeDef::positional(
        "CMSG_SPACE",
        control_space,
        "CMSG_SPACE(length) -> buffer size\n\nReturn the buffer size needed for recvmsg() to receive an ancillary\ndata item with associated data of the given length, along with any\ntrailing padding.  The buffer space needed to receive multiple items\nis the sum of the CMSG_SPACE() values for their associated data\nlengths.  Raises OverflowError if length is outside the permissible\nrange of values.",
    ),
    NativeDef::one(
        "close",
        close_number,
        "($self, object, /)\n--\n\nclose(integer) -> None\n\nClose an integer socket file descriptor.  This is like os.close(), but for\nsockets; on some platforms os.close() won't work for socket file descriptors.",
    ),
    NativeDef::one(
        "dup",
        dup_number,
        "($self, object, /)\n--\n\ndup(integer) -> integer\n\nDuplicate an integer socket file descriptor.  This is like os.dup(), but for\nsockets; on some platforms os.dup() won't work for socket file descriptors.",
    ),
    NativeDef::keywords(
        "getaddrinfo",
        unresolved,
        "getaddrinfo(host, port [, family, type, proto, flags])\n    -> list of (family, type, proto, canonname, sockaddr)\n\nResolve host and port into addrinfo struct.",
    ),
    NativeDef::no_args(
        "getdefaulttimeout",
        getdefaulttimeout,
        "($self, /)\n--\n\ngetdefaulttimeout() -> timeout\n\nReturns the default timeout in seconds (float) for new socket objects.\nA value of None indicates that new socket objects have no timeout.\nWhen the socket module is first imported, the default is None.",
    ),
    NativeDef::positional(
        "gethostbyaddr",
        unresolved,
        "gethostbyaddr(host) -> (name, aliaslist, addresslist)\n\nReturn the true host name, a list of aliases, and a list of IP addresses,\nfor a host.  The host argument is a string giving a host name or IP number.",
    ),
    NativeDef::positional(
        "gethostbyname",
        unresolved,
        "gethostbyname(host) -> address\n\nReturn the IP address (a string of the form '255.255.255.255') for a host.",
    ),
    NativeDef::positional(
        "gethostbyname_ex",
        unresolved,
        "gethostbyname_ex(host) -> (name, aliaslist, addresslist)\n\nReturn the true host name, a list of aliases, and a list of IP addresses,\nfor a host.  The host argument is a string giving a host name or IP number.",
    ),
    NativeDef::no_args(
        "gethostname",
        gethostname,
        "($self, /)\n--\n\ngethostname() -> string\n\nReturn the current host name.",
    ),
    NativeDef::positional(
        "getnameinfo",
        unresolved,
        "getnameinfo(sockaddr, flags) --> (host, port)\n\nGet host and port for a sockaddr.",
    ),
    NativeDef::positional(
        "getprotobyname",
        walled,
        "getprotobyname(name) -> integer\n\nReturn the protocol number for the named protocol.  (Rarely used.)",
    ),
    NativeDef::positional(
        "getservbyname",
        walled,
        "getservbyname(servicename[, protocolname]) -> integer\n\nReturn a port number from a service name and protocol name.\nThe optional protocol name, if given, should be 'tcp' or 'udp',\notherwise any protocol will match.",
    ),
    NativeDef::positional(
        "getservbyport",
        walled,
        "getservbyport(port[, protocolname]) -> string\n\nReturn the service name from a port number and protocol name.\nThe optional protocol name, if given, should be 'tcp' or 'udp',\notherwise any protocol will match.",
    ),
    NativeDef::one(
        "htonl",
        swap_long,
        "($module, integer, /)\n--\n\nConvert a 32-bit unsigned integer from host to network byte order.",
    ),
    NativeDef::one(
        "htons",
        swap_short,
        "($module, integer, /)\n--\n\nConvert a 16-bit unsigned integer from host to network byte order.",
    ),
    NativeDef::one(
        "if_indextoname",
        walled,
        "($module, if_index, /)\n--\n\nReturns the interface name corresponding to the interface index if_index.",
    ),
    NativeDef::no_args(
        "if_nameindex",
        walled,
        "($self, /)\n--\n\nif_nameindex()\n\nReturns a list of network interface information (index, name) tuples.",
    ),
    NativeDef::one(
        "if_nametoindex",
        walled,
        "($module, oname, /)\n--\n\nReturns the interface index corresponding to the interface name if_name.",
    ),
    NativeDef::one(
        "inet_aton",
        address::inet_aton,
        "($module, ip_addr, /)\n--\n\nConvert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.",
    ),
    NativeDef::one(
        "inet_ntoa",
        address::inet_ntoa,
        "($module, packed_ip, /)\n--\n\nConvert an IP address from 32-bit packed binary format to string format.",
    ),
    NativeDef::positional(
        "inet_ntop",
        address::inet_ntop,
        "inet_ntop(af, packed_ip) -> string formatted IP address\n\nConvert a packed IP address of the given family to string format.",
    ),
    NativeDef::positional(
        "inet_pton",
        address::inet_pton,
        "inet_pton(af, ip) -> packed IP address string\n\nConvert an IP address from string format to a packed string suitable\nfor use with low-level network functions.",
    ),
    NativeDef::one(
        "ntohl",
        swap_long,
        "($module, integer, /)\n--\n\nConvert a 32-bit unsigned integer from network to host byte order.",
    ),
    NativeDef::one(
        "ntohs",
        swap_short,
        "($module, integer, /)\n--\n\nConvert a 16-bit unsigned integer from network to host byte order.",
    ),
    NativeDef::one(
        "setdefaulttimeout",
        setdefaulttimeout,
        "($self, object, /)\n--\n\nsetdefaulttimeout(timeout)\n\nSet the default timeout in seconds (float) for new socket objects.\nA value of None indicates that new socket objects have no timeout.\nWhen the socket module is first imported, the default is None.",
    ),
    NativeDef::positional("sethostname", walled, "sethostname(name)\n\nSets the hostname to name."),
    NativeDef::positional(
        "socketpair",
        socketpair,
        "socketpair([family[, type [, proto]]]) -> (socket object, socket object)\n\nCreate a pair of socket objects from the sockets returned by the platform\nsocketpair() function.\nThe arguments are the same as for socket() except the default family is\nAF_UNIX if defined on the platform; otherwise, the default is AF_INET.",
    ),
];

/// What there is no network for.
fn refused(vm: &Vm) -> Raised {
    vm.os_error(Errno::PERM.raw_os_error(), "Operation not permitted: the sandbox has no network", None)
}

/// A function that needs the network.
fn walled(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Err(refused(vm))
}

/// A function that asks for names, as it fails where there is no network.
fn unresolved(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    /// `EAI_AGAIN`
    const AGAIN: i64 = -3;
    let class = module::exception_type(vm, GAI_ERROR, &vm.exc.os_error)?;
    Err(vm.raise_class(class.as_obj(), &[vm.int(AGAIN), vm.str("Temporary failure in name resolution")]))
}

/// `socket.setdefaulttimeout`
struct Defaults {
    timeout: Cell<f64>,
}

impl Default for Defaults {
    fn default() -> Defaults {
        Defaults { timeout: Cell::new(-1.0) }
    }
}

fn default_timeout(vm: &Vm) -> f64 {
    vm.state::<Defaults>().timeout.get()
}

fn getdefaulttimeout(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(object::shown_timeout(vm, default_timeout(vm)))
}

fn setdefaulttimeout(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    vm.state::<Defaults>().timeout.set(object::timeout_arg(vm, &args.values[0])?);
    Ok(vm.none.clone())
}

fn socketpair(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [family, kind, _protocol] = args.unpack::<3>(vm, "socketpair", 0)?;
    let family = family.map_or(Ok(object::UNIX), |family| vm.as_i32(family))?;
    let kind = kind.map_or(Ok(object::STREAM), |kind| vm.as_i32(kind))? & !object::TYPE_FLAGS;
    if family != object::UNIX {
        return Err(system::error(vm, Errno::OPNOTSUPP, None));
    }
    if kind != object::STREAM {
        return Err(refused(vm));
    }
    let [one, other] = End::pair().map(|end| {
        let number = vm.state::<World>().add(Device::End(end), None, false);
        object::around(vm, number, kind)
    });
    Ok(vm.tuple([one, other]))
}

fn close_number(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let closed = vm.state::<World>().close(vm.as_i32(&args.values[0])?);
    closed.map_err(|error| system::error(vm, error, None))?;
    Ok(vm.none.clone())
}

fn dup_number(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let copied = vm.state::<World>().copy(vm.as_i32(&args.values[0])?);
    Ok(vm.int(copied.map_err(|error| system::error(vm, error, None))?.into()))
}

fn gethostname(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.str(&rustix::system::uname().nodename().to_string_lossy()))
}

/// Bytes in front of the data of a control message, and what its length is rounded up to.
const CONTROL_HEADER: i64 = 16;
const CONTROL_ALIGNMENT: i64 = 8;

fn length_arg(vm: &Vm, function: &str, args: Args<'_>) -> Res<i64> {
    let [length] = args.exact(vm, function)?;
    let length = vm.as_i64(length)?;
    if !(0..=i64::from(i32::MAX) - CONTROL_HEADER - CONTROL_ALIGNMENT).contains(&length) {
        return Err(vm.overflow_error(format!("{function}() argument out of range")));
    }
    Ok(length)
}

fn control_length(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(vm.int(CONTROL_HEADER + length_arg(vm, "CMSG_LEN", args)?))
}

fn control_space(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let length = length_arg(vm, "CMSG_SPACE", args)?;
    Ok(vm.int(CONTROL_HEADER + (length + CONTROL_ALIGNMENT - 1) / CONTROL_ALIGNMENT * CONTROL_ALIGNMENT))
}

/// An integer of so many bits without sign.
fn unsigned(vm: &Vm, arg: &Obj, bits: u32) -> Res<u64> {
    let index = vm.index(arg)?;
    let number = index.get::<::object::Int>().map(::object::Int::to_big).unwrap_or_default();
    if number < num_bigint::BigInt::ZERO {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    let fits = u64::try_from(number).ok().filter(|number| number >> bits == 0);
    fits.ok_or_else(|| vm.overflow_error(format!("Python int too large for C uint{bits}_t")))
}

fn swap_long(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(vm.int((unsigned(vm, &args.values[0], 32)? as u32).to_be().into()))
}

fn swap_short(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    Ok(vm.int((unsigned(vm, &args.values[0], 16)? as u16).to_be().into()))
}
