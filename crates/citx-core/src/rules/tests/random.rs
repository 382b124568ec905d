//! Random tables in every layout, and random rules over them.

use std::sync::Arc;

use arrow_array::types::{Int16Type, UInt8Type};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, FixedSizeListArray, GenericListArray, NullArray, OffsetSizeTrait, PrimitiveArray, StringArray,
    new_null_array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, TimeUnit};

use crate::table::{Column, Decimal, Table};
use crate::time::{Date, Timestamp};

/// SplitMix64: small, and the same everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn column<T>(&mut self, rows: usize, mut value: impl FnMut(&mut Self) -> T) -> Vec<Option<T>> {
        let nulls = self.pick(&[0, 0, 3, 20]);
        (0..rows).map(|_| if nulls > 0 && self.below(nulls) == 0 { None } else { Some(value(self)) }).collect()
    }
}

const TEXTS: [&str; 24] = [
    "",
    "a",
    "abc",
    "ABC",
    "a%c",
    "a_c",
    "Zoe",
    "\u{e9}t\u{e9}",
    "e\u{301}",
    "stra\u{df}e",
    "\u{c0}B",
    "x\ny",
    "a b",
    "\u{1F600}",
    "10%",
    "\\",
    "12",
    "-2.5",
    " 7 ",
    "true",
    "0",
    "2024-02-29",
    "2026-03-29 01:30:00",
    "\u{a0}x ",
];
const ROUND: [i64; 10] = [0, 1, -1, 2, 3, 5, 10, 100, -7, 64];
const WIDE: [i64; 6] = [i64::MAX, i64::MIN, i64::MAX - 1, 1 << 53, (1 << 53) + 1, -(1 << 53) - 1];
const FLOATS: [f64; 14] = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308, 0.1, 51.5, -0.12];
/// Days that every database has, and behind them days that few have.
pub const DAYS: [i32; 19] = [
    0,
    1,
    -1,
    20_000,
    20_779,
    11_016,
    12_477,
    20_541,
    20_542,
    -100_000,
    19_782,
    19_781,
    -719_162,
    2_932_896,
    95_026_236,
    -96_465_292,
    95_026_237,
    i32::MAX,
    i32::MIN,
];

fn base(random: &mut Random, kind: &str, rows: usize, days: &[i32]) -> (Column, Vec<DataType>) {
    use DataType::{
        Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256, Float16, Float32, Float64, Int8, Int16, Int32, Int64,
        LargeUtf8, Timestamp as Instant, UInt8, UInt16, UInt32, UInt64, Utf8, Utf8View,
    };
    let dictionary = |value: DataType| DataType::Dictionary(Box::new(DataType::UInt32), Box::new(value));
    match kind {
        "small" => {
            let values = random.column(rows, |random| random.below(12) as i64);
            (Column::integer("", values), vec![Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64, dictionary(Int64)])
        }
        "wide" => {
            let values = random.column(rows, |random| if random.below(3) == 0 { random.pick(&WIDE) } else { random.pick(&ROUND) });
            (Column::integer("", values), vec![Int64])
        }
        "float" => {
            let values = random.column(rows, |random| random.pick(&FLOATS));
            (Column::float("", values), vec![Float16, Float32, Float64, Float64, dictionary(Float64)])
        }
        "decimal" => {
            let values = random.column(rows, |random| Decimal { digits: random.pick(&[0, 150, -150, 1, 10, 250, 100, 99_999]), scale: 2 });
            let narrow = vec![Decimal32(7, 2), Decimal64(12, 2), Decimal128(20, 2), Decimal256(40, 2), Decimal128(38, 6)];
            (Column::decimal("", 2, values).expect("scale 2"), narrow)
        }
        "text" => {
            let values = random.column(rows, |random| random.pick(&TEXTS));
            (Column::text("", values), vec![Utf8, LargeUtf8, Utf8View, dictionary(Utf8), dictionary(LargeUtf8)])
        }
        "boolean" => (Column::boolean("", random.column(rows, |random| random.below(2) == 0)), vec![Boolean]),
        "date" => {
            let values = random.column(rows, |random| Date::from_days(random.pick(days)));
            (Column::date("", values), vec![Date32, Date32, Date64, dictionary(Date32)])
        }
        _ => {
            let at = |random: &mut Random| {
                let day = i64::from(random.pick(&DAYS[..10]));
                Timestamp::from_micros(day * 86_400_000_000 + random.pick(&[0, 3_600_000_000, 82_800_000_000, 43_200_123_456]))
            };
            let units = [TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Microsecond, TimeUnit::Nanosecond];
            let zones = [None, Some(Arc::from("UTC")), Some(Arc::from("Europe/London"))];
            let layouts = units.iter().flat_map(|unit| zones.iter().map(|zone| Instant(*unit, zone.clone()))).collect();
            (Column::timestamp("", random.column(rows, at)), layouts)
        }
    }
}

