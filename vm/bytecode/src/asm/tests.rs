//! Text that is code, and text that is not.

use std::sync::Arc;

use super::{read::read, write::write};
use crate::pyc::Validation;
use crate::{CodeObject, Const, dis};

const ADD: &str = "
.pyc timestamp 7 8
.code <module>
    .filename 'x.py'
    .firstline 1
    .flags 0x0
    .code add
        .filename 'x.py'
        .firstline 1
        .flags OPTIMIZED NEWLOCALS
        .arguments 2 0 0
        .slot a positional keyword local
        .slot b positional keyword local
        1:0-1:0          RESUME 0
        2:4-2:9          LOAD_FAST_BORROW_LOAD_FAST_BORROW a, b
                         BINARY_OP +
        2:4-2:9          POP_JUMP_IF_FALSE L1   ; a comment
                         LOAD_CONST 'yes; \\u20ac'
                         RETURN_VALUE
    L1:                  LOAD_GLOBAL print + NULL
        -                LOAD_CONST (1, -2.5, complex(0.0, -0.0), b'\\x00', frozenset({...}))
                         CALL 1
                         RETURN_VALUE
    .end
    RESUME 0
    LOAD_CONST #0
    MAKE_FUNCTION
    STORE_NAME add
    LOAD_CONST None
    RETURN_VALUE
.end
";

fn code(text: &str) -> Arc<CodeObject> {
    read(text).unwrap_or_else(|error| panic!("{}: {error}", error.line)).0
}

#[test]
fn names_and_constants_are_found_or_added() {
    let text = ADD.replace("frozenset({...})", "frozenset({Ellipsis})");
    let module = code(&text);
    assert_eq!(module.stacksize, 1);
    let add = module.children().next().expect("a function").clone();
    assert_eq!(add.consts.len(), 2);
    assert_eq!(add.stacksize, 3);
    let listing = dis::disassemble(&add, dis::Options::default());
    assert!(listing.contains("LOAD_GLOBAL              1 (print + NULL)"), "{listing}");
    let again = write(&module, Validation::Timestamp { mtime: 7, size: 8 }).expect("it can be written");
    let (back, validation) = read(&again).expect("what was written can be read");
    assert_eq!((back, validation), (module, Validation::Timestamp { mtime: 7, size: 8 }));
}

#[track_caller]
fn check_error(body: &str, line: usize, message: &str) {
    let text = format!(".code f\n.slot x local\n{body}\n.end\n");
    let error = read(&text).expect_err("this is wrong");
    assert!(error.message.contains(message), "{error}");
    assert_eq!(error.line, line, "{error}");
}

#[test]
fn mistakes() {
    let end = "LOAD_CONST None\nRETURN_VALUE";
    check_error("LOAD_CONTS 1", 3, "no instruction \"LOAD_CONTS\": did you mean LOAD_CONST?");
    check_error("load_const 1", 3, "did you mean LOAD_CONST?");
    check_error("GET_ITTER", 3, "did you mean GET_ITER?");
    check_error("RESUME", 3, "RESUME needs an operand: a number");
    check_error("FOR_ITER", 3, "FOR_ITER needs an operand: a label");
    check_error("CALL x", 3, "a number is missing here: x");
    check_error(&format!("JUMP_FORWARD L1\n{end}"), 3, "there is no label L1; a line `L1:` makes one");
    check_error(&format!("L1: {end}\nJUMP_FORWARD L1"), 5, "JUMP_FORWARD goes forward only");
    check_error("L1: NOP\nL1: NOP", 4, "a second label L1");
    check_error(&format!("LOAD_FAST y\n{end}"), 3, "no local variable \"y\"");
    check_error("LOAD_FAST x\nRETURN_VALUE", 3, "a value may be missing");
    check_error("RESUME 0\nPOP_TOP\nLOAD_CONST None\nRETURN_VALUE", 4, "stack underflow");
    check_error("LOAD_CONST None", 3, "control runs off the end");
    check_error(&format!(".stack 0\n{end}"), 1, "the code needs 1");
    check_error("LOAD_CONST 'abc\nRETURN_VALUE", 3, "the string does not end");
    check_error("BINARY_OP ?\nRETURN_VALUE", 3, "is no operand of BINARY_OP");
    check_error("LOAD_CONST (1 2)", 3, "expected ',' or ')'");
    for position in ["1:2", "12", "1:2-3", "99999999999:0-1:0", "1:0-1:x"] {
        check_error(&format!("{position} NOP"), 3, "a position is LINE:COLUMN-ENDLINE:ENDCOLUMN");
    }
    check_error("NOP NOP", 3, "what is \"NOP\" here?");
    check_error(&format!(".handler L1 L1 L1 0\nL1: {end}"), 3, "the handler covers nothing");
    check_error(".code g", 3, "the .code has no instructions before its .end");
    check_error("for_iter_list L1", 3, "the interpreter makes it of FOR_ITER, which is what to write");
    check_error("POP_BLOCK", 3, "it is inside the compiler only");
    check_error(&format!("{end}\nEXTENDED_ARG"), 1, "an EXTENDED_ARG has no instruction behind it");
    check_error(&"EXTENDED_ARG\n".repeat(4), 6, "three EXTENDED_ARGs at most");
    check_error("LOAD_CONST [1]", 3, "\"[1]\" is no constant");
    check_error("LOAD_CONST '\\q'", 3, "no escape \\q: a backslash is \\\\");
    check_error("LOAD_CONST '\\u12'", 3, "4 hexadecimal digits of the escape are missing");
    check_error("LOAD_CONST b'\u{e9}'", 3, "bytes are ASCII characters and escapes");
    assert_eq!(
        read(".code f").map_err(|e| e.message),
        Err(".code without .end: a line `.end` closes it".into())
    );
    assert_eq!(read("").map_err(|e| e.message), Err("there is no .code".into()));
}

#[test]
fn any_text_is_survived() {
    let mut texts: Vec<String> = (0..ADD.len()).map(|n| ADD[..n].to_owned()).collect();
    texts.extend(ADD.char_indices().map(|(n, c)| format!("{}{}", &ADD[..n], &ADD[n + c.len_utf8()..])));
    texts.push(".code a\n".repeat(20_000));
    texts.push(format!(".code a\n.const {}", "(".repeat(50_000)));
    for text in texts {
        let _ = read(&text);
    }
}

#[test]
fn nan_has_bits() {
    let nan = Const::Float(f64::from_bits(0xfff8_0000_0000_0001));
    let module = CodeObject { consts: vec![nan.clone()].into(), ..(*code(ADD_NOTHING)).clone() };
    let text =
        write(&Arc::new(module), Validation::Hash { hash: 3, check: true }).expect("it can be written");
    assert_eq!(code(&text).consts[0], nan);
}

const ADD_NOTHING: &str = ".code f\n.const 1\nLOAD_CONST #0\nRETURN_VALUE\n.end";
