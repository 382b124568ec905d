//! Reads and writes JSON text without recursion: rules are nested a thousand deep, which `serde_json` refuses, and lifting its limit
//! would spend machine stack. A document is one vector of values, children before parents.

use std::borrow::Cow;
use std::fmt::Write;

use crate::{Error, ErrorKind, Result};

/// The longest JSON text that is read, in bytes: several times what the longest rule becomes.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The index of a value in its document.
pub(crate) type ValueId = usize;

#[derive(Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Boolean(bool),
    /// As it is written.
    Number(&'a str),
    Text(Cow<'a, str>),
    Array(Vec<ValueId>),
    /// In order, no key twice.
    Object(Vec<(Cow<'a, str>, ValueId)>),
}

/// A JSON text, taken apart.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    values: Vec<Value<'a>>,
}

impl Value<'_> {
    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

impl<'a> Document<'a> {
    /// Reads a JSON text (RFC 8259); what it holds twice under one key is refused.
    pub fn read(text: &'a str) -> Result<Self> {
        if text.len() > MAX_BYTES {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("JSON of at most {MAX_BYTES} bytes is read, found {}", text.len())));
        }
        Reader { text, at: 0, values: Vec::new(), open: Vec::new() }.document()
    }

    pub fn root(&self) -> ValueId {
        self.values.len().saturating_sub(1)
    }

    pub fn get(&self, id: ValueId) -> &Value<'a> {
        self.values.get(id).unwrap_or(&Value::Null)
    }
}

/// A bracket that is still open.
enum Open<'a> {
    Array(Vec<ValueId>),
    /// The pairs so far, and the key whose value comes next.
    Object(Vec<(Cow<'a, str>, ValueId)>, Cow<'a, str>),
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: Vec<Value<'a>>,
    open: Vec<Open<'a>>,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Result<Document<'a>> {
        loop {
            let Some(value) = self.value()? else { continue };
            if self.close(value)? {
                break;
            }
        }
        self.blanks();
        if self.at < self.text.len() {
            return Err(self.expected("the end of the text"));
        }
        Ok(Document { values: self.values })
    }

    /// A value that is whole; `None` behind an opening bracket, where another value must stand.
    fn value(&mut self) -> Result<Option<Value<'a>>> {
        self.blanks();
        match self.peek() {
            Some(b'{') => {
                self.at += 1;
                self.blanks();
                if self.take(b'}') {
                    return Ok(Some(Value::Object(Vec::new())));
                }
                let key = self.key()?;
                self.open.push(Open::Object(Vec::new(), key));
                Ok(None)
            }
            Some(b'[') => {
                self.at += 1;
                self.blanks();
                if self.take(b']') {
                    return Ok(Some(Value::Array(Vec::new())));
                }
                self.open.push(Open::Array(Vec::new()));
                Ok(None)
            }
            Some(b'"') => self.string().map(|text| Some(Value::Text(text))),
            Some(b'-' | b'0'..=b'9') => self.number().map(Some),
            _ => self.word().map(Some),
        }
    }

    /// Puts a whole value where it belongs, and closes the brackets that end behind it; whether it was the document.
    fn close(&mut self, mut value: Value<'a>) -> Result<bool> {
        loop {
            self.values.push(value);
            let id = self.values.len() - 1;
            self.blanks();
            let next = self.peek();
            match self.open.pop() {
                None => return Ok(true),
                Some(Open::Array(mut items)) => {
                    items.push(id);
                    match next {
                        Some(b',') => {
                            self.at += 1;
                            self.open.push(Open::Array(items));
                            return Ok(false);
                        }
                        Some(b']') => value = Value::Array(items),
                        _ => return Err(self.expected("`,` or `]`")),
                    }
                }
                Some(Open::Object(mut pairs, key)) => {
                    pairs.push((key, id));
                    match next {
                        Some(b',') => {
                            self.at += 1;
                            self.blanks();
                            let key = self.key()?;
                            self.open.push(Open::Object(pairs, key));
                            return Ok(false);
                        }
                        Some(b'}') => value = Value::Object(self.distinct(pairs)?),
                        _ => return Err(self.expected("`,` or `}`")),
                    }
                }
            }
            self.at += 1;
        }
    }

    fn distinct(&self, pairs: Vec<(Cow<'a, str>, ValueId)>) -> Result<Vec<(Cow<'a, str>, ValueId)>> {
        let mut keys: Vec<&str> = pairs.iter().map(|(key, _)| &**key).collect();
        keys.sort_unstable();
        match keys.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(self.error(format!("the key `{}` occurs twice", pair[0]))),
            None => Ok(pairs),
        }
    }

    fn key(&mut self) -> Result<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key in double quotes"));
        }
        let key = self.string()?;
        self.blanks();
        if self.take(b':') { Ok(key) } else { Err(self.expected("`:`")) }
    }

    fn word(&mut self) -> Result<Value<'a>> {
        for (word, value) in [("null", Value::Null), ("true", Value::Boolean(true)), ("false", Value::Boolean(false))] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.expected("a value"))
    }

    fn number(&mut self) -> Result<Value<'a>> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'-') {
                self.take(b'+');
            }
            self.digits()?;
        }
        Ok(Value::Number(self.text.get(start..self.at).unwrap_or_default()))
    }

    fn digits(&mut self) -> Result<()> {
        let count = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        if count == 0 { Err(self.expected("a digit")) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<Cow<'a, str>> {
        self.at += 1;
        let mut read: Cow<'a, str> = Cow::Borrowed("");
        loop {
            let plain = self.rest().bytes().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)).count();
            let part = self.text.get(self.at..self.at + plain).unwrap_or_default();
            if read.is_empty() {
                read = Cow::Borrowed(part)
            } else {
                read.to_mut().push_str(part)
            }
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(read);
                }
                Some(b'\\') => {
                    self.at += 1;
                    let ch = self.escaped()?;
                    read.to_mut().push(ch);
                }
                Some(_) => return Err(self.error("a control character in text must be escaped".to_owned())),
                None => return Err(self.expected("`\"`")),
            }
        }
    }

    /// The character that stands behind a backslash.
    fn escaped(&mut self) -> Result<char> {
        let ch = match self.peek() {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let first = self.unit()?;
                let code = match first {
                    0xD800..0xDC00 if self.rest().starts_with("\\u") => {
                        self.at += 2;
                        let second = self.unit()?;
                        let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400);
                        low.map_or(first, |low| 0x1_0000 + ((first - 0xD800) << 10) + low)
                    }
                    code => code,
                };
                return char::from_u32(code).ok_or_else(|| self.error("half of a surrogate pair is no character".to_owned()));
            }
            _ => return Err(self.expected("an escape such as `\\n`")),
        };
        self.at += 1;
        Ok(ch)
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit =
            digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or_else(|| self.expected("four hexadecimal digits"))?;
        self.at += 4;
        Ok(unit)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        self.at += self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    fn expected(&self, wanted: &str) -> Error {
        self.error(match self.rest().chars().next() {
            Some(found) => format!("expected {wanted}, found `{}`", found.escape_debug()),
            None => format!("expected {wanted}, found the end of the text"),
        })
    }

    fn error(&self, message: String) -> Error {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Error::new(ErrorKind::InvalidArgument, format!("not JSON: {message} (line {line}, column {column})"))
    }
}

