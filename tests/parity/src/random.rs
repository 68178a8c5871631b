//! Numbers for tests that change texts at random, and the same in every run.

/// xorshift64*
pub struct Random(pub u64);

impl Random {
    /// A number from 0 up to `n`, without `n`; 0 if that is 0 too.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n.max(1)
    }
}

/// How many changed texts a test is to try: `MUTATIONS`, or what is quick.
pub fn how_many(quick: usize) -> usize {
    std::env::var("MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(quick)
}

/// The text cut into words, marks and blanks
fn pieces(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        _ if c.is_alphanumeric() || c == '_' => 0,
        ' ' => 1,
        _ => 2,
    };
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let this = kind(c);
        if at > 0 && (last != Some(this) || this == 2) {
            pieces.push(&text[start..at]);
            start = at;
        }
        last = Some(this);
    }
    pieces.push(&text[start..]);
    pieces
}

/// The text with a few of its pieces removed, doubled, moved, or replaced by some of `parts`.
pub fn mutate(text: &str, parts: &[&str], random: &mut Random) -> String {
    let mut pieces = pieces(text);
    for _ in 0..1 + random.below(4) {
        let (a, b) = (random.below(pieces.len()), random.below(pieces.len()));
        match random.below(6) {
            0 => drop(pieces.remove(a)),
            1 => pieces.insert(a, parts[random.below(parts.len())]),
            2 => pieces[a] = parts[random.below(parts.len())],
            3 => pieces.swap(a, b),
            4 => pieces.insert(a, pieces[b]),
            _ => {
                let end = (a + random.below(30)).min(pieces.len());
                let run: Vec<&str> = pieces.drain(a..end).collect();
                let at = random.below(pieces.len() + 1);
                pieces.splice(at..at, run);
            }
        }
        if pieces.is_empty() {
            pieces.push("");
        }
    }
    pieces.concat()
}
