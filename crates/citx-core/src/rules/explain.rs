//! Why a rule is what it is for one record: its predicates, the values they read, and what came of them.

use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::table::Value;
use crate::time::Timestamp;

use super::ast::{NodeId, Syntax};
use super::functions::Function;
use super::plan::OpId;
use super::row::Scalar;
use super::text::{Written, canonical};
use super::{Compiled, Inner};

/// How many levels an explanation shows; what lies deeper is text without parts.
const MAX_LEVELS: usize = 100;

/// Why one rule is true, false or unknown for one record: a tree of its predicates.
#[derive(Clone, PartialEq)]
pub struct Explanation {
    /// The expression, as canonical text.
    pub text: String,
    /// True, false, or `None` for unknown; `None` also where the expression is not a condition.
    pub outcome: Option<bool>,
    /// The attribute values it read, by name, and what it asked of events, by the call.
    pub values: Vec<(String, Value)>,
    /// Its parts.
    pub parts: Vec<Explanation>,
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("text", &self.text)
            .field("outcome", &self.outcome)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

/// One expression on the way to being explained.
struct Step {
    rule: usize,
    node: NodeId,
    level: usize,
    /// The step of which this is a part.
    parent: Option<usize>,
}

/// Explains a rule; `values` are those of its operations for the row.
pub(super) fn explain(plan: &Inner, index: usize, values: &[Scalar<'_>], row: &[Value]) -> Explanation {
    let mut steps: Vec<Step> = Vec::new();
    if let Some(compiled) = plan.rules.get(index) {
        steps.push(Step { rule: index, node: compiled.rule.ast().root(), level: 1, parent: None });
    }
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    for (index, compiled) in plan.rules.iter().enumerate() {
        by_name.entry(compiled.rule.name()).or_insert(index);
    }
    // A segment that is called twice is taken apart once, or the tree could grow without bound.
    let mut taken_apart = HashSet::new();
    let mut at = 0;
    while let Some(step) = steps.get(at) {
        let parts = if step.level < MAX_LEVELS { parts(plan, step, &by_name, &mut taken_apart) } else { Vec::new() };
        let level = step.level + 1;
        steps.extend(parts.into_iter().map(|(rule, node)| Step { rule, node, level, parent: Some(at) }));
        at += 1;
    }
    assemble(plan, &steps, values, row)
}

/// The conditions that an expression is made of, by rule and node.
fn parts(plan: &Inner, step: &Step, by_name: &HashMap<&str, usize>, taken_apart: &mut HashSet<usize>) -> Vec<(usize, NodeId)> {
    let Some(compiled) = plan.rules.get(step.rule) else { return Vec::new() };
    let nodes = &compiled.rule.ast().nodes;
    let Some(node) = nodes.get(step.node) else { return Vec::new() };
    if let Syntax::InSegment(name) = &node.syntax {
        return match by_name.get(name.as_str()).copied() {
            Some(called) if taken_apart.insert(called) => {
                plan.rules.get(called).map(|rule| (called, rule.rule.ast().root())).into_iter().collect()
            }
            _ => Vec::new(),
        };
    }
    let parts = node.syntax.children().into_iter().filter(|child| is_part(compiled, &node.syntax, *child));
    parts.map(|child| (step.rule, child)).collect()
}

/// Whether a direct part of an expression is explained as one: what AND, OR and NOT join, and elsewhere conditions that are more
/// than a column or a literal.
fn is_part(compiled: &Compiled, syntax: &Syntax, child: NodeId) -> bool {
    if matches!(syntax, Syntax::And(_) | Syntax::Or(_) | Syntax::Not(_)) {
        return true;
    }
    let child_syntax = compiled.rule.ast().nodes.get(child).map(|node| &node.syntax);
    compiled.is_condition(child) && !matches!(child_syntax, Some(Syntax::Column(_) | Syntax::Literal(_)) | None)
}

fn assemble(plan: &Inner, steps: &[Step], values: &[Scalar<'_>], row: &[Value]) -> Explanation {
    let mut texts: HashMap<usize, Written> = HashMap::new();
    let mut done: Vec<Vec<Explanation>> = steps.iter().map(|_| Vec::new()).collect();
    let empty = Explanation { text: String::new(), outcome: None, values: Vec::new(), parts: Vec::new() };
    // Parts come behind what they are parts of, so that going backwards each finds its own complete.
    for (at, step) in steps.iter().enumerate().rev() {
        let Some(compiled) = plan.rules.get(step.rule) else { continue };
        let mut parts = done.get_mut(at).map(std::mem::take).unwrap_or_default();
        parts.reverse();
        let written = texts.entry(step.rule).or_insert_with(|| canonical(compiled.rule.ast()));
        let text = written.of(step.node).to_owned();
        let outcome = compiled.node(step.node).and_then(|id: OpId| values.get(id as usize)).and_then(Scalar::truth);
        let read = read_values(plan, compiled, step.node, (row, values), written);
        let explanation = Explanation { text, outcome, values: read, parts };
        match step.parent.and_then(|parent| done.get_mut(parent)) {
            Some(siblings) => siblings.push(explanation),
            None => return explanation,
        }
    }
    empty
}

/// The attributes that an expression reads itself, not through a part, and what it asks of events.
fn read_values(
    plan: &Inner,
    compiled: &Compiled,
    node: NodeId,
    (row, values): (&[Value], &[Scalar<'_>]),
    written: &Written,
) -> Vec<(String, Value)> {
    let nodes = &compiled.rule.ast().nodes;
    let (mut read, mut open) = (Vec::<(String, Value)>::new(), vec![(node, true)]);
    while let Some((id, is_root)) = open.pop() {
        let Some(node) = nodes.get(id) else { continue };
        if let Syntax::Column(name) = &node.syntax
            && let Some(index) = super::resolve::find(&plan.schema, name)
            && let Some(attribute) = plan.schema.attributes().get(index)
        {
            if !read.iter().any(|(known, _)| *known == attribute.name) {
                read.push((attribute.name.clone(), row.get(index).cloned().unwrap_or(Value::Null)));
            }
            continue;
        }
        if let Syntax::Call(Function::EventCount | Function::FirstEvent | Function::LastEvent, _) = &node.syntax {
            let value = compiled.node(id).and_then(|id| values.get(id as usize));
            let value = match value {
                Some(Scalar::Integer(count)) => Value::Integer(*count),
                Some(Scalar::Timestamp(at)) => Value::Timestamp(Timestamp::from_micros(*at)),
                _ => Value::Null,
            };
            let call = written.of(id).to_owned();
            if !read.iter().any(|(known, _)| *known == call) {
                read.push((call, value));
            }
            continue;
        }
        let own = |child: &NodeId| !(is_root && is_part(compiled, &node.syntax, *child));
        open.extend(node.syntax.children().into_iter().rev().filter(own).map(|child| (child, false)));
    }
    read
}
