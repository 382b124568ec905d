//! Segments: the book, who is in which, one segment.

use std::path::PathBuf;

use citx::rules::Context;
use citx::{AudienceOptions, SegmentDefinition};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyIterator, PyList, PyMapping, PyString};

use crate::audience::Audience;
use crate::citizens::Population;
use crate::consent::ConsentView;
use crate::error::{Answer, detached, invalid};
use crate::options::{Count, instant, zone};
use crate::rules::Explanation;
use crate::run::{CancelToken, Long};
use crate::table::{Column, Table, export};
use crate::value::{record, type_name};

/// A set of named rules.
#[pyclass(frozen, module = "citx")]
pub(crate) struct SegmentBook(pub(crate) citx::SegmentBook);

/// Who is in which segment, at one instant.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Membership(pub(crate) citx::Membership);

/// The members of one segment, or of a combination.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Segment(pub(crate) citx::Segment);

fn context(as_of: &Bound<'_, PyAny>, time_zone: &str) -> Answer<Context> {
    let time_zone = zone(time_zone)?;
    Ok(Context { as_of: instant("as_of", as_of, time_zone)?, time_zone })
}

fn definition(name: &Bound<'_, PyAny>, given: &Bound<'_, PyAny>) -> Answer<SegmentDefinition> {
    let name: String = name.extract().map_err(|_| invalid(format!("a segment's name must be text, not {}", type_name(name))))?;
    if let Ok(rule) = given.extract::<String>() {
        return Ok(SegmentDefinition::new(name, rule));
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
    fn new(py: Python<'_>, segments: &Bound<'_, PyAny>) -> Answer<Self> {
        let segments = segments.cast::<PyMapping>().map_err(|_| invalid("segments must be a dict of names to rules"))?;
        let mut definitions = Vec::with_capacity(segments.len()?);
        for item in segments.items()?.iter() {
            let (name, given): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            definitions.push(definition(&name, &given)?);
        }
        Ok(Self(detached(py, || citx::SegmentBook::new(definitions))?))
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
            let fields = PyDict::new(py);
            fields.set_item("rule", &definition.rule)?;
            let optional = [("description", &definition.description), ("owner", &definition.owner), ("review_by", &definition.review_by)];
            for (name, text) in optional {
                if let Some(text) = text {
                    fields.set_item(name, text)?;
                }
            }
            book.set_item(&definition.name, fields)?;
        }
        Ok(book)
    }

    /// Who is in which segment.
    #[pyo3(signature = (people, *, as_of, time_zone="UTC", threads=None, cancel=None, progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        people: &Bound<'py, Population>,
        as_of: &Bound<'py, PyAny>,
        time_zone: &str,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Membership> {
        let (context, people) = (context(as_of, time_zone)?, &people.get().0);
        let long = Long::new(threads, cancel, progress)?;
        Ok(Membership(long.call(py, |run| self.0.evaluate(people, &context, run))?))
    }

    /// Check every rule against the attributes of these people.
    fn check(&self, py: Python<'_>, people: &Bound<'_, Population>) -> Answer<()> {
        let people = &people.get().0;
        detached(py, || self.0.check(people.schema()))
    }

    /// Why one record is in a segment or not.
    #[pyo3(signature = (name, record, *, as_of, time_zone="UTC"))]
    fn explain(
        &self,
        py: Python<'_>,
        name: &str,
        record: &Bound<'_, PyAny>,
        as_of: &Bound<'_, PyAny>,
        time_zone: &str,
    ) -> Answer<Explanation> {
        let (context, record) = (context(as_of, time_zone)?, self::record(record)?);
        Ok(Explanation(detached(py, || self.0.explain(name, &record, &context))?))
    }

    /// The names of the segments that one record is in.
    #[pyo3(name = "match", signature = (record, *, as_of, time_zone="UTC"))]
    fn match_record(&self, py: Python<'_>, record: &Bound<'_, PyAny>, as_of: &Bound<'_, PyAny>, time_zone: &str) -> Answer<Vec<String>> {
        let (context, record) = (context(as_of, time_zone)?, self::record(record)?);
        detached(py, || self.0.match_record(&record, &context))
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
        other.cast::<Self>().is_ok_and(|other| self.0.definitions() == other.get().0.definitions())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyDict>,))> {
        Ok((slf.get_type().into_any(), (slf.get().definitions(slf.py())?,)))
    }

    fn __repr__(&self) -> String {
        format!("SegmentBook({})", self.names().join(", "))
    }
}

