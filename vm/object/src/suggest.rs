//! Which name was probably meant (CPython's `suggestions.c` and `traceback._compute_suggestion_error`).

/// What an edit costs; a change of case costs less.
const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;
/// Longer names are not compared.
const MAX_LENGTH: usize = 40;
/// Longer lists are not searched.
const MAX_CANDIDATES: usize = 750;

/// The candidate nearest to `wrong`, if one is near enough.
pub fn closest<'a>(candidates: impl ExactSizeIterator<Item = &'a str>, wrong: &str) -> Option<&'a str> {
    if candidates.len() > MAX_CANDIDATES {
        return None;
    }
    let wrong_length = wrong.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == wrong {
            continue;
        }
        // No more than a third of the characters involved may need a change.
        let mut limit = (candidate.chars().count() + wrong_length + 3) * MOVE_COST / 6;
        if let Some((distance, _)) = best {
            limit = limit.min(distance - 1);
        }
        if let Some(distance) = distance(wrong, candidate, limit)
            && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

fn substitution(a: char, b: char) -> usize {
    if a == b {
        0
    } else if a.is_ascii() && b.is_ascii() && a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The weighted edit distance, if it is within `limit`.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (mut a, mut b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let prefix = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    a.drain(..prefix);
    b.drain(..prefix);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    a.truncate(a.len() - suffix);
    b.truncate(b.len() - suffix);
    if a.is_empty() || b.is_empty() {
        let cost = MOVE_COST * (a.len() + b.len());
        return (cost <= limit).then_some(cost);
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return None;
    }
    if b.len() < a.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if (b.len() - a.len()) * MOVE_COST > limit {
        return None;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE_COST).collect();
    let mut result = 0;
    for (i, &right) in b.iter().enumerate() {
        let mut diagonal = i * MOVE_COST;
        result = diagonal;
        let mut least = usize::MAX;
        for (place, &left) in row.iter_mut().zip(&a) {
            let substitute = diagonal + substitution(right, left);
            diagonal = *place;
            let shift = result.min(diagonal) + MOVE_COST;
            result = substitute.min(shift);
            *place = result;
            least = least.min(result);
        }
        if least > limit {
            return None;
        }
    }
    (result <= limit).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_names_are_found() {
        let names = ["append", "extend", "count", "Foo"];
        for (wrong, expected) in
            [("apend", Some("append")), ("foo", Some("Foo")), ("coutn", Some("count")), ("xyz", None)]
        {
            assert_eq!(closest(names.into_iter(), wrong), expected, "{wrong}");
        }
    }
}
