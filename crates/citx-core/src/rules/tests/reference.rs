//! The slow, obvious evaluator: walks the syntax tree for one row, with dynamic values and arbitrary-precision decimals. It shares
//! the parser and the calendar with the plan, and nothing else.

use std::cmp::Ordering;

use chrono::{Datelike, Timelike};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use super::super::ast::{Arithmetic, Ast, Comparison, Literal, NodeId, Part, Syntax, Target, Test};
use super::super::functions::{Function, within_m};
use super::super::{Context, Rule};
use crate::citizens::{AttributeType, ElementType, Schema};
use crate::table::Value;
use crate::time::{Date, Interval, Timestamp};

#[derive(Clone, Debug)]
pub enum Dynamic {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Decimal(BigInt, i64),
    Text(String),
    Date(Date),
    Timestamp(Timestamp),
    Interval(Interval),
    List(Vec<Dynamic>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Null,
    Boolean,
    Integer,
    Float,
    Decimal(i64),
    Text,
    Date,
    Timestamp,
    Interval,
    List(ElementType),
}

/// One row and the rules that `in_segment` may call.
pub struct Reference<'a> {
    pub rules: &'a [Rule],
    pub schema: &'a Schema,
    pub row: &'a [Value],
    pub context: &'a Context,
}

fn within_i128(digits: BigInt, scale: i64) -> Dynamic {
    if digits.to_i128().is_some() { Dynamic::Decimal(digits, scale) } else { Dynamic::Null }
}

fn power(exponent: i64) -> BigInt {
    BigInt::from(10).pow(exponent as u32)
}

fn float(value: &Dynamic) -> f64 {
    match value {
        Dynamic::Integer(value) => *value as f64,
        Dynamic::Float(value) => *value,
        Dynamic::Decimal(digits, scale) => format!("{digits}e{}", -scale).parse().expect("a number"),
        other => panic!("not a number: {other:?}"),
    }
}

fn exact(value: &Dynamic) -> (BigInt, i64) {
    match value {
        Dynamic::Integer(value) => (BigInt::from(*value), 0),
        Dynamic::Decimal(digits, scale) => (digits.clone(), *scale),
        other => panic!("not exact: {other:?}"),
    }
}

fn order(a: &Dynamic, b: &Dynamic, context: &Context) -> Option<Ordering> {
    use Dynamic::{Boolean, Date, Decimal, Float, Integer, Null, Text, Timestamp};
    Some(match (a, b) {
        (Null, _) | (_, Null) => return None,
        (Boolean(a), Boolean(b)) => a.cmp(b),
        (Text(a), Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Date(a), Date(b)) => a.cmp(b),
        (Timestamp(a), Timestamp(b)) => a.cmp(b),
        (Date(a), Timestamp(b)) => a.midnight(context.time_zone)?.cmp(b),
        (Timestamp(a), Date(b)) => a.cmp(&b.midnight(context.time_zone)?),
        (Float(_), _) | (_, Float(_)) => {
            let (a, b) = (float(a), float(b));
            match (a.is_nan(), b.is_nan()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => a.partial_cmp(&b)?,
            }
        }
        (Integer(_) | Decimal(..), _) => {
            let ((a, a_scale), (b, b_scale)) = (exact(a), exact(b));
            let scale = a_scale.max(b_scale);
            (a * power(scale - a_scale)).cmp(&(b * power(scale - b_scale)))
        }
        (a, b) => panic!("cannot compare {a:?} and {b:?}"),
    })
}

fn truth(value: &Dynamic) -> Option<bool> {
    match value {
        Dynamic::Boolean(value) => Some(*value),
        Dynamic::Null => None,
        other => panic!("not a condition: {other:?}"),
    }
}

fn from_truth(value: Option<bool>) -> Dynamic {
    value.map_or(Dynamic::Null, Dynamic::Boolean)
}

fn like(text: &[char], pattern: &[char], escape: Option<char>) -> Option<bool> {
    match pattern {
        [] => Some(text.is_empty()),
        [first, rest @ ..] if Some(*first) == escape => match (rest, text) {
            ([], _) => None,
            ([wanted, rest @ ..], [found, text @ ..]) if wanted == found => like(text, rest, escape),
            _ => Some(false),
        },
        ['%', rest @ ..] => Some((0..=text.len()).any(|skipped| like(&text[skipped..], rest, escape) == Some(true))),
        ['_', rest @ ..] => {
            if text.is_empty() {
                Some(false)
            } else {
                like(&text[1..], rest, escape)
            }
        }
        [wanted, rest @ ..] => match text {
            [found, text @ ..] if wanted == found => like(text, rest, escape),
            _ => Some(false),
        },
    }
}

fn lower(text: &str) -> String {
    text.chars().map(|ch| ch.to_lowercase().next().expect("never empty")).collect()
}

fn upper(text: &str) -> String {
    let one = |ch: char| match ch {
        '\u{df}' => '\u{1e9e}',
        ch if ch.to_uppercase().count() == 1 => ch.to_uppercase().next().expect("one"),
        ch => ch,
    };
    text.chars().map(one).collect()
}

