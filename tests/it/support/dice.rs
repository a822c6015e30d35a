//! Chance by a seed, so that what a seed shows can be seen again.

/// Knuth's MMIX congruence.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// A place in a list of so many.
    pub fn of(&mut self, len: usize) -> usize {
        usize::try_from(self.throw(len as u64)).unwrap()
    }
}
