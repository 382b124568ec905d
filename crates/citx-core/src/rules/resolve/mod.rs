//! Names and types: a syntax tree becomes operations over the attributes of a schema.

mod arithmetic;
mod calls;
mod casts;
mod lists;
mod nulls;
mod outside;

use std::collections::{BTreeSet, HashMap};

use crate::citizens::{AttributeType, Schema};
use crate::table::Value;
use crate::time::Interval;
use crate::{Error, ErrorKind, Result, RuleLocation, table};

use super::ast::{Comparison, Literal, Node, NodeId, Syntax, Test};
use super::lex::error_at;
use super::places::Places;
use super::plan::{Builder, Constant, Op, OpId, Type};
use super::{Rule, literal};

/// Where a list is not read.
const LIST_ONLY: &str = "a list is only read by has_any, has_all and IS NULL";

/// What a node of the tree is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Typed {
    Value(OpId, Type),
    Interval(Interval),
}

/// Resolves one rule after another into one set of operations.
pub(super) struct Resolver<'a> {
    pub schema: &'a Schema,
    pub places: &'a Places,
    /// By attribute, the value that all rows have, where there is such.
    pub given: &'a [Option<Value>],
    pub builder: Builder,
    /// The roots of the rules resolved so far, by name.
    pub segments: HashMap<&'a str, OpId>,
    /// The indices of the names looked up so far: a book says the same few many times.
    pub names: HashMap<String, Option<usize>>,
    /// The attributes of which rules must know whether they are null to be compiled.
    pub marked: BTreeSet<u32>,
}

/// A rule in operations.
pub(super) struct Resolved {
    pub root: OpId,
    pub nodes: Vec<Typed>,
}

impl<'a> Resolver<'a> {
    /// As [`find`].
    pub fn find(&mut self, name: &str) -> Option<usize> {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let found = find(self.schema, name);
        self.names.insert(name.to_owned(), found);
        found
    }

    /// Resolves a rule whose `in_segment` calls are of rules resolved before.
    pub fn rule(&mut self, rule: &'a Rule) -> Result<Resolved> {
        let ast = rule.ast();
        let (typed, loose) = (Vec::with_capacity(ast.nodes.len()), Vec::with_capacity(ast.nodes.len()));
        let mut scope = Scope { text: rule.text(), nodes: &ast.nodes, typed, loose, resolver: self };
        for node in &ast.nodes {
            let typed = scope.node(node)?;
            let loose = scope.look_at_nulls(node, typed);
            scope.typed.push(typed);
            scope.loose.push(loose);
        }
        let root = scope.condition(ast.root(), "a rule is a condition")?;
        let nodes = scope.typed;
        self.segments.insert(rule.name(), root);
        Ok(Resolved { root, nodes })
    }
}

struct Scope<'s, 'a> {
    text: &'s str,
    nodes: &'s [Node],
    typed: Vec<Typed>,
    /// By node, whether nulls may take its type.
    loose: Vec<bool>,
    resolver: &'s mut Resolver<'a>,
}

impl Scope<'_, '_> {
    fn builder(&mut self) -> &mut Builder {
        &mut self.resolver.builder
    }

    fn add(&mut self, op: Op, data_type: Type) -> Typed {
        Typed::Value(self.builder().add(op, data_type), data_type)
    }

    fn boolean(&mut self, op: Op) -> OpId {
        self.builder().add(op, Type::Boolean)
    }

    fn not_if(&mut self, negated: bool, id: OpId) -> Typed {
        Typed::Value(if negated { self.boolean(Op::Not(id)) } else { id }, Type::Boolean)
    }

    fn type_error(&self, node: NodeId, message: impl Into<String>) -> Error {
        error_at(self.text, ErrorKind::RuleType, self.nodes.get(node).map_or((0, 0), |node| node.span), message)
    }

    /// The operation and type of a node that must be a value.
    fn value(&self, node: NodeId) -> Result<(OpId, Type)> {
        match self.typed.get(node) {
            Some(Typed::Value(id, data_type)) => Ok((*id, *data_type)),
            _ => Err(self.type_error(node, "an interval can only be added to a date or a timestamp, or taken from one")),
        }
    }

