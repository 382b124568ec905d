//! Measures citx on the real data of `examples/` and prints times, and published results beside ours.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::path::Path;
use std::time::Instant;

use citx::satisfaction::ScaleOptions;
use citx::{
    Column, Context, CountsOptions, Instrument, ReadOptions, Result, Run, ScoreOptions, Survey, SurveyOptions, Table, TimeZone, Timestamp,
    UpliftOptions, Value,
};

const REPEATS: usize = 5;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let examples = root.join("examples");
    voters(&examples.join("voters"), &root.join("benches/voters.toml"))?;
    tsm(&examples.join("tsm"))?;
    bloomington(&examples.join("bloomington"))
}

/// The fastest of some calls, in milliseconds, and the last result.
fn best<T>(mut call: impl FnMut() -> Result<T>) -> Result<(f64, T)> {
    let mut fastest = f64::INFINITY;
    let mut timed = || {
        let start = Instant::now();
        let result = call();
        fastest = fastest.min(start.elapsed().as_secs_f64() * 1e3);
        result
    };
    for _ in 1..REPEATS {
        timed()?;
    }
    let result = timed()?;
    Ok((fastest, result))
}

fn voters(folder: &Path, book: &Path) -> Result<()> {
    let (read, people) = best(|| citx::read_population(folder.join("voters.parquet"), "voter", &ReadOptions::default()))?;
    let book = citx::read_segment_book(book)?;
    let context = Context { as_of: Timestamp::parse("2006-08-01", TimeZone::UTC)?, time_zone: TimeZone::UTC };
    println!("voters/read/{}: {read:.1} ms", people.len());
    for threads in [1, 2] {
        let run = Run::new().threads(threads);
        let (time, membership) = best(|| book.evaluate(&people, &context, &run))?;
        let members: usize = membership.counts().iter().map(|(_, count)| count).sum();
        println!(
            "voters/evaluate {} segments, {threads} thread(s)/{}: {time:.2} ms, {members} memberships",
            book.definitions().len(),
            people.len()
        );
    }
    let mut options = UpliftOptions::new("arm", "voted", "Control");
    options.cluster = Some("household".into());
    let (time, effects) = best(|| citx::uplift(people.table(), &options))?;
    println!("voters/uplift/{}: {time:.1} ms", people.len());
    let published = [("Civic Duty", 0.018), ("Hawthorne", 0.026), ("Self", 0.049), ("Neighbors", 0.081)];
    for record in (0..effects.num_rows()).map(|row| effects.row(row)) {
        let number = |name: &str| match record.get(name) {
            Some(Value::Float(number)) => *number,
            _ => f64::NAN,
        };
        let Some(Value::Text(arm)) = record.get("arm") else { continue };
        let theirs = published.iter().find(|(name, _)| name == arm).map_or(f64::NAN, |(_, effect)| *effect);
        println!("  effect of {arm}: {:.4} (SE {:.4}); published {theirs:.3} (SE .003)", number("effect"), number("std_error"));
    }
    Ok(())
}

fn tsm(folder: &Path) -> Result<()> {
    let table = with_returns(&citx::read_table(folder.join("returns.csv"), &[], &ReadOptions::default())?)?;
    let mut options = CountsOptions::new(Instrument::builtin("tsm-2022")?, "return", "measure", "answer", "count");
    options.frame_size = Some("population".into());
    let (read, survey) = best(|| Survey::from_counts(&table, &options))?;
    let (time, scores) = best(|| survey.scores(&[], &ScoreOptions::default()))?;
    println!("tsm/from_counts/{}: {read:.1} ms", table.num_rows());
    println!("tsm/all measures of {} returns/{}: {time:.1} ms", survey.units().len(), scores.num_rows());
    let published = with_returns(&citx::read_table(folder.join("published.csv"), &[], &ReadOptions::default())?)?;
    let (mut equal, mut all) = (0, 0);
    for row in (0..published.num_rows()).map(|row| published.row(row)) {
        for measure in survey.measures() {
            let (Some(Value::Float(percent)), Some(Value::Text(unit))) = (row.get(measure), row.get("return")) else { continue };
            let ours = 100.0 * survey.score(measure, Some(unit), &ScoreOptions::default())?.value;
            all += 1;
            equal += usize::from((ours - percent).abs() < 1e-9);
        }
    }
    println!("  {equal} of {all} published percentages reproduced to 1e-9; the counts of the others were published rounded");
    Ok(())
}

/// The table with a column `return`: a landlord makes one for each tenure.
fn with_returns(table: &Table) -> Result<Table> {
    let (landlords, tenures) = (table.column("landlord")?, table.column("tenure")?);
    let text = |value: Value| if let Value::Text(text) = value { text } else { String::new() };
    let name = |row| Some(format!("{} ({})", text(landlords.value(row)), text(tenures.value(row))));
    Table::from_columns(table.columns().chain([Column::text("return", (0..table.num_rows()).map(name))]))
}

/// The four results that the city and its newspaper published: figures in percent.
fn bloomington(folder: &Path) -> Result<()> {
    let table = citx::read_table(folder.join("residents.csv"), &["id"], &ReadOptions::default())?;
    let mut options = SurveyOptions::default();
    options.weights = Some("wt".into());
    let items = [
        ("q1b", "neighbourhood", &["1", "2"][..], 74.0),
        ("q1d", "place to work", &["1", "2"], 65.0),
        ("q15", "homelessness", &["4"], 61.0),
        ("q16", "supportive housing", &["1"], 70.0),
    ];
    for (question, title, positive, published) in items {
        let mut scale = ScaleOptions::default();
        scale.answers = ["1", "2", "3", "4"].map(String::from).to_vec();
        scale.positive = positive.iter().map(ToString::to_string).collect();
        scale.excluded = vec!["5".into()];
        options.instrument = Some(Instrument::scale(title, scale)?);
        options.questions = vec![(title.into(), question.into())];
        let (time, estimate) = best(|| Survey::from_table(&table, &options)?.score(title, None, &ScoreOptions::default()))?;
        println!(
            "bloomington/{title}/{}: {:.2} % (SE {:.2}); published {published} %; {time:.2} ms",
            table.num_rows(),
            100.0 * estimate.value,
            100.0 * estimate.std_error
        );
    }
    Ok(())
}
