//! What is searched: a `str`, or anything with bytes.

use object::raw::StrView;
use object::{Bytes, Obj, Raised, Ref, Res, Str, Visitor, Vm};

use super::engine::{Engine, Searcher};
use super::pattern::Pattern;

/// An object to search in, with the bounds of the search.
pub(super) struct Subject {
    /// The object as it was given.
    pub object: Obj,
    content: Content,
    /// Where the search starts, within the text.
    pub pos: usize,
    /// Where it ends, within the text.
    pub end: usize,
}

/// Where the characters are while the search goes on.
enum Content {
    Text(Ref<Str>),
    Bytes(Ref<Bytes>),
    /// A copy of what can change under the search, and a view that keeps its size meanwhile.
    Copy(Box<[u8]>, Obj),
}

/// The content of an object, and whether that is bytes.
fn content(vm: &Vm, object: &Obj) -> Res<(Content, bool)> {
    if let Some(text) = object.downcast::<Str>() {
        return Ok((Content::Text(text.clone()), false));
    }
    if let Some(bytes) = object.downcast::<Bytes>() {
        return Ok((Content::Bytes(bytes.clone()), true));
    }
    match builtins::bytes::buffer::with_bytes(object, <[u8]>::to_vec) {
        Some(copy) => {
            Ok((Content::Copy(copy.into(), builtins::bytes::memoryview::new_memoryview(vm, object)?), true))
        }
        None => {
            Err(vm.type_error(format!("expected string or bytes-like object, got '{}'", object.ty().name())))
        }
    }
}

/// Whether an object is bytes rather than text.
pub(super) fn is_bytes(vm: &Vm, object: &Obj) -> Res<bool> {
    Ok(content(vm, object)?.1)
}

impl Subject {
    /// For a search with `pattern` between two positions, clipped to the text.
    pub fn new(vm: &Vm, pattern: &Pattern, object: &Obj, pos: isize, end: isize) -> Res<Subject> {
        let (content, is_bytes) = content(vm, object)?;
        match pattern.is_bytes {
            Some(false) if is_bytes => {
                return Err(vm.type_error("cannot use a string pattern on a bytes-like object"));
            }
            Some(true) if !is_bytes => {
                return Err(vm.type_error("cannot use a bytes pattern on a string-like object"));
            }
            _ => {}
        }
        let len = content.len();
        let clip = |place: isize| usize::try_from(place).unwrap_or(0).min(len);
        Ok(Subject { object: object.clone(), content, pos: clip(pos), end: clip(end) })
    }

    /// The whole of an object, whatever the pattern.
    pub fn whole(vm: &Vm, object: &Obj) -> Res<Subject> {
        let (content, _) = content(vm, object)?;
        let end = content.len();
        Ok(Subject { object: object.clone(), content, pos: 0, end })
    }

    /// Shows what it refers to.
    pub fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.object);
        match &self.content {
            Content::Text(text) => visit(text.as_obj()),
            Content::Bytes(bytes) => visit(bytes.as_obj()),
            Content::Copy(_, view) => visit(view),
        }
    }

    /// The characters `start..end`, clipped: the whole of an exact `str` or `bytes` is the object itself.
    pub fn slice(&self, vm: &Vm, start: usize, end: usize) -> Res<Obj> {
        let bytes: &[u8] = match &self.content {
            Content::Text(text) => {
                return builtins::str::slice(vm, text.as_obj(), start, end.min(text.len()));
            }
            Content::Bytes(bytes) => {
                if start == 0 && end >= bytes.0.len() && self.object.is_exactly(&vm.types.bytes) {
                    return Ok(self.object.clone());
                }
                &bytes.0
            }
            Content::Copy(bytes, _) => bytes,
        };
        let end = end.min(bytes.len());
        Ok(vm.bytes(&bytes[start.min(end)..end]))
    }

    /// Whether a character occurs in it.
    pub fn has(&self, c: u8) -> bool {
        match &self.content {
            Content::Text(text) => text.code_points().any(|p| p == u32::from(c)),
            Content::Bytes(bytes) => bytes.0.contains(&c),
            Content::Copy(bytes, _) => bytes.contains(&c),
        }
    }

    /// Lets `work` search as often as it likes.
    pub fn search<R>(
        &self,
        vm: &Vm,
        pattern: &Pattern,
        work: impl FnOnce(&mut dyn Searcher<Raised>) -> Res<R>,
    ) -> Res<R> {
        let mut check = |steps| interp::trace::native_steps(vm, steps);
        macro_rules! over {
            ($text:expr) => {
                work(&mut Engine::new(&pattern.code, pattern.groups, $text, self.end, &mut check))
            };
        }
        match &self.content {
            Content::Text(text) => match text.view() {
                StrView::One(text) => over!(text),
                StrView::Two(text) => over!(text),
                StrView::Four(text) => over!(text),
            },
            Content::Bytes(bytes) => over!(&bytes.0[..]),
            Content::Copy(bytes, _) => over!(&bytes[..]),
        }
    }
}

impl Content {
    fn len(&self) -> usize {
        match self {
            Content::Text(text) => text.len(),
            Content::Bytes(bytes) => bytes.0.len(),
            Content::Copy(bytes, _) => bytes.len(),
        }
    }
}