#[pymethods]
impl Membership {
    /// How many members each segment has.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        self.0.counts().into_iter().try_for_each(|(name, count)| dict.set_item(name, count))?;
        Ok(dict)
    }

    /// The segments' names, in the book's order.
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.0.names()
    }

    /// The citizens it was evaluated over.
    #[getter]
    fn population(&self) -> Population {
        Population(self.0.population().clone())
    }

    /// The key and one boolean column for each segment.
    fn to_arrow(&self, py: Python<'_>) -> Answer<Table> {
        Ok(Table(detached(py, || Ok(self.0.to_table()))?))
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyCapsule>>) -> Answer<Bound<'py, PyCapsule>> {
        export(py, &detached(py, || Ok(self.0.to_table()))?, requested_schema)
    }

    fn __getitem__(&self, name: &Bound<'_, PyAny>) -> Answer<Segment> {
        let name = name.cast::<PyString>().map_err(|_| invalid(format!("a segment is asked for by name, not by {}", type_name(name))))?;
        Ok(Segment(self.0.segment(name.to_cow()?.as_ref())?))
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        name.extract::<String>().is_ok_and(|name| self.0.names().contains(&name.as_str()))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.0.names())?.try_iter()
    }

    fn __len__(&self) -> usize {
        self.0.names().len()
    }

    fn __repr__(&self) -> String {
        format!("Membership({} segments, {} citizens)", self.0.names().len(), self.0.population().len())
    }
}

#[pymethods]
impl Segment {
    /// What it is called; a combination is called by its expression.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The attributes its rules read, sorted.
    #[getter]
    fn columns_used(&self) -> Vec<String> {
        self.0.columns_used().to_vec()
    }

    /// The citizens it is a segment of.
    #[getter]
    fn population(&self) -> Population {
        Population(self.0.population().clone())
    }

    /// The members' keys in population order, in the key's own type.
    fn keys(&self, py: Python<'_>) -> Answer<Column> {
        Ok(Column(detached(py, || Ok(self.0.keys()))?))
    }

    /// Whether each citizen is a member, in population order, without nulls.
    fn mask(&self, py: Python<'_>) -> Answer<Column> {
        Ok(Column(detached(py, || Ok(self.0.mask()))?))
    }

    /// The members who may be contacted, and why not the others.
    #[pyo3(signature = (view, *, purpose, channels, prefer="citizen", one_per=None, threads=None, cancel=None, progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn audience<'py>(
        &self,
        py: Python<'py>,
        view: &Bound<'py, ConsentView>,
        purpose: &str,
        channels: Vec<String>,
        prefer: Option<&str>,
        one_per: Option<&str>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Audience> {
        let prefer = match prefer {
            Some("citizen") => true,
            None => false,
            Some(_) => return Err(invalid("`prefer` must be \"citizen\" or None")),
        };
        let household = match one_per {
            Some("household") => true,
            None => false,
            Some(_) => return Err(invalid("`one_per` must be \"household\" or None")),
        };
        let options = AudienceOptions::new(purpose, channels).prefer_citizen(prefer).one_per_household(household);
        let (view, long) = (&view.get().0, Long::new(threads, cancel, progress)?);
        Ok(Audience(long.call(py, |run| self.0.audience(view, &options, run))?))
    }

    fn __and__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> Answer<Self> {
        let other = &other.get().0;
        Ok(Self(detached(py, || self.0.and(other))?))
    }

    fn __or__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> Answer<Self> {
        let other = &other.get().0;
        Ok(Self(detached(py, || self.0.or(other))?))
    }

    fn __sub__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> Answer<Self> {
        let other = &other.get().0;
        Ok(Self(detached(py, || self.0.minus(other))?))
    }

    fn __invert__(&self, py: Python<'_>) -> Answer<Self> {
        Ok(Self(detached(py, || Ok(self.0.complement()))?))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("Segment({}, {} of {} citizens)", self.0.name(), self.0.len(), self.0.population().len())
    }
}
