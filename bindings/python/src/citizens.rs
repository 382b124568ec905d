//! Citizens: schema, fact columns, population.

use std::collections::BTreeMap;
use std::path::PathBuf;

use citx::satisfaction::{Allocation, DrawOptions};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyIterator, PyList, PyTuple};

use crate::error::{Answer, detached, guarded, invalid};
use crate::input::{self, Written};
use crate::options::{Count, Names, key, pairs};
use crate::run::Long;
use crate::table::{Column, Table, export, export_schema};
use crate::value::read;

/// Names and types of columns: a read-only mapping of name to type.
#[pyclass(frozen, mapping, module = "citx")]
pub(crate) struct Schema(Vec<(String, String)>);

impl Schema {
    pub(crate) fn of(table: &citx::Table) -> Self {
        Self::from(&citx::Schema::of(table))
    }
}

impl From<&citx::Schema> for Schema {
    fn from(schema: &citx::Schema) -> Self {
        Self(schema.attributes().iter().map(|attribute| (attribute.name.clone(), attribute.data_type.to_string())).collect())
    }
}

/// The schema of a population, or of a mapping of names to types.
pub(crate) fn schema_of(given: &Bound<'_, PyAny>) -> Answer<citx::Schema> {
    if let Ok(people) = given.cast::<Population>() {
        return Ok(people.get().0.schema().clone());
    }
    let types = match given.cast::<Schema>() {
        Ok(schema) => schema.get().0.clone(),
        Err(_) => pairs("people", Some(given)).map_err(|_| invalid("expected a Population, or a Schema or dict of names to types"))?,
    };
    let attribute = |(name, words): (String, String)| {
        let data_type = words.parse().map_err(|error: citx::Error| error.context(format!("column `{name}`")))?;
        Ok(citx::Attribute { name, data_type })
    };
    Ok(citx::Schema::new(types.into_iter().map(attribute).collect::<Answer<Vec<_>>>()?))
}

#[pymethods]
impl Schema {
    #[new]
    fn new(types: &Bound<'_, PyAny>) -> Answer<Self> {
        Ok(Self(pairs("types", Some(types))?))
    }

    /// The names, in order.
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The names, in order.
    fn keys(&self) -> Vec<&str> {
        self.names()
    }

    /// The types, in order.
    fn values(&self) -> Vec<&str> {
        self.0.iter().map(|(_, data_type)| data_type.as_str()).collect()
    }

    /// Names and types, in order.
    fn items(&self) -> Vec<(String, String)> {
        self.0.clone()
    }

    /// The type of a name, or a default.
    #[pyo3(signature = (name, default=None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.find(name) {
            Some(data_type) => Ok(Some(data_type.into_pyobject(py)?.into_any())),
            None => Ok(default),
        }
    }

    fn __getitem__(&self, name: &Bound<'_, PyAny>) -> Answer<&str> {
        let missing = || match name.extract::<String>() {
            Ok(name) => citx::Error::new(citx::ErrorKind::NotFound, format!("there is no column `{name}`")).into(),
            Err(_) => invalid("a column is asked for by name"),
        };
        self.find(name).ok_or_else(missing)
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        self.find(name).is_some()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.names())?.try_iter()
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        if let Ok(other) = other.cast::<Self>() {
            return Ok(self.0 == other.get().0);
        }
        other.eq(self.to_dict(py)?).or(Ok(false))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyDict>,))> {
        Ok((slf.get_type().into_any(), (slf.get().to_dict(slf.py())?,)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Schema({})", self.to_dict(py)?.repr()?))
    }
}

impl Schema {
    fn find(&self, name: &Bound<'_, PyAny>) -> Option<&str> {
        let name: String = name.extract().ok()?;
        self.0.iter().find(|(known, _)| *known == name).map(|(_, data_type)| data_type.as_str())
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        self.0.iter().try_for_each(|(name, data_type)| dict.set_item(name, data_type))?;
        Ok(dict)
    }
}

/// Which columns say what the consent rules and the exports need.
#[pyclass(frozen, eq, hash, get_all, module = "citx")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct FactColumns {
    email: Option<String>,
    phone: Option<String>,
    address: Vec<String>,
    birth_date: Option<String>,
    deceased: Option<String>,
    preferred_channel: Option<String>,
    subscriber_kind: Option<String>,
    collected_at: Option<String>,
    collected_how: Option<String>,
    tps_listed_at: Option<String>,
    tps_screened_at: Option<String>,
    mps_listed: Option<String>,
    safe_contact: Option<String>,
    language: Option<String>,
    household: Option<String>,
    special_category: Vec<String>,
}