    fn condition(&self, node: NodeId, wanted: &str) -> Result<OpId> {
        match self.value(node)? {
            (id, Type::Boolean | Type::Null) => Ok(id),
            (_, other) => Err(self.type_error(node, format!("{wanted}; this is {}", other.name()))),
        }
    }

    fn text(&self, node: NodeId, wanted: &str) -> Result<OpId> {
        match self.value(node)? {
            (id, Type::Text | Type::Null) => Ok(id),
            (_, other) => Err(self.type_error(node, format!("{wanted} text; this is {}", other.name()))),
        }
    }

    fn literal_text(&self, node: NodeId) -> Option<&str> {
        match self.nodes.get(node).map(|node| &node.syntax) {
            Some(Syntax::Literal(Literal::Text(text))) => Some(text),
            _ => None,
        }
    }

    fn node(&mut self, node: &Node) -> Result<Typed> {
        match &node.syntax {
            Syntax::Column(name) => self.column(name, node),
            Syntax::Literal(literal) => Ok(self.literal(literal)),
            Syntax::Sign { negative, value } => self.sign(*negative, *value),
            Syntax::Not(value) => {
                let value = self.condition(*value, "NOT wants a condition")?;
                Ok(self.not_if(true, value))
            }
            Syntax::And(parts) => self.junction(parts, "AND", Op::And),
            Syntax::Or(parts) => self.junction(parts, "OR", Op::Or),
            Syntax::Compare(comparison, left, right) => {
                let (a, b) = self.pair(*left, *right)?;
                Ok(self.compare(*comparison, a, b))
            }
            Syntax::Distinct { left, right, negated } => {
                let (a, b) = self.pair(*left, *right)?;
                let same = self.boolean(Op::Same(a.min(b), a.max(b)));
                Ok(self.not_if(!negated, same))
            }
            Syntax::Arithmetic(arithmetic, left, right) => self.arithmetic(*arithmetic, *left, *right),
            Syntax::Concat(parts) => {
                let parts = parts.iter().map(|part| self.text(*part, "|| joins")).collect::<Result<Box<[OpId]>>>()?;
                Ok(self.add(Op::Concat(parts), Type::Text))
            }
            Syntax::Cast(value, target) => self.explicit_cast(*value, *target),
            Syntax::Extract(part, value) => {
                let (id, _) = self.moment(*value, "EXTRACT wants")?;
                Ok(self.add(Op::Extract(*part, id), Type::Integer))
            }
            Syntax::Between { value, low, high, negated } => {
                let (a, b) = self.pair(*value, *low)?;
                let above = self.compare(Comparison::GreaterOrEqual, a, b);
                let (a, b) = self.pair(*value, *high)?;
                let below = self.compare(Comparison::LessOrEqual, a, b);
                let parts = [above, below].map(|typed| if let Typed::Value(id, _) = typed { id } else { 0 });
                let both = self.boolean(Op::And(parts.into()));
                Ok(self.not_if(*negated, both))
            }
            Syntax::In { value, list, negated } => {
                let found = self.in_list(*value, list)?;
                Ok(self.not_if(*negated, found))
            }
            Syntax::Like { value, pattern, escape, fold, negated } => {
                let found = self.like(*value, *pattern, *escape, *fold)?;
                Ok(self.not_if(*negated, found))
            }
            Syntax::Is { value, test, negated } => {
                let found = self.is(*value, *test)?;
                Ok(self.not_if(*negated, found))
            }
            Syntax::Call(function, arguments) => self.call(*function, arguments),
            Syntax::InSegment(name) => match self.resolver.segments.get(name.as_str()).copied() {
                Some(root) => Ok(self.add(Op::IsTrue(root), Type::Boolean)),
                None => Err(self.unknown("segment", name, node, self.resolver.segments.keys().copied().collect())),
            },
            Syntax::Case { operand, branches, otherwise } => self.case(*operand, branches, *otherwise),
        }
    }

