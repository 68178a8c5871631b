//! Numbers for tests that change texts at random, and the same in every run.

use fastrand::Rng;

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
pub fn mutate(text: &str, parts: &[&str], random: &mut Rng) -> String {
    let mut pieces = pieces(text);
    for _ in 0..1 + random.usize(..4) {
        let (a, b) = (random.usize(..pieces.len()), random.usize(..pieces.len()));
        match random.usize(..6) {
            0 => drop(pieces.remove(a)),
            1 => pieces.insert(a, parts[random.usize(..parts.len())]),
            2 => pieces[a] = parts[random.usize(..parts.len())],
            3 => pieces.swap(a, b),
            4 => pieces.insert(a, pieces[b]),
            _ => {
                let end = (a + random.usize(..30)).min(pieces.len());
                let run: Vec<&str> = pieces.drain(a..end).collect();
                let at = random.usize(..pieces.len() + 1);
                pieces.splice(at..at, run);
            }
        }
        if pieces.is_empty() {
            pieces.push("");
        }
    }
    pieces.concat()
}
