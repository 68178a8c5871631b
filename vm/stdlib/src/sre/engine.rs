//! Runs compiled patterns.
//!
//! A backtracking machine with its own stacks: a pattern never recurses on the native stack, however the text nests.
//! `choices` holds where to go on when a path fails; `trail` holds what to undo on the way back (marks, repetition
//! counts); `frames` holds the atomic sub-matches (look-around, atomic groups, possessive repetitions) under way, whose
//! choices are thrown away once they match.

use super::chars;
use super::charset::{in_category, in_charset};
use super::ops::{MAXREPEAT, at, info, op};

/// The text that is searched: characters by position.
#[allow(clippy::len_without_is_empty)]
pub trait Subject {
    /// The number of characters.
    fn len(&self) -> usize;
    /// The character at a position below the length.
    fn at(&self, index: usize) -> u32;
}

impl Subject for &[u8] {
    #[inline]
    fn len(&self) -> usize {
        <[u8]>::len(self)
    }
    #[inline]
    fn at(&self, index: usize) -> u32 {
        self[index].into()
    }
}

impl Subject for &[u16] {
    #[inline]
    fn len(&self) -> usize {
        <[u16]>::len(self)
    }
    #[inline]
    fn at(&self, index: usize) -> u32 {
        self[index].into()
    }
}

impl Subject for &[u32] {
    #[inline]
    fn len(&self) -> usize {
        <[u32]>::len(self)
    }
    #[inline]
    fn at(&self, index: usize) -> u32 {
        self[index]
    }
}

/// Where a match must start and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Anywhere at or behind the start.
    Search,
    /// At the start.
    Match,
    /// At the start, and over everything up to the end.
    FullMatch,
}

/// A match: its bounds and those of its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// For each group its bounds, if it took part.
    pub groups: Vec<Option<(usize, usize)>>,
    /// The number of the group that was closed last.
    pub last_index: Option<usize>,
}

impl Found {
    /// Whether it spans no characters.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// What searches a text with a pattern. `E` is why a search may be ended from outside.
pub trait Searcher<E> {
    /// The first match at or behind `from`. With `must_advance`, an empty match at `from` itself does not count.
    ///
    /// # Errors
    /// What the check says.
    fn run(&mut self, from: usize, anchor: Anchor, must_advance: bool) -> Result<Option<Found>, E>;
}

/// What to do when a path fails.
enum Choice {
    /// The next alternative of a `BRANCH`, whose skip word is at `pc`.
    Branch { pc: usize, ptr: usize },
    /// Give up one repetition of a greedy single-character loop.
    FewerOnes { tail: usize, start: usize, min: usize, count: usize },
    /// Take one more repetition in a lazy single-character loop.
    MoreOnes { item: usize, tail: usize, ptr: usize, left: usize },
    /// Leave a greedy loop: run what follows it.
    LeaveLoop { repeat: usize, tail: usize, ptr: usize },
    /// Repeat a lazy loop once more.
    RepeatLazy { repeat: usize, ptr: usize, count: i64 },
    /// The atomic sub-match on top of `frames` has no way left.
    FrameFailed,
}

/// What to undo on the way back.
enum Undo {
    Mark {
        index: usize,
        old: Option<usize>,
    },
    LastMark {
        mark: isize,
        index: Option<usize>,
    },
    Count {
        repeat: usize,
        old: i64,
        old_last: Option<usize>,
    },
    Current {
        old: Option<usize>,
    },
    /// A loop was entered.
    Entered,
}

/// An atomic sub-match under way.
struct Frame {
    kind: FrameKind,
    /// How many choices there were before its own `FrameFailed`.
    choices: usize,
    trail: usize,
    /// Where the outer match stands.
    ptr: usize,
}

enum FrameKind {
    Assert { tail: usize },
    AssertNot { tail: usize },
    Atomic { tail: usize },
    Possessive { body: usize, tail: usize, min: u32, max: u32, count: u32 },
}

/// A loop under way.
struct Repeat {
    /// Where the operands of its `REPEAT` are.
    pc: usize,
    count: i64,
    last: Option<usize>,
    outer: Option<usize>,
}

/// One search with a compiled pattern over one text.
pub struct Engine<'a, S, E> {
    code: &'a [u32],
    text: S,
    /// Where the text begins to count for look-behind and `^`.
    begin: usize,
    end: usize,
    start: usize,
    anchor: Anchor,
    must_advance: bool,
    marks: Vec<Option<usize>>,
    last_mark: isize,
    last_index: Option<usize>,
    choices: Vec<Choice>,
    trail: Vec<Undo>,
    frames: Vec<Frame>,
    repeats: Vec<Repeat>,
    current: Option<usize>,
    steps: u32,
    check: &'a mut dyn FnMut(u64) -> Result<(), E>,
}

