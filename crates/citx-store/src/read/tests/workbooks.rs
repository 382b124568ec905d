use std::io::Write;

use zip::write::SimpleFileOptions;

use super::*;

/// A workbook from the XML of its sheets' rows. Styles: 1 is a date, 2 a date with time, 3 a length of time.
pub(super) fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut part = |name: &str, xml: &str| {
        zip.start_file(name, stored).unwrap();
        zip.write_all(xml.as_bytes()).unwrap();
    };
    let list = |one: &dyn Fn(usize, &str) -> String| sheets.iter().enumerate().map(|(i, (name, _))| one(i + 1, name)).collect::<String>();
    let types = list(&|i, _| {
        format!(
            r#"<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
        )
    });
    part(
        "[Content_Types].xml",
        &format!(
            r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>{types}</Types>"#
        ),
    );
    part(
        "_rels/.rels",
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    );
    let relations = list(&|i, _| {
        format!(
            r#"<Relationship Id="rId{i}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{i}.xml"/>"#
        )
    });
    part(
        "xl/_rels/workbook.xml.rels",
        &format!(
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>"#
        ),
    );
    let names = list(&|i, name| format!(r#"<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>"#));
    part(
        "xl/workbook.xml",
        &format!(
            r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{names}</sheets></workbook>"#
        ),
    );
    part(
        "xl/styles.xml",
        r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="46"/></cellXfs></styleSheet>"#,
    );
    for (i, (_, rows)) in sheets.iter().enumerate() {
        part(
            &format!("xl/worksheets/sheet{}.xml", i + 1),
            &format!(
                r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
            ),
        );
    }
    zip.finish().unwrap().into_inner()
}

/// One row from cells such as `A1=s:text`, `B1=n:1.5`, `C1=1:46348` (style 1), `D1=b:1`, `E1=e:#N/A`.
pub(super) fn row(number: usize, cells: &[&str]) -> String {
    let cell = |cell: &&str| {
        let (place, value) = cell.split_once('=').unwrap();
        let (kind, value) = value.split_once(':').unwrap();
        match kind {
            "s" => format!(r#"<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>"#),
            "n" => format!(r#"<c r="{place}"><v>{value}</v></c>"#),
            "b" | "e" => format!(r#"<c r="{place}" t="{kind}"><v>{value}</v></c>"#),
            style => format!(r#"<c r="{place}" s="{style}"><v>{value}</v></c>"#),
        }
    };
    format!(r#"<row r="{number}">{}</row>"#, cells.iter().map(cell).collect::<String>())
}

fn read_rows(rows: &[String], options: &ReadOptions) -> Result<Table> {
    read_table(Folder::new().file("t.xlsx", workbook(&[("Sheet1", &rows.concat())])), &[], options)
}

#[test]
fn cells_have_the_types_they_have_in_excel() {
    let rows = [
        row(
            1,
            &[
                "A1=s:id",
                "B1=s:n",
                "C1=s:f",
                "D1=s:b",
                "E1=s:d",
                "F1=s:t",
                "G1=s:mixed",
                "H1=s:code",
                "I1=s:span",
                "J1=s:clock",
                "K1=s:none",
            ],
        ),
        row(
            2,
            &["A2=n:7", "B2=n:1", "C2=n:1", "D2=b:1", "E2=1:46348", "F2=2:46348", "G2=n:1.5", "H2=s:007", "I2=3:1.5", "J2=2:0.5", "K2=s:"],
        ),
        row(3, &["A3=n:8", "B3=n:-2", "C3=n:0.25", "D3=b:0", "E3=1:1", "F3=2:46348.395833333336", "G3=s:x", "H3=n:12"]),
    ];
    let table = read_rows(&rows, &ReadOptions::new()).unwrap();
    assert_eq!(types(&table), ["integer", "integer", "float", "boolean", "date", "timestamp", "text", "text", "float", "text", "null"]);
    let first = table.row(0);
    assert!(matches!(first.get("d"), Some(Value::Date(date)) if date.ymd() == Some((2026, 11, 22))));
    assert!(matches!(table.row(1).get("d"), Some(Value::Date(date)) if date.ymd() == Some((1900, 1, 1))));
    assert!(matches!(first.get("t"), Some(Value::Timestamp(at)) if at.to_string() == "2026-11-22T00:00:00Z"));
    assert!(matches!(table.row(1).get("t"), Some(Value::Timestamp(at)) if at.to_string() == "2026-11-22T09:30:00Z"));
    assert!(column(&table, "mixed") == [text("1.5"), text("x")]);
    assert!(column(&table, "code") == [text("007"), text("12")]);
    assert!(column(&table, "clock") == [text("12:00:00"), Value::Null]);
}

#[test]
fn keys_are_text_and_declared_types_hold() {
    let rows = [row(1, &["A1=s:id", "B1=s:d"]), row(2, &["A2=n:17", "B2=1:46348"]), row(3, &["A3=n:1234567890123456", "B3=s:01/02/1990"])];
    let path = Folder::new();
    let path = path.file("t.xlsx", workbook(&[("Sheet1", &rows.concat())]));
    let options = ReadOptions::new().column_type("d", "date:%d/%m/%Y");
    let people = read_population(&path, "id", &options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((people.find("17"), people.find("1234567890123456")), (Some(0), Some(1)));
    assert!(matches!(people.row("17").unwrap().get("d"), Some(Value::Date(date)) if date.ymd() == Some((2026, 11, 22))));
    assert!(matches!(people.table().row(1).get("d"), Some(Value::Date(date)) if date.ymd() == Some((1990, 2, 1))));
}

#[test]
fn rows_count_from_the_header_and_empty_ones_do_not() {
    let rows = [row(3, &["B3=s:a", "C3=s:b"]), row(5, &["B5=n:1", "C5=s:x"]), row(9, &["C9=e:#N/A", "B9=n:2"]), row(10, &["B10=n:3"])];
    let error = read_rows(&rows, &ReadOptions::new()).expect_err("an error cell");
    assert_eq!(error.to_string(), "t.xlsx: column `b`, row 6 (line 9): cell C9 holds an error such as #N/A");
    let path = Folder::new();
    let path = path.file("t.xlsx", workbook(&[("Sheet1", &rows.concat())]));
    let (table, rejected) = read_table_and_rejected(&path, &[], &ReadOptions::new().on_error(OnError::Quarantine)).unwrap();
    assert!(column(&table, "a") == [Value::Integer(1), Value::Integer(3)]);
    assert!(column(&rejected, "row") == [Value::Integer(6)] && column(&rejected, "line") == [Value::Integer(9)]);
}

#[test]
fn sheets_are_named_or_the_first() {
    let sheet = |name: &str| row(1, &["A1=s:id"]) + &row(2, &[&format!("A2=s:{name}")]);
    let bytes = workbook(&[("First", &sheet("one")), ("Second", &sheet("two"))]);
    let folder = Folder::new();
    let path = folder.file("t.XLSX", bytes);
    assert!(column(&read_table(&path, &[], &ReadOptions::new()).unwrap(), "id") == [text("one")]);
    assert!(column(&read_table(&path, &[], &ReadOptions::new().sheet("Second")).unwrap(), "id") == [text("two")]);
    let error = read_table(&path, &[], &ReadOptions::new().sheet("Third")).expect_err("no such sheet");
    assert_eq!((error.kind(), error.to_string().contains("`First`, `Second`")), (ErrorKind::UnknownName, true));
}

#[test]
fn sheets_that_are_no_tables() {
    let refused = |rows: &[String]| read_rows(rows, &ReadOptions::new()).expect_err("refused").to_string();
    assert_eq!(refused(&[]), "t.xlsx: the sheet is empty; expected a row with the names of the columns");
    assert_eq!(refused(&[row(1, &["A1=s:a", "B1=s:a"])]), "t.xlsx: two columns are named `a`; rename one");
    assert_eq!(
        refused(&[row(1, &["A1=s:a"]), row(2, &["A2=n:1", "C2=s:secret"])]),
        "t.xlsx: cell C2 has a value, but its column has no name in the header"
    );
    assert_eq!(read_rows(&[row(1, &["A1=s:a", "C1=n:2024"])], &ReadOptions::new()).unwrap().column_names(), ["a", "2024"]);
}

#[test]
fn a_cell_in_the_last_corner_does_not_fill_the_memory() {
    let rows = [row(1, &["A1=s:a", "XFD1=s:z"]), row(2, &["A2=n:1"]), row(1_048_576, &["XFD1048576=n:2"])];
    assert_eq!(read_rows(&rows, &ReadOptions::new()).unwrap().num_rows(), 2);
    let beyond = [row(1, &["A1=s:a"]), row(99_999_999, &["A99999999=n:1"])];
    let _ = read_rows(&beyond, &ReadOptions::new());
}
