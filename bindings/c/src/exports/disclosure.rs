//! Disclosure control: what to withhold, and what a reader could still recover.

use std::mem::MaybeUninit;

use engine::satisfaction::{self, AuditOptions, CellOptions, DisclosureRule, SuppressOptions};
use engine::{Error, ErrorKind, Result, Table};

use super::error::{citx_error, citx_status};
use super::table::citx_table;
use super::text::citx_names;
use super::weighting::given_or;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_pairs, citx_str, citx_strs};

/// Which counts a body withholds, what else goes with them, and what is shown instead. Never changes; its texts are views,
/// valid until it is freed.
pub struct citx_disclosure_rule(Shared<DisclosureRule>);
shared!(citx_disclosure_rule, DisclosureRule);

/// Some tables. Never changes.
pub struct citx_table_list(Shared<Vec<Table>>);
shared!(citx_table_list, Vec<Table>);

/// A list of tables, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_tables {
    /// The first of them.
    items: *const *const citx_table,
    /// How many tables.
    len: usize,
}

/// Which columns of tables of counts are what; `categories` and `count` must be there. Several tables may share categories;
/// each has those of its columns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_cell_options {
    /// sizeof(citx_cell_options).
    pub struct_size: usize,
    /// Columns of the categories.
    pub categories: citx_strs,
    /// Column of the count of people, unweighted.
    pub count: citx_str,
    /// The label of a total; left out for `Total`.
    pub total: citx_str,
    /// Column and label of its totals, where it differs.
    pub totals: citx_pairs,
    /// Child and parent column, such as area and region: a child's category implies its parent's.
    pub hierarchies: citx_pairs,
    /// Columns of figures about the people counted: withheld with the count.
    pub figures: citx_strs,
    /// Column of a share, and the category whose total it is a share of: withheld if the count or that total is.
    pub shares: citx_pairs,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists.
unsafe impl Options for citx_cell_options {
    const NAME: &'static str = "citx_cell_options";
}

/// How well withheld counts are protected, and against whom. NULL in its place, or zeros: so that none is known exactly by a
/// reader who does not know which counts are withheld for their own sake.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_suppress_options {
    /// sizeof(citx_suppress_options).
    pub struct_size: usize,
    /// A reader must be left with counts at least this far apart for each count withheld for its own sake; 0 for 1.
    pub width: u64,
    /// The same, in percent of the count; the greater of the two holds.
    pub percent: f64,
    /// Whether the reader knows which counts are withheld for their own sake; 0 is no: both kinds carry one symbol.
    pub knows_primary: u32,
    /// Whether the only member of a withheld cell of 1, who knows it, may work out others in the lines of that cell; 0 is no.
    pub ignore_singletons: u32,
    /// The least a withheld count may be, as the reader knows; NULL for 1 where the rule shows every 0, else 0.
    pub floor: *const u64,
    /// Counts withheld from one line add up to at least this; the rule's, if that is more.
    pub line_total: u64,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_suppress_options {
    const NAME: &'static str = "citx_suppress_options";
}

/// What the reader of tables is taken to know. NULL in its place, or zeros: no rule, the column `suppressed`, width 1, at most
/// 5,000 withheld cells.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_audit_options {
    /// sizeof(citx_audit_options).
    pub struct_size: usize,
    /// Column that says what is withheld: `none`, `primary`, `secondary`, or true and false; left out for `suppressed`.
    pub suppressed: citx_str,
    /// The rule by which counts were withheld, so that its least withheld count is known; NULL for none.
    pub rule: *const citx_disclosure_rule,
    /// How far apart the bounds of a protected count must be; 0 for 1.
    pub width: u64,
    /// The same, in percent of the count; the greater of the two holds.
    pub percent: f64,
    /// Whether the reader knows which counts are withheld for their own sake; 0 is no.
    pub knows_primary: u32,
    /// More withheld cells than this are refused; 0 for 5,000.
    pub max_cells: usize,
    /// The least a withheld count may be, as the reader knows; NULL for 1 where the rule shows every 0, else 0.
    pub floor: *const u64,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_audit_options {
    const NAME: &'static str = "citx_audit_options";
}

/// A rule that ships with citx, such as `rsh-tsm`, `nhs-fft` or `uk-tre`. `*out` is to be freed with
/// citx_disclosure_rule_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_disclosure_rule_builtin(
    name: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_disclosure_rule>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_disclosure_rule::boxed(DisclosureRule::builtin(name.text("name")?)?));
        Ok(())
    })
}

