//! `_socket.socket`: the ends of pairs, which are the only sockets there are.

use std::cell::Cell;
use std::rc::Rc;

use builtins::bytes::{buffer, new_bytes};
use object::{
    Args, GetSetDef, Layout as _, MemberDef, NativeDef, NativeType, Obj, Params, Payload, Ref, Res, Vm,
};

use super::{default_timeout, refused, walled};
use crate::channel::End;
use crate::system::{self, Descriptor, Device, Errno, World};
use crate::time::{seconds_arg, wait};

/// The payload of `socket`.
pub(super) struct Socket {
    /// The descriptor, −1 once it is closed.
    number: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// Seconds; below 0 for ever.
    timeout: Cell<f64>,
}

impl Payload for Socket {
    const NAME: &'static str = "socket";
    const TRACKED: bool = false;
}

/// `AF_UNIX`
pub(super) const UNIX: i32 = 1;
/// `SOCK_STREAM`
pub(super) const STREAM: i32 = 1;
/// `SOCK_NONBLOCK | SOCK_CLOEXEC`: they may stand in a type.
pub(super) const TYPE_FLAGS: i32 = 0o2_004_000;
/// `MSG_PEEK`
const PEEK: i32 = 2;

pub(super) static SOCKET: NativeType = NativeType::new("socket", Socket::VTABLE)
    .module("_socket")
    .subclassable()
    .size(56, 0)
    .doc("socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpen a socket of the given type.  The family argument specifies the\naddress family; it defaults to AF_INET.  The type argument specifies\nwhether this is a stream (SOCK_STREAM, this is the default)\nor datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,\nspecifying the default protocol.  Keyword arguments are accepted.\nThe socket is created as non-inheritable.\n\nWhen a fileno is passed in, family, type and proto are auto-detected,\nunless they are explicitly set.\n\nA socket object represents one endpoint of a network connection.\n\nMethods of socket objects (keyword arguments not allowed):\n\n_accept() -- accept connection, returning new socket fd and client address\nbind(addr) -- bind the socket to a local address\nclose() -- close the socket\nconnect(addr) -- connect the socket to a remote address\nconnect_ex(addr) -- connect, return an error code instead of an exception\ndup() -- return a new socket fd duplicated from fileno()\nfileno() -- return underlying file descriptor\ngetpeername() -- return remote address [*]\ngetsockname() -- return local address\ngetsockopt(level, optname[, buflen]) -- get socket options\ngettimeout() -- return timeout or None\nlisten([n]) -- start listening for incoming connections\nrecv(buflen[, flags]) -- receive data\nrecv_into(buffer[, nbytes[, flags]]) -- receive data (into a buffer)\nrecvfrom(buflen[, flags]) -- receive data and sender's address\nrecvfrom_into(buffer[, nbytes, [, flags]])\n  -- receive data and sender's address (into a buffer)\nsendall(data[, flags]) -- send all data\nsend(data[, flags]) -- send data, may not send all of it\nsendto(data[, flags], addr) -- send data to a given address\nsetblocking(bool) -- set or clear the blocking I/O flag\ngetblocking() -- return True if socket is blocking, False if non-blocking\nsetsockopt(level, optname, value[, optlen]) -- set socket options\nsettimeout(None | float) -- set or clear the timeout\nshutdown(how) -- shut down traffic in one or both directions\n\n [*] not available on all platforms!")
    .slots(|s| {
        s.new.set(Some(|_, class, _| {
            let any = || Cell::new(-1);
            let timeout = Cell::new(-1.0);
            let payload = Socket { number: any(), family: any(), kind: any(), protocol: any(), timeout };
            Ok(Ref::new(class, payload).into_obj())
        }));
        s.init.set(Some(init));
        s.repr.set(Some(|vm, obj| {
            let own = own(vm, obj)?;
            let (number, family) = (own.number.get(), own.family.get());
            let (kind, protocol) = (own.kind.get(), own.protocol.get());
            Ok(vm.str(&format!("<socket object, fd={number}, family={family}, type={kind}, proto={protocol}>")))
        }));
        s.finalize.set(Some(finalize));
    })
    .members(&[
        MemberDef::read_only("family", |vm, obj| Ok(vm.int(own(vm, obj)?.family.get().into())), "the socket family"),
        MemberDef::read_only("type", |vm, obj| Ok(vm.int(own(vm, obj)?.kind.get().into())), "the socket type"),
        MemberDef::read_only("proto", |vm, obj| Ok(vm.int(own(vm, obj)?.protocol.get().into())), "the socket protocol"),
    ])
    .getset(&[GetSetDef::read_only("timeout", timeout_of, "the socket timeout")])
    .methods(&[
        NativeDef::no_args("_accept", walled, "($self, /)\n--\n\n_accept() -> (integer, address info)\n\nWait for an incoming connection.  Return a new socket file descriptor\nrepresenting the connection, and the address of the client.\nFor IP sockets, the address info is a pair (hostaddr, port)."),
        NativeDef::one("bind", walled, "($self, object, /)\n--\n\nbind(address)\n\nBind the socket to a local address.  For IP sockets, the address is a\npair (host, port); the host must refer to the local host. For raw packet\nsockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])"),
        NativeDef::no_args("close", close, "($self, /)\n--\n\nclose()\n\nClose the socket.  It cannot be used after this call."),
        NativeDef::one("connect", walled, "($self, object, /)\n--\n\nconnect(address)\n\nConnect the socket to a remote address.  For IP sockets, the address\nis a pair (host, port)."),
        NativeDef::one("connect_ex", walled, "($self, object, /)\n--\n\nconnect_ex(address) -> errno\n\nThis is like connect(address), but returns an error code (the errno value)\ninstead of raising an exception when an error occurs."),
        NativeDef::no_args("detach", detach, "($self, /)\n--\n\ndetach()\n\nClose the socket object without closing the underlying file descriptor.\nThe object cannot be used after this call, but the file descriptor\ncan be reused for other purposes.  The file descriptor is returned."),
        NativeDef::no_args("fileno", fileno, "($self, /)\n--\n\nfileno() -> integer\n\nReturn the integer file descriptor of the socket."),
        NativeDef::no_args("getblocking", getblocking, "($self, /)\n--\n\ngetblocking()\n\nReturns True if socket is in blocking mode, or False if it\nis in non-blocking mode."),
        NativeDef::no_args("getpeername", getsockname, "($self, /)\n--\n\ngetpeername() -> address info\n\nReturn the address of the remote endpoint.  For IP sockets, the address\ninfo is a pair (hostaddr, port)."),
        NativeDef::no_args("getsockname", getsockname, "($self, /)\n--\n\ngetsockname() -> address info\n\nReturn the address of the local endpoint. The format depends on the\naddress family. For IPv4 sockets, the address info is a pair\n(hostaddr, port). For IPv6 sockets, the address info is a 4-tuple\n(hostaddr, port, flowinfo, scope_id)."),
        NativeDef::positional("getsockopt", getsockopt, "getsockopt(level, option[, buffersize]) -> value\n\nGet a socket option.  See the Unix manual for level and option.\nIf a nonzero buffersize argument is given, the return value is a\nstring of that length; otherwise it is an integer."),
        NativeDef::no_args("gettimeout", gettimeout, "($self, /)\n--\n\ngettimeout() -> timeout\n\nReturns the timeout in seconds (float) associated with socket\noperations. A timeout of None indicates that timeouts on socket\noperations are disabled."),
        NativeDef::positional("listen", walled, "listen([backlog])\n\nEnable a server to accept connections.  If backlog is specified, it must be\nat least 0 (if it is lower, it is set to 0); it specifies the number of\nunaccepted connections that the system will allow before refusing new\nconnections. If not specified, a default reasonable value is chosen."),
        NativeDef::positional("recv", recv, "recv(buffersize[, flags]) -> data\n\nReceive up to buffersize bytes from the socket.  For the optional flags\nargument, see the Unix manual.  When no data is available, block until\nat least one byte is available or until the remote end is closed.  When\nthe remote end is closed and all data is read, return the empty string."),
        NativeDef::keywords("recv_into", recv_into, "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read\n\nA version of recv() that stores its data into a buffer rather than creating\na new string.  Receive up to buffersize bytes from the socket.  If buffersize\nis not specified (or 0), receive up to the size available in the given buffer.\n\nSee recv() for documentation about the flags."),
        NativeDef::positional("recvfrom", walled, "recvfrom(buffersize[, flags]) -> (data, address info)\n\nLike recv(buffersize, flags) but also return the sender's address info."),
        NativeDef::keywords("recvfrom_into", walled, "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)\n\nLike recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info."),
        NativeDef::positional("recvmsg", walled, "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)\n\nReceive normal data (up to bufsize bytes) and ancillary data from the\nsocket.  The ancbufsize argument sets the size in bytes of the\ninternal buffer used to receive the ancillary data; it defaults to 0,\nmeaning that no ancillary data will be received.  Appropriate buffer\nsizes for ancillary data can be calculated using CMSG_SPACE() or\nCMSG_LEN(), and items which do not fit into the buffer might be\ntruncated or discarded.  The flags argument defaults to 0 and has the\nsame meaning as for recv().\n\nThe return value is a 4-tuple: (data, ancdata, msg_flags, address).\nThe data item is a bytes object holding the non-ancillary data\nreceived.  The ancdata item is a list of zero or more tuples\n(cmsg_level, cmsg_type, cmsg_data) representing the ancillary data\n(control messages) received: cmsg_level and cmsg_type are integers\nspecifying the protocol level and protocol-specific type respectively,\nand cmsg_data is a bytes object holding the associated data.  The\nmsg_flags item is the bitwise OR of various flags indicating\nconditions on the received message; see your system documentation for\ndetails.  If the receiving socket is unconnected, address is the\naddress of the sending socket, if available; otherwise, its value is\nunspecified.\n\nIf recvmsg() raises an exception after the system call returns, it\nwill first attempt to close any file descriptors received via the\nSCM_RIGHTS mechanism."),
        NativeDef::positional("recvmsg_into", walled, "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)\n\nReceive normal data and ancillary data from the socket, scattering the\nnon-ancillary data into a series of buffers.  The buffers argument\nmust be an iterable of objects that export writable buffers\n(e.g. bytearray objects); these will be filled with successive chunks\nof the non-ancillary data until it has all been written or there are\nno more buffers.  The ancbufsize argument sets the size in bytes of\nthe internal buffer used to receive the ancillary data; it defaults to\n0, meaning that no ancillary data will be received.  Appropriate\nbuffer sizes for ancillary data can be calculated using CMSG_SPACE()\nor CMSG_LEN(), and items which do not fit into the buffer might be\ntruncated or discarded.  The flags argument defaults to 0 and has the\nsame meaning as for recv().\n\nThe return value is a 4-tuple: (nbytes, ancdata, msg_flags, address).\nThe nbytes item is the total number of bytes of non-ancillary data\nwritten into the buffers.  The ancdata item is a list of zero or more\ntuples (cmsg_level, cmsg_type, cmsg_data) representing the ancillary\ndata (control messages) received: cmsg_level and cmsg_type are\nintegers specifying the protocol level and protocol-specific type\nrespectively, and cmsg_data is a bytes object holding the associated\ndata.  The msg_flags item is the bitwise OR of various flags\nindicating conditions on the received message; see your system\ndocumentation for details.  If the receiving socket is unconnected,\naddress is the address of the sending socket, if available; otherwise,\nits value is unspecified.\n\nIf recvmsg_into() raises an exception after the system call returns,\nit will first attempt to close any file descriptors received via the\nSCM_RIGHTS mechanism."),
        NativeDef::positional("send", send, "send(data[, flags]) -> count\n\nSend a data string to the socket.  For the optional flags\nargument, see the Unix manual.  Return the number of bytes\nsent; this may be less than len(data) if the network is busy."),
        NativeDef::positional("sendall", sendall, "sendall(data[, flags])\n\nSend a data string to the socket.  For the optional flags\nargument, see the Unix manual.  This calls send() repeatedly\nuntil all data is sent.  If an error occurs, it's impossible\nto tell how much data has been sent."),
        NativeDef::positional("sendmsg", walled, "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count\n\nSend normal and ancillary data to the socket, gathering the\nnon-ancillary data from a series of buffers and concatenating it into\na single message.  The buffers argument specifies the non-ancillary\ndata as an iterable of bytes-like objects (e.g. bytes objects).\nThe ancdata argument specifies the ancillary data (control messages)\nas an iterable of zero or more tuples (cmsg_level, cmsg_type,\ncmsg_data), where cmsg_level and cmsg_type are integers specifying the\nprotocol level and protocol-specific type respectively, and cmsg_data\nis a bytes-like object holding the associated data.  The flags\nargument defaults to 0 and has the same meaning as for send().  If\naddress is supplied and not None, it sets a destination address for\nthe message.  The return value is the number of bytes of non-ancillary\ndata sent."),
        NativeDef::keywords("sendmsg_afalg", walled, "sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])\n\nSet operation mode, IV and length of associated data for an AF_ALG\noperation socket."),
        NativeDef::positional("sendto", walled, "sendto(data[, flags], address) -> count\n\nLike send(data, flags) but allows specifying the destination address.\nFor IP sockets, the address is a pair (hostaddr, port)."),
        NativeDef::one("setblocking", setblocking, "($self, object, /)\n--\n\nsetblocking(flag)\n\nSet the socket to blocking (flag is true) or non-blocking (false).\nsetblocking(True) is equivalent to settimeout(None);\nsetblocking(False) is equivalent to settimeout(0.0)."),
        NativeDef::positional("setsockopt", walled, "setsockopt(level, option, value: int)\nsetsockopt(level, option, value: buffer)\nsetsockopt(level, option, None, optlen: int)\n\nSet a socket option.  See the Unix manual for level and option.\nThe value argument can either be an integer, a string buffer, or\nNone, optlen."),
        NativeDef::one("settimeout", settimeout, "($self, object, /)\n--\n\nsettimeout(timeout)\n\nSet a timeout on socket operations.  'timeout' can be a float,\ngiving in seconds, or None.  Setting a timeout of None disables\nthe timeout feature and is equivalent to setblocking(1).\nSetting a timeout of zero is the same as setblocking(0)."),
        NativeDef::one("shutdown", shutdown, "($self, object, /)\n--\n\nshutdown(flag)\n\nShut down the reading side of the socket (flag == SHUT_RD), the writing side\nof the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR)."),
    ]);