impl Reference<'_> {
    /// The truth of the rule at `index`.
    pub fn rule(&self, index: usize) -> Option<bool> {
        let ast = self.rules[index].ast();
        truth(&self.eval(ast, ast.root()))
    }

    fn column(&self, name: &str) -> (usize, AttributeType) {
        self.schema.find(name).expect("the attributes of random rules are there")
    }

    fn kind(&self, ast: &Ast, node: NodeId) -> Kind {
        match &ast.nodes[node].syntax {
            Syntax::Column(name) => kind_of(self.column(name).1),
            Syntax::Literal(literal) => match literal {
                Literal::Null => Kind::Null,
                Literal::Boolean(_) => Kind::Boolean,
                Literal::Integer(_) => Kind::Integer,
                Literal::Float(_) => Kind::Float,
                Literal::Decimal(decimal) => Kind::Decimal(i64::from(decimal.scale)),
                Literal::Text(_) => Kind::Text,
                Literal::Date(_) => Kind::Date,
                Literal::Timestamp(_) => Kind::Timestamp,
                Literal::Interval(_) => Kind::Interval,
            },
            Syntax::Sign { value, .. } => self.kind(ast, *value),
            Syntax::Concat(..) => Kind::Text,
            Syntax::Arithmetic(arithmetic, left, right) => {
                let (a, b) = (self.kind(ast, *left), self.kind(ast, *right));
                match (arithmetic, a, b) {
                    (_, Kind::Date, Kind::Interval) | (_, Kind::Interval, Kind::Date) => {
                        let literal = [left, right].map(|node| self.eval(ast, *node));
                        let timed = literal.iter().any(|value| matches!(value, Dynamic::Interval(interval) if interval.micros != 0));
                        if timed { Kind::Timestamp } else { Kind::Date }
                    }
                    (_, other, Kind::Interval) | (_, Kind::Interval, other) => other,
                    (Arithmetic::Subtract, Kind::Date, Kind::Date) => Kind::Integer,
                    (_, Kind::Date, _) | (_, _, Kind::Date) => Kind::Date,
                    (Arithmetic::Divide, a, b) => {
                        if a == Kind::Null && b == Kind::Null {
                            Kind::Null
                        } else {
                            Kind::Float
                        }
                    }
                    (Arithmetic::Multiply, Kind::Decimal(a), Kind::Decimal(b)) => Kind::Decimal(a + b),
                    (_, a, b) => common(a, b),
                }
            }
            Syntax::Call(function, arguments) => match function {
                Function::Abs | Function::NullIf => self.kind(ast, arguments[0]),
                Function::DateTrunc => self.kind(ast, arguments[1]),
                Function::Floor | Function::Ceil => match self.kind(ast, arguments[0]) {
                    Kind::Decimal(_) => Kind::Decimal(0),
                    other => other,
                },
                Function::Round => match self.kind(ast, arguments[0]) {
                    Kind::Decimal(scale) => Kind::Decimal(self.places(ast, arguments).unwrap_or(0).clamp(0, scale)),
                    other => other,
                },
                Function::Age | Function::DaysSince | Function::Length => Kind::Integer,
                Function::AsOf => Kind::Timestamp,
                Function::Coalesce | Function::Least | Function::Greatest => self.common_kind(ast, arguments),
                Function::Lower | Function::Upper | Function::Trim | Function::LTrim | Function::RTrim => Kind::Text,
                Function::Contains
                | Function::EndsWith
                | Function::StartsWith
                | Function::WithinM
                | Function::RegexpLike
                | Function::HasAny
                | Function::HasAll => Kind::Boolean,
                Function::EventCount | Function::FirstEvent | Function::LastEvent | Function::MayContact | Function::WithinMAny => {
                    panic!("tested on its own, in `sources`")
                }
            },
            Syntax::Extract(..) => Kind::Integer,
            Syntax::Cast(_, target) => match target {
                Target::Boolean => Kind::Boolean,
                Target::Integer => Kind::Integer,
                Target::Float => Kind::Float,
                Target::Decimal { scale, .. } => Kind::Decimal(i64::from(*scale)),
                Target::Text => Kind::Text,
                Target::Date => Kind::Date,
                Target::Timestamp => Kind::Timestamp,
            },
            Syntax::Case { branches, otherwise, .. } => {
                self.common_kind(ast, &branches.iter().map(|(_, then)| *then).chain(*otherwise).collect::<Vec<_>>())
            }
            _ => Kind::Boolean,
        }
    }

    /// The common kind of values, text literals taking that of the others.
    fn common_kind(&self, ast: &Ast, nodes: &[NodeId]) -> Kind {
        let is_text = |node: &&NodeId| matches!(ast.nodes[**node].syntax, Syntax::Literal(Literal::Text(_)));
        let others = nodes.iter().filter(|node| !is_text(node)).fold(Kind::Null, |kind, node| common(kind, self.kind(ast, *node)));
        if others == Kind::Null && nodes.iter().any(|node| is_text(&node)) { Kind::Text } else { others }
    }

    fn cast(&self, value: Dynamic, kind: Kind) -> Dynamic {
        match (kind, value) {
            (_, Dynamic::Null) => Dynamic::Null,
            (Kind::Float, value) => Dynamic::Float(float(&value)),
            (Kind::Decimal(scale), value) => {
                let (digits, from) = exact(&value);
                within_i128(digits * power(scale - from), scale)
            }
            (Kind::Timestamp, Dynamic::Date(date)) => date.midnight(self.context.time_zone).map_or(Dynamic::Null, Dynamic::Timestamp),
            (_, value) => value,
        }
    }

    /// A node's value, a text literal read as what stands beside it.
    fn beside(&self, ast: &Ast, node: NodeId, other: Kind) -> Dynamic {
        let value = self.eval(ast, node);
        let (Syntax::Literal(Literal::Text(text)), true) = (&ast.nodes[node].syntax, !matches!(other, Kind::Text | Kind::Null)) else {
            return value;
        };
        match other {
            Kind::Boolean => Dynamic::Boolean(text == "true"),
            Kind::Date => Dynamic::Date(text.parse().expect("random rules have dates")),
            Kind::Timestamp => match text.parse() {
                Ok(date) => Dynamic::Date(date),
                Err(_) => Dynamic::Timestamp(Timestamp::parse_datetime(text).expect("random rules have instants")),
            },
            _ => Dynamic::Float(text.parse().expect("random rules have numbers")),
        }
    }

    fn pair(&self, ast: &Ast, left: NodeId, right: NodeId) -> Option<Ordering> {
        let (a, b) = (self.beside(ast, left, self.kind(ast, right)), self.beside(ast, right, self.kind(ast, left)));
        order(&a, &b, self.context)
    }

    fn eval(&self, ast: &Ast, node: NodeId) -> Dynamic {
        let eval = |node: NodeId| self.eval(ast, node);
        let condition = |node: NodeId| truth(&self.eval(ast, node));
        let not_if = |negated: bool, value: Option<bool>| from_truth(value.map(|value| value != negated));
        match &ast.nodes[node].syntax {
            Syntax::Column(name) => self.attribute(name),
            Syntax::Literal(literal) => match literal.clone() {
                Literal::Null => Dynamic::Null,
                Literal::Boolean(value) => Dynamic::Boolean(value),
                Literal::Integer(value) => Dynamic::Integer(value),
                Literal::Float(value) => Dynamic::Float(value),
                Literal::Decimal(decimal) => Dynamic::Decimal(decimal.digits.into(), decimal.scale.into()),
                Literal::Text(text) => Dynamic::Text(text),
                Literal::Date(date) => Dynamic::Date(date),
                Literal::Timestamp(at) => Dynamic::Timestamp(at),
                Literal::Interval(interval) => Dynamic::Interval(interval),
            },
            Syntax::Sign { negative, value } => match eval(*value) {
                value if !negative => value,
                Dynamic::Integer(value) => value.checked_neg().map_or(Dynamic::Null, Dynamic::Integer),
                Dynamic::Float(value) => Dynamic::Float(-value),
                Dynamic::Decimal(digits, scale) => within_i128(-digits, scale),
                Dynamic::Interval(interval) => Dynamic::Interval(interval.negated().expect("small")),
                other => other,
            },
            Syntax::Not(value) => from_truth(condition(*value).map(|value| !value)),
            Syntax::And(parts) => {
                let parts: Vec<Option<bool>> = parts.iter().map(|part| condition(*part)).collect();
                from_truth(if parts.contains(&Some(false)) {
                    Some(false)
                } else if parts.contains(&None) {
                    None
                } else {
                    Some(true)
                })
            }
            Syntax::Or(parts) => {
                let parts: Vec<Option<bool>> = parts.iter().map(|part| condition(*part)).collect();
                from_truth(if parts.contains(&Some(true)) {
                    Some(true)
                } else if parts.contains(&None) {
                    None
                } else {
                    Some(false)
                })
            }
            Syntax::Compare(comparison, left, right) => from_truth(self.pair(ast, *left, *right).map(|order| match comparison {
                Comparison::Equal => order.is_eq(),
                Comparison::NotEqual => order.is_ne(),
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
                Comparison::Greater => order.is_gt(),
                Comparison::GreaterOrEqual => order.is_ge(),
            })),
            Syntax::Distinct { left, right, negated } => {
                // A date beside an instant is its midnight, and null where the calendar has none.
                let kinds = [left, right].map(|node| self.kind(ast, *node));
                let kind = if kinds.contains(&Kind::Timestamp) { Kind::Timestamp } else { Kind::Null };
                let nulls = [left, right].map(|node| matches!(self.cast(eval(*node), kind), Dynamic::Null));
                let same = nulls == [true, true] || self.pair(ast, *left, *right).is_some_and(Ordering::is_eq);
                Dynamic::Boolean(same == *negated)
            }
            Syntax::Arithmetic(arithmetic, left, right) => self.arithmetic(*arithmetic, eval(*left), eval(*right), self.kind(ast, node)),
            Syntax::Concat(parts) => parts.iter().fold(Dynamic::Text(String::new()), |joined, part| match (joined, eval(*part)) {
                (Dynamic::Text(a), Dynamic::Text(b)) => Dynamic::Text(a + &b),
                _ => Dynamic::Null,
            }),
            Syntax::Cast(value, target) => self.convert(eval(*value), *target),
            Syntax::Extract(part, value) => match self.wall_clock(eval(*value)) {
                Some(clock) => Dynamic::Integer(part_of(*part, clock)),
                None => Dynamic::Null,
            },
            Syntax::Between { value, low, high, negated } => {
                let (above, below) =
                    (self.pair(ast, *value, *low).map(Ordering::is_ge), self.pair(ast, *value, *high).map(Ordering::is_le));
                not_if(
                    *negated,
                    match (above, below) {
                        (Some(false), _) | (_, Some(false)) => Some(false),
                        (Some(true), Some(true)) => Some(true),
                        _ => None,
                    },
                )
            }
            Syntax::In { value, list, negated } => {
                let equal: Vec<Option<bool>> = list.iter().map(|item| self.pair(ast, *value, *item).map(Ordering::is_eq)).collect();
                not_if(
                    *negated,
                    if equal.contains(&Some(true)) {
                        Some(true)
                    } else if equal.contains(&None) {
                        None
                    } else {
                        Some(false)
                    },
                )
            }
            Syntax::Like { value, pattern, escape, fold, negated } => match (eval(*value), eval(*pattern)) {
                (Dynamic::Text(text), Dynamic::Text(pattern)) => {
                    let (text, pattern) = if *fold { (lower(&text), lower(&pattern)) } else { (text, pattern) };
                    let chars = |text: &str| text.chars().collect::<Vec<char>>();
                    not_if(*negated, like(&chars(&text), &chars(&pattern), *escape))
                }
                _ => Dynamic::Null,
            },
            Syntax::Is { value, test, negated } => {
                let value = eval(*value);
                Dynamic::Boolean(
                    *negated
                        != match test {
                            Test::Null | Test::Unknown => matches!(value, Dynamic::Null),
                            Test::True => truth(&value) == Some(true),
                            Test::False => truth(&value) == Some(false),
                        },
                )
            }
            Syntax::InSegment(name) => {
                let called = self.rules.iter().position(|rule| rule.name() == name).expect("random rules call known ones");
                Dynamic::Boolean(self.rule(called) == Some(true))
            }
            Syntax::Call(function, arguments) => self.call(ast, *function, arguments),
            Syntax::Case { operand, branches, otherwise } => {
                let hit = branches.iter().find(|(when, _)| match operand {
                    Some(operand) => self.pair(ast, *operand, *when).is_some_and(Ordering::is_eq),
                    None => condition(*when) == Some(true),
                });
                let kind = self.kind(ast, node);
                match hit.map(|(_, then)| *then).or(*otherwise) {
                    Some(chosen) => self.cast(self.beside(ast, chosen, kind), kind),
                    None => Dynamic::Null,
                }
            }
        }
    }

    fn attribute(&self, name: &str) -> Dynamic {
        let (index, data_type) = self.column(name);
        match (&self.row[index], data_type) {
            (Value::Boolean(value), _) => Dynamic::Boolean(*value),
            (Value::Integer(value), _) => Dynamic::Integer(*value),
            (Value::Float(value), _) => Dynamic::Float(*value),
            // A whole number beyond i64.
            (Value::Decimal(_), AttributeType::Integer) => Dynamic::Null,
            (Value::Decimal(decimal), _) => Dynamic::Decimal(decimal.digits.into(), decimal.scale.into()),
            (Value::Text(text), _) => Dynamic::Text(text.clone()),
            (Value::Date(date), _) => Dynamic::Date(*date),
            (Value::Timestamp(at), _) => Dynamic::Timestamp(*at),
            (Value::List(items), _) => Dynamic::List(items.iter().map(element).collect()),
            (Value::Null | Value::Other, _) => Dynamic::Null,
        }
    }

    fn arithmetic(&self, arithmetic: Arithmetic, a: Dynamic, b: Dynamic, kind: Kind) -> Dynamic {
        use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
        match (arithmetic, a, b) {
            (_, Dynamic::Null, _) | (_, _, Dynamic::Null) => Dynamic::Null,
            (Add, Dynamic::Interval(interval), value) | (Add, value, Dynamic::Interval(interval)) => self.shift(value, interval),
            (_, value, Dynamic::Interval(interval)) => self.shift(value, interval.negated().expect("small")),
            (Subtract, Dynamic::Date(a), Dynamic::Date(b)) => Dynamic::Integer(i64::from(a.as_days()) - i64::from(b.as_days())),
            (Add, Dynamic::Date(date), Dynamic::Integer(days)) | (Add, Dynamic::Integer(days), Dynamic::Date(date)) => {
                add_days(date, Some(days))
            }
            (Subtract, Dynamic::Date(date), Dynamic::Integer(days)) => add_days(date, days.checked_neg()),
            (arithmetic, a, b) if kind == Kind::Float => {
                let (a, b) = (float(&a), float(&b));
                Dynamic::Float(match arithmetic {
                    Add => a + b,
                    Subtract => a - b,
                    Multiply => a * b,
                    Divide => a / b,
                    Remainder => a % b,
                })
            }
            (arithmetic, Dynamic::Integer(a), Dynamic::Integer(b)) => {
                let (a, b) = (i128::from(a), i128::from(b));
                let exact = match arithmetic {
                    Add => Some(a + b),
                    Subtract => Some(a - b),
                    Multiply => Some(a * b),
                    _ => a.checked_rem(b),
                };
                exact.and_then(|exact| i64::try_from(exact).ok()).map_or(Dynamic::Null, Dynamic::Integer)
            }
            (Multiply, a, b) => {
                let ((a, a_scale), (b, b_scale)) = (exact(&a), exact(&b));
                within_i128(a * b, a_scale + b_scale)
            }
            (arithmetic, a, b) => {
                let Kind::Decimal(scale) = kind else { panic!("decimals give decimals") };
                match (self.cast(a, kind), self.cast(b, kind)) {
                    (Dynamic::Decimal(a, _), Dynamic::Decimal(b, _)) => match arithmetic {
                        Add => within_i128(a + b, scale),
                        Subtract => within_i128(a - b, scale),
                        _ if b.is_zero() => Dynamic::Null,
                        _ => {
                            let rest = a.abs() % b.abs();
                            within_i128(if a.is_negative() { -rest } else { rest }, scale)
                        }
                    },
                    _ => Dynamic::Null,
                }
            }
        }
    }

    fn shift(&self, value: Dynamic, interval: Interval) -> Dynamic {
        match value {
            Dynamic::Date(date) if interval.micros == 0 => date.checked_add(interval).map_or(Dynamic::Null, Dynamic::Date),
            value => match self.cast(value, Kind::Timestamp) {
                Dynamic::Timestamp(at) => at.checked_add(interval, self.context.time_zone).map_or(Dynamic::Null, Dynamic::Timestamp),
                _ => Dynamic::Null,
            },
        }
    }

    fn call(&self, ast: &Ast, function: Function, arguments: &[NodeId]) -> Dynamic {
        let values: Vec<Dynamic> = arguments.iter().map(|argument| self.eval(ast, *argument)).collect();
        let text = |index: usize| if let Dynamic::Text(text) = &values[index] { Some(text.as_str()) } else { None };
        let zone = self.context.time_zone;
        let today = self.context.as_of.date(zone).expect("an instant of our time");
        match function {
            Function::AsOf => Dynamic::Timestamp(self.context.as_of),
            Function::Age | Function::DaysSince => {
                let day = match self.beside(ast, arguments[0], Kind::Date) {
                    Dynamic::Date(date) => Some(date),
                    Dynamic::Timestamp(at) => at.date(zone),
                    _ => None,
                };
                let Some(day) = day else { return Dynamic::Null };
                if function == Function::DaysSince {
                    return Dynamic::Integer(i64::from(today.as_days()) - i64::from(day.as_days()));
                }
                match (today.ymd(), day.ymd()) {
                    (Some(today), Some(born)) => {
                        let before = (today.1, today.2) < (born.1, born.2);
                        Dynamic::Integer(i64::from(today.0) - i64::from(born.0) - i64::from(before))
                    }
                    _ => Dynamic::Null,
                }
            }
            Function::Abs => match &values[0] {
                Dynamic::Integer(value) => value.checked_abs().map_or(Dynamic::Null, Dynamic::Integer),
                Dynamic::Float(value) => Dynamic::Float(value.abs()),
                Dynamic::Decimal(digits, scale) => within_i128(digits.abs(), *scale),
                _ => Dynamic::Null,
            },
            Function::Lower => text(0).map_or(Dynamic::Null, |text| Dynamic::Text(lower(text))),
            Function::Upper => text(0).map_or(Dynamic::Null, |text| Dynamic::Text(upper(text))),
            Function::Length => text(0).map_or(Dynamic::Null, |text| Dynamic::Integer(text.chars().count() as i64)),
            Function::StartsWith => from_truth(text(0).zip(text(1)).map(|(a, b)| a.starts_with(b))),
            Function::EndsWith => from_truth(text(0).zip(text(1)).map(|(a, b)| a.ends_with(b))),
            Function::Contains => from_truth(text(0).zip(text(1)).map(|(a, b)| a.contains(b))),
            Function::WithinM => {
                if values.iter().any(|value| matches!(value, Dynamic::Null)) {
                    return Dynamic::Null;
                }
                let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|index| float(&values[index]));
                from_truth(within_m(a, b, c, d, e))
            }
            Function::EventCount | Function::FirstEvent | Function::LastEvent | Function::MayContact | Function::WithinMAny => {
                panic!("tested on its own, in `sources`")
            }
            Function::DateTrunc => {
                let unit = Part::named(text(0).expect("a unit")).expect("a unit");
                match values[1].clone() {
                    Dynamic::Date(date) => start(unit, date).map_or(Dynamic::Null, Dynamic::Date),
                    Dynamic::Timestamp(at) => {
                        let Some(clock) = self.wall_clock(Dynamic::Timestamp(at)) else { return Dynamic::Null };
                        let passed = |seconds: u32| i64::from(seconds) * 1_000_000 + i64::from(clock.nanosecond() / 1_000);
                        let passed = match unit {
                            Part::Hour => passed(clock.minute() * 60 + clock.second()),
                            Part::Minute => passed(clock.second()),
                            Part::Second => passed(0),
                            unit => {
                                let date = Date::from_chrono(clock.date());
                                return start(unit, date).and_then(|date| date.midnight(zone)).map_or(Dynamic::Null, Dynamic::Timestamp);
                            }
                        };
                        Dynamic::Timestamp(Timestamp::from_micros(at.as_micros() - passed))
                    }
                    _ => Dynamic::Null,
                }
            }
            Function::Round => {
                let Some(places) = self.places(ast, arguments) else { return Dynamic::Null };
                match &values[0] {
                    Dynamic::Float(value) => Dynamic::Float(round_float(*value, places)),
                    Dynamic::Null => Dynamic::Null,
                    value => {
                        let (digits, scale) = exact(value);
                        let to = places.min(scale);
                        let rounded = round(digits, scale, to);
                        let result = if matches!(value, Dynamic::Integer(_)) { 0 } else { places.clamp(0, scale) };
                        exactly(value, rounded * power(result - to), result)
                    }
                }
            }
            Function::Floor | Function::Ceil => match &values[0] {
                Dynamic::Float(value) => Dynamic::Float(if function == Function::Ceil { value.ceil() } else { value.floor() }),
                Dynamic::Null => Dynamic::Null,
                value => {
                    let (digits, scale) = exact(value);
                    let (unit, up) = (power(scale), function == Function::Ceil);
                    let towards_zero = &digits / &unit;
                    let rest = &digits % &unit;
                    let whole = match (rest.is_zero(), rest.is_negative(), up) {
                        (false, true, false) => towards_zero - 1,
                        (false, false, true) => towards_zero + 1,
                        _ => towards_zero,
                    };
                    exactly(value, whole, 0)
                }
            },
            Function::Least | Function::Greatest => {
                let kind = self.common_kind(ast, arguments);
                let values = arguments.iter().map(|argument| self.cast(self.beside(ast, *argument, kind), kind));
                let wanted = if function == Function::Least { Ordering::Less } else { Ordering::Greater };
                values
                    .filter(|value| !matches!(value, Dynamic::Null))
                    .reduce(|best, next| if order(&next, &best, self.context) == Some(wanted) { next } else { best })
                    .unwrap_or(Dynamic::Null)
            }
            Function::Trim | Function::LTrim | Function::RTrim => {
                let blanks = "\u{20}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{202f}\u{205f}\u{3000}";
                let gone = match (values.len(), values.get(1)) {
                    (1, _) => blanks,
                    (_, Some(Dynamic::Text(gone))) if gone == " " => blanks,
                    (_, Some(Dynamic::Text(gone))) => gone,
                    _ => return Dynamic::Null,
                };
                let Some(text) = text(0) else { return Dynamic::Null };
                let mut chars: std::collections::VecDeque<char> = text.chars().collect();
                while function != Function::RTrim && chars.front().is_some_and(|ch| gone.contains(*ch)) {
                    chars.pop_front();
                }
                while function != Function::LTrim && chars.back().is_some_and(|ch| gone.contains(*ch)) {
                    chars.pop_back();
                }
                Dynamic::Text(chars.into_iter().collect())
            }
            Function::RegexpLike => {
                let (Some(text), Some(pattern)) = (text(0), text(1)) else { return Dynamic::Null };
                let flags = values
                    .get(2)
                    .map_or(String::new(), |_| if let Dynamic::Text(flags) = &values[2] { flags.clone() } else { String::new() });
                // Random rules have only what both syntaxes share.
                let pattern = format!("(?{}:{pattern})", if flags.is_empty() { "u" } else { &flags });
                Dynamic::Boolean(regex::Regex::new(&pattern).expect("random rules have expressions").is_match(text))
            }
            Function::HasAny | Function::HasAll => {
                let Dynamic::List(elements) = &values[0] else { return Dynamic::Null };
                let Kind::List(element) = self.kind(ast, arguments[0]) else { panic!("only lists have elements") };
                let has = |item: &NodeId| {
                    let wanted = self.beside(ast, *item, kind_of(element.into()));
                    elements.iter().any(|found| order(found, &wanted, self.context) == Some(Ordering::Equal))
                };
                Dynamic::Boolean(if function == Function::HasAny { arguments[1..].iter().any(has) } else { arguments[1..].iter().all(has) })
            }
            Function::Coalesce => {
                let kind = self.common_kind(ast, arguments);
                let found = arguments.iter().find(|argument| !matches!(self.eval(ast, **argument), Dynamic::Null));
                found.map_or(Dynamic::Null, |found| self.cast(self.beside(ast, *found, kind), kind))
            }
            Function::NullIf => {
                if self.pair(ast, arguments[0], arguments[1]).is_some_and(Ordering::is_eq) {
                    Dynamic::Null
                } else {
                    values[0].clone()
                }
            }
        }
    }
}