/// A rule of one's own from TOML text. `*out` is to be freed with citx_disclosure_rule_free. Status: INVALID_ARGUMENT naming
/// the line. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_disclosure_rule_parse(
    toml: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_disclosure_rule>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_disclosure_rule::boxed(DisclosureRule::parse(toml.text("toml")?)?));
        Ok(())
    })
}

/// The names of the rules that ship with citx. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_disclosure_rule_names(
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let names = DisclosureRule::names().into_iter().map(str::to_owned).collect();
        guard::place(out, "out")?.write(citx_names::boxed(names));
        Ok(())
    })
}

/// Its name; none for NULL, here and below. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_disclosure_rule_name(rule: Option<&citx_disclosure_rule>) -> citx_str {
    guard::get(rule, citx_str::NONE, |rule| citx_str::view(rule.name()))
}

/// What it is for, in words. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_disclosure_rule_title(rule: Option<&citx_disclosure_rule>) -> citx_str {
    guard::get(rule, citx_str::NONE, |rule| citx_str::view(rule.title()))
}

/// Where it is written. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_disclosure_rule_source(rule: Option<&citx_disclosure_rule>) -> citx_str {
    guard::get(rule, citx_str::NONE, |rule| citx_str::view(rule.source()))
}

/// What is shown in place of a count. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_disclosure_rule_symbol(rule: Option<&citx_disclosure_rule>) -> citx_str {
    guard::get(rule, citx_str::NONE, |rule| citx_str::view(rule.symbol()))
}

/// Smaller counts are withheld; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_disclosure_rule_threshold(rule: Option<&citx_disclosure_rule>) -> u64 {
    guard::get(rule, 0, |rule| rule.threshold())
}

/// Frees a rule; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_disclosure_rule_free(rule: Option<Box<citx_disclosure_rule>>) {
    guard::free(rule);
}

/// The same table with small counts withheld, and others by which they could be found: with the columns `shown` and
/// `suppressed` (`none`, `primary` or `secondary`) more.
///
/// `options` may be NULL. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT for a
/// count that is null or not a whole number of 0 or more, a cell that is there twice, or rows that do not add up to their
/// total, NOT_CONVERGED if a cell cannot be protected as far as asked for. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_suppress(
    table: Option<&citx_table>,
    cells: *const citx_cell_options,
    rule: Option<&citx_disclosure_rule>,
    options: *const citx_suppress_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let cells = unsafe { cell_options(cells) }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { suppress_options(options) }?;
        let rule = guard::given(rule, "rule")?;
        let made = satisfaction::suppress(std::slice::from_ref(table), &cells, rule, &options)?;
        out.write(citx_table::boxed(made.into_iter().next().ok_or_else(|| guard::null("table"))?));
        Ok(())
    })
}

/// The same for tables that share cells or totals, none of which may give another away; in the same order.
///
/// `options` may be NULL. `*out` is to be freed with citx_table_list_free. Status: as citx_suppress. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_suppress_linked(
    tables: citx_tables,
    cells: *const citx_cell_options,
    rule: Option<&citx_disclosure_rule>,
    options: *const citx_suppress_options,
    out: Option<&mut MaybeUninit<Box<citx_table_list>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let cells = unsafe { cell_options(cells) }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { suppress_options(options) }?;
        let rule = guard::given(rule, "rule")?;
        out.write(citx_table_list::boxed(satisfaction::suppress(&tables.tables()?, &cells, rule, &options)?));
        Ok(())
    })
}

/// A table of counts with the totals of all margins.
///
/// `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT for a count that is null or
/// not a whole number, a category that is null, or a table that has totals already. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_with_totals(
    table: Option<&citx_table>,
    cells: *const citx_cell_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let cells = unsafe { cell_options(cells) }?;
        out.write(citx_table::boxed(satisfaction::with_totals(table, &cells)?));
        Ok(())
    })
}

/// What a reader could still work out of each withheld count from all that the tables show.
///
/// The table, of a row for each withheld cell: the categories, count, suppressed, lower, upper (null without limit), recoverable
/// (the bounds are one number), protected, attained (both bounds are counts of whole tables that were found). Counts may be
/// null where they are withheld. `options` may be NULL. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a
/// column, INVALID_ARGUMENT for a count that is not a whole number of 0 or more, a cell that is there twice, or rows that do not
/// add up to their total, LIMIT_EXCEEDED for too many withheld cells, NOT_CONVERGED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_audit(
    tables: citx_tables,
    cells: *const citx_cell_options,
    options: *const citx_audit_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let cells = unsafe { cell_options(cells) }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { audit_options(options) }?;
        out.write(citx_table::boxed(satisfaction::audit(&tables.tables()?, &cells, &options)?));
        Ok(())
    })
}

