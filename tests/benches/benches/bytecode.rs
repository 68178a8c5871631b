//! Code objects as data: reading, writing, printing, verifying, and the compiler's stages after code generation.

use std::sync::Arc;

use bytecode::{CodeObject, Const, Op, PyString, dis, marshal, pyc, verify};
use compiler::assemble::Assembler;
use compiler::instr::{InstructionSequence, Location, UnitMeta};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// The `.pyc` of the golden test
fn sample() -> Vec<u8> {
    let golden = include_str!("../../../vm/bytecode/tests/goldens/dis.txt");
    let hex = golden.split("%% ").find_map(|part| part.strip_prefix("pyc\n")).unwrap_or("");
    let digits: Vec<u8> = hex.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|d| d[0] << 4 | d[1]).collect()
}

fn sample_code() -> Arc<CodeObject> {
    pyc::read(&sample()).expect("the golden file is a .pyc").0
}

#[divan::bench]
fn load_pyc(bencher: Bencher) {
    let bytes = sample();
    bencher.counter(BytesCount::new(bytes.len())).bench(|| pyc::read(black_box(&bytes)));
}

#[divan::bench]
fn dump(bencher: Bencher) {
    let code = Const::Code(sample_code());
    bencher.counter(BytesCount::new(marshal::dump(&code).len())).bench(|| marshal::dump(black_box(&code)));
}

#[divan::bench]
fn disassemble(bencher: Bencher) {
    let code = sample_code();
    bencher.bench(|| dis::disassemble(black_box(&code), dis::Options::default()));
}

#[divan::bench]
fn verify_all(bencher: Bencher) {
    fn all(code: &Arc<CodeObject>) {
        let _ = black_box(verify::verify(code));
        code.children().for_each(all);
    }
    let code = sample_code();
    bencher.bench(|| all(black_box(&code)));
}

/// A function of `count` statements: `if a: b = a + 1000` in a `try`, all on lines of their own
fn statements(count: u32) -> (InstructionSequence, UnitMeta) {
    let mut meta = UnitMeta { argcount: 1, nparams: 1, firstlineno: 1, ..UnitMeta::default() };
    meta.varnames = ["a", "b"].map(PyString::from).into_iter().collect();
    let (thousand, none) = (meta.consts.add(Const::Int(1000)), meta.consts.add(Const::None));
    let mut seq = InstructionSequence::default();
    let handler = seq.new_label();
    let at =
        |line: u32, col| Location { line: line as i32 + 2, end_line: line as i32 + 2, col, end_col: col + 1 };
    seq.emit(Op::RESUME, Location::line(1));
    seq.emit_jump(Op::SETUP_FINALLY, handler, at(0, 0));
    for line in 0..count {
        let end = seq.new_label();
        seq.emit_arg(Op::LOAD_FAST, 0, at(line, 3));
        seq.emit(Op::TO_BOOL, at(line, 3));
        seq.emit_jump(Op::POP_JUMP_IF_FALSE, end, at(line, 3));
        seq.emit_arg(Op::LOAD_FAST, 0, at(line, 10));
        seq.emit_arg(Op::LOAD_CONST, thousand, at(line, 14));
        seq.emit_arg(Op::BINARY_OP, 0, at(line, 10));
        seq.emit_arg(Op::STORE_FAST, 1, at(line, 6));
        seq.use_label(end);
    }
    seq.emit(Op::POP_BLOCK, Location::NONE);
    seq.emit_arg(Op::LOAD_CONST, none, Location::NONE);
    seq.emit(Op::RETURN_VALUE, Location::NONE);
    seq.use_label(handler);
    seq.emit(Op::PUSH_EXC_INFO, Location::NONE);
    seq.emit_arg(Op::RERAISE, 0, Location::NONE);
    (seq, meta)
}

#[divan::bench(args = [10, 100, 1000, 10_000])]
fn optimize_and_assemble_statements(bencher: Bencher, count: u32) {
    let (seq, meta) = statements(count);
    let filename = PyString::from("bench.py");
    let mut assembler = Assembler::default();
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        assembler
            .optimize_and_assemble(black_box(&seq), &mut meta.clone(), 3, &filename)
            .expect("well formed")
    });
}
