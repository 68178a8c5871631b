//! What `bytes(…)` and `bytearray(…)` take.

use object::{Obj, Res, Str, Vm};

use super::buffer::with_bytes;

/// The arguments of both constructors.
pub(super) struct Source<'a> {
    pub value: Option<&'a Obj>,
    pub encoding: Option<&'a Obj>,
    pub errors: Option<&'a Obj>,
}

/// How the two differ in what they say.
pub(super) struct Wording {
    pub type_name: &'static str,
    pub out_of_range: &'static str,
}

pub(super) const BYTES_WORDING: Wording =
    Wording { type_name: "bytes", out_of_range: "bytes must be in range(0, 256)" };
pub(super) const BYTEARRAY_WORDING: Wording =
    Wording { type_name: "bytearray", out_of_range: "byte must be in range(0, 256)" };

/// The bytes of a constructor's arguments.
pub(super) fn bytes_from(vm: &Vm, source: &Source<'_>, wording: &Wording) -> Res<Vec<u8>> {
    let text = |place: &str, value: Option<&Obj>, default: &str| -> Res<String> {
        let Some(value) = value else { return Ok(default.to_owned()) };
        Ok(vm.str_arg(wording.type_name, place, value)?.to_text_lossy().into_owned())
    };
    let encoding = text("argument 'encoding'", source.encoding, "utf-8")?;
    let errors = text("argument 'errors'", source.errors, "strict")?;
    let string = source.value.and_then(|v| v.downcast::<Str>());
    if source.encoding.is_some() {
        let Some(string) = string else { return Err(vm.type_error("encoding without a string argument")) };
        return encoded(vm, string, &encoding, &errors);
    }
    if source.errors.is_some() {
        return Err(vm.type_error(match string {
            Some(_) => "string argument without an encoding",
            None => "errors without a string argument",
        }));
    }
    let Some(value) = source.value else { return Ok(Vec::new()) };
    if string.is_some() {
        return Err(vm.type_error("string argument without an encoding"));
    }
    if vm.has_index(value) {
        match vm.index_as_isize(value, Some(&vm.exc.overflow_error)) {
            Ok(count) => {
                let Ok(count) = usize::try_from(count) else { return Err(vm.value_error("negative count")) };
                vm.check_alloc(count)?;
                return Ok(vec![0; count]);
            }
            Err(raised) if raised.is_instance(&vm.exc.type_error) => {}
            Err(raised) => return Err(raised),
        }
    }
    from_object(vm, value, wording)
}

fn encoded(vm: &Vm, string: &object::Ref<Str>, encoding: &str, errors: &str) -> Res<Vec<u8>> {
    let encoded = crate::codecs::encode_str(vm, string, encoding, errors)?;
    Ok(with_bytes(&encoded, <[u8]>::to_vec).unwrap_or_default())
}

/// The bytes of a buffer or of an iterable of numbers (`PyBytes_FromObject`).
pub(super) fn from_object(vm: &Vm, value: &Obj, wording: &Wording) -> Res<Vec<u8>> {
    if let Some(view) = value.get::<super::memoryview::MemoryView>() {
        view.check(vm)?;
    }
    if let Some(bytes) = super::lent::copied(vm, value, super::lent::FULL_RO)? {
        return Ok(bytes);
    }
    if let Some(bytes) = with_bytes(value, <[u8]>::to_vec) {
        return Ok(bytes);
    }
    let message = format!("cannot convert '{}' object to {}", value.ty().name(), wording.type_name);
    if value.get::<Str>().is_some() {
        return Err(vm.type_error(message));
    }
    if value.ty().slots.iter.get().is_none() && !vm.is_sequence(value) {
        return Err(vm.type_error(message));
    }
    let mut out = Vec::with_capacity(vm.length_hint(value, 64)?.min(1 << 20));
    vm.for_each(value, |item| {
        let byte = vm.index_as_isize(&item, None)?;
        out.push(u8::try_from(byte).map_err(|_| vm.value_error(wording.out_of_range))?);
        Ok(true)
    })?;
    Ok(out)
}
