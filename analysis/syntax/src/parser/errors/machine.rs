//! The machinery under the rules: tokens, going back, memory, the passes and what comes of them.

use rustc_hash::FxHashMap;
use text::LineIndex;

use super::raise::Raised;
use crate::error::{ErrorKind, SyntaxWarning};
use crate::parser::findings::{ParserError, Pass, Spot};

use crate::parser::{Mode, with_stack};
use crate::token::{Token, TokenKind as T};

/// The text to look at.
#[derive(Clone, Copy)]
pub(in crate::parser) struct Input<'a> {
    pub source: &'a str,
    pub lines: &'a LineIndex,
    pub tokens: &'a [Token],
    /// The token that the invalid statement starts with.
    pub start: usize,
    /// The token where the parser gave up. If the grammar has a statement end before it, it goes on with the next.
    pub until: usize,
    /// The token in whose place CPython's tokenizer reports an error.
    pub stop: usize,
    /// How the invalid part is read.
    pub mode: Mode,
    /// How the text is read that it is in.
    pub whole: Mode,
    /// See [`ParseOptions`](crate::parser::ParseOptions).
    pub barry_as_flufl: bool,
    /// The minor number of the version to be read, if it is not the newest.
    pub version: Option<u8>,
}

/// What came out.
pub(in crate::parser) struct Verdict {
    pub error: ParserError,
    /// Line, from 0, of the last token that was looked at.
    pub last_line: u32,
    /// The tokenizer's error was met before any of the parser.
    pub stopped: bool,
    /// CPython does not look for errors of the tokenizer any more.
    pub is_final: bool,
    /// It has nothing better to say than "invalid syntax".
    pub is_plain: bool,
    pub pass: Pass,
    /// The end of the last token that was looked at; past the text if that is the end.
    pub read: u32,
    /// So many tokens were looked at, from the first of the text.
    pub fill: usize,
    /// What was warned of on the way.
    pub warned: Vec<Warned>,
    /// Up to where the first pass came, and the last token there.
    pub first: Reached,
    pub last: Spot,
}

impl Verdict {
    /// The tokenizer's error ended the first pass.
    pub fn stopped_first(&self) -> bool {
        self.stopped && self.pass == Pass::First
    }

    /// Makes it that of a second pass that comes upon an error before.
    pub fn prefer(&mut self, error: &ParserError) {
        let Reached { last_line, read, fill, warned } = self.first;
        (self.error, self.last_line) = (error.after(self.last), last_line);
        (self.read, self.fill) = (read, fill);
        self.warned.truncate(warned);
        (self.stopped, self.is_final, self.is_plain) = (false, false, false);
    }
}

/// Where a pass of the parser ends.
#[derive(Clone, Copy)]
pub(in crate::parser) struct Reached {
    /// See [`Verdict`].
    last_line: u32,
    read: u32,
    /// So many tokens were looked at, from the first of the text.
    pub fill: usize,
    /// So many warnings.
    pub warned: usize,
}

/// A warning about a literal.
pub(in crate::parser) struct Warned {
    pub warning: SyntaxWarning,
    /// The end of the last token that had been looked at; past the text if that is the end.
    pub read: u32,
}

/// Number of a [`Node`].
pub(super) type N = u32;

/// What the messages need to know of an expression or pattern.
pub(super) struct Node {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
    /// Elements of tuples and lists, the value of a starred expression, the left side of a comparison by `in`,
    /// arguments of a call, the last part of a comprehension clause.
    pub parts: Vec<N>,
}

/// Kinds of nodes, as far as CPython's messages tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Attribute,
    Subscript,
    Starred,
    Name,
    List,
    Tuple,
    Lambda,
    Call,
    /// Arguments, among them an unpacked mapping.
    CallWithMapping,
    Operator,
    GeneratorExp,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    FString,
    TString,
    Bytes,
    None,
    True,
    False,
    Ellipsis,
    Literal,
    Imaginary,
    Compare,
    CompareIn,
    IfExp,
    NamedExpr,
    /// Not an expression.
    Other,
}

