//! What each instruction does, in a line.

use crate::Opcode;

/// What the instruction does; empty for those that no compiler writes.
pub(super) fn meaning(op: Opcode) -> &'static str {
    match op {
        Opcode::BINARY_SLICE => "pops a container, a start and a stop, pushes the slice",
        Opcode::BUILD_TEMPLATE => "pops the strings and the interpolations, pushes a template",
        Opcode::CALL_FUNCTION_EX => "calls with a tuple of arguments and perhaps a dict of keywords",
        Opcode::CHECK_EG_MATCH => {
            "splits the exception group by the types on top: pushes what does not match, and what does or None"
        }
        Opcode::CHECK_EXC_MATCH => {
            "replaces the type on top by whether the exception below it is of that type"
        }
        Opcode::CLEANUP_THROW => {
            "ends a delegation into which an exception was thrown: takes the value of StopIteration, raises others again"
        }
        Opcode::DELETE_SUBSCR => "pops a container and a key, deletes the item",
        Opcode::END_FOR => {
            "ends a loop: drops what a generator has returned; at the end of others FOR_ITER goes on behind it"
        }
        Opcode::END_SEND => "drops the iterator below the result",
        Opcode::EXIT_INIT_CHECK => "checks that __init__ returned None",
        Opcode::FORMAT_SIMPLE => "replaces the value by format(value)",
        Opcode::FORMAT_WITH_SPEC => "replaces value and specification by format(value, spec)",
        Opcode::GET_AITER => "replaces the value by its asynchronous iterator",
        Opcode::GET_ANEXT => "pushes the awaitable of the next asynchronous value",
        Opcode::GET_ITER => "replaces the value by its iterator",
        Opcode::GET_LEN => "pushes the length of the value on top",
        Opcode::GET_YIELD_FROM_ITER => "replaces the value by an iterator to delegate to",
        Opcode::LOAD_BUILD_CLASS => "pushes the function that makes classes",
        Opcode::LOAD_LOCALS => "pushes the namespace",
        Opcode::MAKE_FUNCTION => "makes a function of the code object on top",
        Opcode::MATCH_KEYS => {
            "pushes the tuple of the subject's values for the keys on top, or None if it lacks one"
        }
        Opcode::MATCH_MAPPING => "pushes whether the subject is a mapping",
        Opcode::MATCH_SEQUENCE => "pushes whether the subject is a sequence",
        Opcode::NOP => "does nothing; keeps a line for tracing",
        Opcode::NOT_TAKEN => {
            "does nothing; marks where it goes on if the jump before was not taken, for monitoring"
        }
        Opcode::POP_EXCEPT => "ends a handler: the exception before becomes the current one",
        Opcode::POP_ITER => "drops the iterator",
        Opcode::POP_TOP => "drops the value on top",
        Opcode::PUSH_EXC_INFO => {
            "begins a handler: makes the exception on top the current one, keeps the one before below it"
        }
        Opcode::PUSH_NULL => "pushes nothing where a call expects a self",
        Opcode::RETURN_GENERATOR => {
            "makes the generator or coroutine of this frame and returns it to the caller"
        }
        Opcode::RETURN_VALUE => "returns the value on top",
        Opcode::SETUP_ANNOTATIONS => "sees to it that __annotations__ is there",
        Opcode::STORE_SLICE => "pops a value, a container, a start and a stop, stores the value as the slice",
        Opcode::STORE_SUBSCR => "pops a value, a container and a key, stores the value as the item",
        Opcode::TO_BOOL => "replaces the value by its truth",
        Opcode::UNARY_INVERT => "replaces the value by ~value",
        Opcode::UNARY_NEGATIVE => "replaces the value by -value",
        Opcode::UNARY_NOT => "replaces the truth by its opposite",
        Opcode::WITH_EXCEPT_START => "calls __exit__ with the exception and pushes what it returns",
        Opcode::BINARY_OP => "applies the operator to the two values on top",
        Opcode::BUILD_INTERPOLATION => "makes an interpolation of a template",
        Opcode::BUILD_LIST => "makes a list of the values on top",
        Opcode::BUILD_MAP => "makes a dict of the pairs on top",
        Opcode::BUILD_SET => "makes a set of the values on top",
        Opcode::BUILD_SLICE => "makes a slice object",
        Opcode::BUILD_STRING => "joins the strings on top",
        Opcode::BUILD_TUPLE => "makes a tuple of the values on top",
        Opcode::CALL => "calls with positional arguments",
        Opcode::CALL_INTRINSIC_1 => "does an operation of the interpreter's own with one value",
        Opcode::CALL_INTRINSIC_2 => "does an operation of the interpreter's own with two values",
        Opcode::CALL_KW => "calls with positional and keyword arguments; the names are on top",
        Opcode::COMPARE_OP => "compares the two values on top",
        Opcode::CONTAINS_OP => "pops a value and a container, pushes whether the value is in it",
        Opcode::CONVERT_VALUE => "converts the value, as !s, !r or !a asks for",
        Opcode::COPY => "pushes the value that lies this deep once more",
        Opcode::COPY_FREE_VARS => "puts the closure's cells into their slots",
        Opcode::DELETE_ATTR => "pops an object, deletes the attribute",
        Opcode::DELETE_DEREF => "empties a cell",
        Opcode::DELETE_FAST => "empties a local",
        Opcode::DELETE_GLOBAL => "deletes a global",
        Opcode::DELETE_NAME => "deletes a name of the namespace",
        Opcode::DICT_MERGE => {
            "pops a mapping of keyword arguments, adds it to the dict that lies this deep; none may come twice"
        }
        Opcode::DICT_UPDATE => "pops a mapping, adds it to the dict that lies this deep",
        Opcode::END_ASYNC_FOR => {
            "ends an asynchronous loop if the exception is StopAsyncIteration, or else raises it again"
        }
        Opcode::EXTENDED_ARG => "makes the next operand longer",
        Opcode::FOR_ITER => "pushes the iterator's next value, or jumps if there is none",
        Opcode::GET_AWAITABLE => "replaces the value by the iterator that awaits it",
        Opcode::IMPORT_FROM => "pushes an attribute of the module on top",
        Opcode::IMPORT_NAME => "pops the names wanted and the level of the import, pushes the module",
        Opcode::IS_OP => "pushes whether two values are the same object",
        Opcode::JUMP_BACKWARD => "jumps back; a place where signals and other threads get their turn",
        Opcode::JUMP_BACKWARD_NO_INTERRUPT => "jumps back without looking at signals",
        Opcode::JUMP_FORWARD => "jumps ahead",
        Opcode::LIST_APPEND => "pops a value, appends it to the list that lies this deep",
        Opcode::LIST_EXTEND => "pops an iterable, appends all of it to the list that lies this deep",
        Opcode::LOAD_ATTR => "replaces the value by an attribute of it",
        Opcode::LOAD_COMMON_CONSTANT => "pushes an object that every interpreter has",
        Opcode::LOAD_CONST => "pushes a constant",
        Opcode::LOAD_DEREF => "pushes what is in a cell",
        Opcode::LOAD_FAST => "pushes a local",
        Opcode::LOAD_FAST_AND_CLEAR => "pushes a local and empties its slot, which a comprehension needs",
        Opcode::LOAD_FAST_BORROW => "pushes a local without counting the reference: the slot outlives it",
        Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW => "pushes two locals without counting the references",
        Opcode::LOAD_FAST_CHECK => "pushes a local, which may be unbound: UnboundLocalError then",
        Opcode::LOAD_FAST_LOAD_FAST => "pushes two locals",
        Opcode::LOAD_FROM_DICT_OR_DEREF => "takes a name from the mapping on top, or else from a cell",
        Opcode::LOAD_FROM_DICT_OR_GLOBALS => "takes a name from the mapping on top, or else from the globals",
        Opcode::LOAD_GLOBAL => "pushes a global or built-in",
        Opcode::LOAD_NAME => "pushes what a name means: local, global or built-in",
        Opcode::LOAD_SMALL_INT => "pushes a small integer",
        Opcode::LOAD_SPECIAL => "replaces the value by a special method of its type, and itself",
        Opcode::LOAD_SUPER_ATTR => "pops super, the class and self, pushes the attribute that super() finds",
        Opcode::MAKE_CELL => "puts a cell into a slot",
        Opcode::MAP_ADD => "pops a key and a value, adds the pair to the dict that lies this deep",
        Opcode::MATCH_CLASS => {
            "pops the subject, a class and names, pushes the attributes that the class pattern asks for, or None"
        }
        Opcode::POP_JUMP_IF_FALSE => "pops a truth, jumps if it is False",
        Opcode::POP_JUMP_IF_NONE => "pops a value, jumps if it is None",
        Opcode::POP_JUMP_IF_NOT_NONE => "pops a value, jumps if it is not None",
        Opcode::POP_JUMP_IF_TRUE => "pops a truth, jumps if it is True",
        Opcode::RAISE_VARARGS => "raises an exception",
        Opcode::RERAISE => "raises the exception on top again",
        Opcode::SEND => "sends a value to a generator, or jumps if that has returned",
        Opcode::SET_ADD => "pops a value, adds it to the set that lies this deep",
        Opcode::SET_FUNCTION_ATTRIBUTE => "gives a function its defaults, annotations or closure",
        Opcode::SET_UPDATE => "pops an iterable, adds all of it to the set that lies this deep",
        Opcode::STORE_ATTR => "pops an object and a value, stores the value as the attribute",
        Opcode::STORE_DEREF => "stores a value in a cell",
        Opcode::STORE_FAST => "stores a value in a local",
        Opcode::STORE_FAST_LOAD_FAST => "stores a value in a local, pushes another",
        Opcode::STORE_FAST_STORE_FAST => "stores two values in locals",
        Opcode::STORE_GLOBAL => "stores a value as a global",
        Opcode::STORE_NAME => "stores a value under a name of the namespace",
        Opcode::SWAP => "exchanges the value on top with the one that lies this deep",
        Opcode::UNPACK_EX => "unpacks an iterable with a starred target",
        Opcode::UNPACK_SEQUENCE => "unpacks an iterable of just this length",
        Opcode::YIELD_VALUE => "gives the value on top to the caller and waits until it is sent one",
        Opcode::RESUME => "begins or goes on; a place where signals and other threads get their turn",
        _ => "",
    }
}
