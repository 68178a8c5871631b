//! The exception types: the whole hierarchy, its attributes and methods (CPython's `exceptions.c`).

mod base;
pub mod field;
mod group;
mod os_error;
mod raise;
mod simple;
mod syntax_error;
mod unicode;

pub use os_error::errno;
pub use syntax_error::{SyntaxErrorData, SyntaxErrorKind, SyntaxErrorStage};

use crate::payload::Exception;
use crate::raw::{Layout as _, Ref};
use crate::types::{Type, TypeFlags, TypeSpec};
use crate::vm::{Types, Vm};

macro_rules! hierarchy {
    ($object:ident $group:ident; $($name:ident $python:literal $base:ident $fields:literal $doc:literal;)*) => {
        /// All exception types.
        pub struct ExceptionTypes {
            $(#[doc = concat!("`", $python, "`: ", $doc)] pub $name: Ref<Type>,)*
            /// `ExceptionGroup`, with the bases `BaseExceptionGroup` and `Exception`.
            pub exception_group: Ref<Type>,
        }

        impl ExceptionTypes {
            pub(crate) fn new(types: &Types) -> ExceptionTypes {
                let $object = &types.object;
                $(let $name = new_type(types, $python, $base.as_ref(), $fields);)*
                let exception_group = new_type(types, "ExceptionGroup", $group.as_ref(), 0);
                ExceptionTypes { $($name,)* exception_group }
            }

            /// All of them, bases first.
            pub fn all(&self) -> Vec<&Ref<Type>> {
                vec![$(&self.$name,)* &self.exception_group]
            }

            /// Each with its docstring.
            fn docs(&self) -> Vec<(&Ref<Type>, &'static str)> {
                vec![
                    $((&self.$name, $doc),)*
                    (&self.exception_group, ""),
                ]
            }
        }
    };
}

hierarchy! {
    object base_exception_group;
    base_exception "BaseException" object 0 "Common base class for all exceptions.";
    exception "Exception" base_exception 0 "Common base class for all non-exit exceptions.";
    type_error "TypeError" exception 0 "Inappropriate argument type.";
    stop_async_iteration "StopAsyncIteration" exception 0 "Signal the end from iterator.__anext__().";
    stop_iteration "StopIteration" exception 1 "Signal the end from iterator.__next__().";
    generator_exit "GeneratorExit" base_exception 0 "Request that a generator exit.";
    system_exit "SystemExit" base_exception 1 "Request to exit from the interpreter.";
    keyboard_interrupt "KeyboardInterrupt" base_exception 0 "Program interrupted by user.";
    base_exception_group "BaseExceptionGroup" base_exception 2 "A combination of multiple unrelated exceptions.";
    import_error "ImportError" exception 4 "Import can't find module, or can't find name in module.";
    module_not_found_error "ModuleNotFoundError" import_error 0 "Module not found.";
    os_error "OSError" exception 5 "Base class for I/O related errors.";
    eof_error "EOFError" exception 0 "Read beyond end of file.";
    runtime_error "RuntimeError" exception 0 "Unspecified run-time error.";
    recursion_error "RecursionError" runtime_error 0 "Recursion limit exceeded.";
    not_implemented_error "NotImplementedError" runtime_error 0 "Method or function hasn't been implemented yet.";
    python_finalization_error "PythonFinalizationError" runtime_error 0 "Operation blocked during Python finalization.";
    name_error "NameError" exception 1 "Name not found globally.";
    unbound_local_error "UnboundLocalError" name_error 0 "Local name referenced but not bound to a value.";
    attribute_error "AttributeError" exception 2 "Attribute not found.";
    syntax_error "SyntaxError" exception 9 "Invalid syntax.";
    indentation_error "IndentationError" syntax_error 0 "Improper indentation.";
    tab_error "TabError" indentation_error 0 "Improper mixture of spaces and tabs.";
    incomplete_input_error "_IncompleteInputError" syntax_error 0 "incomplete input.";
    lookup_error "LookupError" exception 0 "Base class for lookup errors.";
    index_error "IndexError" lookup_error 0 "Sequence index out of range.";
    key_error "KeyError" lookup_error 0 "Mapping key not found.";
    value_error "ValueError" exception 0 "Inappropriate argument value (of correct type).";
    unicode_error "UnicodeError" value_error 5 "Unicode related error.";
    unicode_encode_error "UnicodeEncodeError" unicode_error 0 "Unicode encoding error.";
    unicode_decode_error "UnicodeDecodeError" unicode_error 0 "Unicode decoding error.";
    unicode_translate_error "UnicodeTranslateError" unicode_error 0 "Unicode translation error.";
    assertion_error "AssertionError" exception 0 "Assertion failed.";
    arithmetic_error "ArithmeticError" exception 0 "Base class for arithmetic errors.";
    floating_point_error "FloatingPointError" arithmetic_error 0 "Floating-point operation failed.";
    overflow_error "OverflowError" arithmetic_error 0 "Result too large to be represented.";
    zero_division_error "ZeroDivisionError" arithmetic_error 0 "Second argument to a division or modulo operation was zero.";
    system_error "SystemError" exception 0 "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    reference_error "ReferenceError" exception 0 "Weak ref proxy used after referent went away.";
    memory_error "MemoryError" exception 0 "Out of memory.";
    buffer_error "BufferError" exception 0 "Buffer error.";
    blocking_io_error "BlockingIOError" os_error 0 "I/O operation would block.";
    connection_error "ConnectionError" os_error 0 "Connection error.";
    child_process_error "ChildProcessError" os_error 0 "Child process error.";
    broken_pipe_error "BrokenPipeError" connection_error 0 "Broken pipe.";
    connection_aborted_error "ConnectionAbortedError" connection_error 0 "Connection aborted.";
    connection_refused_error "ConnectionRefusedError" connection_error 0 "Connection refused.";
    connection_reset_error "ConnectionResetError" connection_error 0 "Connection reset.";
    file_exists_error "FileExistsError" os_error 0 "File already exists.";
    file_not_found_error "FileNotFoundError" os_error 0 "File not found.";
    is_a_directory_error "IsADirectoryError" os_error 0 "Operation doesn't work on directories.";
    not_a_directory_error "NotADirectoryError" os_error 0 "Operation only works on directories.";
    interrupted_error "InterruptedError" os_error 0 "Interrupted by signal.";
    permission_error "PermissionError" os_error 0 "Not enough permissions.";
    process_lookup_error "ProcessLookupError" os_error 0 "Process not found.";
    timeout_error "TimeoutError" os_error 0 "Timeout expired.";
    warning "Warning" exception 0 "Base class for warning categories.";
    user_warning "UserWarning" warning 0 "Base class for warnings generated by user code.";
    encoding_warning "EncodingWarning" warning 0 "Base class for warnings about encodings.";
    deprecation_warning "DeprecationWarning" warning 0 "Base class for warnings about deprecated features.";
    pending_deprecation_warning "PendingDeprecationWarning" warning 0 "Base class for warnings about features which will be deprecated\nin the future.";
    syntax_warning "SyntaxWarning" warning 0 "Base class for warnings about dubious syntax.";
    runtime_warning "RuntimeWarning" warning 0 "Base class for warnings about dubious runtime behavior.";
    future_warning "FutureWarning" warning 0 "Base class for warnings about constructs that will change semantically\nin the future.";
    import_warning "ImportWarning" warning 0 "Base class for warnings about probable mistakes in module imports";
    unicode_warning "UnicodeWarning" warning 0 "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    bytes_warning "BytesWarning" warning 0 "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    resource_warning "ResourceWarning" warning 0 "Base class for warnings about resource usage.";
}

/// A type without dict, MRO and slots. `fields` counts its own on top of the base's.
fn new_type(types: &Types, name: &str, base: &crate::raw::Obj, fields: usize) -> Ref<Type> {
    let base: Ref<Type> = base.downcast::<Type>().unwrap_or(&types.object).clone();
    let inherited = base.exception_fields.get();
    let ty = Ref::new(
        &types.r#type,
        Type::new(TypeSpec {
            name: name.into(),
            layout: Exception::VTABLE,
            base: Some(base),
            slot_count: 0,
            has_dict: true,
            inline_values: false,
            flags: TypeFlags::BASE_EXC_SUBCLASS.with(TypeFlags::BASETYPE).with(TypeFlags::HAVE_GC),
            dict: None,
        }),
    );
    ty.exception_fields.set(inherited + fields);
    ty.as_obj().make_immortal();
    ty
}

/// Gives all of them their slots, methods and attributes.
pub(crate) fn define_all(vm: &Vm) {
    let exc = vm.exc;
    vm.set_bases(&exc.exception_group, vec![exc.base_exception_group.clone(), exc.exception.clone()]);
    for (ty, doc) in exc.docs() {
        let decl = base::declaration(exc, ty)
            .or_else(|| simple::declaration(exc, ty))
            .or_else(|| syntax_error::declaration(exc, ty))
            .or_else(|| unicode::declaration(exc, ty))
            .or_else(|| os_error::declaration(exc, ty))
            .or_else(|| group::declaration(exc, ty));
        match decl {
            Some(decl) => vm.define(ty, decl),
            None => vm.define_plain(ty, "builtins"),
        }
        let doc = if ty.is(&exc.exception_group) { vm.none.clone() } else { vm.str(doc) };
        ty.dict().set_str(&vm.names.__doc__, doc);
    }
}
