//! The JSON form of a rule's tree: each node is an object with one key, which says what it is, and its parts behind it.
//! Specified in `docs/spec/rule-forms.md`; `docs/spec/rule.schema.json` is its JSON Schema.

mod read;
mod write;

#[cfg(test)]
pub(super) use read::keys;
pub(crate) use read::text_of;

use crate::Result;
use crate::json::Document;

use super::Rule;

impl Rule {
    /// The tree as JSON, in the form of `docs/spec/rule.schema.json`.
    ///
    /// # Example
    /// ```
    /// use citx_core::rules::Rule;
    /// let rule = Rule::parse("older", "age(dob) >= 65")?;
    /// assert_eq!(rule.to_json(), r#"{">=":[{"age":[{"column":"dob"}]},{"integer":65}]}"#);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        write::to_json(self.ast())
    }

    /// The rule of a tree in JSON; its text is the canonical one.
    ///
    /// # Errors
    /// `InvalidArgument` for text that is not JSON, with line and column; `RuleSyntax` for JSON that is not a rule's and `UnknownName`
    /// for an operator or function that is not there, each with the path to it; `LimitExceeded`; as [`Rule::parse`].
    ///
    /// # Example
    /// ```
    /// use citx_core::rules::Rule;
    /// let rule = Rule::from_json("r", r#"{"and": [{"column": "b"}, {"<": [{"column": "n"}, {"integer": -5}]}]}"#)?;
    /// assert_eq!(rule.text(), "b AND n < -5");
    /// let error = Rule::from_json("r", r#"{"and": [{"column": "b"}, {"agee": []}]}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "rule `r`: at /and/1: there is no operator or function `agee`; did you mean `age`?");
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn from_json(name: &str, json: &str) -> Result<Self> {
        let text = Document::read(json).and_then(|document| text_of(&document, document.root()));
        let text = text.map_err(|error| error.context(format!("rule `{name}`")))?;
        Self::parse(name, &text)
    }
}
