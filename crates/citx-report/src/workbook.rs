//! Tables as an Excel workbook (Office Open XML): numbers as numbers, text as text, which no spreadsheet runs as a formula.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use citx_core::table::{Table, Value};
use citx_core::{Error, ErrorKind, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Rows of a sheet, the header included.
const MOST_ROWS: usize = 1_048_576;
const MOST_COLUMNS: usize = 16_384;
/// Characters of a cell.
const MOST_TEXT: usize = 32_767;
/// Characters of a sheet's name.
const MOST_NAME: usize = 31;
/// Whole numbers beyond this would lose digits.
const EXACT: i64 = 1 << 53;

/// A workbook being put together: one sheet for each table, its columns' names in the first row.
///
/// The same tables give the same bytes. Text is written as text, so that `=1+1` stays what it is; whole numbers beyond 2^53 are text too.
///
/// # Example
/// ```
/// use citx_core::table::{Column, Table};
/// use citx_report::Workbook;
///
/// let table = Table::from_columns([Column::text("measure", [Some("TP01")]), Column::float("value", [Some(0.744)])])?;
/// let bytes = Workbook::new().sheet("Measures", &table)?.to_bytes()?;
/// assert_eq!(&bytes[..2], b"PK");
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Workbook {
    sheets: Vec<(String, String)>,
}

impl Workbook {
    /// A workbook without sheets.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more sheet.
    ///
    /// # Errors
    /// `InvalidArgument` for a name that Excel refuses (empty, longer than 31 characters, with one of `[]:*?/\`, in quotes) or that is there
    /// already; `LimitExceeded` for a table that does not fit into a sheet; `Unsupported` for a column whose values have no text.
    pub fn sheet(mut self, name: &str, table: &Table) -> Result<Self> {
        let fits = !name.is_empty() && name.chars().count() <= MOST_NAME && !name.starts_with('\'') && !name.ends_with('\'');
        if !fits || name.contains(['[', ']', ':', '*', '?', '/', '\\']) || name.contains(char::is_control) {
            return Err(Error::new(ErrorKind::InvalidArgument, "a sheet's name has 1 to 31 characters, without any of []:*?/\\"));
        }
        if self.sheets.iter().any(|(known, _)| known.to_lowercase() == name.to_lowercase()) {
            return Err(Error::new(ErrorKind::InvalidArgument, format!("two sheets are named `{name}`")));
        }
        if table.num_rows() >= MOST_ROWS || table.num_columns() > MOST_COLUMNS {
            return Err(Error::new(
                ErrorKind::LimitExceeded,
                format!("sheet `{name}`: a sheet has {MOST_ROWS} rows and {MOST_COLUMNS} columns"),
            ));
        }
        let xml = sheet_xml(table).map_err(|error| error.context(format!("sheet `{name}`")))?;
        self.sheets.push((name.to_owned(), xml));
        Ok(self)
    }

    /// The same with some more sheets, such as those of a return.
    ///
    /// # Errors
    /// As [`Workbook::sheet`].
    pub fn sheets(self, sheets: &[(String, Table)]) -> Result<Self> {
        sheets.iter().try_fold(self, |workbook, (name, table)| workbook.sheet(name, table))
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// `InvalidArgument` without a sheet; `LimitExceeded` for more than the format holds.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        if self.sheets.is_empty() {
            return Err(Error::new(ErrorKind::InvalidArgument, "a workbook needs at least one sheet"));
        }
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        // A fixed date: the bytes depend on the tables only.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).last_modified_time(DateTime::default());
        let too_large =
            |error: zip::result::ZipError| Error::new(ErrorKind::LimitExceeded, "the workbook cannot be packed").caused_by(error);
        let mut add = |name: &str, text: &str| {
            archive.start_file(name, options).map_err(too_large)?;
            archive.write_all(text.as_bytes()).map_err(|error| too_large(error.into()))
        };
        add("[Content_Types].xml", &self.content_types())?;
        add("_rels/.rels", RELATIONS)?;
        add("xl/workbook.xml", &self.book())?;
        add("xl/_rels/workbook.xml.rels", &self.book_relations())?;
        add("xl/styles.xml", STYLES)?;
        for (at, (_, xml)) in self.sheets.iter().enumerate() {
            add(&format!("xl/worksheets/sheet{}.xml", at + 1), xml)?;
        }
        Ok(archive.finish().map_err(too_large)?.into_inner())
    }

    /// Writes the file at `path`.
    ///
    /// # Errors
    /// As [`Workbook::to_bytes`], and `Io`.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let bytes = self.to_bytes()?;
        std::fs::write(path, bytes).map_err(|error| {
            Error::new(ErrorKind::Io, "the workbook cannot be written").context(path.display().to_string()).caused_by(error)
        })
    }

    fn content_types(&self) -> String {
        let mut xml = format!("{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">");
        xml.push_str("<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>");
        xml.push_str("<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
        let mut part = |name: &str, kind: &str| {
            let _ = write!(
                xml,
                "<Override PartName=\"{name}\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml\"/>"
            );
        };
        part("/xl/workbook.xml", "sheet.main");
        part("/xl/styles.xml", "styles");
        (1..=self.sheets.len()).for_each(|at| part(&format!("/xl/worksheets/sheet{at}.xml"), "worksheet"));
        xml + "</Types>"
    }

    fn book(&self) -> String {
        let mut xml = format!("{HEAD}<workbook {MAIN} xmlns:r=\"{OFFICE}\"><sheets>");
        for (at, (name, _)) in self.sheets.iter().enumerate() {
            let _ = write!(xml, "<sheet name=\"{}\" sheetId=\"{}\" r:id=\"rId{}\"/>", escaped(name), at + 1, at + 1);
        }
        xml + "</sheets></workbook>"
    }

    fn book_relations(&self) -> String {
        let mut xml = format!("{HEAD}<Relationships xmlns=\"{PACKAGE}\">");
        for at in 1..=self.sheets.len() {
            let _ = write!(xml, "<Relationship Id=\"rId{at}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{at}.xml\"/>");
        }
        let styles = self.sheets.len() + 1;
        let _ = write!(xml, "<Relationship Id=\"rId{styles}\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/>");
        xml + "</Relationships>"
    }
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
/// Style 0 is plain, 1 bold for the names of columns.
const STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
    <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
    <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
    <borders count=\"1\"><border/></borders>\
    <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
    <cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
    <xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/></cellXfs>\
    <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>";

fn sheet_xml(table: &Table) -> Result<String> {
    let mut xml = format!("{HEAD}<worksheet {MAIN}><sheetViews><sheetView workbookViewId=\"0\">");
    xml.push_str("<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><sheetData>");
    xml.push_str("<row r=\"1\">");
    for (column, name) in table.column_names().into_iter().enumerate() {
        text_cell(&mut xml, &address(column, 1), name, 1)?;
    }
    xml.push_str("</row>");
    let columns: Vec<_> = table.columns().collect();
    for row in 0..table.num_rows() {
        let number = row + 2;
        let _ = write!(xml, "<row r=\"{number}\">");
        for (column, values) in columns.iter().enumerate() {
            cell(&mut xml, &address(column, number), &values.value(row))
                .map_err(|error| error.context(format!("column `{}`, row {}", values.name(), row + 1)))?;
        }
        xml.push_str("</row>");
    }
    Ok(xml + "</sheetData></worksheet>")
}

fn cell(xml: &mut String, place: &str, value: &Value) -> Result<()> {
    match value {
        Value::Null => {}
        Value::Integer(number) if number.abs() <= EXACT => {
            let _ = write!(xml, "<c r=\"{place}\"><v>{number}</v></c>");
        }
        Value::Integer(number) => text_cell(xml, place, &number.to_string(), 0)?,
        // What is not a number has no cell: an empty one is what Excel's own functions pass over.
        Value::Float(number) if number.is_finite() => {
            let _ = write!(xml, "<c r=\"{place}\"><v>{number:?}</v></c>");
        }
        Value::Float(_) => {}
        Value::Boolean(value) => {
            let _ = write!(xml, "<c r=\"{place}\" t=\"b\"><v>{}</v></c>", u8::from(*value));
        }
        Value::Text(text) => text_cell(xml, place, text, 0)?,
        Value::Date(date) => text_cell(xml, place, &date.to_string(), 0)?,
        Value::Timestamp(at) => text_cell(xml, place, &at.to_string(), 0)?,
        _ => return Err(Error::new(ErrorKind::Unsupported, "values of this type have no place in a workbook; make them text")),
    }
    Ok(())
}

fn text_cell(xml: &mut String, place: &str, text: &str, style: u8) -> Result<()> {
    if text.chars().map(char::len_utf16).sum::<usize>() > MOST_TEXT {
        return Err(Error::new(ErrorKind::LimitExceeded, format!("a cell has at most {MOST_TEXT} characters")));
    }
    let _ = write!(xml, "<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escaped(text));
    Ok(())
}

/// Text inside XML; characters that XML does not have are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' => escaped.push(c),
            '\r' => escaped.push_str("&#13;"),
            c if u32::from(c) < 0x20 || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// `B7` for the second column and row 7.
fn address(column: usize, row: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push(char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    format!("{}{row}", letters.iter().rev().collect::<String>())
}

#[cfg(test)]
mod tests {
    use citx_core::table::Column;

    use super::*;

    #[test]
    fn addresses_are_those_of_a_spreadsheet() {
        assert_eq!(
            [(0, 1), (25, 2), (26, 3), (701, 4), (702, 5)].map(|(column, row)| address(column, row)),
            ["A1", "Z2", "AA3", "ZZ4", "AAA5"]
        );
    }

    #[test]
    fn what_a_workbook_cannot_hold_is_refused() {
        let table = Table::from_columns([Column::text("a", [Some("b")])]).expect("a table");
        let refused = |name: &str| Workbook::new().sheet(name, &table).expect_err("refused").kind();
        for name in ["", "a/b", "[a]", "'a", &"x".repeat(32), "a\u{0}b"] {
            assert_eq!(refused(name), ErrorKind::InvalidArgument);
        }
        let twice = Workbook::new().sheet("A", &table).and_then(|book| book.sheet("a", &table));
        assert_eq!(twice.expect_err("twice").kind(), ErrorKind::InvalidArgument);
        assert_eq!(Workbook::new().to_bytes().expect_err("empty").kind(), ErrorKind::InvalidArgument);
        let long = Table::from_columns([Column::text("a", [Some("b".repeat(MOST_TEXT + 1))])]).expect("a table");
        assert_eq!(Workbook::new().sheet("A", &long).expect_err("long").kind(), ErrorKind::LimitExceeded);
    }

    #[test]
    fn another_reader_finds_the_same_cells() {
        use calamine::{Data, Reader};
        let table = Table::from_columns([
            Column::text("text", [Some("=1+1 & <more>"), Some("  two\nlines"), None]),
            Column::float("float", [Some(0.1), Some(1e300), Some(f64::INFINITY)]),
            Column::integer("integer", [Some(-7), None, Some(0)]),
        ])
        .expect("a table");
        let bytes = Workbook::new().sheet("One & two", &table).and_then(|book| book.sheet("b", &table)).and_then(|book| book.to_bytes());
        let mut book = calamine::Xlsx::new(Cursor::new(bytes.expect("a workbook"))).expect("opens");
        assert_eq!(book.sheet_names(), ["One & two", "b"]);
        let range = book.worksheet_range("One & two").expect("a sheet");
        let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
        assert_eq!((cell(0, 0), cell(1, 0)), (Data::String("text".into()), Data::String("=1+1 & <more>".into())));
        assert_eq!((cell(2, 0), cell(3, 0)), (Data::String("  two\nlines".into()), Data::Empty));
        assert_eq!((cell(1, 1), cell(2, 1), cell(3, 1)), (Data::Float(0.1), Data::Float(1e300), Data::Empty));
        assert_eq!((cell(1, 2), cell(2, 2), cell(3, 2)), (Data::Float(-7.0), Data::Empty, Data::Float(0.0)));
        assert!(book.worksheet_formula("One & two").expect("none").is_empty());
    }

    #[test]
    fn text_is_text_and_numbers_are_numbers() {
        let table = Table::from_columns([
            Column::text("a&b", [Some("=1+1"), Some("<x>\u{1}")]),
            Column::float("f", [Some(0.1), Some(f64::NAN)]),
            Column::integer("i", [Some(EXACT + 1), None]),
            Column::boolean("t", [Some(true), None]),
        ])
        .expect("a table");
        let xml = sheet_xml(&table).expect("a sheet");
        assert!(xml.contains("<t xml:space=\"preserve\">=1+1</t>") && !xml.contains("<f>"));
        assert!(xml.contains("a&amp;b") && xml.contains("&lt;x&gt;<"));
        assert!(xml.contains("<c r=\"B2\"><v>0.1</v></c>") && !xml.contains("NaN"));
        assert!(xml.contains("9007199254740993</t>") && xml.contains("<c r=\"D2\" t=\"b\"><v>1</v></c>"));
        let bytes = |book: Workbook| book.to_bytes().expect("a workbook");
        let book = || Workbook::new().sheet("A", &table).expect("a sheet");
        assert_eq!(bytes(book()), bytes(book()));
    }
}
