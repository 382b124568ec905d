use std::sync::OnceLock;

/// What the processor offers. Every kernel gives the same bits at every level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// Nothing beyond the target's baseline.
    Portable,
    /// 256-bit vectors.
    Avx2,
    /// 512-bit vectors with byte permutes and bit matrices: Intel Ice Lake, AMD Zen 4 and later.
    Avx512,
}

impl Level {
    /// The best that this processor offers.
    pub fn detect() -> Self {
        static DETECTED: OnceLock<Level> = OnceLock::new();
        *DETECTED.get_or_init(Self::ask)
    }

    fn ask() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            let avx2 = has!("avx2") && has!("bmi1") && has!("bmi2") && has!("popcnt") && has!("lzcnt");
            let wide = has!("avx512f") && has!("avx512bw") && has!("avx512dq") && has!("avx512vl") && has!("avx512vpopcntdq");
            if avx2 && wide && has!("avx512vbmi") && has!("gfni") {
                return Self::Avx512;
            }
            if avx2 {
                return Self::Avx2;
            }
        }
        Self::Portable
    }

    /// Every level that this processor offers, ascending.
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Portable, Self::Avx2, Self::Avx512].into_iter().filter(|level| *level <= Self::detect())
    }

    /// This level, or the best that the processor offers if that is less.
    #[must_use]
    pub fn or_less(self) -> Self {
        self.min(Self::detect())
    }
}