/// How many steps pass between two questions whether to go on.
const STEPS_PER_CHECK: u32 = 1 << 16;
/// How many characters of a plain run count as one step.
const CHARACTERS_PER_STEP: usize = 16;

impl<'a, S: Subject, E> Engine<'a, S, E> {
    /// An engine for `code` with `groups` groups over `text[..end]`. `check` is asked now and then whether to go
    /// on, and told how many steps were made since.
    pub fn new(
        code: &'a [u32],
        groups: usize,
        text: S,
        end: usize,
        check: &'a mut dyn FnMut(u64) -> Result<(), E>,
    ) -> Self {
        let end = end.min(text.len());
        Engine {
            code,
            text,
            begin: 0,
            end,
            start: 0,
            anchor: Anchor::Match,
            must_advance: false,
            marks: vec![None; groups * 2],
            last_mark: -1,
            last_index: None,
            choices: Vec::new(),
            trail: Vec::new(),
            frames: Vec::new(),
            repeats: Vec::new(),
            current: None,
            steps: 0,
            check,
        }
    }

    fn next_candidate(&self, hints: &Hints<'_>, at: usize) -> Option<usize> {
        match hints.first {
            First::Any => Some(at),
            First::Char(c) => (at..self.end).find(|&i| self.text.at(i) == c),
            First::Set(set) => (at..self.end).find(|&i| in_charset(set, self.text.at(i))),
        }
    }

    fn try_at(&mut self, start: usize, must_advance: bool) -> Result<Option<Found>, E> {
        self.start = start;
        self.must_advance = must_advance;
        self.marks.fill(None);
        self.last_mark = -1;
        self.last_index = None;
        self.choices.clear();
        self.trail.clear();
        self.frames.clear();
        self.repeats.clear();
        self.current = None;
        let Some(end) = self.execute(0, start)? else { return Ok(None) };
        let groups = (0..self.marks.len() / 2)
            .map(|g| {
                let valid = (2 * g + 1) as isize <= self.last_mark;
                if valid { self.marks[2 * g].zip(self.marks[2 * g + 1]) } else { None }
            })
            .collect();
        Ok(Some(Found { start, end, groups, last_index: self.last_index }))
    }

    #[inline]
    fn word(&self, pc: usize) -> u32 {
        self.code.get(pc).copied().unwrap_or(op::FAILURE)
    }

    /// Where a skip word leads; nowhere useful if it leads nowhere.
    #[inline]
    fn skip(&self, pc: usize) -> usize {
        match self.word(pc) {
            0 => usize::MAX / 2,
            n => pc + n as usize,
        }
    }

    #[inline]
    fn peek(&self, ptr: usize) -> Option<u32> {
        if ptr < self.end { Some(self.text.at(ptr)) } else { None }
    }

    fn undo_to(&mut self, height: usize) {
        while self.trail.len() > height {
            match self.trail.pop() {
                Some(Undo::Mark { index, old }) => self.marks[index] = old,
                Some(Undo::LastMark { mark, index }) => {
                    self.last_mark = mark;
                    self.last_index = index;
                }
                Some(Undo::Count { repeat, old, old_last }) => {
                    self.repeats[repeat].count = old;
                    self.repeats[repeat].last = old_last;
                }
                Some(Undo::Current { old }) => self.current = old,
                Some(Undo::Entered) => drop(self.repeats.pop()),
                None => {}
            }
        }
    }

    fn set_current(&mut self, new: Option<usize>) {
        self.trail.push(Undo::Current { old: self.current });
        self.current = new;
    }

    fn set_count(&mut self, repeat: usize, count: i64, last: Option<usize>) {
        let r = &mut self.repeats[repeat];
        self.trail.push(Undo::Count { repeat, old: r.count, old_last: r.last });
        r.count = count;
        r.last = last;
    }