impl Kind {
    /// What the messages call it (`_PyPegen_get_expr_name`).
    pub fn name(self) -> &'static str {
        match self {
            Kind::Attribute => "attribute",
            Kind::Subscript => "subscript",
            Kind::Starred => "starred",
            Kind::Name => "name",
            Kind::List => "list",
            Kind::Tuple => "tuple",
            Kind::Lambda => "lambda",
            Kind::Call | Kind::CallWithMapping => "function call",
            Kind::Operator => "expression",
            Kind::GeneratorExp => "generator expression",
            Kind::Yield => "yield expression",
            Kind::Await => "await expression",
            Kind::ListComp => "list comprehension",
            Kind::SetComp => "set comprehension",
            Kind::DictComp => "dict comprehension",
            Kind::Dict => "dict literal",
            Kind::Set => "set display",
            Kind::FString => "f-string expression",
            Kind::TString => "t-string expression",
            Kind::None => "None",
            Kind::True => "True",
            Kind::False => "False",
            Kind::Ellipsis => "ellipsis",
            Kind::Literal | Kind::Imaginary | Kind::Bytes | Kind::Other => "literal",
            Kind::Compare | Kind::CompareIn => "comparison",
            Kind::IfExp => "conditional expression",
            Kind::NamedExpr => "named expression",
        }
    }
}

/// The rules whose results are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Rule {
    SimpleStmt,
    Block,
    Expression,
    StarExpression,
    NamedInvalid,
    Disjunction,
    Conjunction,
    Inversion,
    Factor,
    AwaitPrimary,
    Arguments,
    Strings,
    TString,
    StarTarget,
    TargetWithStarAtom,
    DelTarget,
    ClosedPattern,
    StarPattern,
    TypeParam,
    Import,
    BitwiseOr,
    BitwiseXor,
    BitwiseAnd,
    Shift,
    Sum,
    Term,
    Primary,
    TPrimary,
}

/// Steps after which an answer is no more looked for: nested mistakes can take exponential time, in CPython too. The
/// statement then gets a plain "invalid syntax".
fn max_steps(tokens: usize) -> u32 {
    const MAX_STEPS: usize = 3_000_000;
    (300_000 + 1_000 * tokens).min(MAX_STEPS) as u32
}

/// The same for a statement that is read to find out whether it is too new.
const MAX_STEPS_TOO_NEW: u32 = 30_000_000;

pub(in crate::parser) struct Machine<'a> {
    pub(super) input: Input<'a>,
    /// Index of the next token.
    pub(super) mark: usize,
    /// One past the last token looked at.
    pub(super) fill: usize,
    /// The `invalid_…` rules take part.
    pub(super) invalid: bool,
    warned: Vec<Warned>,
    pub(super) raised: Option<Raised>,
    /// The tokenizer's error was met.
    stopped: bool,
    memory: FxHashMap<(Rule, usize), (Option<N>, usize)>,
    nodes: Vec<Node>,
    /// Depth of brackets after each token from `levels_from` on.
    levels: Vec<u32>,
    levels_from: usize,
    steps: u32,
    max_steps: u32,
}

impl<'a> Machine<'a> {
    /// What is wrong with the statement, or the whole input of another mode. `None` if there is nothing wrong. With it
    /// comes how many tokens were looked at, from the first of the text.
    pub fn judge(input: Input<'a>) -> (Option<Verdict>, usize) {
        let start = input.start;
        let mut machine = Machine::new(input, max_steps(input.until.saturating_sub(start)));
        let valid = machine.run().is_some() && !machine.failed();
        if valid {
            return (None, machine.fill);
        }
        let (last, first) = (machine.fill - 1, machine.reached());
        let pass = if machine.failed() { Pass::First } else { Pass::Second };
        if pass == Pass::Second {
            machine.memory.clear();
            machine.mark = start;
            machine.invalid = true;
            machine.steps = 0;
            machine.run();
        }
        let looked_at = machine.fill;
        (Some(machine.verdict(last, pass, first)), looked_at)
    }

    /// What is taken for a mistake in a valid statement when one is looked for; with it comes how many tokens were looked
    /// at, from the first of the text.
    pub fn suspect(input: Input<'a>) -> (Option<ParserError>, usize) {
        let mut machine = Machine::new(input, max_steps(input.until.saturating_sub(input.start)));
        machine.invalid = true;
        machine.run();
        let in_time = machine.steps <= machine.max_steps;
        let raised = machine.raised.take().filter(|_| in_time);
        (raised.map(|raised| machine.error(raised)), machine.fill)
    }

