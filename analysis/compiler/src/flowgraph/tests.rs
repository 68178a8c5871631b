//! Each pass by what it does to a few instructions. (That the passes together do what CPython's do is shown
//! by comparing whole code objects.)

use bytecode::{Const, Flags, Op, PyString, PythonVersion, flags};

use super::{Cfg, run};
use crate::assemble::Error;
use crate::instr::{InstructionSequence, Location, UnitMeta};

fn op(name: &str) -> Op {
    let infos = PythonVersion::V3_14.tables().infos;
    let number = infos.iter().position(|i| i.name == name).unwrap_or_else(|| panic!("no opcode {name}"));
    Op(number as u16)
}

/// Reads lines of `[label:] OPCODE [operand or label] [@line]`; without `@` the line is 1, `@-` is none.
fn sequence(text: &str) -> InstructionSequence {
    let mut seq = InstructionSequence::default();
    let mut labels = std::collections::HashMap::new();
    for line in text.lines() {
        let mut words = line.split_whitespace().peekable();
        while let Some(label) = words.next_if(|w| w.ends_with(':')) {
            let label = *labels.entry(label[..label.len() - 1].to_owned()).or_insert_with(|| seq.new_label());
            seq.use_label(label);
        }
        let Some(name) = words.next() else { continue };
        let operand = words.next_if(|w| !w.starts_with('@'));
        let loc = match words.next() {
            None => Location { col: 0, end_col: 1, ..Location::line(1) },
            Some("@-") => Location::NONE,
            Some(at) => Location { col: 0, end_col: 1, ..Location::line(at[1..].parse().unwrap()) },
        };
        match operand.map(|o| o.parse::<u32>().map_err(|_| o)) {
            None => seq.emit(op(name), loc),
            Some(Ok(arg)) => seq.emit_arg(op(name), arg, loc),
            Some(Err(label)) => {
                let label = *labels.entry(label.to_owned()).or_insert_with(|| seq.new_label());
                seq.emit_jump(op(name), label, loc);
            }
        }
    }
    seq
}

/// A function with parameter `p`, locals `x` and `y`, cell variable `x`, free variable `free`
fn unit(consts: &[Const]) -> UnitMeta {
    let names = |list: &[&str]| list.iter().map(|&n| PyString::from(n)).collect();
    let mut meta = UnitMeta {
        varnames: names(&["p", "x", "y"]),
        names: vec!["name".into()],
        argcount: 1,
        nparams: 1,
        firstlineno: 1,
        ..UnitMeta::default()
    };
    for c in consts {
        meta.consts.add(c.clone());
    }
    meta
}

fn print(seq: &InstructionSequence, meta: &UnitMeta, code_flags: u32) -> Result<String, Error> {
    let lowered = run(&mut Cfg::default(), seq, &mut meta.clone(), code_flags, &mut ())?;
    let consts: Vec<String> = lowered.consts.items().iter().map(bytecode::repr::repr).collect();
    let line = |i: &super::linearize::LinearInstr| {
        let jump = if i.op.has(Flags::JUMP) { "->" } else { "" };
        let arg = if i.op.has(Flags::ARG) { format!(" {jump}{}", i.arg) } else { String::new() };
        let line = if i.loc.line == 1 { String::new() } else { format!(" @{}", i.loc.line) };
        let handler = lowered.code.handler(i).map_or(String::new(), |h| format!(" !{}", h.target));
        format!("{}{arg}{line}{handler}", i.op.name())
    };
    let code: Vec<String> = lowered.code.instrs.iter().map(line).collect();
    Ok(format!("{} [{}]", code.join("; "), consts.join(", ")))
}

#[track_caller]
fn check(consts: &[Const], text: &str, expect: &str) {
    assert_eq!(print(&sequence(text), &unit(consts), 0).as_deref(), Ok(expect));
}

#[track_caller]
fn check_error(text: &str, expect: Error) {
    assert_eq!(print(&sequence(text), &unit(&[Const::None]), 0), Err(expect));
}

