//! Totals, ratios, quantiles, intervals, tests and replicate variances against R survey 4.1 (tests/golden/survey/figures.R).

mod support;

use citx_core::satisfaction::{Estimate, QuantileOptions, ReplicateOptions, ScoreOptions, Survey, Test};
use citx_core::table::{Table, Value};
use support::{Csv, design_options};

/// The tolerance against R, relative.
const R: f64 = 1e-8;

/// R interpolates the profile likelihood on a grid of some ten points.
const SPLINE: f64 = 1e-2;

fn survey(kind: &str, how: &str, data: &Csv, replicates: &Csv) -> Survey {
    let numbers = ["weight", "fpc1", "fpc2", "y", "answer", "x"];
    let table = data.table(&["stratum", "psu", "ssu", "g", "h"], &numbers);
    let table = match how {
        "given" | "given_mse" => {
            let names: Vec<String> = (1..=12).map(|at| format!("w{at}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let more = replicates.table(&[], &names);
            let columns = table.column_names().iter().chain(&names).map(|name| (*name).to_owned()).collect::<Vec<_>>();
            let columns = columns.iter().map(|name| table.column(name).or_else(|_| more.column(name)).expect("a column"));
            Table::from_columns(columns).expect("columns of one length")
        }
        _ => table,
    };
    let mut options = design_options(kind);
    if how == "average" {
        options.lonely_psu = Some("average".into());
    }
    let survey = Survey::from_table(&table, &options).expect("a design");
    match how {
        "jk1" | "jkn" => survey.replicated(how, 0, 0).expect("replicates"),
        "given" | "given_mse" => {
            let mut options = ReplicateOptions::default();
            options.columns = (1..=12).map(|at| format!("w{at}")).collect();
            (options.kind, options.mse) = ("bootstrap".into(), how == "given_mse");
            survey.with_replicate_weights(&options).expect("replicates")
        }
        _ => survey,
    }
}

#[test]
fn figures_of_random_designs_are_those_of_r() {
    let read = |name: &str| Csv::read(&format!("tests/golden/survey/{name}.csv"));
    let (designs, figures, replicates) = (read("designs"), read("figures"), read("replicates"));
    let (mut compared, mut left_out, mut wrong) = (0, 0, Vec::new());
    for case in 1..=44 {
        let of_case = |csv: &Csv, column: &str| csv.filter(|row| csv.get(row, column) == case.to_string());
        let (data, expected) = (of_case(&designs, "design"), of_case(&figures, "case"));
        let mut values: Vec<f64> = (0..data.len()).filter_map(|row| data.number(row, "y")).collect();
        values.sort_by(f64::total_cmp);
        for how in ["linear", "average", "jk1", "jkn", "given", "given_mse"] {
            let expected = expected.filter(|row| expected.get(row, "design") == how);
            if expected.len() == 0 {
                continue;
            }
            let survey = survey(data.get(0, "kind"), how, &data, &of_case(&replicates, "design"));
            for at in 0..expected.len() {
                let (what, group, stat) = (expected.get(at, "what"), expected.get(at, "group"), expected.get(at, "stat"));
                let Some(theirs) = expected.number(at, "value") else { continue };
                let name = format!("design {case} ({} {how}), {what} {group}: {stat}", data.get(0, "kind"));
                if differs_by_design(what, stat, data.get(0, "kind"), how, &survey, &values) {
                    left_out += 1;
                    continue;
                }
                let ours = figure(&survey, what, group, stat, &name);
                let tolerance = if what == "ci likelihood" { SPLINE } else { R };
                let tolerance = if stat == "p" { tolerance.max(1e-7) } else { tolerance };
                // Where nothing varies R leaves rounding errors instead of 0.
                if theirs.abs() > 1e-12 {
                    let near = (ours - theirs).abs() <= tolerance * theirs.abs();
                    if !near {
                        wrong.push(format!("{name}: {ours} against {theirs}"));
                    }
                    compared += 1;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 8000 && left_out < 1800, "{compared} compared, {left_out} left out");
}

/// Where citx means to differ from R 4.1 (docs/methods/quantile.md, chi-squared.md, replicates.md).
fn differs_by_design(what: &str, stat: &str, kind: &str, how: &str, survey: &Survey, values: &[f64]) -> bool {
    let words: Vec<&str> = what.split(' ').collect();
    match words.as_slice() {
        // R counts respondents of weight 0 as respondents.
        ["chi", ..] | ["ci", "beta"] => kind == "zero_weights",
        // R's rank of replicate weights grows where a unit is outside the domain.
        ["test"] => how == "jkn" && matches!(stat, "df" | "p"),
        // R's transformed interval turns back where it leaves the scale.
        ["ci", "asin"] => survey.proportion("x", "1", &method("asin")).is_ok_and(|share| share.ci.0 == 0.0 || share.ci.1 == 1.0),
        // R takes the second value for a share below the first one's, extends types 4 and 6 beyond the sample, and splits ties by row.
        ["quantile", rule, interval] => {
            let tied = values.windows(2).any(|pair| pair[0] == pair[1]);
            let at_end = |method: &str| {
                let mut options = QuantileOptions::default();
                (options.rule, options.method) = ((*rule).to_owned(), method.to_owned());
                let estimates = survey.quantile("y", &[0.25, 0.5, 0.8], &options).expect("quantiles");
                estimates
                    .iter()
                    .any(|estimate| [estimate.ci.0, estimate.ci.1].contains(&values[0]) || estimate.ci.1 == values[values.len() - 1])
            };
            (tied && rule.starts_with("hf"))
                || at_end(if *interval == "mean" {
                    "t"
                } else if *interval == "xlogit" {
                    "logit"
                } else {
                    interval
                })
        }
        _ => false,
    }
}

fn method(name: &str) -> ScoreOptions {
    let mut options = ScoreOptions::default();
    options.method = name.to_owned();
    options
}

fn figure(survey: &Survey, what: &str, group: &str, stat: &str, name: &str) -> f64 {
    let mut options = ScoreOptions::default();
    if stat == "deff_wor" {
        options.deff_reference = "srswor".into();
    }
    let by = vec![vec!["g".to_owned()]];
    let words: Vec<&str> = what.split(' ').collect();
    let estimate = match (words.as_slice(), group) {
        (["mean"], "") => survey.mean("y", &options),
        (["total"], "") => survey.total("y", None, &options),
        (["mean"], group) => Ok(row(&survey.mean_by("y", &by, &options).expect(name), group)),
        (["total"], group) => Ok(row(&survey.total_by("y", None, &by, &options).expect(name), group)),
        (["count", "x"], _) => survey.total("x", Some("1"), &options),
        (["ratio"], _) => survey.ratio("y", "answer", &options),
        (["test"], "") => return of_test(&survey.test_mean("y", 52.0, 0.95).expect(name), stat),
        (["test"], group) => return of_test(&survey.test("y", group, 0.95).expect(name), stat),
        (["chi", statistic], group) => return of_test(&survey.chi_squared("x", group, statistic).expect(name), stat),
        (["ci", method], _) => {
            options.method = if *method == "mean" { "t".into() } else { (*method).to_owned() };
            survey.proportion("x", "1", &options)
        }
        (["quantile", rule, method], share) => {
            let mut options = QuantileOptions::default();
            options.rule = (*rule).to_owned();
            options.method = match *method {
                "mean" => "t",
                "xlogit" => "logit",
                other => other,
            }
            .to_owned();
            survey.quantile("y", &[share.parse().expect("a share")], &options).map(|mut estimates| estimates.remove(0))
        }
        other => panic!("{other:?}"),
    };
    let estimate = estimate.expect(name);
    match stat {
        "value" => estimate.value,
        "se" => estimate.std_error,
        "deff" | "deff_wor" => estimate.deff,
        "low" => estimate.ci.0,
        "high" => estimate.ci.1,
        other => panic!("{other}"),
    }
}

fn of_test(test: &Test, stat: &str) -> f64 {
    match stat {
        "statistic" => test.statistic,
        "df" => test.df,
        "df2" => test.df_denominator,
        "p" => test.p_value,
        "difference" => test.difference,
        other => panic!("{other}"),
    }
}

fn row(table: &Table, group: &str) -> Estimate {
    let at = (0..table.num_rows()).find(|&row| table.column("group").expect("there").value(row) == Value::Text(group.to_owned()));
    let number = |name: &str| match table.column(name).expect("a column").value(at.expect("the group")) {
        Value::Float(number) => number,
        _ => f64::NAN,
    };
    Estimate::from_stored(number("value"), number("std_error"), (number("ci_low"), number("ci_high")), 0.95, 0, "")
}
