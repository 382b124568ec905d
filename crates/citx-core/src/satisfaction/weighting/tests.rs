use arrow_array::StringArray;
use proptest::prelude::*;

use super::*;
use crate::satisfaction::{ScoreOptions, SurveyOptions};

/// One row for each cell of a table of counts, weighted by its count.
fn grid(counts: &[&[f64]]) -> Survey {
    let cells =
        || counts.iter().enumerate().flat_map(|(row, counts)| counts.iter().enumerate().map(move |(column, &count)| (row, column, count)));
    let text = |name: &str, of: &dyn Fn((usize, usize, f64)) -> String| {
        Column::new(name, Arc::new(cells().map(|cell| Some(of(cell))).collect::<StringArray>()))
    };
    let table = Table::from_columns([
        text("row", &|(row, _, _)| format!("r{row}")),
        text("column", &|(_, column, _)| format!("c{column}")),
        Column::new("wt", Arc::new(cells().map(|(_, _, count)| Some(count)).collect::<Float64Array>())),
        Column::new("number", Arc::new(cells().map(|(row, column, _)| Some((row * 7 + column) as f64)).collect::<Float64Array>())),
    ]);
    let options = SurveyOptions { weights: Some("wt".into()), ..SurveyOptions::default() };
    Survey::from_table(&table.expect("columns of one length"), &options).expect("a survey")
}

fn margin(name: &str, prefix: &str, totals: &[f64]) -> Margin {
    let totals: Vec<_> = totals.iter().enumerate().map(|(at, &total)| (format!("{prefix}{at}"), total)).collect();
    Margin::new([name.to_owned()], totals)
}

fn margins(rows: &[f64], columns: &[f64]) -> [Margin; 2] {
    [margin("row", "r", rows), margin("column", "c", columns)]
}

fn weights(survey: &Survey) -> Vec<f64> {
    survey.weights().expect("answers")
}

#[test]
fn published_tables_are_raked_to_their_published_cells() {
    // ipfn's own test, on which R's rake agrees
    let raked = grid(&[&[8.0, 4.0, 6.0, 7.0], &[3.0, 6.0, 5.0, 2.0], &[9.0, 11.0, 3.0, 1.0]])
        .rake(&margins(&[20.0, 18.0, 22.0], &[18.0, 16.0, 12.0, 14.0]), &RakeOptions::default())
        .expect("raked");
    let expected = [5.579361, 2.162467, 3.891874, 8.366298, 3.433200, 5.322603, 5.321828, 3.922370, 8.987439, 8.514931, 2.786299, 1.711332];
    assert!(weights(&raked).iter().zip(expected).all(|(ours, theirs)| (ours - theirs).abs() < 1e-6), "{:?}", weights(&raked));
    // Wikipedia, "Iterative proportional fitting"
    let raked = grid(&[&[40.0, 30.0, 20.0, 10.0], &[35.0, 50.0, 100.0, 75.0], &[30.0, 80.0, 70.0, 120.0], &[20.0, 30.0, 40.0, 50.0]])
        .rake(&margins(&[150.0, 300.0, 400.0, 150.0], &[200.0, 300.0, 400.0, 100.0]), &RakeOptions::default())
        .expect("raked");
    let expected = [
        64.5585, 46.2325, 35.3843, 3.8247, 49.9679, 68.1594, 156.4985, 25.3742, 56.7219, 144.4282, 145.0825, 53.7673, 28.7516, 41.1800,
        63.0347, 17.0337,
    ];
    assert!(weights(&raked).iter().zip(expected).all(|(ours, theirs)| (ours - theirs).abs() < 5e-5), "{:?}", weights(&raked));
    // Kalton and Flores-Cervantes 2003, as in R survey's tests/kalton.R: factors of raking to two decimals
    let sample: [&[f64]; 3] = [&[20.0, 50.0, 100.0, 30.0], &[40.0, 140.0, 50.0, 100.0], &[40.0, 310.0, 50.0, 70.0]];
    let people: [[f64; 4]; 3] = [[80.0, 60.0, 170.0, 55.0], [40.0, 150.0, 60.0, 165.0], [55.0, 340.0, 200.0, 125.0]];
    let rows: Vec<f64> = people.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..4).map(|at| people.iter().map(|row| row[at]).sum()).collect();
    let raked = grid(&sample).rake(&margins(&rows, &columns), &RakeOptions::default()).expect("raked");
    let factors: Vec<f64> = weights(&raked).iter().zip(sample.concat()).map(|(weight, count)| weight / count).collect();
    let expected = [1.81, 1.08, 2.20, 1.83, 1.45, 0.87, 1.76, 1.47, 2.02, 1.21, 2.45, 2.04];
    assert!(factors.iter().zip(expected).all(|(ours, theirs)| (ours - theirs).abs() < 0.0051), "{factors:?}");
}