/// A socket around a descriptor.
pub(super) fn around(vm: &Vm, number: i32, kind: i32) -> Obj {
    let payload = Socket {
        number: Cell::new(number),
        family: Cell::new(UNIX),
        kind: Cell::new(kind),
        protocol: Cell::new(0),
        timeout: Cell::new(default_timeout(vm)),
    };
    Ref::new(vm.native_type(&SOCKET), payload).into_obj()
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Socket> {
    obj.get::<Socket>().ok_or_else(|| vm.type_error("a socket is needed"))
}

static INIT: Params<4> = Params::new("socket", ["family", "type", "proto", "fileno"]);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [family, kind, protocol, number] = INIT.bind(vm, args)?;
    let number_of = |arg: Option<&Obj>| arg.map_or(Ok(-1), |arg| vm.as_i32(arg));
    let (family, kind, protocol) = (number_of(family)?, number_of(kind)?, number_of(protocol)?);
    let Some(number) = number.filter(|number| !number.is(&vm.none)) else {
        return Err(refused(vm));
    };
    let number = vm.as_i32(number)?;
    if number < 0 {
        return Err(vm.value_error("negative file descriptor"));
    }
    let descriptor = vm.state::<World>().descriptor(number);
    let is_socket =
        descriptor.map(|descriptor| matches!(&descriptor.device, Device::End(end) if end.is_socket()));
    if !is_socket.map_err(|error| system::error(vm, error, None))? {
        return Err(system::error(vm, Errno::NOTSOCK, None));
    }
    let own = own(vm, obj)?;
    own.number.set(number);
    own.family.set(if family == -1 { UNIX } else { family });
    own.kind.set(if kind == -1 { STREAM } else { kind & !TYPE_FLAGS });
    own.protocol.set(protocol.max(0));
    set_timeout(vm, own, default_timeout(vm));
    Ok(())
}