    fn unknown(&self, what: &str, name: &str, node: &Node, known: Vec<&str>) -> Error {
        let mut location = RuleLocation::new(self.text, node.span);
        location.suggestion = table::nearest(name, known).map(str::to_owned);
        Error::new(ErrorKind::UnknownName, format!("there is no {what} `{name}`")).at(location)
    }

    fn column(&mut self, name: &str, node: &Node) -> Result<Typed> {
        let attributes = self.resolver.schema.attributes();
        let Some(index) = self.resolver.find(name) else {
            return Err(self.unknown("attribute", name, node, attributes.iter().map(|one| one.name.as_str()).collect()));
        };
        if let Some(Some(value)) = self.resolver.given.get(index) {
            return Ok(self.given(value));
        }
        let data_type = match attributes.get(index).map(|attribute| attribute.data_type) {
            Some(AttributeType::Boolean) => Type::Boolean,
            Some(AttributeType::Integer) => Type::Integer,
            Some(AttributeType::Float) => Type::Float,
            Some(AttributeType::Decimal { scale, .. }) => Type::Decimal(scale),
            Some(AttributeType::Text) => Type::Text,
            Some(AttributeType::Date) => Type::Date,
            Some(AttributeType::Timestamp) => Type::Timestamp,
            Some(AttributeType::List(element)) => Type::List(element),
            Some(AttributeType::Null) => return Ok(Typed::Value(self.builder().constant(Constant::Null), Type::Null)),
            Some(AttributeType::Other) | None => {
                let message = format!("`{name}` is of a type that rules cannot read (time of day, binary, struct, or a list of such)");
                return Err(error_at(self.text, ErrorKind::RuleType, node.span, message));
            }
        };
        Ok(self.add(Op::Column(index as u32), data_type))
    }

    fn given(&mut self, value: &Value) -> Typed {
        self.literal(&match value {
            Value::Boolean(value) => Literal::Boolean(*value),
            Value::Integer(value) => Literal::Integer(*value),
            Value::Float(value) => Literal::Float(*value),
            Value::Decimal(value) => Literal::Decimal(*value),
            Value::Text(value) => Literal::Text(value.clone()),
            Value::Date(value) => Literal::Date(*value),
            Value::Timestamp(value) => Literal::Timestamp(*value),
            Value::Null | Value::List(_) | Value::Other => Literal::Null,
        })
    }

    fn literal(&mut self, literal: &Literal) -> Typed {
        let (constant, data_type) = match literal {
            Literal::Null => (Constant::Null, Type::Null),
            Literal::Boolean(value) => (Constant::Boolean(*value), Type::Boolean),
            Literal::Integer(value) => (Constant::Integer(*value), Type::Integer),
            Literal::Float(value) => (Constant::Float(value.to_bits()), Type::Float),
            Literal::Decimal(decimal) => (Constant::Decimal(decimal.digits, decimal.scale), Type::Decimal(decimal.scale)),
            Literal::Text(text) => (Constant::Text(text.as_str().into()), Type::Text),
            Literal::Date(date) => (Constant::Date(date.as_days()), Type::Date),
            Literal::Timestamp(at) => (Constant::Timestamp(at.as_micros()), Type::Timestamp),
            Literal::Interval(interval) => return Typed::Interval(*interval),
        };
        Typed::Value(self.builder().constant(constant), data_type)
    }

    fn sign(&mut self, negative: bool, value: NodeId) -> Result<Typed> {
        if let Some(Typed::Interval(interval)) = self.typed.get(value).copied() {
            let signed = if negative { interval.negated() } else { Some(interval) };
            return signed.map(Typed::Interval).ok_or_else(|| self.type_error(value, "the interval is too long"));
        }
        let (id, data_type) = self.number(value, "a sign wants")?;
        if !negative {
            return Ok(Typed::Value(id, data_type));
        }
        let Typed::Value(id, data_type) = self.add(Op::Negate(id), data_type) else { return Ok(Typed::Value(id, data_type)) };
        // -9223372036854775808 is written as the negative of a number that no integer holds.
        match self.builder().as_constant(id) {
            Some(&Constant::Decimal(digits, 0)) if i64::try_from(digits).is_ok() => Ok(self.literal(&Literal::Integer(digits as i64))),
            _ => Ok(Typed::Value(id, data_type)),
        }
    }

