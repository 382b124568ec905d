//! Signals: what arrives becomes a table of events.

use std::path::PathBuf;

use citx::consent::signals::{
    self, AddressColumns, Bounce, GppString, Ladder, OneClick, OptOutMapping, Received, SmsWords, TcfMapping, TcfString,
};
use citx::{Date, Event, Facts, TimeZone};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};

use crate::citizens::Population;
use crate::consent::Policy;
use crate::error::{Answer, detached, invalid};
use crate::input;
use crate::options::{Names, instant, key, optional_instant, zone};
use crate::run::Long;
use crate::table::Table;
use crate::value::to_python;

/// Whose signal it is, and where it came from.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Signal(Received);

#[pymethods]
impl Signal {
    #[new]
    #[pyo3(signature = (citizen, *, at, channel=None, contact=None, source=None))]
    fn new(
        citizen: &Bound<'_, PyAny>,
        at: &Bound<'_, PyAny>,
        channel: Option<String>,
        contact: Option<String>,
        source: Option<String>,
    ) -> Answer<Self> {
        let mut received = Received::new(key(citizen)?, instant("at", at, TimeZone::UTC)?);
        (received.channel, received.contact, received.source) = (channel, contact, source);
        Ok(Self(received))
    }

    /// What a TCF string says of each purpose.
    #[pyo3(signature = (text, *, purposes, vendor=None))]
    fn tcf(&self, text: &str, purposes: &Bound<'_, PyAny>, vendor: Option<u16>) -> Answer<Table> {
        let wrong = || invalid("`purposes` must be a mapping of purposes to TCF purposes, one or several");
        let mut mapping = TcfMapping::new();
        for item in purposes.cast::<PyMapping>().map_err(|_| wrong())?.items()?.iter() {
            let (purpose, needed): (String, Bound<'_, PyAny>) = item.extract().map_err(|_| wrong())?;
            let one = needed.extract::<u8>().map(|one| vec![one]);
            let needed: Vec<u8> = one.or_else(|_| needed.extract()).map_err(|_| wrong())?;
            mapping = needed.into_iter().fold(mapping, |mapping, number| mapping.purpose(number, purpose.as_str()));
        }
        if let Some(vendor) = vendor {
            mapping = mapping.vendor(vendor);
        }
        Ok(events(&mapping.events(text, &self.0)?))
    }

    /// What a GPP string opts out of, and the facts that follow.
    #[pyo3(signature = (text, *, sale=Names::default(), sharing=Names::default(), targeted_advertising=Names::default(), refusals=false))]
    fn gpp<'py>(
        &self,
        py: Python<'py>,
        text: &str,
        sale: Names,
        sharing: Names,
        targeted_advertising: Names,
        refusals: bool,
    ) -> Answer<(Table, Bound<'py, PyDict>)> {
        let (found, facts) = opt_outs(sale, sharing, targeted_advertising, refusals).events(text, &self.0)?;
        Ok((events(&found), dict(py, &facts)?))
    }

    /// What the header `Sec-GPC` opts out of, and the facts that follow.
    #[pyo3(signature = (header, *, sale=Names::default(), sharing=Names::default(), targeted_advertising=Names::default(), refusals=false))]
    fn gpc<'py>(
        &self,
        py: Python<'py>,
        header: Option<&str>,
        sale: Names,
        sharing: Names,
        targeted_advertising: Names,
        refusals: bool,
    ) -> Answer<(Table, Bound<'py, PyDict>)> {
        let (found, facts) = signals::gpc_header(header, &opt_outs(sale, sharing, targeted_advertising, refusals), &self.0);
        Ok((events(&found), dict(py, &facts)?))
    }

    /// What a click on an unsubscribe address says.
    #[pyo3(signature = (address, *, purpose))]
    fn one_click(&self, address: &str, purpose: &str) -> Table {
        events(&OneClick::events(purpose, address, &self.0))
    }

    /// What an answer to a text message says.
    #[pyo3(signature = (message, *, purpose=None))]
    fn sms(&self, message: &str, purpose: Option<&str>) -> Answer<Table> {
        Ok(events(&SmsWords::builtin()?.events(message, purpose, &self.0)))
    }

    /// What the bounces of a contact point come to.
    fn bounces(&self, history: Vec<(Bound<'_, PyAny>, String)>) -> Answer<Table> {
        let bounce = |(at, kind): (Bound<'_, PyAny>, String)| Ok(Bounce { at: instant("at", &at, TimeZone::UTC)?, kind: kind.parse()? });
        let history = history.into_iter().map(bounce).collect::<Answer<Vec<_>>>()?;
        Ok(events(&Ladder::builtin()?.events(&history, &self.0)?))
    }
}

fn opt_outs(sale: Names, sharing: Names, targeted_advertising: Names, refusals: bool) -> OptOutMapping {
    let mapping = sale.0.into_iter().fold(OptOutMapping::new(), OptOutMapping::sale);
    let mapping = sharing.0.into_iter().fold(mapping, OptOutMapping::sharing);
    let mapping = targeted_advertising.0.into_iter().fold(mapping, OptOutMapping::targeted_advertising);
    if refusals { mapping.refusals() } else { mapping }
}

fn events(events: &[Event]) -> Table {
    Table(Event::to_table(events))
}

fn dict<'py>(py: Python<'py>, facts: &Facts) -> Answer<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in facts.iter() {
        dict.set_item(name, to_python(py, value)?)?;
    }
    Ok(dict)
}

/// All fields of a TCF string, as JSON.
#[pyfunction(name = "_tcf_json")]
pub(crate) fn tcf_json(text: &str) -> Answer<String> {
    Ok(TcfString::parse(text)?.to_json())
}

