//! The evaluation loop (CPython's `ceval.c` and `bytecodes.c`).
//!
//! [`run`] executes a frame and every frame that Python code pushes from there, generators included: only native code
//! that calls back nests Rust frames. Frequent instructions stand here, in [`main_loop`]; the others are functions by
//! family in the files beside this one, which work on the frame's saved stack.

mod asynchronous;
mod attributes;
mod build;
mod calls;
mod control;
mod fast;
mod handlers;
mod matching;
mod names;
mod operators;
mod resume;
mod start;

use bytecode::Opcode;
use object::raw::frame::Cursor;
use object::raw::stack::StackRef;
use object::thread::breaker;
use object::{CellObject, Function, Kind, List, Obj, Raised, Vm};

use self::fast::{bool_ref, containers, globals, numbers, truth};
use crate::frames;
use crate::specialize::{self, counter};

pub use asynchronous::awaitable_iter;
pub(crate) use calls::{Entered, Known, is_known, is_list_append};
pub use calls::{call_function, run_code};
pub(crate) use resume::activate;
pub(crate) use start::{Start, run};

/// How [`main_loop`] ends.
enum Exit {
    /// The entry frame returned or yielded.
    Value(Obj),
    /// The entry frame raised.
    Raised(Raised),
    /// Tracing was switched on or off: the other loop goes on here.
    Switch(Cursor),
}

/// Whether `BINARY_OP_EXTEND` does this operator for these operands.
pub(crate) fn has_extended(vm: &Vm, a: &Obj, b: &Obj, oparg: usize) -> bool {
    operators::extended(vm, a, b, oparg).is_some()
}

#[cold]
#[inline(never)]
fn unknown_opcode(vm: &Vm, opcode: u8) -> Raised {
    vm.system_error(format!("unknown opcode {opcode}"))
}