#[pymethods]
impl FactColumns {
    #[new]
    #[allow(clippy::too_many_arguments)]
    #[pyo3(signature = (*, email=None, phone=None, address=None, birth_date=None, deceased=None, preferred_channel=None, subscriber_kind=None, collected_at=None, collected_how=None, tps_listed_at=None, tps_screened_at=None, mps_listed=None, safe_contact=None, language=None, household=None, special_category=None))]
    fn new(
        email: Option<String>,
        phone: Option<String>,
        address: Option<Names>,
        birth_date: Option<String>,
        deceased: Option<String>,
        preferred_channel: Option<String>,
        subscriber_kind: Option<String>,
        collected_at: Option<String>,
        collected_how: Option<String>,
        tps_listed_at: Option<String>,
        tps_screened_at: Option<String>,
        mps_listed: Option<String>,
        safe_contact: Option<String>,
        language: Option<String>,
        household: Option<String>,
        special_category: Option<Names>,
    ) -> Self {
        let Names(address) = address.unwrap_or_default();
        let Names(special_category) = special_category.unwrap_or_default();
        Self {
            email,
            phone,
            address,
            birth_date,
            deceased,
            preferred_channel,
            subscriber_kind,
            collected_at,
            collected_how,
            tps_listed_at,
            tps_screened_at,
            mps_listed,
            safe_contact,
            language,
            household,
            special_category,
        }
    }

    /// The columns that are set, as keyword arguments.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let one = [
            ("email", &self.email),
            ("phone", &self.phone),
            ("birth_date", &self.birth_date),
            ("deceased", &self.deceased),
            ("preferred_channel", &self.preferred_channel),
            ("subscriber_kind", &self.subscriber_kind),
            ("collected_at", &self.collected_at),
            ("collected_how", &self.collected_how),
            ("tps_listed_at", &self.tps_listed_at),
            ("tps_screened_at", &self.tps_screened_at),
            ("mps_listed", &self.mps_listed),
            ("safe_contact", &self.safe_contact),
            ("language", &self.language),
            ("household", &self.household),
        ];
        for (name, column) in one {
            if let Some(column) = column {
                dict.set_item(name, column)?;
            }
        }
        for (name, columns) in [("address", &self.address), ("special_category", &self.special_category)] {
            if !columns.is_empty() {
                dict.set_item(name, columns)?;
            }
        }
        Ok(dict)
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(py), self.to_dict(py)?))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let field = |(name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| Ok(format!("{}={}", name.str()?, value.repr()?));
        let fields: Vec<String> = self.to_dict(py)?.iter().map(field).collect::<PyResult<_>>()?;
        Ok(format!("FactColumns({})", fields.join(", ")))
    }
}

