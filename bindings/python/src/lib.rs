//! The extension module `citx._citx`: one file for each module of the core, and no logic of its own.
#![deny(unsafe_code)]

mod audience;
mod citizens;
mod consent;
mod engagement;
mod error;
mod input;
mod ledger;
mod options;
mod project;
mod records;
mod rules;
mod run;
mod satisfaction;
mod segments;
mod signals;
mod table;
mod value;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
fn _citx(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<audience::Audience>()?;
    module.add_class::<citizens::FactColumns>()?;
    module.add_class::<citizens::Population>()?;
    module.add_class::<citizens::Schema>()?;
    module.add_class::<consent::ConsentView>()?;
    module.add_class::<consent::Decision>()?;
    module.add_class::<consent::Policy>()?;
    module.add_class::<consent::PolicyRule>()?;
    module.add_class::<ledger::ConsentLedger>()?;
    module.add_class::<ledger::SubjectAccess>()?;
    module.add_class::<engagement::Events>()?;
    module.add_class::<records::ConsentProvider>()?;
    module.add_class::<rules::Explanation>()?;
    module.add_class::<rules::Rule>()?;
    module.add_class::<run::CancelToken>()?;
    module.add_class::<satisfaction::Benchmark>()?;
    module.add_class::<satisfaction::Estimate>()?;
    module.add_class::<satisfaction::Instrument>()?;
    module.add_class::<satisfaction::SampleSize>()?;
    module.add_class::<satisfaction::Survey>()?;
    module.add_class::<satisfaction::Test>()?;
    module.add_class::<satisfaction::Weighting>()?;
    module.add_class::<segments::BookDiff>()?;
    module.add_class::<segments::Change>()?;
    module.add_class::<segments::LiveSegments>()?;
    module.add_class::<segments::Membership>()?;
    module.add_class::<segments::MembershipDiff>()?;
    module.add_class::<segments::Segment>()?;
    module.add_class::<segments::SegmentBook>()?;
    module.add_class::<signals::AddressList>()?;
    module.add_class::<signals::NumberList>()?;
    module.add_class::<signals::Signal>()?;
    module.add_class::<table::Column>()?;
    module.add_class::<table::Table>()?;
    module.add_function(wrap_pyfunction!(ledger::verify_proof, module)?)?;
    module.add_function(wrap_pyfunction!(engagement::uplift, module)?)?;
    module.add_function(wrap_pyfunction!(records::consent_record, module)?)?;
    module.add_function(wrap_pyfunction!(records::kantara_receipt, module)?)?;
    module.add_function(wrap_pyfunction!(satisfaction::sample_size, module)?)?;
    module.add_function(wrap_pyfunction!(signals::gpp_json, module)?)?;
    module.add_function(wrap_pyfunction!(signals::is_one_click, module)?)?;
    module.add_function(wrap_pyfunction!(signals::one_click_headers, module)?)?;
    module.add_function(wrap_pyfunction!(signals::read_preferences, module)?)?;
    module.add_function(wrap_pyfunction!(signals::screen_calls, module)?)?;
    module.add_function(wrap_pyfunction!(signals::screen_post, module)?)?;
    module.add_function(wrap_pyfunction!(signals::sms_reply, module)?)?;
    module.add_function(wrap_pyfunction!(signals::tcf_json, module)?)?;
    module.add_function(wrap_pyfunction!(signals::with_screening, module)?)?;
    module.add_function(wrap_pyfunction!(project::report, module)?)?;
    module.add_function(wrap_pyfunction!(project::run, module)?)?;
    module.add_function(wrap_pyfunction!(project::_main, module)?)?;
    module.add_function(wrap_pyfunction!(error::_fail, module)?)?;
    Ok(())
}
