//! Frames and the cursor that runs through them.
//!
//! A frame is a [`Frame`] with its places behind it: locals, cells and free variables, then the value stack. It lives
//! on the thread's [`ValueStack`], or in a [`HeapFrame`] if a generator or a frame object owns it.
//!
//! # What makes this safe
//! The methods here check bounds in debug builds alone. They rely on these promises, which `interp` keeps:
//! * Only code that our compiler made or that `bytecode::verify` accepted is run. So the stack depth at each instruction
//!   is known and within `stacksize`, operands name existing constants, names and places, jumps land on instructions,
//!   and places are not read before they are filled, except by instructions that check.
//! * A [`FrameRef`] is not used after its frame was popped, or dropped with its owner.
//! * A borrowed reference on the stack is consumed before the local it came from changes: the compiler sees to it, and
//!   writes from outside (`f_locals`) keep the old value alive until the frame ends (see `FrameObject::keep`).
//! * The owner of a type changes the type's version before an attribute that a cache points to goes away.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use super::dict::Dict;
use super::header::{Header, Obj};
use super::payload::{Ref, Visitor};
use smallvec::SmallVec;

use super::stack::{Borrowed, StackRef, ValueStack};
use super::string::Str;
use super::{ObjCell, alloc};
use crate::Vm;
use crate::payload::{Code, Function};

/// Who holds a frame's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The thread's stack.
    Thread,
    /// A generator, coroutine or asynchronous generator.
    Generator,
    /// A frame object: the frame has ended.
    FrameObject,
}

/// The fixed part of a frame.
#[repr(C)]
pub struct Frame {
    code: Ref<Code>,
    function: StackRef,
    /// Kept alive by `function`.
    globals: ManuallyDrop<Ref<Dict>>,
    /// Kept alive by `function`.
    builtins: ManuallyDrop<Ref<Dict>>,
    /// The namespace of module and class bodies; nothing for functions.
    pub locals: ObjCell,
    /// The frame object, once somebody asked for it.
    pub object: ObjCell,
    /// The caller's frame.
    pub previous: Cell<Option<FrameRef>>,
    /// The instruction that runs now or ran last.
    ip: Cell<*const Cell<u16>>,
    /// The top of the value stack, as of the last [`Cursor::save`].
    sp: Cell<*mut StackRef>,
    /// Code units from `ip` to where execution goes on when a callee returns.
    pub return_offset: Cell<u16>,
    owner: Cell<Owner>,
    /// Whether native code waits for this frame: its return leaves the loop.
    pub is_entry: Cell<bool>,
    /// Whether the frame is in the chain of running frames.
    pub is_running: Cell<bool>,
    /// Hooks are called for the frame's instructions.
    pub is_traced: Cell<bool>,
    /// The generator that owns the frame, which is alive as long as the frame.
    generator: Cell<Option<NonNull<Header>>>,
    /// The line last reported to a line hook.
    pub traced_line: Cell<i32>,
}

/// Words of the fixed part.
const HEADER: usize = size_of::<Frame>() / size_of::<StackRef>();
const _: () = assert!(size_of::<Frame>().is_multiple_of(size_of::<StackRef>()));

/// A pointer to a live frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FrameRef(NonNull<Frame>);

impl Deref for FrameRef {
    type Target = Frame;
    #[inline(always)]
    fn deref(&self) -> &Frame {
        // SAFETY: the promise about `FrameRef` at the top.
        unsafe { self.0.as_ref() }
    }
}

impl Frame {
    /// The code that runs.
    #[inline(always)]
    pub fn code(&self) -> &Ref<Code> {
        &self.code
    }