/// A socket that nobody closed is closed with a warning (`sock_finalize`).
fn finalize(vm: &Vm, obj: &Obj) {
    let Some(own) = obj.get::<Socket>().filter(|own| own.number.get() >= 0) else { return };
    let warned =
        vm.repr_text(obj).and_then(|text| vm.warn(&vm.exc.resource_warning, &format!("unclosed {text}"), 1));
    if let Err(raised) = warned {
        vm.write_unraisable(&raised, Some(obj));
    }
    // It may have been closed by its number.
    let _ = vm.state::<World>().close(own.number.replace(-1));
}

fn close(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let number = own(vm, obj)?.number.replace(-1);
    if number >= 0 {
        vm.state::<World>().close(number).map_err(|error| system::error(vm, error, None))?;
    }
    Ok(vm.none.clone())
}

fn detach(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.int(own(vm, obj)?.number.replace(-1).into()))
}

fn fileno(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.int(own(vm, obj)?.number.get().into()))
}

/// The open descriptor of a socket.
fn open(vm: &Vm, own: &Socket) -> Res<Rc<Descriptor>> {
    vm.state::<World>().descriptor(own.number.get()).map_err(|error| system::error(vm, error, None))
}

fn getsockname(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    open(vm, own(vm, obj)?)?;
    Ok(vm.str(""))
}