    fn number(&self, node: NodeId, wanted: &str) -> Result<(OpId, Type)> {
        let (id, data_type) = self.value(node)?;
        if data_type.is_numeric() {
            Ok((id, data_type))
        } else {
            Err(self.type_error(node, format!("{wanted} a number; this is {}", data_type.name())))
        }
    }

    fn junction(&mut self, parts: &[NodeId], word: &str, op: fn(Box<[OpId]>) -> Op) -> Result<Typed> {
        let wanted = format!("{word} joins conditions");
        let parts = parts.iter().map(|part| self.condition(*part, &wanted)).collect::<Result<Box<[OpId]>>>()?;
        Ok(self.add(op(parts), Type::Boolean))
    }

    /// EQUAL and LESS are the only comparisons; the order is total, so the others are their negations.
    fn compare(&mut self, comparison: Comparison, a: OpId, b: OpId) -> Typed {
        let (op, negated) = match comparison {
            Comparison::Equal => (Op::Equal(a.min(b), a.max(b)), false),
            Comparison::NotEqual => (Op::Equal(a.min(b), a.max(b)), true),
            Comparison::Less => (Op::Less(a, b), false),
            Comparison::LessOrEqual => (Op::Less(b, a), true),
            Comparison::Greater => (Op::Less(b, a), false),
            Comparison::GreaterOrEqual => (Op::Less(a, b), true),
        };
        let id = self.boolean(op);
        self.not_if(negated, id)
    }

    /// A text literal as a value of the type it stands beside; other nodes as they are.
    fn beside(&mut self, node: NodeId, other: Type) -> Result<(OpId, Type)> {
        let (id, data_type) = self.value(node)?;
        let Some(text) = self.literal_text(node) else { return Ok((id, data_type)) };
        let read = match other {
            Type::Null | Type::Text => return Ok((id, data_type)),
            Type::Boolean => literal::boolean(text).map(Literal::Boolean),
            Type::Integer | Type::Float | Type::Decimal(_) => literal::signed_number(text),
            Type::Date => literal::date(text).map(Literal::Date),
            Type::Timestamp => literal::date_or_timestamp(text),
            Type::List(_) => None,
        };
        match read {
            Some(read) => match self.literal(&read) {
                Typed::Value(id, data_type) => Ok((id, data_type)),
                Typed::Interval(_) => Ok((id, data_type)),
            },
            None => Err(self.type_error(node, format!("this text is not {}", other.name()))),
        }
    }

    /// Two values that can be compared, as operations of one type (decimals may differ in scale).
    fn pair(&mut self, left: NodeId, right: NodeId) -> Result<(OpId, OpId)> {
        let right_type = self.value(right)?.1;
        let (mut a, left_type) = self.beside(left, right_type)?;
        let (mut b, right_type) = self.beside(right, left_type)?;
        use Type::{Boolean, Date, Decimal, Float, Integer, List, Null, Text, Timestamp};
        match (left_type, right_type) {
            (List(_), _) | (_, List(_)) => return Err(self.type_error(if matches!(left_type, List(_)) { left } else { right }, LIST_ONLY)),
            (Null, _) | (_, Null) | (Boolean, Boolean) | (Text, Text) | (Date, Date) | (Timestamp, Timestamp) => {}
            (Integer, Integer) | (Decimal(_), Decimal(_)) => {}
            (Date, Timestamp) => a = self.cast(a, Date, Timestamp),
            (Timestamp, Date) => b = self.cast(b, Date, Timestamp),
            (Integer, Decimal(_)) => (b, a) = self.beside_integer(b, a),
            (Decimal(_), Integer) => (a, b) = self.beside_integer(a, b),
            (a_type, b_type) if a_type.is_numeric() && b_type.is_numeric() => {
                (a, b) = (self.cast(a, a_type, Float), self.cast(b, b_type, Float));
            }
            (a_type, b_type) => {
                let message = format!("{} cannot be compared with {}", b_type.name(), a_type.name());
                return Err(self.type_error(right, message));
            }
        }
        Ok((a, b))
    }