/// A table of citx_survey_scores with small bases withheld, and others by which they could be found. In a withheld row all
/// figures and n are null, `published` is the rule's symbol and `suppressed` is true; the columns are the same.
///
/// `options` may be NULL. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column that is not there,
/// INVALID_ARGUMENT for an n that is null, a row that is there twice, or groups with more respondents than their total,
/// NOT_CONVERGED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_protect_scores(
    scores: Option<&citx_table>,
    rule: Option<&citx_disclosure_rule>,
    options: *const citx_suppress_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(scores, err, |scores| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { suppress_options(options) }?;
        out.write(citx_table::boxed(satisfaction::protect_scores(scores, guard::given(rule, "rule")?, &options)?));
        Ok(())
    })
}

/// How many tables; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_list_len(tables: Option<&citx_table_list>) -> usize {
    guard::get(tables, 0, Vec::len)
}

/// The table at `index`, from 0. `*out` is to be freed with citx_table_free. Status: OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_list_get(
    tables: Option<&citx_table_list>,
    index: usize,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(tables, err, |tables| {
        let out = guard::place(out, "out")?;
        let beyond = || Error::new(ErrorKind::OutOfRange, format!("there are {} tables", tables.len()));
        out.write(citx_table::boxed(tables.get(index).cloned().ok_or_else(beyond)?));
        Ok(())
    })
}

/// Frees a list of tables; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_list_free(tables: Option<Box<citx_table_list>>) {
    guard::free(tables);
}

impl citx_tables {
    fn tables(&self) -> Result<Vec<Table>> {
        // SAFETY: the caller promises `len` pointers at `items` for the time of the call.
        let items = unsafe { raw::slice(self.items, self.len, "tables") }?;
        let table = |item: &*const citx_table| {
            // SAFETY: NULL or live, as the header asks.
            let table = unsafe { raw::given(*item, "table") }?;
            table.cloned().ok_or_else(|| guard::null("table"))
        };
        items.iter().map(table).collect()
    }
}

/// # Safety
/// As [`raw::options`].
unsafe fn cell_options(pointer: *const citx_cell_options) -> Result<CellOptions> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(pointer) }?.ok_or_else(|| guard::null("cells"))?;
    let mut options = CellOptions::new(given.categories.texts("categories")?, given.count.text("count")?);
    given.total.maybe("total")?.into_iter().for_each(|total| options.total = total);
    options.totals = given.totals.pairs("totals")?;
    options.hierarchies = given.hierarchies.pairs("hierarchies")?;
    options.figures = given.figures.texts("figures")?;
    options.shares = given.shares.pairs("shares")?;
    Ok(options)
}

/// # Safety
/// As [`raw::options`].
unsafe fn suppress_options(pointer: *const citx_suppress_options) -> Result<SuppressOptions> {
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(SuppressOptions::default()) };
    let mut options = protection(given.width, given.percent, given.knows_primary);
    (options.singletons, options.line_total) = (given.ignore_singletons == 0, given.line_total);
    // SAFETY: NULL, or a number lies there for the time of the call.
    options.floor = unsafe { raw::item(given.floor, "floor") }?;
    Ok(options)
}

/// # Safety
/// As [`raw::options`]; the rule is NULL or live.
unsafe fn audit_options(pointer: *const citx_audit_options) -> Result<AuditOptions> {
    let mut options = AuditOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    given.suppressed.maybe("suppressed")?.into_iter().for_each(|column| options.suppressed = column);
    // SAFETY: as promised by the caller.
    options.rule = unsafe { raw::given(given.rule, "rule") }?.cloned();
    options.protection = protection(given.width, given.percent, given.knows_primary);
    // SAFETY: NULL, or a number lies there for the time of the call.
    options.protection.floor = unsafe { raw::item(given.floor, "floor") }?;
    options.max_cells = given_or(given.max_cells, options.max_cells);
    Ok(options)
}

fn protection(width: u64, percent: f64, knows_primary: u32) -> SuppressOptions {
    let mut options = SuppressOptions::default();
    options.width = given_or(width, options.width);
    (options.percent, options.knows_primary) = (percent, knows_primary != 0);
    options
}