#[test]
fn a_synthetic_tsm_sample_is_weighted_as_by_r_and_weightipy() {
    let (stock, age, satisfied): (Vec<&str>, Vec<&str>, Vec<f64>) = {
        let groups = [("GN", "u55", "10010"), ("GN", "55p", "111011011"), ("SH", "u55", "1"), ("SH", "55p", "11101")];
        let rows = groups
            .iter()
            .flat_map(|(stock, age, answers)| answers.chars().map(move |answer| (*stock, *age, f64::from(u8::from(answer == '1')))));
        let rows: Vec<_> = rows.collect();
        (rows.iter().map(|row| row.0).collect(), rows.iter().map(|row| row.1).collect(), rows.iter().map(|row| row.2).collect())
    };
    let table = Table::from_columns([
        Column::new("stock", Arc::new(StringArray::from(stock))),
        Column::new("age", Arc::new(StringArray::from(age))),
        Column::new("satisfied", Arc::new(Float64Array::from(satisfied))),
    ])
    .expect("columns of one length");
    let survey = Survey::from_table(&table, &SurveyOptions { frame_size: Some(2000), ..SurveyOptions::default() }).expect("a survey");
    let of =
        |name: &str, totals: [(&str, f64); 2]| Margin::new([name.to_owned()], totals.map(|(category, total)| (category.to_owned(), total)));
    let (stock, age) = (of("stock", [("GN", 1600.0), ("SH", 400.0)]), of("age", [("u55", 1100.0), ("55p", 900.0)]));
    let raked = survey.rake(&[stock.clone(), age], &RakeOptions::default()).expect("raked");
    let ours = weights(&raked);
    for (at, theirs) in [(5, 71.134_438_96), (0, 191.958_009_88), (15, 51.958_009_88), (14, 140.209_950_61)] {
        assert!((ours[at] - theirs).abs() < 1e-8, "{at}: {}", ours[at]);
    }
    let weighting = raked.weighting().expect("a weighting");
    assert!((weighting.deff - 1.314_686_838).abs() < 1e-9 && (weighting.n_eff - 15.212_748_33).abs() < 1e-8);
    assert!((weighting.efficiency - 0.760_637).abs() < 1e-6 && weighting.deff_before == 1.0);
    let share = raked.proportion("satisfied", "1", &ScoreOptions::default()).expect("a share");
    assert!((share.value - 0.614_949_541_3).abs() < 1e-10 && (share.std_error - 0.1233).abs() < 5e-5, "{share:?}");
    let post =
        survey.post_stratify(&stock).expect("post-stratified").proportion("satisfied", "1", &ScoreOptions::default()).expect("a share");
    assert!((post.value - 0.680_952_38).abs() < 1e-8 && (post.std_error - 0.1091).abs() < 5e-5, "{post:?}");
}

