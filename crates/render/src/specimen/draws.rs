//! The chances that an invented invoice is made of.

/// A sequence of numbers that follows from a seed alone, on every machine and for ever: SplitMix64 (Steele, Lea and Flood, 2014), which a
/// general library might exchange for another from one version to the next.
#[derive(Debug, Clone)]
pub(crate) struct Draws(u64);

impl Draws {
    /// A sequence of its own for each purpose.
    pub(crate) fn new(seed: u64, purpose: &str) -> Draws {
        let mut draws = Draws(seed);
        for byte in purpose.bytes() {
            draws.0 = draws.next() ^ u64::from(byte);
        }
        draws
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to `end` without it; 0 for an empty range.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.next() % end }
    }

    /// From `start` to `end`, both included.
    pub(crate) fn between(&mut self, start: u64, end: u64) -> u64 {
        start + self.below(end.saturating_sub(start) + 1)
    }

    /// True so many times in a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several; the list must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// So many digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        self.letters("0123456789", count)
    }

    /// So many letters of an alphabet of ASCII.
    pub(crate) fn letters(&mut self, alphabet: &str, count: usize) -> String {
        (0..count).map(|_| char::from(*self.pick(alphabet.as_bytes()))).collect()
    }

    /// From the first to the second, evenly.
    pub(crate) fn within(&mut self, [from, to]: [f32; 2]) -> f32 {
        from + (to - from) * ((self.next() >> 40) as f32 / (1_u64 << 24) as f32)
    }

    /// Around 0 with a deviation of 1, as measuring errors fall: the sum of twelve even draws (Irwin and Hall).
    pub(crate) fn bell(&mut self) -> f32 {
        (0..12).map(|_| self.within([0.0, 1.0])).sum::<f32>() - 6.0
    }
}