    /// The function whose call this is.
    #[inline(always)]
    pub fn function(&self) -> Borrowed<'_> {
        self.function.get()
    }

    /// The global names.
    #[inline(always)]
    pub fn globals(&self) -> &Ref<Dict> {
        &self.globals
    }

    /// The built-in names.
    #[inline(always)]
    pub fn builtins(&self) -> &Ref<Dict> {
        &self.builtins
    }

    /// Who holds the memory.
    pub fn owner(&self) -> Owner {
        self.owner.get()
    }

    /// The generator that owns the frame.
    pub fn generator(&self) -> Option<Obj> {
        self.generator.get().map(|raw| {
            // SAFETY: the generator is alive as long as it owns the frame; cloning counts up.
            let object = ManuallyDrop::new(unsafe { Obj::from_raw(raw) });
            (*object).clone()
        })
    }

    /// Notes the generator that owns the frame.
    pub fn set_generator(&self, generator: &Obj) {
        self.generator.set(Some(generator.0));
    }

    /// Code unit of the instruction that runs now or ran last (`f_lasti / 2`).
    #[inline]
    pub fn instruction(&self) -> usize {
        let bytes = (self.ip.get() as usize).wrapping_sub(self.code.first_unit() as usize);
        (bytes as isize / 2).max(0) as usize
    }

    /// Makes the instruction at a code unit the one that ran last.
    pub fn set_instruction(&self, unit: usize) {
        if let Some(cell) = self.code.units().get(unit) {
            self.ip.set(cell);
        }
    }

    /// Whether no instruction has run yet.
    pub fn is_fresh(&self) -> bool {
        std::ptr::eq(self.ip.get(), self.code.first_unit().wrapping_sub(1))
    }
}

impl FrameRef {
    /// Pushes a frame for a call of `function`, all places empty. `None` if the stack is full.
    #[inline(always)]
    pub fn push(
        stack: &ValueStack,
        function: StackRef,
        code: Ref<Code>,
        previous: Option<FrameRef>,
    ) -> Option<FrameRef> {
        let at = stack.push(HEADER + code.frame_size())?;
        // SAFETY: the places are ours and as many as the frame needs.
        Some(unsafe { FrameRef::write(at.cast(), function, code, previous) })
    }

    /// # Safety
    /// `at` has room for the frame.
    #[inline(always)]
    unsafe fn write(
        at: NonNull<Frame>,
        function: StackRef,
        code: Ref<Code>,
        previous: Option<FrameRef>,
    ) -> FrameRef {
        let (globals, builtins) = {
            let held = function.get();
            // SAFETY: callers pass functions.
            let f = unsafe { held.payload_unchecked::<Function>() };
            // SAFETY: bitwise copies that are never dropped; the function, which the frame holds, keeps both alive.
            unsafe { (std::ptr::read(&f.globals), std::ptr::read(&f.builtins)) }
        };
        let ip = code.first_unit().wrapping_sub(1);
        let places = code.place_count();
        let frame = FrameRef(at);
        // SAFETY: the caller's promise.
        unsafe {
            at.write(Frame {
                code,
                function,
                globals: ManuallyDrop::new(globals),
                builtins: ManuallyDrop::new(builtins),
                locals: ObjCell::new(None),
                object: ObjCell::new(None),
                previous: Cell::new(previous),
                ip: Cell::new(ip),
                sp: Cell::new(frame.places().add(places)),
                return_offset: Cell::new(1),
                owner: Cell::new(Owner::Thread),
                is_entry: Cell::new(false),
                is_running: Cell::new(true),
                is_traced: Cell::new(false),
                generator: Cell::new(None),
                traced_line: Cell::new(-1),
            });
            for i in 0..places {
                frame.places().add(i).write(StackRef::NULL);
            }
        }
        frame
    }