impl Reference<'_> {
    /// How many places `round` keeps; `None` if that is null.
    fn places(&self, ast: &Ast, arguments: &[NodeId]) -> Option<i64> {
        match arguments.get(1).map(|places| self.eval(ast, *places)) {
            None => Some(0),
            Some(Dynamic::Integer(places)) => Some(places),
            Some(_) => None,
        }
    }

    fn wall_clock(&self, value: Dynamic) -> Option<chrono::NaiveDateTime> {
        match value {
            Dynamic::Date(date) => Some(date.to_chrono()?.and_time(chrono::NaiveTime::MIN)),
            Dynamic::Timestamp(at) => Some(chrono::DateTime::from_timestamp_micros(at.local_micros(self.context.time_zone)?)?.naive_utc()),
            _ => None,
        }
    }

    fn convert(&self, value: Dynamic, target: Target) -> Dynamic {
        let zone = self.context.time_zone;
        match (value, target) {
            (Dynamic::Null, _) => Dynamic::Null,
            (Dynamic::Text(text), Target::Boolean) => match text.to_ascii_lowercase().as_str() {
                "true" | "t" | "yes" | "y" | "1" => Dynamic::Boolean(true),
                "false" | "f" | "no" | "n" | "0" => Dynamic::Boolean(false),
                _ => Dynamic::Null,
            },
            (Dynamic::Boolean(value), Target::Boolean) => Dynamic::Boolean(value),
            (Dynamic::Boolean(value), Target::Text) => Dynamic::Text(value.to_string()),
            (Dynamic::Boolean(value), target) => self.convert(Dynamic::Integer(i64::from(value)), target),
            (value @ (Dynamic::Integer(_) | Dynamic::Float(_) | Dynamic::Decimal(..)), Target::Boolean) => {
                Dynamic::Boolean(float(&value) != 0.0)
            }
            (Dynamic::Integer(value), Target::Text) => Dynamic::Text(value.to_string()),
            (Dynamic::Float(value), Target::Text) => Dynamic::Text(shortest(value)),
            (Dynamic::Decimal(digits, scale), Target::Text) => {
                let sign = if digits.is_negative() { "-" } else { "" };
                let digits = format!("{:0>width$}", digits.abs(), width = scale as usize + 1);
                let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
                Dynamic::Text(if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
            }
            (Dynamic::Text(text), Target::Text) => Dynamic::Text(text),
            (value @ (Dynamic::Integer(_) | Dynamic::Float(_) | Dynamic::Decimal(..)), Target::Float) => Dynamic::Float(float(&value)),
            (Dynamic::Float(value), Target::Integer) => {
                let nearest = value.round_ties_even();
                if nearest >= -(2_f64.powi(63)) && nearest < 2_f64.powi(63) { Dynamic::Integer(nearest as i64) } else { Dynamic::Null }
            }
            (Dynamic::Float(value), Target::Decimal { precision, scale }) => {
                let digits = (value * format!("1e{scale}").parse::<f64>().expect("a power")).round();
                if digits.abs() < 1e38 { within(BigInt::from(digits as i128), precision, scale) } else { Dynamic::Null }
            }
            (value @ (Dynamic::Integer(_) | Dynamic::Decimal(..)), Target::Integer) => {
                let (digits, scale) = exact(&value);
                round(digits, scale, 0).to_i64().map_or(Dynamic::Null, Dynamic::Integer)
            }
            (value @ (Dynamic::Integer(_) | Dynamic::Decimal(..)), Target::Decimal { precision, scale }) => {
                let (digits, from) = exact(&value);
                within(round(digits, from, i64::from(scale)), precision, scale)
            }
            // Random rules have numbers without exponents, and dates and instants as they are written in literals.
            (Dynamic::Text(text), Target::Float) => text.trim().parse().map_or(Dynamic::Null, Dynamic::Float),
            (Dynamic::Text(text), Target::Integer | Target::Decimal { .. }) => match plain_number(text.trim()) {
                Some((digits, scale)) => self.convert(Dynamic::Decimal(digits, scale), target),
                None => Dynamic::Null,
            },
            (Dynamic::Text(text), Target::Date) => match (date_of(&text), Timestamp::parse_datetime(&text)) {
                (Some(date), _) => Dynamic::Date(date),
                (_, Some(_)) => text.trim_ascii().split(['T', ' ']).next().and_then(date_of).map_or(Dynamic::Null, Dynamic::Date),
                _ => Dynamic::Null,
            },
            (Dynamic::Text(text), Target::Timestamp) => {
                let at = Timestamp::parse(&text, zone).ok().or_else(|| date_of(&text)?.midnight(zone));
                at.map_or(Dynamic::Null, Dynamic::Timestamp)
            }
            (Dynamic::Date(date), Target::Text) => {
                let Some((year, month, day)) = date.ymd() else { return Dynamic::Null };
                let (year, era) = if year > 0 { (year, "") } else { (1 - year, " (BC)") };
                Dynamic::Text(format!("{year:04}-{month:02}-{day:02}{era}"))
            }
            (Dynamic::Timestamp(at), Target::Text) => {
                let Some(utc) = chrono::DateTime::from_timestamp_micros(at.as_micros()) else { return Dynamic::Null };
                let Dynamic::Text(day) = self.convert(Dynamic::Date(at.date(crate::time::TimeZone::UTC).expect("in range")), Target::Text)
                else {
                    return Dynamic::Null;
                };
                let fraction = format!(".{:06}", at.as_micros().rem_euclid(1_000_000));
                Dynamic::Text(format!("{day} {}{}", utc.format("%H:%M:%S"), fraction.trim_end_matches('0').trim_end_matches('.')))
            }
            (Dynamic::Date(date), Target::Timestamp) => date.midnight(zone).map_or(Dynamic::Null, Dynamic::Timestamp),
            (Dynamic::Timestamp(at), Target::Date) => at.date(zone).map_or(Dynamic::Null, Dynamic::Date),
            (same, _) => same,
        }
    }
}

