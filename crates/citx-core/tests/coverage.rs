//! Simulated populations with a known truth: 95 % intervals must hold it in about 95 % of fixed-seed samples.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, StringArray};
use citx_core::satisfaction::{ScoreOptions, Survey, SurveyOptions};
use citx_core::table::{Column, Table};

/// SplitMix64: enough randomness to draw respondents, the same everywhere.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const SAMPLES: usize = 2_000;

/// The share of samples whose interval holds `truth`.
fn coverage(truth: f64, mut draw: impl FnMut() -> Survey, method: &str) -> f64 {
    let mut options = ScoreOptions::default();
    options.method = method.into();
    let held = (0..SAMPLES).filter(|_| {
        let ci = draw().proportion("x", "yes", &options).expect("a share").ci;
        ci.0 <= truth && truth <= ci.1
    });
    held.count() as f64 / SAMPLES as f64
}

fn survey(x: Vec<bool>, weights: Vec<f64>, strata: Option<Vec<i64>>) -> Survey {
    let yes: StringArray = x.iter().map(|&x| Some(if x { "yes" } else { "no" })).collect();
    let mut columns = vec![Column::new("x", Arc::new(yes)), Column::new("w", Arc::new(Float64Array::from(weights)))];
    let mut options = SurveyOptions::default();
    options.weights = Some("w".into());
    if let Some(strata) = strata {
        columns.push(Column::new("s", Arc::new(Int64Array::from(strata))));
        options.strata = Some("s".into());
    }
    Survey::from_table(&Table::from_columns(columns).expect("a table"), &options).expect("a survey")
}

#[test]
fn intervals_of_simple_samples_cover() {
    for (truth, seed) in [(0.5, 1), (0.2, 2), (0.05, 3)] {
        let mut draws = Draws(seed);
        let simple = || survey((0..150).map(|_| draws.next() < truth).collect(), vec![1.0; 150], None);
        let covered = coverage(truth, simple, "wilson");
        assert!((0.935..=0.965).contains(&covered), "{truth}: {covered}");
    }
}

#[test]
fn intervals_of_weighted_strata_cover() {
    // Two strata of 80 % and 20 % of the population, sampled alike, so that weights differ by 4.
    let (shares, sizes) = ([0.3, 0.7], [0.8, 0.2]);
    let truth = shares[0] * sizes[0] + shares[1] * sizes[1];
    for method in ["wilson", "logit"] {
        let mut draws = Draws(4);
        let stratified = || {
            let strata: Vec<i64> = (0..160).map(|row| row % 2).collect();
            let x = strata.iter().map(|&stratum| draws.next() < shares[stratum as usize]).collect();
            survey(x, strata.iter().map(|&stratum| sizes[stratum as usize]).collect(), Some(strata))
        };
        let covered = coverage(truth, stratified, method);
        assert!((0.935..=0.965).contains(&covered), "{method}: {covered}");
    }
}
