//! A book's definitions, its other forms, places, and what an evaluation would take.

use std::mem::MaybeUninit;

use engine::rules::Dialect;
use engine::{Column, Date, SegmentBook, SegmentDefinition, Table};

use super::book::{citx_segment_book, context};
use super::error::{citx_error, citx_status};
use super::population::citx_population;
use super::run::citx_run_options;
use super::table::citx_table;
use super::text::{citx_names, citx_text};
use crate::guard;
use crate::handle::SharedHandle as _;
use crate::raw::{self, citx_str};

/// The rule of the segment at `index`, from 0, as it was written: a view, valid until `book` is freed; none beyond the
/// end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_rule(book: Option<&citx_segment_book>, index: usize) -> citx_str {
    text_of(book, index, |segment| Some(&segment.rule))
}

/// Its description, as citx_segment_book_rule; none where there is none. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_description(book: Option<&citx_segment_book>, index: usize) -> citx_str {
    text_of(book, index, |segment| segment.description.as_deref())
}

/// Its owner, as citx_segment_book_rule; none where there is none. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_owner(book: Option<&citx_segment_book>, index: usize) -> citx_str {
    text_of(book, index, |segment| segment.owner.as_deref())
}

/// The date by which it is to be reviewed, such as `2027-04-01`, as citx_segment_book_rule; none where there is none.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_review_by(book: Option<&citx_segment_book>, index: usize) -> citx_str {
    text_of(book, index, |segment| segment.review_by.as_deref())
}

/// The segments to be reviewed by `date`, such as `2026-11-22`. `*out` is to be freed with citx_names_free. Status:
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_due_for_review(
    book: Option<&citx_segment_book>,
    date: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let due = book.due_for_review(date.text("date")?.parse::<Date>()?);
        out.write(citx_names::boxed(due.into_iter().map(|segment| segment.name.clone()).collect()));
        Ok(())
    })
}

/// The same book, which knows `len` places by `name`, for within_m_any: latitudes and longitudes in degrees. Places that
/// had the name are replaced.
///
/// `latitudes` and `longitudes` are read during the call only. `*out` is to be freed with citx_segment_book_free. Status:
/// INVALID_ARGUMENT for a name, OUT_OF_RANGE for a place that is not on the Earth, LIMIT_EXCEEDED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_book_with_places(
    book: Option<&citx_segment_book>,
    name: citx_str,
    latitudes: *const f64,
    longitudes: *const f64,
    len: usize,
    out: Option<&mut MaybeUninit<Box<citx_segment_book>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        // SAFETY: the caller promises `len` numbers at `latitudes` for the time of the call.
        let latitudes = unsafe { raw::slice(latitudes, len, "latitudes") }?;
        // SAFETY: the caller promises `len` numbers at `longitudes` for the time of the call.
        let longitudes = unsafe { raw::slice(longitudes, len, "longitudes") }?;
        let places = latitudes.iter().copied().zip(longitudes.iter().copied());
        out.write(citx_segment_book::boxed(book.with_places(name.text("name")?, places)?));
        Ok(())
    })
}

/// The book as JSON, see docs/spec/book.schema.json. `*out` is to be freed with citx_text_free. Status: INVALID_ARGUMENT.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_to_json(
    book: Option<&citx_segment_book>,
    out: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        guard::place(out, "out")?.write(citx_text::boxed(book.to_json()));
        Ok(())
    })
}

/// A book from JSON. `*out` is to be freed with citx_segment_book_free. Status: INVALID_ARGUMENT or RULE_SYNTAX naming
/// the path, and as citx_segment_book_new. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_from_json(
    json: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_segment_book>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_segment_book::boxed(SegmentBook::from_json(json.text("json")?)?));
        Ok(())
    })
}

/// Every rule as a condition of a database, over columns named and typed as the attributes of `people`: a table of
/// `segment` and `sql`. `dialect` is `duckdb`, `postgres` or `spark`.
///
/// `as_of` and `time_zone` as citx_segment_book_evaluate. `*out` is to be freed with citx_table_free. Status: UNSUPPORTED
/// for what the dialect cannot say, INVALID_ARGUMENT for a dialect, UNKNOWN_NAME, RULE_TYPE. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_to_sql(
    book: Option<&citx_segment_book>,
    dialect: citx_str,
    people: Option<&citx_population>,
    as_of: citx_str,
    time_zone: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        let dialect = dialect.text("dialect")?.parse::<Dialect>()?;
        let sql = book.to_sql(dialect, people.schema(), &context(&as_of, &time_zone)?)?;
        let segments = Column::text("segment", sql.iter().map(|(name, _)| Some(name)));
        let conditions = Column::text("sql", sql.iter().map(|(_, sql)| Some(sql)));
        out.write(citx_table::boxed(Table::from_columns([segments, conditions])?));
        Ok(())
    })
}

/// At most how many bytes citx_segment_book_evaluate takes, its result included, with the threads of `run`, which may be
/// NULL. Status: UNKNOWN_NAME, RULE_TYPE, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_book_memory_needed(
    book: Option<&citx_segment_book>,
    people: Option<&citx_population>,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(book.memory_needed(people, &run)?);
        Ok(())
    })
}

fn text_of(book: Option<&citx_segment_book>, index: usize, text: impl Fn(&SegmentDefinition) -> Option<&str>) -> citx_str {
    guard::get(book, citx_str::NONE, |book| citx_str::view_of(book.definitions().get(index).and_then(&text)))
}