    /// What is warned of while a mistake is looked for, from the start of a program on, if `looked_at` tokens were looked at
    /// before.
    pub fn second_warnings(input: Input<'a>, looked_at: usize) -> Vec<Warned> {
        let mut machine = Machine::new(input, MAX_STEPS_TOO_NEW);
        machine.invalid = true;
        machine.fill = machine.fill.max(looked_at);
        machine.all_statements();
        machine.warned
    }

    /// What is wrong with the first thing that the version to be read does not have; `None` if there is no such thing, or
    /// other mistakes come first.
    pub fn too_new(input: Input<'a>) -> Option<Verdict> {
        let mut machine = Machine::new(input, MAX_STEPS_TOO_NEW);
        if input.mode == Mode::Exec {
            machine.all_statements();
        } else {
            machine.run();
        }
        machine.raised.is_some().then(|| {
            let (last, first) = (machine.fill - 1, machine.reached());
            machine.verdict(last, Pass::First, first)
        })
    }

    fn new(input: Input<'a>, max_steps: u32) -> Machine<'a> {
        let start = input.start;
        Machine {
            input,
            mark: start,
            fill: start + 1,
            invalid: false,
            warned: Vec::new(),
            raised: None,
            stopped: false,
            memory: FxHashMap::default(),
            nodes: vec![Node { kind: Kind::Other, start: 0, end: 0, parts: Vec::new() }],
            levels: Vec::new(),
            levels_from: start,
            steps: 0,
            max_steps,
        }
    }

    /// Statements up to the first that is not valid.
    fn all_statements(&mut self) {
        while self.input.tokens[self.mark].kind != T::EndMarker
            && with_stack(|| self.statement()).is_some()
            && !self.failed()
        {
            self.memory.clear();
            self.steps = 0;
        }
    }

    /// Statements up to where the parser gave up.
    fn statements(&mut self) -> Option<N> {
        loop {
            let statement = self.statement()?;
            let ended = matches!(self.input.tokens[self.mark].kind, T::EndMarker | T::Dedent);
            if ended || self.mark > self.input.until {
                return Some(statement);
            }
        }
    }

    fn run(&mut self) -> Option<N> {
        with_stack(|| match self.input.mode {
            Mode::Exec => self.statements(),
            Mode::Single => self.statement_newline(),
            Mode::Eval => self.eval(),
            Mode::FuncType => self.func_type(),
        })
    }

    fn reached(&self) -> Reached {
        let last_line = self.line_of_token(self.fill - 1);
        Reached { last_line, read: self.read(), fill: self.fill, warned: self.warned.len() }
    }

    /// `last` is the last token that the first pass looked at, and `first` where it ended.
    fn verdict(mut self, last: usize, pass: Pass, first: Reached) -> Verdict {
        let exhausted = self.steps > self.max_steps;
        let Reached { last_line, read, .. } = self.reached();
        let (mut is_final, mut is_plain) = (false, false);
        let raised = self.raised.take().filter(|_| !exhausted).unwrap_or_else(|| {
            let unexpected = match self.input.tokens[last].kind {
                T::Indent => Some("unexpected indent"),
                T::Dedent => Some("unexpected unindent"),
                _ => None,
            };
            (is_final, is_plain) = (unexpected.is_some(), unexpected.is_none());
            let (kind, (start, end)) = match unexpected {
                Some(_) => (ErrorKind::IndentationError, (self.start_of(last), self.end_of(last))),
                None => (ErrorKind::SyntaxError, self.known_place(last)),
            };
            Raised {
                kind,
                message: unexpected.unwrap_or("invalid syntax").into(),
                mentions: None,
                is_at_last: false,
                start,
                end,
            }
        });
        let (start, end) = (self.start_of(last), self.end_of(last));
        let (place, range) = self.located(start, end);
        let last = Spot { place, range };
        Verdict {
            error: self.error(raised),
            last_line,
            stopped: self.stopped,
            is_final,
            is_plain,
            pass,
            read,
            fill: self.fill,
            warned: self.warned,
            first,
            last,
        }
    }

    /// Whether the search is over.
    #[inline]
    pub(super) fn failed(&self) -> bool {
        self.raised.is_some() || self.stopped || self.steps > self.max_steps
    }

    /// The next token, which is looked at with this.
    #[inline]
    pub(super) fn peek(&mut self) -> T {
        let last = self.input.tokens.len() - 1;
        let index = self.mark.min(last);
        let kind = self.input.tokens[index].kind;
        self.fill = self.fill.max(index + 1);
        self.stopped |= index >= self.input.stop;
        kind
    }

    /// Goes past a token of this kind.
    #[inline]
    pub(super) fn tok(&mut self, kind: T) -> Option<usize> {
        self.steps += 1;
        if self.failed() || self.peek() != kind || self.failed() {
            return None;
        }
        let at = self.mark;
        self.mark += usize::from(self.mark + 1 < self.input.tokens.len());
        Some(at)
    }

    /// Goes past one of these tokens.
    pub(super) fn tok_of(&mut self, kinds: &[T]) -> Option<usize> {
        kinds.iter().find_map(|kind| self.tok(*kind))
    }

    /// `NAME`
    pub(super) fn name(&mut self) -> Option<N> {
        self.steps += 1;
        if self.failed() || !self.peek().is_name() || self.failed() {
            return None;
        }
        let start = self.mark;
        self.mark += 1;
        Some(self.node(Kind::Name, start, Vec::new()))
    }

    pub(super) fn text(&self, token: usize) -> &'a str {
        &self.input.source[self.input.tokens[token].range]
    }

