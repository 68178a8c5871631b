//! The state of a decoding, which all decoders share.

use object::{Obj, Res, Vm};

use super::errors::{DecodeFailure, Surrogates};
use super::utf8;
use crate::str::writer::StrWriter;

/// Bytes on their way to text.
pub(super) struct Decoder<'a> {
    /// How errors name the codec.
    pub encoding: &'static str,
    pub bytes: &'a [u8],
    pub errors: &'a str,
    /// How far the bytes are read.
    pub at: usize,
    pub out: StrWriter,
    pub surrogates: Surrogates,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(encoding: &'static str, bytes: &'a [u8], errors: &'a str) -> Decoder<'a> {
        let out = StrWriter::with_capacity(bytes.len());
        Decoder { encoding, bytes, errors, at: 0, out, surrogates: Surrogates::None }
    }

    /// Lets the error handler say what stands for bytes and where to go on.
    pub(super) fn fail(&mut self, vm: &Vm, start: usize, end: usize, reason: &str) -> Res<()> {
        let failure = DecodeFailure {
            encoding: self.encoding,
            bytes: self.bytes,
            start,
            end,
            reason,
            surrogates: self.surrogates,
        };
        self.at = failure.handle(vm, self.errors, &mut self.out)?;
        Ok(())
    }

    /// The text, and how many bytes it was made from.
    pub(super) fn finish(self, vm: &Vm) -> (Obj, usize) {
        (self.out.finish(vm), self.at)
    }

    pub(super) fn utf8(&mut self, vm: &Vm, last: bool) -> Res<()> {
        self.surrogates = Surrogates::Utf8;
        loop {
            let (bytes, mut at) = (self.bytes, self.at);
            let result = utf8::decode(bytes, &mut at, !last, |c| self.out.push(c));
            self.at = at;
            match result {
                Ok(()) => return Ok(()),
                Err(e) => self.fail(vm, e.start, e.end, e.reason)?,
            }
        }
    }

    pub(super) fn ascii(&mut self, vm: &Vm) -> Res<()> {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte.is_ascii() {
                self.out.push(byte.into());
                self.at += 1;
            } else {
                self.fail(vm, self.at, self.at + 1, "ordinal not in range(128)")?;
            }
        }
        Ok(())
    }

    pub(super) fn latin1(&mut self) {
        self.out.push_view(object::raw::StrView::One(self.bytes));
        self.at = self.bytes.len();
    }
}