/// All sections of a GPP string, as JSON.
#[pyfunction(name = "_gpp_json")]
pub(crate) fn gpp_json(text: &str) -> Answer<String> {
    Ok(GppString::parse(text)?.to_json())
}

/// What an answer to a text message is.
#[pyfunction(name = "_sms_reply")]
pub(crate) fn sms_reply(message: &str) -> Answer<&'static str> {
    Ok(SmsWords::builtin()?.read(message).as_str())
}

/// The headers by which one click unsubscribes.
#[pyfunction(name = "_one_click_headers")]
#[pyo3(signature = (base, token, *, mailto=None))]
pub(crate) fn one_click_headers<'py>(py: Python<'py>, base: &str, token: &str, mailto: Option<&str>) -> Answer<Bound<'py, PyDict>> {
    let headers = OneClick::build(base, token, mailto)?;
    let dict = PyDict::new(py);
    dict.set_item("List-Unsubscribe", headers.list_unsubscribe())?;
    dict.set_item("List-Unsubscribe-Post", headers.list_unsubscribe_post())?;
    Ok(dict)
}

/// Whether a POST is a click on such an address.
#[pyfunction(name = "_is_one_click")]
pub(crate) fn is_one_click(content_type: &str, body: &[u8]) -> bool {
    signals::is_one_click(content_type, body)
}

/// The numbers of the TPS or the CTPS.
#[pyclass(frozen, module = "citx")]
pub(crate) struct NumberList(signals::NumberList);

#[pymethods]
impl NumberList {
    /// A list from a licensee's file.
    #[staticmethod]
    #[pyo3(signature = (path, *, released, policy))]
    fn read(py: Python<'_>, path: PathBuf, released: &Bound<'_, PyAny>, policy: &Bound<'_, Policy>) -> Answer<Self> {
        let (released, policy) = (day(released)?, &policy.get().0);
        Ok(Self(detached(py, || citx::read_number_list(&path, released, policy))?))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// The addresses of the MPS.
#[pyclass(frozen, module = "citx")]
pub(crate) struct AddressList(signals::AddressList);

#[pymethods]
impl AddressList {
    /// A list from a file.
    #[staticmethod]
    #[pyo3(signature = (path, *, released, address, surname=None, postcode=None))]
    fn read(
        py: Python<'_>,
        path: PathBuf,
        released: &Bound<'_, PyAny>,
        address: Names,
        surname: Option<String>,
        postcode: Option<String>,
    ) -> Answer<Self> {
        let (released, columns) = (day(released)?, columns(address, surname, postcode));
        Ok(Self(detached(py, || citx::read_address_list(&path, released, &columns))?))
    }

    /// Rows that match nobody.
    #[getter]
    fn unread(&self) -> usize {
        self.0.unread()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

fn columns(address: Names, surname: Option<String>, postcode: Option<String>) -> AddressColumns {
    let mut columns = AddressColumns::new(address.0);
    (columns.surname, columns.postcode) = (surname, postcode);
    columns
}

/// A day given as text or as a date.
fn day(given: &Bound<'_, PyAny>) -> Answer<Date> {
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(text.to_cow()?.parse().map_err(|error: citx::Error| error.context("`released`"))?);
    }
    instant("released", given, TimeZone::UTC)?.date(TimeZone::UTC).ok_or_else(|| invalid("`released` must be a day"))
}

/// Everyone's number against the TPS and the CTPS.
#[pyfunction(name = "_screen_calls")]
pub(crate) fn screen_calls(
    py: Python<'_>,
    people: &Bound<'_, Population>,
    tps: &Bound<'_, NumberList>,
    ctps: &Bound<'_, NumberList>,
    previous: Option<&Bound<'_, PyAny>>,
    policy: &Bound<'_, Policy>,
) -> Answer<Table> {
    let previous = previous.map(|given| input::table(py, given)).transpose()?;
    let (people, tps, ctps, policy) = (&people.get().0, &tps.get().0, &ctps.get().0, &policy.get().0);
    Ok(Table(Long::default().call(py, |_| signals::screen_calls(people, tps, ctps, previous.as_ref(), policy))?))
}

/// Everyone's address against the MPS.
#[pyfunction(name = "_screen_post")]
pub(crate) fn screen_post(
    py: Python<'_>,
    people: &Bound<'_, Population>,
    mps: &Bound<'_, AddressList>,
    address: Option<Names>,
    surname: Option<String>,
    postcode: Option<String>,
) -> Answer<Table> {
    if address.is_none() && (surname.is_some() || postcode.is_some()) {
        return Err(invalid("a surname or postcode goes with `address`"));
    }
    let columns = address.map(|address| columns(address, surname, postcode));
    let (people, mps) = (&people.get().0, &mps.get().0);
    Ok(Table(Long::default().call(py, |_| signals::screen_post(people, mps, columns.as_ref()))?))
}

/// The population with what a screening found.
#[pyfunction(name = "_with_screening")]
pub(crate) fn with_screening(py: Python<'_>, people: &Bound<'_, Population>, screening: &Bound<'_, PyAny>) -> Answer<Population> {
    let (people, screening) = (&people.get().0, input::table(py, screening)?);
    Ok(Population(detached(py, || signals::with_screening(people, &screening))?))
}

/// The events of a preference centre's export.
#[pyfunction(name = "_read_preferences")]
pub(crate) fn read_preferences(
    py: Python<'_>,
    path: PathBuf,
    mapping: PathBuf,
    at: Option<&Bound<'_, PyAny>>,
    time_zone: &str,
) -> Answer<Table> {
    let zone = zone(time_zone)?;
    let at = optional_instant("at", at, zone)?;
    let found = detached(py, || citx::read_preferences(&path, &citx::read_preference_mapping(&mapping)?, at, zone))?;
    Ok(events(&found))
}
