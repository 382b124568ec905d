//! JSON to a rule's text. The tree is written as canonical text and parsed, so that both forms have one parser and one set of limits.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::json::{Document, Value, ValueId};
use crate::table::{Decimal, nearest};
use crate::time::{Date, Timestamp};
use crate::{Error, ErrorKind, Result};

use super::super::ast::{Arithmetic, Comparison, Literal, Node, NodeId, Part, Syntax, Test};
use super::super::functions::Function;
use super::super::literal;
use super::super::parse;
use super::super::text::{date, pieces, write};

/// The rule's text that a value of a JSON document stands for.
pub(crate) fn text_of(document: &Document<'_>, root: ValueId) -> Result<String> {
    let mut tree = Tree { document, nodes: Vec::new(), places: Vec::new(), open: VecDeque::new() };
    tree.part(root, 0, Cow::Borrowed(""));
    while let Some((id, source)) = tree.open.pop_front() {
        let syntax = tree.node(id, source)?;
        if let Some(node) = tree.nodes.get_mut(id) {
            node.syntax = syntax;
        }
    }
    Ok(write(&tree.nodes, 0, pieces).text)
}

/// Keys of nodes that are no function's name.
const KEYS: [&str; 46] = [
    "%",
    "*",
    "+",
    "-",
    "/",
    "<",
    "<=",
    "<>",
    "=",
    ">",
    ">=",
    "and",
    "between",
    "boolean",
    "case",
    "column",
    "date",
    "decimal",
    "float",
    "ilike",
    "in",
    "integer",
    "interval",
    "is_distinct_from",
    "is_false",
    "is_not_distinct_from",
    "is_not_false",
    "is_not_null",
    "is_not_true",
    "is_not_unknown",
    "is_null",
    "is_true",
    "is_unknown",
    "like",
    "negate",
    "not",
    "not_between",
    "not_ilike",
    "not_in",
    "not_like",
    "null",
    "or",
    "plus",
    "text",
    "timestamp",
    "||",
];

/// Every key that a node can have.
pub(in super::super) fn keys() -> impl Iterator<Item = &'static str> {
    KEYS.into_iter().chain(Function::names())
}

/// The nodes found so far, parents before children.
struct Tree<'d, 'a> {
    document: &'d Document<'a>,
    nodes: Vec<Node>,
    /// Of each node, the one that it is a part of and the steps from there.
    places: Vec<(NodeId, Cow<'static, str>)>,
    /// Nodes whose JSON is still to be read.
    open: VecDeque<(NodeId, ValueId)>,
}

/// Of a value within a node: the node, and the steps from there.
#[derive(Clone, Copy)]
struct At<'s> {
    node: NodeId,
    steps: &'s str,
}

