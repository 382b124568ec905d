//! A book as JSON, for rule builders.

use crate::json::{Document, Value, ValueId, quote};
use crate::rules::{Rule, text_of_json};
use crate::{Error, ErrorKind, Result};

use super::{SegmentBook, SegmentDefinition};

const FIELDS: [&str; 5] = ["name", "rule", "description", "owner", "review_by"];

impl SegmentBook {
    /// The book as JSON: `{"segments": [{"name": .., "rule": .., "description": .., "owner": .., "review_by": ..}, ..]}`, each rule
    /// as its tree (see [`Rule::to_json`]). `docs/spec/book.schema.json` is its JSON Schema.
    ///
    /// # Example
    /// ```
    /// use citx_core::segments::SegmentBook;
    /// let book = SegmentBook::parse_toml("[quiet]\nrule = 'clicks = 0'\nowner = 'communications'")?;
    /// let json = book.to_json();
    /// assert_eq!(
    ///     json,
    ///     r#"{"segments":[{"name":"quiet","rule":{"=":[{"column":"clicks"},{"integer":0}]},"owner":"communications"}]}"#
    /// );
    /// assert_eq!(SegmentBook::from_json(&json)?.definitions(), book.definitions());
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        let segments: Vec<String> =
            self.definitions().iter().zip(self.rules()).map(|(definition, rule)| segment(definition, rule)).collect();
        format!("{{\"segments\":[{}]}}", segments.join(","))
    }

    /// The book that a JSON text says. A rule is a tree, or text in quotes.
    ///
    /// # Errors
    /// `InvalidArgument` for text that is not JSON or not such a book; as [`Rule::from_json`] and [`SegmentBook::new`].
    pub fn from_json(json: &str) -> Result<Self> {
        let document = Document::read(json)?;
        let wrong = |message: String| Error::new(ErrorKind::InvalidArgument, message);
        let segments = match document.get(document.root()) {
            Value::Object(pairs) => match &pairs[..] {
                [(key, segments)] if key == "segments" => *segments,
                _ => return Err(wrong("expected an object with the key `segments` and no other".to_owned())),
            },
            other => return Err(wrong(format!("expected an object with the key `segments`, found {}", other.kind()))),
        };
        let Value::Array(segments) = document.get(segments) else {
            return Err(wrong(format!("at /segments: expected an array, found {}", document.get(segments).kind())));
        };
        let read = |(index, segment): (usize, &ValueId)| {
            definition(&document, *segment).map_err(|error| error.context(format!("at /segments/{index}")))
        };
        Self::new(segments.iter().enumerate().map(read).collect::<Result<Vec<_>>>()?)
    }
}

fn segment(definition: &SegmentDefinition, rule: &Rule) -> String {
    let mut written = format!("{{\"name\":{},\"rule\":{}", quote(&definition.name), rule.to_json());
    let fields = [("description", &definition.description), ("owner", &definition.owner), ("review_by", &definition.review_by)];
    for (key, value) in fields {
        if let Some(value) = value {
            written.push_str(&format!(",\"{key}\":{}", quote(value)));
        }
    }
    written.push('}');
    written
}