fn kind_of(data_type: AttributeType) -> Kind {
    match data_type {
        AttributeType::Null => Kind::Null,
        AttributeType::Boolean => Kind::Boolean,
        AttributeType::Integer => Kind::Integer,
        AttributeType::Float => Kind::Float,
        AttributeType::Decimal { scale, .. } => Kind::Decimal(i64::from(scale)),
        AttributeType::Text => Kind::Text,
        AttributeType::Date => Kind::Date,
        AttributeType::Timestamp => Kind::Timestamp,
        AttributeType::List(element) => Kind::List(element),
        AttributeType::Other => panic!("no such attributes"),
    }
}

fn element(value: &Value) -> Dynamic {
    match value {
        Value::Boolean(value) => Dynamic::Boolean(*value),
        Value::Integer(value) => Dynamic::Integer(*value),
        Value::Float(value) => Dynamic::Float(*value),
        Value::Decimal(decimal) => Dynamic::Decimal(decimal.digits.into(), decimal.scale.into()),
        Value::Text(text) => Dynamic::Text(text.clone()),
        Value::Date(date) => Dynamic::Date(*date),
        Value::Timestamp(at) => Dynamic::Timestamp(*at),
        Value::Null | Value::List(_) | Value::Other => Dynamic::Null,
    }
}