fn int(i: i64) -> Const {
    Const::Int(i)
}

#[test]
fn malformed_sequences() {
    check_error("JUMP nowhere", Error::UnplacedLabel);
    check_error("NOP", Error::MalformedGraph);
    check_error("POP_TOP\nRETURN_VALUE", Error::StackUnderflow);
    check_error(
        "LOAD_FAST 0\nPOP_JUMP_IF_TRUE a\nLOAD_CONST 0\na: LOAD_CONST 0\nRETURN_VALUE",
        Error::InconsistentDepth,
    );
    check_error("LOAD_DEREF 0\nRETURN_VALUE", Error::CellIndex);
    check_error("POP_BLOCK\nLOAD_CONST 0\nRETURN_VALUE", Error::MalformedGraph);
}

#[test]
fn small_integers_and_unused_constants() {
    let consts = [Const::Str("doc".into()), int(7), int(256), Const::None];
    check(
        &consts,
        "LOAD_CONST 1\nSTORE_FAST 1 @2\nLOAD_CONST 3 @3\nRETURN_VALUE @3",
        "LOAD_SMALL_INT 7; STORE_FAST 1 @2; LOAD_CONST 1 @3; RETURN_VALUE @3 ['doc', None]",
    );
    check(&consts, "LOAD_CONST 2\nRETURN_VALUE", "LOAD_CONST 1; RETURN_VALUE ['doc', 256]");
}

#[test]
fn folding() {
    let consts = [int(1), int(2), int(3), Const::Float(0.5)];
    let with = |text: &str, expect| check(&consts, &format!("{text}\nRETURN_VALUE"), expect);
    with("LOAD_CONST 0\nLOAD_CONST 3\nBUILD_TUPLE 2", "LOAD_CONST 1; RETURN_VALUE [1, (1, 0.5)]");
    with("LOAD_CONST 1\nLOAD_CONST 3\nBINARY_OP 5\nUNARY_NEGATIVE", "LOAD_CONST 1; RETURN_VALUE [1, -1.0]");
    // 1 << 2 + 3 twice over: what was folded is a constant like any other
    with(
        "LOAD_CONST 0\nLOAD_CONST 1\nLOAD_CONST 2\nBINARY_OP 0\nBINARY_OP 3",
        "LOAD_SMALL_INT 32; RETURN_VALUE [1]",
    );
    with(
        "LOAD_CONST 0\nLOAD_CONST 1\nLOAD_CONST 2\nBUILD_LIST 3",
        "BUILD_LIST 0; LOAD_CONST 1; LIST_EXTEND 1; RETURN_VALUE [1, (1, 2, 3)]",
    );
    with(
        "LOAD_FAST 0\nLOAD_CONST 0\nLOAD_CONST 0\nBUILD_SET 2\nCONTAINS_OP 0",
        "LOAD_FAST_BORROW 0; LOAD_CONST 1; CONTAINS_OP 0; RETURN_VALUE [1, frozenset({1})]",
    );
    with(
        "LOAD_FAST 0\nLOAD_FAST 0\nBUILD_LIST 1\nCONTAINS_OP 1",
        "LOAD_FAST_BORROW_LOAD_FAST_BORROW 0; BUILD_TUPLE 1; CONTAINS_OP 1; RETURN_VALUE [1]",
    );
    with(
        "BUILD_LIST 0\nLOAD_CONST 0\nLIST_APPEND 1\nLOAD_CONST 3\nLIST_APPEND 1\nCALL_INTRINSIC_1 6",
        "LOAD_CONST 1; RETURN_VALUE [1, (1, 0.5)]",
    );
    // Division by zero is left to fail when it runs.
    with(
        "LOAD_CONST 0\nLOAD_SMALL_INT 0\nBINARY_OP 11",
        "LOAD_SMALL_INT 1; LOAD_SMALL_INT 0; BINARY_OP 11; RETURN_VALUE [1]",
    );
}

