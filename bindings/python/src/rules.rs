//! One rule, and why it is true, false or unknown for one record.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use citx::rules::{Dialect, Plan};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::citizens::schema_of;
use crate::error::{Answer, detached, guarded};
use crate::options::context;
use crate::value::to_python;

/// One rule, parsed.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Rule(pub(crate) citx::rules::Rule);

#[pymethods]
impl Rule {
    #[new]
    #[pyo3(signature = (text, name="rule"))]
    fn new(py: Python<'_>, text: &str, name: &str) -> Answer<Self> {
        Ok(Self(detached(py, || citx::rules::Rule::parse(name, text))?))
    }

    /// A rule from its tree as JSON.
    #[staticmethod]
    #[pyo3(signature = (text, name="rule"))]
    fn from_json(py: Python<'_>, text: &str, name: &str) -> Answer<Self> {
        Ok(Self(detached(py, || citx::rules::Rule::from_json(name, text))?))
    }

    /// Its name, as errors and `in_segment` use it.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The text as given.
    #[getter]
    fn text(&self) -> &str {
        self.0.text()
    }

    /// The text with keywords in upper case, single blanks, and parentheses only where they are needed.
    #[getter]
    fn canonical(&self, py: Python<'_>) -> Answer<String> {
        detached(py, || Ok(self.0.canonical()))
    }

    /// The attributes that it reads itself, sorted.
    #[getter]
    fn columns_used(&self) -> Vec<&str> {
        self.0.names()
    }

    /// The segments that it calls, sorted.
    #[getter]
    fn segments_used(&self) -> Vec<&str> {
        self.0.segments()
    }

    /// The tree as JSON.
    fn to_json(&self, py: Python<'_>) -> Answer<String> {
        detached(py, || Ok(self.0.to_json()))
    }

    /// The rule as a condition of a database's SQL.
    #[pyo3(signature = (dialect, people, *, as_of, time_zone="UTC"))]
    fn to_sql(
        &self,
        py: Python<'_>,
        dialect: &str,
        people: &Bound<'_, PyAny>,
        as_of: &Bound<'_, PyAny>,
        time_zone: &str,
    ) -> Answer<String> {
        let (dialect, schema, context): (Dialect, _, _) = (dialect.parse()?, schema_of(people)?, context(as_of, time_zone)?);
        detached(py, || Plan::compile(std::slice::from_ref(&self.0), &schema)?.to_sql(0, dialect, &context))
    }

    fn __str__(&self, py: Python<'_>) -> Answer<String> {
        self.canonical(py)
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> Answer<bool> {
        let Ok(other) = other.cast::<Self>() else { return Ok(false) };
        Ok(self.canonical(py)? == other.get().canonical(py)?)
    }

    fn __hash__(&self, py: Python<'_>) -> Answer<u64> {
        let mut hasher = DefaultHasher::new();
        self.canonical(py)?.hash(&mut hasher);
        Ok(hasher.finish())
    }

    fn __getnewargs__(&self) -> (&str, &str) {
        (self.0.text(), self.0.name())
    }

    fn __repr__(&self) -> String {
        format!("Rule({:?})", self.0.text())
    }
}

/// Why one rule is true, false or unknown for one record: a tree of its predicates.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Explanation(pub(crate) citx::Explanation);

#[pymethods]
impl Explanation {
    /// The expression, as canonical text.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    /// True, False, or None for unknown.
    #[getter]
    fn outcome(&self) -> Option<bool> {
        self.0.outcome
    }

    /// The attribute values it read.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, value) in &self.0.values {
            dict.set_item(name, to_python(py, value)?)?;
        }
        Ok(dict)
    }

    /// Its parts.
    #[getter]
    fn parts(&self) -> Vec<Self> {
        self.0.parts.iter().cloned().map(Self).collect()
    }

    /// The tree as dicts and lists.
    fn to_dict<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyDict>> {
        guarded(|| self.dict(py))
    }

    /// The tree as lines of text: outcome, expression, values.
    fn __str__(&self, py: Python<'_>) -> Answer<String> {
        let mut text = String::new();
        // A rule may be 1,000 deep: walked with a stack of its own.
        let mut waiting = vec![(0, &self.0)];
        while let Some((depth, node)) = waiting.pop() {
            let outcome = match node.outcome {
                Some(true) => "true",
                Some(false) => "false",
                None => "unknown",
            };
            let line = if text.is_empty() { "" } else { "\n" };
            let _ = write!(text, "{line}{}{outcome}: {}", "  ".repeat(depth), node.text);
            for (index, (name, value)) in node.values.iter().enumerate() {
                let value = to_python(py, value)?;
                let value = if value.is_none() { "null".into() } else { value.str()?.to_cow()?.into_owned() };
                let _ = write!(text, "{}{name} = {value}", if index == 0 { "   [" } else { ", " });
            }
            if !node.values.is_empty() {
                text.push(']');
            }
            waiting.extend(node.parts.iter().rev().map(|part| (depth + 1, part)));
        }
        Ok(text)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0 == other.get().0)
    }

    fn __repr__(&self) -> String {
        let outcome = match self.0.outcome {
            Some(true) => "True",
            Some(false) => "False",
            None => "None",
        };
        format!("Explanation(outcome={outcome}, {} parts)", self.0.parts.len())
    }
}

impl Explanation {
    fn dict<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("text", &self.0.text)?;
        dict.set_item("outcome", self.0.outcome)?;
        dict.set_item("values", self.values(py)?)?;
        let parts = PyList::empty(py);
        for part in &self.0.parts {
            parts.append(Self(part.clone()).dict(py)?)?;
        }
        dict.set_item("parts", parts)?;
        Ok(dict)
    }
}
