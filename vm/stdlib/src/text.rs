//! `_codecs` and `_string`: faces of what the built-in types have.

use object::NativeDef;

use crate::module::NativeModule;

/// The module `_codecs`.
pub static CODECS: NativeModule = NativeModule::new("_codecs", "").functions(builtins::codecs::FUNCTIONS);

/// The module `_string`.
pub static STRING: NativeModule = NativeModule::new("_string", "string helper module").functions(&[
    NativeDef::one(
        "formatter_parser",
        |vm, _, args| builtins::str::format::formatter_parser(vm, &args.values[0]),
        "parse the argument as a format string",
    ),
    NativeDef::one(
        "formatter_field_name_split",
        |vm, _, args| builtins::str::format::formatter_field_name_split(vm, &args.values[0]),
        "split the argument as a field name",
    ),
]);