#[test]
fn tests_of_constants() {
    let consts = [Const::None, Const::Str("".into())];
    check(
        &consts,
        "LOAD_CONST 1\nTO_BOOL\nPOP_JUMP_IF_FALSE no\nLOAD_FAST 0\nRETURN_VALUE\nno: LOAD_CONST 0\nRETURN_VALUE",
        "LOAD_CONST 0; RETURN_VALUE [None]",
    );
    check(
        &consts,
        "LOAD_FAST 0\nLOAD_CONST 0\nIS_OP 1\nPOP_JUMP_IF_FALSE no\nLOAD_CONST 1\nRETURN_VALUE @2\nno: LOAD_CONST 0\nRETURN_VALUE @3",
        "LOAD_FAST_BORROW 0; POP_JUMP_IF_NONE ->5; NOT_TAKEN; LOAD_CONST 1; RETURN_VALUE @2; LOAD_CONST 0; RETURN_VALUE @3 [None, '']",
    );
}

#[test]
fn peephole() {
    let consts = [Const::None];
    let with = |text: &str, expect| check(&consts, &format!("{text}\nLOAD_CONST 0\nRETURN_VALUE"), expect);
    with(
        "LOAD_GLOBAL 0\nPUSH_NULL\nCALL 0\nPOP_TOP",
        "LOAD_GLOBAL 1; CALL 0; POP_TOP; LOAD_CONST 0; RETURN_VALUE [None]",
    );
    with(
        "LOAD_FAST 0\nLOAD_FAST 0\nCOMPARE_OP 72\nTO_BOOL\nUNARY_NOT\nUNARY_NOT\nSTORE_FAST 1",
        "LOAD_FAST_BORROW_LOAD_FAST_BORROW 0; COMPARE_OP 88; STORE_FAST 1; LOAD_CONST 0; RETURN_VALUE [None]",
    );
    with(
        "LOAD_FAST 0\nLOAD_CONST 0\nSTORE_FAST 1\nSTORE_FAST 1",
        "LOAD_FAST 0; STORE_FAST 1; LOAD_CONST 0; RETURN_VALUE [None]",
    );
}

#[test]
fn threaded_jumps_and_dead_code() {
    check(
        &[Const::None],
        "LOAD_FAST 0\nPOP_JUMP_IF_FALSE a\nLOAD_CONST 0 @2\nRETURN_VALUE @2\na: JUMP b @3\nLOAD_FAST 0 @4\nPOP_TOP @4\nb: LOAD_FAST 0 @5\nRETURN_VALUE @5",
        "LOAD_FAST_BORROW 0; POP_JUMP_IF_FALSE ->5; NOT_TAKEN; LOAD_CONST 0 @2; RETURN_VALUE @2; NOP @3; LOAD_FAST_BORROW 0 @5; RETURN_VALUE @5 [None]",
    );
}

#[test]
fn swaps() {
    // x, y = y, x
    check(
        &[Const::None],
        "LOAD_FAST 0\nLOAD_FAST 0\nBUILD_TUPLE 2\nUNPACK_SEQUENCE 2\nSTORE_FAST 1\nSTORE_FAST 2\nLOAD_CONST 0\nRETURN_VALUE",
        "LOAD_FAST_LOAD_FAST 0; STORE_FAST_STORE_FAST 33; LOAD_CONST 0; RETURN_VALUE [None]",
    );
    check(
        &[Const::None],
        "LOAD_FAST 0\nLOAD_CONST 0\nLOAD_FAST 0\nSWAP 3\nSWAP 3\nSWAP 2\nBUILD_TUPLE 3\nRETURN_VALUE",
        "LOAD_FAST_BORROW 0; LOAD_CONST 0; LOAD_FAST_BORROW 0; SWAP 2; BUILD_TUPLE 3; RETURN_VALUE [None]",
    );
}

