//! Drivers of satisfaction from Rust: `citx-bench-drivers ANSWERS.csv THREADS`. Prints one line of JSON for `compare/drivers.py`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use citx::satisfaction::DriverOptions;
use citx::{Error, ErrorKind, ReadOptions, Result, Run, Survey, SurveyOptions, Value, read_table};
use citx_benches::{best, timed};

const REPEATS: usize = 5;
const REPLICATES: usize = 200;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, threads] = arguments.as_slice() else {
        return Err(Error::new(ErrorKind::InvalidArgument, "usage: citx-bench-drivers ANSWERS.csv THREADS"));
    };
    let threads = threads.parse().map_err(|_| Error::new(ErrorKind::InvalidArgument, "THREADS is not a number"))?;
    let table = read_table(path, &[], &ReadOptions::default())?;
    let names: Vec<String> = table.column_names().into_iter().filter(|name| name.starts_with('x')).map(str::to_owned).collect();
    let mut options = SurveyOptions::default();
    options.weights = Some("weight".into());
    let survey = Survey::from_table(&table, &options)?;
    let run = Run::new().threads(threads);
    let mut options = DriverOptions::default();
    options.replicates = 0;
    let (point, drivers) = best(REPEATS, || survey.drivers_with("y", &names, &options, &run))?;
    options.replicates = REPLICATES;
    let (bootstrap, _) = timed(|| survey.drivers_with("y", &names, &options, &run))?;
    let lmg: Vec<String> = names
        .iter()
        .map(|name| {
            let row = (0..drivers.table.num_rows()).find(|&row| drivers.table.row(row).get("driver") == Some(&Value::Text(name.clone())));
            match row.and_then(|row| drivers.table.row(row).get("lmg").cloned()) {
                Some(Value::Float(lmg)) => lmg.to_string(),
                _ => "null".to_owned(),
            }
        })
        .collect();
    println!(
        "{{\"wall\": {}, \"cpu\": {}, \"bootstrap_wall\": {}, \"bootstrap_cpu\": {}, \"replicates\": {REPLICATES}, \"lmg\": [{}]}}",
        point.wall,
        point.cpu,
        bootstrap.wall,
        bootstrap.cpu,
        lmg.join(", ")
    );
    Ok(())
}
