//! `co_linetable`: the source span of every instruction (PEP 657; CPython's `Objects/location.md`).
//!
//! A sequence of entries, each for one to eight code units: a byte `1 kkkk lll` (kind, length − 1) and the kind's
//! payload. Lines are deltas from the entry before, the first from `co_firstlineno`.

/// The source of a code unit: lines from 1, columns in UTF-8 bytes; `None` where unknown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Position {
    /// First line
    pub line: Option<i32>,
    /// Last line
    pub end_line: Option<i32>,
    /// Column of the start
    pub col: Option<i32>,
    /// Column of the end
    pub end_col: Option<i32>,
}

const ONE_LINE: u8 = 10;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NONE: u8 = 15;
/// Code units an entry can span
const MAX_UNITS: usize = 8;

/// Writes a line table entry by entry.
#[derive(Debug)]
pub struct Writer {
    bytes: Vec<u8>,
    line: i32,
}

impl Writer {
    /// Starts a table for a code object that begins at `firstlineno`, in memory that may have been used before.
    pub fn new(firstlineno: i32, mut memory: Vec<u8>) -> Writer {
        memory.clear();
        Writer { bytes: memory, line: firstlineno }
    }

    /// Says where the next `units` code units come from.
    pub fn push(&mut self, mut units: usize, position: Position) {
        if let Position { line: Some(line), end_line: Some(end_line), col: Some(col), end_col: Some(end) } =
            position
            && line == end_line
        {
            return self.push_on_line(units, line, col, end);
        }
        while units > 0 {
            let n = units.min(MAX_UNITS);
            self.long_entry(n, position);
            units -= n;
        }
    }

    /// The same for a place on one line.
    #[inline]
    pub fn push_on_line(&mut self, units: usize, line: i32, col: i32, end_col: i32) {
        if (1..=MAX_UNITS).contains(&units) {
            self.entry_on_line(units, line, col, end_col);
        } else {
            self.push_longer(units, line, col, end_col);
        }
    }

    fn push_longer(&mut self, mut units: usize, line: i32, col: i32, end_col: i32) {
        while units > 0 {
            let n = units.min(MAX_UNITS);
            self.entry_on_line(n, line, col, end_col);
            units -= n;
        }
    }

    /// The finished table
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn first_byte(kind: u8, units: usize) -> u8 {
        0x80 | kind << 3 | (units - 1) as u8
    }

    #[inline]
    fn entry_on_line(&mut self, units: usize, line: i32, col: i32, end_col: i32) {
        let delta = line.wrapping_sub(self.line);
        let width = end_col.wrapping_sub(col);
        if delta == 0 && (0..80).contains(&col) && (0..16).contains(&width) {
            let first = Writer::first_byte((col >> 3) as u8, units);
            self.bytes.extend_from_slice(&[first, ((col & 7) << 4 | width) as u8]);
        } else if (0..3).contains(&delta) && (0..128).contains(&col) && (0..128).contains(&end_col) {
            self.line = line;
            let first = Writer::first_byte(ONE_LINE + delta as u8, units);
            self.bytes.extend_from_slice(&[first, col as u8, end_col as u8]);
        } else {
            self.long_entry_on_line(units, line, col, end_col);
        }
    }

    #[cold]
    fn long_entry_on_line(&mut self, units: usize, line: i32, col: i32, end_col: i32) {
        let [line, col, end_col] = [line, col, end_col].map(Some);
        self.long_entry(units, Position { line, end_line: line, col, end_col });
    }

    /// An entry that is not of the short forms.
    fn long_entry(&mut self, units: usize, p: Position) {
        let Some(line) = p.line else {
            self.bytes.push(Writer::first_byte(NONE, units));
            return;
        };
        let delta = line.wrapping_sub(self.line);
        self.line = line;
        let single_line = p.end_line.is_none_or(|end| end == line);
        if single_line && (p.col.is_none() || p.end_col.is_none()) {
            self.bytes.push(Writer::first_byte(NO_COLUMNS, units));
            self.signed(delta);
            return;
        }
        self.bytes.push(Writer::first_byte(LONG, units));
        self.signed(delta);
        self.varint(p.end_line.unwrap_or(line).wrapping_sub(line) as u32);
        self.varint(p.col.map_or(0, |c| c.wrapping_add(1)) as u32);
        self.varint(p.end_col.map_or(0, |c| c.wrapping_add(1)) as u32);
    }

    fn varint(&mut self, mut value: u32) {
        while value >= 64 {
            self.bytes.push(0x40 | (value & 0x3f) as u8);
            value >>= 6;
        }
        self.bytes.push(value as u8);
    }

    fn signed(&mut self, value: i32) {
        self.varint(value.unsigned_abs() << 1 | u32::from(value < 0));
    }
}

/// An entry: how many code units, and their source
pub type Entry = (usize, Position);