    /// Pushes a frame for a call whose callable (a function), receiver or nothing, and arguments stand on top of the
    /// caller's stack; they move into the callee's first locals. Borrowed ones stay borrowed, for the caller's locals
    /// outlive the call. `None` if the stack is full.
    #[inline(always)]
    pub fn push_call(
        stack: &ValueStack,
        mut caller: Cursor,
        code: Ref<Code>,
        arguments: usize,
        has_self: bool,
    ) -> Option<(FrameRef, Cursor)> {
        let at = stack.push(HEADER + code.frame_size())?;
        let count = arguments + usize::from(has_self);
        debug_assert!(count <= code.place_count());
        // SAFETY: verified code has callable, receiver and arguments on its stack; the new frame has room for as many
        // locals as the callers of this function have checked. Everything is moved once.
        unsafe {
            let base = caller.sp.sub(arguments + 2);
            let frame = FrameRef::write(at.cast(), base.read(), code, Some(caller.frame));
            std::ptr::copy_nonoverlapping(base.add(2 - usize::from(has_self)), frame.places(), count);
            caller.sp = base;
            Some((frame, caller))
        }
    }

    #[inline(always)]
    fn places(self) -> *mut StackRef {
        // SAFETY: places stand behind the fixed part, in the same allocation.
        unsafe { self.0.as_ptr().add(1).cast() }
    }

    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    fn place(&self, index: usize) -> &mut StackRef {
        debug_assert!(index < self.code.place_count());
        // SAFETY: verified operands name existing places; no borrow outlives the method that made it.
        unsafe { &mut *self.places().add(index) }
    }

    /// Local, cell or free variable `index`, if it has a value.
    #[inline]
    pub fn local(&self, index: usize) -> Option<Obj> {
        self.place(index).get_option().map(|o| o.clone())
    }

    /// Puts a value into a local; what was there comes back.
    #[inline(always)]
    pub fn set_local(&self, index: usize, value: StackRef) -> StackRef {
        std::mem::replace(self.place(index), value)
    }

    /// The number of values on the stack, as of the last save.
    pub fn depth(&self) -> usize {
        let words = (self.sp.get() as usize - self.places() as usize) / size_of::<StackRef>();
        words - self.code.place_count()
    }

    /// Pushes a value.
    #[inline]
    pub fn push_value(&self, value: impl Into<StackRef>) {
        let sp = self.sp.get();
        debug_assert!(self.depth() < self.code.stack_size());
        // SAFETY: verified code stays within its stack size.
        unsafe {
            sp.write(value.into());
            self.sp.set(sp.add(1));
        }
    }

    /// Pops a value, which may be nothing.
    #[inline]
    pub fn pop_ref(&self) -> StackRef {
        debug_assert!(self.depth() > 0);
        // SAFETY: verified code pops what it pushed.
        unsafe {
            let sp = self.sp.get().sub(1);
            self.sp.set(sp);
            sp.read()
        }
    }

    /// Pops a value.
    #[inline]
    pub fn pop(&self) -> Obj {
        self.pop_ref().into_obj()
    }

    /// Pops `count` values, in the order they were pushed.
    pub fn pop_many(&self, count: usize) -> smallvec::SmallVec<[Obj; 8]> {
        // SAFETY: as in `pop_ref`.
        unsafe {
            let sp = self.sp.get().sub(count);
            let values = (0..count).map(|i| sp.add(i).read().into_obj()).collect();
            self.sp.set(sp);
            values
        }
    }

    /// A copy of the value `depth` below the top, which is 1.
    #[inline]
    pub fn peek(&self, depth: usize) -> Obj {
        self.peek_ref(depth).into_obj()
    }

    /// As [`peek`](Self::peek), for places that may hold nothing.
    #[inline]
    pub fn peek_ref(&self, depth: usize) -> StackRef {
        debug_assert!(depth <= self.depth());
        // SAFETY: verified code looks at what it pushed.
        unsafe { (*self.sp.get().sub(depth)).duplicate() }
    }

    /// Replaces the value `depth` below the top; what was there comes back.
    pub fn replace(&self, depth: usize, value: impl Into<StackRef>) -> StackRef {
        debug_assert!(depth <= self.depth());
        // SAFETY: as in `peek_ref`.
        unsafe { std::mem::replace(&mut *self.sp.get().sub(depth), value.into()) }
    }

    /// Cuts the stack to `depth` values.
    pub fn cut(&self, depth: usize) {
        while self.depth() > depth {
            drop(self.pop_ref());
        }
    }

