//! `match` statements (PEP 634).
//!
//! Each pattern consumes the subject on top of the stack and jumps to a place that cleans up if it does not match. Names
//! are stored only when the whole pattern has matched; until then their values lie below what is still needed.

use bytecode::{Const, Op, PyString};
use syntax::ast::*;
use syntax::optimize::pattern_value;

use super::node::{Cx, Expr, Pattern};
use super::{Generator, NB_SUBSCR, RED_ZONE, STACK_STEP};
use crate::errors::Res;
use crate::instr::{Label, Location};

/// What is under way in a pattern.
#[derive(Default)]
struct State {
    /// The names captured so far, in the order of their values on the stack.
    stores: Vec<String>,
    /// Whether a pattern that always matches may stand here.
    allow_irrefutable: bool,
    /// Where to jump with that many items to pop.
    fail_pop: Vec<Label>,
    /// How many items on top of the stack must stay; captures go below them.
    on_top: usize,
}

impl<'a> Generator<'a> {
    pub(super) fn match_statement(&mut self, cx: Cx<'a>, subject: ExprId, cases: List<MatchCase>) -> Res {
        self.expr(cx.expr(subject))?;
        let end = self.new_label();
        let cases = cx.unit().list(cases);
        let Some(last) = cases.last() else { return Ok(()) };
        let has_default = cx.pattern(last.pattern).is_wildcard() && cases.len() > 1;
        let tested = cases.len() - usize::from(has_default);
        for (i, case) in cases[..tested].iter().enumerate() {
            let pattern = cx.pattern(case.pattern);
            let loc = pattern.loc();
            let keeps_subject = i + 1 != tested;
            if keeps_subject {
                self.emit_arg(Op::COPY, 1, loc);
            }
            let allow_irrefutable = case.guard.is_some() || i + 1 == cases.len();
            let mut state = State { allow_irrefutable, ..State::default() };
            self.pattern(pattern, &mut state)?;
            for name in std::mem::take(&mut state.stores) {
                self.name_op(name.as_str(), ExprContext::Store, loc)?;
            }
            if let Some(guard) = case.guard {
                self.ensure_fail_pop(&mut state, 0);
                self.jump_if(cx.expr(guard), state.fail_pop[0], false, loc)?;
            }
            if keeps_subject {
                self.emit(Op::POP_TOP, Location::NEXT);
            }
            self.statements(cx, case.body)?;
            self.jump(Op::JUMP, end, Location::NONE);
            self.emit_fail_pops(&mut state, loc);
        }
        if has_default {
            // The subject is gone already; only the line shows.
            let loc = cx.pattern(last.pattern).loc();
            self.emit(Op::NOP, loc);
            if let Some(guard) = last.guard {
                self.jump_if(cx.expr(guard), end, false, loc)?;
            }
            self.statements(cx, last.body)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn ensure_fail_pop(&mut self, state: &mut State, count: usize) {
        while state.fail_pop.len() <= count {
            let label = self.new_label();
            state.fail_pop.push(label);
        }
    }

    fn jump_to_fail_pop(&mut self, state: &mut State, op: Op, loc: Location) {
        let pops = state.on_top + state.stores.len();
        self.ensure_fail_pop(state, pops);
        self.jump(op, state.fail_pop[pops], loc);
    }

    fn emit_fail_pops(&mut self, state: &mut State, loc: Location) {
        for (pops, label) in std::mem::take(&mut state.fail_pop).into_iter().enumerate().rev() {
            self.use_label(label);
            if pops > 0 {
                self.emit(Op::POP_TOP, loc);
            }
        }
    }

    /// Moves the top item below the `count - 1` next ones.
    fn rotate(&mut self, count: usize, loc: Location) {
        for depth in (2..=count).rev() {
            self.emit_arg(Op::SWAP, depth as u32, loc);
        }
    }

    fn store_capture(&mut self, name: Option<&str>, state: &mut State, loc: Location) -> Res {
        let Some(name) = name else {
            self.emit(Op::POP_TOP, loc);
            return Ok(());
        };
        if state.stores.iter().any(|stored| stored == name) {
            return self.duplicate_capture(name, loc);
        }
        self.rotate(state.on_top + state.stores.len() + 1, loc);
        state.stores.push(name.to_owned());
        Ok(())
    }

    fn duplicate_capture(&self, name: &str, loc: Location) -> Res {
        self.error(format!("multiple assignments to name '{name}' in pattern"), loc)
    }

    fn pattern(&mut self, pattern: Pattern<'a>, state: &mut State) -> Res {
        stacker::maybe_grow(RED_ZONE, STACK_STEP, || self.pattern_here(pattern, state))
    }

    fn pattern_here(&mut self, pattern: Pattern<'a>, state: &mut State) -> Res {
        let cx = pattern.cx;
        let loc = pattern.loc();
        match pattern.kind() {
            PatternKind::MatchValue { value } => {
                let value = cx.expr(value);
                match pattern_value(cx.unit(), value.id) {
                    Some(constant) => self.load_const(constant, value.loc()),
                    None if matches!(value.kind(), ExprKind::Attribute { .. }) => self.expr(value)?,
                    None => {
                        return self.error("patterns may only match literals and attribute lookups", loc);
                    }
                }
                self.compare_op(CmpOp::Eq, loc);
                self.emit(Op::TO_BOOL, loc);
                self.jump_to_fail_pop(state, Op::POP_JUMP_IF_FALSE, loc);
                Ok(())
            }
            PatternKind::MatchSingleton { value } => {
                self.load_const(cx.constant(value), loc);
                self.compare_op(CmpOp::Is, loc);
                self.jump_to_fail_pop(state, Op::POP_JUMP_IF_FALSE, loc);
                Ok(())
            }
            PatternKind::MatchSequence { patterns } => self.sequence_pattern(pattern, patterns, state),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.mapping_pattern(pattern, keys, patterns, rest, state)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.class_pattern(pattern, cls, patterns, kwd_attrs, kwd_patterns, state)
            }
            PatternKind::MatchStar { name } => self.store_capture(name.map(|n| cx.name(n)), state, loc),
            PatternKind::MatchAs { pattern: inner, name } => self.as_pattern(pattern, inner, name, state),
            PatternKind::MatchOr { patterns } => self.or_pattern(pattern, patterns, state),
        }
    }

    /// A pattern inside another, where one that always matches is fine.
    fn subpattern(&mut self, pattern: Pattern<'a>, state: &mut State) -> Res {
        let outer = std::mem::replace(&mut state.allow_irrefutable, true);
        self.pattern(pattern, state)?;
        state.allow_irrefutable = outer;
        Ok(())
    }

    fn as_pattern(
        &mut self,
        pattern: Pattern<'a>,
        inner: Option<PatternId>,
        name: Option<Ident>,
        state: &mut State,
    ) -> Res {
        let loc = pattern.loc();
        let name = name.map(|name| pattern.cx.name(name));
        let Some(inner) = inner else {
            if !state.allow_irrefutable {
                let what = name.map_or("wildcard".to_owned(), |name| format!("name capture '{name}'"));
                return self.error(format!("{what} makes remaining patterns unreachable"), loc);
            }
            return self.store_capture(name, state, loc);
        };
        state.on_top += 1;
        self.emit_arg(Op::COPY, 1, loc);
        self.pattern(pattern.cx.pattern(inner), state)?;
        state.on_top -= 1;
        self.store_capture(name, state, loc)
    }

    fn sequence_pattern(&mut self, pattern: Pattern<'a>, patterns: PatternList, state: &mut State) -> Res {
        let loc = pattern.loc();
        let items: Vec<Pattern<'a>> =
            pattern.cx.unit().list(patterns).iter().map(|&id| pattern.cx.pattern(id)).collect();
        let mut star = None;
        for (i, item) in items.iter().enumerate() {
            if matches!(item.kind(), PatternKind::MatchStar { .. }) {
                if star.is_some() {
                    return self.error("multiple starred names in sequence pattern", loc);
                }
                star = Some(i);
            }
        }
        let only_wildcards = items.iter().all(|item| item.is_wildcard() || item.is_star_wildcard());
        let star_wildcard = star.is_some_and(|i| items[i].is_star_wildcard());
        state.on_top += 1;
        self.emit(Op::MATCH_SEQUENCE, loc);
        self.jump_to_fail_pop(state, Op::POP_JUMP_IF_FALSE, loc);
        let length = match star {
            None => Some((items.len(), CmpOp::Eq)),
            Some(_) if items.len() > 1 => Some((items.len() - 1, CmpOp::GtE)),
            Some(_) => None,
        };
        if let Some((length, op)) = length {
            self.check_length(length, op, state, loc);
        }
        state.on_top -= 1;
        match star {
            _ if only_wildcards => {
                self.emit(Op::POP_TOP, loc);
                Ok(())
            }
            Some(star) if star_wildcard => self.items_by_index(&items, star, state, loc),
            _ => self.items_by_unpacking(&items, star, state, loc),
        }
    }

    fn check_length(&mut self, length: usize, op: CmpOp, state: &mut State, loc: Location) {
        self.emit(Op::GET_LEN, loc);
        self.load_const(Const::Int(length as i64), loc);
        self.compare_op(op, loc);
        self.jump_to_fail_pop(state, Op::POP_JUMP_IF_FALSE, loc);
    }

    fn items_by_unpacking(
        &mut self,
        items: &[Pattern<'a>],
        star: Option<usize>,
        state: &mut State,
        loc: Location,
    ) -> Res {
        match star {
            Some(i) if i >= 1 << 8 || items.len() - i > i32::MAX as usize >> 8 => {
                return self.error("too many expressions in star-unpacking sequence pattern", loc);
            }
            Some(i) => self.emit_arg(Op::UNPACK_EX, (i + ((items.len() - i - 1) << 8)) as u32, loc),
            None => self.emit_arg(Op::UNPACK_SEQUENCE, items.len() as u32, loc),
        }
        state.on_top += items.len();
        for item in items {
            state.on_top -= 1;
            self.subpattern(*item, state)?;
        }
        Ok(())
    }

    /// `[first, *_, last]` takes single items instead of unpacking.
    fn items_by_index(
        &mut self,
        items: &[Pattern<'a>],
        star: usize,
        state: &mut State,
        loc: Location,
    ) -> Res {
        state.on_top += 1;
        for (i, item) in items.iter().enumerate() {
            if item.is_wildcard() || i == star {
                continue;
            }
            self.emit_arg(Op::COPY, 1, loc);
            if i < star {
                self.load_const(Const::Int(i as i64), loc);
            } else {
                self.emit(Op::GET_LEN, loc);
                self.load_const(Const::Int((items.len() - i) as i64), loc);
                self.binary_op(Operator::Sub, false, loc);
            }
            self.emit_arg(Op::BINARY_OP, NB_SUBSCR, loc);
            self.subpattern(*item, state)?;
        }
        state.on_top -= 1;
        self.emit(Op::POP_TOP, loc);
        Ok(())
    }

    fn not_none(&mut self, loc: Location) {
        self.emit_arg(Op::COPY, 1, loc);
        self.load_none(loc);
        self.emit_arg(Op::IS_OP, 1, loc);
    }

    fn class_pattern(
        &mut self,
        pattern: Pattern<'a>,
        cls: ExprId,
        patterns: PatternList,
        kwd_attrs: List<Ident>,
        kwd_patterns: PatternList,
        state: &mut State,
    ) -> Res {
        let cx = pattern.cx;
        let loc = pattern.loc();
        let unit = cx.unit();
        let attrs: Vec<&str> = unit.list(kwd_attrs).iter().map(|&attr| cx.name(attr)).collect();
        for (i, attr) in attrs.iter().enumerate() {
            if let Some(j) = (i + 1..attrs.len()).find(|&j| attrs[j] == *attr) {
                let at = cx.pattern(unit.list(kwd_patterns)[j]).loc();
                return self.error(format!("attribute name repeated in class pattern: {attr}"), at);
            }
        }
        self.expr(cx.expr(cls))?;
        self.load_const(Const::Tuple(attrs.iter().map(|a| Const::Str(PyString::from(*a))).collect()), loc);
        self.emit_arg(Op::MATCH_CLASS, patterns.len() as u32, loc);
        self.not_none(loc);
        state.on_top += 1;
        self.jump_to_fail_pop(state, Op::POP_JUMP_IF_FALSE, loc);
        let count = patterns.len() + attrs.len();
        self.emit_arg(Op::UNPACK_SEQUENCE, count as u32, loc);
        state.on_top += count;
        state.on_top -= 1;
        for &id in unit.list(patterns).iter().chain(unit.list(kwd_patterns)) {
            state.on_top -= 1;
            let item = cx.pattern(id);
            if item.is_wildcard() {
                self.emit(Op::POP_TOP, loc);
            } else {
                self.subpattern(item, state)?;
            }
        }
        Ok(())
    }

    fn mapping_key(&mut self, pattern: Pattern<'a>, key: Expr<'a>, seen: &mut Vec<Const>) -> Res {
        let loc = pattern.loc();
        match pattern_value(key.cx.unit(), key.id) {
            Some(value) => {
                if seen.iter().any(|s| equal(s, &value)) {
                    let shown = bytecode::repr::repr(&value);
                    return self.error(format!("mapping pattern checks duplicate key ({shown})"), loc);
                }
                seen.push(value.clone());
                self.load_const(value, key.loc());
                Ok(())
            }
            None if matches!(key.kind(), ExprKind::Attribute { .. }) => self.expr(key),
            None => self.error("mapping pattern keys may only match literals and attribute lookups", loc),
        }
    }

    fn mapping_pattern(
        &mut self,
        pattern: Pattern<'a>,
        keys: ExprList,
        patterns: PatternList,
        rest: Option<Ident>,
        state: &mut State,
    ) -> Res {
        let cx = pattern.cx;
        let loc = pattern.loc();
        let size = keys.len();
        state.on_top += 1;
        self.emit(Op::MATCH_MAPPING, loc);
        self.jump_to_fail_pop(state, Op::POP_JUMP_IF_FALSE, loc);
        if size == 0 && rest.is_none() {
            state.on_top -= 1;
            self.emit(Op::POP_TOP, loc);
            return Ok(());
        }
        if size > 0 {
            self.check_length(size, CmpOp::GtE, state, loc);
        }
        let mut seen = Vec::new();
        for key in cx.exprs(keys) {
            self.mapping_key(pattern, key, &mut seen)?;
        }
        self.emit_arg(Op::BUILD_TUPLE, size as u32, loc);
        self.emit(Op::MATCH_KEYS, loc);
        // The keys and their values lie on top of the subject now.
        state.on_top += 2;
        self.not_none(loc);
        self.jump_to_fail_pop(state, Op::POP_JUMP_IF_FALSE, loc);
        self.emit_arg(Op::UNPACK_SEQUENCE, size as u32, loc);
        state.on_top += size;
        state.on_top -= 1;
        for &id in cx.unit().list(patterns) {
            state.on_top -= 1;
            self.subpattern(cx.pattern(id), state)?;
        }
        state.on_top -= 2;
        let Some(rest) = rest else {
            self.emit(Op::POP_TOP, loc);
            self.emit(Op::POP_TOP, loc);
            return Ok(());
        };
        // A copy of the subject without the keys.
        self.emit_arg(Op::BUILD_MAP, 0, loc);
        self.emit_arg(Op::SWAP, 3, loc);
        self.emit_arg(Op::DICT_UPDATE, 2, loc);
        self.emit_arg(Op::UNPACK_SEQUENCE, size as u32, loc);
        for left in (1..=size).rev() {
            self.emit_arg(Op::COPY, 1 + left as u32, loc);
            self.emit_arg(Op::SWAP, 2, loc);
            self.emit(Op::DELETE_SUBSCR, loc);
        }
        self.store_capture(Some(cx.name(rest)), state, loc)
    }

    fn or_pattern(&mut self, pattern: Pattern<'a>, patterns: PatternList, state: &mut State) -> Res {
        let cx = pattern.cx;
        let loc = pattern.loc();
        let end = self.new_label();
        let alternatives = cx.unit().list(patterns);
        // The names of the first alternative, which all others must bind too.
        let mut control: Vec<String> = Vec::new();
        for (i, &id) in alternatives.iter().enumerate() {
            let alternative = cx.pattern(id);
            let at = alternative.loc();
            let mut inner = State {
                allow_irrefutable: i + 1 == alternatives.len() && state.allow_irrefutable,
                ..State::default()
            };
            self.emit_arg(Op::COPY, 1, at);
            self.pattern(alternative, &mut inner)?;
            if i == 0 {
                control.clone_from(&inner.stores);
            } else if !self.reorder_captures(&control, &mut inner.stores, at) {
                return self.error("alternative patterns bind different names", loc);
            }
            self.jump(Op::JUMP, end, at);
            self.emit_fail_pops(&mut inner, at);
        }
        self.emit(Op::POP_TOP, loc);
        self.jump_to_fail_pop(state, Op::JUMP, loc);
        self.use_label(end);
        // The captures lie above the copy of the subject, what must stay on top and the earlier captures.
        let rotations = control.len() + 1 + state.on_top + state.stores.len();
        for name in control {
            self.rotate(rotations, loc);
            if state.stores.contains(&name) {
                return self.duplicate_capture(&name, loc);
            }
            state.stores.push(name);
        }
        self.emit(Op::POP_TOP, loc);
        Ok(())
    }

    /// Brings the captures of an alternative into the order of the first one's; false if the names differ.
    fn reorder_captures(&mut self, control: &[String], stores: &mut Vec<String>, loc: Location) -> bool {
        if stores.len() != control.len() {
            return false;
        }
        for wanted in (0..control.len()).rev() {
            let Some(found) = stores.iter().position(|name| *name == control[wanted]) else { return false };
            if found != wanted {
                let rotations = found + 1;
                let rotated: Vec<String> = stores.drain(..rotations).collect();
                let at = wanted - found;
                stores.splice(at..at, rotated);
                for _ in 0..rotations {
                    self.rotate(wanted + 1, loc);
                }
            }
        }
        true
    }
}

/// Python's `==` between keys: numbers of different types can be equal.
fn equal(a: &Const, b: &Const) -> bool {
    let number = |c: &Const| match c {
        Const::Bool(b) => Some((f64::from(*b), 0.0)),
        Const::Int(n) if n.unsigned_abs() < 1 << 53 => Some((*n as f64, 0.0)),
        Const::Float(x) => Some((*x, 0.0)),
        Const::Complex(re, im) => Some((*re, *im)),
        _ => None,
    };
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}
