//! Reading: the bytes may be anything, so sizes, nesting and references are checked.

use std::fmt;
use std::sync::Arc;

use num_bigint::{BigInt, Sign};

use super::{FLAG_REF, LONG_SHIFT, tag};
use crate::constant::guarded;
use crate::{CodeObject, Const, PyString};

/// Why the data could not be read; the text is CPython's where it has one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error(pub &'static str);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Error {}

type Result<T> = std::result::Result<T, Error>;

const EOF: Error = Error("EOF read where object expected");
const SHORT: Error = Error("marshal data too short");
const BAD_TYPE: Error = Error("bad marshal data (unknown type code)");
const BAD_REF: Error = Error("bad marshal data (invalid reference)");
const TOO_DEEP: Error = Error("recursion limit exceeded");
const TOO_LARGE: Error = Error("bad marshal data (too large when its references are followed)");

/// CPython's `MAX_MARSHAL_STACK_DEPTH`
const MAX_DEPTH: u32 = 2000;
/// Most objects that a value may have when references are followed: keeps what is done with it later finite.
const MAX_WEIGHT: u64 = 1 << 26;

/// Reads one object. Bytes after it are ignored, as CPython does.
///
/// # Errors
/// If the data is malformed, cut off, nested too deeply, or holds an object that no code object can hold.
pub fn load(bytes: &[u8]) -> Result<Const> {
    Ok(Reader { bytes, refs: Vec::new() }.object(0)?.value)
}

/// A value with what guards against references that make much out of little
#[derive(Clone)]
struct Object {
    value: Const,
    /// Objects in it, itself included
    weight: u64,
    /// Levels of nesting
    height: u32,
}

impl Object {
    fn leaf(value: Const) -> Object {
        Object { value, weight: 1, height: 0 }
    }

