//! Files, the project file, the report, and the program.

use std::path::PathBuf;

use citx::report::Report;
use citx::{Error, ErrorKind, ScoreOptions, TimeZone};
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDateTime, PyMapping, PyString};

use crate::audience::Audience;
use crate::error::{Answer, invalid};
use crate::options::{Count, breakdowns, instant};
use crate::run::{CancelToken, Long};
use crate::satisfaction::Survey;
use crate::segments::{Membership, SegmentBook};

/// The instant of a run as the project takes it: a date is local midnight of the project's zone, which only the file says.
fn moment(given: &Bound<'_, PyAny>) -> Answer<String> {
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(text.to_cow()?.into_owned());
    }
    if given.is_instance_of::<PyDate>() && !given.is_instance_of::<PyDateTime>() {
        return Ok(given.str()?.to_cow()?.into_owned());
    }
    Ok(instant("as_of", given, TimeZone::UTC)?.to_string())
}

/// Run a project file and return what it found and wrote.
#[pyfunction]
#[pyo3(signature = (path, *, as_of, threads=None, cancel=None, progress=None))]
pub(crate) fn run<'py>(
    py: Python<'py>,
    path: PathBuf,
    as_of: &Bound<'py, PyAny>,
    threads: Option<Count>,
    cancel: Option<Bound<'py, CancelToken>>,
    progress: Option<Bound<'py, PyAny>>,
) -> Answer<Bound<'py, PyAny>> {
    let as_of = moment(as_of)?;
    let long = Long::new(threads, cancel, progress)?;
    let summary = long.call(py, |run| {
        let summary = citx_cli::run(&path, &as_of, run)?;
        serde_json::to_string(&summary).map_err(|error| Error::new(ErrorKind::Io, "the summary cannot be written").caused_by(error))
    })?;
    Ok(py.import("json")?.call_method1("loads", (summary,))?)
}

/// Write one self-contained HTML page of what was found.
#[pyfunction]
#[pyo3(signature = (*, path, title="Citizen experience", membership=None, book=None, audiences=None, survey=None, by=None, notices=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn report(
    py: Python<'_>,
    path: PathBuf,
    title: &str,
    membership: Option<&Bound<'_, Membership>>,
    book: Option<&Bound<'_, SegmentBook>>,
    audiences: Option<&Bound<'_, PyAny>>,
    survey: Option<&Bound<'_, Survey>>,
    by: Option<&Bound<'_, PyAny>>,
    notices: Option<Vec<String>>,
) -> Answer<PathBuf> {
    let audiences = audiences.map(named_audiences).transpose()?.unwrap_or_default();
    let (membership, book, survey) = (membership.map(|m| &m.get().0), book.map(|b| &b.get().0), survey.map(|s| &s.get().0));
    let by = breakdowns(by)?.unwrap_or_default();
    Long::default().call(py, |_| {
        let mut report = notices.unwrap_or_default().into_iter().fold(Report::new(title), Report::notice);
        if let Some(membership) = membership {
            report = report.as_of(membership.context().as_of.to_string()).segments(membership, book);
        }
        for (name, audience) in audiences {
            report = report.audience(name, &audience)?;
        }
        if let Some(survey) = survey {
            report = report.scores("Survey", &survey.scores(&by, &ScoreOptions::default())?)?;
        }
        report.write(&path)
    })?;
    Ok(path)
}

/// Audiences by name: a dict, or a list of those that are called by their purpose.
fn named_audiences(given: &Bound<'_, PyAny>) -> Answer<Vec<(String, citx::Audience)>> {
    let wrong = || invalid("`audiences` must be a list of citx.Audience, or a dict of names to them");
    if let Ok(named) = given.cast::<PyMapping>() {
        let one = |item: Bound<'_, PyAny>| {
            let (name, audience): (String, Bound<'_, Audience>) = item.extract().map_err(|_| wrong())?;
            Ok((name, audience.get().0.clone()))
        };
        return named.items()?.iter().map(one).collect();
    }
    let one = |item: PyResult<Bound<'_, PyAny>>| {
        let item = item?;
        let audience = &item.cast::<Audience>().map_err(|_| wrong())?.get().0;
        Ok((audience.purpose().to_owned(), audience.clone()))
    };
    given.try_iter().map_err(|_| wrong())?.map(one).collect()
}

/// The program citx: does what the arguments, the program's name first, say, and returns the exit status.
#[pyfunction]
pub(crate) fn _main(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> i32 {
    py.detach(|| citx_cli::main_with(arguments))
}
