//! Modules for compressed data, and what their decompressor objects share.

pub mod bz2;
pub mod zlib;

use std::cell::{Cell, RefCell};

use builtins::bytes::{buffer, new_bytes};
use object::{Args, MemberDef, Obj, Params, Payload, Res, Vm};

/// How much comes out of a stream at once.
const CHUNK: usize = 16_384;

/// What the method `decompress` says of itself in all of them.
const DECOMPRESS_DOC: &str = "($self, /, data, max_length=-1)\n--\n\nDecompress *data*, returning uncompressed data as bytes.\n\nIf *max_length* is nonnegative, returns at most *max_length* bytes of\ndecompressed data. If this limit is reached and further output can be\nproduced, *self.needs_input* will be set to ``False``. In this case, the next\ncall to *decompress()* may provide *data* as b\'\' to obtain more of the output.\n\nIf all of the input data was decompressed and returned (either because this\nwas less than *max_length* bytes, or because *max_length* was negative),\n*self.needs_input* will be set to True.\n\nAttempting to decompress data after the end of stream is reached raises an\nEOFError.  Any data found after the end of the stream is ignored and saved in\nthe unused_data attribute.";

/// What a step of a stream came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// There may be more.
    Going,
    /// Nothing can come before more data is put in.
    Starved,
    /// The end of the stream.
    End,
}

/// A stream that data goes through.
trait Stream {
    /// Takes some of the data and fills some of the room: how much of both.
    fn step(&mut self, vm: &Vm, data: &[u8], room: &mut [u8]) -> Res<(usize, usize, Step)>;

    /// Puts data in: what comes out, at most so much; how much of the data was taken; and how it ended.
    fn run(&mut self, vm: &Vm, data: &[u8], most: Option<usize>) -> Res<(Vec<u8>, usize, Step)> {
        let (mut out, mut taken) = (Vec::new(), 0);
        let mut chunk = vec![0; CHUNK];
        loop {
            interp::trace::native_steps(vm, 1)?;
            let room = most.map_or(CHUNK, |most| CHUNK.min(most.saturating_sub(out.len())));
            if room == 0 {
                return Ok((out, taken, Step::Going));
            }
            let (input, output, step) =
                self.step(vm, data.get(taken..).unwrap_or_default(), &mut chunk[..room])?;
            taken += input;
            vm.check_alloc(out.len() + output)?;
            out.extend(&chunk[..output]);
            let is_through = step == Step::Going && output < room && taken >= data.len();
            if step != Step::Going || is_through {
                return Ok((out, taken, step));
            }
        }
    }
}

/// The payload of decompressor objects.
struct Decompressor<S> {
    stream: RefCell<S>,
    is_at_end: Cell<bool>,
    /// What stood behind the end of the stream.
    unused: RefCell<Vec<u8>>,
    /// What was given and not taken yet.
    pending: RefCell<Vec<u8>>,
    needs_input: Cell<bool>,
}

impl<S: Stream + 'static> Payload for Decompressor<S> {
    const NAME: &'static str = "decompressor";
    const TRACKED: bool = false;
}

impl<S: Stream + 'static> Decompressor<S> {
    const EOF: MemberDef = MemberDef::read_only(
        "eof",
        |vm, obj| Ok(vm.bool(Self::of(vm, obj)?.is_at_end.get())),
        "True if the end-of-stream marker has been reached.",
    );
    const UNUSED: MemberDef = MemberDef::read_only(
        "unused_data",
        |vm, obj| Ok(vm.bytes(&Self::of(vm, obj)?.unused.borrow())),
        "Data found after the end of the compressed stream.",
    );
    const NEEDS_INPUT: MemberDef = MemberDef::read_only(
        "needs_input",
        |vm, obj| Ok(vm.bool(Self::of(vm, obj)?.needs_input.get())),
        "True if more input is needed before more decompressed data can be produced.",
    );

    fn new(stream: S) -> Decompressor<S> {
        Decompressor {
            stream: RefCell::new(stream),
            is_at_end: Cell::new(false),
            unused: RefCell::default(),
            pending: RefCell::default(),
            needs_input: Cell::new(true),
        }
    }

    fn of<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Decompressor<S>> {
        obj.get().ok_or_else(|| vm.type_error("a decompressor is needed"))
    }

    /// Takes data; what it does not take waits, or is unused behind the end.
    fn take(&self, vm: &Vm, data: &[u8], most: Option<usize>) -> Res<Vec<u8>> {
        if self.is_at_end.get() {
            self.unused.borrow_mut().extend(data);
            return Ok(Vec::new());
        }
        let (out, taken, step) = self.stream.borrow_mut().run(vm, data, most)?;
        let rest = data.get(taken..).unwrap_or_default();
        self.is_at_end.set(step == Step::End);
        if step == Step::End {
            self.unused.borrow_mut().extend(rest);
            self.pending.take();
        } else {
            self.pending.replace(rest.to_vec());
        }
        Ok(out)
    }

    /// The method `decompress(data, max_length=-1)`.
    fn decompress(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
        static PARAMS: Params<2> = Params::new("decompress", ["data", "max_length"]).required(1);
        let [data, most] = PARAMS.bind(vm, args)?;
        let given = buffer::bytes_arg(vm, data.unwrap_or(&vm.none))?;
        let most = usize::try_from(most.map_or(Ok(-1), |most| vm.as_i64(most))?).ok();
        let own = Self::of(vm, obj)?;
        if own.is_at_end.get() {
            return Err(vm.raise_text(&vm.exc.eof_error, "End of stream already reached"));
        }
        let mut data = own.pending.take();
        data.extend(given);
        let out = own.take(vm, &data, most)?;
        let is_full = most.is_some_and(|most| out.len() >= most);
        let waits = !own.pending.borrow().is_empty();
        own.needs_input.set(!own.is_at_end.get() && !waits && !is_full);
        Ok(new_bytes(vm, out))
    }
}