    fn parent<'a>(children: impl IntoIterator<Item = &'a Object>) -> Result<(u64, u32)> {
        let (mut weight, mut height) = (1u64, 0);
        for child in children {
            weight = weight.saturating_add(child.weight);
            height = height.max(child.height + 1);
        }
        if height > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        if weight > MAX_WEIGHT {
            return Err(TOO_LARGE);
        }
        Ok((weight, height))
    }

    fn with(children: &[Object], value: impl FnOnce(Vec<Const>) -> Const) -> Result<Object> {
        let (weight, height) = Object::parent(children)?;
        Ok(Object { value: value(children.iter().map(|c| c.value.clone()).collect()), weight, height })
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// By reference number; `None` while the object is being read
    refs: Vec<Option<Object>>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(n).ok_or(SHORT)?;
        self.bytes = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk().ok_or(SHORT)?;
        self.bytes = rest;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn int(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn float(&mut self) -> Result<f64> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// A float written as text, of formats before version 2
    fn text_float(&mut self) -> Result<f64> {
        let n = self.byte()?.into();
        let text = std::str::from_utf8(self.take(n)?).ok();
        text.and_then(|t| t.parse().ok()).ok_or(Error("bad marshal data (float)"))
    }

    /// A length; every counted thing takes at least a byte, so what cannot be there is refused at once.
    fn size(&mut self) -> Result<usize> {
        match usize::try_from(self.int()?) {
            Ok(n) if n <= self.bytes.len() => Ok(n),
            Ok(_) => Err(SHORT),
            Err(_) => Err(Error("bad marshal data (size out of range)")),
        }
    }

    fn object(&mut self, depth: u32) -> Result<Object> {
        let code = *self.bytes.first().ok_or(EOF)?;
        self.bytes = &self.bytes[1..];
        if depth > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let code_type = code & !FLAG_REF;
        if code_type == tag::REF {
            let index = usize::try_from(self.int()?).map_err(|_| BAD_REF)?;
            return self.refs.get(index).cloned().flatten().ok_or(BAD_REF);
        }
        // CPython numbers an object before its parts; constants without parts are the same either way.
        let singleton = matches!(code_type, tag::NONE | tag::FALSE | tag::TRUE | tag::ELLIPSIS);
        let slot = (code & FLAG_REF != 0 && !singleton).then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        });
        let object = guarded(|| self.body(code_type, depth))?;
        if let Some(slot) = slot {
            self.refs[slot] = Some(object.clone());
        }
        Ok(object)
    }

    fn body(&mut self, code_type: u8, depth: u32) -> Result<Object> {
        let value = match code_type {
            tag::NONE => Const::None,
            tag::FALSE => Const::Bool(false),
            tag::TRUE => Const::Bool(true),
            tag::ELLIPSIS => Const::Ellipsis,
            tag::INT => Const::Int(self.int()?.into()),
            tag::INT64 => Const::Int(i64::from_le_bytes(self.array()?)),
            tag::LONG => self.long()?,
            tag::BINARY_FLOAT => Const::Float(self.float()?),
            tag::FLOAT => Const::Float(self.text_float()?),
            tag::BINARY_COMPLEX => Const::Complex(self.float()?, self.float()?),
            tag::COMPLEX => Const::Complex(self.text_float()?, self.text_float()?),
            tag::BYTES => {
                let n = self.size()?;
                Const::Bytes(self.take(n)?.into())
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let n = self.byte()?.into();
                self.ascii(n)?
            }
            tag::ASCII | tag::ASCII_INTERNED => {
                let n = self.size()?;
                self.ascii(n)?
            }
            tag::UNICODE | tag::INTERNED => {
                let n = self.size()?;
                let bytes = self.take(n)?;
                Const::Str(PyString::from_bytes(bytes).ok_or(Error("bad marshal data (invalid UTF-8)"))?)
            }
            tag::SMALL_TUPLE | tag::TUPLE => {
                let n = if code_type == tag::TUPLE { self.size()? } else { self.byte()?.into() };
                let items = self.objects(n, depth)?;
                return Object::with(&items, |c| Const::Tuple(c.into()));
            }
            tag::FROZENSET => {
                let n = self.size()?;
                let items = self.objects(n, depth)?;
                return Object::with(&items, |c| Const::FrozenSet(c.into()));
            }
            tag::SLICE => {
                let parts = [self.object(depth + 1)?, self.object(depth + 1)?, self.object(depth + 1)?];
                let (weight, height) = Object::parent(&parts)?;
                let value = Const::Slice(Arc::new(parts.map(|p| p.value)));
                return Ok(Object { value, weight, height });
            }
            tag::CODE => return self.code(depth),
            _ => return Err(BAD_TYPE),
        };
        Ok(Object::leaf(value))
    }

    fn objects(&mut self, n: usize, depth: u32) -> Result<Vec<Object>> {
        (0..n).map(|_| self.object(depth + 1)).collect()
    }

    fn ascii(&mut self, n: usize) -> Result<Const> {
        let bytes = self.take(n)?;
        match std::str::from_utf8(bytes) {
            Ok(s) if s.is_ascii() => Ok(Const::Str(s.into())),
            _ => Err(Error("bad marshal data (not ASCII)")),
        }
    }

    fn long(&mut self) -> Result<Const> {
        let n = self.int()?;
        let mut bits = vec![
            0u32;
            (u64::from(n.unsigned_abs()).min(self.bytes.len() as u64) * LONG_SHIFT / 32 + 1)
                as usize
        ];
        let mut last = 1;
        for i in 0..u64::from(n.unsigned_abs()) {
            last = u16::from_le_bytes(self.array()?);
            if last >> LONG_SHIFT != 0 {
                return Err(Error("bad marshal data (digit out of range in long)"));
            }
            let (word, shift) = ((i * LONG_SHIFT / 32) as usize, i * LONG_SHIFT % 32);
            let wide = u64::from(last) << shift;
            bits[word] |= wide as u32;
            if wide >> 32 != 0 {
                bits[word + 1] |= (wide >> 32) as u32;
            }
        }
        if last == 0 {
            return Err(Error("bad marshal data (unnormalized long data)"));
        }
        Ok(Const::int(BigInt::from_slice(if n < 0 { Sign::Minus } else { Sign::Plus }, &bits)))
    }

    fn code(&mut self, depth: u32) -> Result<Object> {
        let mut number = || Ok(self.int()?.cast_unsigned());
        let (argcount, posonlyargcount, kwonlyargcount) = (number()?, number()?, number()?);
        let (stacksize, flags) = (number()?, number()?);
        let mut next = || self.object(depth + 1);
        let code = bytes(next()?)?;
        let Object { value, weight, height } = next()?;
        let Const::Tuple(consts) = value else { return Err(Error("bad marshal data (co_consts)")) };
        let code = CodeObject {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code,
            consts,
            names: strings(next()?)?,
            localsplusnames: strings(next()?)?,
            localspluskinds: bytes(next()?)?,
            filename: string(next()?)?,
            name: string(next()?)?,
            qualname: string(next()?)?,
            firstlineno: self.int()?,
            linetable: bytes(self.object(depth + 1)?)?,
            exceptiontable: bytes(self.object(depth + 1)?)?,
        };
        if code.localsplusnames.len() != code.localspluskinds.len() {
            return Err(Error("bad marshal data (co_localsplusnames and kinds differ in length)"));
        }
        Ok(Object { value: Const::Code(Arc::new(code)), weight: weight + 1, height: height + 1 })
    }
}

fn bytes(object: Object) -> Result<Arc<[u8]>> {
    match object.value {
        Const::Bytes(b) => Ok(b),
        _ => Err(Error("bad marshal data (bytes expected)")),
    }
}

fn string(object: Object) -> Result<PyString> {
    match object.value {
        Const::Str(s) => Ok(s),
        _ => Err(Error("bad marshal data (string expected)")),
    }
}

fn strings(object: Object) -> Result<Arc<[PyString]>> {
    let Const::Tuple(items) = &object.value else { return Err(Error("bad marshal data (names expected)")) };
    let name = |c: &Const| match c {
        Const::Str(s) => Ok(s.clone()),
        _ => Err(Error("bad marshal data (name expected)")),
    };
    items.iter().map(name).collect()
}