#[test]
fn uninitialised_and_borrowed_locals() {
    check(
        &[Const::None],
        "LOAD_FAST 1\nPOP_TOP\nLOAD_FAST 1\nSTORE_FAST 2\nDELETE_FAST 1\nLOAD_FAST 1\nRETURN_VALUE",
        "LOAD_FAST_CHECK 1; POP_TOP; LOAD_FAST 1; STORE_FAST 2; DELETE_FAST 1; LOAD_FAST_CHECK 1; RETURN_VALUE [None]",
    );
    // The value is still on the stack when its local changes.
    check(
        &[Const::None],
        "LOAD_FAST 0\nLOAD_CONST 0\nSTORE_FAST 0\nRETURN_VALUE",
        "LOAD_FAST 0; LOAD_CONST 0; STORE_FAST 0; RETURN_VALUE [None]",
    );
}

#[test]
fn exits_are_copied_with_lines() {
    check(
        &[Const::None],
        "LOAD_FAST 0\nPOP_JUMP_IF_FALSE end\nLOAD_FAST 0 @2\nPOP_JUMP_IF_FALSE end @2\nLOAD_FAST 0 @3\nPOP_TOP @3\nend: LOAD_CONST 0 @-\nRETURN_VALUE @-",
        "LOAD_FAST_BORROW 0; POP_JUMP_IF_FALSE ->12; NOT_TAKEN; LOAD_FAST_BORROW 0 @2; POP_JUMP_IF_FALSE ->10 @2; NOT_TAKEN @2; \
         LOAD_FAST_BORROW 0 @3; POP_TOP @3; LOAD_CONST 0 @3; RETURN_VALUE @3; LOAD_CONST 0 @2; RETURN_VALUE @2; LOAD_CONST 0; RETURN_VALUE [None]",
    );
}

#[test]
fn handlers_go_to_the_end() {
    check(
        &[Const::None],
        "SETUP_FINALLY h\nLOAD_FAST 0\nPOP_TOP\nPOP_BLOCK\nJUMP end @-\n\
         h: SETUP_CLEANUP c @-\nPUSH_EXC_INFO @-\nPOP_TOP @3\nPOP_BLOCK @-\nPOP_EXCEPT @-\nJUMP_NO_INTERRUPT end @-\n\
         c: COPY 3 @-\nPOP_EXCEPT @-\nRERAISE 1 @-\n\
         end: LOAD_FAST 0 @5\nRETURN_VALUE @5",
        "LOAD_FAST_BORROW 0 !4; POP_TOP !4; LOAD_FAST_BORROW 0 @5; RETURN_VALUE @5; \
         PUSH_EXC_INFO @-1 !9; POP_TOP @3 !9; POP_EXCEPT @3; LOAD_FAST 0 @5; RETURN_VALUE @5; COPY 3 @-1; POP_EXCEPT @-1; RERAISE 1 @-1 [None]",
    );
}

#[test]
fn the_way_back_from_a_handler_has_its_line() {
    check(
        &[Const::None],
        "SETUP_FINALLY h\nLOAD_FAST 0\nPOP_TOP\nPOP_BLOCK\nJUMP end\n\
         h: PUSH_EXC_INFO @3\nPOP_TOP @3\nPOP_EXCEPT @3\n\
         end: LOAD_FAST 0 @5\nPOP_TOP @5\nLOAD_FAST 0 @6\nPOP_TOP @6\nLOAD_FAST 0 @7\nRETURN_VALUE @7",
        "LOAD_FAST_BORROW 0 !8; POP_TOP !8; LOAD_FAST_BORROW 0 @5; POP_TOP @5; LOAD_FAST_BORROW 0 @6; POP_TOP @6; \
         LOAD_FAST_BORROW 0 @7; RETURN_VALUE @7; PUSH_EXC_INFO @3; POP_TOP @3; POP_EXCEPT @3; \
         JUMP_NO_INTERRUPT ->2 @3 [None]",
    );
}

