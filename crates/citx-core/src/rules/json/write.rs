//! Trees to JSON.

use crate::json::quote;
use crate::time::Timestamp;

use super::super::ast::{Ast, Literal, Node, NodeId, Syntax, Test};
use super::super::text::{Piece, date, interval, sign, symbol, write};

/// The largest integer that a reader of JSON numbers as doubles keeps; larger ones are written as text.
const MAX_EXACT: u64 = (1 << 53) - 1;

/// The JSON form of a tree.
pub(in super::super) fn to_json(ast: &Ast) -> String {
    write(&ast.nodes, ast.root(), |nodes, node| (0, pieces(nodes, node))).text
}

/// Collects the pieces of one node.
struct Pieces<'a>(Vec<Piece<'a>>);

impl<'a> Pieces<'a> {
    /// `{"key":`
    fn open(key: &str) -> Self {
        Self(vec![Piece::Text(format!("{{{}:", quote(key)).into())])
    }

    fn text(mut self, text: &'static str) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    fn part(mut self, part: NodeId) -> Self {
        self.0.push(Piece::Part(part, 0));
        self
    }

    fn array(self, parts: impl IntoIterator<Item = NodeId>) -> Self {
        let mut pieces = self.text("[");
        for (index, part) in parts.into_iter().enumerate() {
            pieces = if index > 0 { pieces.text(",").part(part) } else { pieces.part(part) };
        }
        pieces.text("]")
    }

    fn close(self) -> Vec<Piece<'a>> {
        self.text("}").0
    }
}

fn pieces<'a>(nodes: &'a [Node], node: &'a Node) -> Vec<Piece<'a>> {
    let not = |negated: bool, key: &str| Pieces::open(&if negated { format!("not_{key}") } else { key.to_owned() });
    let is = |negated: bool, key: &str| Pieces::open(&format!("is_{}{key}", if negated { "not_" } else { "" }));
    match &node.syntax {
        Syntax::Column(name) => leaf("column", quote(name)),
        Syntax::InSegment(name) => leaf("in_segment", quote(name)),
        Syntax::Literal(value) => literal(value, false),
        Syntax::Sign { negative, value } => match nodes.get(*value) {
            Some(Node { syntax: Syntax::Literal(value), .. }) if *negative && is_number(value) => literal(value, true),
            _ => Pieces::open(if *negative { "negate" } else { "plus" }).part(*value).close(),
        },
        Syntax::Not(value) => Pieces::open("not").part(*value).close(),
        Syntax::And(parts) => Pieces::open("and").array(parts.iter().copied()).close(),
        Syntax::Or(parts) => Pieces::open("or").array(parts.iter().copied()).close(),
        Syntax::Compare(comparison, left, right) => Pieces::open(symbol(*comparison)).array([*left, *right]).close(),
        Syntax::Distinct { left, right, negated } => is(*negated, "distinct_from").array([*left, *right]).close(),
        Syntax::Arithmetic(arithmetic, left, right) => Pieces::open(sign(*arithmetic)).array([*left, *right]).close(),
        Syntax::Concat(parts) => Pieces::open("||").array(parts.iter().copied()).close(),
        Syntax::Cast(value, target) => {
            let mut pieces = Pieces::open("cast").text("{\"value\":").part(*value);
            pieces.0.push(Piece::Text(format!(",\"type\":\"{target}\"}}").into()));
            pieces.close()
        }
        Syntax::Extract(part, value) => {
            let mut pieces = Pieces::open("extract");
            pieces.0.push(Piece::Text(format!("{{\"part\":\"{}\",\"from\":", part.name()).into()));
            pieces.part(*value).text("}").close()
        }
        Syntax::Between { value, low, high, negated } => {
            let pieces = not(*negated, "between").text("{\"value\":").part(*value).text(",\"low\":").part(*low);
            pieces.text(",\"high\":").part(*high).text("}").close()
        }
        Syntax::In { value, list, negated } => {
            not(*negated, "in").text("{\"value\":").part(*value).text(",\"list\":").array(list.iter().copied()).text("}").close()
        }
        Syntax::Like { value, pattern, escape, fold, negated } => {
            let key = if *fold { "ilike" } else { "like" };
            let mut pieces = not(*negated, key).text("{\"value\":").part(*value).text(",\"pattern\":").part(*pattern);
            if let Some(escape) = escape {
                pieces.0.push(Piece::Text(format!(",\"escape\":{}", quote(escape.encode_utf8(&mut [0; 4]))).into()));
            }
            pieces.text("}").close()
        }
        Syntax::Is { value, test, negated } => {
            let test = match test {
                Test::Null => "null",
                Test::True => "true",
                Test::False => "false",
                Test::Unknown => "unknown",
            };
            is(*negated, test).part(*value).close()
        }
        Syntax::Call(function, arguments) => Pieces::open(function.name()).array(arguments.iter().copied()).close(),
        Syntax::Case { operand, branches, otherwise } => {
            let mut pieces = Pieces::open("case").text("{");
            if let Some(operand) = operand {
                pieces = pieces.text("\"operand\":").part(*operand).text(",");
            }
            pieces = pieces.text("\"branches\":[");
            for (index, (when, then)) in branches.iter().enumerate() {
                pieces = pieces.text(if index > 0 { ",{\"when\":" } else { "{\"when\":" }).part(*when);
                pieces = pieces.text(",\"then\":").part(*then).text("}");
            }
            pieces = pieces.text("]");
            if let Some(otherwise) = otherwise {
                pieces = pieces.text(",\"else\":").part(*otherwise);
            }
            pieces.text("}").close()
        }
    }
}

fn leaf<'a>(key: &str, value: String) -> Vec<Piece<'a>> {
    vec![Piece::Text(format!("{{{}:{value}}}", quote(key)).into())]
}

fn is_number(literal: &Literal) -> bool {
    matches!(literal, Literal::Integer(_) | Literal::Float(_) | Literal::Decimal(_))
}

/// A literal; a number with the sign that stands before it.
fn literal<'a>(literal: &Literal, negative: bool) -> Vec<Piece<'a>> {
    let sign = if negative { "-" } else { "" };
    match literal {
        Literal::Null => leaf("null", "null".to_owned()),
        Literal::Boolean(value) => leaf("boolean", value.to_string()),
        Literal::Integer(value) if value.unsigned_abs() <= MAX_EXACT => leaf("integer", format!("{sign}{value}")),
        Literal::Integer(value) => leaf("integer", format!("\"{sign}{value}\"")),
        Literal::Float(value) if value.is_finite() => leaf("float", format!("{sign}{value:e}")),
        Literal::Float(_) => leaf("float", format!("\"{sign}Infinity\"")),
        Literal::Decimal(value) => leaf("decimal", quote(&format!("{sign}{value}"))),
        Literal::Text(value) => leaf("text", quote(value)),
        Literal::Date(value) => leaf("date", quote(&date(*value))),
        Literal::Timestamp(value) => leaf("timestamp", quote(&Timestamp::to_string(value))),
        Literal::Interval(value) => leaf("interval", quote(&interval(*value))),
    }
}
