//! `citx suppress` and `citx audit`.

use std::path::{Path, PathBuf};

use citx::satisfaction::{AuditOptions, CellOptions, SuppressOptions};
use citx::{Column, Error, ErrorKind, ReadOptions, Result, Table, Value};
use serde_json::json;

use super::{Answer, pair};
use crate::args::{Audit, Cells, Suppress};
use crate::json as to_json;
use crate::survey::named_rule;

pub(super) fn suppress(arguments: &Suppress) -> Result<Answer> {
    let mut cells = cells(&arguments.cells)?;
    cells.figures.clone_from(&arguments.figures);
    cells.shares = pairs(&arguments.shares, "--share COLUMN=CATEGORY")?;
    let rule = named_rule(&arguments.rule, Path::new(""))?;
    let mut tables = read(&arguments.cells, &cells)?;
    if arguments.with_totals {
        let whole =
            |table: &Table| if has_totals(table, &cells)? { Ok(table.clone()) } else { citx::satisfaction::with_totals(table, &cells) };
        tables = tables.iter().map(whole).collect::<Result<_>>()?;
    }
    let mut options = protection(&arguments.cells);
    options.singletons = !arguments.ignore_singletons;
    options.line_total = arguments.line_total.unwrap_or(options.line_total);
    let shown = citx::satisfaction::suppress(&tables, &cells, &rule, &options)?;
    let shown = if arguments.reasons { shown } else { shown.iter().map(published).collect::<Result<_>>()? };
    let names: Vec<String> = arguments.cells.tables.iter().map(|path| path.display().to_string()).collect();
    let withheld: Vec<usize> = shown.iter().map(withheld).collect::<Result<_>>()?;
    let files = arguments.to.as_ref().map(|folder| write(&shown, &arguments.cells.tables, folder)).transpose()?;
    let mut text = String::new();
    for (at, table) in shown.iter().enumerate() {
        let name = names.get(at).map_or("", String::as_str);
        match files.as_ref().and_then(|files| files.get(at)) {
            Some(file) => {
                let count = withheld.get(at).copied().unwrap_or(0);
                text.push_str(&format!("{name}: {count} of {} counts withheld, written to {file}\n", table.num_rows()));
            }
            None if shown.len() == 1 => text.push_str(&crate::text::table(table)),
            None => text.push_str(&format!("{name}\n{}\n", crate::text::table(table))),
        }
    }
    let one = |(at, table): (usize, &Table)| {
        json!({
            "table": names.get(at),
            "withheld": withheld.get(at),
            "file": files.as_ref().and_then(|files| files.get(at)),
            "cells": if files.is_some() { None } else { Some(to_json::rows(table)) },
        })
    };
    Answer::new(text, json!({ "rule": rule.name(), "tables": shown.iter().enumerate().map(one).collect::<Vec<_>>() }))
}

/// Whether a row of the table is a total.
fn has_totals(table: &Table, cells: &CellOptions) -> Result<bool> {
    let names = cells.categories.iter().filter(|name| table.column_names().contains(&name.as_str()));
    let columns = names.map(|name| table.column(name)).collect::<Result<Vec<_>>>()?;
    Ok(columns.iter().any(|column| column.values().any(|value| crate::text::cell(&value) == cells.total)))
}

/// The table without what tells the two kinds of withheld counts apart.
fn published(table: &Table) -> Result<Table> {
    let column = |column: Column| match column.name() {
        "reason" => None,
        "suppressed" => {
            let withheld = column.values().map(|value| Some(value != Value::Text("none".to_owned())));
            Some(Column::boolean("suppressed", withheld))
        }
        _ => Some(column),
    };
    Table::from_columns(table.columns().filter_map(column))
}

fn withheld(table: &Table) -> Result<usize> {
    let shown = [Value::Boolean(false), Value::Text("none".to_owned())];
    Ok(table.column("suppressed")?.values().filter(|value| !shown.contains(value)).count())
}

