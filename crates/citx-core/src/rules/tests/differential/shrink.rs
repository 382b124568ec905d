//! Failures made small: as few rows and as little of a rule as still disagree.

use super::super::super::ast::{Literal, Node, Syntax};
use super::super::super::text::{pieces, write};
use super::super::super::*;

/// The smallest table and rule found for which `fails` still holds.
pub fn shrink(table: &Table, rule: &Rule, fails: &mut dyn FnMut(&Table, &Rule) -> bool) -> (Table, Rule) {
    let mut small = (table.clone(), rule.clone());
    for row in 0..table.num_rows() {
        let one = table.take(&[row]).expect("a row of the table");
        if fails(&one, rule) {
            small.0 = one;
            break;
        }
    }
    while let Some(smaller) = candidates(&small.1).into_iter().find(|candidate| fails(&small.0, candidate)) {
        small.1 = smaller;
    }
    small
}

/// Rules with one part replaced by a part of it, or by a literal; only those that compile can fail.
fn candidates(rule: &Rule) -> Vec<Rule> {
    let nodes = &rule.ast().nodes;
    let mut texts = Vec::new();
    let literals = || {
        let boolean = [Literal::Boolean(true), Literal::Boolean(false)];
        boolean.into_iter().chain([Literal::Null, Literal::Integer(0), Literal::Integer(1), Literal::Text(String::new())])
    };
    for index in (0..nodes.len()).rev() {
        let Node { syntax, .. } = &nodes[index];
        if matches!(syntax, Syntax::Literal(_)) {
            continue;
        }
        let smaller = syntax.children().into_iter().map(|child| nodes[child].syntax.clone());
        let fewer = match syntax {
            Syntax::And(parts) if parts.len() > 2 => (0..parts.len()).map(|at| Syntax::And(without(parts, at))).collect(),
            Syntax::Or(parts) if parts.len() > 2 => (0..parts.len()).map(|at| Syntax::Or(without(parts, at))).collect(),
            Syntax::In { value, list, negated } if list.len() > 1 => {
                (0..list.len()).map(|at| Syntax::In { value: *value, list: without(list, at), negated: *negated }).collect()
            }
            _ => Vec::new(),
        };
        for replacement in smaller.chain(fewer).chain(literals().map(Syntax::Literal)) {
            let mut changed = nodes.clone();
            changed[index].syntax = replacement;
            texts.push(write(&changed, changed.len() - 1, pieces).text);
        }
    }
    texts.retain(|text| text.len() < rule.canonical().len());
    texts.into_iter().filter_map(|text| Rule::parse(rule.name(), &text).ok()).collect()
}

fn without(parts: &[usize], at: usize) -> Vec<usize> {
    parts.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, part)| *part).collect()
}

#[test]
fn what_fails_is_made_small() {
    let table = Table::from_columns([crate::table::Column::integer("n", (0..50).map(Some))]).expect("a table");
    let rule =
        Rule::parse("r", "(n > 3 OR n IN (7, 8, 9)) AND NOT (n % 5 = 0 AND CASE WHEN n = 1 THEN TRUE ELSE n < 40 END)").expect("parses");
    // What fails is a remainder of a number above 20.
    let mut fails = |table: &Table, rule: &Rule| {
        let above = |row: usize| matches!(table.column("n").expect("there").value(row), Value::Integer(n) if n > 20);
        rule.text().contains('%')
            && (0..table.num_rows()).any(above)
            && Plan::compile(std::slice::from_ref(rule), &Schema::of(table)).is_ok()
    };
    let (table, rule) = shrink(&table, &rule, &mut fails);
    assert_eq!((table.num_rows(), rule.text()), (1, "n % 5 = 0"));
}