fn getsockopt(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "getsockopt")?;
    args.check_positional(vm, "getsockopt", 2, 3)?;
    open(vm, own(vm, obj)?)?;
    /// `SOL_SOCKET` and of its options those that a pair has.
    const SOCKET_LEVEL: i32 = 1;
    const TYPE: i32 = 3;
    const ERROR: i32 = 4;
    match (vm.as_i32(&args.values[0])?, vm.as_i32(&args.values[1])?) {
        (SOCKET_LEVEL, TYPE) => Ok(vm.int(own(vm, obj)?.kind.get().into())),
        (SOCKET_LEVEL, ERROR) => Ok(vm.int(0)),
        _ => Err(refused(vm)),
    }
}

fn set_timeout(vm: &Vm, own: &Socket, seconds: f64) {
    own.timeout.set(seconds);
    if let Ok(descriptor) = vm.state::<World>().descriptor(own.number.get()) {
        descriptor.blocking.set(seconds < 0.0);
    }
}

/// A timeout in seconds, below 0 for none.
pub(super) fn timeout_arg(vm: &Vm, arg: &Obj) -> Res<f64> {
    if arg.is(&vm.none) {
        return Ok(-1.0);
    }
    let seconds = seconds_arg(vm, arg)?;
    if seconds < 0.0 {
        return Err(vm.value_error("Timeout value out of range"));
    }
    Ok(seconds)
}

