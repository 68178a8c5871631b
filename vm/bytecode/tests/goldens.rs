//! Stack effects and disassembly as CPython 3.14 gave them (`cargo xtask goldens`).

use std::collections::BTreeMap;

use bytecode::opcode::effect::{effect, handler_pushes};
use bytecode::verify::verify;
use bytecode::{CodeObject, Op, PythonVersion, dis, pyc};

#[test]
fn stack_effects() {
    let infos = PythonVersion::V3_14.tables().infos;
    let numbers: BTreeMap<&str, u16> = infos.iter().map(|i| i.name).zip(0..).collect();
    for line in include_str!("goldens/effects.txt").lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [arg, net, jump] = [1, 2, 3].map(|i| words[i].parse::<i64>().unwrap());
        let op = Op(numbers[words[0]]);
        match effect(op, arg as u32) {
            Some(e) => {
                assert_eq!(e.net(), net, "{line}");
                assert_eq!(handler_pushes(op).map_or(net, i64::from), jump, "{line}");
            }
            // What CPython gives an effect although it makes no sense
            None => assert!(arg == 0 || op == Op::SWAP && arg == 1, "{line}"),
        }
    }
}

/// The parts of the golden file by their headings
fn sections() -> BTreeMap<&'static str, &'static str> {
    let text = include_str!("goldens/dis.txt");
    text.split("%% ").skip(1).filter_map(|part| part.split_once('\n')).collect()
}

fn sample() -> std::sync::Arc<CodeObject> {
    let hex: Vec<u8> = sections()["pyc"].bytes().filter(u8::is_ascii_hexdigit).collect();
    let digit = |b: u8| (b as char).to_digit(16).unwrap() as u8;
    let bytes: Vec<u8> = hex.chunks(2).map(|d| digit(d[0]) << 4 | digit(d[1])).collect();
    pyc::read(&bytes).unwrap().0
}

/// Without addresses, which are nothing that two processes have in common
fn nameless(text: &str) -> String {
    let mut parts = text.split("at 0x");
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        out.push_str("at 0x..");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    out
}

#[test]
fn disassembly() {
    let code = sample();
    for (heading, expect) in sections() {
        let Some(flags) = heading.strip_prefix("dis ") else { continue };
        let options = dis::Options {
            show_caches: flags.contains('C'),
            show_offsets: flags.contains('O'),
            specialized: flags.contains('S'),
            show_positions: flags.contains('P'),
        };
        let mut text = nameless(&dis::disassemble(&code, options));
        if !expect.contains("RESUME") {
            let sum =
                (1u32..).zip(text.bytes()).fold(0u32, |s, (i, b)| s.wrapping_add(i.wrapping_mul(b.into())));
            text = format!("{} {sum}\n", text.chars().count());
        }
        assert_eq!(text, expect, "{flags}");
    }
}

#[test]
fn marshalled_code_comes_back_and_is_sound() {
    fn all(code: &std::sync::Arc<CodeObject>) {
        let verified = verify(code).unwrap();
        assert!(verified.max_depth() <= code.stacksize, "{}", code.qualname);
        code.children().for_each(all);
    }
    let code = sample();
    let validation = pyc::Validation::Timestamp { mtime: 0, size: 0 };
    let again = pyc::read(&pyc::write(&code, validation)).unwrap().0;
    assert_eq!(again, code);
    assert_eq!((&again.qualname, &again.filename), (&code.qualname, &code.filename));
    all(&code);
}
