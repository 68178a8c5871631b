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
        let (mut i, mut right, mut out) = (0, middle, start);
        let result = self.merge_low_from(&left, &mut i, &mut right, &mut out, end);
        // What is left of the copy fills the gap, after an error too.
        self.order[out..out + left.len() - i].copy_from_slice(&left[i..]);
        self.scratch = left;
        result
    }

    fn merge_low_from(
        &mut self,
        left: &[u32],
        i: &mut usize,
        right: &mut usize,
        out: &mut usize,
        end: usize,
    ) -> Result<(), E> {
        let (mut left_wins, mut right_wins) = (0usize, 0usize);
        while *i < left.len() && *right < end {
            if left_wins.max(right_wins) < self.min_gallop {
                if (self.less)(self.order[*right], left[*i])? {
                    self.order[*out] = self.order[*right];
                    *right += 1;
                    right_wins += 1;
                    left_wins = 0;
                } else {
                    self.order[*out] = left[*i];
                    *i += 1;
                    left_wins += 1;
                    right_wins = 0;
                }
                *out += 1;
                continue;
            }
            // Gallop: whole stretches at once.
            let key = self.order[*right];
            let less = &mut self.less;
            left_wins = gallop(&left[*i..], 0, |item| Ok(!less(key, item)?))?;
            self.order[*out..*out + left_wins].copy_from_slice(&left[*i..*i + left_wins]);
            *out += left_wins;
            *i += left_wins;
            if *i == left.len() {
                break;
            }
            let key = left[*i];
            right_wins = gallop(&self.order[*right..end], 0, |item| less(item, key))?;
            self.order.copy_within(*right..*right + right_wins, *out);
            *out += right_wins;
            *right += right_wins;
            if left_wins < MIN_GALLOP && right_wins < MIN_GALLOP {
                self.min_gallop += 1;
                (left_wins, right_wins) = (0, 0);
            } else {
                self.min_gallop = self.min_gallop.saturating_sub(1).max(1);
                left_wins = left_wins.max(self.min_gallop);
            }
        }
        Ok(())
    }

    /// Merges with the right run copied out, from the back.
    fn merge_high(&mut self, start: usize, middle: usize, end: usize) -> Result<(), E> {
        let mut right = std::mem::take(&mut self.scratch);
        right.clear();
        right.extend_from_slice(&self.order[middle..end]);
        let (mut left, mut j, mut out) = (middle, right.len(), end);
        let result = self.merge_high_from(&right, start, &mut left, &mut j, &mut out);
        self.order[out - j..out].copy_from_slice(&right[..j]);
        self.scratch = right;
        result
    }

    fn merge_high_from(
        &mut self,
        right: &[u32],
        start: usize,
        left: &mut usize,
        j: &mut usize,
        out: &mut usize,
    ) -> Result<(), E> {
        let (mut left_wins, mut right_wins) = (0usize, 0usize);
        while *j > 0 && *left > start {
            if left_wins.max(right_wins) >= self.min_gallop {
                let (key, less) = (right[*j - 1], &mut self.less);
                let rest = &self.order[start..*left];
                let kept = gallop(rest, rest.len() - 1, |item| Ok(!less(key, item)?))?;
                left_wins = rest.len() - kept;
                self.order.copy_within(*left - left_wins..*left, *out - left_wins);
                *out -= left_wins;
                *left -= left_wins;
                right_wins = 0;
                if *left == start {
                    break;
                }
                if left_wins < MIN_GALLOP {
                    self.min_gallop += 1;
                    left_wins = 0;
                } else {
                    self.min_gallop = self.min_gallop.saturating_sub(1).max(1);
                }
            }
            if (self.less)(right[*j - 1], self.order[*left - 1])? {
                *left -= 1;
                *out -= 1;
                self.order[*out] = self.order[*left];
                left_wins += 1;
                right_wins = 0;
            } else {
                *j -= 1;
                *out -= 1;
                self.order[*out] = right[*j];
                right_wins += 1;
                left_wins = 0;
            }
        }
        Ok(())
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