impl<'a> Tree<'_, 'a> {
    /// A part of `parent`, to be read later.
    fn part(&mut self, source: ValueId, parent: NodeId, steps: Cow<'static, str>) -> NodeId {
        let id = self.add(Literal::Null, parent, steps);
        self.open.push_back((id, source));
        id
    }

    fn add(&mut self, literal: Literal, parent: NodeId, steps: Cow<'static, str>) -> NodeId {
        self.nodes.push(Node { syntax: Syntax::Literal(literal), span: (0, 0) });
        self.places.push((parent, steps));
        self.nodes.len() - 1
    }

    /// The path to a value, as a JSON pointer.
    fn path(&self, at: At<'_>) -> String {
        let mut steps = vec![at.steps];
        let mut node = at.node;
        while let Some((parent, step)) = self.places.get(node) {
            steps.push(step);
            if node == 0 {
                break;
            }
            node = *parent;
        }
        // A path of a thousand steps is not read to its end.
        if steps.len() > 40 {
            steps.splice(20..steps.len() - 20, ["/..."]);
        }
        steps.reverse();
        steps.concat()
    }

    fn error(&self, kind: ErrorKind, at: At<'_>, message: impl std::fmt::Display) -> Error {
        let path = self.path(at);
        Error::new(kind, if path.is_empty() { format!("the JSON: {message}") } else { format!("at {path}: {message}") })
    }

    fn wrong(&self, at: At<'_>, wanted: &str, found: ValueId) -> Error {
        self.error(ErrorKind::RuleSyntax, at, format!("expected {wanted}, found {}", self.document.get(found).kind()))
    }

    fn node(&mut self, id: NodeId, source: ValueId) -> Result<Syntax> {
        let here = At { node: id, steps: "" };
        let document = self.document;
        let (key, value) = match document.get(source) {
            Value::Object(pairs) => match &pairs[..] {
                [(key, value)] => (&**key, *value),
                _ => {
                    let message = format!("expected an object with one key that says what it is, found {} keys", pairs.len());
                    return Err(self.error(ErrorKind::RuleSyntax, here, message));
                }
            },
            _ => return Err(self.wrong(here, "an object with one key that says what it is", source)),
        };
        if let Some(literal) = self.literal(id, key, value)? {
            return Ok(literal);
        }
        if let Some(syntax) = self.operator(id, key, value)? {
            return Ok(syntax);
        }
        if let Some(syntax) = self.test(id, key, value)? {
            return Ok(syntax);
        }
        let Some(function) = Function::named(key) else {
            let near = nearest(key, keys()).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Err(self.error(ErrorKind::UnknownName, here, format!("there is no operator or function `{}`{near}", shortened(key))));
        };
        let arguments = self.array(id, function.name(), value, 0, usize::MAX)?;
        match function.refuses(arguments.len()) {
            Some(message) => Err(self.error(ErrorKind::RuleType, here, message)),
            None => Ok(Syntax::Call(function, arguments)),
        }
    }

    /// Operators whose parts are a list, or one.
    fn operator(&mut self, id: NodeId, key: &str, value: ValueId) -> Result<Option<Syntax>> {
        use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let compared = |tree: &mut Self, key, comparison| tree.two(id, key, value).map(|[a, b]| Syntax::Compare(comparison, a, b));
        let computed = |tree: &mut Self, key, arithmetic| tree.two(id, key, value).map(|[a, b]| Syntax::Arithmetic(arithmetic, a, b));
        Ok(Some(match key {
            "and" => Syntax::And(self.array(id, "and", value, 2, usize::MAX)?),
            "or" => Syntax::Or(self.array(id, "or", value, 2, usize::MAX)?),
            "not" => Syntax::Not(self.part(value, id, "/not".into())),
            "negate" => Syntax::Sign { negative: true, value: self.part(value, id, "/negate".into()) },
            "plus" => Syntax::Sign { negative: false, value: self.part(value, id, "/plus".into()) },
            "=" => compared(self, "=", Equal)?,
            "<>" => compared(self, "<>", NotEqual)?,
            "<" => compared(self, "<", Less)?,
            "<=" => compared(self, "<=", LessOrEqual)?,
            ">" => compared(self, ">", Greater)?,
            ">=" => compared(self, ">=", GreaterOrEqual)?,
            "+" => computed(self, "+", Add)?,
            "-" => computed(self, "-", Subtract)?,
            "*" => computed(self, "*", Multiply)?,
            "/" => computed(self, "~1", Divide)?,
            "%" => computed(self, "%", Remainder)?,
            "||" => Syntax::Concat(self.array(id, "||", value, 2, usize::MAX)?),
            "is_distinct_from" | "is_not_distinct_from" => {
                let [left, right] =
                    self.two(id, if key == "is_distinct_from" { "is_distinct_from" } else { "is_not_distinct_from" }, value)?;
                Syntax::Distinct { left, right, negated: key == "is_not_distinct_from" }
            }
            _ => return Ok(None),
        }))
    }

    /// Tests, and CASE: their parts have names.
    fn test(&mut self, id: NodeId, key: &str, value: ValueId) -> Result<Option<Syntax>> {
        let (negated, plain) = key.strip_prefix("not_").map_or((false, key), |plain| (true, plain));
        Ok(Some(match plain {
            "between" => {
                let [at, low, high] = self.named(id, key, value, ["value", "low", "high"])?;
                Syntax::Between { value: at, low, high, negated }
            }
            "in" => self.in_list(id, key, value, negated)?,
            "like" | "ilike" => self.like(id, key, value, plain == "ilike", negated)?,
            "case" if !negated => self.case(id, value)?,
            "cast" if !negated => self.cast(id, value)?,
            "extract" if !negated => self.extract(id, value)?,
            _ => {
                let (negated, test) = match key.strip_prefix("is_not_").map_or((false, key.strip_prefix("is_")), |test| (true, Some(test)))
                {
                    (negated, Some("null")) => (negated, Test::Null),
                    (negated, Some("true")) => (negated, Test::True),
                    (negated, Some("false")) => (negated, Test::False),
                    (negated, Some("unknown")) => (negated, Test::Unknown),
                    _ => return Ok(None),
                };
                Syntax::Is { value: self.part(value, id, format!("/{key}").into()), test, negated }
            }
        }))
    }

    fn cast(&mut self, id: NodeId, value: ValueId) -> Result<Syntax> {
        let [Some(at), Some(target)] = self.fields(id, "cast", value, ["value", "type"], 2)? else {
            return Ok(Syntax::Literal(Literal::Null));
        };
        let here = At { node: id, steps: "/cast/type" };
        let wanted = "a type such as \"BIGINT\" or \"DECIMAL(10, 2)\"";
        let target = parse::target(self.text(here, target, wanted)?);
        let target = target.ok_or_else(|| self.error(ErrorKind::RuleSyntax, here, format!("expected {wanted}")))?;
        Ok(Syntax::Cast(self.part(at, id, "/cast/value".into()), target))
    }

    fn extract(&mut self, id: NodeId, value: ValueId) -> Result<Syntax> {
        let [Some(part), Some(from)] = self.fields(id, "extract", value, ["part", "from"], 2)? else {
            return Ok(Syntax::Literal(Literal::Null));
        };
        let here = At { node: id, steps: "/extract/part" };
        let part = Part::named(self.text(here, part, "a part such as \"year\"")?);
        let part = part.ok_or_else(|| self.error(ErrorKind::RuleSyntax, here, "expected a part such as \"year\""))?;
        Ok(Syntax::Extract(part, self.part(from, id, "/extract/from".into())))
    }

    fn in_list(&mut self, id: NodeId, key: &str, value: ValueId, negated: bool) -> Result<Syntax> {
        let [Some(at), Some(list)] = self.fields(id, key, value, ["value", "list"], 2)? else { return Ok(Syntax::Literal(Literal::Null)) };
        let at = self.part(at, id, format!("/{key}/value").into());
        let list = self.array(id, &format!("{key}/list"), list, 1, usize::MAX)?;
        Ok(Syntax::In { value: at, list, negated })
    }

    fn like(&mut self, id: NodeId, key: &str, value: ValueId, fold: bool, negated: bool) -> Result<Syntax> {
        let [Some(at), Some(pattern), escape] = self.fields(id, key, value, ["value", "pattern", "escape"], 2)? else {
            return Ok(Syntax::Literal(Literal::Null));
        };
        let escape = match escape {
            None => None,
            Some(escape) => {
                let steps = format!("/{key}/escape");
                let here = At { node: id, steps: &steps };
                let text = self.text(here, escape, "one character")?;
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(escape), None) => Some(escape),
                    _ => return Err(self.error(ErrorKind::RuleSyntax, here, "expected one character to escape with")),
                }
            }
        };
        let at = self.part(at, id, format!("/{key}/value").into());
        let pattern = self.part(pattern, id, format!("/{key}/pattern").into());
        Ok(Syntax::Like { value: at, pattern, escape, fold, negated })
    }

    fn case(&mut self, id: NodeId, value: ValueId) -> Result<Syntax> {
        let [Some(list), operand, otherwise] = self.fields(id, "case", value, ["branches", "operand", "else"], 1)? else {
            return Ok(Syntax::Literal(Literal::Null));
        };
        let document = self.document;
        let operand = operand.map(|operand| self.part(operand, id, "/case/operand".into()));
        let Value::Array(items) = document.get(list) else {
            return Err(self.wrong(At { node: id, steps: "/case/branches" }, "an array", list));
        };
        if items.is_empty() {
            return Err(self.error(ErrorKind::RuleSyntax, At { node: id, steps: "/case/branches" }, "expected at least 1 branch, found 0"));
        }
        let mut branches = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let [when, then] = self.named(id, &format!("case/branches/{index}"), *item, ["when", "then"])?;
            branches.push((when, then));
        }
        let otherwise = otherwise.map(|otherwise| self.part(otherwise, id, "/case/else".into()));
        Ok(Syntax::Case { operand, branches, otherwise })
    }

    /// The values of an object's keys, of which the first `required` must be there and no others may.
    fn fields<const N: usize>(
        &self,
        id: NodeId,
        steps: &str,
        value: ValueId,
        names: [&str; N],
        required: usize,
    ) -> Result<[Option<ValueId>; N]> {
        let steps = format!("/{steps}");
        let here = At { node: id, steps: &steps };
        let Value::Object(pairs) = self.document.get(value) else { return Err(self.wrong(here, "an object", value)) };
        let mut found = [None; N];
        for (key, value) in pairs {
            match names.iter().position(|name| name == key).and_then(|index| found.get_mut(index)) {
                Some(place) => *place = Some(*value),
                None => {
                    let message = format!("unknown key `{}`; expected {}", shortened(key), names.join(", "));
                    return Err(self.error(ErrorKind::RuleSyntax, here, message));
                }
            }
        }
        match names.iter().zip(&found).take(required).find(|(_, value)| value.is_none()) {
            Some((name, _)) => Err(self.error(ErrorKind::RuleSyntax, here, format!("`{name}` is missing"))),
            None => Ok(found),
        }
    }

    /// The parts behind an object's keys, all of which must be there.
    fn named<const N: usize>(&mut self, id: NodeId, steps: &str, value: ValueId, names: [&'static str; N]) -> Result<[NodeId; N]> {
        let found = self.fields(id, steps, value, names, N)?;
        let mut parts = [0; N];
        for ((part, name), value) in parts.iter_mut().zip(names).zip(found) {
            *part = self.part(value.unwrap_or_default(), id, format!("/{steps}/{name}").into());
        }
        Ok(parts)
    }

    fn array(&mut self, id: NodeId, steps: &str, value: ValueId, least: usize, most: usize) -> Result<Vec<NodeId>> {
        let document = self.document;
        let pointer = format!("/{steps}");
        let here = At { node: id, steps: &pointer };
        let Value::Array(items) = document.get(value) else { return Err(self.wrong(here, "an array", value)) };
        if !(least..=most).contains(&items.len()) {
            let wanted = if least == most { format!("{least}") } else { format!("at least {least}") };
            let message = format!("expected {wanted} part{}, found {}", if least == 1 { "" } else { "s" }, items.len());
            return Err(self.error(ErrorKind::RuleSyntax, here, message));
        }
        Ok(items.iter().enumerate().map(|(index, item)| self.part(*item, id, format!("/{steps}/{index}").into())).collect())
    }

    fn two(&mut self, id: NodeId, steps: &str, value: ValueId) -> Result<[NodeId; 2]> {
        let parts = self.array(id, steps, value, 2, 2)?;
        Ok([0, 1].map(|index| parts.get(index).copied().unwrap_or_default()))
    }

    fn text(&self, at: At<'_>, value: ValueId, wanted: &str) -> Result<&Cow<'a, str>> {
        match self.document.get(value) {
            Value::Text(text) => Ok(text),
            _ => Err(self.wrong(at, wanted, value)),
        }
    }

    /// A column, a segment or a literal, if the key is of such.
    fn literal(&mut self, id: NodeId, key: &str, value: ValueId) -> Result<Option<Syntax>> {
        let steps = format!("/{key}");
        let here = At { node: id, steps: &steps };
        let wrong = |wanted: &str| self.error(ErrorKind::RuleSyntax, here, format!("expected {wanted}"));
        let literal = match key {
            "column" => match self.text(here, value, "a column's name")? {
                name if name.is_empty() => return Err(wrong("a column's name, found empty text")),
                name => return Ok(Some(Syntax::Column(name.to_string()))),
            },
            "in_segment" => return Ok(Some(Syntax::InSegment(self.text(here, value, "a segment's name")?.to_string()))),
            "null" => match self.document.get(value) {
                Value::Null => Literal::Null,
                _ => return Err(self.wrong(here, "null", value)),
            },
            "boolean" => match self.document.get(value) {
                Value::Boolean(value) => Literal::Boolean(*value),
                _ => return Err(self.wrong(here, "true or false", value)),
            },
            "integer" | "float" | "decimal" => return self.number(id, key, value).map(Some),
            "text" => Literal::Text(self.text(here, value, "text")?.to_string()),
            "date" => {
                let wanted = "a date such as \"2026-11-22\"";
                let text = self.text(here, value, wanted)?;
                // A time of day would be dropped.
                Literal::Date(literal::date(text).filter(|read| date(*read) == **text).ok_or_else(|| wrong(wanted))?)
            }
            "timestamp" => {
                let wanted = "an instant such as \"2026-11-22T09:30:00Z\"";
                let text = self.text(here, value, wanted)?;
                match text.parse::<Date>() {
                    Ok(_) => return Err(wrong(wanted)),
                    Err(_) => Literal::Timestamp(Timestamp::parse_datetime(text).ok_or_else(|| wrong(wanted))?),
                }
            }
            "interval" => {
                let wanted = "an interval such as \"1 year 90 days\"";
                Literal::Interval(literal::interval(self.text(here, value, wanted)?).ok_or_else(|| wrong(wanted))?)
            }
            _ => return Ok(None),
        };
        Ok(Some(Syntax::Literal(literal)))
    }

    /// A number of the type that the key names; a negative one is, as in text, the negative of a positive one.
    fn number(&mut self, id: NodeId, key: &str, value: ValueId) -> Result<Syntax> {
        let steps = format!("/{key}");
        let here = At { node: id, steps: &steps };
        let (wanted, text) = match (key, self.document.get(value)) {
            ("integer", Value::Number(text)) => ("a whole number of 64 bits", *text),
            ("integer", Value::Text(text)) => ("a whole number of 64 bits", &**text),
            ("float", Value::Number(text)) => ("a number", *text),
            ("float", Value::Text(text)) if matches!(&**text, "Infinity" | "-Infinity") => ("a number", &**text),
            ("decimal", Value::Text(text)) => ("an exact decimal in quotes such as \"12.50\"", &**text),
            ("decimal", _) => return Err(self.wrong(here, "an exact decimal in quotes such as \"12.50\"", value)),
            _ => return Err(self.wrong(here, "a number", value)),
        };
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let literal = match key {
            // Its positive counterpart is no integer.
            "integer" if negative && digits == "9223372036854775808" => decimal(digits).map(Literal::Decimal),
            "integer" if !digits.starts_with(['-', '+']) => digits.parse().ok().map(Literal::Integer),
            "float" => match digits {
                "Infinity" => Some(Literal::Float(f64::INFINITY)),
                digits => digits.parse().ok().map(Literal::Float),
            },
            "decimal" => decimal(digits).map(Literal::Decimal),
            _ => None,
        };
        let Some(literal) = literal else { return Err(self.error(ErrorKind::RuleSyntax, here, format!("expected {wanted}"))) };
        if !negative {
            return Ok(Syntax::Literal(literal));
        }
        Ok(Syntax::Sign { negative: true, value: self.add(literal, id, Cow::Borrowed("")) })
    }
}

/// Digits with or without a point, at most 38 of them.
fn decimal(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let scale = i8::try_from(fraction.len()).ok().filter(|scale| *scale <= 38)?;
    Some(Decimal { digits: format!("{whole}{fraction}").parse().ok()?, scale })
}

/// As much of a key as a message should show.
fn shortened(key: &str) -> String {
    key.chars().take(40).collect()
}
