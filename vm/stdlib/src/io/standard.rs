//! `sys.stdin`, `sys.stdout`, `sys.stderr`: text over buffers over the streams of the machine's owner.

use std::cell::RefCell;
use std::io::Read;

use object::{Module, Obj, Res, Vm};

use super::buffered::{READER, WRITER};
use super::file::over_stream;
use super::text::TEXT_WRAPPER;
use crate::system::{Device, Sink, World};

/// What stands behind the three streams, and which of them are terminals.
pub(crate) struct Streams {
    pub stdin: Box<dyn Read>,
    pub stdout: Sink,
    pub stderr: Sink,
    pub terminals: [bool; 3],
}

/// Puts the three streams into `sys`.
pub(crate) fn install(vm: &Vm, sys: &Module, streams: Streams) -> Res<()> {
    let [in_terminal, out_terminal, error_terminal] = streams.terminals;
    let world = vm.state::<World>();
    let devices = [
        ("stdin", Device::Source(RefCell::new(streams.stdin)), in_terminal),
        ("stdout", Device::Sink(RefCell::new(streams.stdout)), out_terminal),
        ("stderr", Device::Sink(RefCell::new(streams.stderr)), error_terminal),
    ];
    for (name, device, terminal) in devices {
        let number = world.add(device, None, terminal);
        let stream = stream(vm, name, number, terminal)?;
        sys.dict.set_str(&vm.intern(&format!("__{name}__")), stream.clone());
        sys.dict.set_str(&vm.intern(name), stream);
    }
    Ok(())
}

fn stream(vm: &Vm, name: &str, number: i32, terminal: bool) -> Res<Obj> {
    let reads = name == "stdin";
    let raw = over_stream(vm, number, if reads { "rb" } else { "wb" }, &format!("<{name}>"))?;
    let class = if reads { &READER } else { &WRITER };
    let buffer = vm.call(vm.native_type(class).as_obj(), &[raw])?;
    let errors = if name == "stderr" { "backslashreplace" } else { "strict" };
    let line_buffering = terminal || name == "stderr";
    let newline = if reads { vm.none.clone() } else { vm.str("\n") };
    let arguments = [buffer, vm.str("utf-8"), vm.str(errors), newline, vm.bool(line_buffering)];
    let text = vm.call(vm.native_type(&TEXT_WRAPPER).as_obj(), &arguments)?;
    vm.setattr(&text, &vm.names.mode, &vm.str(if reads { "r" } else { "w" }))?;
    Ok(text)
}
