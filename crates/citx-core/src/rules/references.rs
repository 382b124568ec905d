//! Which rules call which by `in_segment`, and in what order they can be resolved.

use std::collections::HashMap;

use crate::{Error, ErrorKind, Result, RuleLocation, table};

use super::Rule;
use super::ast::{Node, Syntax};

/// The indices of `rules`, each behind those that it calls. Of two rules with one name, the first is called.
///
/// # Errors
/// `UnknownName` for a call of a rule that is not there; `RuleSyntax` for rules that call each other in a circle.
pub(crate) fn order(rules: &[Rule]) -> Result<Vec<usize>> {
    let mut by_name: HashMap<&str, usize> = HashMap::with_capacity(rules.len());
    for (index, rule) in rules.iter().enumerate() {
        by_name.entry(rule.name()).or_insert(index);
    }
    let calls = rules.iter().map(|rule| calls(rule, &by_name)).collect::<Result<Vec<Vec<usize>>>>()?;
    let calls = |index: usize| calls.get(index).map(Vec::as_slice).unwrap_or_default();
    let mut ordered = Vec::with_capacity(rules.len());
    let (mut on_path, mut done) = (vec![false; rules.len()], vec![false; rules.len()]);
    for start in 0..rules.len() {
        // Depth first with a stack of its own: each rule on the path, and how many of its calls were followed.
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((rule, followed)) = path.last_mut() {
            let rule = *rule;
            if done[rule] {
                path.pop();
                continue;
            }
            on_path[rule] = true;
            let Some(&next) = calls(rule).get(*followed) else {
                (done[rule], on_path[rule]) = (true, false);
                ordered.push(rule);
                path.pop();
                continue;
            };
            *followed += 1;
            if on_path[next] {
                return Err(circle(rules, &path, next));
            }
            path.push((next, 0));
        }
    }
    Ok(ordered)
}

/// The indices of the rules that a rule calls, each once.
fn calls(rule: &Rule, by_name: &HashMap<&str, usize>) -> Result<Vec<usize>> {
    let mut found = Vec::new();
    for Node { syntax, span } in &rule.ast().nodes {
        let Syntax::InSegment(name) = syntax else { continue };
        match by_name.get(name.as_str()) {
            Some(index) => found.push(*index),
            None => {
                let mut location = RuleLocation::new(rule.text(), *span);
                let mut known: Vec<&str> = by_name.keys().copied().collect();
                known.sort_unstable();
                location.suggestion = table::nearest(name, known).map(str::to_owned);
                let error = Error::new(ErrorKind::UnknownName, format!("there is no segment `{name}`")).at(location);
                return Err(error.context(format!("rule `{}`", rule.name())));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn circle(rules: &[Rule], path: &[(usize, usize)], back_to: usize) -> Error {
    let name = |index: usize| rules.get(index).map_or("", Rule::name);
    let from = path.iter().position(|(rule, _)| *rule == back_to).unwrap_or(0);
    let mut names: Vec<&str> = path.iter().skip(from).map(|(rule, _)| name(*rule)).collect();
    names.push(name(back_to));
    // A circle of thousands of rules is not read to its end.
    if names.len() > 12 {
        names.splice(6..names.len() - 5, ["..."]);
    }
    let caller = path.last().and_then(|(rule, _)| rules.get(*rule));
    let error = Error::new(ErrorKind::RuleSyntax, format!("segments refer to each other in a circle: {}", names.join(" -> ")));
    let place = caller.and_then(|rule| {
        let mut nodes = rule.ast().nodes.iter();
        let node = nodes.find(|node| matches!(&node.syntax, Syntax::InSegment(called) if called == name(back_to)))?;
        Some(RuleLocation::new(rule.text(), node.span))
    });
    let error = match place {
        Some(place) => error.at(place),
        None => error,
    };
    error.context(format!("rule `{}`", caller.map_or("", Rule::name)))
}
