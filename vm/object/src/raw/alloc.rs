//! Allocation of objects: size-classed free lists over chunks, with a count of live bytes.
//!
//! A thread owns its heap: objects never cross threads, so nothing here is atomic. Blocks of up to
//! [`MAX_SMALL`] bytes come from free lists in steps of 16; larger ones from the global allocator with their size
//! in front.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error, realloc};
use std::cell::Cell;
use std::ptr::NonNull;

const STEP: usize = 16;
const CLASSES: usize = 33;
pub(super) const MAX_SMALL: usize = STEP * (CLASSES - 1);
const CHUNK: usize = 64 * 1024;
/// The size class of blocks that came from the global allocator.
pub(super) const LARGE: u8 = 0;
const LARGE_PREFIX: usize = 16;

/// How many bytes a machine may keep alive when nobody sets a limit.
const DEFAULT_LIMIT: usize = 1 << 32;

struct Heap {
    /// Heads of the free lists; a free block's first word is the next free block.
    free: [Cell<*mut u8>; CLASSES],
    bump: Cell<*mut u8>,
    bump_end: Cell<*mut u8>,
    live_bytes: Cell<usize>,
    live_blocks: Cell<usize>,
    limit: Cell<usize>,
}

thread_local! {
    static HEAP: Heap = const {
        Heap {
            free: [const { Cell::new(std::ptr::null_mut()) }; CLASSES],
            bump: Cell::new(std::ptr::null_mut()),
            bump_end: Cell::new(std::ptr::null_mut()),
            live_bytes: Cell::new(0),
            live_blocks: Cell::new(0),
            limit: Cell::new(DEFAULT_LIMIT),
        }
    };
}

/// What the heap of this thread holds now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapStats {
    /// Bytes in live blocks, prefixes included.
    pub live_bytes: usize,
    /// Number of live blocks.
    pub live_blocks: usize,
}

/// Bytes and blocks alive on this thread.
pub fn heap_stats() -> HeapStats {
    HEAP.with(|h| HeapStats { live_bytes: h.live_bytes.get(), live_blocks: h.live_blocks.get() })
}

/// Sets how many live bytes this thread may hold before [`over_limit`] reports it.
pub fn set_heap_limit(bytes: usize) {
    HEAP.with(|h| h.limit.set(bytes));
}

/// Whether `more` bytes on top of what is alive would pass the limit of this thread.
#[inline]
pub fn over_limit(more: usize) -> bool {
    HEAP.with(|h| h.live_bytes.get().saturating_add(more) > h.limit.get())
}

/// A block of at least `size` bytes, aligned to 16, and its size class.
#[inline(always)]
pub(super) fn allocate(size: usize) -> (NonNull<u8>, u8) {
    HEAP.with(|h| {
        h.live_blocks.set(h.live_blocks.get() + 1);
        if size <= MAX_SMALL {
            let class = size.div_ceil(STEP);
            h.live_bytes.set(h.live_bytes.get() + class * STEP);
            let head = h.free[class].get();
            if let Some(block) = NonNull::new(head) {
                // SAFETY: a block on a free list is unused, at least a word long, and its first word is the link.
                h.free[class].set(unsafe { *(head as *mut *mut u8) });
                return (block, class as u8);
            }
            (h.carve(class * STEP), class as u8)
        } else {
            h.live_bytes.set(h.live_bytes.get() + size);
            (allocate_large(size), LARGE)
        }
    })
}

/// Gives back what [`allocate`] returned.
///
/// # Safety
/// `block` and `class` are one result of `allocate`, not given back before, and nothing refers to the block.
#[inline]
pub(super) unsafe fn release(block: NonNull<u8>, class: u8) {
    HEAP.with(|h| {
        h.live_blocks.set(h.live_blocks.get() - 1);
        if class == LARGE {
            // SAFETY: a large block has its layout's size in the prefix word, written by `allocate_large`.
            unsafe {
                let base = block.as_ptr().sub(LARGE_PREFIX);
                let total = *(base as *mut usize);
                h.live_bytes.set(h.live_bytes.get() - (total - LARGE_PREFIX));
                dealloc(base, Layout::from_size_align_unchecked(total, 16));
            }
        } else {
            let class = class as usize;
            h.live_bytes.set(h.live_bytes.get() - class * STEP);
            // SAFETY: the block is ours and unused; its first word becomes the link of the free list.
            unsafe { *(block.as_ptr() as *mut *mut u8) = h.free[class].get() };
            h.free[class].set(block.as_ptr());
        }
    });
}

/// Resizes a large block in place where the global allocator can.
///
/// # Safety
/// As for [`release`], with `class == LARGE`; the old pointer is dead afterwards.
pub(super) unsafe fn resize_large(block: NonNull<u8>, size: usize) -> NonNull<u8> {
    HEAP.with(|h| {
        // SAFETY: see `release`.
        unsafe {
            let base = block.as_ptr().sub(LARGE_PREFIX);
            let total = *(base as *mut usize);
            let new_total = size + LARGE_PREFIX;
            h.live_bytes.set(h.live_bytes.get() + new_total - total);
            let new = realloc(base, Layout::from_size_align_unchecked(total, 16), new_total);
            let Some(new) = NonNull::new(new) else {
                handle_alloc_error(Layout::from_size_align_unchecked(new_total, 16))
            };
            *(new.as_ptr() as *mut usize) = new_total;
            new.add(LARGE_PREFIX)
        }
    })
}

/// Bytes that the block can hold.
///
/// # Safety
/// `block` and `class` are one live result of [`allocate`].
pub(super) unsafe fn capacity(block: NonNull<u8>, class: u8) -> usize {
    if class == LARGE {
        // SAFETY: see `release`.
        unsafe { *(block.as_ptr().sub(LARGE_PREFIX) as *mut usize) - LARGE_PREFIX }
    } else {
        class as usize * STEP
    }
}

#[cold]
fn allocate_large(size: usize) -> NonNull<u8> {
    let total = size + LARGE_PREFIX;
    let layout = Layout::from_size_align(total, 16).unwrap_or(Layout::new::<u128>());
    if layout.size() < total {
        handle_alloc_error(layout);
    }
    // SAFETY: the layout has a size above zero; the prefix word lies inside the block.
    unsafe {
        let Some(base) = NonNull::new(alloc(layout)) else { handle_alloc_error(layout) };
        *(base.as_ptr() as *mut usize) = total;
        base.add(LARGE_PREFIX)
    }
}

impl Heap {
    /// A fresh block from the current chunk; chunks are never given back.
    #[cold]
    #[inline(never)]
    fn carve(&self, size: usize) -> NonNull<u8> {
        let at = self.bump.get();
        if (self.bump_end.get() as usize) - (at as usize) < size {
            return self.carve_slow(size);
        }
        // SAFETY: the chunk has at least `size` bytes left behind `at`.
        self.bump.set(unsafe { at.add(size) });
        // SAFETY: `at` points into a live chunk.
        unsafe { NonNull::new_unchecked(at) }
    }

    #[cold]
    fn carve_slow(&self, size: usize) -> NonNull<u8> {
        let layout = Layout::new::<[u128; CHUNK / 16]>();
        // SAFETY: the layout has a size above zero.
        let Some(chunk) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        self.bump.set(chunk.as_ptr());
        // SAFETY: one past the end of the chunk just made.
        self.bump_end.set(unsafe { chunk.as_ptr().add(CHUNK) });
        self.carve(size)
    }
}
