//! `co_exceptiontable`: which handler an exception goes to (CPython's `InternalDocs/exception_handling.md`).
//!
//! Entries of four big-endian numbers of six bits a byte: start, length, target (in code units), and
//! depth × 2 + lasti. The first byte of an entry has bit 7 set, a byte that is followed by more of its number bit 6.

/// A range of instructions and its handler; offsets in code units.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    /// First code unit covered
    pub start: u32,
    /// Code unit after the last one covered
    pub end: u32,
    /// Where the handler starts
    pub target: u32,
    /// Depth the value stack is cut to
    pub depth: u32,
    /// The offset of the raising instruction is pushed before the exception
    pub lasti: bool,
}

/// Appends an entry to a table.
pub fn push(table: &mut Vec<u8>, entry: Entry) {
    let start = table.len();
    number(table, entry.start);
    table[start] |= 0x80;
    number(table, entry.end - entry.start);
    number(table, entry.target);
    number(table, entry.depth << 1 | u32::from(entry.lasti));
}

fn number(table: &mut Vec<u8>, value: u32) {
    for shift in [24, 18, 12, 6] {
        if value >> shift != 0 {
            table.push(0x40 | (value >> shift & 0x3f) as u8);
        }
    }
    table.push((value & 0x3f) as u8);
}

/// The entries of a table, in order. A malformed table ends early.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

/// Reads a table.
pub fn entries(table: &[u8]) -> Entries<'_> {
    Entries { bytes: table.iter() }
}

impl Entries<'_> {
    fn number(&mut self) -> Option<u32> {
        let mut value = 0u32;
        loop {
            let byte = *self.bytes.next()?;
            if value >> 26 != 0 {
                return None;
            }
            value = value << 6 | u32::from(byte & 0x3f);
            if byte & 0x40 == 0 {
                return Some(value);
            }
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let start = self.number()?;
        let end = start.checked_add(self.number()?)?;
        let target = self.number()?;
        let depth_lasti = self.number()?;
        Some(Entry { start, end, target, depth: depth_lasti >> 1, lasti: depth_lasti & 1 == 1 })
    }
}

/// The handler for an exception at code unit `unit`, if there is one. Entries are sorted and do not overlap.
pub fn find(table: &[u8], unit: u32) -> Option<Entry> {
    entries(table).take_while(|e| e.start <= unit).find(|e| unit < e.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let list = [
            Entry { start: 0, end: 1, target: 63, depth: 0, lasti: false },
            Entry { start: 64, end: 5000, target: 1 << 20, depth: 40, lasti: true },
            Entry { start: 1 << 25, end: (1 << 25) + 4096, target: 64, depth: 1, lasti: false },
        ];
        let mut table = Vec::new();
        list.into_iter().for_each(|e| push(&mut table, e));
        assert_eq!(entries(&table).collect::<Vec<_>>(), list);
        assert_eq!(find(&table, 4999), Some(list[1]));
        assert_eq!(find(&table, 5000), None);
    }
}
