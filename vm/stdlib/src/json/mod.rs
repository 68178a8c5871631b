//! `_json` (`Modules/_json.c`): reading and writing JSON for the module `json`.

mod encoder;
mod scanner;
mod string;

use object::NativeDef;

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_json", "json speedups\n")
    .functions(&[
        NativeDef::one("encode_basestring_ascii", string::encode_ascii, "($self, object, /)\n--\n\nencode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string"),
        NativeDef::one("encode_basestring", string::encode, "($self, object, /)\n--\n\nencode_basestring(string) -> string\n\nReturn a JSON representation of a Python string"),
        NativeDef::positional("scanstring", string::scan_function, "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded string and the index of the character in s\nafter the end quote."),
    ])
    .types(&[
        ("make_scanner", |vm| vm.native_type(&scanner::SCANNER).clone()),
        ("make_encoder", |vm| vm.native_type(&encoder::ENCODER).clone()),
    ]);
