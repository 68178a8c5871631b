//! Whether a list of numbers is code that `re` could have made (`_validate` in `sre.c`).

use super::ops::{MAXGROUPS, at, category, info, op};

/// Why code was refused: there is nothing more to say of it.
struct Invalid;

type Checked<T = ()> = Result<T, Invalid>;

/// Whether `code` is a pattern's with so many groups.
pub(super) fn is_valid(code: &[u32], groups: usize) -> bool {
    let Some((&op::SUCCESS, body)) = code.split_last() else { return false };
    groups <= MAXGROUPS && matches!(Reader { rest: body }.sequence(groups, 0), Ok(None))
}

/// How deep instructions may contain each other: what `re` parses is far shallower.
const MAX_DEPTH: usize = 2000;

/// Code not read yet.
struct Reader<'a> {
    rest: &'a [u32],
}

impl<'a> Reader<'a> {
    fn word(&mut self) -> Checked<u32> {
        let (&word, rest) = self.rest.split_first().ok_or(Invalid)?;
        self.rest = rest;
        Ok(word)
    }

    fn take(&mut self, count: usize) -> Checked<&'a [u32]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Invalid)?;
        self.rest = rest;
        Ok(taken)
    }

    /// The words that a skip word at the front spans, that word itself counting as the first of `behind` others.
    fn block(&mut self, before: usize) -> Checked<Reader<'a>> {
        let skip = self.word()? as usize;
        Ok(Reader { rest: self.take(skip.checked_sub(before).ok_or(Invalid)?)? })
    }

    fn expect(&mut self, instructions: &[u32]) -> Checked<u32> {
        let word = self.word()?;
        if instructions.contains(&word) { Ok(word) } else { Err(Invalid) }
    }

    fn end(self) -> Checked {
        if self.rest.is_empty() { Ok(()) } else { Err(Invalid) }
    }

    /// Takes the last word off, which must be this one.
    fn ends_with(&mut self, instructions: &[u32]) -> Checked {
        let (last, rest) = self.rest.split_last().ok_or(Invalid)?;
        self.rest = rest;
        if instructions.contains(last) { Ok(()) } else { Err(Invalid) }
    }

    /// Instructions to the end. If a `JUMP` ends them, where it leads: so many words behind the end.
    fn sequence(mut self, groups: usize, depth: usize) -> Checked<Option<usize>> {
        if depth > MAX_DEPTH {
            return Err(Invalid);
        }
        while let Ok(instruction) = self.word() {
            match instruction {
                op::MARK if self.word()? as usize > 2 * groups + 1 => return Err(Invalid),
                op::MARK | op::SUCCESS | op::FAILURE | op::ANY | op::ANY_ALL => {}
                op::LITERAL
                | op::NOT_LITERAL
                | op::LITERAL_IGNORE
                | op::NOT_LITERAL_IGNORE
                | op::LITERAL_UNI_IGNORE
                | op::NOT_LITERAL_UNI_IGNORE
                | op::LITERAL_LOC_IGNORE
                | op::NOT_LITERAL_LOC_IGNORE => drop(self.word()?),
                op::AT if self.word()? > at::UNI_NON_BOUNDARY => return Err(Invalid),
                op::AT => {}
                op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE => {
                    let mut set = self.block(1)?;
                    set.ends_with(&[op::FAILURE])?;
                    set.charset()?;
                }
                op::INFO => self.block(1)?.info()?,
                op::BRANCH => self.branch(groups, depth)?,
                op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                    let mut body = self.block(1)?;
                    body.bounds()?;
                    body.ends_with(&[op::SUCCESS])?;
                    body.plain(groups, depth)?;
                }
                op::REPEAT | op::POSSESSIVE_REPEAT => {
                    // The skip leads to the instruction behind the body, not past it.
                    let mut body = self.block(1)?;
                    body.bounds()?;
                    body.plain(groups, depth)?;
                    let until: &[u32] = if instruction == op::REPEAT {
                        &[op::MAX_UNTIL, op::MIN_UNTIL]
                    } else {
                        &[op::SUCCESS]
                    };
                    self.expect(until)?;
                }
                op::ATOMIC_GROUP => {
                    let mut body = self.block(1)?;
                    body.ends_with(&[op::SUCCESS])?;
                    body.plain(groups, depth)?;
                }
                op::ASSERT | op::ASSERT_NOT => {
                    let mut body = self.block(1)?;
                    body.word()?;
                    body.ends_with(&[op::SUCCESS])?;
                    body.plain(groups, depth)?;
                }
                op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_UNI_IGNORE | op::GROUPREF_LOC_IGNORE
                    if self.word()? as usize >= groups =>
                {
                    return Err(Invalid);
                }
                op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_UNI_IGNORE | op::GROUPREF_LOC_IGNORE => {}
                op::GROUPREF_EXISTS => {
                    if self.word()? as usize >= groups {
                        return Err(Invalid);
                    }
                    // This skip counts from the group's number.
                    let then = self.block(2)?;
                    if let Some(length) = then.sequence(groups, depth + 1)? {
                        Reader { rest: self.take(length)? }.plain(groups, depth)?;
                    }
                }
                op::JUMP => {
                    let skip = self.word()? as usize;
                    self.end()?;
                    return skip.checked_sub(1).map(Some).ok_or(Invalid);
                }
                _ => return Err(Invalid),
            }
        }
        Ok(None)
    }

    /// Instructions that no `JUMP` ends.
    fn plain(self, groups: usize, depth: usize) -> Checked {
        match self.sequence(groups, depth + 1)? {
            None => Ok(()),
            Some(_) => Err(Invalid),
        }
    }

    /// The bounds of a repetition.
    fn bounds(&mut self) -> Checked {
        let (min, max) = (self.word()?, self.word()?);
        if min <= max { Ok(()) } else { Err(Invalid) }
    }

    /// Alternatives, each of which ends with a jump behind them all.
    fn branch(&mut self, groups: usize, depth: usize) -> Checked {
        let mut target = None;
        while self.rest.first().ok_or(Invalid)? != &0 {
            let body = self.block(1)?;
            let length = body.sequence(groups, depth + 1)?.ok_or(Invalid)?;
            let left = self.rest.len().checked_sub(length).ok_or(Invalid)?;
            if *target.get_or_insert(left) != left {
                return Err(Invalid);
            }
        }
        self.word()?;
        if target == Some(self.rest.len()) { Ok(()) } else { Err(Invalid) }
    }

    fn info(mut self) -> Checked {
        let flags = self.word()?;
        self.take(2)?;
        let (prefix, set) = (flags & info::PREFIX != 0, flags & info::CHARSET != 0);
        let known = info::PREFIX | info::LITERAL | info::CHARSET;
        if flags & !known != 0 || prefix && set || flags & info::LITERAL != 0 && !prefix {
            return Err(Invalid);
        }
        if prefix {
            let length = self.word()?;
            self.word()?;
            self.take(length as usize)?;
            if self.take(length as usize)?.iter().any(|&overlap| overlap >= length) {
                return Err(Invalid);
            }
        }
        if set {
            self.ends_with(&[op::FAILURE])?;
            return self.charset();
        }
        self.end()
    }

    fn charset(mut self) -> Checked {
        while let Ok(instruction) = self.word() {
            match instruction {
                op::NEGATE => {}
                op::LITERAL => drop(self.word()?),
                op::RANGE | op::RANGE_UNI_IGNORE => drop(self.take(2)?),
                op::CHARSET => drop(self.take(8)?),
                op::BIGCHARSET => {
                    let blocks = self.word()?;
                    let table = self.take(64)?;
                    if table
                        .iter()
                        .flat_map(|word| word.to_le_bytes())
                        .any(|block| u32::from(block) >= blocks)
                    {
                        return Err(Invalid);
                    }
                    self.take((blocks as usize).checked_mul(8).ok_or(Invalid)?)?;
                }
                op::CATEGORY if self.word()? > category::UNI_NOT_LINEBREAK => return Err(Invalid),
                op::CATEGORY => {}
                _ => return Err(Invalid),
            }
        }
        Ok(())
    }
}