/// Reads the entries of a table. A malformed table ends early; no bytes make it fail.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    bytes: &'a [u8],
    line: i32,
}

/// The entries of the table of a code object that begins at `firstlineno`.
pub fn entries(table: &[u8], firstlineno: i32) -> Entries<'_> {
    Entries { bytes: table, line: firstlineno }
}

impl Entries<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x3f).checked_shl(shift)?;
            if byte & 0x40 == 0 {
                return Some(value);
            }
            shift += 6;
        }
    }

    fn signed(&mut self) -> Option<i32> {
        let value = self.varint()?;
        let magnitude = (value >> 1) as i32;
        Some(if value & 1 == 1 { -magnitude } else { magnitude })
    }

    fn position(&mut self, kind: u8) -> Option<Position> {
        let single = |line, col: i32, end: i32| Position {
            line: Some(line),
            end_line: Some(line),
            col: Some(col),
            end_col: Some(end),
        };
        Some(match kind {
            0..ONE_LINE => {
                let byte = i32::from(self.byte()?);
                let col = i32::from(kind) << 3 | byte >> 4;
                single(self.line, col, col + (byte & 15))
            }
            ONE_LINE..NO_COLUMNS => {
                self.line = self.line.wrapping_add(i32::from(kind - ONE_LINE));
                let (col, end) = (self.byte()?, self.byte()?);
                single(self.line, col.into(), end.into())
            }
            NO_COLUMNS => {
                self.line = self.line.wrapping_add(self.signed()?);
                Position { line: Some(self.line), end_line: Some(self.line), col: None, end_col: None }
            }
            LONG => {
                self.line = self.line.wrapping_add(self.signed()?);
                let end_line = self.line.wrapping_add(self.varint()? as i32);
                let column = |c: u32| (c != 0).then(|| c.wrapping_sub(1) as i32);
                let (col, end_col) = (column(self.varint()?), column(self.varint()?));
                Position { line: Some(self.line), end_line: Some(end_line), col, end_col }
            }
            _ => Position::default(),
        })
    }
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let first = self.byte()?;
        let position = self.position(first >> 3 & 15)?;
        Some((usize::from(first & 7) + 1, position))
    }
}

/// `co_positions()`: the source of each code unit.
pub fn positions(table: &[u8], firstlineno: i32) -> impl Iterator<Item = Position> + '_ {
    entries(table, firstlineno).flat_map(|(units, p)| std::iter::repeat_n(p, units))
}

/// A run of code units from one line: `co_lines()`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineRun {
    /// First code unit
    pub start: usize,
    /// Code unit after the last
    pub end: usize,
    /// The line
    pub line: Option<i32>,
}

/// The runs of code units of one line each, in order.
pub fn lines(table: &[u8], firstlineno: i32) -> impl Iterator<Item = LineRun> + '_ {
    let mut rest = entries(table, firstlineno).peekable();
    let mut start = 0;
    std::iter::from_fn(move || {
        let (units, Position { line, .. }) = rest.next()?;
        let mut end = start + units;
        while let Some((units, _)) = rest.next_if(|(_, p)| p.line == line) {
            end += units;
        }
        let run = LineRun { start, end, line };
        start = end;
        Some(run)
    })
}

/// The line of the code unit `unit` (`PyCode_Addr2Line`).
pub fn line_of(table: &[u8], firstlineno: i32, unit: usize) -> Option<i32> {
    lines(table, firstlineno).find(|run| unit < run.end)?.line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: i32, end_line: i32, col: i32, end_col: i32) -> Position {
        Position { line: Some(line), end_line: Some(end_line), col: Some(col), end_col: Some(end_col) }
    }

    #[test]
    fn what_is_written_is_read() {
        let cases = [
            (1, at(10, 10, 0, 5)),
            (3, at(10, 10, 79, 94)),
            (20, at(12, 12, 100, 127)),
            (2, Position::default()),
            (1, at(3, 3, 0, 200)),
            (1, at(3, 9, 4, 1)),
            (2, Position { line: Some(500_000), end_line: Some(500_000), col: None, end_col: None }),
            (2, Position { line: Some(1), end_line: Some(2), col: None, end_col: None }),
        ];
        let mut writer = Writer::new(10, Vec::new());
        for (units, position) in cases {
            writer.push(units, position);
        }
        let table = writer.finish();
        let expect: Vec<_> = cases.iter().flat_map(|&(n, p)| std::iter::repeat_n(p, n)).collect();
        assert_eq!(positions(&table, 10).collect::<Vec<_>>(), expect);
        assert_eq!(line_of(&table, 10, 23), Some(12));
        assert_eq!(line_of(&table, 10, 24), None);
    }

    #[test]
    fn any_bytes_are_survived() {
        for a in 0..=255u8 {
            for b in [0, 1, 0x7f, 0xff] {
                lines(&[a, b, 0xff, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, b], i32::MAX).for_each(drop);
            }
        }
    }
}