    /// Runs `work` on the values from `depth` below the top, as objects. They stay where they are and as they are: nothing
    /// is counted for it, so that borrowed arguments stay uncounted (`STACKREFS_TO_PYOBJECTS`).
    #[inline]
    pub fn lend<R>(&self, depth: usize, work: impl FnOnce(&[Obj]) -> R) -> R {
        debug_assert!(depth <= self.depth());
        let mut values: SmallVec<[Borrowed<'_>; 8]> = SmallVec::new();
        for i in 0..depth {
            // SAFETY: verified code has that many values there, none of them nothing; the frame's own code alone changes
            // its stack, and it waits for `work`.
            values.push(unsafe { (*self.sp.get().sub(depth - i)).get() });
        }
        // SAFETY: a `Borrowed` is an `Obj` that is not dropped, and both are the address of the object.
        work(unsafe { std::slice::from_raw_parts(values.as_ptr().cast::<Obj>(), depth) })
    }

    /// Drops all values and variables, last first, and what else the frame holds but code and function.
    fn clear_places(&self) {
        let first = self.places();
        loop {
            let sp = self.sp.get();
            if sp == first {
                break;
            }
            // SAFETY: places between the first and the top are initialised; each is dropped once.
            unsafe {
                self.sp.set(sp.sub(1));
                drop(sp.sub(1).read());
            }
        }
        self.locals.set(None);
    }

    /// Drops what the variables and the stack of a suspended or ended frame hold.
    pub fn clear(self) {
        self.clear_places();
        // The places must read as empty afterwards.
        for i in 0..self.code.place_count() {
            // SAFETY: room for the places is there; they were just dropped.
            unsafe { self.places().add(i).write(StackRef::NULL) };
        }
        // SAFETY: in bounds.
        self.sp.set(unsafe { self.places().add(self.code.place_count()) });
    }

    /// Ends a frame on the thread's stack: drops what it holds and gives its places back. It must be the topmost.
    #[inline]
    pub fn pop_frame(self, stack: &ValueStack) {
        self.clear_places();
        // SAFETY: the frame is not used after this; its code and function are dropped once.
        unsafe {
            std::ptr::drop_in_place(self.0.as_ptr());
        }
        stack.pop(self.0.cast());
    }

    /// Moves a frame from the thread's stack to the heap; the places are given back. It must be the topmost. Borrowed
    /// references become counted.
    pub fn move_to_heap(self, stack: &ValueStack, owner: Owner) -> HeapFrame {
        let moved = self.copy_out(owner);
        stack.pop(self.0.cast());
        moved
    }

    fn copy_out(self, owner: Owner) -> HeapFrame {
        let words = HEADER + self.code.frame_size();
        let used = self.code.place_count() + self.depth();
        for i in 0..used {
            // SAFETY: the places up to the top are initialised.
            let place = unsafe { &mut *self.places().add(i) };
            let value = std::mem::replace(place, StackRef::NULL);
            *place = value.into_owned();
        }
        // SAFETY: the function place is initialised; a borrowed function becomes a counted one.
        unsafe {
            let place = &raw mut (*self.0.as_ptr()).function;
            let value = place.read();
            place.write(value.into_owned());
        }
        let (block, size_class) = alloc::allocate(words * size_of::<usize>());
        // SAFETY: the block has room for all words and takes the frame over, which is not used at the old place again.
        unsafe {
            std::ptr::copy_nonoverlapping(
                self.0.as_ptr().cast::<usize>(),
                block.as_ptr().cast::<usize>(),
                HEADER + used,
            );
            let frame = FrameRef(block.cast());
            frame.sp.set(frame.places().add(used));
            frame.owner.set(owner);
            HeapFrame { frame, size_class }
        }
    }

    /// Shows what the frame refers to. The values on the stack of a running frame are left out: the collector takes
    /// what it does not see for reachable from outside.
    pub fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.code.as_obj());
        if let Some(function) = self.function.counted() {
            visit(&function);
        }
        self.locals.trace(visit);
        let used = if self.is_running.get() {
            self.code.place_count()
        } else {
            self.code.place_count() + self.depth()
        };
        for i in 0..used {
            // SAFETY: the places up to the top are initialised.
            if let Some(value) = unsafe { &*self.places().add(i) }.counted() {
                visit(&value);
            }
        }
    }
}