/// A dictionary with a null among its values, and values that no row has.
fn dictionary_with_nulls(random: &mut Random, rows: usize) -> ArrayRef {
    let values: ArrayRef = Arc::new(StringArray::from(vec![Some("abc"), None, Some(""), Some("Zoe"), Some("unused")]));
    if random.below(2) == 0 {
        let keys: PrimitiveArray<Int16Type> = random.column(rows, |random| random.below(4) as i16).into_iter().collect();
        Arc::new(DictionaryArray::new(keys, values))
    } else {
        let keys: PrimitiveArray<UInt8Type> = random.column(rows, |random| random.below(4) as u8).into_iter().collect();
        Arc::new(DictionaryArray::new(keys, values))
    }
}

/// Lists of a kind of values: none, some, or null.
fn lists(random: &mut Random, kind: &str, rows: usize, days: &[i32]) -> ArrayRef {
    let fixed = random.below(4) == 0;
    let lengths: Vec<usize> = (0..rows).map(|_| if fixed { 2 } else { random.pick(&[0, 1, 1, 2, 5]) }).collect();
    let items = lengths.iter().sum();
    let (column, layouts) = base(random, kind, items, days);
    let layout = random.pick(&layouts);
    let items = cast(column.array(), &layout).unwrap_or_else(|_| new_null_array(&layout, items));
    let field = Arc::new(Field::new("item", layout, true));
    let valid = random.column(rows, |_| true);
    let valid = Some(NullBuffer::from_iter(valid.into_iter().map(|valid| valid.is_some())));
    fn of<O: OffsetSizeTrait>(field: Arc<Field>, lengths: Vec<usize>, items: ArrayRef, valid: Option<NullBuffer>) -> ArrayRef {
        Arc::new(GenericListArray::<O>::new(field, OffsetBuffer::from_lengths(lengths), items, valid))
    }
    match random.below(2) {
        _ if fixed && rows > 0 => Arc::new(FixedSizeListArray::new(field, 2, items, valid)),
        0 => of::<i32>(field, lengths, items, valid),
        _ => of::<i64>(field, lengths, items, valid),
    }
}

/// Columns `small0`, `small1`, `wide0`, ..., each in some layout.
pub fn table(random: &mut Random, rows: usize) -> Table {
    table_with_lists(random, rows, &DAYS)
}

/// The same with no dates but these.
pub fn table_with_lists(random: &mut Random, rows: usize, days: &[i32]) -> Table {
    let mut columns: Vec<Column> = table_of(random, rows, days).columns().collect();
    for kind in ["small", "float", "decimal", "text", "boolean", "date", "timestamp"] {
        let array = lists(random, kind, rows + 3, days);
        columns.push(Column::new(format!("{kind}s"), array.slice(3, rows)));
    }
    Table::from_columns(columns).expect("columns of one length")
}

/// The same without lists.
pub fn table_of(random: &mut Random, rows: usize, days: &[i32]) -> Table {
    let mut columns = Vec::new();
    for kind in ["small", "wide", "float", "decimal", "text", "boolean", "date", "timestamp"] {
        for copy in 0..2 {
            let (column, layouts) = base(random, kind, rows, days);
            let layout = random.pick(&layouts);
            let array = cast(column.array(), &layout).unwrap_or_else(|_| new_null_array(&layout, rows));
            // A slice of a longer array: what stands before must not be read.
            let padded = arrow_select::concat::concat(&[&new_null_array(array.data_type(), 3), &array]).expect("one type");
            let array = if random.below(3) == 0 { padded.slice(3, rows) } else { array };
            columns.push(Column::new(format!("{kind}{copy}"), array));
        }
    }
    columns.push(Column::new("text2", dictionary_with_nulls(random, rows)));
    columns.push(Column::new("nothing", Arc::new(NullArray::new(rows)) as ArrayRef));
    columns.push(Column::float("odd name.0", random.column(rows, |random| random.pick(&FLOATS))));
    Table::from_columns(columns).expect("columns of one length")
}

/// Random rules: `depth` is how far they nest, `called` the rules that `in_segment` may call.
pub struct Writer<'r> {
    pub random: &'r mut Random,
    pub called: Vec<String>,
}

