//! How the machine reaches the compiler: `compile()`, `exec`, `eval`, and imports of source.

use std::sync::Arc;

use bytecode::CodeObject;
use compiler::{CompileOptions, compile_source};
use object::vm::{CompileHook, CompileMode, CompileRequest, SyntaxErrorData};
