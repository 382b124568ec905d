use super::{Estimate, Instrument};
use crate::table::nearest;
use crate::{Error, ErrorKind, Result};

/// Where a figure stands among its peers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Benchmark {
    /// 1 (best) to 4.
    pub quartile: u8,
    /// How many peers.
    pub peers: u64,
    /// Lower quartile, median, upper quartile of the peers, as proportions.
    pub quartiles: (f64, f64, f64),
    /// Rank among the peers (1 is best), where each peer's figure is known.
    pub rank: Option<u64>,
}

/// The place of one figure among several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// 1 is the highest figure; equal figures share the better rank.
    pub rank: u64,
    /// 1 (best) to 4.
    pub quartile: u8,
    /// How many have a figure.
    pub peers: u64,
}

const TSM: &str = include_str!("../../data/tsm_benchmarks.csv");

impl Instrument {
    /// Where `estimate` stands among its national peers. `peer` is a tenure such as `LCRA`, or a tenure and a type of landlord such as
    /// `LCRA:PRP`; `year` a reporting year such as `2024/25`. At a quartile's own figure the better quartile counts. The peers' single
    /// figures are not part of the benchmark, so there is no rank.
    ///
    /// # Errors
    /// `NotFound` for a measure, peer group or year without figures; `InsufficientData` for an estimate without a value.
    pub fn benchmark(&self, measure: &str, estimate: &Estimate, peer: &str, year: &str) -> Result<Benchmark> {
        let rows = if self.name() == "tsm-2022" { TSM } else { "" };
        let rows: Vec<Vec<&str>> =
            rows.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split(',').collect()).collect();
        let (tenure, kind) = peer.split_once(':').unwrap_or((peer, "ALL"));
        let found = rows.iter().find(|row| row.get(..4) == Some([year, tenure, kind, measure].as_slice()));
        let row = found.ok_or_else(|| self.missing(&rows, [year, tenure, kind, measure]))?;
        if !estimate.value.is_finite() {
            return Err(Error::new(ErrorKind::InsufficientData, format!("measure `{measure}` has no value to compare")));
        }
        let number = |at: usize| row.get(at).and_then(|cell| cell.parse::<f64>().ok()).unwrap_or(f64::NAN);
        let quartiles = (number(5) / 100.0, number(6) / 100.0, number(7) / 100.0);
        Ok(Benchmark { quartile: quartile(estimate.value, quartiles), peers: number(4) as u64, quartiles, rank: None })
    }

    /// The reporting years that there are national figures of, first to last.
    pub fn benchmark_years(&self) -> Vec<String> {
        let rows = if self.name() == "tsm-2022" { TSM } else { "" };
        let years = rows.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| line.split(',').next());
        years.map(str::to_owned).collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    fn missing(&self, rows: &[Vec<&str>], [year, tenure, kind, measure]: [&str; 4]) -> Error {
        if rows.is_empty() {
            return Error::new(ErrorKind::NotFound, format!("there is no benchmark for instrument `{}`", self.name()));
        }
        for (what, at, wanted) in [("year", 0, year), ("peer group", 1, tenure), ("type of landlord", 2, kind), ("measure", 3, measure)] {
            let known: Vec<&str> = rows.iter().filter_map(|row| row.get(at).copied()).collect();
            if !known.contains(&wanted) {
                let suggestion = nearest(wanted, known).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                return Error::new(ErrorKind::NotFound, format!("there is no benchmark for {what} `{wanted}`{suggestion}"));
            }
        }
        Error::new(ErrorKind::NotFound, format!("there is no benchmark for `{measure}` of `{tenure}:{kind}` in {year}"))
    }
}

/// The place of each figure among all of them, highest best. NaN has none. Quartiles by linear interpolation (type 7, as Excel's
/// QUARTILE.INC); at a quartile's own figure the better quartile counts.
///
/// ```
/// use citx_core::satisfaction::standings;
/// let places = standings(&[0.71, 0.80, f64::NAN, 0.80, 0.55]);
/// assert_eq!(places.iter().map(|place| place.map(|place| place.rank)).collect::<Vec<_>>(), [Some(3), Some(1), None, Some(1), Some(4)]);
/// ```
pub fn standings(values: &[f64]) -> Vec<Option<Standing>> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let quartiles = (quantile(&sorted, 0.25), quantile(&sorted, 0.5), quantile(&sorted, 0.75));
    let place = |&value: &f64| {
        let better = sorted.len() - sorted.partition_point(|other| *other <= value);
        Standing { rank: better as u64 + 1, quartile: quartile(value, quartiles), peers: sorted.len() as u64 }
    };
    values.iter().map(|value| (!value.is_nan()).then(|| place(value))).collect()
}

fn quartile(value: f64, (lower, median, upper): (f64, f64, f64)) -> u8 {
    [upper, median, lower].iter().position(|&bound| value >= bound).map_or(4, |at| at as u8 + 1)
}

/// A quantile of values that are sorted already, by linear interpolation: type 7 of Hyndman and Fan (1996), as Excel's QUARTILE.INC.
/// NaN without values.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len().saturating_sub(1)) as f64 * share;
    let at = |index: f64| sorted.get(index as usize).copied().unwrap_or(f64::NAN);
    let (below, above) = (at(place.floor()), at(place.ceil()));
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64) -> Estimate {
        Estimate { value, ..Estimate::blank() }
    }

    #[test]
    fn a_figure_finds_its_national_quartile() {
        let tsm = Instrument::builtin("tsm-2022").expect("ships with citx");
        let quartile = |value| tsm.benchmark("TP01", &estimate(value), "LCRA", "2023/24").expect("known").quartile;
        assert_eq!([quartile(0.80), quartile(0.784_134), quartile(0.75), quartile(0.65), quartile(0.30)], [1, 1, 2, 3, 4]);
        let benchmark = tsm.benchmark("TP01", &estimate(0.7), "LCRA:LA", "2023/24").expect("known");
        assert_eq!((benchmark.peers, benchmark.rank), (158, None));
        assert!((benchmark.quartiles.1 - 0.681_533).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_benchmark_is_said() {
        let tsm = Instrument::builtin("tsm-2022").expect("ships with citx");
        for (measure, peer, year) in [
            ("TP13", "LCRA", "2023/24"),
            ("TP01", "LCR", "2023/24"),
            ("TP01", "LCRA:X", "2023/24"),
            ("TP01", "LCRA", "2022/23"),
            ("TP02", "LCHO", "2023/24"),
            ("TP01", "LCHO:LA", "2023/24"),
        ] {
            assert_eq!(
                tsm.benchmark(measure, &estimate(0.5), peer, year).expect_err("unknown").kind(),
                ErrorKind::NotFound,
                "{measure} {peer} {year}"
            );
        }
        let error = tsm.benchmark("TP01", &estimate(f64::NAN), "LCRA", "2023/24").expect_err("no value");
        assert_eq!(error.kind(), ErrorKind::InsufficientData);
    }

    #[test]
    fn standings_share_ranks_and_skip_what_is_missing() {
        let places = standings(&[1.0, 2.0, 3.0, 4.0, f64::NAN, 4.0]);
        let places: Vec<_> = places.iter().map(|place| place.map(|place| (place.rank, place.quartile, place.peers))).collect();
        assert_eq!(places, [Some((5, 4, 5)), Some((4, 3, 5)), Some((3, 2, 5)), Some((1, 1, 5)), None, Some((1, 1, 5))]);
        assert!(standings(&[]).is_empty());
        assert_eq!(standings(&[0.5])[0].map(|place| (place.rank, place.quartile)), Some((1, 1)));
    }
}