#[test]
fn jumps_back() {
    check(
        &[Const::None],
        "top: LOAD_FAST 0\nPOP_JUMP_IF_TRUE top\nLOAD_CONST 0 @2\nRETURN_VALUE @2",
        "LOAD_FAST_BORROW 0; POP_JUMP_IF_FALSE ->4; NOT_TAKEN; JUMP ->0; LOAD_CONST 0 @2; RETURN_VALUE @2 [None]",
    );
    check(
        &[Const::None],
        "LOAD_FAST 0\nJUMP_IF_FALSE end\nPOP_TOP\nLOAD_CONST 0\nend: RETURN_VALUE",
        "LOAD_FAST 0; COPY 1; TO_BOOL; POP_JUMP_IF_FALSE ->7; NOT_TAKEN; POP_TOP; LOAD_CONST 0; RETURN_VALUE [None]",
    );
}

#[test]
fn cells_and_generators() {
    let mut meta = unit(&[Const::None]);
    meta.cellvars = ["p", "own"].map(PyString::from).into_iter().collect();
    meta.freevars = ["free"].map(PyString::from).into_iter().collect();
    let seq = sequence("LOAD_DEREF 0\nSTORE_DEREF 1\nLOAD_DEREF 2\nYIELD_VALUE 0\nRETURN_VALUE");
    assert_eq!(
        print(&seq, &meta, flags::GENERATOR).as_deref(),
        Ok("COPY_FREE_VARS 1 @-1; MAKE_CELL 0 @-1; MAKE_CELL 3 @-1; RETURN_GENERATOR; POP_TOP; \
            LOAD_DEREF 0; STORE_DEREF 3; LOAD_DEREF 4; YIELD_VALUE 0; RETURN_VALUE [None]")
    );
}

#[test]
fn long_sums_keep_the_places_of_partial_sums() {
    let part = |c: &str| c.repeat(3000);
    let consts: Vec<Const> = ["a", "b", "c"].map(|c| Const::Str(part(c).into())).into();
    let meta = unit(&consts);
    // a + b + c + a, then a + b, whose place comes before that of the whole
    let seq = sequence(
        "LOAD_CONST 0\nLOAD_CONST 1\nBINARY_OP 0\nLOAD_CONST 2\nBINARY_OP 0\nLOAD_CONST 0\nBINARY_OP 0\nSTORE_FAST 1\n\
         LOAD_CONST 0\nLOAD_CONST 1\nBINARY_OP 0\nRETURN_VALUE",
    );
    let lowered = run(&mut Cfg::default(), &seq, &mut meta.clone(), 0, &mut ()).unwrap();
    let code: Vec<_> = lowered.code.instrs.iter().map(|i| (i.op, i.arg)).collect();
    let expect = [(Op::LOAD_CONST, 2), (Op::STORE_FAST, 1), (Op::LOAD_CONST, 1), (Op::RETURN_VALUE, 0)];
    assert_eq!(code, expect);
    let [a, b, c] = ["a", "b", "c"].map(part);
    let texts = [a.clone(), format!("{a}{b}"), format!("{a}{b}{c}{a}")];
    assert_eq!(lowered.consts.items(), texts.map(|t| Const::Str(t.into())));
}

#[test]
fn long_sums_of_tuples_take_their_displays_along() {
    let consts: Vec<Const> = (1000..1100).map(int).collect();
    // (1000,) + (1001,) + ... + (1099,)
    let mut text = String::from("LOAD_CONST 0\nBUILD_TUPLE 1\n");
    for i in 1..100 {
        text += &format!("LOAD_CONST {i}\nBUILD_TUPLE 1\nBINARY_OP 0\n");
    }
    let seq = sequence(&(text + "RETURN_VALUE"));
    let lowered = run(&mut Cfg::default(), &seq, &mut unit(&consts), 0, &mut ()).unwrap();
    let code: Vec<_> = lowered.code.instrs.iter().map(|i| (i.op, i.arg)).collect();
    assert_eq!(code, [(Op::LOAD_CONST, 1), (Op::RETURN_VALUE, 0)]);
    assert_eq!(lowered.consts.items(), [int(1000), Const::Tuple(consts.into())]);
}