impl From<&FactColumns> for citx::FactColumns {
    fn from(columns: &FactColumns) -> Self {
        let mut facts = Self::default();
        facts.email.clone_from(&columns.email);
        facts.phone.clone_from(&columns.phone);
        facts.address.clone_from(&columns.address);
        facts.birth_date.clone_from(&columns.birth_date);
        facts.deceased.clone_from(&columns.deceased);
        facts.preferred_channel.clone_from(&columns.preferred_channel);
        facts.subscriber_kind.clone_from(&columns.subscriber_kind);
        facts.collected_at.clone_from(&columns.collected_at);
        facts.collected_how.clone_from(&columns.collected_how);
        facts.tps_listed_at.clone_from(&columns.tps_listed_at);
        facts.tps_screened_at.clone_from(&columns.tps_screened_at);
        facts.mps_listed.clone_from(&columns.mps_listed);
        facts.safe_contact.clone_from(&columns.safe_contact);
        facts.language.clone_from(&columns.language);
        facts.household.clone_from(&columns.household);
        facts.special_category.clone_from(&columns.special_category);
        facts
    }
}

impl From<&citx::FactColumns> for FactColumns {
    fn from(facts: &citx::FactColumns) -> Self {
        Self {
            email: facts.email.clone(),
            phone: facts.phone.clone(),
            address: facts.address.clone(),
            birth_date: facts.birth_date.clone(),
            deceased: facts.deceased.clone(),
            preferred_channel: facts.preferred_channel.clone(),
            subscriber_kind: facts.subscriber_kind.clone(),
            collected_at: facts.collected_at.clone(),
            collected_how: facts.collected_how.clone(),
            tps_listed_at: facts.tps_listed_at.clone(),
            tps_screened_at: facts.tps_screened_at.clone(),
            mps_listed: facts.mps_listed.clone(),
            safe_contact: facts.safe_contact.clone(),
            language: facts.language.clone(),
            household: facts.household.clone(),
            special_category: facts.special_category.clone(),
        }
    }
}

/// Citizens at one moment.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Population(pub(crate) citx::Population);

fn on_error(word: &str) -> Answer<citx::OnError> {
    match word {
        "fail" => Ok(citx::OnError::Fail),
        "quarantine" => Ok(citx::OnError::Quarantine),
        _ => Err(invalid("`on_error` must be \"fail\" or \"quarantine\"")),
    }
}

#[pymethods]
impl Population {
    /// Citizens from any Arrow producer or dict of columns.
    #[staticmethod]
    #[pyo3(signature = (table, key, *, on_error="fail"))]
    fn from_arrow(py: Python<'_>, table: &Bound<'_, PyAny>, key: &str, on_error: &str) -> Answer<Self> {
        let quarantine = self::on_error(on_error)? == citx::OnError::Quarantine;
        let table = input::table(py, table)?;
        let people = Long::default().call(py, move |_| {
            if quarantine {
                citx::Population::from_table_quarantined(table, key, citx::citizens::Rejected::default())
            } else {
                citx::Population::from_table(table, key)
            }
        });
        Ok(Self(people?))
    }

    /// Citizens from a CSV, Parquet, Arrow or XLSX file.
    #[staticmethod]
    #[pyo3(signature = (path, key, *, types=None, encoding=None, on_error="fail", sheet=None))]
    fn read(
        py: Python<'_>,
        path: PathBuf,
        key: &str,
        types: Option<&Bound<'_, PyAny>>,
        encoding: Option<String>,
        on_error: &str,
        sheet: Option<String>,
    ) -> Answer<Self> {
        let mut options = citx::ReadOptions::default();
        options.types = pairs("types", types)?;
        options.encoding = encoding;
        options.on_error = self::on_error(on_error)?;
        options.sheet = sheet;
        Ok(Self(Long::default().call(py, |_| citx::read_population(&path, key, &options))?))
    }

