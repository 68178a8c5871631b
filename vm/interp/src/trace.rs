//! Watching a program run: counting instructions, stopping at limits, calling hooks for lines and instructions.
//!
//! A watcher is native ([`Watcher`]), installed per machine. While one is there, the loop that asks it before each
//! instruction runs; without one, nothing but a flag at safe points is looked at.

use std::cell::RefCell;
use std::rc::Rc;

use object::raw::frame::{Cursor, FrameRef};
use object::thread::breaker;
use object::{Raised, Res, Vm};

/// What is told about a running program.
pub trait Watcher {
    /// An instruction is about to run: code unit `unit` of the frame's code. An error is raised in its place.
    fn instruction(&self, vm: &Vm, frame: FrameRef, unit: usize) -> Res<()>;
    /// Native code that can take long has made some of its steps, which were counted as instructions. An error ends it.
    fn native(&self, _vm: &Vm) -> Res<()> {
        Ok(())
    }
    /// The first instruction of a line is about to run.
    fn line(&self, _vm: &Vm, _frame: FrameRef, _line: i32) -> Res<()> {
        Ok(())
    }
    /// An exception came through a frame.
    fn exception(&self, _vm: &Vm, _frame: FrameRef, _raised: &Raised) {}
}

/// The limits and watchers of a machine.
#[derive(Default)]
struct Tracing {
    watcher: RefCell<Option<Rc<dyn Watcher>>>,
    limit: RefCell<Option<Limit>>,
}

/// Asked at safe points (function entries, backward jumps): an error ends what runs.
pub type Limit = Rc<dyn Fn(&Vm) -> Res<()>>;

/// Installs or removes the watcher. It takes effect at the next safe point.
pub fn watch(vm: &Vm, watcher: Option<Rc<dyn Watcher>>) {
    vm.state::<Tracing>().watcher.replace(watcher);
    refresh(vm);
}

/// Says which loop is to run: the traced one if anybody watches.
pub(crate) fn refresh(vm: &Vm) {
    let flags = vm.thread.breaker.get();
    let on = vm.state::<Tracing>().watcher.borrow().is_some() || crate::tracing::is_on(vm);
    vm.thread.breaker.set(if on { flags | breaker::TRACING } else { flags & !breaker::TRACING });
}

/// Installs or removes what is asked at safe points.
pub fn limit(vm: &Vm, limit: Option<Limit>) {
    let flags = vm.thread.breaker.get();
    let on = limit.is_some();
    vm.state::<Tracing>().limit.replace(limit);
    vm.thread.breaker.set(if on { flags | breaker::LIMITED } else { flags & !breaker::LIMITED });
}

pub(crate) fn check_limits(vm: &Vm) -> Res<()> {
    if vm.thread.breaker.get() & breaker::LIMITED == 0 {
        return Ok(());
    }
    let limit = vm.state::<Tracing>().limit.borrow().clone();
    limit.map_or(Ok(()), |limit| limit(vm))
}

/// Native code that can take long (a regular expression, say) has made so many steps since it asked last: whether it may
/// go on. Runs no Python code.
pub fn native_steps(vm: &Vm, steps: u64) -> Res<()> {
    if vm.thread.breaker.get() & breaker::TRACING != 0 {
        vm.thread.instructions.set(vm.thread.instructions.get().saturating_add(steps));
        if let Some(watcher) = vm.state::<Tracing>().watcher.borrow().clone() {
            watcher.native(vm)?;
        }
    }
    check_limits(vm)
}

/// An instruction is about to run in the watched loop.
pub(crate) fn instruction(vm: &Vm, cur: Cursor) -> Res<()> {
    vm.thread.instructions.set(vm.thread.instructions.get() + 1);
    crate::tracing::instruction(vm, cur)?;
    let Some(watcher) = vm.state::<Tracing>().watcher.borrow().clone() else { return Ok(()) };
    let frame = cur.frame();
    let unit = cur.position();
    if let Some(line) = frame.code().line(unit)
        && frame.traced_line.replace(line) != line
    {
        watcher.line(vm, frame, line)?;
    }
    watcher.instruction(vm, frame, unit)
}

/// An exception came through a frame.
pub(crate) fn exception(vm: &Vm, frame: FrameRef, raised: &Raised) {
    if vm.thread.breaker.get() & breaker::TRACING != 0 {
        let watcher = vm.state::<Tracing>().watcher.borrow().clone();
        if let Some(watcher) = watcher {
            watcher.exception(vm, frame, raised);
        }
    }
}
