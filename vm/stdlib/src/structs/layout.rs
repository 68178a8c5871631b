//! What a format string says: items, their places and sizes.

/// Which byte comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

const NATIVE: Order = if cfg!(target_endian = "big") { Order::Big } else { Order::Little };

/// Items of one kind in a row.
#[derive(Debug)]
pub(super) struct Items {
    /// The format character.
    pub letter: u8,
    /// Where the first one is.
    pub offset: usize,
    /// Bytes of one.
    pub size: usize,
    /// How many there are.
    pub count: usize,
}

/// A format that was read.
#[derive(Debug)]
pub(super) struct Layout {
    pub order: Order,
    /// Whether items are as C has them, rather than of standard size and without alignment.
    pub native: bool,
    pub items: Vec<Items>,
    /// Bytes of the whole.
    pub size: usize,
    /// The number of values.
    pub values: usize,
}

/// Size and alignment of an item.
fn measure(letter: u8, native: bool) -> Option<(usize, usize)> {
    let (size, alignment) = match letter {
        b'x' | b'c' | b'b' | b'B' | b's' | b'p' | b'?' => (1, 1),
        b'h' | b'H' | b'e' => (2, 2),
        b'i' | b'I' | b'f' => (4, 4),
        b'q' | b'Q' | b'd' => (8, 8),
        b'F' => (8, 4),
        b'D' => (16, 8),
        b'l' | b'L' if native => (size_of::<std::ffi::c_long>(), align_of::<std::ffi::c_long>()),
        b'l' | b'L' => (4, 4),
        b'n' | b'N' | b'P' if native => (size_of::<usize>(), align_of::<usize>()),
        _ => return None,
    };
    Some((size, if native { alignment } else { 1 }))
}

impl Layout {
    /// Reads a format.
    ///
    /// # Errors
    /// The message of the `struct.error`.
    pub fn parse(format: &[u8]) -> Result<Layout, &'static str> {
        const TOO_LONG: &str = "total struct size too long";
        let (order, native, mut rest) = match format {
            [b'@', rest @ ..] => (NATIVE, true, rest),
            [b'=', rest @ ..] => (NATIVE, false, rest),
            [b'<', rest @ ..] => (Order::Little, false, rest),
            [b'>' | b'!', rest @ ..] => (Order::Big, false, rest),
            _ => (NATIVE, true, format),
        };
        let mut layout = Layout { order, native, items: Vec::new(), size: 0, values: 0 };
        while let Some((&first, after)) = rest.split_first() {
            rest = after;
            if matches!(first, b' ' | 9..=13) {
                continue;
            }
            let (mut letter, mut count) = (first, 1usize);
            if first.is_ascii_digit() {
                count = usize::from(first - b'0');
                loop {
                    let (&next, after) =
                        rest.split_first().ok_or("repeat count given without format specifier")?;
                    rest = after;
                    letter = next;
                    if !next.is_ascii_digit() {
                        break;
                    }
                    let grown = count.checked_mul(10).and_then(|n| n.checked_add((next - b'0').into()));
                    count = grown.filter(|n| isize::try_from(*n).is_ok()).ok_or(TOO_LONG)?;
                }
            }
            let (size, alignment) = measure(letter, native).ok_or("bad char in struct format")?;
            let offset = layout.size.checked_next_multiple_of(alignment).ok_or(TOO_LONG)?;
            let bytes = count.checked_mul(size).ok_or(TOO_LONG)?;
            layout.size =
                offset.checked_add(bytes).filter(|n| isize::try_from(*n).is_ok()).ok_or(TOO_LONG)?;
            match letter {
                b'x' => {}
                b's' | b'p' => {
                    layout.items.push(Items { letter, offset, size: count, count: 1 });
                    layout.values += 1;
                }
                _ => {
                    layout.items.push(Items { letter, offset, size, count });
                    layout.values += count;
                }
            }
        }
        Ok(layout)
    }
}