/// The shortest decimal form, plain where DuckDB writes it so.
fn shortest(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() { "nan".into() } else { format!("{}inf", if value < 0.0 { "-" } else { "" }) };
    }
    if value == 0.0 || (1e-4..1e16).contains(&value.abs()) {
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').expect("an exponent");
    let exponent: i32 = exponent.parse().expect("a number");
    format!("{mantissa}e{}{:02}", if exponent < 0 { "-" } else { "+" }, exponent.abs())
}

fn plain_number(text: &str) -> Option<(BigInt, i64)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((digits, fraction.len() as i64))
}

/// Digits at another scale, halves away from zero.
fn round(digits: BigInt, from: i64, to: i64) -> BigInt {
    if to >= from {
        return digits * power(to - from);
    }
    let unit = power(from - to);
    let nearest: BigInt = (digits.abs() * 2 + &unit) / (unit * 2);
    if digits.is_negative() { -nearest } else { nearest }
}

fn round_float(value: f64, places: i64) -> f64 {
    if places == 0 || !value.is_finite() {
        return value.round();
    }
    let unit: f64 = format!("1e{}", places.abs()).parse().expect("a power");
    let rounded = if places > 0 { (value * unit).round() / unit } else { (value / unit).round() * unit };
    if rounded.is_finite() {
        rounded
    } else if places > 0 {
        value
    } else {
        0.0
    }
}

