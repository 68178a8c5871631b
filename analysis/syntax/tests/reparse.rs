//! What an edit does to a tree.

mod edits;

use syntax::ast::UnitId;
use syntax::{Edit, Reparsed, parse_module, reparse};
use text::{TextRange, TextSize};

fn replace(text: &str, old: &str, new: &str) -> (String, Edit) {
    let at = text.find(old).expect("the text has it");
    let edit = Edit { range: TextRange::new(at, at + old.len()), len: TextSize::of(new) };
    (text.replacen(old, new, 1), edit)
}

#[test]
fn what_changed() {
    let text = "class A:\n    def f(): x\n    def g(): y\ndef f(): z\n";
    let old = parse_module(text);
    let ids: Vec<UnitId> = old.module.children().map(|(_, child)| child.id).collect();

    let (text, edit) = replace(text, "y", "why");
    let Reparsed { parsed, changed, removed } = reparse(&old, text.as_str(), edit);
    assert_eq!(parsed, parse_module(&text));
    let names: Vec<&str> = changed.iter().map(|(_, unit)| unit.own_name()).collect();
    assert_eq!(names, ["", "A", "g"]);
    assert_eq!((changed[0].0, changed[1].0), (UnitId::MODULE, ids[0]));
    assert!(changed[0].1.same_own(&old.module));
    assert_eq!(removed, []);

    let (text, edit) = replace(&text, "class A:\n    def f(): x\n    def g(): why\n", "");
    let Reparsed { parsed, changed, removed } = reparse(&parsed, text.as_str(), edit);
    assert_eq!(changed.len(), 1);
    assert_eq!(removed.len(), 3);
    assert_eq!(parsed.module.children().map(|(_, child)| child.id).collect::<Vec<_>>(), [ids[1]]);
}

/// What fuzzing has found: text before the edit, what goes, text after it, what comes.
const CASES: &[(&str, &str, &str, &str)] = &[];

#[test]
fn cases() {
    for (before, gone, after, new) in CASES {
        let old = format!("{before}{gone}{after}");
        let (text, edit) = edits::apply(&old, before.len()..before.len() + gone.len(), new);
        if let Err(why) = edits::check(&parse_module(&old), &text, edit) {
            panic!("{old:?} -> {text:?}: {why}");
        }
    }
}

/// The law, for edits as people make them, in a text that has a bit of everything.
#[test]
fn patched_as_parsed() {
    let sample = include_str!("edits/sample.py");
    let mut dice = edits::Dice::new(1);
    for _ in 0..40 {
        let mut text = sample.to_owned();
        let mut tree = parse_module(&text);
        let mut cursor = dice.roll(text.len());
        for _ in 0..30 {
            let (range, new) = edits::edit(&text, &mut cursor, &mut dice);
            let (next, edit) = edits::apply(&text, range, &new);
            match edits::check(&tree, &next, edit) {
                Ok(parsed) => tree = parsed,
                Err(why) => panic!("{text:?} -> {next:?}: {why}"),
            }
            text = next;
        }
    }
}