impl Writer<'_> {
    fn one_of(&mut self, texts: &[&str]) -> String {
        self.random.pick(texts).to_owned()
    }

    pub fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.one_of(&[
                "boolean0",
                "boolean1",
                "TRUE",
                "FALSE",
                "NULL",
                "nothing",
                "small0 > 3",
                "text0 = 'abc'",
                "date0 IS NULL",
            ]);
        }
        let below = depth - 1;
        let not = if self.random.below(3) == 0 { "NOT " } else { "" };
        match self.random.below(21) {
            0..=2 => {
                let word = self.one_of(&[" AND ", " OR "]);
                let parts: Vec<String> = (0..2 + self.random.below(3)).map(|_| format!("({})", self.condition(below))).collect();
                parts.join(&word)
            }
            3 => format!("NOT ({})", self.condition(below)),
            4 | 5 => {
                let (a, b) = self.comparable(below);
                format!("{a} {} {b}", self.one_of(&["=", "<>", "!=", "<", "<=", ">", ">="]))
            }
            6 => {
                let (a, b) = self.comparable(below);
                format!("{a} IS {not}DISTINCT FROM {b}")
            }
            7 => format!("{} {not}BETWEEN {} AND {}", self.number(below), self.number(below), self.number(below)),
            8 => format!("{} {not}BETWEEN {} AND {}", self.date(below), self.instant(below), self.date(below)),
            9 => {
                let items: Vec<String> = (0..1 + self.random.below(5)).map(|_| self.number(below / 2)).collect();
                format!("{} {not}IN ({})", self.number(below), items.join(", "))
            }
            10 => {
                let items: Vec<String> = (0..1 + self.random.below(4)).map(|_| self.text(below / 2)).collect();
                format!("{} {not}IN ({})", self.text(below), items.join(", "))
            }
            11 => {
                let items = self.one_of(&["'2024-02-29', DATE '2000-02-29'", "date1, NULL", "TIMESTAMP '2026-11-22 00:00:00'", "as_of()"]);
                let value = self.one_of(&["date0", "timestamp0", "date0 + INTERVAL '1 month'"]);
                format!("{value} {not}IN ({items})")
            }
            12 => {
                let word = self.one_of(&["LIKE", "ILIKE"]);
                let pattern = self.one_of(&[
                    "'a%'",
                    "'%B%'",
                    "'_'",
                    "'%'",
                    "'a!%c' ESCAPE '!'",
                    "'%e_'",
                    "text1",
                    "'Z%e'",
                    "'%%c'",
                    "NULL",
                    "text2 || '%'",
                ]);
                format!("{} {not}{word} {pattern}", self.text(below))
            }
            13 => {
                let (value, test) = if self.random.below(2) == 0 {
                    (self.condition(below), self.one_of(&["NULL", "TRUE", "FALSE", "UNKNOWN"]))
                } else {
                    let kind = self.random.below(4);
                    (self.value(kind, below), "NULL".to_owned())
                };
                format!("({value}) IS {not}{test}")
            }
            14 => {
                let function = self.one_of(&["starts_with", "ends_with", "contains"]);
                format!("{function}({}, {})", self.text(below), self.text(below))
            }
            15 => {
                let lat = self.one_of(&["float0", "float1", "small0", "51.5", "decimal0"]);
                let metres = self.one_of(&["800", "1e6", "float1", "-1", "20015200.0", "wide0"]);
                format!("within_m({lat}, \"odd name.0\", 51.5, -0.12, {metres})")
            }
            16 => self.list_condition(),
            17 => {
                let pattern = self.one_of(&[
                    "'b'",
                    "'^a'",
                    "'[A-Z]'",
                    "'(ab|b)+c$'",
                    "'x.y', 's'",
                    "'x.y'",
                    "'ZOE|\u{c9}', 'i'",
                    "'^.{1,3}$'",
                    "''",
                    "NULL",
                ]);
                format!("regexp_like({}, {pattern})", self.text(below))
            }
            18 => {
                let value = match self.random.below(3) {
                    0 => self.number(below),
                    1 => self.text(below),
                    _ => self.condition(below),
                };
                format!("CAST({value} AS BOOLEAN)")
            }
            _ => match (self.called.is_empty(), self.random.below(2)) {
                (false, 0) => {
                    let name = self.random.pick(&self.called.clone());
                    format!("in_segment('{name}')")
                }
                _ => format!("CASE WHEN {} THEN {} ELSE {} END", self.condition(below), self.condition(below), self.condition(below)),
            },
        }
    }

    fn value(&mut self, kind: usize, depth: usize) -> String {
        match kind {
            0 => self.number(depth),
            1 => self.text(depth),
            2 => self.date(depth),
            _ => self.instant(depth),
        }
    }

    fn comparable(&mut self, depth: usize) -> (String, String) {
        match self.random.below(8) {
            0..=2 => (self.number(depth), self.number(depth)),
            3 => (self.text(depth), self.text(depth)),
            4 => (self.date(depth), self.instant(depth)),
            5 => (self.instant(depth), self.date(depth)),
            6 => (self.date(depth), self.one_of(&["'2024-02-29'", "'1970-01-01'", "DATE '2026-03-29'", "NULL"])),
            _ => (format!("({})", self.condition(depth)), self.one_of(&["TRUE", "FALSE", "boolean0", "boolean1", "'true'"])),
        }
    }

    fn number(&mut self, depth: usize) -> String {
        const PLAIN: [&str; 22] = [
            "small0",
            "small1",
            "wide0",
            "wide1",
            "float0",
            "float1",
            "decimal0",
            "decimal1",
            "\"odd name.0\"",
            "0",
            "1",
            "2",
            "-1",
            "1.5",
            "0.10",
            "2.5e0",
            "1e308",
            "9223372036854775807",
            "9007199254740993",
            "NULL",
            "nothing",
            "10.000",
        ];
        if depth == 0 {
            return self.one_of(&PLAIN);
        }
        let below = depth - 1;
        match self.random.below(19) {
            0..=3 => format!("({} {} {})", self.number(below), self.one_of(&["+", "-", "*", "/", "%"]), self.number(below)),
            4 => format!("abs({})", self.number(below)),
            5 => format!("- {}", self.number(below)),
            6 => format!("length({})", self.text(below)),
            7 => format!(
                "{}({})",
                self.one_of(&["age", "days_since"]),
                if self.random.below(2) == 0 { self.date(below) } else { self.instant(below) }
            ),
            8 => format!("({} - {})", self.date(below), self.date(below)),
            9 => format!("coalesce({}, {})", self.number(below), self.number(below)),
            10 => format!("nullif({}, {})", self.number(below), self.number(below)),
            11 => format!("round({}, {})", self.number(below), self.one_of(&["0", "1", "2", "-1", "-30", "NULL"])),
            12 => format!("{}({})", self.one_of(&["round", "floor", "ceil"]), self.number(below)),
            13 => format!("{}({}, {})", self.one_of(&["least", "greatest"]), self.number(below), self.number(below)),
            14 | 15 => {
                let part = self
                    .one_of(&["year", "isoyear", "quarter", "month", "week", "day", "doy", "dow", "isodow", "hour", "minute", "second"]);
                let value = if self.random.below(2) == 0 { self.date(below) } else { self.instant(below) };
                format!("EXTRACT({part} FROM {value})")
            }
            16 | 17 => {
                let target = self.one_of(&["BIGINT", "DOUBLE", "DECIMAL(10, 2)", "DECIMAL(38, 0)", "DECIMAL(5, 1)", "DECIMAL(38, 10)"]);
                let value = match self.random.below(3) {
                    0 => self.number(below),
                    1 => self.text(below),
                    _ => self.condition(below),
                };
                if self.random.below(2) == 0 { format!("CAST({value} AS {target})") } else { format!("({value})::{target}") }
            }
            _ => format!(
                "CASE {} WHEN {} THEN {} ELSE {} END",
                self.number(below),
                self.number(below),
                self.number(below),
                self.number(below)
            ),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.one_of(&["text0", "text1", "text2", "'abc'", "'a'", "''", "NULL", "'\u{e9}t\u{e9}'", "'%'"]);
        }
        let below = depth - 1;
        match self.random.below(9) {
            0 => format!("lower({})", self.text(below)),
            1 => format!("upper({})", self.text(below)),
            2 => format!("({} || {})", self.text(below), self.text(below)),
            3 => format!("coalesce({}, {})", self.text(below), self.text(below)),
            4 => format!(
                "CASE WHEN {} THEN {} WHEN {} THEN {} END",
                self.condition(below),
                self.text(below),
                self.condition(below),
                self.text(below)
            ),
            5 => {
                let function = self.one_of(&["trim", "ltrim", "rtrim"]);
                let characters = self.one_of(&["", ", ' '", ", 'a'", ", 'e%\u{e9}a'", ", text1", ", NULL"]);
                format!("{function}({}{characters})", self.text(below))
            }
            6 => {
                let value = match self.random.below(5) {
                    0 => self.number(below),
                    1 => self.date(below),
                    2 => self.instant(below),
                    3 => self.condition(below),
                    _ => self.text(below),
                };
                format!("CAST({value} AS TEXT)")
            }
            7 => format!("{}({}, {}, {})", self.one_of(&["least", "greatest"]), self.text(below), self.text(below), self.text(0)),
            _ => self.text(0),
        }
    }

    fn list_condition(&mut self) -> String {
        let (list, items): (&str, &[&str]) = self.random.pick(&[
            ("texts", &["'abc'", "'Zoe'", "''", "text0", "NULL", "lower(text1)", "'unused'"][..]),
            ("smalls", &["1", "2.0", "2.5", "'3'", "small0", "7", "NULL", "length(text0)"]),
            ("floats", &["0", "0.5", "'nan'", "small0", "decimal0", "1e308", "float1"]),
            ("decimals", &["1.5", "1", "small0", "decimal1", "-1.500", "0.001", "NULL"]),
            ("booleans", &["TRUE", "FALSE", "boolean0", "'true'", "NULL"]),
            ("dates", &["'2024-02-29'", "DATE '1970-01-01'", "date0", "date1 + 1", "NULL"]),
            ("timestamps", &["as_of()", "timestamp0", "DATE '1970-01-01'", "TIMESTAMP '1970-01-02 00:00:00'", "date1"]),
            ("nothing", &["'abc'", "1", "small0"]),
        ]);
        if self.random.below(8) == 0 {
            return format!("{list} IS {}NULL", self.one_of(&["", "NOT "]));
        }
        let items: Vec<String> = (0..1 + self.random.below(4)).map(|_| self.one_of(items)).collect();
        format!("{}({list}, {})", self.one_of(&["has_any", "has_all"]), items.join(", "))
    }

    fn unit(&mut self) -> String {
        self.one_of(&["year", "quarter", "month", "week", "day", "hour", "minute", "second"])
    }

    fn interval(&mut self) -> String {
        self.one_of(&["INTERVAL '90 days'", "INTERVAL 1 MONTH", "INTERVAL '1 year 2 days'", "INTERVAL '-1' DAY", "INTERVAL '100 years'"])
    }

    fn date(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.one_of(&["date0", "date1", "DATE '2024-02-29'", "DATE '2026-03-29'", "DATE '1970-01-01'"]);
        }
        match self.random.below(7) {
            3 => format!("date_trunc('{}', {})", self.unit(), self.date(depth - 1)),
            4 => format!("CAST({} AS DATE)", if self.random.below(2) == 0 { self.text(depth - 1) } else { self.instant(depth - 1) }),
            5 => format!("{}({}, {})", self.one_of(&["least", "greatest"]), self.date(depth - 1), self.date(depth - 1)),
            0 => format!("({} {} {})", self.date(depth - 1), self.one_of(&["+", "-"]), self.interval()),
            1 => format!("({} {} {})", self.date(depth - 1), self.one_of(&["+", "-"]), self.one_of(&["1", "small0", "wide0"])),
            2 => format!("coalesce({}, {})", self.date(depth - 1), self.date(depth - 1)),
            _ => self.date(0),
        }
    }

    fn instant(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.one_of(&[
                "timestamp0",
                "timestamp1",
                "as_of()",
                "TIMESTAMP '2026-03-29 00:30:00'",
                "TIMESTAMP '2024-02-29T12:00:00+01:00'",
            ]);
        }
        match self.random.below(7) {
            3 => format!("date_trunc('{}', {})", self.unit(), self.instant(depth - 1)),
            4 => format!("CAST({} AS TIMESTAMP)", if self.random.below(2) == 0 { self.text(depth - 1) } else { self.date(depth - 1) }),
            5 => format!("{}({}, {})", self.one_of(&["least", "greatest"]), self.date(depth - 1), self.instant(depth - 1)),
            0 => format!("({} {} {})", self.instant(depth - 1), self.one_of(&["+", "-"]), self.interval()),
            1 => format!(
                "({} + INTERVAL '36 hours')",
                if self.random.below(2) == 0 { self.date(depth - 1) } else { self.instant(depth - 1) }
            ),
            2 => format!("coalesce({}, {})", self.instant(depth - 1), self.date(depth - 1)),
            _ => self.instant(0),
        }
    }
}