/// Digits as the type of `value`, an integer or a decimal.
fn exactly(value: &Dynamic, digits: BigInt, scale: i64) -> Dynamic {
    match value {
        Dynamic::Integer(_) => digits.to_i64().map_or(Dynamic::Null, Dynamic::Integer),
        _ => within_i128(digits, scale),
    }
}

fn within(digits: BigInt, precision: u8, scale: i8) -> Dynamic {
    if digits.abs() < power(i64::from(precision)) { Dynamic::Decimal(digits, i64::from(scale)) } else { Dynamic::Null }
}

fn part_of(part: Part, clock: chrono::NaiveDateTime) -> i64 {
    let number = |pattern: &str| clock.format(pattern).to_string().parse().expect("a number");
    match part {
        Part::Year => i64::from(clock.year()),
        Part::IsoYear => number("%G"),
        Part::Quarter => i64::from(clock.month().div_ceil(3)),
        Part::Month => number("%-m"),
        Part::Week => number("%-V"),
        Part::Day => number("%-d"),
        Part::DayOfYear => number("%-j"),
        Part::DayOfWeek => number("%w"),
        Part::IsoDayOfWeek => number("%u"),
        Part::Hour => number("%-H"),
        Part::Minute => number("%-M"),
        Part::Second => number("%-S"),
    }
}