#[allow(clippy::cognitive_complexity)]
fn main_loop<const TRACED: bool>(vm: &Vm, start: &Cursor, mut pending: Option<Raised>) -> Exit {
    // A local of its own, whose address goes nowhere, stays in registers.
    let mut cur = *start;
    // What a watcher raises in the place of an instruction before which no handler is entered
    let mut late: Option<Raised> = None;
    loop {
        let raised: Raised = 'raised: {
            if let Some(raised) = pending.take() {
                let told = if TRACED { crate::tracing::thrown(vm, cur.frame()) } else { Ok(()) };
                break 'raised told.err().unwrap_or(raised);
            }
            macro_rules! check {
                ($result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(raised) => break 'raised raised,
                    }
                };
            }
            // Something may want attention.
            macro_rules! safe_point {
                () => {
                    if vm.thread.breaker.get() != 0 || object::raw::gc::is_wanted() {
                        cur.save();
                        check!(control::safe_point(vm));
                        let tracing = vm.thread.breaker.get() & breaker::TRACING != 0;
                        if tracing != TRACED {
                            return Exit::Switch(cur);
                        }
                    }
                };
            }
            'next: loop {
                if TRACED && let Some(raised) = control::watched(vm, &mut cur, &mut late) {
                    break 'raised raised;
                }
                let unit = cur.fetch();
                let mut opcode = unit as u8;
                let mut oparg = usize::from(unit >> 8);
                'dispatch: loop {
                    // Runs a handler on the saved stack.
                    macro_rules! slow {
                        ($handler:expr, $caches:expr) => {{
                            cur.save();
                            let done = $handler(vm, cur.frame(), oparg);
                            cur.reload();
                            if let Err(raised) = done {
                                break 'raised raised;
                            }
                            cur.skip($caches);
                        }};
                    }
                    // Native code may have switched tracing on or off.
                    macro_rules! switch_point {
                        () => {
                            if TRACED != (vm.thread.breaker.get() & breaker::TRACING != 0) {
                                return Exit::Switch(cur);
                            }
                        };
                    }
                    // Starts a callee's frame, or goes on with the result that is on the stack.
                    macro_rules! enter {
                        ($entered:expr, $units:expr) => {{
                            cur.save();
                            let entered = $entered;
                            cur.reload();
                            match entered {
                                Ok(Entered::Frame(frame)) => {
                                    cur.frame().return_offset.set(1 + $units as u16);
                                    cur = Cursor::enter(frame, 1);
                                }
                                Ok(Entered::Done) => {
                                    cur.skip($units);
                                    switch_point!();
                                }
                                Err(raised) => break 'raised raised,
                            }
                        }};
                    }
                    // A specialised instruction that does not fit goes back to the general one.
                    macro_rules! miss {
                        ($base:expr) => {{
                            opcode = $base.0;
                            continue 'dispatch;
                        }};
                    }
                    // A specialised instruction that needs no frame and does not raise.
                    macro_rules! fast {
                        ($done:expr, $base:expr) => {
                            if !$done {
                                miss!($base);
                            }
                        };
                    }
                    // The general instruction looks now and then whether a special form fits.
                    macro_rules! adapt {
                        ($specialize:expr) => {
                            if counter::tick(&cur) {
                                cur.save();
                                if $specialize {
                                    // The operand stays: its upper bytes came before this instruction.
                                    cur.jump(-1);
                                    opcode = cur.fetch() as u8;
                                    continue 'dispatch;
                                }
                            }
                        };
                    }
                    match Opcode(opcode) {
                        Opcode::NOP | Opcode::NOT_TAKEN => {}
                        Opcode::RESUME | Opcode::RESUME_CHECK => {
                            if !TRACED && vm.thread.breaker.get() & breaker::TRACING != 0 {
                                // The call is news for the traced loop.
                                cur.jump(-1);
                                return Exit::Switch(cur);
                            }
                            safe_point!()
                        }
                        Opcode::EXTENDED_ARG => {
                            let unit = cur.fetch();
                            opcode = unit as u8;
                            oparg = oparg << 8 | usize::from(unit >> 8);
                            continue 'dispatch;
                        }

                        // Locals and constants.
                        Opcode::LOAD_FAST => cur.load_fast(oparg),
                        Opcode::LOAD_FAST_BORROW => cur.load_fast_borrow(oparg),
                        Opcode::LOAD_FAST_LOAD_FAST => {
                            cur.load_fast(oparg >> 4);
                            cur.load_fast(oparg & 15);
                        }
                        Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                            cur.load_fast_borrow(oparg >> 4);
                            cur.load_fast_borrow(oparg & 15);
                        }
                        Opcode::LOAD_FAST_CHECK => {
                            if !cur.has_local(oparg) {
                                break 'raised names::unbound_local(vm, cur.frame(), oparg);
                            }
                            cur.load_fast(oparg);
                        }
                        Opcode::LOAD_FAST_AND_CLEAR => {
                            let value = cur.store_fast(oparg, StackRef::NULL);
                            cur.push_ref(value.into_owned());
                        }
                        Opcode::STORE_FAST => {
                            let value = cur.pop();
                            drop(cur.store_fast(oparg, value));
                        }
                        Opcode::STORE_FAST_LOAD_FAST => {
                            let value = cur.pop();
                            drop(cur.store_fast(oparg >> 4, value));
                            cur.load_fast(oparg & 15);
                        }
                        Opcode::STORE_FAST_STORE_FAST => {
                            let value = cur.pop();
                            drop(cur.store_fast(oparg >> 4, value));
                            let value = cur.pop();
                            drop(cur.store_fast(oparg & 15, value));
                        }
                        Opcode::DELETE_FAST => {
                            if !cur.has_local(oparg) {
                                break 'raised names::unbound_local(vm, cur.frame(), oparg);
                            }
                            drop(cur.store_fast(oparg, StackRef::NULL));
                        }
                        Opcode::LOAD_CONST | Opcode::LOAD_CONST_IMMORTAL | Opcode::LOAD_CONST_MORTAL => {
                            cur.push_constant(oparg);
                        }
                        Opcode::LOAD_SMALL_INT => cur.push(vm.int(oparg as i64)),

                        // The stack.
                        Opcode::POP_TOP | Opcode::POP_ITER | Opcode::END_FOR => drop(cur.pop()),
                        Opcode::PUSH_NULL => cur.push_ref(StackRef::NULL),
                        Opcode::COPY => cur.copy(oparg),
                        Opcode::SWAP => cur.swap(oparg),
                        Opcode::END_SEND => {
                            let value = cur.pop();
                            drop(cur.pop());
                            cur.push_ref(value);
                        }

                        // Jumps.
                        Opcode::JUMP_FORWARD => cur.jump(oparg as isize),
                        Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_JIT | Opcode::JUMP_BACKWARD_JIT => {
                            cur.jump(1 - oparg as isize);
                            safe_point!();
                        }
                        Opcode::JUMP_BACKWARD_NO_INTERRUPT => cur.jump(-(oparg as isize)),
                        Opcode::POP_JUMP_IF_FALSE => {
                            truth::pop_jump_if(&mut cur, oparg, |value| value.is(&vm.false_))
                        }
                        Opcode::POP_JUMP_IF_TRUE => {
                            truth::pop_jump_if(&mut cur, oparg, |value| value.is(&vm.true_))
                        }
                        Opcode::POP_JUMP_IF_NONE => {
                            truth::pop_jump_if(&mut cur, oparg, |value| value.is(&vm.none))
                        }
                        Opcode::POP_JUMP_IF_NOT_NONE => {
                            truth::pop_jump_if(&mut cur, oparg, |value| !value.is(&vm.none))
                        }

                        // Truth.
                        Opcode::TO_BOOL => {
                            adapt!(specialize::to_bool(vm, cur));
                            cur.save();
                            let truth = check!(vm.is_true(&cur.peek(1)));
                            drop(cur.replace(1, bool_ref(vm, truth)));
                            cur.skip(3);
                        }
                        Opcode::TO_BOOL_BOOL => fast!(truth::of_bool(vm, &mut cur), Opcode::TO_BOOL),
                        Opcode::TO_BOOL_INT => fast!(truth::of_int(vm, &mut cur), Opcode::TO_BOOL),
                        Opcode::TO_BOOL_NONE => fast!(truth::of_none(vm, &mut cur), Opcode::TO_BOOL),
                        Opcode::TO_BOOL_LIST => fast!(truth::of_list(vm, &mut cur), Opcode::TO_BOOL),
                        Opcode::TO_BOOL_STR => fast!(truth::of_str(vm, &mut cur), Opcode::TO_BOOL),
                        Opcode::TO_BOOL_ALWAYS_TRUE => {
                            fast!(truth::always_true(vm, &mut cur), Opcode::TO_BOOL)
                        }
                        Opcode::UNARY_NOT => {
                            let not = cur.peek(1).is(&vm.false_);
                            drop(cur.replace(1, bool_ref(vm, not)));
                        }
                        Opcode::UNARY_NEGATIVE => slow!(operators::negative, 0),
                        Opcode::UNARY_INVERT => slow!(operators::invert, 0),
                        Opcode::IS_OP => {
                            let (b, a) = (cur.pop(), cur.pop());
                            let same = a.get().is(&b.get());
                            cur.push_ref(bool_ref(vm, same == (oparg == 0)));
                        }

                        // Binary operators.
                        Opcode::BINARY_OP => {
                            adapt!(specialize::binary_op(vm, cur, oparg));
                            slow!(operators::binary, 5);
                        }
                        Opcode::BINARY_OP_ADD_INT => {
                            fast!(numbers::of_ints(vm, &mut cur, i64::checked_add), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_SUBTRACT_INT => {
                            fast!(numbers::of_ints(vm, &mut cur, i64::checked_sub), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_MULTIPLY_INT => {
                            fast!(numbers::of_ints(vm, &mut cur, i64::checked_mul), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_ADD_FLOAT => {
                            fast!(numbers::of_floats(vm, &mut cur, |a, b| a + b), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_SUBTRACT_FLOAT => {
                            fast!(numbers::of_floats(vm, &mut cur, |a, b| a - b), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_MULTIPLY_FLOAT => {
                            fast!(numbers::of_floats(vm, &mut cur, |a, b| a * b), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_EXTEND => {
                            fast!(numbers::of_others(vm, &mut cur, oparg), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_ADD_UNICODE => {
                            if !fast::two_strings(vm, &cur) {
                                miss!(Opcode::BINARY_OP);
                            }
                            slow!(operators::concatenate, 5);
                        }
                        Opcode::BINARY_OP_INPLACE_ADD_UNICODE => {
                            if !containers::release_left_string(vm, &mut cur) {
                                miss!(Opcode::BINARY_OP);
                            }
                            slow!(operators::concatenate, 5);
                        }
                        Opcode::BINARY_OP_SUBSCR_LIST_INT => {
                            fast!(containers::list_item(vm, &mut cur), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_SUBSCR_TUPLE_INT => {
                            fast!(containers::tuple_item(vm, &mut cur), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_SUBSCR_STR_INT => {
                            fast!(containers::str_item(vm, &mut cur), Opcode::BINARY_OP)
                        }
                        Opcode::BINARY_OP_SUBSCR_DICT => {
                            if !cur.peek(2).is_exactly(&vm.types.dict) {
                                miss!(Opcode::BINARY_OP);
                            }
                            slow!(operators::subscript_dict, 5);
                        }
                        Opcode::BINARY_OP_SUBSCR_LIST_SLICE => {
                            slow!(operators::binary, 5);
                        }
                        Opcode::BINARY_OP_SUBSCR_GETITEM => {
                            let container = cur.peek(2);
                            let ty = container.ty();
                            if ty.version.get() != cur.cache_u32(1) {
                                miss!(Opcode::BINARY_OP);
                            }
                            enter!(calls::getitem(vm, cur.frame()), 5)
                        }
                        Opcode::BINARY_SLICE => slow!(operators::binary_slice, 0),
                        Opcode::STORE_SLICE => slow!(operators::store_slice, 0),
                        Opcode::STORE_SUBSCR => {
                            adapt!(specialize::store_subscr(vm, cur));
                            slow!(operators::store_subscript, 1);
                        }
                        Opcode::STORE_SUBSCR_LIST_INT => {
                            fast!(containers::set_list_item(vm, &mut cur), Opcode::STORE_SUBSCR)
                        }
                        Opcode::STORE_SUBSCR_DICT => {
                            if !cur.peek(2).is_exactly(&vm.types.dict) {
                                miss!(Opcode::STORE_SUBSCR);
                            }
                            slow!(operators::store_subscript_dict, 1);
                        }
                        Opcode::DELETE_SUBSCR => slow!(operators::delete_subscript, 0),

                        // Comparisons.
                        Opcode::COMPARE_OP => {
                            adapt!(specialize::compare_op(vm, cur));
                            slow!(operators::compare, 1);
                        }
                        Opcode::COMPARE_OP_INT => {
                            fast!(numbers::compare_ints(vm, &mut cur, oparg), Opcode::COMPARE_OP)
                        }
                        Opcode::COMPARE_OP_FLOAT => {
                            fast!(numbers::compare_floats(vm, &mut cur, oparg), Opcode::COMPARE_OP)
                        }
                        Opcode::COMPARE_OP_STR => {
                            fast!(containers::compare_strings(vm, &mut cur, oparg), Opcode::COMPARE_OP)
                        }
                        Opcode::CONTAINS_OP => {
                            adapt!(specialize::contains_op(vm, cur));
                            slow!(operators::contains, 1);
                        }
                        Opcode::CONTAINS_OP_DICT | Opcode::CONTAINS_OP_SET => {
                            slow!(operators::contains, 1)
                        }

                        // Names.
                        Opcode::LOAD_GLOBAL => {
                            adapt!(specialize::load_global(vm, cur, oparg));
                            slow!(names::load_global, 4);
                        }
                        Opcode::LOAD_GLOBAL_MODULE => {
                            fast!(globals::of_module(&mut cur, oparg), Opcode::LOAD_GLOBAL)
                        }
                        Opcode::LOAD_GLOBAL_BUILTIN => {
                            fast!(globals::of_builtins(&mut cur, oparg), Opcode::LOAD_GLOBAL)
                        }
                        Opcode::LOAD_NAME => slow!(names::load_name, 0),
                        Opcode::STORE_NAME => slow!(names::store_name, 0),
                        Opcode::DELETE_NAME => slow!(names::delete_name, 0),
                        Opcode::STORE_GLOBAL => slow!(names::store_global, 0),
                        Opcode::DELETE_GLOBAL => slow!(names::delete_global, 0),
                        Opcode::LOAD_LOCALS => slow!(names::load_locals, 0),
                        Opcode::LOAD_FROM_DICT_OR_GLOBALS => slow!(names::load_from_dict_or_globals, 0),
                        Opcode::LOAD_FROM_DICT_OR_DEREF => slow!(names::load_from_dict_or_deref, 0),
                        Opcode::SETUP_ANNOTATIONS => slow!(names::setup_annotations, 0),
                        Opcode::LOAD_BUILD_CLASS => slow!(names::load_build_class, 0),
                        Opcode::LOAD_COMMON_CONSTANT => slow!(names::load_common_constant, 0),
                        Opcode::IMPORT_NAME => slow!(names::import_name, 0),
                        Opcode::IMPORT_FROM => slow!(names::import_from, 0),
                        Opcode::LOAD_DEREF => {
                            let value = cur.local(oparg).get::<CellObject>().and_then(|cell| cell.0.get());
                            let Some(value) = value else {
                                break 'raised names::unbound_deref(vm, cur.frame(), oparg);
                            };
                            cur.push(value);
                        }
                        Opcode::STORE_DEREF => {
                            let value = cur.pop().into_obj();
                            let cell = cur.local(oparg);
                            if let Some(cell) = cell.get::<CellObject>() {
                                cell.0.set(Some(value));
                            }
                        }
                        Opcode::DELETE_DEREF => slow!(names::delete_deref, 0),
                        Opcode::MAKE_CELL => {
                            let value = cur.store_fast(oparg, StackRef::NULL).into_option();
                            let cell = names::new_cell(vm, value);
                            drop(cur.store_fast(oparg, StackRef::new(cell)));
                        }
                        Opcode::COPY_FREE_VARS => slow!(names::copy_free_vars, 0),

                        // Attributes.
                        Opcode::LOAD_ATTR => {
                            adapt!(specialize::load_attr(vm, cur, oparg));
                            slow!(attributes::load, 9);
                        }
                        Opcode::LOAD_ATTR_INSTANCE_VALUE => {
                            fast!(fast::attributes::inline_value(&mut cur, oparg), Opcode::LOAD_ATTR)
                        }
                        Opcode::LOAD_ATTR_WITH_HINT => {
                            fast!(fast::attributes::with_hint(&mut cur, oparg), Opcode::LOAD_ATTR)
                        }
                        Opcode::LOAD_ATTR_SLOT => {
                            fast!(fast::attributes::slot(&mut cur, oparg), Opcode::LOAD_ATTR)
                        }
                        Opcode::LOAD_ATTR_MODULE => {
                            fast!(fast::attributes::of_module(&mut cur, oparg), Opcode::LOAD_ATTR)
                        }
                        Opcode::LOAD_ATTR_CLASS => {
                            fast!(fast::attributes::of_class(&mut cur, oparg), Opcode::LOAD_ATTR)
                        }
                        Opcode::LOAD_ATTR_CLASS_WITH_METACLASS_CHECK => fast!(
                            fast::attributes::of_class_with_metaclass(&mut cur, oparg),
                            Opcode::LOAD_ATTR
                        ),
                        Opcode::LOAD_ATTR_METHOD_WITH_VALUES => {
                            fast!(fast::attributes::method_with_values(&mut cur), Opcode::LOAD_ATTR)
                        }
                        Opcode::LOAD_ATTR_METHOD_NO_DICT | Opcode::LOAD_ATTR_METHOD_LAZY_DICT => {
                            fast!(fast::attributes::method(&mut cur), Opcode::LOAD_ATTR)
                        }
                        Opcode::LOAD_ATTR_NONDESCRIPTOR_NO_DICT => {
                            fast!(fast::attributes::nondescriptor(&mut cur), Opcode::LOAD_ATTR)
                        }
                        Opcode::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES => {
                            fast!(fast::attributes::nondescriptor_with_values(&mut cur), Opcode::LOAD_ATTR)
                        }
                        Opcode::LOAD_ATTR_PROPERTY => {
                            if !fast::attributes::is_type_cached(&cur) {
                                miss!(Opcode::LOAD_ATTR);
                            }
                            let getter = cur.cache_object(5).clone();
                            enter!(calls::property(vm, cur.frame(), getter), 9)
                        }
                        Opcode::LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN => miss!(Opcode::LOAD_ATTR),
                        Opcode::STORE_ATTR => {
                            adapt!(specialize::store_attr(vm, cur, oparg));
                            slow!(attributes::store, 4);
                        }
                        Opcode::STORE_ATTR_INSTANCE_VALUE => {
                            fast!(fast::attributes::set_inline_value(&mut cur), Opcode::STORE_ATTR)
                        }
                        Opcode::STORE_ATTR_SLOT => {
                            fast!(fast::attributes::set_slot(&mut cur), Opcode::STORE_ATTR)
                        }
                        Opcode::STORE_ATTR_WITH_HINT => {
                            if !fast::attributes::is_type_cached(&cur) {
                                miss!(Opcode::STORE_ATTR);
                            }
                            slow!(attributes::store_in_dict, 4);
                        }
                        Opcode::DELETE_ATTR => slow!(attributes::delete, 0),
                        Opcode::LOAD_SUPER_ATTR
                        | Opcode::LOAD_SUPER_ATTR_ATTR
                        | Opcode::LOAD_SUPER_ATTR_METHOD => slow!(attributes::load_super, 1),
                        Opcode::LOAD_SPECIAL => slow!(attributes::load_special, 0),

                        // Calls.
                        Opcode::CALL => {
                            adapt!(specialize::call(vm, cur, oparg));
                            enter!(calls::call(vm, cur.frame(), oparg), 3)
                        }
                        Opcode::CALL_PY_EXACT_ARGS => {
                            let callable = cur.peek(oparg + 2);
                            let Some(function) = callable.get::<Function>() else { miss!(Opcode::CALL) };
                            if function.version.get() != cur.cache_u32(1) {
                                miss!(Opcode::CALL);
                            }
                            let own_self = !cur.is_null(oparg + 1);
                            let code = check!(calls::code_of(vm, function));
                            match calls::push_exact(vm, cur, code, oparg, own_self) {
                                Some(frame) => {
                                    cur.frame().return_offset.set(4);
                                    cur = Cursor::enter(frame, 1);
                                }
                                None => miss!(Opcode::CALL),
                            }
                        }
                        Opcode::CALL_BOUND_METHOD_EXACT_ARGS => {
                            if !fast::calls::unpack_method(&mut cur, oparg) {
                                miss!(Opcode::CALL);
                            }
                            opcode = Opcode::CALL_PY_EXACT_ARGS.0;
                            continue 'dispatch;
                        }
                        Opcode::CALL_PY_GENERAL | Opcode::CALL_BOUND_METHOD_GENERAL => {
                            enter!(calls::call(vm, cur.frame(), oparg), 3)
                        }
                        Opcode::CALL_ALLOC_AND_ENTER_INIT => {
                            let callable = cur.peek(oparg + 2);
                            let version = callable.get::<object::Type>().map_or(0, |t| t.version.get());
                            if version == 0 || version != cur.cache_u32(1) || !cur.is_null(oparg + 1) {
                                miss!(Opcode::CALL);
                            }
                            enter!(calls::allocate_and_init(vm, cur.frame(), oparg), 3)
                        }
                        Opcode::CALL_TYPE_1 => fast!(fast::calls::type_of(vm, &mut cur), Opcode::CALL),
                        Opcode::CALL_LEN => {
                            if !cur.is_null(2) || !calls::is_known(vm, &cur.peek(3), Known::Len) {
                                miss!(Opcode::CALL);
                            }
                            cur.save();
                            let length = check!(vm.len(&cur.peek(1)));
                            cur.drop_many(2);
                            drop(cur.replace(1, StackRef::new(vm.int(length as i64))));
                            cur.skip(3);
                        }
                        Opcode::CALL_ISINSTANCE => {
                            if !cur.is_null(3) || !calls::is_known(vm, &cur.peek(4), Known::IsInstance) {
                                miss!(Opcode::CALL);
                            }
                            cur.save();
                            let truth = check!(vm.is_instance(&cur.peek(2), &cur.peek(1)));
                            cur.drop_many(3);
                            drop(cur.replace(1, bool_ref(vm, truth)));
                            cur.skip(3);
                        }
                        Opcode::CALL_LIST_APPEND => {
                            fast!(fast::calls::list_append(vm, &mut cur), Opcode::CALL)
                        }
                        Opcode::CALL_STR_1 | Opcode::CALL_TUPLE_1 | Opcode::CALL_BUILTIN_CLASS => {
                            if cur.peek(oparg + 2).kind() != Kind::Type {
                                miss!(Opcode::CALL);
                            }
                            slow!(calls::call_native, 3);
                        }
                        Opcode::CALL_BUILTIN_O
                        | Opcode::CALL_BUILTIN_FAST
                        | Opcode::CALL_BUILTIN_FAST_WITH_KEYWORDS => {
                            if cur.peek(oparg + 2).kind() != Kind::NativeFunction {
                                miss!(Opcode::CALL);
                            }
                            slow!(calls::call_builtin, 3);
                            switch_point!();
                        }
                        Opcode::CALL_METHOD_DESCRIPTOR_O
                        | Opcode::CALL_METHOD_DESCRIPTOR_NOARGS
                        | Opcode::CALL_METHOD_DESCRIPTOR_FAST
                        | Opcode::CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS => {
                            if !cur.peek(oparg + 2).is_exactly(&vm.types.method_descriptor) {
                                miss!(Opcode::CALL);
                            }
                            slow!(calls::call_method_descriptor, 3);
                        }
                        Opcode::CALL_NON_PY_GENERAL => {
                            if matches!(cur.peek(oparg + 2).kind(), Kind::Function | Kind::Method) {
                                miss!(Opcode::CALL);
                            }
                            slow!(calls::call_native, 3);
                        }
                        Opcode::CALL_KW
                        | Opcode::CALL_KW_PY
                        | Opcode::CALL_KW_BOUND_METHOD
                        | Opcode::CALL_KW_NON_PY => {
                            enter!(calls::call_kw(vm, cur.frame(), oparg), 3)
                        }
                        Opcode::CALL_FUNCTION_EX => enter!(calls::call_function_ex(vm, cur.frame()), 0),
                        Opcode::EXIT_INIT_CHECK => slow!(calls::exit_init_check, 0),
                        Opcode::MAKE_FUNCTION => slow!(build::make_function, 0),
                        Opcode::SET_FUNCTION_ATTRIBUTE => slow!(build::set_function_attribute, 0),
                        Opcode::RETURN_VALUE => {
                            let value = cur.pop().into_owned();
                            cur.save();
                            let frame = cur.frame();
                            match frames::leave(vm, frame) {
                                Some(caller) => {
                                    cur = Cursor::enter(caller, caller.return_offset.get().into());
                                    cur.push_ref(value);
                                    if TRACED != (vm.thread.breaker.get() & breaker::TRACING != 0) {
                                        return Exit::Switch(cur);
                                    }
                                }
                                None => return Exit::Value(value.into_obj()),
                            }
                        }

                        // Iteration.
                        Opcode::GET_ITER => slow!(control::get_iter, 0),
                        Opcode::FOR_ITER => {
                            adapt!(specialize::for_iter(vm, cur));
                            cur.save();
                            let next = check!(control::next(vm, &cur.peek(1)));
                            control::advance(&mut cur, next, oparg);
                        }
                        Opcode::FOR_ITER_LIST | Opcode::FOR_ITER_TUPLE => {
                            let Some(next) = control::next_of_list(&cur.peek(1)) else {
                                miss!(Opcode::FOR_ITER)
                            };
                            control::advance(&mut cur, next, oparg);
                        }
                        Opcode::FOR_ITER_RANGE => {
                            let Some(next) = control::next_of_range(&cur.peek(1)) else {
                                miss!(Opcode::FOR_ITER)
                            };
                            control::advance(&mut cur, next.map(|n| vm.int(n)), oparg);
                        }
                        Opcode::FOR_ITER_GEN => {
                            let generator = cur.peek(1);
                            let Some(frame) = resume::start(vm, &generator, cur.frame()) else {
                                miss!(Opcode::FOR_ITER)
                            };
                            cur.save();
                            // A return goes to the END_FOR, a yield right behind this instruction.
                            cur.frame().return_offset.set(2 + oparg as u16);
                            cur = Cursor::enter(frame, frame.return_offset.get().into());
                            cur.push(vm.none.clone());
                        }
                        Opcode::SEND | Opcode::SEND_GEN => {
                            // On the stack: receiver, value.
                            let receiver = cur.peek(2);
                            if let Some(frame) = resume::start(vm, &receiver, cur.frame()) {
                                let value = cur.pop();
                                cur.save();
                                cur.frame().return_offset.set(2 + oparg as u16);
                                cur = Cursor::enter(frame, frame.return_offset.get().into());
                                cur.push_ref(value.into_owned());
                            } else {
                                cur.save();
                                let ended = control::send(vm, cur.frame());
                                cur.reload();
                                cur.skip(1);
                                if check!(ended) {
                                    cur.jump(oparg as isize);
                                }
                            }
                        }
                        Opcode::YIELD_VALUE => {
                            let value = cur.pop().into_owned();
                            cur.save();
                            // The instruction before a `yield` in a delegation is its SEND.
                            let caller = resume::suspend(vm, cur.frame(), oparg);
                            match caller {
                                Some(caller) => {
                                    cur = Cursor::enter(caller, 2);
                                    cur.push_ref(value);
                                    if TRACED != (vm.thread.breaker.get() & breaker::TRACING != 0) {
                                        return Exit::Switch(cur);
                                    }
                                }
                                None => return Exit::Value(value.into_obj()),
                            }
                        }
                        Opcode::RETURN_GENERATOR => {
                            cur.save();
                            let (generator, caller) = resume::make_generator(vm, cur.frame());
                            match caller {
                                Some(caller) => {
                                    cur = Cursor::enter(caller, caller.return_offset.get().into());
                                    cur.push(generator);
                                }
                                None => return Exit::Value(generator),
                            }
                        }
                        Opcode::GET_YIELD_FROM_ITER => slow!(asynchronous::get_yield_from_iter, 0),
                        Opcode::GET_AWAITABLE => slow!(asynchronous::get_awaitable, 0),
                        Opcode::GET_AITER => slow!(asynchronous::get_aiter, 0),
                        Opcode::GET_ANEXT => slow!(asynchronous::get_anext, 0),

                        // Displays and unpacking.
                        Opcode::BUILD_TUPLE => slow!(build::tuple, 0),
                        Opcode::BUILD_LIST => slow!(build::list, 0),
                        Opcode::BUILD_SET => slow!(build::set, 0),
                        Opcode::BUILD_MAP => slow!(build::map, 0),
                        Opcode::BUILD_STRING => slow!(build::string, 0),
                        Opcode::BUILD_SLICE => slow!(build::slice, 0),
                        Opcode::BUILD_TEMPLATE => slow!(build::template, 0),
                        Opcode::BUILD_INTERPOLATION => slow!(build::interpolation, 0),
                        Opcode::LIST_APPEND => {
                            let item = cur.pop().into_obj();
                            if let Some(list) = cur.peek(oparg).get::<List>() {
                                list.0.push(item);
                            }
                        }
                        Opcode::LIST_EXTEND => slow!(build::list_extend, 0),
                        Opcode::SET_ADD => slow!(build::set_add, 0),
                        Opcode::SET_UPDATE => slow!(build::set_update, 0),
                        Opcode::MAP_ADD => slow!(build::map_add, 0),
                        Opcode::DICT_UPDATE => slow!(build::dict_update, 0),
                        Opcode::DICT_MERGE => slow!(build::dict_merge, 0),
                        Opcode::CONVERT_VALUE => slow!(build::convert_value, 0),
                        Opcode::FORMAT_SIMPLE => slow!(build::format_simple, 0),
                        Opcode::FORMAT_WITH_SPEC => slow!(build::format_with_spec, 0),
                        Opcode::UNPACK_SEQUENCE => {
                            adapt!(specialize::unpack_sequence(vm, cur, oparg));
                            slow!(build::unpack_sequence, 1);
                        }
                        Opcode::UNPACK_SEQUENCE_TWO_TUPLE => {
                            fast!(containers::unpack_pair(vm, &mut cur), Opcode::UNPACK_SEQUENCE)
                        }
                        Opcode::UNPACK_SEQUENCE_TUPLE => {
                            fast!(containers::unpack_tuple(vm, &mut cur, oparg), Opcode::UNPACK_SEQUENCE)
                        }
                        Opcode::UNPACK_SEQUENCE_LIST => slow!(build::unpack_sequence, 1),
                        Opcode::UNPACK_EX => slow!(build::unpack_ex, 0),

                        // Patterns.
                        Opcode::GET_LEN => slow!(matching::get_len, 0),
                        Opcode::MATCH_MAPPING => slow!(matching::mapping, 0),
                        Opcode::MATCH_SEQUENCE => slow!(matching::sequence, 0),
                        Opcode::MATCH_KEYS => slow!(matching::keys, 0),
                        Opcode::MATCH_CLASS => slow!(matching::class, 0),

                        // Exceptions.
                        Opcode::PUSH_EXC_INFO => slow!(handlers::push_exc_info, 0),
                        Opcode::POP_EXCEPT => slow!(handlers::pop_except, 0),
                        Opcode::CHECK_EXC_MATCH => slow!(handlers::check_exc_match, 0),
                        Opcode::CHECK_EG_MATCH => slow!(handlers::check_eg_match, 0),
                        Opcode::WITH_EXCEPT_START => slow!(handlers::with_except_start, 0),
                        Opcode::RAISE_VARARGS => {
                            cur.save();
                            let outcome = handlers::raise_varargs(vm, cur.frame(), oparg);
                            cur.reload();
                            match outcome {
                                handlers::Raise::New(raised) => break 'raised raised,
                                handlers::Raise::Again(raised) => {
                                    match handlers::unwind(vm, cur, raised, false) {
                                        Ok(next) => cur = next,
                                        Err(raised) => return Exit::Raised(raised),
                                    }
                                }
                            }
                        }
                        Opcode::RERAISE | Opcode::CLEANUP_THROW | Opcode::END_ASYNC_FOR => {
                            cur.save();
                            let done = handlers::raise_on(vm, cur.frame(), Opcode(opcode), oparg);
                            cur.reload();
                            if let Err(raised) = done {
                                match handlers::unwind(vm, cur, raised, false) {
                                    Ok(next) => cur = next,
                                    Err(raised) => return Exit::Raised(raised),
                                }
                            }
                        }
                        Opcode::CALL_INTRINSIC_1 => slow!(crate::intrinsics::one, 0),
                        Opcode::CALL_INTRINSIC_2 => slow!(crate::intrinsics::two, 0),

                        _ => {
                            break 'raised unknown_opcode(vm, opcode);
                        }
                    }
                    continue 'next;
                }
            }
        };
        cur.save();
        match handlers::unwind(vm, cur, raised, true) {
            Ok(next) => cur = next,
            Err(raised) => return Exit::Raised(raised),
        }
    }
}
