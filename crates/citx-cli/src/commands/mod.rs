//! The program's commands. Each computes an [`Answer`], which is printed as text for people or as JSON.

mod contact;
mod disclosure;
mod ledger;
mod policy;
mod sample;
mod segments;
mod survey;
mod terminal;
mod tsm;

use std::ffi::OsString;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use citx::{Error, ErrorKind, Result, Run};
use clap::Parser as _;
use serde_json::{Value as Json, json};

use crate::args::{Arguments, Command};
use crate::{Problem, Project, json as to_json, run};

use terminal::Terminal;

/// What a command has to say, for people and for programs.
struct Answer {
    text: String,
    json: Json,
    /// The exit status, where the answer is that something is wrong.
    status: i32,
}

impl Answer {
    fn new(text: impl Into<String>, json: Json) -> Result<Self> {
        Ok(Self { text: text.into(), json, status: 0 })
    }

    fn table(table: &citx::Table, name: &str) -> Result<Self> {
        Self::new(crate::text::table(table), json!({ name: to_json::rows(table) }))
    }
}

/// Exit status of wrong usage.
const USAGE: i32 = 2;
/// Exit status after Ctrl-C.
const INTERRUPTED: i32 = 130;

/// The program `citx`: does what the arguments (the program's name first) say, and returns the exit status.
pub fn main_with<A: Into<OsString> + Clone>(arguments: impl IntoIterator<Item = A>) -> i32 {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return usage(&error, wants_json),
        Err(help) => return say(&help.to_string(), 0),
    };
    let terminal = Terminal::new(arguments.json);
    let run = terminal.run(arguments.threads);
    // A panic is a bug: the program still ends with its number, and with the hook's message on stderr.
    let answered = catch_unwind(AssertUnwindSafe(|| answer(&arguments.command, &run, &terminal)))
        .unwrap_or_else(|_| Err(Error::new(ErrorKind::Panic, "this is a bug in citx: please report it with what you did")));
    terminal.finish();
    match answered {
        Ok(answer) if arguments.json => say(&format!("{:#}\n", answer.json), answer.status),
        Ok(answer) => say(&answer.text, answer.status),
        Err(error) => fail(&error, arguments.json, terminal.interrupted()),
    }
}

fn answer(command: &Command, run: &Run, terminal: &Terminal) -> Result<Answer> {
    let step = |what: &str| terminal.step(what);
    match command {
        Command::Run { project, as_of, out } => {
            let mut project = Project::read(&project.project)?;
            if let Some(out) = out {
                project.output.folder.clone_from(out);
            }
            summary(&run::everything(&project, &as_of.as_of, run, &step)?)
        }
        Command::Report { project, as_of } => summary(&run::report_only(&Project::read(&project.project)?, &as_of.as_of, run, &step)?),
        Command::Check { project } => check(&project.project, run),
        Command::Segments { project, as_of, show } => segments::segments(&project.project, &as_of.as_of, show, run),
        Command::Diff { words, as_of, moves } => segments::diff(words, &as_of.as_of, *moves, run),
        Command::Explain { words, as_of } => segments::explain(words, &as_of.as_of),
        Command::Decide(decide) => contact::decide(decide),
        Command::Recheck { words, as_of, audience, out } => contact::recheck(words, &as_of.as_of, audience.clone(), out.clone(), run),
        Command::DpoPack { project, as_of, to, since } => policy::dpo_pack(&project.project, &as_of.as_of, to, since.as_deref(), run),
        Command::Score(score) => survey::score(score, run),
        Command::Compare(compare) => survey::compare(compare, run),
        Command::Tsm(tsm) => tsm::tsm(tsm, run),
        Command::Draw(draw) => sample::draw(draw, run),
        Command::ResponseRates { table, code, count, eligible } => sample::response_rates(table, code, count.as_deref(), *eligible),
        Command::Suppress(suppress) => disclosure::suppress(suppress),
        Command::Audit(audit) => disclosure::audit(audit),
        Command::SampleSize { instrument, population, form } => sample::sample_size(instrument, *population, form.as_deref()),
        Command::Ledger(command) => ledger::ledger(command),
        Command::Policy(command) => policy::policy(command),
    }
}

fn summary(summary: &crate::RunSummary) -> Result<Answer> {
    Answer::new(summary.to_string(), serde_json::to_value(summary).unwrap_or_default())
}

fn check(path: &Path, run: &Run) -> Result<Answer> {
    let problems = crate::check(path, run)?;
    let lines: String = problems.iter().map(|problem| format!("{}: {problem}\n", path.display())).collect();
    let text = if problems.is_empty() { format!("{}: no problems\n", path.display()) } else { lines };
    let status = problems.first().map_or(0, |problem: &Problem| problem.kind.code() as i32);
    Ok(Answer { text, json: json!({ "project": path.display().to_string(), "problems": problems }), status })
}

/// The project file, if it comes first, and the other words: all `count` words are given, or the project file is left out.
fn with_project<W: AsRef<Path>>(words: &[W], count: usize) -> (PathBuf, &[W]) {
    match words.split_first() {
        Some((project, rest)) if words.len() == count => (project.as_ref().to_owned(), rest),
        _ => (PathBuf::from("citx.toml"), words),
    }
}

/// The two sides of `NAME=VALUE`.
fn pair<'w>(word: &'w str, form: &str) -> Result<(&'w str, &'w str)> {
    let sides = word.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    sides.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, format!("expected {form}")))
}

/// Prints to stdout. A reader that went away wanted no more.
fn say(text: &str, status: i32) -> i32 {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ErrorKind::Io.code() as i32,
        _ => status,
    }
}

fn complain(text: &str) {
    // Nobody is left to hear that stderr is gone.
    drop(std::io::stderr().lock().write_all(text.as_bytes()));
}

fn usage(error: &clap::Error, wants_json: bool) -> i32 {
    if wants_json {
        let text = error.to_string();
        let message = text.trim_start_matches("error: ").lines().next().unwrap_or_default();
        return say(&format!("{:#}\n", json!({ "error": { "kind": "Usage", "code": USAGE, "message": message } })), USAGE);
    }
    complain(&error.to_string());
    USAGE
}

fn fail(error: &Error, wants_json: bool, interrupted: bool) -> i32 {
    let status = if interrupted { INTERRUPTED } else { error.kind().code() as i32 };
    if wants_json {
        let mut object = json!({ "kind": format!("{:?}", error.kind()), "code": status, "message": error.to_string() });
        if let (Some(place), Some(object)) = (error.rule_error(), object.as_object_mut()) {
            object.insert("line".into(), json!(place.line));
            object.insert("column".into(), json!(place.column));
            object.insert("suggestion".into(), json!(place.suggestion));
        }
        return say(&format!("{:#}\n", json!({ "error": object })), status);
    }
    complain(&format!("citx: {error}\n"));
    status
}