/// The first day of the unit in which a date lies, found by walking back.
fn start(unit: Part, date: Date) -> Option<Date> {
    let (year, month, _) = date.ymd()?;
    match unit {
        Part::Year => Date::from_ymd(year, 1, 1),
        Part::Quarter => Date::from_ymd(year, [1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10][month as usize - 1], 1),
        Part::Month => Date::from_ymd(year, month, 1),
        // 5 January 1970 was a Monday.
        Part::Week => Some(Date::from_days(date.as_days() - (date.as_days() - 4).rem_euclid(7))),
        _ => Some(date),
    }
}

fn add_days(date: Date, days: Option<i64>) -> Dynamic {
    let sum = days.and_then(|days| i32::try_from(i64::from(date.as_days()).checked_add(days)?).ok());
    sum.map_or(Dynamic::Null, |days| Dynamic::Date(Date::from_days(days)))
}

fn common(a: Kind, b: Kind) -> Kind {
    match (a, b) {
        (Kind::Null, one) | (one, Kind::Null) => one,
        (Kind::Float, _) | (_, Kind::Float) => Kind::Float,
        (Kind::Decimal(a), Kind::Decimal(b)) => Kind::Decimal(a.max(b)),
        (Kind::Decimal(scale), _) | (_, Kind::Decimal(scale)) => Kind::Decimal(scale.max(0)),
        (Kind::Timestamp, _) | (_, Kind::Timestamp) => Kind::Timestamp,
        (a, _) => a,
    }
}

/// A date as a cast to text writes it: a year may have more than four digits.
fn date_of(text: &str) -> Option<Date> {
    let parts: Vec<u32> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = parts[..] else { return None };
    chrono::NaiveDate::from_ymd_opt(year as i32, month, day).map(Date::from_chrono)
}