fn definition(document: &Document<'_>, segment: ValueId) -> Result<SegmentDefinition> {
    let wrong = |message: String| Error::new(ErrorKind::InvalidArgument, message);
    let Value::Object(pairs) = document.get(segment) else {
        return Err(wrong(format!("expected an object, found {}", document.get(segment).kind())));
    };
    let mut found = [None; FIELDS.len()];
    for (key, value) in pairs {
        match FIELDS.iter().position(|field| field == key).and_then(|index| found.get_mut(index)) {
            Some(place) => *place = Some(*value),
            None => return Err(wrong(format!("unknown key `{key}`; expected {}", FIELDS.join(", ")))),
        }
    }
    let text = |index: usize| -> Result<Option<String>> {
        match found.get(index).copied().flatten().map(|value| document.get(value)) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.to_string())),
            Some(other) => Err(wrong(format!("`{}` must be text, found {}", FIELDS.get(index).unwrap_or(&""), other.kind()))),
        }
    };
    let name = text(0)?.ok_or_else(|| wrong("`name` is missing".to_owned()))?;
    let [_, rule, ..] = found;
    let rule = match rule.map(|rule| (rule, document.get(rule))) {
        None => return Err(wrong("`rule` is missing".to_owned()).context(format!("segment `{name}`"))),
        Some((_, Value::Text(text))) => text.to_string(),
        Some((rule, _)) => text_of_json(document, rule).map_err(|error| error.context(format!("rule `{name}`")))?,
    };
    let mut definition = SegmentDefinition::new(name, rule);
    (definition.description, definition.owner, definition.review_by) = (text(2)?, text(3)?, text(4)?);
    Ok(definition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_survives_json() {
        let text = "zeta = \"clicks > 2 and (ward = 'a\\\"b')\"\n[alpha]\nrule = \"in_segment('zeta')\"\ndescription = \"\u{e9}\\n\"\nowner = \"o\"\nreview_by = 2027-04-01\n";
        let book = SegmentBook::parse_toml(text).expect("TOML");
        let again = SegmentBook::from_json(&book.to_json()).expect("JSON");
        assert_eq!(again.definitions()[0].rule, "clicks > 2 AND ward = 'a\"b'");
        assert_eq!(again.definitions()[1], book.definitions()[1]);
        assert_eq!(again.to_json(), book.to_json());
        let empty = SegmentBook::from_json("{\"segments\":[]}").expect("no segments");
        assert_eq!(empty.to_json(), "{\"segments\":[]}");
        let by_text = SegmentBook::from_json("{\"segments\":[{\"rule\":\"a > 1\",\"name\":\"s\"}]}").expect("JSON");
        assert_eq!(by_text.definitions(), [SegmentDefinition::new("s", "a > 1")]);
    }

    #[test]
    fn what_is_not_a_book_is_refused_at_its_path() {
        use ErrorKind::{InvalidArgument, RuleSyntax, UnknownName};
        for (json, kind, message) in [
            ("[]", InvalidArgument, "expected an object with the key `segments`, found an array"),
            ("{}", InvalidArgument, "expected an object with the key `segments` and no other"),
            ("{\"segments\":{}}", InvalidArgument, "at /segments: expected an array, found an object"),
            ("{\"segments\":[3]}", InvalidArgument, "at /segments/0: expected an object, found a number"),
            ("{\"segments\":[{\"name\":\"a\"}]}", InvalidArgument, "at /segments/0: segment `a`: `rule` is missing"),
            ("{\"segments\":[{\"rule\":\"TRUE\"}]}", InvalidArgument, "at /segments/0: `name` is missing"),
            (
                "{\"segments\":[{\"name\":\"a\",\"rule\":\"TRUE\",\"owned\":\"x\"}]}",
                InvalidArgument,
                "at /segments/0: unknown key `owned`; expected name, rule, description, owner, review_by",
            ),
            (
                "{\"segments\":[{\"name\":\"a\",\"rule\":\"TRUE\",\"owner\":null}]}",
                InvalidArgument,
                "at /segments/0: `owner` must be text, found null",
            ),
            (
                "{\"segments\":[{\"name\":\"a b\",\"rule\":\"TRUE\"}]}",
                InvalidArgument,
                "`a b` is not a segment's name: a letter, then at most 63 letters, digits, `_` or `-`",
            ),
            (
                "{\"segments\":[{\"name\":\"a\",\"rule\":\"TRUE\",\"review_by\":\"soon\"}]}",
                InvalidArgument,
                "segment `a`: review_by is not a date such as 2027-04-01",
            ),
            (
                "{\"segments\":[{\"name\":\"a\",\"rule\":{\"boolean\":true}},{\"name\":\"b\",\"rule\":{\"not\":{\"boolean\":1}}}]}",
                RuleSyntax,
                "at /segments/1: rule `b`: at /not/boolean: expected true or false, found a number",
            ),
            (
                "{\"segments\":[{\"name\":\"a\",\"rule\":{\"in_segment\":\"b\"}}]}",
                UnknownName,
                "rule `a`: there is no segment `b` (line 1, column 1)\nin_segment('b')\n^^^^^^^^^^^^^^^",
            ),
        ] {
            let error = SegmentBook::from_json(json).expect_err(json);
            assert_eq!((error.kind(), error.to_string().as_str()), (kind, message), "{json}");
        }
    }
}
