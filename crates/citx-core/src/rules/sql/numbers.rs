//! Numbers: widening, overflow, exact decimals; comparisons and sets; distances.

use crate::Result;

use super::super::ast::Arithmetic;
use super::super::functions::EARTH_RADIUS_M;
use super::super::plan::{Op, OpId, Set, Type};
use super::{Dialect, Sql, Writer};

/// The most digits of a decimal.
pub(super) const MAX_DIGITS: u32 = 38;

impl Writer<'_> {
    /// How many digits a decimal has at most; those of an integer.
    pub(super) fn digits_of(&self, id: OpId) -> u32 {
        match self.type_of(id) {
            Type::Decimal(_) => self.digits.get(&id).copied().unwrap_or(0),
            Type::Integer => 19,
            _ => 0,
        }
    }

    pub(super) fn scale_of(&self, id: OpId) -> u32 {
        if let Type::Decimal(scale) = self.type_of(id) { u32::try_from(scale).unwrap_or(0) } else { 0 }
    }

    pub(super) fn number(&mut self, id: OpId, op: &Op) -> Result<Sql> {
        match op {
            Op::ToFloat(a) => Ok(self.to_float(*a)),
            Op::ToDecimal(a, scale) => {
                let digits = self.digits_of(*a) + u32::try_from(*scale).unwrap_or(0).saturating_sub(self.scale_of(*a));
                let sql = self.get(*a);
                self.sized(id, digits, *scale, |writer, data_type| match (writer.dialect, digits > MAX_DIGITS) {
                    (Dialect::Postgres, _) => format!("CAST({} AS NUMERIC)", sql.text),
                    (_, true) => format!("TRY_CAST({} AS {data_type})", sql.text),
                    (_, false) => format!("CAST({} AS {data_type})", sql.text),
                })
            }
            Op::Arithmetic(arithmetic, a, b) => match self.type_of(id) {
                Type::Integer => self.whole(*arithmetic, *a, *b),
                Type::Decimal(scale) => self.exact(id, *arithmetic, *a, *b, scale),
                _ => self.floating(*arithmetic, *a, *b),
            },
            Op::Negate(a) | Op::Abs(a) => self.sign(id, *a, matches!(op, Op::Abs(_))),
            _ => self.unsupported("one of the rule's computations"),
        }
    }

    /// To the nearest double.
    fn to_float(&self, a: OpId) -> Sql {
        let (sql, target) = (self.get(a).text, self.type_name(Type::Float));
        // DuckDB divides long decimals in double; their text is read to the nearest.
        if self.dialect == Dialect::DuckDb && matches!(self.type_of(a), Type::Decimal(_)) && self.digits_of(a) > 15 {
            return Sql::atom(format!("CAST(CAST({sql} AS VARCHAR) AS DOUBLE)"));
        }
        Sql::atom(format!("CAST({sql} AS {target})"))
    }

    /// Integers: null beyond 64 bits.
    fn whole(&mut self, arithmetic: Arithmetic, a: OpId, b: OpId) -> Result<Sql> {
        let (a, b) = (self.get(a), self.get(b));
        if arithmetic == Arithmetic::Remainder {
            return Ok(match self.dialect {
                // The smallest integer by -1 overflows in 64 bits.
                Dialect::DuckDb => Sql::atom(format!("CAST(CAST({} AS HUGEINT) % NULLIF({}, 0) AS BIGINT)", a.text, b.text)),
                _ => Sql::test(format!("{a} % NULLIF({}, {})", b.text, self.integer(0))),
            });
        }
        let (operator, function) = operator(arithmetic);
        match self.dialect {
            Dialect::DuckDb => Ok(Sql::atom(format!("TRY_CAST(CAST({} AS HUGEINT) {operator} {b} AS BIGINT)", a.text))),
            Dialect::Postgres => self.in_64_bits(&Sql::test(format!("CAST({} AS NUMERIC) {operator} {b}", a.text))),
            Dialect::Spark => Ok(Sql::atom(format!("{function}({}, {})", a.text, b.text))),
        }
    }

    pub(super) fn in_64_bits(&mut self, numeric: &Sql) -> Result<Sql> {
        self.bind(numeric, |_, v| Ok(format!("CASE WHEN {v} BETWEEN {} AND {} THEN CAST({v} AS BIGINT) END", i64::MIN, i64::MAX)))
    }

    fn floating(&mut self, arithmetic: Arithmetic, a: OpId, b: OpId) -> Result<Sql> {
        let (a, b) = (self.get(a), self.get(b));
        match (self.dialect, arithmetic) {
            (Dialect::DuckDb, _) | (_, Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Multiply) => {
                Ok(Sql::test(format!("{a} {} {b}", operator(arithmetic).0)))
            }
            // PostgreSQL and Spark refuse to divide by zero; the sign of a zero is only in its text.
            (_, Arithmetic::Divide) => self.bind(&a, |writer, x| {
                let quotient = writer.bind(&b, |writer, y| {
                    let [zero, nan, infinity] = [0.0, f64::NAN, f64::INFINITY].map(|value| writer.float(value));
                    let text = writer.type_name(Type::Text);
                    let signed = format!("CASE WHEN ({x} > {zero}) = (CAST({y} AS {text}) NOT LIKE '-%') THEN {infinity} ELSE -{infinity} END");
                    Ok(format!("CASE WHEN {y} <> {zero} THEN {x} / {y} WHEN {y} = {zero} THEN CASE WHEN {x} = {zero} OR {x} = {nan} THEN {nan} WHEN {x} IS NOT NULL THEN {signed} END END"))
                })?;
                Ok(quotient.text)
            }),
            (_, Arithmetic::Remainder) => self.unsupported("% of floats"),
        }
    }

    /// Decimals: as many digits as the result can have; null beyond 38.
    fn exact(&mut self, id: OpId, arithmetic: Arithmetic, a: OpId, b: OpId, scale: i8) -> Result<Sql> {
        let (a_digits, b_digits) = (self.digits_of(a), self.digits_of(b));
        let digits = match arithmetic {
            Arithmetic::Multiply => a_digits + b_digits,
            Arithmetic::Remainder => a_digits.max(b_digits),
            _ => a_digits.max(b_digits) + 1,
        };
        // Spark counts one digit more for a product, and gives digits behind the point away for those before it.
        if self.dialect == Dialect::Spark && digits + u32::from(arithmetic == Arithmetic::Multiply) > MAX_DIGITS {
            return self.unsupported("a decimal that may have more than 38 digits");
        }
        let a_scale = i8::try_from(self.scale_of(a)).unwrap_or(0);
        let (mut a, mut b) = (self.get(a), self.get(b));
        // DuckDB computes in 64 bits, and overflows, where both sides would fit.
        if self.dialect == Dialect::DuckDb && digits > 18 && a_digits.max(b_digits) <= 18 {
            a = Sql::atom(format!("CAST({} AS {})", a.text, self.decimal_type(19, a_scale)));
        }
        if arithmetic == Arithmetic::Remainder {
            b = Sql::atom(format!("NULLIF({}, 0)", b.text));
        }
        let operator = operator(arithmetic).0;
        self.sized(id, digits, scale, |writer, data_type| match (writer.dialect, digits > MAX_DIGITS) {
            (Dialect::Postgres, _) => format!("{a} {operator} {b}"),
            (_, true) => format!("TRY(CAST({a} {operator} {b} AS {data_type}))"),
            (_, false) => format!("CAST({a} {operator} {b} AS {data_type})"),
        })
    }

    /// A decimal that may have so many digits.
    pub(super) fn sized(&mut self, id: OpId, digits: u32, scale: i8, write: impl FnOnce(&Self, &str) -> String) -> Result<Sql> {
        self.digits.insert(id, digits.min(MAX_DIGITS));
        let data_type = self.decimal_type(digits.min(MAX_DIGITS), scale);
        let text = write(self, &data_type);
        if self.dialect != Dialect::Postgres {
            return Ok(Sql::atom(text));
        }
        if digits <= MAX_DIGITS {
            return Ok(Sql::test(text));
        }
        let most = "9".repeat(MAX_DIGITS as usize);
        let (whole, fraction) = most.split_at(most.len().saturating_sub(usize::try_from(scale).unwrap_or(0)));
        let most =
            if fraction.is_empty() { whole.to_owned() } else { format!("{}.{fraction}", if whole.is_empty() { "0" } else { whole }) };
        self.between(&Sql::test(text), &format!("-{most}"), &most)
    }

    fn sign(&mut self, id: OpId, a: OpId, absolute: bool) -> Result<Sql> {
        let sql = self.get(a);
        if self.type_of(id) != Type::Integer {
            let digits = self.digits_of(a);
            self.digits.insert(id, digits);
            return Ok(if absolute { Sql::atom(format!("abs({})", sql.text)) } else { Sql::test(format!("-{sql}")) });
        }
        let of = |operand: String| if absolute { Sql::atom(format!("abs({operand})")) } else { Sql::test(format!("-{operand}")) };
        match self.dialect {
            Dialect::DuckDb => Ok(Sql::atom(format!("TRY_CAST({} AS BIGINT)", of(format!("CAST({} AS HUGEINT)", sql.text)).text))),
            Dialect::Postgres => self.in_64_bits(&of(format!("CAST({} AS NUMERIC)", sql.text))),
            Dialect::Spark => {
                let kept = Sql::atom(format!("NULLIF({}, {})", sql.text, self.integer(i64::MIN)));
                Ok(of(kept.text))
            }
        }
    }

    pub(super) fn rounded(&mut self, id: OpId, op: &Op) -> Result<Sql> {
        let (function, a, places) = match op {
            Op::Round(a, places) => ("round", *a, *places),
            Op::Floor(a) => ("floor", *a, 0),
            Op::Ceil(a) => ("ceil", *a, 0),
            _ => return self.unsupported("one of the rule's computations"),
        };
        let sql = self.get(a);
        match self.type_of(a) {
            _ if places < 0 => self.unsupported("rounding to tens"),
            Type::Integer => Ok(sql),
            Type::Decimal(scale) if function == "round" && places >= i32::from(scale) => {
                self.digits.insert(id, self.digits_of(a));
                Ok(sql)
            }
            Type::Decimal(_) => {
                let Type::Decimal(scale) = self.type_of(id) else { return self.unsupported("rounding to another type") };
                let digits = self.digits_of(a) + 1 + u32::try_from(scale).unwrap_or(0) - self.scale_of(a).min(self.digits_of(a));
                let places = if function == "round" { format!(", {places}") } else { String::new() };
                self.sized(id, digits, scale, |_, data_type| format!("CAST({function}({}{places}) AS {data_type})", sql.text))
            }
            // They round halves to even, through decimals, or to integers.
            _ if self.dialect == Dialect::DuckDb => {
                let places = if function == "round" { format!(", {places}") } else { String::new() };
                Ok(Sql::atom(format!("{function}({}{places})", sql.text)))
            }
            _ if self.dialect == Dialect::Postgres && function != "round" => Ok(Sql::atom(format!("{function}({})", sql.text))),
            _ => self.unsupported("rounding of floats"),
        }
    }

    pub(super) fn comparison(&mut self, a: OpId, operator: &str, b: OpId) -> Result<Sql> {
        self.check_scales(&[a, b])?;
        // A constant reads better on the right.
        let turned = self.constants.contains_key(&a) && !self.constants.contains_key(&b);
        let (left, operator, right) = match (turned, operator) {
            (true, "<") => (b, ">", a),
            (true, ">=") => (b, "<=", a),
            (true, same) => (b, same, a),
            (false, operator) => (a, operator, b),
        };
        Ok(Sql::test(format!("{} {operator} {}", self.get(left), self.get(right))))
    }

    /// Whether decimals can be brought to one scale in 38 digits, which databases do to compare them.
    pub(super) fn check_scales(&self, ids: &[OpId]) -> Result<()> {
        let of = |id: &OpId| (self.digits_of(*id).saturating_sub(self.scale_of(*id)), self.scale_of(*id));
        self.check_digits(ids.iter().filter(|id| matches!(self.type_of(**id), Type::Decimal(_))).map(of))
    }

    fn check_digits(&self, sizes: impl Iterator<Item = (u32, u32)>) -> Result<()> {
        let (whole, scale) = sizes.fold((0, 0), |(whole, scale), (a, b)| (whole.max(a), scale.max(b)));
        if self.dialect != Dialect::Postgres && whole + scale > MAX_DIGITS {
            return self.unsupported("a comparison of decimals that have more than 38 digits at one scale");
        }
        Ok(())
    }

    /// Whether a value is one of some constants.
    pub(super) fn in_set(&mut self, a: OpId, set: u32) -> Result<Sql> {
        let (value, data_type) = (self.get(a), self.type_of(a));
        let items = self.items(set, data_type, (self.digits_of(a), self.scale_of(a)))?;
        // In an empty set is nothing, and of a null it is not known.
        Ok(Sql::test(if items.is_empty() { format!("{value} <> {value}") } else { format!("{value} IN ({})", items.join(", ")) }))
    }

    /// The constants of a set, of a type; `size` is how many digits a decimal has that they stand beside, and how many of them behind
    /// the point.
    pub(super) fn items(&self, set: u32, data_type: Type, size: (u32, u32)) -> Result<Vec<String>> {
        let mut items: Vec<String> = Vec::new();
        match self.operations.sets.get(set as usize) {
            Some(Set::Integers(values)) => {
                for value in values.iter() {
                    items.push(match data_type {
                        Type::Date => self.date(i32::try_from(*value).unwrap_or_default())?,
                        Type::Timestamp => self.instant(*value),
                        _ => self.integer(*value),
                    });
                }
            }
            Some(Set::Floats(keys)) => {
                for key in keys.iter().map(|key| f64::from_bits(*key)) {
                    items.push(self.float(key));
                    // Spark looks a long list up by bits.
                    if key == 0.0 {
                        items.push(self.float(-0.0));
                    }
                }
            }
            Some(Set::Decimals(digits)) => {
                let scale = i8::try_from(size.1).unwrap_or(0);
                let mut sizes = vec![(size.0.saturating_sub(size.1), size.1)];
                for digits in digits.iter() {
                    let (text, count) = self.decimal(*digits, scale)?;
                    sizes.push((count.saturating_sub(size.1), size.1));
                    items.push(text);
                }
                self.check_digits(sizes.into_iter())?;
            }
            Some(Set::Texts(texts)) => {
                for text in texts.iter() {
                    items.push(self.quoted(text)?);
                }
            }
            None => {}
        }
        Ok(items)
    }

    /// Whether a point lies within so many metres of one of some places: null where a coordinate is not on earth.
    pub(super) fn within(&self, [lat, lon]: &[String; 2], places: &[(String, String)], metres: &str) -> Sql {
        const RADIANS: f64 = std::f64::consts::PI / 180.0;
        let [radians, two, one, diameter] = [RADIANS, 2.0, 1.0, 2.0 * EARTH_RADIUS_M].map(|value| self.float(value));
        let mut valid = vec![format!("abs({lat}) <= 90"), format!("abs({lon}) <= 180")];
        valid.push(format!("{metres} <= {}", self.float(f64::INFINITY)));
        let mut near = Vec::with_capacity(places.len());
        for (lat0, lon0) in places {
            if places.len() == 1 {
                valid.extend([format!("abs({lat0}) <= 90"), format!("abs({lon0}) <= 180")]);
            }
            let half = |a: &str, b: &str| format!("sin(({a} - {b}) * {radians} / {two})");
            let (north, east) = (half(lat, lat0), half(lon, lon0));
            let chord = format!("{north} * {north} + cos({lat} * {radians}) * cos({lat0} * {radians}) * {east} * {east}");
            near.push(format!("{diameter} * asin(least(sqrt({chord}), {one})) <= {metres}"));
        }
        let near = if near.is_empty() { "FALSE".to_owned() } else { near.join(" OR ") };
        Sql::atom(format!("CASE WHEN {} THEN {near} END", valid.join(" AND ")))
    }
}

/// An operator, and Spark's function for it that is null on overflow.
fn operator(arithmetic: Arithmetic) -> (&'static str, &'static str) {
    match arithmetic {
        Arithmetic::Add => ("+", "try_add"),
        Arithmetic::Subtract => ("-", "try_subtract"),
        Arithmetic::Multiply => ("*", "try_multiply"),
        Arithmetic::Divide => ("/", "try_divide"),
        Arithmetic::Remainder => ("%", "try_mod"),
    }
}