#[test]
fn what_cannot_be_met_is_named_before_the_first_round() {
    let survey = grid(&[&[1.0, 2.0], &[3.0, 0.0]]);
    let problem = |result: Result<Survey>| result.expect_err("bad totals").to_string();
    let stratify = |totals: &[f64]| problem(survey.post_stratify(&margin("row", "r", totals)));
    assert!(stratify(&[1.0]).contains("category `r1` of the sample has no total"));
    assert!(stratify(&[1.0, 2.0, 3.0]).contains("nobody in the sample is of category `r2`"));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(stratify(&[bad, 2.0]).contains("must be above 0"));
    }
    let unlike = margins(&[5.0, 5.0], &[5.0, 6.0]);
    assert!(problem(survey.rake(&unlike, &RakeOptions::default())).contains("add up to"));
    let crossed = Margin::new(
        ["row".to_owned(), "column".to_owned()],
        [("r0 x c0", 1.0), ("r0 x c1", 1.0), ("r1 x c0", 1.0), ("r1 x c1", 1.0)].map(|(category, total)| (category.to_owned(), total)),
    );
    assert!(problem(survey.post_stratify(&crossed)).contains("nobody with a weight is of category `r1 x c1`"));
    // r1 is all c0, so that c0 cannot have less than r1.
    let stuck = survey.rake(&margins(&[1.0, 9.0], &[2.0, 8.0]), &RakeOptions::default()).expect_err("impossible");
    assert_eq!(stuck.kind(), ErrorKind::NotConverged);
    let twice =
        Margin::new(["row".to_owned()], [("r0", 1.0), ("r0", 2.0), ("r1", 1.0)].map(|(category, total)| (category.to_owned(), total)));
    assert!(problem(survey.post_stratify(&twice)).contains("there twice"));
    let narrow =
        CalibrateOptions { margins: vec![margin("row", "r", &[9.0, 1.0])], bounds: Some((0.9, 1.1)), ..CalibrateOptions::default() };
    assert_eq!(survey.calibrate(&narrow).expect_err("too narrow").kind(), ErrorKind::NotConverged);
    let unbounded =
        CalibrateOptions { margins: vec![margin("row", "r", &[3.0, 3.0])], distance: "logit".into(), ..CalibrateOptions::default() };
    assert_eq!(survey.calibrate(&unbounded).expect_err("no bounds").kind(), ErrorKind::InvalidArgument);
    assert_eq!(survey.calibrate(&CalibrateOptions::default()).expect_err("nothing to meet").kind(), ErrorKind::InvalidArgument);
    assert_eq!(survey.trim(&TrimOptions::default()).expect_err("no bound").kind(), ErrorKind::InvalidArgument);
    let all = TrimOptions { lower: Some(10.0), upper: Some(11.0), ..TrimOptions::default() };
    assert!(problem(survey.trim(&all)).contains("no weight lies within"));
    assert!(problem(survey.rake(&[], &RakeOptions::default())).contains("needs a margin"));
}

#[test]
fn trimming_keeps_the_sum_and_says_how_many() {
    let survey = grid(&[&[1.0, 2.0, 3.0], &[4.0, 5.0, 85.0]]);
    for (rule, largest) in [("redistribute", 50.0), ("strict", 50.0), ("rescale", 100.0 / 65.0 * 50.0)] {
        let options = TrimOptions { upper: Some(50.0), rule: rule.into(), ..TrimOptions::default() };
        let weighting = survey.trim(&options).expect("trimmed").weighting().expect("a weighting");
        assert_eq!(weighting.trimmed, 1, "{rule}");
        assert!((weighting.largest - largest).abs() < 1e-9, "{rule}: {}", weighting.largest);
    }
    let of_mean = TrimOptions { upper: Some(3.0), of: "mean".into(), ..TrimOptions::default() };
    assert!((survey.trim(&of_mean).expect("trimmed").weighting().expect("a weighting").largest - 50.0).abs() < 1e-9);
    let sum: f64 = weights(&survey.trim(&of_mean).expect("trimmed")).iter().sum();
    assert!((sum - 100.0).abs() < 1e-9);
}

#[test]
fn weights_at_the_ends_of_the_range_have_their_effective_sample_size() {
    for scale in [1e-300, 1e-160, 1.0, 1e160, 1e300] {
        let raked =
            grid(&[&[8.0 * scale, 2.0 * scale], &[4.0 * scale, 6.0 * scale]]).post_stratify(&margin("row", "r", &[3.0 * scale, scale]));
        let weighting = raked.expect("post-stratified").weighting().expect("a weighting");
        assert!((weighting.n_eff_before - 400.0 / 120.0).abs() < 1e-9, "{scale}: {}", weighting.n_eff_before);
        assert!((weighting.n_eff - 16.0 / 6.64).abs() < 1e-9, "{scale}: {}", weighting.n_eff);
    }
}

