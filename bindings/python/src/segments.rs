//! Segments: the book; who is in which, and one segment; the memberships that are kept up to date.

use std::path::PathBuf;

use citx::rules::{Dialect, Sources};
use citx::segments::LiveSources;
use citx::{FactColumns, SegmentDefinition};
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDict, PyIterator, PyList, PyMapping};

use crate::citizens::{self, Population, schema_of};
use crate::consent::ConsentView;
use crate::engagement::Events;
use crate::error::{Answer, detached, invalid};
use crate::input;
use crate::options::{Count, context, day};
use crate::rules::{Explanation, Rule};
use crate::run::{CancelToken, Long};
use crate::table::Table;
use crate::value::{record, type_name};

mod live;
mod membership;

pub(crate) use live::{Change, LiveSegments};
pub(crate) use membership::{Membership, MembershipDiff, Segment};

/// A set of named rules.
#[pyclass(frozen, module = "citx")]
pub(crate) struct SegmentBook(pub(crate) citx::SegmentBook);

/// What publishing another book would change.
#[pyclass(frozen, module = "citx")]
pub(crate) struct BookDiff(citx::BookDiff);

/// What rules may read beside the citizens.
fn sources<'a>(events: Option<&'a Bound<'_, Events>>, view: Option<&'a Bound<'_, ConsentView>>) -> Sources<'a> {
    let sources = events.map_or_else(Sources::new, |events| Sources::new().events(&events.get().0));
    view.map_or(sources, |view| sources.view(&view.get().0))
}

/// The same for one record, which must say which of its fields are the key and facts.
struct Beside<'a, 'py> {
    events: Option<&'a Bound<'py, Events>>,
    view: Option<&'a Bound<'py, ConsentView>>,
    key: Option<&'a str>,
    facts: Option<FactColumns>,
}

impl<'a, 'py> Beside<'a, 'py> {
    fn new(
        events: Option<&'a Bound<'py, Events>>,
        view: Option<&'a Bound<'py, ConsentView>>,
        key: Option<&'a str>,
        facts: Option<&Bound<'py, citizens::FactColumns>>,
    ) -> Self {
        Self { events, view, key, facts: facts.map(|facts| facts.get().into()) }
    }

    fn sources(&self) -> Sources<'_> {
        let sources = sources(self.events, self.view);
        let sources = self.key.map_or(sources, |key| sources.key(key));
        self.facts.as_ref().map_or(sources, |facts| sources.facts(facts))
    }
}

/// Name, rule and the fields that are there, as the constructor takes them.
fn fields<'py>(py: Python<'py>, definition: &SegmentDefinition) -> PyResult<Bound<'py, PyDict>> {
    let fields = PyDict::new(py);
    fields.set_item("rule", &definition.rule)?;
    let optional = [("description", &definition.description), ("owner", &definition.owner), ("review_by", &definition.review_by)];
    for (name, text) in optional {
        if let Some(text) = text {
            fields.set_item(name, text)?;
        }
    }
    Ok(fields)
}

