//! The stable sort behind `list.sort` and `sorted`: CPython's run-adaptive merge sort (`listobject.c`, `listsort.txt`)
//! with the merge order of powersort.
//!
//! It sorts numbers of items, not items: whatever a comparison does or raises, no item is lost or counted twice.

/// How many wins in a row make a merge gallop.
const MIN_GALLOP: usize = 7;
/// Runs shorter than this are filled up by insertion.
const MAX_MINRUN: usize = 64;

struct Run {
    start: usize,
    len: usize,
    power: u32,
}

struct Sorter<'a, L> {
    order: &'a mut [u32],
    scratch: Vec<u32>,
    less: L,
    min_gallop: usize,
}

/// Sorts `order` (distinct numbers) so that no later one is less than an earlier one by `less(a, b)`; equal ones keep
/// their places. After an error the numbers are all there, in some order.
pub fn sort<E>(order: &mut [u32], less: impl FnMut(u32, u32) -> Result<bool, E>) -> Result<(), E> {
    let total = order.len();
    if total < 2 {
        return Ok(());
    }
    let mut sorter = Sorter { order, scratch: Vec::new(), less, min_gallop: MIN_GALLOP };
    let min_run = min_run(total);
    let mut runs: Vec<Run> = Vec::new();
    let mut start = 0;
    while start < total {
        let mut len = sorter.count_run(start)?;
        if len < min_run {
            let wanted = min_run.min(total - start);
            sorter.insertion_sort(start, start + wanted, start + len)?;
            len = wanted;
        }
        if let Some(last) = runs.last() {
            let power = power(last.start, last.len, len, total);
            while runs.len() > 1 && runs[runs.len() - 2].power > power {
                sorter.merge_top(&mut runs)?;
            }
            if let Some(last) = runs.last_mut() {
                last.power = power;
            }
        }
        runs.push(Run { start, len, power: 0 });
        start += len;
    }
    while runs.len() > 1 {
        let n = runs.len();
        if n > 2 && runs[n - 3].len < runs[n - 1].len {
            sorter.merge_at(&mut runs, n - 3)?;
        } else {
            sorter.merge_at(&mut runs, n - 2)?;
        }
    }
    Ok(())
}

/// A length between 32 and 64 (or all) such that `n` divided by it is a power of two or slightly less.
fn min_run(mut n: usize) -> usize {
    let mut odd = 0;
    while n >= MAX_MINRUN {
        odd |= n & 1;
        n >>= 1;
    }
    n + odd
}

/// The depth, in the ideal merge tree, of the node between two neighbouring runs.
fn power(start: usize, left: usize, right: usize, total: usize) -> u32 {
    let mut a = 2 * start + left;
    let mut b = a + left + right;
    let mut depth = 0;
    loop {
        depth += 1;
        if a >= total {
            a -= total;
            b -= total;
        } else if b >= total {
            return depth;
        }
        a <<= 1;
        b <<= 1;
    }
}

