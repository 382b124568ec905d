//! Trees back to text: the canonical text of a rule, and the loop that it shares with the JSON form.

mod canonical;

use std::borrow::Cow;
use std::fmt;

use super::Rule;
use super::ast::{Node, NodeId};
use super::lex::Span;

pub(super) use canonical::{canonical, date, interval, pieces, quoted, sign, symbol};

/// What a node is written as: text, and its parts in their places.
pub(super) enum Piece<'a> {
    Text(Cow<'a, str>),
    /// A part, in parentheses if it binds less tightly than this.
    Part(NodeId, u8),
}

/// A tree as text.
pub(super) struct Written {
    pub text: String,
    /// Where each node's own text stands, parentheses around it left out.
    pub spans: Vec<Span>,
}

impl Written {
    /// A node's own text.
    pub fn of(&self, node: NodeId) -> &str {
        self.spans.get(node).and_then(|span| self.text.get(span.0..span.1)).unwrap_or_default()
    }
}

enum Step<'a> {
    Piece(Piece<'a>),
    End(NodeId),
}

/// Writes the tree below `root`. `pieces` gives how tightly a node binds, and its pieces in order.
pub(super) fn write<'a>(nodes: &'a [Node], root: NodeId, pieces: impl Fn(&'a [Node], &'a Node) -> (u8, Vec<Piece<'a>>)) -> Written {
    let mut written = Written { text: String::new(), spans: vec![(0, 0); nodes.len()] };
    let mut steps = vec![Step::Piece(Piece::Part(root, 0))];
    while let Some(step) = steps.pop() {
        match step {
            Step::Piece(Piece::Text(text)) => written.text.push_str(&text),
            Step::Piece(Piece::Part(id, least)) => {
                let (Some(node), Some(span)) = (nodes.get(id), written.spans.get_mut(id)) else { continue };
                let (binds, parts) = pieces(nodes, node);
                if binds < least {
                    written.text.push('(');
                    steps.push(Step::Piece(Piece::Text(")".into())));
                }
                span.0 = written.text.len();
                steps.push(Step::End(id));
                steps.extend(parts.into_iter().rev().map(Step::Piece));
            }
            Step::End(id) => {
                if let Some(span) = written.spans.get_mut(id) {
                    span.1 = written.text.len();
                }
            }
        }
    }
    written
}

impl Rule {
    /// The text with keywords in upper case, single blanks, and parentheses only where the tree needs them. It parses to the same
    /// tree, and is its own canonical text. `Display` shows it.
    ///
    /// # Example
    /// ```
    /// use citx_core::rules::Rule;
    /// let rule = Rule::parse("older", "((age( dob )>=65)) and (b or not  (ward='North'))")?;
    /// assert_eq!(rule.canonical(), "age(dob) >= 65 AND (b OR NOT ward = 'North')");
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn canonical(&self) -> String {
        canonical(self.ast()).text
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())
    }
}