fn definition(name: &Bound<'_, PyAny>, given: &Bound<'_, PyAny>) -> Answer<SegmentDefinition> {
    let name: String = name.extract().map_err(|_| invalid(format!("a segment's name must be text, not {}", type_name(name))))?;
    if let Ok(rule) = given.extract::<String>() {
        return Ok(SegmentDefinition::new(name, rule));
    }
    if let Ok(rule) = given.cast::<Rule>() {
        return Ok(SegmentDefinition::new(name, rule.get().0.text()));
    }
    let fields = given.cast::<PyMapping>().map_err(|_| invalid(format!("segment `{name}`: expected a rule, or a dict with `rule`")))?;
    let mut definition = SegmentDefinition::new(name, "");
    let mut found = false;
    for field in fields.items()?.iter() {
        let (field, value): (String, Bound<'_, PyAny>) =
            field.extract().map_err(|_| invalid(format!("segment `{}`: the names of its fields must be text", definition.name)))?;
        let text = || -> Answer<Option<String>> {
            let wrong = |_| invalid(format!("segment `{}`: `{field}` must be text", definition.name));
            let date = if value.is_instance_of::<pyo3::types::PyDate>() { value.str()?.into_any() } else { value.clone() };
            date.extract().map_err(wrong)
        };
        match field.as_str() {
            "rule" => {
                definition.rule = text()?.ok_or_else(|| invalid(format!("segment `{}`: `rule` must be text", definition.name)))?;
                found = true;
            }
            "description" => definition.description = text()?,
            "owner" => definition.owner = text()?,
            "review_by" => definition.review_by = text()?,
            _ => {
                let known = "expected rule, description, owner or review_by";
                return Err(invalid(format!("segment `{}`: there is no field `{field}`; {known}", definition.name)));
            }
        }
    }
    if found { Ok(definition) } else { Err(invalid(format!("segment `{}`: `rule` is missing", definition.name))) }
}

#[pymethods]
impl SegmentBook {
    #[new]
    #[pyo3(signature = (segments, *, places=None))]
    fn new(py: Python<'_>, segments: &Bound<'_, PyAny>, places: Option<&Bound<'_, PyAny>>) -> Answer<Self> {
        let segments = segments.cast::<PyMapping>().map_err(|_| invalid("segments must be a dict of names to rules"))?;
        let mut definitions = Vec::with_capacity(segments.len()?);
        for item in segments.items()?.iter() {
            let (name, given): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            definitions.push(definition(&name, &given)?);
        }
        let mut book = Self(detached(py, || citx::SegmentBook::new(definitions))?);
        if let Some(places) = places {
            let sets = places.cast::<PyMapping>().map_err(|_| invalid("`places` must be a dict of names to places"))?;
            for item in sets.items()?.iter() {
                let (name, places): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
                let name: String = name.extract().map_err(|_| invalid("the names of `places` must be text"))?;
                book = book.with_places(py, &name, &places, "lat", "lon")?;
            }
        }
        Ok(book)
    }

    /// A book from a TOML file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> Answer<Self> {
        Ok(Self(detached(py, || citx::read_segment_book(&path))?))
    }

    /// A book from TOML text.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> Answer<Self> {
        Ok(Self(detached(py, || citx::SegmentBook::parse_toml(text))?))
    }

    /// A book from JSON.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> Answer<Self> {
        Ok(Self(detached(py, || citx::SegmentBook::from_json(text))?))
    }

    /// The book as JSON, each rule as its tree.
    fn to_json(&self, py: Python<'_>) -> Answer<String> {
        detached(py, || Ok(self.0.to_json()))
    }

    /// Each segment's rule as a condition of a database's SQL.
    #[pyo3(signature = (dialect, people, *, as_of, time_zone="UTC"))]
    fn to_sql<'py>(
        &self,
        py: Python<'py>,
        dialect: &str,
        people: &Bound<'py, PyAny>,
        as_of: &Bound<'py, PyAny>,
        time_zone: &str,
    ) -> Answer<Bound<'py, PyDict>> {
        let (dialect, schema, context): (Dialect, _, _) = (dialect.parse()?, schema_of(people)?, context(as_of, time_zone)?);
        let sql = PyDict::new(py);
        for (name, condition) in detached(py, || self.0.to_sql(dialect, &schema, &context))? {
            sql.set_item(name, condition)?;
        }
        Ok(sql)
    }

    /// The same book with a set of places.
    #[pyo3(signature = (name, places, *, lat="lat", lon="lon"))]
    fn with_places(&self, py: Python<'_>, name: &str, places: &Bound<'_, PyAny>, lat: &str, lon: &str) -> Answer<Self> {
        let places = input::places(py, places, lat, lon)?;
        Ok(Self(detached(py, || self.0.with_places(name, places))?))
    }

    /// The sets of places, by name.
    #[getter]
    fn places<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let sets = PyDict::new(py);
        self.0.places().iter().try_for_each(|(name, places)| sets.set_item(name, places))?;
        Ok(sets)
    }

    /// The segments' names, in order.
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.0.definitions().iter().map(|definition| definition.name.as_str()).collect()
    }

    /// Name to rule, description, owner and review_by, as the constructor takes them.
    #[getter]
    fn definitions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let book = PyDict::new(py);
        for definition in self.0.definitions() {
            book.set_item(&definition.name, fields(py, definition)?)?;
        }
        Ok(book)
    }

    /// One segment's rule, description, owner and review_by.
    fn definition<'py>(&self, py: Python<'py>, name: &str) -> Answer<Bound<'py, PyDict>> {
        Ok(fields(py, self.0.definition(name)?)?)
    }

    /// The names of the segments that were to be looked at again on a day or before.
    fn due_for_review(&self, date: &Bound<'_, PyAny>) -> Answer<Vec<&str>> {
        let wrong = || invalid(format!("`date` must be a date or text such as 2027-04-01, not {}", type_name(date)));
        let day = match date.extract::<String>() {
            Ok(text) => text.parse()?,
            Err(_) => day(date.cast::<PyDate>().map_err(|_| wrong())?)?,
        };
        Ok(self.0.due_for_review(day).into_iter().map(|segment| segment.name.as_str()).collect())
    }

    /// Who is in which segment.
    #[pyo3(signature = (people, *, as_of, time_zone="UTC", events=None, view=None, exclusive=false, memory_limit=None, threads=None, cancel=None, progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        people: &Bound<'py, Population>,
        as_of: &Bound<'py, PyAny>,
        time_zone: &str,
        events: Option<&Bound<'py, Events>>,
        view: Option<&Bound<'py, ConsentView>>,
        exclusive: bool,
        memory_limit: Option<Count>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Membership> {
        let (context, sources, people) = (context(as_of, time_zone)?, sources(events, view), &people.get().0);
        let long = Long::new(threads, cancel, progress)?.memory_limit(memory_limit);
        Ok(Membership(long.call(py, |run| {
            let membership = self.0.evaluate_with(people, &context, &sources, run)?;
            Ok(if exclusive { membership.exclusive() } else { membership })
        })?))
    }

    /// At most how many bytes evaluating the book takes.
    #[pyo3(signature = (people, *, threads=None))]
    fn memory_needed(&self, py: Python<'_>, people: &Bound<'_, Population>, threads: Option<Count>) -> Answer<u64> {
        let people = &people.get().0;
        Long::new(threads, None, None)?.call(py, |run| self.0.memory_needed(people, run))
    }

    /// How the book would be answered for these citizens, part by part, and why so.
    #[pyo3(signature = (people, *, as_of, time_zone="UTC", events=None, view=None))]
    fn explain_plan<'py>(
        &self,
        py: Python<'py>,
        people: &Bound<'py, Population>,
        as_of: &Bound<'py, PyAny>,
        time_zone: &str,
        events: Option<&Bound<'py, Events>>,
        view: Option<&Bound<'py, ConsentView>>,
    ) -> Answer<Table> {
        let (context, sources, people) = (context(as_of, time_zone)?, sources(events, view), &people.get().0);
        Ok(Table(Long::new(None, None, None)?.call(py, |run| self.0.explain_plan(people, &context, &sources, run))?))
    }

    /// Who would enter and leave which segment if another book were published in place of this one.
    #[pyo3(signature = (other, people, *, as_of, time_zone="UTC", events=None, view=None, memory_limit=None, threads=None, cancel=None, progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn diff<'py>(
        &self,
        py: Python<'py>,
        other: &Bound<'py, Self>,
        people: &Bound<'py, Population>,
        as_of: &Bound<'py, PyAny>,
        time_zone: &str,
        events: Option<&Bound<'py, Events>>,
        view: Option<&Bound<'py, ConsentView>>,
        memory_limit: Option<Count>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<BookDiff> {
        let (context, sources, people, other) = (context(as_of, time_zone)?, sources(events, view), &people.get().0, &other.get().0);
        let long = Long::new(threads, cancel, progress)?.memory_limit(memory_limit);
        Ok(BookDiff(long.call(py, |run| self.0.diff_with(other, people, &context, &sources, run))?))
    }

    /// Memberships that are kept while citizens change and time moves.
    #[pyo3(signature = (people, *, as_of, time_zone="UTC", events=None, view=None, threads=None, cancel=None, progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn live<'py>(
        &self,
        py: Python<'py>,
        people: &Bound<'py, Population>,
        as_of: &Bound<'py, PyAny>,
        time_zone: &str,
        events: Option<&Bound<'py, Events>>,
        view: Option<&Bound<'py, ConsentView>>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<LiveSegments> {
        let (context, people) = (context(as_of, time_zone)?, &people.get().0);
        let sources = events.map_or_else(LiveSources::new, |events| LiveSources::new().events(events.get().0.clone()));
        let sources = view.map_or(sources.clone(), |view| sources.view(view.get().0.clone()));
        let long = Long::new(threads, cancel, progress)?;
        Ok(LiveSegments::of(long.call(py, |run| self.0.live_with(people, &context, &sources, run))?))
    }

    /// Check every rule against the attributes of these people.
    fn check(&self, py: Python<'_>, people: &Bound<'_, Population>) -> Answer<()> {
        let people = &people.get().0;
        detached(py, || self.0.check(people.schema()))
    }

    /// Why one record is in a segment or not.
    #[pyo3(signature = (name, record, *, as_of, time_zone="UTC", events=None, view=None, key=None, facts=None))]
    #[allow(clippy::too_many_arguments)]
    fn explain<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        record: &Bound<'py, PyAny>,
        as_of: &Bound<'py, PyAny>,
        time_zone: &str,
        events: Option<&Bound<'py, Events>>,
        view: Option<&Bound<'py, ConsentView>>,
        key: Option<&str>,
        facts: Option<&Bound<'py, citizens::FactColumns>>,
    ) -> Answer<Explanation> {
        let (context, record, beside) = (context(as_of, time_zone)?, self::record(record)?, Beside::new(events, view, key, facts));
        let sources = beside.sources();
        Ok(Explanation(detached(py, || self.0.explain_with(name, &record, &context, &sources))?))
    }

    /// The names of the segments that one record is in.
    #[pyo3(name = "match", signature = (record, *, as_of, time_zone="UTC", events=None, view=None, key=None, facts=None))]
    #[allow(clippy::too_many_arguments)]
    fn match_record<'py>(
        &self,
        py: Python<'py>,
        record: &Bound<'py, PyAny>,
        as_of: &Bound<'py, PyAny>,
        time_zone: &str,
        events: Option<&Bound<'py, Events>>,
        view: Option<&Bound<'py, ConsentView>>,
        key: Option<&str>,
        facts: Option<&Bound<'py, citizens::FactColumns>>,
    ) -> Answer<Vec<String>> {
        let (context, record, beside) = (context(as_of, time_zone)?, self::record(record)?, Beside::new(events, view, key, facts));
        let sources = beside.sources();
        detached(py, || self.0.match_record_with(&record, &context, &sources))
    }

    /// The attributes that a segment reads, sorted.
    fn columns_used(&self, py: Python<'_>, name: &str) -> Answer<Vec<String>> {
        detached(py, || self.0.columns_used(name))
    }

    fn __len__(&self) -> usize {
        self.0.definitions().len()
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        name.extract::<String>().is_ok_and(|name| self.names().contains(&name.as_str()))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.names())?.try_iter()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other
            .cast::<Self>()
            .is_ok_and(|other| self.0.definitions() == other.get().0.definitions() && self.0.places() == other.get().0.places())
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<((Bound<'py, PyDict>,), Bound<'py, PyDict>)> {
        let keywords = PyDict::new(py);
        keywords.set_item("places", self.places(py)?)?;
        Ok(((self.definitions(py)?,), keywords))
    }

    fn __repr__(&self) -> String {
        format!("SegmentBook({})", self.names().join(", "))
    }
}

#[pymethods]
impl BookDiff {
    /// The segments that only the other book has.
    #[getter]
    fn added(&self) -> Vec<String> {
        self.0.added.clone()
    }

    /// The segments that only this book has.
    #[getter]
    fn removed(&self) -> Vec<String> {
        self.0.removed.clone()
    }

    /// The segments of both whose own rule, or the places it names, differ.
    #[getter]
    fn changed(&self) -> Vec<String> {
        self.0.changed.clone()
    }

    /// Who would move: segment, key, change.
    #[getter]
    fn moves(&self) -> Table {
        Table(self.0.moves.clone())
    }

    /// Segment, before, after, entered, left.
    #[getter]
    fn counts(&self) -> Table {
        Table(self.0.counts.clone())
    }

    fn __repr__(&self) -> String {
        let (added, removed, changed) = (self.0.added.len(), self.0.removed.len(), self.0.changed.len());
        format!("BookDiff({added} added, {removed} removed, {changed} changed, {} moves)", self.0.moves.num_rows())
    }
}
