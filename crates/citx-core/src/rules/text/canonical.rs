//! The canonical text: keywords in upper case, single blanks, parentheses only where the tree needs them.

use std::borrow::Cow;

use crate::table::Decimal;
use crate::time::{Date, Interval, Timestamp};

use super::super::ast::{Arithmetic, Ast, Comparison, Literal, Node, NodeId, Syntax, Test};
use super::super::parse::precedence as binds;
use super::{Piece, Written, write};

/// The canonical text of a tree, which parses to the same tree.
pub(in super::super) fn canonical(ast: &Ast) -> Written {
    write(&ast.nodes, ast.root(), pieces)
}

/// Words that mean something else where an operand stands.
const RESERVED: [&str; 18] = [
    "AND", "BETWEEN", "CASE", "ELSE", "END", "ESCAPE", "FALSE", "ILIKE", "IN", "IS", "LIKE", "NOT", "NULL", "OR", "SELECT", "THEN", "TRUE",
    "WHEN",
];

/// Whether a name can stand without quotes.
pub(in super::super) fn is_word(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|ch| ch.is_alphanumeric() || ch == '_')
        && !RESERVED.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Text between `quote`s, those in it doubled.
pub(in super::super) fn quoted(text: &str, quote: char) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push(quote);
    for ch in text.chars() {
        if ch == quote {
            written.push(quote);
        }
        written.push(ch);
    }
    written.push(quote);
    written
}

fn text<'a>(text: impl Into<Cow<'a, str>>) -> Piece<'a> {
    Piece::Text(text.into())
}

pub(in super::super) fn pieces<'a>(nodes: &'a [Node], node: &'a Node) -> (u8, Vec<Piece<'a>>) {
    use Piece::Part;
    let operand = binds::SIGN + 1;
    let infix = |own: u8, left: NodeId, operator: &'static str, right: NodeId| {
        (own, vec![Part(left, own), text(" "), text(operator), text(" "), Part(right, own + 1)])
    };
    match &node.syntax {
        Syntax::Column(name) => (operand, vec![if is_word(name) { text(name) } else { text(quoted(name, '"')) }]),
        Syntax::Literal(value) => (operand, vec![text(literal(value))]),
        Syntax::InSegment(name) => (operand, vec![text("in_segment("), text(quoted(name, '\'')), text(")")]),
        Syntax::Sign { negative, value } => {
            // Two signs together would be a comment.
            let again = matches!(nodes.get(*value), Some(Node { syntax: Syntax::Sign { .. }, .. }));
            let sign = if *negative { "-" } else { "+" };
            (binds::SIGN, vec![text(sign), text(if again { " " } else { "" }), Part(*value, binds::SIGN)])
        }
        Syntax::Not(value) => (binds::NOT, vec![text("NOT "), Part(*value, binds::NOT)]),
        Syntax::And(parts) => (binds::AND, list(parts, " AND ", binds::AND + 1)),
        Syntax::Or(parts) => (binds::OR, list(parts, " OR ", binds::OR + 1)),
        Syntax::Compare(comparison, left, right) => {
            let (own, above) = (binds::COMPARISON, binds::COMPARISON + 1);
            (own, vec![Part(*left, above), text(" "), text(symbol(*comparison)), text(" "), Part(*right, above)])
        }
        Syntax::Distinct { left, right, negated } => {
            infix(binds::IS, *left, if *negated { "IS NOT DISTINCT FROM" } else { "IS DISTINCT FROM" }, *right)
        }
        Syntax::Arithmetic(arithmetic, left, right) => {
            let own = if matches!(arithmetic, Arithmetic::Add | Arithmetic::Subtract) { binds::SUM } else { binds::PRODUCT };
            infix(own, *left, sign(*arithmetic), *right)
        }
        Syntax::Concat(parts) => (binds::CONCAT, list(parts, " || ", binds::CONCAT + 1)),
        Syntax::Cast(value, target) => (operand, vec![text("CAST("), Part(*value, 0), text(format!(" AS {target})"))]),
        Syntax::Extract(part, value) => (operand, vec![text(format!("EXTRACT({} FROM ", part.name())), Part(*value, 0), text(")")]),
        Syntax::Between { value, low, high, negated } => {
            let (own, above) = (binds::BETWEEN_IN_LIKE, binds::BETWEEN_IN_LIKE + 1);
            let word = if *negated { " NOT BETWEEN " } else { " BETWEEN " };
            (own, vec![Part(*value, own), text(word), Part(*low, above), text(" AND "), Part(*high, above)])
        }
        Syntax::In { value, list: items, negated } => {
            let mut pieces = vec![Part(*value, binds::BETWEEN_IN_LIKE), text(if *negated { " NOT IN (" } else { " IN (" })];
            pieces.extend(list(items, ", ", 0));
            pieces.push(text(")"));
            (binds::BETWEEN_IN_LIKE, pieces)
        }
        Syntax::Like { value, pattern, escape, fold, negated } => {
            let own = binds::BETWEEN_IN_LIKE;
            let no = if *negated { " NOT" } else { "" };
            let word = if *fold { " ILIKE " } else { " LIKE " };
            let escape = escape.map_or(String::new(), |escape| format!(" ESCAPE {}", quoted(escape.encode_utf8(&mut [0; 4]), '\'')));
            (own, vec![Part(*value, own), text(no), text(word), Part(*pattern, own + 1), text(escape)])
        }
        Syntax::Is { value, test, negated } => {
            let no = if *negated { " IS NOT " } else { " IS " };
            (binds::IS, vec![Part(*value, binds::IS), text(no), text(word(*test))])
        }
        Syntax::Call(function, arguments) => {
            let mut pieces = vec![text(function.name()), text("(")];
            pieces.extend(list(arguments, ", ", 0));
            pieces.push(text(")"));
            (operand, pieces)
        }
        Syntax::Case { operand: value, branches, otherwise } => {
            let mut pieces = vec![text("CASE")];
            pieces.extend(value.iter().flat_map(|value| [text(" "), Part(*value, 0)]));
            for (when, then) in branches {
                pieces.extend([text(" WHEN "), Part(*when, 0), text(" THEN "), Part(*then, 0)]);
            }
            pieces.extend(otherwise.iter().flat_map(|value| [text(" ELSE "), Part(*value, 0)]));
            pieces.push(text(" END"));
            (operand, pieces)
        }
    }
}

