//! What a rule can come to when only the possible values of its columns are known, and whether one rule implies another. Both err on
//! one side: what is said not to be possible is not, and what is said to be implied is.

use std::collections::HashSet;

use super::Rule;
use super::ast::{Ast, Comparison, Literal, NodeId, Syntax, Test};
use super::text::canonical;

/// The outcomes that a condition may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Possible {
    pub(crate) is_true: bool,
    pub(crate) is_false: bool,
    pub(crate) unknown: bool,
}

/// What is known of a column beforehand.
pub(crate) enum Domain {
    /// A text among these; `exact` unless letter case and blanks around it may differ.
    Words { words: Vec<String>, exact: bool, nullable: bool },
    /// A boolean of which this is possible.
    Truth(Possible),
}

impl Possible {
    pub(crate) const ANYTHING: Self = Self { is_true: true, is_false: true, unknown: true };
    pub(crate) const KNOWN: Self = Self { is_true: true, is_false: true, unknown: false };
    pub(crate) const TRUE: Self = Self { is_true: true, is_false: false, unknown: false };

    fn not(self) -> Self {
        Self { is_true: self.is_false, is_false: self.is_true, unknown: self.unknown }
    }

    fn and(parts: &[Self]) -> Self {
        let not_false = |part: &Self| part.is_true || part.unknown;
        Self {
            is_true: parts.iter().all(|part| part.is_true),
            is_false: parts.iter().any(|part| part.is_false),
            unknown: parts.iter().all(not_false) && parts.iter().any(|part| part.unknown),
        }
    }

    fn or(parts: &[Self]) -> Self {
        let turned: Vec<Self> = parts.iter().map(|part| part.not()).collect();
        Self::and(&turned).not()
    }

    fn turned(self, negated: bool) -> Self {
        if negated { self.not() } else { self }
    }

    /// Of `IS NULL`, `IS TRUE`, ...
    fn is(self, test: Test) -> Self {
        let (yes, no) = match test {
            Test::Null | Test::Unknown => (self.unknown, self.is_true || self.is_false),
            Test::True => (self.is_true, self.is_false || self.unknown),
            Test::False => (self.is_false, self.is_true || self.unknown),
        };
        Self { is_true: yes, is_false: no, unknown: false }
    }
}

impl Domain {
    fn possible(&self) -> Possible {
        match self {
            Self::Words { words, nullable, .. } => Possible { is_true: !words.is_empty(), is_false: !words.is_empty(), unknown: *nullable },
            Self::Truth(possible) => *possible,
        }
    }

    /// Of being one of the texts listed.
    fn among(&self, list: &[&str]) -> Possible {
        match self {
            Self::Words { words, exact: true, nullable } => {
                let listed = |word: &String| list.contains(&word.as_str());
                Possible { is_true: words.iter().any(listed), is_false: !words.iter().all(listed), unknown: *nullable }
            }
            Self::Words { words, exact: false, nullable } => {
                let is_true = list.iter().any(|text| words.contains(&text.trim().to_lowercase()));
                Possible { is_true, is_false: true, unknown: *nullable }
            }
            Self::Truth(_) => Possible::ANYTHING,
        }
    }
}

