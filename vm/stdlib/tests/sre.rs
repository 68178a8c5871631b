//! The `_sre` engine against matches that CPython found (`goldens/sre.json`, made by `cargo xtask goldens`).

use serde_json::Value;
use stdlib::sre::engine::{Anchor, Engine, Found, Searcher as _};

fn show(found: Option<Found>) -> Value {
    let Some(found) = found else { return Value::Null };
    let mut regs = vec![vec![found.start as i64, found.end as i64]];
    regs.extend(found.groups.iter().map(|g| match g {
        Some((start, end)) => vec![*start as i64, *end as i64],
        None => vec![-1, -1],
    }));
    serde_json::json!([regs, found.last_index])
}

#[test]
fn engine_matches_as_cpython() {
    let goldens: Value = serde_json::from_str(include_str!("goldens/sre.json")).unwrap();
    let mut differences = Vec::new();
    for pattern in goldens.as_array().unwrap() {
        let code: Vec<u32> =
            pattern["code"].as_array().unwrap().iter().map(|w| w.as_u64().unwrap() as u32).collect();
        let groups = pattern["groups"].as_u64().unwrap() as usize;
        for case in pattern["cases"].as_array().unwrap() {
            let text: Vec<u32> = case[0].as_str().unwrap().chars().map(u32::from).collect();
            for (i, anchor) in [(1, Anchor::Search), (2, Anchor::Match), (3, Anchor::FullMatch)] {
                let mut go_on = |_| Ok::<(), ()>(());
                let mut engine = Engine::new(&code, groups, text.as_slice(), text.len(), &mut go_on);
                let found = show(engine.run(0, anchor, false).unwrap());
                if found != case[i] {
                    differences.push(format!(
                        "{} {anchor:?} on {}: {found}, not {}",
                        pattern["pattern"], case[0], case[i]
                    ));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn a_long_text_needs_no_native_stack() {
    // (?:a|b)*c over a text without a `c`.
    use stdlib::sre::ops::{MAXREPEAT, op::*};
    let code = [
        REPEAT, 15, 0, MAXREPEAT, BRANCH, 5, LITERAL, 97, JUMP, 7, 5, LITERAL, 98, JUMP, 2, FAILURE,
        MAX_UNTIL, LITERAL, 99, SUCCESS,
    ];
    let text = vec![97u32; 200_000];
    let mut go_on = |_| Ok::<(), ()>(());
    let mut engine = Engine::new(&code, 0, text.as_slice(), text.len(), &mut go_on);
    assert_eq!(engine.run(0, Anchor::Match, false), Ok(None));
}

#[test]
fn an_endless_search_can_be_stopped() {
    // (?:a+)*b blows up; the check ends it.
    use stdlib::sre::ops::{MAXREPEAT, op::*};
    let code = [
        REPEAT, 10, 0, MAXREPEAT, REPEAT_ONE, 6, 1, MAXREPEAT, LITERAL, 97, SUCCESS, MAX_UNTIL, LITERAL, 98,
        SUCCESS,
    ];
    let text = vec![97u32; 64];
    let mut left = 3;
    let mut go_on = |_| {
        left -= 1;
        if left > 0 { Ok(()) } else { Err(()) }
    };
    let mut engine = Engine::new(&code, 0, text.as_slice(), text.len(), &mut go_on);
    assert!(engine.run(0, Anchor::Match, false).is_err());
}