/// A frame that a generator or a frame object owns.
pub struct HeapFrame {
    frame: FrameRef,
    size_class: u8,
}

impl HeapFrame {
    /// The frame.
    #[inline(always)]
    pub fn frame(&self) -> FrameRef {
        self.frame
    }

    /// Hands the frame over to a new owner, leaving an empty one behind: for frame objects that outlive a generator.
    pub fn steal(&self, owner: Owner) -> HeapFrame {
        // What stays behind needs its own counts of code and function.
        let code = self.frame.code.clone();
        let function = self.frame.function.duplicate();
        let moved = self.frame.copy_out(owner);
        // SAFETY: everything in the old place was moved out; it is written anew, as an empty frame of the same code.
        unsafe {
            FrameRef::write(self.frame.0, function, code, None);
        }
        self.frame.is_running.set(false);
        self.frame.owner.set(Owner::Generator);
        moved
    }
}

impl Drop for HeapFrame {
    fn drop(&mut self) {
        self.frame.clear_places();
        // SAFETY: the frame is ours and not used again; the block is what `allocate` gave.
        unsafe {
            std::ptr::drop_in_place(self.frame.0.as_ptr());
            alloc::release(self.frame.0.cast(), self.size_class);
        }
    }
}

/// Where the loop is: instruction, stack top and frame, kept in registers. See the promises at the top.
#[derive(Clone, Copy)]
pub struct Cursor {
    ip: *const Cell<u16>,
    sp: *mut StackRef,
    frame: FrameRef,
}

impl Cursor {
    /// Starts a frame, or goes on `skip` code units behind its last instruction.
    #[inline(always)]
    pub fn enter(frame: FrameRef, skip: usize) -> Cursor {
        Cursor { ip: frame.ip.get().wrapping_add(skip), sp: frame.sp.get(), frame }
    }

    /// The frame.
    #[inline(always)]
    pub fn frame(&self) -> FrameRef {
        self.frame
    }

    /// Reads the next code unit: opcode in the low byte, operand in the high one. The frame is told that this is its
    /// instruction now.
    #[inline(always)]
    pub fn fetch(&mut self) -> u16 {
        self.frame.ip.set(self.ip);
        // SAFETY: verified code does not run off its end.
        unsafe {
            let unit = (*self.ip).get();
            self.ip = self.ip.add(1);
            unit
        }
    }

    /// The opcode behind this instruction's `caches`.
    pub fn opcode_behind(&self, caches: usize) -> u8 {
        self.cache(caches) as u8
    }

    /// Replaces the opcode of the instruction that runs.
    #[inline(always)]
    pub fn rewrite(&self, opcode: u8) {
        // SAFETY: `frame.ip` is the instruction that was fetched.
        let unit = unsafe { &*self.frame.ip.get() };
        unit.set(unit.get() & 0xff00 | u16::from(opcode));
    }

    /// The opcode of the instruction that runs, as it stands in the code now.
    pub fn opcode(&self) -> u8 {
        // SAFETY: as in `rewrite`.
        unsafe { (*self.frame.ip.get()).get() as u8 }
    }

    /// Goes to another code unit relative to this one.
    #[inline(always)]
    pub fn jump(&mut self, by: isize) {
        self.ip = self.ip.wrapping_offset(by);
    }

    /// Skips inline caches.
    #[inline(always)]
    pub fn skip(&mut self, units: usize) {
        self.ip = self.ip.wrapping_add(units);
    }

    /// Goes to a code unit of the frame's code.
    #[inline(always)]
    pub fn go_to(&mut self, unit: usize) {
        self.ip = self.frame.code.first_unit().wrapping_add(unit);
    }