    fn set_mark(&mut self, index: usize, ptr: usize) {
        if index >= self.marks.len() {
            return;
        }
        self.trail.push(Undo::LastMark { mark: self.last_mark, index: self.last_index });
        if index & 1 == 1 {
            self.last_index = Some(index / 2 + 1);
        }
        if index as isize > self.last_mark {
            for skipped in (self.last_mark + 1) as usize..index {
                self.trail.push(Undo::Mark { index: skipped, old: self.marks[skipped] });
                self.marks[skipped] = None;
            }
            self.last_mark = index as isize;
        }
        self.trail.push(Undo::Mark { index, old: self.marks[index] });
        self.marks[index] = Some(ptr);
    }

    /// Runs from `pc` at `ptr`; where the match ends, if it matches.
    fn execute(&mut self, mut pc: usize, mut ptr: usize) -> Result<Option<usize>, E> {
        // The trail's height at each choice, kept beside it so that a choice stays small.
        let mut heights: Vec<usize> = Vec::new();
        macro_rules! choose {
            ($choice:expr) => {{
                heights.push(self.trail.len());
                self.choices.push($choice);
            }};
        }
        'path: loop {
            self.steps += 1;
            if self.steps >= STEPS_PER_CHECK {
                (self.check)(std::mem::take(&mut self.steps).into())?;
            }
            let instruction = self.word(pc);
            pc += 1;
            let went_on = match instruction {
                op::SUCCESS => match self.frames.pop() {
                    None => {
                        let whole = self.anchor != Anchor::FullMatch || ptr == self.end;
                        if whole && !(self.must_advance && ptr == self.start) {
                            return Ok(Some(ptr));
                        }
                        None
                    }
                    Some(frame) => {
                        self.choices.truncate(frame.choices);
                        heights.truncate(frame.choices);
                        match frame.kind {
                            FrameKind::Assert { tail } => Some((tail, frame.ptr)),
                            FrameKind::AssertNot { .. } => {
                                self.undo_to(frame.trail);
                                None
                            }
                            FrameKind::Atomic { tail } => Some((tail, ptr)),
                            FrameKind::Possessive { body, tail, min, max, count } => {
                                let count = count + 1;
                                let stuck = count >= min && ptr == frame.ptr;
                                if stuck || (max != MAXREPEAT && count >= max) {
                                    Some((tail, ptr))
                                } else {
                                    self.frames.push(Frame {
                                        kind: FrameKind::Possessive { body, tail, min, max, count },
                                        choices: self.choices.len(),
                                        trail: self.trail.len(),
                                        ptr,
                                    });
                                    choose!(Choice::FrameFailed);
                                    Some((body, ptr))
                                }
                            }
                        }
                    }
                },
                op::MARK => {
                    self.set_mark(self.word(pc) as usize, ptr);
                    Some((pc + 1, ptr))
                }
                op::AT => self.is_at(self.word(pc), ptr).then_some((pc + 1, ptr)),
                op::JUMP => Some((self.skip(pc), ptr)),
                op::INFO => Some((self.skip(pc), ptr)),
                op::BRANCH => {
                    choose!(Choice::Branch { pc, ptr });
                    None
                }
                op::REPEAT => {
                    self.repeats.push(Repeat { pc, count: -1, last: None, outer: self.current });
                    self.trail.push(Undo::Entered);
                    self.set_current(Some(self.repeats.len() - 1));
                    Some((self.skip(pc), ptr))
                }
                op::MAX_UNTIL | op::MIN_UNTIL => match self.current {
                    None => None,
                    Some(repeat) => {
                        let r = &self.repeats[repeat];
                        let (body, outer, last) = (r.pc + 3, r.outer, r.last);
                        let (min, max) = (self.word(r.pc + 1), self.word(r.pc + 2));
                        let count = r.count + 1;
                        let below_max = max == MAXREPEAT || count < max.into();
                        if count < min.into() {
                            self.set_count(repeat, count, last);
                            Some((body, ptr))
                        } else if instruction == op::MIN_UNTIL {
                            if below_max && last != Some(ptr) {
                                choose!(Choice::RepeatLazy { repeat, ptr, count });
                            }
                            self.set_current(outer);
                            Some((pc, ptr))
                        } else if below_max && last != Some(ptr) {
                            choose!(Choice::LeaveLoop { repeat, tail: pc, ptr });
                            self.set_count(repeat, count, Some(ptr));
                            Some((body, ptr))
                        } else {
                            self.set_current(outer);
                            Some((pc, ptr))
                        }
                    }
                },
                op::REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                    let (min, max) = (self.word(pc + 1) as usize, self.word(pc + 2));
                    let max = if max == MAXREPEAT { usize::MAX } else { max as usize };
                    let count = self.count_ones(pc + 3, ptr, max);
                    let tail = self.skip(pc);
                    if count < min {
                        None
                    } else {
                        if instruction == op::REPEAT_ONE && count > min {
                            choose!(Choice::FewerOnes { tail, start: ptr, min, count });
                        }
                        Some((tail, ptr + count))
                    }
                }
                op::MIN_REPEAT_ONE => {
                    let (min, max) = (self.word(pc + 1) as usize, self.word(pc + 2));
                    let tail = self.skip(pc);
                    if self.count_ones(pc + 3, ptr, min) < min {
                        None
                    } else {
                        let left =
                            if max == MAXREPEAT { usize::MAX } else { (max as usize).saturating_sub(min) };
                        let ptr = ptr + min;
                        if left > 0 {
                            choose!(Choice::MoreOnes { item: pc + 3, tail, ptr, left });
                        }
                        Some((tail, ptr))
                    }
                }
                op::POSSESSIVE_REPEAT => {
                    let (min, max) = (self.word(pc + 1), self.word(pc + 2));
                    let tail = self.skip(pc).saturating_add(1);
                    if max == 0 {
                        Some((tail, ptr))
                    } else {
                        let kind = FrameKind::Possessive { body: pc + 3, tail, min, max, count: 0 };
                        let (choices, trail) = (self.choices.len(), self.trail.len());
                        self.frames.push(Frame { kind, choices, trail, ptr });
                        choose!(Choice::FrameFailed);
                        Some((pc + 3, ptr))
                    }
                }
                op::ATOMIC_GROUP => {
                    let kind = FrameKind::Atomic { tail: self.skip(pc) };
                    let (choices, trail) = (self.choices.len(), self.trail.len());
                    self.frames.push(Frame { kind, choices, trail, ptr });
                    choose!(Choice::FrameFailed);
                    Some((pc + 1, ptr))
                }
                op::ASSERT | op::ASSERT_NOT => {
                    let back = self.word(pc + 1) as usize;
                    let tail = self.skip(pc);
                    if ptr - self.begin < back {
                        (instruction == op::ASSERT_NOT).then_some((tail, ptr))
                    } else {
                        let kind = if instruction == op::ASSERT {
                            FrameKind::Assert { tail }
                        } else {
                            FrameKind::AssertNot { tail }
                        };
                        let (choices, trail) = (self.choices.len(), self.trail.len());
                        self.frames.push(Frame { kind, choices, trail, ptr });
                        choose!(Choice::FrameFailed);
                        Some((pc + 2, ptr - back))
                    }
                }
                op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_UNI_IGNORE | op::GROUPREF_LOC_IGNORE => {
                    self.match_reference(instruction, self.word(pc) as usize, ptr).map(|ptr| (pc + 1, ptr))
                }
                op::GROUPREF_EXISTS => {
                    let next = match self.group(self.word(pc) as usize) {
                        Some(_) => pc + 2,
                        None => pc + self.word(pc + 1) as usize,
                    };
                    Some((next, ptr))
                }
                op::FAILURE => None,
                _ => self.match_one(pc - 1, ptr).map(|next| (next, ptr + 1)),
            };
            if let Some((next_pc, next_ptr)) = went_on {
                pc = next_pc;
                ptr = next_ptr;
                continue 'path;
            }
            // The path failed: back to the youngest choice.
            loop {
                let Some(choice) = self.choices.pop() else { return Ok(None) };
                let height = heights.pop().unwrap_or(0);
                self.undo_to(height);
                match choice {
                    Choice::Branch { pc: skip, ptr: at } => {
                        if self.word(skip) == 0 {
                            continue;
                        }
                        choose!(Choice::Branch { pc: self.skip(skip), ptr: at });
                        pc = skip + 1;
                        ptr = at;
                    }
                    Choice::FewerOnes { tail, start, min, count } => {
                        let Some(count) = self.fewer_ones(tail, start, min, count) else { continue };
                        if count > min {
                            choose!(Choice::FewerOnes { tail, start, min, count });
                        }
                        pc = tail;
                        ptr = start + count;
                    }
                    Choice::MoreOnes { item, tail, ptr: at, left } => {
                        if self.count_ones(item, at, 1) == 0 {
                            continue;
                        }
                        if left > 1 {
                            choose!(Choice::MoreOnes { item, tail, ptr: at + 1, left: left - 1 });
                        }
                        pc = tail;
                        ptr = at + 1;
                    }
                    Choice::LeaveLoop { repeat, tail, ptr: at } => {
                        let outer = self.repeats[repeat].outer;
                        self.set_current(outer);
                        pc = tail;
                        ptr = at;
                    }
                    Choice::RepeatLazy { repeat, ptr: at, count } => {
                        self.set_count(repeat, count, Some(at));
                        pc = self.repeats[repeat].pc + 3;
                        ptr = at;
                    }
                    Choice::FrameFailed => match self.frames.pop() {
                        Some(Frame { kind: FrameKind::AssertNot { tail }, ptr: at, .. }) => {
                            pc = tail;
                            ptr = at;
                        }
                        Some(Frame {
                            kind: FrameKind::Possessive { tail, min, count, .. }, ptr: at, ..
                        }) if count >= min => {
                            pc = tail;
                            ptr = at;
                        }
                        _ => continue,
                    },
                }
                break;
            }
        }
    }

    /// The largest smaller number of repetitions after which the tail can go on, by a look at its first character.
    fn fewer_ones(&self, tail: usize, start: usize, min: usize, count: usize) -> Option<usize> {
        let mut count = count.checked_sub(1)?;
        if self.word(tail) == op::LITERAL {
            let wanted = self.word(tail + 1);
            while self.peek(start + count) != Some(wanted) {
                if count <= min {
                    return None;
                }
                count -= 1;
            }
        }
        Some(count)
    }

    /// As [`Engine::count_ones_in_row`]; long rows count as steps.
    fn count_ones(&mut self, item: usize, ptr: usize, max: usize) -> usize {
        let count = self.count_ones_in_row(item, ptr, max);
        self.steps = self.steps.saturating_add((count / CHARACTERS_PER_STEP) as u32);
        count
    }

    /// How often the one-character item at `item` matches in a row, up to `max` times.
    fn count_ones_in_row(&self, item: usize, ptr: usize, max: usize) -> usize {
        let limit = ptr.saturating_add(max).min(self.end);
        let mut at = ptr;
        match self.word(item) {
            op::ANY_ALL => at = limit.max(ptr),
            op::LITERAL => {
                let c = self.word(item + 1);
                while at < limit && self.text.at(at) == c {
                    at += 1;
                }
            }
            op::IN => {
                let set = &self.code[(item + 2).min(self.code.len())..];
                while at < limit && in_charset(set, self.text.at(at)) {
                    at += 1;
                }
            }
            _ => {
                while at < limit && self.match_one(item, at).is_some() {
                    at += 1;
                }
            }
        }
        at - ptr
    }

    /// Matches one character by the instruction at `pc`; what follows the instruction.
    fn match_one(&self, pc: usize, ptr: usize) -> Option<usize> {
        let c = self.peek(ptr)?;
        let operand = self.word(pc + 1);
        let (matches, next) = match self.word(pc) {
            op::ANY => (!chars::is_linebreak(c), pc + 1),
            op::ANY_ALL => (true, pc + 1),
            op::LITERAL => (c == operand, pc + 2),
            op::NOT_LITERAL => (c != operand, pc + 2),
            op::LITERAL_IGNORE => (chars::ascii_lower(c) == operand, pc + 2),
            op::NOT_LITERAL_IGNORE => (chars::ascii_lower(c) != operand, pc + 2),
            op::LITERAL_UNI_IGNORE => (chars::unicode_lower(c) == operand, pc + 2),
            op::NOT_LITERAL_UNI_IGNORE => (chars::unicode_lower(c) != operand, pc + 2),
            op::LITERAL_LOC_IGNORE => (chars::same_in_c_locale(c, operand), pc + 2),
            op::NOT_LITERAL_LOC_IGNORE => (!chars::same_in_c_locale(c, operand), pc + 2),
            op::CATEGORY => (in_category(operand, c), pc + 2),
            in_set @ (op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE) => {
                let set = self.code.get(pc + 2..)?;
                let matches = match in_set {
                    op::IN => in_charset(set, c),
                    op::IN_IGNORE => in_charset(set, chars::ascii_lower(c)),
                    op::IN_UNI_IGNORE => in_charset(set, chars::unicode_lower(c)),
                    _ => {
                        let lower = chars::ascii_lower(c);
                        in_charset(set, lower) || in_charset(set, chars::ascii_upper(c))
                    }
                };
                (matches, self.skip(pc + 1))
            }
            _ => return None,
        };
        matches.then_some(next)
    }

    fn group(&self, group: usize) -> Option<(usize, usize)> {
        if (2 * group + 1) as isize > self.last_mark {
            return None;
        }
        let (start, end) =
            self.marks.get(2 * group).copied().flatten().zip(*self.marks.get(2 * group + 1)?)?;
        (start <= end).then_some((start, end))
    }

    fn match_reference(&self, instruction: u32, group: usize, ptr: usize) -> Option<usize> {
        let (start, end) = self.group(group)?;
        if end - start > self.end - ptr {
            return None;
        }
        let fold = |c: u32| match instruction {
            op::GROUPREF_IGNORE | op::GROUPREF_LOC_IGNORE => chars::ascii_lower(c),
            op::GROUPREF_UNI_IGNORE => chars::unicode_lower(c),
            _ => c,
        };
        (start..end)
            .zip(ptr..)
            .all(|(a, b)| fold(self.text.at(a)) == fold(self.text.at(b)))
            .then_some(ptr + (end - start))
    }

    fn is_at(&self, position: u32, ptr: usize) -> bool {
        let boundary = |is_word: fn(u32) -> bool| {
            let before = ptr > self.begin && is_word(self.text.at(ptr - 1));
            let after = self.peek(ptr).is_some_and(is_word);
            before != after
        };
        match position {
            at::BEGINNING | at::BEGINNING_STRING => ptr == self.begin,
            at::BEGINNING_LINE => ptr == self.begin || chars::is_linebreak(self.text.at(ptr - 1)),
            at::END => ptr == self.end || (ptr + 1 == self.end && chars::is_linebreak(self.text.at(ptr))),
            at::END_LINE => self.peek(ptr).is_none_or(chars::is_linebreak),
            at::END_STRING => ptr == self.end,
            at::BOUNDARY | at::LOC_BOUNDARY => boundary(chars::is_ascii_word),
            at::NON_BOUNDARY | at::LOC_NON_BOUNDARY => !boundary(chars::is_ascii_word),
            at::UNI_BOUNDARY => boundary(chars::is_unicode_word),
            at::UNI_NON_BOUNDARY => !boundary(chars::is_unicode_word),
            _ => false,
        }
    }
}