/// Text as a JSON string, its quotes included.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for ch in text.chars() {
        match ch {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Writing to a string cannot fail.
            ch if u32::from(ch) < 0x20 => drop(write!(quoted, "\\u{:04x}", u32::from(ch))),
            ch => quoted.push(ch),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn root<'a>(document: &'a Document<'a>) -> &'a Value<'a> {
        document.get(document.root())
    }

    #[test]
    fn values_are_read_as_rfc_8259_says() {
        let document =
            Document::read(" {\"a\" : [1, -2.5e+3, null] ,\"\": {}, \"t\":\"x\\u00e9\\ud83d\\ude00\\n\", \"b\":true}\n").expect("JSON");
        let Value::Object(pairs) = root(&document) else { panic!("an object") };
        let keys: Vec<&str> = pairs.iter().map(|(key, _)| &**key).collect();
        assert_eq!(keys, ["a", "", "t", "b"]);
        let Value::Array(items) = document.get(pairs[0].1) else { panic!("an array") };
        assert_eq!(
            items.iter().map(|id| document.get(*id)).collect::<Vec<_>>(),
            [&Value::Number("1"), &Value::Number("-2.5e+3"), &Value::Null]
        );
        assert_eq!(document.get(pairs[2].1), &Value::Text("x\u{e9}\u{1F600}\n".into()));
        assert_eq!(document.get(pairs[1].1), &Value::Object(vec![]));
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (text, wanted) in [
            ("", "expected a value, found the end of the text (line 1, column 1)"),
            ("{\n \"a\" 1}", "expected `:`, found `1` (line 2, column 6)"),
            ("[1,]", "expected a value, found `]` (line 1, column 4)"),
            ("[1 2]", "expected `,` or `]`, found `2` (line 1, column 4)"),
            ("{\"a\":1,}", "expected a key in double quotes, found `}` (line 1, column 8)"),
            ("{\"a\":1,\"a\":2}", "the key `a` occurs twice (line 1, column 13)"),
            ("01", "expected the end of the text, found `1` (line 1, column 2)"),
            ("1.", "expected a digit, found the end of the text (line 1, column 3)"),
            ("\"\\ud800x\"", "half of a surrogate pair is no character (line 1, column 8)"),
            ("\"\\ud800\\u0041\"", "half of a surrogate pair is no character (line 1, column 14)"),
            ("\"\\u00g0\"", "expected four hexadecimal digits, found `0` (line 1, column 4)"),
            ("\"a\nb\"", "a control character in text must be escaped (line 1, column 3)"),
            ("NaN", "expected a value, found `N` (line 1, column 1)"),
        ] {
            let error = Document::read(text).expect_err(text);
            assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidArgument, format!("not JSON: {wanted}")), "{text}");
        }
        assert_eq!(Document::read(&" ".repeat(MAX_BYTES + 1)).expect_err("too long").kind(), ErrorKind::LimitExceeded);
    }

    #[test]
    fn depth_costs_no_machine_stack() {
        let work = || {
            let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
            drop(Document::read(&deep).expect("JSON"));
            assert!(Document::read(&"{\"a\":".repeat(500_000)).is_err());
        };
        std::thread::Builder::new().stack_size(128 * 1024).spawn(work).expect("a thread").join().expect("no overflow, no panic");
    }

    proptest! {
        #[test]
        fn quoted_text_reads_back(text in "\\PC*|[\\x00-\\x7f]*") {
            let quoted = quote(&text);
            let document = Document::read(&quoted).expect("JSON");
            prop_assert_eq!(root(&document), &Value::Text(text.as_str().into()));
        }

        #[test]
        fn any_text_is_json_or_an_error(text in "[\\[\\]{}:,\"\\\\0-9eE.+\\-a-u ]{0,40}") {
            let _ = Document::read(&text).map(|document| document.root());
        }
    }
}
