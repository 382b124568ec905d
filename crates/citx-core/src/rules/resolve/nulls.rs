//! Where it matters that an attribute is null as such, and not a null of its type.
//!
//! A record's null has no type. Almost everywhere the outcome is the same as for a null of the type that other records have there: the value
//! that comes of it is null, whatever its type. It is not where the type of one value decides how another is read, as in
//! `coalesce(n, '10') < '9'`: the attributes that stand in such places are marked.

use super::super::ast::{Arithmetic, Node, NodeId, Syntax};
use super::super::functions::Function;
use super::super::plan::Type;
use super::{Scope, Typed};

/// The most digits behind the point of a product.
const MAX_DIGITS: i32 = 38;

impl Scope<'_, '_> {
    fn type_of(&self, node: NodeId) -> Option<Type> {
        match self.typed.get(node) {
            Some(Typed::Value(_, data_type)) => Some(*data_type),
            _ => None,
        }
    }

    fn is_loose(&self, node: &NodeId) -> bool {
        self.loose.get(*node) == Some(&true)
    }

    /// Whether the node, of this type, may have a lesser type, or none, where attributes are null as such. Its value is null then. Marks the
    /// attributes for which more than that would change.
    pub(super) fn look_at_nulls(&mut self, node: &Node, typed: Typed) -> bool {
        let Typed::Value(_, data_type) = typed else { return false };
        match &node.syntax {
            Syntax::Column(_) => data_type != Type::Null,
            Syntax::Sign { value, .. } => self.is_loose(value),
            Syntax::Distinct { left, right, .. } => {
                // Null is not distinct from a date that is no instant, but from the date itself.
                if [left, right].into_iter().any(|side| self.type_of(*side) == Some(Type::Timestamp)) {
                    self.mark(&[*left, *right]);
                }
                false
            }
            Syntax::Arithmetic(arithmetic, left, right) => {
                let sides = [*left, *right];
                let types = sides.map(|side| self.type_of(side));
                // Dates are not numbers, and null may be either.
                let on_days =
                    types.iter().all(Option::is_some) && types.iter().any(|one| matches!(one, Some(Type::Date | Type::Timestamp)));
                let is_long = *arithmetic == Arithmetic::Multiply && data_type == Type::Float && self.digits_below(&sides) > MAX_DIGITS;
                if on_days || is_long {
                    self.mark(&sides);
                    return false;
                }
                sides.iter().any(|side| self.is_loose(side))
            }
            Syntax::Call(Function::Abs | Function::Round | Function::Floor | Function::Ceil | Function::NullIf, arguments) => {
                arguments.first().is_some_and(|value| self.is_loose(value))
            }
            Syntax::Call(Function::DateTrunc, arguments) => arguments.last().is_some_and(|value| self.is_loose(value)),
            Syntax::Call(Function::Coalesce | Function::Least | Function::Greatest, values) => self.is_loose_union(values, data_type),
            Syntax::Case { branches, otherwise, .. } => {
                let values: Vec<NodeId> = branches.iter().map(|(_, then)| *then).chain(*otherwise).collect();
                self.is_loose_union(&values, data_type)
            }
            _ => false,
        }
    }

    /// The same for values of one type in common.
    fn is_loose_union(&mut self, values: &[NodeId], common: Type) -> bool {
        let types: Vec<(bool, Type)> = values
            .iter()
            .filter(|value| common == Type::Text || self.literal_text(**value).is_none())
            .filter_map(|value| Some((self.is_loose(value), self.type_of(*value)?)))
            .collect();
        // The others alone make it what it is.
        let mut firm = types.iter().filter(|(is_loose, _)| !is_loose).map(|(_, data_type)| *data_type);
        if firm.try_fold(Type::Null, Self::common) == Some(common) {
            return false;
        }
        // A text literal is read as what stands beside it, and a number as the widest.
        let is_like = |(_, data_type): &(bool, Type)| *data_type == common || *data_type == Type::Null;
        if types.len() < values.len() || !types.iter().all(is_like) {
            self.mark(values);
            return false;
        }
        types.iter().any(|(is_loose, _)| *is_loose)
    }

    /// Every node from these down.
    fn below(&self, nodes: &[NodeId]) -> Vec<NodeId> {
        let (mut open, mut met) = (nodes.to_vec(), Vec::new());
        while let Some(id) = open.pop() {
            met.push(id);
            if let Some(node) = self.nodes.get(id) {
                open.extend(node.syntax.children());
            }
        }
        met
    }

    fn mark(&mut self, nodes: &[NodeId]) {
        for id in self.below(nodes) {
            if let Some(Syntax::Column(name)) = self.nodes.get(id).map(|node| &node.syntax)
                && let Some(index) = self.resolver.find(name)
            {
                self.resolver.marked.insert(index as u32);
            }
        }
    }

    /// At most how many digits behind the point a number made from these has.
    fn digits_below(&self, nodes: &[NodeId]) -> i32 {
        let digits = |id: &NodeId| if let Some(Type::Decimal(scale)) = self.type_of(*id) { i32::from(scale.max(0)) } else { 0 };
        self.below(nodes).iter().map(digits).sum()
    }
}
