//! Lists.

use crate::Result;
use crate::citizens::ElementType;

use super::super::plan::{OpId, Type};
use super::{Dialect, Sql, Writer};

impl Writer<'_> {
    /// Whether a list holds a value: never unknown, unless the list is.
    pub(super) fn holds(&mut self, list: OpId, value: OpId) -> Result<Sql> {
        let (list, value) = (self.list(list)?, self.get(value).text);
        Ok(self.held(
            &list,
            match self.dialect {
                Dialect::DuckDb => format!("list_contains({list}, {value})"),
                Dialect::Postgres => format!("({value}) = ANY({list})"),
                Dialect::Spark => format!("array_contains({list}, {value})"),
            },
        ))
    }

    pub(super) fn holds_any(&mut self, list: OpId, set: u32) -> Result<Sql> {
        let element = self.element(list);
        let items = self.items(set, element, (0, 0))?.join(", ");
        let list = self.list(list)?;
        Ok(self.held(
            &list,
            match self.dialect {
                _ if items.is_empty() => "FALSE".to_owned(),
                Dialect::DuckDb => format!("list_has_any({list}, [{items}])"),
                // An array of small whole numbers would be of another type than the list.
                Dialect::Postgres => format!("{list} && CAST(ARRAY[{items}] AS {}[])", self.type_name(element)),
                Dialect::Spark => format!("arrays_overlap({list}, array({items}))"),
            },
        ))
    }

    fn held(&self, list: &str, test: String) -> Sql {
        Sql::atom(format!("CASE WHEN {list} IS NOT NULL THEN coalesce({test}, FALSE) END"))
    }

    fn element(&self, list: OpId) -> Type {
        if let Type::List(element) = self.type_of(list) { Type::of_element(element) } else { Type::Null }
    }

    /// A list as rules compute with its elements.
    fn list(&self, id: OpId) -> Result<String> {
        let Type::List(element) = self.type_of(id) else { return self.unsupported("a value that is no list") };
        let list = self.get(id).text;
        match element {
            ElementType::Boolean | ElementType::Integer | ElementType::Float | ElementType::Text | ElementType::Date => {}
            _ => return self.unsupported("a list of decimals, instants or nulls"),
        }
        let element = self.type_name(Type::of_element(element));
        Ok(match self.dialect {
            Dialect::Spark => format!("CAST({list} AS ARRAY<{element}>)"),
            Dialect::DuckDb => format!("TRY_CAST({list} AS {element}[])"),
            Dialect::Postgres => format!("CAST({list} AS {element}[])"),
        })
    }
}