fn list<'a>(parts: &[NodeId], between: &'static str, least: u8) -> Vec<Piece<'a>> {
    let mut pieces = Vec::with_capacity(parts.len() * 2);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            pieces.push(text(between));
        }
        pieces.push(Piece::Part(*part, least));
    }
    pieces
}

/// A comparison as it is written.
pub(in super::super) fn symbol(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

/// An operator of arithmetic as it is written.
pub(in super::super) fn sign(arithmetic: Arithmetic) -> &'static str {
    match arithmetic {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Remainder => "%",
    }
}

fn word(test: Test) -> &'static str {
    match test {
        Test::Null => "NULL",
        Test::True => "TRUE",
        Test::False => "FALSE",
        Test::Unknown => "UNKNOWN",
    }
}

fn literal(literal: &Literal) -> Cow<'static, str> {
    match literal {
        Literal::Null => "NULL".into(),
        Literal::Boolean(true) => "TRUE".into(),
        Literal::Boolean(false) => "FALSE".into(),
        Literal::Integer(value) => value.to_string().into(),
        Literal::Float(value) => float(*value).into(),
        Literal::Decimal(value) => decimal(*value).into(),
        Literal::Text(value) => quoted(value, '\'').into(),
        Literal::Date(value) => format!("DATE '{}'", date(*value)).into(),
        Literal::Timestamp(value) => format!("TIMESTAMP '{}'", timestamp(*value)).into(),
        Literal::Interval(value) => format!("INTERVAL '{}'", interval(*value)).into(),
    }
}

/// With an exponent, which is what makes a number a float; the largest exponents are infinite.
pub(in super::super) fn float(value: f64) -> String {
    if value.is_infinite() { "1e999".to_owned() } else { format!("{value:e}") }
}

/// With a point, unless no integer is so large.
pub(in super::super) fn decimal(value: Decimal) -> String {
    let point = if value.scale == 0 && i64::try_from(value.digits).is_ok() { "." } else { "" };
    format!("{value}{point}")
}

/// A date, in the form that a rule reads: years of more than four digits, or before 0, only with a time of day.
pub(in super::super) fn date(value: Date) -> String {
    let plain = value.to_string();
    if plain.parse().is_ok_and(|read: Date| read == value) { plain } else { format!("{plain} 00:00:00") }
}

/// An instant in UTC.
pub(in super::super) fn timestamp(value: Timestamp) -> String {
    value.to_string().replacen('T', " ", 1)
}

/// `1 year 2 days`: units as large as possible, so that it reads back to the same months, days and microseconds.
pub(in super::super) fn interval(value: Interval) -> String {
    const MONTHS: [(i64, &str); 2] = [(12, "year"), (1, "month")];
    const MICROS: [(i64, &str); 4] = [(3_600_000_000, "hour"), (60_000_000, "minute"), (1_000_000, "second"), (1, "microsecond")];
    let mut steps = Vec::new();
    for (mut rest, units) in [(i64::from(value.months), &MONTHS[..]), (i64::from(value.days), &[(1, "day")]), (value.micros, &MICROS)] {
        for (unit, name) in units {
            let count = rest / unit;
            rest %= unit;
            if count != 0 {
                steps.push(format!("{count} {name}{}", if count.abs() == 1 { "" } else { "s" }));
            }
        }
    }
    if steps.is_empty() { "0 days".to_owned() } else { steps.join(" ") }
}