    /// The text of a node.
    pub(super) fn node_text(&self, node: N) -> &'a str {
        let Node { start, end, .. } = self.at(node);
        &self.input.source[*start as usize..*end as usize]
    }

    /// A node from the token `start` to here.
    pub(super) fn node(&mut self, kind: Kind, start: usize, parts: Vec<N>) -> N {
        let tokens = self.input.tokens;
        let mut last = self.mark.saturating_sub(1).max(start);
        while last > start && matches!(tokens[last].kind, T::Newline | T::Indent | T::Dedent | T::EndMarker) {
            last -= 1;
        }
        let (start, end) = (tokens[start].range.start.0, tokens[last].range.end.0);
        self.nodes.push(Node { kind, start, end, parts });
        (self.nodes.len() - 1) as N
    }

    pub(super) fn at(&self, node: N) -> &Node {
        &self.nodes[node as usize]
    }

    pub(super) fn kind(&self, node: N) -> Kind {
        self.at(node).kind
    }

    /// Remembers a warning: CPython issues it unless it looks for a better error.
    pub(super) fn warn(&mut self, warning: SyntaxWarning) {
        if !self.invalid {
            let read = self.read();
            self.warned.push(Warned { warning, read });
        }
    }

    /// The end of the last token looked at; past the text if that is the end.
    fn read(&self) -> u32 {
        match self.input.tokens[self.fill - 1] {
            Token { kind: T::EndMarker, range } => range.end.0 + 1,
            Token { range, .. } => range.end.0,
        }
    }

    /// One alternative: goes back if it fails.
    #[inline]
    pub(super) fn alt<R>(&mut self, rule: impl FnOnce(&mut Self) -> Option<R>) -> Option<R> {
        if self.failed() {
            return None;
        }
        let mark = self.mark;
        let result = rule(self);
        if result.is_none() || self.failed() {
            self.mark = mark;
            return None;
        }
        result
    }

    /// An alternative of the second pass.
    pub(super) fn alt_invalid<R>(&mut self, rule: impl FnOnce(&mut Self) -> Option<R>) -> Option<R> {
        if self.invalid { self.alt(rule) } else { None }
    }

    /// `[rule]`: fails only when the search is over.
    pub(super) fn opt<R>(&mut self, rule: impl FnOnce(&mut Self) -> Option<R>) -> Option<Option<R>> {
        let result = self.alt(rule);
        if self.failed() { None } else { Some(result) }
    }

    /// `&rule`
    pub(super) fn look<R>(&mut self, rule: impl FnOnce(&mut Self) -> Option<R>) -> Option<()> {
        let mark = self.mark;
        let found = self.alt(rule).is_some();
        self.mark = mark;
        if found && !self.failed() { Some(()) } else { None }
    }

    /// `!rule`
    pub(super) fn not<R>(&mut self, rule: impl FnOnce(&mut Self) -> Option<R>) -> Option<()> {
        let mark = self.mark;
        let found = self.alt(rule).is_some();
        self.mark = mark;
        if found || self.failed() { None } else { Some(()) }
    }

    /// `&` one of these tokens.
    pub(super) fn look_tok(&mut self, kinds: &[T]) -> Option<()> {
        self.look(|m| m.tok_of(kinds))
    }

    /// `!` one of these tokens.
    pub(super) fn not_tok(&mut self, kinds: &[T]) -> Option<()> {
        self.not(|m| m.tok_of(kinds))
    }

    /// `rule*`
    pub(super) fn many<R>(&mut self, mut rule: impl FnMut(&mut Self) -> Option<R>) -> Option<Vec<R>> {
        let mut items = Vec::new();
        loop {
            let before = self.mark;
            let Some(item) = self.alt(&mut rule) else { break };
            items.push(item);
            if self.mark == before {
                break;
            }
        }
        if self.failed() { None } else { Some(items) }
    }

    /// `rule+`
    pub(super) fn many1<R>(&mut self, rule: impl FnMut(&mut Self) -> Option<R>) -> Option<Vec<R>> {
        self.many(rule).filter(|items| !items.is_empty())
    }

    /// `','.rule+`
    pub(super) fn gather<R>(&mut self, rule: impl FnMut(&mut Self) -> Option<R>) -> Option<Vec<R>> {
        self.gather_by(T::Comma, rule)
    }

    /// `separator.rule+`
    pub(super) fn gather_by<R>(
        &mut self,
        separator: T,
        mut rule: impl FnMut(&mut Self) -> Option<R>,
    ) -> Option<Vec<R>> {
        let mut items = vec![rule(self)?];
        while let Some(item) = self.alt(|m| {
            m.tok(separator)?;
            rule(m)
        }) {
            items.push(item);
        }
        if self.failed() { None } else { Some(items) }
    }

    /// `&&token`: an error if it is not there.
    pub(super) fn force(&mut self, kind: T) -> Option<usize> {
        if let Some(token) = self.tok(kind) {
            return Some(token);
        }
        let text = kind.text().unwrap_or_default();
        self.raise_token(self.mark, format!("expected '{text}'"))
    }

    /// The result of a rule at this place, worked out once.
    pub(super) fn memo(&mut self, rule: Rule, work: impl FnOnce(&mut Self) -> Option<N>) -> Option<N> {
        if self.failed() {
            return None;
        }
        let key = (rule, self.mark);
        if let Some((result, mark)) = self.memory.get(&key) {
            self.mark = *mark;
            return *result;
        }
        self.steps += 1;
        let result = with_stack(|| work(self));
        if self.failed() {
            return None;
        }
        if result.is_none() {
            self.mark = key.1;
        }
        self.memory.insert(key, (result, self.mark));
        result
    }

    /// Depth of brackets after a token.
    pub(super) fn level(&mut self, token: usize) -> u32 {
        while self.levels.len() <= token - self.levels_from {
            let next = &self.input.tokens[self.levels_from + self.levels.len()];
            let level = self.levels.last().copied().unwrap_or(0);
            self.levels.push(match next.kind {
                T::LPar | T::LSqb | T::LBrace => level + 1,
                T::RPar | T::RSqb | T::RBrace => level.saturating_sub(1),
                _ => level,
            });
        }
        self.levels[token - self.levels_from]
    }

    /// `CHECK_VERSION`: an error if the version to be read is before 3.`minor`.
    pub(super) fn since(&mut self, minor: u8, what: &str) -> Option<()> {
        match self.input.version {
            Some(version) if version < minor && !self.failed() => {
                self.raise(format!("{what} only supported in Python 3.{minor} and greater"))
            }
            _ => Some(()),
        }
    }

    /// Offsets where a token starts and ends.
    pub(super) fn token_range(&self, token: usize) -> (u32, u32) {
        let range = self.input.tokens[token].range;
        (range.start.0, range.end.0)
    }
}