impl Rule {
    /// What the rule can come to, where `domain` says what is known of a column by its name.
    pub(crate) fn possible(&self, domain: impl Fn(&str) -> Option<Domain>) -> Possible {
        let ast = self.ast();
        let of_column = |node: NodeId| match ast.nodes.get(node).map(|node| &node.syntax) {
            Some(Syntax::Column(name)) => domain(name),
            _ => None,
        };
        let mut found: Vec<Possible> = Vec::with_capacity(ast.nodes.len());
        for (id, node) in ast.nodes.iter().enumerate() {
            let of = |part: &NodeId| found.get(*part).copied().unwrap_or(Possible::ANYTHING);
            let all = |parts: &[NodeId]| parts.iter().map(of).collect::<Vec<_>>();
            let among = |value: NodeId, list: &[NodeId], negated: bool| match (of_column(value), texts(ast, list)) {
                (Some(domain), Some(texts)) => domain.among(&texts).turned(negated),
                _ => Possible::ANYTHING,
            };
            let possible = match &node.syntax {
                Syntax::Column(_) => of_column(id).map_or(Possible::ANYTHING, |domain| domain.possible()),
                Syntax::Literal(Literal::Boolean(value)) => Possible::TRUE.turned(!value),
                Syntax::Literal(Literal::Null) => Possible { is_true: false, is_false: false, unknown: true },
                Syntax::Not(part) => of(part).not(),
                Syntax::And(parts) => Possible::and(&all(parts)),
                Syntax::Or(parts) => Possible::or(&all(parts)),
                Syntax::Compare(comparison @ (Comparison::Equal | Comparison::NotEqual), left, right) => {
                    let negated = *comparison == Comparison::NotEqual;
                    let text_left = texts(ast, &[*left]).is_some();
                    if text_left { among(*right, &[*left], negated) } else { among(*left, &[*right], negated) }
                }
                Syntax::In { value, list, negated } => among(*value, list, *negated),
                Syntax::Is { value, test, negated } => of(value).is(*test).turned(*negated),
                _ => Possible::ANYTHING,
            };
            found.push(possible);
        }
        found.last().copied().unwrap_or(Possible::ANYTHING)
    }

    /// Whether the other rule is true wherever this one is, and false nowhere where this one is unknown, as far as their parts show it:
    /// every part that the other needs is one of the conditions that this one joins by AND.
    pub(crate) fn implies(&self, other: &Self) -> bool {
        let (ast, mine) = (self.ast(), canonical(self.ast()));
        let mut conditions = vec![ast.root()];
        let mut given: HashSet<&str> = HashSet::new();
        let mut listed: Vec<(&str, HashSet<&str>)> = Vec::new();
        while let Some(node) = conditions.pop() {
            match ast.nodes.get(node).map(|node| &node.syntax) {
                Some(Syntax::And(parts)) => conditions.extend(parts),
                _ => listed.extend(among(ast, node).map(|(value, list)| (mine.of(value), list))),
            }
            given.insert(mine.of(node));
        }
        let (ast, theirs) = (other.ast(), canonical(other.ast()));
        let mut implied: Vec<bool> = Vec::with_capacity(ast.nodes.len());
        for (id, node) in ast.nodes.iter().enumerate() {
            let of = |part: &NodeId| implied.get(*part) == Some(&true);
            let within = |(value, list): (NodeId, HashSet<&str>)| {
                listed.iter().any(|(mine, narrower)| *mine == theirs.of(value) && narrower.is_subset(&list))
            };
            let follows = match &node.syntax {
                Syntax::Literal(Literal::Boolean(true)) => true,
                Syntax::And(parts) => parts.iter().all(of),
                Syntax::Or(parts) => parts.iter().any(of),
                _ => among(ast, id).is_some_and(within),
            };
            implied.push(follows || given.contains(theirs.of(id)));
        }
        implied.last() == Some(&true)
    }
}

/// The texts of literals, if all are texts.
fn texts<'a>(ast: &'a Ast, list: &[NodeId]) -> Option<Vec<&'a str>> {
    let text = |node: &NodeId| match ast.nodes.get(*node).map(|node| &node.syntax) {
        Some(Syntax::Literal(Literal::Text(text))) => Some(text.as_str()),
        _ => None,
    };
    list.iter().map(text).collect()
}

/// A condition that something is one of these texts: `x = 'a'` or `x IN ('a', 'b')`.
fn among(ast: &Ast, node: NodeId) -> Option<(NodeId, HashSet<&str>)> {
    match &ast.nodes.get(node)?.syntax {
        Syntax::Compare(Comparison::Equal, value, text) => Some((*value, texts(ast, &[*text])?.into_iter().collect())),
        Syntax::In { value, list, negated: false } => Some((*value, texts(ast, list)?.into_iter().collect())),
        _ => None,
    }
}