/// A timeout as programs see it.
pub(super) fn shown_timeout(vm: &Vm, seconds: f64) -> Obj {
    if seconds < 0.0 { vm.none.clone() } else { vm.float(seconds) }
}

fn settimeout(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let seconds = timeout_arg(vm, &args.values[0])?;
    set_timeout(vm, own(vm, obj)?, seconds);
    Ok(vm.none.clone())
}

fn timeout_of(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(shown_timeout(vm, own(vm, obj)?.timeout.get()))
}

fn gettimeout(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    timeout_of(vm, obj)
}

fn setblocking(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let blocks = vm.is_true(&args.values[0])?;
    set_timeout(vm, own(vm, obj)?, if blocks { -1.0 } else { 0.0 });
    Ok(vm.none.clone())
}

fn getblocking(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.bool(own(vm, obj)?.timeout.get() != 0.0))
}

/// Does something with the end of a socket, again and again until it need not wait or the timeout is over.
fn transfer<T>(vm: &Vm, own: &Socket, mut step: impl FnMut(&End) -> Result<T, Errno>) -> Res<T> {
    let descriptor = open(vm, own)?;
    let Device::End(end) = &descriptor.device else { return Err(system::error(vm, Errno::NOTSOCK, None)) };
    let timeout = own.timeout.get();
    let mut result = step(end);
    if matches!(result, Err(Errno::AGAIN)) && timeout < 0.0 {
        // The one thread that there is would wait for itself.
        result = Err(Errno::DEADLK);
    }
    if matches!(result, Err(Errno::AGAIN)) && timeout > 0.0 {
        let ready = wait(vm, Some(timeout), || {
            result = step(end);
            !matches!(result, Err(Errno::AGAIN))
        })?;
        if !ready {
            return Err(vm.raise_text(&vm.exc.timeout_error, "timed out"));
        }
    }
    result.map_err(|error| system::error(vm, error, None))
}