impl<S: Subject, E> Searcher<E> for Engine<'_, S, E> {
    fn run(&mut self, from: usize, anchor: Anchor, must_advance: bool) -> Result<Option<Found>, E> {
        self.anchor = anchor;
        if from > self.end {
            return Ok(None);
        }
        if anchor != Anchor::Search {
            return self.try_at(from, must_advance);
        }
        let hints = Hints::read(self.code);
        let mut at = from;
        while at + hints.min_width <= self.end {
            match self.next_candidate(&hints, at) {
                Some(candidate) => at = candidate,
                None => break,
            }
            let found = self.try_at(at, must_advance && at == from)?;
            if found.is_some() {
                return Ok(found);
            }
            // The beginning is nowhere else.
            if hints.is_anchored {
                break;
            }
            at += 1;
        }
        Ok(None)
    }
}

/// What the `INFO` block says of the first character.
enum First<'a> {
    Any,
    Char(u32),
    Set(&'a [u32]),
}

struct Hints<'a> {
    min_width: usize,
    first: First<'a>,
    /// Whether the pattern starts with what holds at the beginning of the text alone.
    is_anchored: bool,
}

impl<'a> Hints<'a> {
    fn read(code: &'a [u32]) -> Hints<'a> {
        let body = match code {
            [op::INFO, skip, ..] => code.get(1 + *skip as usize..).unwrap_or_default(),
            _ => code,
        };
        let is_anchored = matches!(body, [op::AT, at::BEGINNING | at::BEGINNING_STRING, ..]);
        let [op::INFO, _, mask, min, _max, rest @ ..] = code else {
            return Hints { min_width: 0, first: First::Any, is_anchored };
        };
        let first = match rest {
            [_len, _skip, first, ..] if mask & info::PREFIX != 0 => First::Char(*first),
            set if mask & info::CHARSET != 0 => First::Set(set),
            _ => First::Any,
        };
        Hints { min_width: *min as usize, first, is_anchored }
    }
}
