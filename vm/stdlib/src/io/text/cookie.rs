//! The numbers that `TextIOWrapper.tell` gives: a place in the bytes, and what to do from there to have decoded so many
//! characters.

use num_bigint::{BigInt, Sign};

/// What such a number says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cookie {
    /// Where in the bytes decoding begins.
    pub start: i64,
    /// The decoder's state there.
    pub flags: i64,
    /// So many bytes are decoded.
    pub feed: i64,
    /// So many of the characters that come out were read.
    pub skip: i64,
    /// Whether the decoder is told that the text ends behind these bytes.
    pub at_end: bool,
}

impl Cookie {
    /// As a number: 64 bits for each part; the plain place if there is nothing else to say.
    pub fn pack(&self) -> BigInt {
        let parts = [self.start, self.flags, self.feed, self.skip, self.at_end.into()];
        let digits = parts.iter().flat_map(|part| {
            let part = part.cast_unsigned();
            [part as u32, (part >> 32) as u32]
        });
        BigInt::from_slice(Sign::Plus, &digits.collect::<Vec<u32>>())
    }

    /// The parts of a number; nothing if it has more, or larger ones.
    pub fn unpack(number: &BigInt) -> Option<Cookie> {
        let mut digits = number.magnitude().to_u64_digits();
        if digits.len() > 5 {
            return None;
        }
        digits.resize(5, 0);
        let part = |index: usize| i64::try_from(digits[index]).ok();
        Some(Cookie {
            start: part(0)?,
            flags: part(1)?,
            feed: part(2)?,
            skip: part(3)?,
            at_end: digits[4] != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_places_are_plain_numbers() {
        let place = Cookie { start: 12, ..Cookie::default() };
        assert_eq!(place.pack(), BigInt::from(12));
        let full = Cookie { start: 1, flags: 2, feed: 3, skip: 4, at_end: true };
        assert_eq!(Cookie::unpack(&full.pack()), Some(full));
    }
}