    /// Code unit of the next instruction.
    #[inline(always)]
    pub fn position(&self) -> usize {
        (self.ip as usize - self.frame.code.first_unit() as usize) / 2
    }

    /// Tells the frame where the stack top is.
    #[inline(always)]
    pub fn save(&self) {
        self.frame.sp.set(self.sp);
    }

    /// Takes the stack top from the frame.
    #[inline(always)]
    pub fn reload(&mut self) {
        self.sp = self.frame.sp.get();
    }

    /// Cache entry `at`, in code units behind the instruction.
    #[inline(always)]
    pub fn cache(&self, at: usize) -> u16 {
        // SAFETY: verified code has the caches of its instructions.
        unsafe { (*self.ip.add(at)).get() }
    }

    /// Sets a cache entry.
    #[inline(always)]
    pub fn set_cache(&self, at: usize, value: u16) {
        // SAFETY: as in `cache`.
        unsafe { (*self.ip.add(at)).set(value) }
    }

    /// Two cache entries.
    #[inline(always)]
    pub fn cache_u32(&self, at: usize) -> u32 {
        // SAFETY: as in `cache`; code units need not be aligned to four bytes.
        unsafe { self.ip.add(at).cast::<u32>().read_unaligned() }
    }

    /// Sets two cache entries.
    #[inline(always)]
    pub fn set_cache_u32(&self, at: usize, value: u32) {
        self.set_cache(at, value as u16);
        self.set_cache(at + 1, (value >> 16) as u16);
    }

