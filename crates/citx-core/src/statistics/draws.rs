use sha2::{Digest, Sha256};

/// A draw from [0, 1) that anyone can repeat: the first 53 bits of SHA-256 over `seed` and `counter`, 8 bytes each, little-endian, and
/// the bytes of `key`, over 2^53. It depends on nothing else, so neither the order of rows nor threads can change it.
///
/// ```
/// # use citx_core::statistics::draw;
/// // Python: (int.from_bytes(hashlib.sha256(struct.pack("<QQ", 7, 0) + b"C-17").digest()[:8], "big") >> 11) / 2**53
/// assert_eq!(draw(7, 0, "C-17"), 0.7496830846325281);
/// ```
pub fn draw(seed: u64, counter: u64, key: &str) -> f64 {
    (bits(seed, counter, key) >> 11) as f64 / (1_u64 << 53) as f64
}

fn bits(seed: u64, counter: u64, key: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(counter.to_le_bytes());
    hash.update(key.as_bytes());
    hash.finalize().iter().take(8).fold(0, |bits, &byte| bits << 8 | u64::from(byte))
}

/// Many draws in a row, where a hash for each would take too long: SplitMix64 (Steele, Lea and Flood 2014) from the 64 bits of
/// [`draw`] for a seed, a counter and the purpose of the draws.
#[derive(Clone, Debug)]
pub(crate) struct Draws(u64);

impl Draws {
    pub fn new(seed: u64, counter: u64, purpose: &str) -> Self {
        Self(bits(seed, counter, purpose))
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// One of 0..`n`, each as likely (Lemire 2019: multiplied, and drawn again where that would favour some).
    pub fn below(&mut self, n: u64) -> u64 {
        let least = n.wrapping_neg() % n.max(1);
        loop {
            let product = u128::from(self.next()) * u128::from(n);
            if product as u64 >= least {
                return (product >> 64) as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_those_of_the_published_function() {
        // Python 3.11, hashlib and struct, as in the example of `draw`
        assert_eq!(draw(0, 0, ""), 0.2159276604574586);
        assert_eq!(draw(u64::MAX, 3, "\u{e9}"), 0.21967812250789143);
        assert!((0..1000).all(|counter| (0.0..1.0).contains(&draw(1, counter, "x"))));
    }

    #[test]
    fn a_sequence_is_splitmix64_and_favours_nobody() {
        // Vigna's splitmix64.c from state 1234567
        let mut draws = Draws(1_234_567);
        assert_eq!(
            [draws.next(), draws.next(), draws.next()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
        let mut counts = [0_u32; 7];
        (0..70_000).for_each(|_| counts[draws.below(7) as usize] += 1);
        assert!(counts.iter().all(|count| count.abs_diff(10_000) < 400), "{counts:?}");
        assert_eq!(draws.below(1), 0);
    }
}