#[test]
fn no_order_of_rows_changes_a_bit_of_a_weighting() {
    // Two margins whose cells do not fit one table, and one more.
    let rows: Vec<usize> = (0..900).collect();
    let made = |order: &dyn Fn(usize) -> usize| {
        let text = |name: &str, of: &dyn Fn(usize) -> usize| {
            Column::new(name, Arc::new(rows.iter().map(|&row| Some(format!("c{}", of(order(row))))).collect::<StringArray>()))
        };
        let number = |name: &str, of: &dyn Fn(usize) -> f64| {
            Column::new(name, Arc::new(rows.iter().map(|&row| Some(of(order(row)))).collect::<Float64Array>()))
        };
        let table = Table::from_columns([
            text("a", &|row| row % 300),
            text("b", &|row| row * 7 % 290),
            text("c", &|row| row % 4),
            number("wt", &|row| 0.1 + ((row * row) as f64).sin().abs()),
            number("y", &|row| (row as f64).cos()),
        ]);
        let options = SurveyOptions { weights: Some("wt".into()), ..SurveyOptions::default() };
        let survey = Survey::from_table(&table.expect("columns of one length"), &options).expect("a survey");
        let even = |name: &str, count: usize| {
            Margin::new([name.to_owned()], (0..count).map(|at| (format!("c{at}"), 1.0 / count as f64)).collect::<Vec<_>>())
        };
        let raked =
            survey.rake(&[even("a", 300), even("b", 290), even("c", 4)], &RakeOptions { tolerance: 1e-9, ..RakeOptions::default() });
        let raked = raked.expect("raked");
        let weighting = raked.weighting().expect("a weighting");
        let mean = raked.mean("y", &ScoreOptions::default()).expect("a mean");
        let mut by_row: Vec<(usize, u64)> =
            weights(&raked).iter().zip(&rows).map(|(weight, &row)| (order(row), weight.to_bits())).collect();
        by_row.sort_unstable();
        (by_row, weighting.deff.to_bits(), weighting.n_eff_before.to_bits(), mean.value.to_bits(), mean.std_error.to_bits())
    };
    assert!(made(&|row| row) == made(&|row| row * 7 % 900));
    assert!(made(&|row| row) == made(&|row| 899 - row));
}

proptest! {
    #[test]
    fn raked_weights_meet_their_margins_in_any_order_of_rows(
        counts in proptest::collection::vec(proptest::collection::vec(0.5_f64..50.0, 3), 2..5),
        shares in proptest::collection::vec(0.1_f64..1.0, 8),
    ) {
        let counts: Vec<&[f64]> = counts.iter().map(Vec::as_slice).collect();
        let total = |shares: &[f64]| shares.iter().map(|share| 1000.0 * share / shares.iter().sum::<f64>()).collect::<Vec<_>>();
        let (rows, columns) = (total(&shares[..counts.len()]), total(&shares[5..8]));
        let survey = grid(&counts);
        let raked = survey.rake(&margins(&rows, &columns), &RakeOptions::default()).expect("raked");
        let ours = weights(&raked);
        for (at, target) in rows.iter().enumerate() {
            prop_assert!((ours[at * 3..at * 3 + 3].iter().sum::<f64>() / target - 1.0).abs() < 1e-9);
        }
        for (at, target) in columns.iter().enumerate() {
            prop_assert!((ours.iter().skip(at).step_by(3).sum::<f64>() / target - 1.0).abs() < 1e-9);
        }
        // A raking table is a calibration by the multiplicative distance.
        let mut options = CalibrateOptions { margins: margins(&rows, &columns).to_vec(), ..CalibrateOptions::default() };
        options.distance = "raking".into();
        let calibrated = weights(&survey.calibrate(&options).expect("calibrated"));
        prop_assert!(ours.iter().zip(&calibrated).all(|(a, b)| (a / b - 1.0).abs() < 1e-7), "{:?} {:?}", ours, calibrated);
    }
}
