//! Which entry of [`Exception::fields`](crate::Exception) is which attribute.

/// `StopIteration.value`
pub const STOP_VALUE: usize = 0;
/// `SystemExit.code`
pub const EXIT_CODE: usize = 0;
/// `BaseExceptionGroup.message`
pub const GROUP_MESSAGE: usize = 0;
/// `BaseExceptionGroup.exceptions`, a tuple
pub const GROUP_EXCEPTIONS: usize = 1;
/// `ImportError.msg`
pub const IMPORT_MSG: usize = 0;
/// `ImportError.name`
pub const IMPORT_NAME: usize = 1;
/// `ImportError.path`
pub const IMPORT_PATH: usize = 2;
/// `ImportError.name_from`
pub const IMPORT_NAME_FROM: usize = 3;
/// `OSError.errno`
pub const OS_ERRNO: usize = 0;
/// `OSError.strerror`
pub const OS_STRERROR: usize = 1;
/// `OSError.filename`
pub const OS_FILENAME: usize = 2;
/// `OSError.filename2`
pub const OS_FILENAME2: usize = 3;
/// `OSError.characters_written`
pub const OS_WRITTEN: usize = 4;
/// `NameError.name`
pub const NAME_NAME: usize = 0;
/// `AttributeError.obj`
pub const ATTRIBUTE_OBJ: usize = 0;
/// `AttributeError.name`
pub const ATTRIBUTE_NAME: usize = 1;
/// `SyntaxError.msg`
pub const SYNTAX_MSG: usize = 0;
/// `SyntaxError.filename`
pub const SYNTAX_FILENAME: usize = 1;
/// `SyntaxError.lineno`
pub const SYNTAX_LINENO: usize = 2;
/// `SyntaxError.offset`
pub const SYNTAX_OFFSET: usize = 3;
/// `SyntaxError.end_lineno`
pub const SYNTAX_END_LINENO: usize = 4;
/// `SyntaxError.end_offset`
pub const SYNTAX_END_OFFSET: usize = 5;
/// `SyntaxError.text`
pub const SYNTAX_TEXT: usize = 6;
/// `SyntaxError.print_file_and_line`
pub const SYNTAX_PRINT: usize = 7;
/// `SyntaxError._metadata`
pub const SYNTAX_METADATA: usize = 8;
/// `UnicodeError.encoding`
pub const UNICODE_ENCODING: usize = 0;
/// `UnicodeError.object`
pub const UNICODE_OBJECT: usize = 1;
/// `UnicodeError.start`
pub const UNICODE_START: usize = 2;
/// `UnicodeError.end`
pub const UNICODE_END: usize = 3;
/// `UnicodeError.reason`
pub const UNICODE_REASON: usize = 4;
