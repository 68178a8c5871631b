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