    /// A decimal and an integer in one type: integers where the decimal is a whole constant.
    fn beside_integer(&mut self, decimal: OpId, integer: OpId) -> (OpId, OpId) {
        if let Some(&Constant::Decimal(digits, scale)) = self.builder().as_constant(decimal)
            && let Some(unit) = u32::try_from(scale).ok().and_then(|scale| 10_i128.checked_pow(scale))
            && digits % unit == 0
            && let Ok(whole) = i64::try_from(digits / unit)
        {
            return (self.builder().constant(Constant::Integer(whole)), integer);
        }
        (decimal, self.cast(integer, Type::Integer, Type::Decimal(0)))
    }

    /// A value in another type, to which it must be castable.
    fn cast(&mut self, id: OpId, from: Type, to: Type) -> OpId {
        let op = match (from, to) {
            (from, to) if from == to => return id,
            (Type::Null, _) => return id,
            (_, Type::Float) => Op::ToFloat(id),
            (_, Type::Decimal(scale)) => Op::ToDecimal(id, scale),
            (_, Type::Timestamp) => Op::ToTimestamp(id),
            (_, Type::Date) => Op::ToDate(id),
            _ => return id,
        };
        self.builder().add(op, to)
    }

    /// The type that values of two types can be cast to.
    fn common(a: Type, b: Type) -> Option<Type> {
        use Type::{Date, Decimal, Float, Integer, Null, Timestamp};
        Some(match (a, b) {
            (Type::List(_), _) | (_, Type::List(_)) => return None,
            (a, b) if a == b => a,
            (Null, one) | (one, Null) => one,
            (Float, other) | (other, Float) if other.is_numeric() => Float,
            (Integer, Decimal(scale)) | (Decimal(scale), Integer) => Decimal(scale.max(0)),
            (Decimal(a), Decimal(b)) => Decimal(a.max(b)),
            (Date, Timestamp) | (Timestamp, Date) => Timestamp,
            _ => return None,
        })
    }

    fn like(&mut self, value: NodeId, pattern: NodeId, escape: Option<char>, fold: bool) -> Result<OpId> {
        let wanted = if fold { "ILIKE wants" } else { "LIKE wants" };
        let (value, pattern_id) = (self.text(value, wanted)?, self.text(pattern, wanted)?);
        let Some(Constant::Text(text)) = self.builder().as_constant(pattern_id).cloned() else {
            return Ok(self.boolean(Op::LikeValue { value, pattern: pattern_id, escape, fold }));
        };
        match self.builder().pattern(&text, escape, fold) {
            Some(index) => Ok(self.boolean(Op::Like(value, index))),
            None => Err(self.type_error(pattern, "a pattern cannot end in its escape character")),
        }
    }

    fn is(&mut self, value: NodeId, test: Test) -> Result<OpId> {
        if test == Test::Null {
            let (id, _) = self.value(value)?;
            return Ok(self.boolean(Op::IsNull(id)));
        }
        let id = self.condition(value, "IS TRUE, IS FALSE and IS UNKNOWN want a condition")?;
        Ok(match test {
            Test::True => self.boolean(Op::IsTrue(id)),
            Test::False => {
                let not = self.boolean(Op::Not(id));
                self.boolean(Op::IsTrue(not))
            }
            Test::Null | Test::Unknown => self.boolean(Op::IsNull(id)),
        })
    }
}

/// The attribute of that name, or the only one whose name differs by case alone.
pub(crate) fn find(schema: &Schema, name: &str) -> Option<usize> {
    if let Some((index, _)) = schema.find(name) {
        return Some(index);
    }
    let lower = name.to_lowercase();
    let mut alike = schema.attributes().iter().enumerate().filter(|(_, attribute)| attribute.name.to_lowercase() == lower);
    match (alike.next(), alike.next()) {
        (Some((index, _)), None) => Some(index),
        _ => None,
    }
}