impl<E, L: FnMut(u32, u32) -> Result<bool, E>> Sorter<'_, L> {
    /// The length of the run at `start`; a descending one is turned round, equal items keeping their order.
    fn count_run(&mut self, start: usize) -> Result<usize, E> {
        let rest = self.order.len() - start;
        let mut n = 1;
        while n < rest && !(self.less)(self.order[start + n], self.order[start + n - 1])? {
            n += 1;
        }
        if n == rest || (n > 1 && (self.less)(self.order[start], self.order[start + n - 1])?) {
            return Ok(n);
        }
        // All equal so far, then a smaller one: a descending run. Groups of equal items are turned round first, so that
        // turning the whole run restores them.
        self.order[start..start + n].reverse();
        let mut group = n;
        n += 1;
        while n < rest {
            let (previous, next) = (self.order[start + n - 1], self.order[start + n]);
            if (self.less)(next, previous)? {
                self.order[start + group..start + n].reverse();
                group = n;
            } else if (self.less)(previous, next)? {
                break;
            }
            n += 1;
        }
        self.order[start + group..start + n].reverse();
        self.order[start..start + n].reverse();
        // What was the largest is last now, and more may follow it upwards.
        while n < rest && !(self.less)(self.order[start + n], self.order[start + n - 1])? {
            n += 1;
        }
        Ok(n)
    }

    /// Sorts `start..end`, of which `start..from` is sorted.
    fn insertion_sort(&mut self, start: usize, end: usize, from: usize) -> Result<(), E> {
        for at in from..end {
            let pivot = self.order[at];
            let (mut low, mut high) = (start, at);
            while low < high {
                let middle = low + (high - low) / 2;
                if (self.less)(pivot, self.order[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.order[low..=at].rotate_right(1);
        }
        Ok(())
    }

    fn merge_top(&mut self, runs: &mut Vec<Run>) -> Result<(), E> {
        let at = runs.len() - 2;
        self.merge_at(runs, at)
    }

    /// Merges runs `at` and `at + 1`.
    fn merge_at(&mut self, runs: &mut Vec<Run>, at: usize) -> Result<(), E> {
        let right = runs.remove(at + 1);
        let left = &mut runs[at];
        let (start, middle, end) = (left.start, right.start, right.start + right.len);
        left.len += right.len;
        left.power = right.power;
        // What is in place already at both ends takes no part.
        let first = self.order[middle];
        let less = &mut self.less;
        let low = start + gallop(&self.order[start..middle], 0, |item| Ok(!less(first, item)?))?;
        if low == middle {
            return Ok(());
        }
        let last = self.order[middle - 1];
        let right = &self.order[middle..end];
        let high = middle + gallop(right, right.len() - 1, |item| less(item, last))?;
        if high == middle {
            return Ok(());
        }
        if middle - low <= high - middle {
            self.merge_low(low, middle, high)
        } else {
            self.merge_high(low, middle, high)
        }
    }

    /// Merges with the left run copied out, from the front.
    fn merge_low(&mut self, start: usize, middle: usize, end: usize) -> Result<(), E> {
        let mut left = std::mem::take(&mut self.scratch);
        left.clear();
        left.extend_from_slice(&self.order[start..middle]);
        let mut at = Low { left: &left, copied: 0, right: middle, end, out: start };
        let result = self.merge_low_from(&mut at);
        // What is left of the copy fills the gap, after an error too.
        let rest = &left[at.copied..];
        self.order[at.out..at.out + rest.len()].copy_from_slice(rest);
        self.scratch = left;
        result
    }

    /// The comparisons of `merge_lo`. That the first of the right run comes first and the last of the left run last is
    /// known from [`merge_at`](Self::merge_at).
    fn merge_low_from(&mut self, at: &mut Low<'_>) -> Result<(), E> {
        if at.take_right(self.order, 1) {
            return Ok(());
        }
        loop {
            let (mut left_wins, mut right_wins) = (0, 0);
            while left_wins.max(right_wins) < self.min_gallop {
                let done = if (self.less)(self.order[at.right], at.left[at.copied])? {
                    (left_wins, right_wins) = (0, right_wins + 1);
                    at.take_right(self.order, 1)
                } else {
                    (left_wins, right_wins) = (left_wins + 1, 0);
                    at.take_left(self.order, 1)
                };
                if done {
                    return Ok(());
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop -= usize::from(self.min_gallop > 1);
                let (key, less) = (self.order[at.right], &mut self.less);
                left_wins = gallop(&at.left[at.copied..], 0, |item| Ok(!less(key, item)?))?;
                if at.take_left(self.order, left_wins) || at.take_right(self.order, 1) {
                    return Ok(());
                }
                let key = at.left[at.copied];
                right_wins = gallop(&self.order[at.right..at.end], 0, |item| less(item, key))?;
                if at.take_right(self.order, right_wins) || at.take_left(self.order, 1) {
                    return Ok(());
                }
                if left_wins.max(right_wins) < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
    }

    /// Merges with the right run copied out, from the back.
    fn merge_high(&mut self, start: usize, middle: usize, end: usize) -> Result<(), E> {
        let mut right = std::mem::take(&mut self.scratch);
        right.clear();
        right.extend_from_slice(&self.order[middle..end]);
        let mut at = High { right: &right, copied: right.len(), left: middle, start, out: end };
        let result = self.merge_high_from(&mut at);
        let rest = &right[..at.copied];
        self.order[at.out - rest.len()..at.out].copy_from_slice(rest);
        self.scratch = right;
        result
    }

    /// The comparisons of `merge_hi`, the mirror of [`merge_low_from`](Self::merge_low_from).
    fn merge_high_from(&mut self, at: &mut High<'_>) -> Result<(), E> {
        if at.take_left(self.order, 1) {
            return Ok(());
        }
        loop {
            let (mut left_wins, mut right_wins) = (0, 0);
            while left_wins.max(right_wins) < self.min_gallop {
                let done = if (self.less)(at.right[at.copied - 1], self.order[at.left - 1])? {
                    (left_wins, right_wins) = (left_wins + 1, 0);
                    at.take_left(self.order, 1)
                } else {
                    (left_wins, right_wins) = (0, right_wins + 1);
                    at.take_right(self.order, 1)
                };
                if done {
                    return Ok(());
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop -= usize::from(self.min_gallop > 1);
                let (key, less) = (at.right[at.copied - 1], &mut self.less);
                let rest = &self.order[at.start..at.left];
                left_wins = rest.len() - gallop(rest, rest.len() - 1, |item| Ok(!less(key, item)?))?;
                if at.take_left(self.order, left_wins) || at.take_right(self.order, 1) {
                    return Ok(());
                }
                let (key, rest) = (self.order[at.left - 1], &at.right[..at.copied]);
                right_wins = rest.len() - gallop(rest, rest.len() - 1, |item| less(item, key))?;
                if at.take_right(self.order, right_wins) || at.take_left(self.order, 1) {
                    return Ok(());
                }
                if left_wins.max(right_wins) < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
    }
}

/// How far a merge from the front is: `left` was copied out, of which `copied` items are back; the right run stayed in
/// place, at `right..end`.
struct Low<'a> {
    left: &'a [u32],
    copied: usize,
    right: usize,
    end: usize,
    out: usize,
}

impl Low<'_> {
    /// Moves items of the right run into place; whether nothing is left to be compared.
    fn take_right(&mut self, order: &mut [u32], count: usize) -> bool {
        order.copy_within(self.right..self.right + count, self.out);
        self.right += count;
        self.out += count;
        self.done(order)
    }

    fn take_left(&mut self, order: &mut [u32], count: usize) -> bool {
        order[self.out..self.out + count].copy_from_slice(&self.left[self.copied..self.copied + count]);
        self.copied += count;
        self.out += count;
        self.done(order)
    }

    fn done(&mut self, order: &mut [u32]) -> bool {
        if self.copied + 1 == self.left.len() && self.right < self.end {
            // The last of the left run belongs at the end.
            let rest = self.right..self.end;
            (self.right, self.out) = (self.end, self.out + rest.len());
            order.copy_within(rest.clone(), self.out - rest.len());
        }
        self.right == self.end || self.copied == self.left.len()
    }
}

/// How far a merge from the back is: `right` was copied out, of which the first `copied` items are not back yet; the
/// left run stayed in place, at `start..left`.
struct High<'a> {
    right: &'a [u32],
    copied: usize,
    left: usize,
    start: usize,
    out: usize,
}

impl High<'_> {
    /// Moves items of the left run into place; whether nothing is left to be compared.
    fn take_left(&mut self, order: &mut [u32], count: usize) -> bool {
        self.left -= count;
        self.out -= count;
        order.copy_within(self.left..self.left + count, self.out);
        self.done(order)
    }

    fn take_right(&mut self, order: &mut [u32], count: usize) -> bool {
        self.copied -= count;
        self.out -= count;
        order[self.out..self.out + count].copy_from_slice(&self.right[self.copied..self.copied + count]);
        self.done(order)
    }

    fn done(&mut self, order: &mut [u32]) -> bool {
        if self.copied == 1 && self.left > self.start {
            // The first of the right run belongs at the front.
            let rest = self.start..self.left;
            (self.left, self.out) = (self.start, self.out - rest.len());
            order.copy_within(rest, self.out);
        }
        self.left == self.start || self.copied == 0
    }
}

/// Moves the items to where `order` (which is used up) says: the item at `order[i]` comes to `i`.
pub fn arrange<T>(items: &mut [T], order: &mut [u32]) {
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at as u32) as usize;
            if from == start {
                break;
            }
            items.swap(at, from);
            at = from;
        }
    }
}

/// The number of leading items for which `before` holds (it holds for none behind one for which it does not):
/// exponential steps away from `hint`, then bisection.
fn gallop<E>(items: &[u32], hint: usize, mut before: impl FnMut(u32) -> Result<bool, E>) -> Result<usize, E> {
    let (mut low, mut high) = (0, items.len());
    let mut step = 1;
    if before(items[hint])? {
        low = hint + 1;
        while hint + step < items.len() {
            if !before(items[hint + step])? {
                high = hint + step;
                break;
            }
            low = hint + step + 1;
            step = step * 2 + 1;
        }
    } else {
        high = hint;
        while step <= hint {
            if before(items[hint - step])? {
                low = hint - step + 1;
                break;
            }
            high = hint - step;
            step = step * 2 + 1;
        }
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if before(items[middle])? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::sort;
    use std::convert::Infallible;

    /// Sorts the numbers of `keys` and checks order and stability against the standard library.
    fn check(keys: &[u32]) -> usize {
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        let mut expected = order.clone();
        expected.sort_by_key(|&i| keys[i as usize]);
        let mut comparisons = 0;
        let result: Result<(), Infallible> = sort(&mut order, |a, b| {
            comparisons += 1;
            Ok(keys[a as usize] < keys[b as usize])
        });
        assert!(result.is_ok());
        assert_eq!(order, expected);
        comparisons
    }

    fn noise(n: usize, below: u32) -> Vec<u32> {
        let mut x = 12345u64;
        let mut next = || {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (x >> 33) as u32 % below
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn sorts_all_shapes() {
        for n in [0, 1, 2, 3, 10, 63, 64, 65, 200, 1000, 5000] {
            for below in [1, 2, 10, 1_000_000] {
                let keys = noise(n, below);
                check(&keys);
                let mut sorted = keys.clone();
                sorted.sort();
                check(&sorted);
                let mut halves = sorted.clone();
                halves.rotate_left(n / 3);
                check(&halves);
                sorted.reverse();
                check(&sorted);
                halves.extend(sorted.iter().step_by(3));
                check(&halves);
            }
        }
    }

    #[test]
    fn items_are_arranged() {
        for n in [0, 1, 2, 7, 100] {
            let mut order: Vec<u32> = (0..n).map(|i| (i * 3 + 1) % n).collect();
            let wanted = order.clone();
            let mut items: Vec<u32> = (0..n).collect();
            super::arrange(&mut items, &mut order);
            assert_eq!(items, wanted);
        }
    }

    #[test]
    fn sorted_input_costs_one_comparison_an_item() {
        let ascending: Vec<u32> = (0..1000).collect();
        assert_eq!(check(&ascending), 999);
        let descending: Vec<u32> = (0..1000).rev().collect();
        assert!(check(&descending) < 2000);
    }

    #[test]
    fn an_error_loses_no_item() {
        let keys = noise(3000, 1000);
        for stop in [1, 100, 5000, 20_000, 25_000] {
            let mut order: Vec<u32> = (0..3000).collect();
            let mut left = stop;
            let result = sort(&mut order, |a, b| {
                left -= 1;
                if left == 0 { Err(()) } else { Ok(keys[a as usize] < keys[b as usize]) }
            });
            order.sort();
            assert!(order.iter().copied().eq(0..3000), "after {stop} comparisons: {result:?}");
        }
    }
}
