//! Comprehensions, inlined (PEP 709) or as functions of their own, and generator expressions.

use bytecode::{Op, PyString};
use symtable::{BlockId, BlockType, Flags, Node, Scope as NameScope, Symbol};
use syntax::ast::*;

use super::node::Expr;
use super::scope::{FBlockKind, ScopeKind};
use super::{Generator, ParamCounts, RED_ZONE, STACK_STEP};
use crate::errors::Res;
use crate::instr::{Label, Location};

/// A comprehension taken apart.
#[derive(Clone, Copy)]
struct Parts<'a> {
    whole: Expr<'a>,
    what: What<'a>,
    generators: &'a [Comprehension],
}

/// What a comprehension makes of its elements.
#[derive(Clone, Copy)]
enum What<'a> {
    Generator(Expr<'a>),
    List(Expr<'a>),
    Set(Expr<'a>),
    Dict(Expr<'a>, Expr<'a>),
}

/// What inlining changed, for undoing it.
#[derive(Default)]
struct Inlined {
    /// Names whose outer values wait on the stack.
    pushed: Vec<String>,
    /// Symbols that were hidden: name and what stood there.
    hidden_symbols: Vec<(String, Option<Symbol>)>,
    /// Names that became fast locals.
    fast_hidden: Vec<String>,
    cleanup: Option<Label>,
}

impl<'a> Generator<'a> {
    pub(super) fn comprehension(&mut self, expr: Expr<'a>) -> Res {
        let unit = expr.cx.unit();
        let (what, generators, name) = match expr.kind() {
            ExprKind::ListComp { elt, generators } => (What::List(expr.at(elt)), generators, "<listcomp>"),
            ExprKind::SetComp { elt, generators } => (What::Set(expr.at(elt)), generators, "<setcomp>"),
            ExprKind::DictComp { key, value, generators } => {
                (What::Dict(expr.at(key), expr.at(value)), generators, "<dictcomp>")
            }
            ExprKind::GeneratorExp { elt, generators } => {
                (What::Generator(expr.at(elt)), generators, "<genexpr>")
            }
            _ => return Ok(()),
        };
        let parts = Parts { whole: expr, what, generators: unit.list(generators) };
        let node = Node::Comprehension(expr.id);
        let Some(block) = self.table.lookup(expr.cx.index, node) else {
            self.expect(None, "a comprehension has a block");
            return Ok(());
        };
        if self.table.block(block).comp_inlined {
            self.inlined_comprehension(parts, block)
        } else {
            self.comprehension_function(parts, block, name)
        }
    }

    fn build_empty(&mut self, what: What<'a>, loc: Location) {
        let op = match what {
            What::Generator(_) => return,
            What::List(_) => Op::BUILD_LIST,
            What::Set(_) => Op::BUILD_SET,
            What::Dict(..) => Op::BUILD_MAP,
        };
        self.emit_arg(op, 0, loc);
    }

    /// Evaluates the outermost iterable and gets its iterator.
    fn outermost_iterator(&mut self, parts: Parts<'a>) -> Res {
        let first = parts.generators[0];
        let iter = parts.whole.at(first.iter);
        self.expr(iter)?;
        self.emit(if first.is_async { Op::GET_AITER } else { Op::GET_ITER }, iter.loc());
        Ok(())
    }

    fn comprehension_function(&mut self, parts: Parts<'a>, block: BlockId, name: &str) -> Res {
        let loc = parts.whole.loc();
        let is_async = self.table.block(block).coroutine;
        let params = ParamCounts { args: 1, ..ParamCounts::default() };
        self.enter_scope(ScopeKind::Comprehension, block, name, loc.line, None, params);
        self.build_empty(parts.what, loc);
        self.comprehension_loop(parts, 0, 0, false)?;
        let is_generator = matches!(parts.what, What::Generator(_));
        if is_generator {
            self.wrap_in_stopiteration_handler();
        } else {
            self.emit(Op::RETURN_VALUE, loc);
        }
        let code = self.leave_scope(true)?;
        self.make_closure(code, 0, loc)?;
        self.outermost_iterator(parts)?;
        self.emit_arg(Op::CALL, 0, loc);
        if is_async && !is_generator {
            self.await_value(0, loc);
        }
        Ok(())
    }

    fn inlined_comprehension(&mut self, parts: Parts<'a>, block: BlockId) -> Res {
        let loc = parts.whole.loc();
        self.outermost_iterator(parts)?;
        let mut inlined = self.enter_inlined(block);
        self.push_inlined_locals(block, &mut inlined, loc)?;
        self.build_empty(parts.what, loc);
        self.emit_arg(Op::SWAP, 2, loc);
        self.comprehension_loop(parts, 0, 0, true)?;
        self.pop_inlined_locals(&inlined, loc);
        self.leave_inlined(inlined);
        Ok(())
    }

    /// Makes the comprehension's names mean what they mean inside it (`_PyCompile_TweakInlinedComprehensionScopes`).
    fn enter_inlined(&mut self, block: BlockId) -> Inlined {
        let mut inlined = Inlined::default();
        let in_class = self.in_class_itself();
        let function_like = self.block().is_function_like();
        self.scope_mut().in_inlined_comprehension += 1;
        let symbols: Vec<(String, Symbol)> =
            self.table.symbols(block).map(|(name, symbol)| (name.to_owned(), symbol)).collect();
        for (name, symbol) in symbols {
            let outer = self.scope().symbol(self.table, &name);
            let outer_scope = outer.and_then(|s| s.scope);
            let differs = symbol.scope != outer_scope
                && symbol.scope != Some(NameScope::Free)
                && !(symbol.scope == Some(NameScope::Cell) && outer_scope == Some(NameScope::Free));
            let scope = self.scope_mut();
            if differs || in_class {
                let before = scope.overrides.insert(name.clone(), symbol);
                inlined.hidden_symbols.push((name.clone(), before));
            }
            if is_bound(symbol) && !function_like && scope.hidden.insert(name.clone()) {
                scope.meta.fasthidden.insert(PyString::from(name.as_str()));
                inlined.fast_hidden.push(name);
            }
        }
        inlined
    }

    fn leave_inlined(&mut self, inlined: Inlined) {
        let scope = self.scope_mut();
        scope.in_inlined_comprehension -= 1;
        for (name, before) in inlined.hidden_symbols {
            match before {
                Some(symbol) => drop(scope.overrides.insert(name, symbol)),
                None => drop(scope.overrides.remove(&name)),
            }
        }
        for name in inlined.fast_hidden {
            scope.hidden.remove(&name);
        }
    }

    /// In a class body, and not in a comprehension that was inlined into it.
    fn in_class_itself(&self) -> bool {
        self.block().kind == BlockType::Class && self.scope().in_inlined_comprehension == 0
    }

    /// Saves the outer values of the names that the comprehension binds.
    fn push_inlined_locals(&mut self, block: BlockId, inlined: &mut Inlined, loc: Location) -> Res {
        let symbols: Vec<(String, Symbol)> =
            self.table.symbols(block).map(|(name, symbol)| (name.to_owned(), symbol)).collect();
        for (name, symbol) in symbols {
            if !is_bound(symbol) {
                continue;
            }
            // In the bounds and defaults of a generic class a name is private once a type parameter is called so, which
            // can be one after the comprehension: then the comprehension's own table does not have it mangled.
            let slot = self.mangle(&name).into_owned();
            let index = self.scope_mut().meta.varnames.add_name(&slot);
            self.emit_arg(Op::LOAD_FAST_AND_CLEAR, index, loc);
            if symbol.scope == Some(NameScope::Cell) {
                // In a class the comprehension's own symbol is in force by now.
                let table = self.table;
                let scope = self.scope_mut();
                let outer = scope.symbol(table, &name).and_then(|symbol| symbol.scope);
                let cell = if outer == Some(NameScope::Free) {
                    let free = scope.free_index(&slot);
                    self.expect(free, "an iteration variable that is free outside has a cell")
                } else {
                    scope.meta.cellvars.add_name(&slot)
                };
                self.emit_arg(Op::MAKE_CELL, cell, loc);
            }
            inlined.pushed.push(slot);
        }
        if !inlined.pushed.is_empty() {
            self.emit_arg(Op::SWAP, inlined.pushed.len() as u32 + 1, loc);
            let cleanup = self.new_label();
            inlined.cleanup = Some(cleanup);
            self.push_block(FBlockKind::InlinedComprehension, None, None, loc)?;
            self.jump(Op::SETUP_FINALLY, cleanup, loc);
        }
        Ok(())
    }

    fn pop_inlined_locals(&mut self, inlined: &Inlined, loc: Location) {
        let Some(cleanup) = inlined.cleanup else { return };
        self.pop_block();
        self.emit(Op::POP_BLOCK, Location::NONE);
        let end = self.new_label();
        self.jump(Op::JUMP_NO_INTERRUPT, end, Location::NONE);
        self.use_label(cleanup);
        // The unfinished result lies below the exception.
        self.emit_arg(Op::SWAP, 2, Location::NONE);
        self.emit(Op::POP_TOP, Location::NONE);
        self.restore_inlined_locals(inlined, loc);
        self.emit_arg(Op::RERAISE, 0, Location::NONE);
        self.use_label(end);
        self.restore_inlined_locals(inlined, loc);
    }

    fn restore_inlined_locals(&mut self, inlined: &Inlined, loc: Location) {
        self.emit_arg(Op::SWAP, inlined.pushed.len() as u32 + 1, loc);
        for name in inlined.pushed.iter().rev() {
            let index = self.scope_mut().meta.varnames.add_name(name);
            self.emit_arg(Op::STORE_FAST_MAYBE_NULL, index, loc);
        }
    }

    /// The loop of generator `index`, with all further ones inside. `depth` counts the loops on the stack.
    fn comprehension_loop(&mut self, parts: Parts<'a>, index: usize, depth: u32, on_stack: bool) -> Res {
        stacker::maybe_grow(RED_ZONE, STACK_STEP, || {
            if parts.generators[index].is_async {
                self.async_loop(parts, index, depth, on_stack)
            } else {
                self.sync_loop(parts, index, depth, on_stack)
            }
        })
    }

    fn sync_loop(&mut self, parts: Parts<'a>, index: usize, mut depth: u32, on_stack: bool) -> Res {
        let generator = parts.generators[index];
        let loc = parts.whole.loc();
        let iter = parts.whole.at(generator.iter);
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        let mut loops = true;
        if index == 0 {
            if !on_stack {
                self.emit_arg(Op::LOAD_FAST, 0, loc);
            }
        } else if let Some(only) = single_element(iter) {
            // `for y in [f(x)]` is an assignment.
            self.expr(only)?;
            loops = false;
        } else {
            self.expr(iter)?;
            self.emit(Op::GET_ITER, iter.loc());
        }
        if loops {
            depth += 1;
            self.use_label(start);
            self.jump(Op::FOR_ITER, anchor, iter.loc());
        }
        self.expr(parts.whole.at(generator.target))?;
        self.conditions(parts, generator, if_cleanup, loc)?;
        let elt_loc = self.comprehension_inside(parts, index, depth)?;
        self.use_label(if_cleanup);
        if loops {
            self.jump(Op::JUMP, start, elt_loc);
            self.end_for(anchor);
        }
        Ok(())
    }

    fn async_loop(&mut self, parts: Parts<'a>, index: usize, depth: u32, on_stack: bool) -> Res {
        let generator = parts.generators[index];
        let loc = parts.whole.loc();
        let iter = parts.whole.at(generator.iter);
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let if_cleanup = self.new_label();
        if index == 0 {
            if !on_stack {
                self.emit_arg(Op::LOAD_FAST, 0, loc);
            }
        } else {
            self.expr(iter)?;
            self.emit(Op::GET_AITER, iter.loc());
        }
        self.use_label(start);
        self.push_block(FBlockKind::AsyncComprehensionGenerator, Some(start), None, loc)?;
        self.await_next(send, except, loc);
        self.expr(parts.whole.at(generator.target))?;
        self.conditions(parts, generator, if_cleanup, loc)?;
        let elt_loc = self.comprehension_inside(parts, index, depth + 1)?;
        self.use_label(if_cleanup);
        self.jump(Op::JUMP, start, elt_loc);
        self.pop_block();
        self.use_label(except);
        self.jump(Op::END_ASYNC_FOR, send, loc);
        Ok(())
    }

    fn conditions(&mut self, parts: Parts<'a>, generator: Comprehension, skip: Label, loc: Location) -> Res {
        for condition in parts.whole.cx.exprs(generator.ifs) {
            self.jump_if(condition, skip, false, loc)?;
        }
        Ok(())
    }

    /// What a loop does each time: the next loop, or the element. The element's place comes back.
    fn comprehension_inside(&mut self, parts: Parts<'a>, index: usize, depth: u32) -> Res<Location> {
        let is_last = index + 1 == parts.generators.len();
        if !is_last {
            self.comprehension_loop(parts, index + 1, depth, false)?;
        }
        let elt = match parts.what {
            What::Generator(elt) | What::List(elt) | What::Set(elt) | What::Dict(elt, _) => elt,
        };
        let mut loc = elt.loc();
        if !is_last {
            return Ok(loc);
        }
        self.expr(elt)?;
        match parts.what {
            What::Generator(_) => {
                self.emit_yield(loc);
                self.emit(Op::POP_TOP, loc);
            }
            What::List(_) => self.emit_arg(Op::LIST_APPEND, depth + 1, loc),
            What::Set(_) => self.emit_arg(Op::SET_ADD, depth + 1, loc),
            What::Dict(_, value) => {
                self.expr(value)?;
                let end = value.loc();
                loc = Location { end_line: end.end_line, end_col: end.end_col, ..loc };
                self.emit_arg(Op::MAP_ADD, depth + 1, loc);
            }
        }
        Ok(loc)
    }
}

/// Bound by the comprehension itself.
fn is_bound(symbol: Symbol) -> bool {
    symbol.flags.contains(Flags::DEF_LOCAL) && !symbol.flags.contains(Flags::DEF_NONLOCAL)
}

/// The element of a list or tuple display of one.
fn single_element(iter: Expr<'_>) -> Option<Expr<'_>> {
    match iter.kind() {
        ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } if elts.len() == 1 => {
            iter.cx.exprs(elts).next().filter(|elt| !elt.is_starred())
        }
        _ => None,
    }
}