    /// The object that four cache entries point to. Valid under the version guard that was cached with it.
    #[inline(always)]
    pub fn cache_object(&self, at: usize) -> Borrowed<'_> {
        // SAFETY: `set_cache_object` wrote the pointer; the caller has checked the version of the type that holds the
        // object, which would have changed before the object could go.
        unsafe {
            let word = self.ip.add(at).cast::<*mut Header>().read_unaligned();
            Borrowed::of_raw(NonNull::new_unchecked(word))
        }
    }

    /// Notes an object, which the type behind a cached version holds, in four cache entries.
    #[inline(always)]
    pub fn set_cache_object(&self, at: usize, object: &Obj) {
        let word = object.0.as_ptr().expose_provenance() as u64;
        for i in 0..4 {
            self.set_cache(at + i, (word >> (16 * i)) as u16);
        }
    }

    /// Constant `index`.
    #[inline(always)]
    pub fn constant(&self, index: usize) -> &Obj {
        debug_assert!(index < self.frame.code.consts.len());
        // SAFETY: verified operands name existing constants.
        unsafe { self.frame.code.consts.get_unchecked(index) }
    }

    /// Name `index`.
    #[inline(always)]
    pub fn name(&self, index: usize) -> &Ref<Str> {
        debug_assert!(index < self.frame.code.names.len());
        // SAFETY: verified operands name existing names.
        unsafe { self.frame.code.names.get_unchecked(index) }
    }

    /// Pushes a constant without counting: the code object outlives the value, as the frame holds it. What leaves the
    /// frame (returned, stored) is made counted there.
    #[inline(always)]
    pub fn push_constant(&mut self, index: usize) {
        let value = StackRef::borrow(self.constant(index));
        self.push_ref(value);
    }

    /// Pushes a stack reference.
    #[inline(always)]
    pub fn push_ref(&mut self, value: StackRef) {
        // SAFETY: verified code stays within its stack size.
        unsafe {
            self.sp.write(value);
            self.sp = self.sp.add(1);
        }
    }

    /// Pushes an object.
    #[inline(always)]
    pub fn push(&mut self, value: Obj) {
        self.push_ref(StackRef::new(value));
    }

    /// Makes the value `depth` below the top a counted one.
    #[inline(always)]
    pub fn own(&mut self, depth: usize) {
        let value = self.replace(depth, StackRef::NULL).into_owned();
        drop(self.replace(depth, value));
    }

    /// The local that the `STORE_FAST` behind this instruction's five caches writes.
    #[inline(always)]
    pub fn next_store_target(&self) -> usize {
        usize::from(self.cache(5) >> 8)
    }

    /// Pops a stack reference.
    #[inline(always)]
    pub fn pop(&mut self) -> StackRef {
        // SAFETY: verified code pops what it pushed.
        unsafe {
            self.sp = self.sp.sub(1);
            self.sp.read()
        }
    }

    /// Looks at the value `depth` below the top, which is 1.
    #[inline(always)]
    pub fn peek(&self, depth: usize) -> Borrowed<'_> {
        // SAFETY: verified code looks at what it pushed.
        let place = unsafe { &*self.sp.sub(depth) };
        place.get()
    }

    /// Whether nothing stands `depth` below the top.
    #[inline(always)]
    pub fn is_null(&self, depth: usize) -> bool {
        // SAFETY: as in `peek`.
        unsafe { (*self.sp.sub(depth)).is_null() }
    }

    /// Replaces the value `depth` below the top; what was there comes back.
    #[inline(always)]
    pub fn replace(&mut self, depth: usize, value: StackRef) -> StackRef {
        // SAFETY: as in `peek`.
        unsafe { std::mem::replace(&mut *self.sp.sub(depth), value) }
    }

    /// Replaces the two topmost values, both `float`, by a new one; an operand that nobody else holds becomes it.
    #[inline(always)]
    pub fn replace_two_floats(&mut self, vm: &Vm, value: f64) {
        // SAFETY: as in `peek`.
        let (a, b) = unsafe { (&mut *self.sp.sub(2), &mut *self.sp.sub(1)) };
        if b.reuse_float(vm.types, value) {
            std::mem::swap(a, b);
        } else if !a.reuse_float(vm.types, value) {
            drop(std::mem::replace(a, StackRef::new(vm.float(value))));
        }
        drop(self.pop());
    }

    /// Exchanges the values `depth` below the top and on top.
    #[inline(always)]
    pub fn swap(&mut self, depth: usize) {
        // SAFETY: as in `peek`.
        unsafe { std::ptr::swap(self.sp.sub(1), self.sp.sub(depth)) }
    }

    /// Pushes another reference to the value `depth` below the top, which may be nothing.
    #[inline(always)]
    pub fn copy(&mut self, depth: usize) {
        // SAFETY: as in `peek`.
        let value = unsafe { (*self.sp.sub(depth)).duplicate() };
        self.push_ref(value);
    }

    /// Drops `count` values, the topmost first.
    #[inline(always)]
    pub fn drop_many(&mut self, count: usize) {
        for _ in 0..count {
            drop(self.pop());
        }
    }

    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    fn place(&self, index: usize) -> &mut StackRef {
        debug_assert!(index < self.frame.code.place_count());
        // SAFETY: see `FrameRef::place`.
        unsafe { &mut *self.frame.places().add(index) }
    }

    /// Pushes a counted copy of a local that is sure to have a value.
    #[inline(always)]
    pub fn load_fast(&mut self, index: usize) {
        let value = self.place(index).duplicate();
        self.push_ref(value);
    }

    /// Pushes a borrow of a local that is sure to have a value.
    #[inline(always)]
    pub fn load_fast_borrow(&mut self, index: usize) {
        let value = self.place(index).borrow_again();
        self.push_ref(value);
    }

    /// Whether a local has a value.
    #[inline(always)]
    pub fn has_local(&self, index: usize) -> bool {
        !self.place(index).is_null()
    }

    /// Puts a value into a local; the old one comes back, to be dropped after the write.
    #[inline(always)]
    pub fn store_fast(&self, index: usize, value: StackRef) -> StackRef {
        std::mem::replace(self.place(index), value.into_owned())
    }

    /// Looks at a local, cell or free variable that is sure to have a value.
    #[inline(always)]
    pub fn local(&self, index: usize) -> Borrowed<'_> {
        self.place(index).get()
    }
}
