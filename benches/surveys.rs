//! Surveys from Rust: `citx-bench-surveys ANSWERS.parquet THREADS`. Prints one line of JSON for `compare/surveys.py`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use citx::satisfaction::{Margin, RakeOptions};
use citx::{Error, ErrorKind, Instrument, ReadOptions, Result, Run, ScaleOptions, ScoreOptions, Survey, SurveyOptions, Value, read_table};
use citx_benches::{best, json_line, timed};

const REPEATS: usize = 5;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, threads] = arguments.as_slice() else {
        return Err(Error::new(ErrorKind::InvalidArgument, "usage: citx-bench-surveys ANSWERS.parquet THREADS"));
    };
    let threads = threads.parse().map_err(|_| Error::new(ErrorKind::InvalidArgument, "THREADS is not a number"))?;
    let run = Run::new().threads(threads);
    let table = read_table(path, &[], &ReadOptions::default())?;
    let mut scale = ScaleOptions::default();
    scale.answers = ["1", "2", "3", "4", "5"].map(String::from).to_vec();
    scale.positive = ["4", "5"].map(String::from).to_vec();
    let mut options = SurveyOptions::default();
    options.instrument = Some(Instrument::scale("five", scale)?);
    options.questions = (1..=12).map(|at| (format!("q{at}"), format!("q{at}"))).collect();
    options.weights = Some("weight".into());
    let (load, survey) = timed(|| Survey::from_table(&table, &options))?;
    let by: Vec<Vec<String>> = ["g1", "g2", "g3"].map(|name| vec![name.to_owned()]).to_vec();
    let (first, _) = timed(|| survey.scores_with(&by, &ScoreOptions::default(), &run))?;
    let (scores, table) = best(REPEATS, || survey.scores_with(&by, &ScoreOptions::default(), &run))?;
    let sum = |column: &str| -> Result<f64> {
        let values = table.column(column)?;
        Ok(values.values().map(|value| if let Value::Float(number) = value { number } else { 0.0 }).sum())
    };
    let (values, errors) = (sum("value")?, sum("std_error")?);
    let mut fields = vec![
        ("load_cpu", load.cpu.to_string()),
        ("first_cpu", first.cpu.to_string()),
        ("scores_cpu", scores.cpu.to_string()),
        ("scores_wall", scores.wall.to_string()),
        ("values", values.to_string()),
        ("errors", errors.to_string()),
    ];
    for (name, prefix) in [("few", "m"), ("many", "n")] {
        let margins = (1..=5).map(|at| margin(&survey, &format!("{prefix}{at}"))).collect::<Result<Vec<_>>>()?;
        let (first, _) = timed(|| survey.rake(&margins, &RakeOptions::default()))?;
        let (time, raked) = best(REPEATS, || survey.rake(&margins, &RakeOptions::default()))?;
        let weighting = raked.weighting();
        let [first_cpu, cpu, deff, rounds] = match name {
            "few" => ["few_first_cpu", "few_cpu", "few_deff", "few_rounds"],
            _ => ["many_first_cpu", "many_cpu", "many_deff", "many_rounds"],
        };
        fields.push((first_cpu, first.cpu.to_string()));
        fields.push((cpu, time.cpu.to_string()));
        fields.push((deff, weighting.as_ref().map_or(f64::NAN, |weighting| weighting.deff).to_string()));
        fields.push((rounds, weighting.map_or(0, |weighting| weighting.iterations).to_string()));
    }
    println!("{}", json_line(&fields));
    Ok(())
}

/// Totals that each category has in shares of 1, 2, 3, ... of the whole.
fn margin(survey: &Survey, name: &str) -> Result<Margin> {
    let groups = survey.total_by("one", None, &[vec![name.to_owned()]], &ScoreOptions::default())?;
    let labels: Vec<String> =
        groups.column("group")?.values().filter_map(|label| if let Value::Text(label) = label { Some(label) } else { None }).collect();
    let all = (labels.len() * (labels.len() + 1) / 2) as f64;
    Ok(Margin::new([name.to_owned()], labels.into_iter().enumerate().map(|(at, label)| (label, (at + 1) as f64 / all)).collect::<Vec<_>>()))
}
