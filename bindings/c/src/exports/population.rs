//! Citizens.

use std::mem::MaybeUninit;
use std::sync::Arc;

use arrow_array::StringArray;
use engine::{Column, FactColumns, Population, Result, Schema, Table};

use super::error::{citx_error, citx_status};
use super::record::citx_record;
use super::table::{citx_read_options, citx_table, read_options};
use crate::guard;
use crate::handle::{ExclusiveHandle as _, Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_str, citx_strs};

/// Citizens at one moment: a table with unique, non-null keys. Never changes.
pub struct citx_population(Shared<Population>);
shared!(citx_population, Population);

/// Which columns say what the consent rules and the exports need. Each is the name of a column; left out is unknown.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_fact_columns {
    /// sizeof(citx_fact_columns).
    pub struct_size: usize,
    /// E-mail address.
    pub email: citx_str,
    /// Phone number, for calls and text messages.
    pub phone: citx_str,
    /// Postal address: one column with line breaks or commas, or one for each line.
    pub address: citx_strs,
    /// Date of birth.
    pub birth_date: citx_str,
    /// Whether the citizen has died.
    pub deceased: citx_str,
    /// The channel the citizen asked to be contacted by.
    pub preferred_channel: citx_str,
    /// `individual` or `corporate` (PECR reg. 2).
    pub subscriber_kind: citx_str,
    /// When the contact details were collected.
    pub collected_at: citx_str,
    /// How: `sale`, `support`, `service`, ...
    pub collected_how: citx_str,
    /// Since when the number is on the TPS or CTPS.
    pub tps_listed_at: citx_str,
    /// When the number was last screened against them.
    pub tps_screened_at: citx_str,
    /// Whether the address is on the MPS.
    pub mps_listed: citx_str,
    /// A safe-contact instruction.
    pub safe_contact: citx_str,
    /// Language of messages, BCP 47.
    pub language: citx_str,
    /// What makes a household: a UPRN or an id.
    pub household: citx_str,
    /// Columns of special category data (UK GDPR Art. 9).
    pub special_category: citx_strs,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists.
unsafe impl Options for citx_fact_columns {
    const NAME: &'static str = "citx_fact_columns";
}

/// Citizens from a table whose column `key` names each; `table` stays the caller's.
///
/// `*out` is to be freed with citx_population_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT naming the rows whose key is
/// null or there twice. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_from_table(
    table: Option<&citx_table>,
    key: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_population>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        out.write(citx_population::boxed(Population::from_table(table.clone(), key.text("key")?)?));
        Ok(())
    })
}

/// Citizens from a `.csv`, `.parquet`, `.arrow` or `.xlsx` file whose column `key` names each.
///
/// `*out` is to be freed with citx_population_free. Status: IO, UNKNOWN_NAME, INVALID_ARGUMENT naming file, column and
/// row, UNSUPPORTED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_population_read(
    path: citx_str,
    key: citx_str,
    options: *const citx_read_options,
    out: Option<&mut MaybeUninit<Box<citx_population>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { read_options(options) }?;
        out.write(citx_population::boxed(engine::read_population(path.text("path")?, key.text("key")?, &options)?));
        Ok(())
    })
}

/// How many citizens; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_len(people: Option<&citx_population>) -> usize {
    guard::get(people, 0, Population::len)
}

/// The name of the key column, valid until `people` is freed; none for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_key(people: Option<&citx_population>) -> citx_str {
    guard::get(people, citx_str::NONE, |people| citx_str::view(people.key_name()))
}

/// The attributes: a table of `name` and `type`, the types as rules see them. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_schema(
    people: Option<&citx_population>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        guard::place(out, "out")?.write(schema_table(people.schema())?);
        Ok(())
    })
}

/// All citizens as a table, the types as they came. `*out` is to be freed with citx_table_free. Status:
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_table(
    people: Option<&citx_population>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        guard::place(out, "out")?.write(citx_table::boxed(people.table().clone()));
        Ok(())
    })
}

/// The rows that were set aside, with a reason; no rows unless quarantined. `*out` is to be freed with citx_table_free.
/// Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_rejected(
    people: Option<&citx_population>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        guard::place(out, "out")?.write(citx_table::boxed(people.rejected().clone()));
        Ok(())
    })
}

/// One citizen by key, a whole number written as text. `*out` is to be freed with citx_record_free. Status: NOT_FOUND,
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_row(
    people: Option<&citx_population>,
    key: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_record>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        let out = guard::place(out, "out")?;
        out.write(citx_record::boxed(people.row(key.text("key")?)?));
        Ok(())
    })
}

/// A new population with `rows` written into it: an absent column keeps its value, a null writes null, a new key
/// inserts. The old one stays valid.
///
/// `*out` is to be freed with citx_population_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_upsert(
    people: Option<&citx_population>,
    rows: Option<&citx_table>,
    out: Option<&mut MaybeUninit<Box<citx_population>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        let out = guard::place(out, "out")?;
        out.write(citx_population::boxed(people.upsert(guard::given(rows, "rows")?)?));
        Ok(())
    })
}

/// The same citizens, knowing which columns are facts.
///
/// `*out` is to be freed with citx_population_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a column that cannot be
/// that fact. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_population_with_facts(
    people: Option<&citx_population>,
    facts: *const citx_fact_columns,
    out: Option<&mut MaybeUninit<Box<citx_population>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or columns with their size, as the header asks.
        let facts = unsafe { raw::options(facts) }?.ok_or_else(|| guard::null("facts"))?;
        out.write(citx_population::boxed(people.with_facts(fact_columns(&facts)?)?));
        Ok(())
    })
}

/// Frees a population; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_free(people: Option<Box<citx_population>>) {
    guard::free(people);
}

/// The facts that the struct names.
pub(crate) fn fact_columns(given: &citx_fact_columns) -> Result<FactColumns> {
    let mut facts = FactColumns::default();
    facts.email = given.email.maybe("email")?;
    facts.phone = given.phone.maybe("phone")?;
    facts.address = given.address.texts("address")?;
    facts.birth_date = given.birth_date.maybe("birth_date")?;
    facts.deceased = given.deceased.maybe("deceased")?;
    facts.preferred_channel = given.preferred_channel.maybe("preferred_channel")?;
    facts.subscriber_kind = given.subscriber_kind.maybe("subscriber_kind")?;
    facts.collected_at = given.collected_at.maybe("collected_at")?;
    facts.collected_how = given.collected_how.maybe("collected_how")?;
    facts.tps_listed_at = given.tps_listed_at.maybe("tps_listed_at")?;
    facts.tps_screened_at = given.tps_screened_at.maybe("tps_screened_at")?;
    facts.mps_listed = given.mps_listed.maybe("mps_listed")?;
    facts.safe_contact = given.safe_contact.maybe("safe_contact")?;
    facts.language = given.language.maybe("language")?;
    facts.household = given.household.maybe("household")?;
    facts.special_category = given.special_category.texts("special_category")?;
    Ok(facts)
}

/// A schema as a table of `name` and `type`.
pub(crate) fn schema_table(schema: &Schema) -> Result<Box<citx_table>> {
    let names: StringArray = schema.attributes().iter().map(|attribute| Some(attribute.name.as_str())).collect();
    let types: StringArray = schema.attributes().iter().map(|attribute| Some(attribute.data_type.to_string())).collect();
    let columns = [Column::new("name", Arc::new(names)), Column::new("type", Arc::new(types))];
    Ok(citx_table::boxed(Table::from_columns(columns)?))
}