    /// A new snapshot with these rows written into it.
    fn upsert(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Answer<Self> {
        let rows = input::written(py, rows, self.0.key_name())?;
        Ok(Self(detached(py, || match &rows {
            Written::Table(table) => self.0.upsert(table),
            Written::Records(records) => self.0.upsert_records(records),
        })?))
    }

    /// A random sample, within strata where they are named.
    #[pyo3(signature = (n, *, strata=None, allocation=None, spread=None, one_per=None, seed=0))]
    #[allow(clippy::too_many_arguments)]
    fn draw(
        &self,
        py: Python<'_>,
        n: Count,
        strata: Option<String>,
        allocation: Option<&Bound<'_, PyAny>>,
        spread: Option<BTreeMap<String, f64>>,
        one_per: Option<String>,
        seed: u64,
    ) -> Answer<Table> {
        let word: Option<String> = allocation.and_then(|given| given.extract().ok());
        let mut options = DrawOptions::default();
        options.allocation = match (word.as_deref(), allocation) {
            (None, None) | (Some("proportional"), _) => Allocation::Proportional,
            (Some("equal"), _) => Allocation::Equal,
            (Some("neyman"), _) => Allocation::Neyman(spread.unwrap_or_default().into_iter().collect()),
            (Some(other), _) => {
                return Err(invalid(format!("`allocation` is `proportional`, `equal`, `neyman` or a dict of numbers, not `{other}`")));
            }
            (None, Some(given)) => {
                let numbers: BTreeMap<String, u64> =
                    given.extract().map_err(|_| invalid("`allocation` is a word, or a dict of stratum to number"))?;
                Allocation::Given(numbers.into_iter().collect())
            }
        };
        (options.strata, options.one_per, options.seed) = (strata, one_per, seed);
        Ok(Table(Long::default().call(py, |_| self.0.draw(n.0, &options))?))
    }

    /// The same citizens with more columns, joined by key.
    fn with_features(&self, py: Python<'_>, features: &Bound<'_, PyAny>) -> Answer<Self> {
        let features = input::table(py, features)?;
        Ok(Self(detached(py, || self.0.with_features(&features))?))
    }

    /// The same citizens, knowing which columns are facts.
    fn with_facts(&self, py: Python<'_>, facts: &Bound<'_, FactColumns>) -> Answer<Self> {
        let facts = citx::FactColumns::from(facts.get());
        Ok(Self(detached(py, || self.0.with_facts(facts))?))
    }

    /// Which columns are facts.
    #[getter]
    fn facts(&self) -> Option<FactColumns> {
        self.0.facts().map(FactColumns::from)
    }

    /// The name of the key column.
    #[getter]
    fn key(&self) -> &str {
        self.0.key_name()
    }

    /// Names and types of the attributes.
    #[getter]
    fn schema(&self) -> Schema {
        Schema::from(self.0.schema())
    }

    /// The rows that were set aside, with a reason.
    #[getter]
    fn rejected(&self) -> Table {
        Table(self.0.rejected().clone())
    }

    /// The keys, in their own type.
    fn keys(&self, py: Python<'_>) -> Answer<Column> {
        Ok(Column(detached(py, || Ok(self.0.keys()))?))
    }

    /// One citizen as a dict.
    fn row<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> Answer<Bound<'py, PyDict>> {
        let key = self::key(key)?;
        let (row, table) = (detached(py, || self.0.row(&key).map(|_| self.0.find(&key)))?, self.0.table());
        guarded(|| {
            let dict = PyDict::new(py);
            for column in table.columns() {
                dict.set_item(column.name(), read(py, &column, row.unwrap_or(usize::MAX))?)?;
            }
            Ok(dict)
        })
    }

    /// All citizens as a table.
    fn to_arrow(&self) -> Table {
        Table(self.0.table().clone())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyCapsule>>) -> Answer<Bound<'py, PyCapsule>> {
        export(py, self.0.table(), requested_schema)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyCapsule>> {
        export_schema(py, &self.0.table().batch().schema())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __contains__(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> Answer<bool> {
        let Ok(key) = self::key(key) else { return Ok(false) };
        detached(py, || Ok(self.0.find(&key).is_some()))
    }

    fn __repr__(&self) -> String {
        format!("Population({} citizens, {} attributes)", self.0.len(), self.0.schema().attributes().len())
    }
}