/// The count and the flags of a call that receives.
fn count_arg(vm: &Vm, name: &str, count: Option<&Obj>) -> Res<usize> {
    let count = count.map_or(Ok(0), |count| vm.as_i64(count))?;
    usize::try_from(count).map_err(|_| vm.value_error(format!("negative buffersize in {name}")))
}

fn flags_arg(vm: &Vm, flags: Option<&Obj>) -> Res<i32> {
    flags.map_or(Ok(0), |flags| vm.as_i32(flags))
}

fn recv(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [count, flags] = args.unpack::<2>(vm, "recv", 1)?;
    let (count, flags) = (count_arg(vm, "recv", count)?, flags_arg(vm, flags)?);
    let bytes = transfer(vm, own(vm, obj)?, |end| end.read(count, flags & PEEK != 0))?;
    Ok(new_bytes(vm, bytes))
}

static RECV_INTO: Params<3> = Params::new("recv_into", ["buffer", "nbytes", "flags"]).required(1);

fn recv_into(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [target, count, flags] = RECV_INTO.bind(vm, args)?;
    let target = target.unwrap_or(&vm.none);
    let (count, flags) = (count_arg(vm, "recv_into", count)?, flags_arg(vm, flags)?);
    let Some(room) = buffer::with_bytes_mut(target, |bytes| bytes.len()) else {
        return Err(vm.bad_argument("recv_into", "argument 1", "read-write bytes-like object", target));
    };
    if count > room {
        return Err(vm.value_error("buffer too small for requested bytes"));
    }
    let count = if count == 0 { room } else { count };
    let bytes = transfer(vm, own(vm, obj)?, |end| end.read(count, flags & PEEK != 0))?;
    buffer::with_bytes_mut(target, |room| {
        let length = bytes.len().min(room.len());
        room[..length].copy_from_slice(&bytes[..length]);
    });
    Ok(vm.int(bytes.len() as i64))
}

fn send(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [data, _flags] = args.unpack::<2>(vm, "send", 1)?;
    let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
    let sent = transfer(vm, own(vm, obj)?, |end| end.write(&data))?;
    Ok(vm.int(sent as i64))
}

fn sendall(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [data, _flags] = args.unpack::<2>(vm, "sendall", 1)?;
    let data = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
    let mut rest = &data[..];
    while !rest.is_empty() {
        let sent = transfer(vm, own(vm, obj)?, |end| end.write(rest))?;
        rest = rest.get(sent..).unwrap_or_default();
    }
    Ok(vm.none.clone())
}

fn shutdown(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let how = vm.as_i32(&args.values[0])?;
    let descriptor = open(vm, own(vm, obj)?)?;
    let Device::End(end) = &descriptor.device else { return Err(system::error(vm, Errno::NOTSOCK, None)) };
    match how {
        0..=2 => end.shut_down(how != 1, how != 0),
        _ => return Err(system::error(vm, Errno::INVAL, None)),
    }
    Ok(vm.none.clone())
}