/// Writes each table as `NAME.csv` into the folder.
fn write(tables: &[Table], sources: &[PathBuf], folder: &Path) -> Result<Vec<String>> {
    let target = |path: &PathBuf| folder.join(path.file_stem().unwrap_or_default()).with_extension("csv");
    let targets: Vec<PathBuf> = sources.iter().map(target).collect();
    let same = |a: &Path, b: &Path| a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b));
    for (at, target) in targets.iter().enumerate() {
        if targets.iter().take(at).any(|earlier| earlier == target) {
            return Err(Error::new(ErrorKind::Conflict, "two tables have the same name; write them into folders of their own"));
        }
        if sources.iter().any(|source| same(source, target)) {
            return Err(Error::new(ErrorKind::Conflict, "the folder holds the table itself; name another, or it would be written over"));
        }
    }
    std::fs::create_dir_all(folder)
        .map_err(|error| Error::new(ErrorKind::Io, "the folder cannot be made").context(folder.display().to_string()).caused_by(error))?;
    tables.iter().zip(&targets).try_for_each(|(table, target)| citx::write_csv(table, target))?;
    Ok(targets.iter().map(|target| target.display().to_string()).collect())
}

pub(super) fn audit(arguments: &Audit) -> Result<Answer> {
    let cells = cells(&arguments.cells)?;
    let mut options = AuditOptions::default();
    options.suppressed.clone_from(&arguments.suppressed);
    options.protection = protection(&arguments.cells);
    options.rule = arguments.rule.as_ref().map(|rule| named_rule(rule, Path::new(""))).transpose()?;
    let found = citx::satisfaction::audit(&read(&arguments.cells, &cells)?, &cells, &options)?;
    let open =
        |name: &str, wanted: bool| Ok::<_, Error>(found.column(name)?.values().filter(|value| *value == Value::Boolean(wanted)).count());
    let (recoverable, unprotected) = (open("recoverable", true)?, open("protected", false)?);
    let verdict = match (found.num_rows(), unprotected) {
        (0, _) => "no count is withheld\n".to_owned(),
        (all, 0) => format!("all {all} withheld counts are protected\n"),
        (all, some) => format!("{some} of {all} withheld counts are not protected; {recoverable} can be found out exactly\n"),
    };
    let status = if unprotected > 0 { ErrorKind::Suppressed.code() as i32 } else { 0 };
    let json = json!({
        "withheld": found.num_rows(), "recoverable": recoverable, "unprotected": unprotected, "cells": to_json::rows(&found),
    });
    Ok(Answer { text: crate::text::table(&found) + &verdict, json, status })
}

fn cells(arguments: &Cells) -> Result<CellOptions> {
    let mut cells = CellOptions::new(arguments.categories.iter().cloned(), &arguments.count);
    cells.total.clone_from(&arguments.total);
    cells.hierarchies = pairs(&arguments.hierarchies, "--hierarchy CHILD=PARENT")?;
    Ok(cells)
}

fn pairs(words: &[String], form: &str) -> Result<Vec<(String, String)>> {
    words.iter().map(|word| pair(word, form).map(|(a, b)| (a.to_owned(), b.to_owned()))).collect()
}

fn protection(arguments: &Cells) -> SuppressOptions {
    let mut options = SuppressOptions::default();
    options.width = arguments.width.unwrap_or(options.width);
    options.percent = arguments.percent.unwrap_or(options.percent);
    (options.knows_primary, options.floor) = (arguments.knows_primary, arguments.floor);
    options
}

/// The tables; their categories are text, whatever they look like.
fn read(arguments: &Cells, cells: &CellOptions) -> Result<Vec<Table>> {
    let text: Vec<&str> = cells.categories.iter().map(String::as_str).collect();
    arguments.tables.iter().map(|path| citx::read_table(path, &text, &ReadOptions::default())).collect()
}
