//! Regular expressions: RE2's syntax and meaning, as in DuckDB, on an engine that is linear in the text.

use std::iter::Peekable;
use std::str::Chars;

use regex::bytes::{Regex, RegexBuilder};

use crate::{Error, ErrorKind, Result};

/// How large one compiled expression may be, in bytes.
const MAX_COMPILED_BYTES: usize = 1 << 20;
/// How deeply its groups and repetitions may nest: the engine's compiler recurses so far, with some kilobytes for each.
const MAX_NESTING: u32 = 40;

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub(super) struct Regexp {
    compiled: Regex,
    /// As it was written.
    pub pattern: String,
    pub flags: String,
}

impl Regexp {
    /// Compiles `pattern`; `flags` are `c` (case matters), `i` (it does not) and `s` (`.` is a line break too), the last one wins.
    ///
    /// # Errors
    /// `RuleSyntax` for what is not a regular expression, `LimitExceeded` for one that is too large.
    pub fn new(pattern: &str, flags: &str) -> Result<Self> {
        let (mut fold, mut lines) = (false, false);
        for flag in flags.chars() {
            match flag {
                'c' => fold = false,
                'i' => fold = true,
                's' => lines = true,
                other => {
                    let message = format!("regexp_like has no flag `{other}`; expected c, i or s");
                    return Err(Error::new(ErrorKind::RuleSyntax, message));
                }
            }
        }
        let compiled = RegexBuilder::new(&Translation::of(pattern)?)
            .case_insensitive(fold)
            .dot_matches_new_line(lines)
            .nest_limit(MAX_NESTING)
            .size_limit(MAX_COMPILED_BYTES)
            .dfa_size_limit(MAX_COMPILED_BYTES)
            .build();
        let compiled = compiled.map_err(|error| refusal(&error))?;
        Ok(Self { compiled, pattern: pattern.to_owned(), flags: flags.to_owned() })
    }

    /// Whether the expression is found anywhere in `text`.
    pub fn is_in(&self, text: &str) -> bool {
        self.compiled.is_match(text.as_bytes())
    }
}

fn refusal(error: &regex::Error) -> Error {
    let reason = error.to_string();
    let reason = reason.rsplit_once("error: ").map_or(reason.as_str(), |(_, reason)| reason).trim_end();
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        let message = format!("the regular expression is larger than {MAX_COMPILED_BYTES} bytes when compiled; repeat less");
        Error::new(ErrorKind::LimitExceeded, message)
    } else if reason.contains("maximum number of nested") {
        Error::new(ErrorKind::LimitExceeded, format!("groups and repetitions of a regular expression nest at most {MAX_NESTING} deep"))
    } else {
        Error::new(ErrorKind::RuleSyntax, format!("not a regular expression: {reason}"))
    }
}

/// RE2's syntax in the engine's: `\d`, `\w`, `\s` and `\b` know ASCII alone, a class has no set operations, `{` that counts nothing
/// stands for itself, and `\Q..\E` quotes.
struct Translation<'p> {
    rest: Peekable<Chars<'p>>,
    text: String,
}

impl<'p> Translation<'p> {
    fn of(pattern: &'p str) -> Result<String> {
        let mut translation = Self { rest: pattern.chars().peekable(), text: String::with_capacity(pattern.len()) };
        while let Some(ch) = translation.rest.next() {
            match ch {
                '\\' => translation.escape(false),
                '[' => translation.class(),
                '{' => translation.brace(),
                '(' => translation.group()?,
                ch => translation.text.push(ch),
            }
        }
        Ok(translation.text)
    }

    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    fn escape(&mut self, in_class: bool) {
        let Some(ch) = self.rest.next() else {
            self.text.push('\\');
            return;
        };
        let members = match ch {
            'd' | 'D' => "0-9",
            'w' | 'W' => "0-9A-Za-z_",
            's' | 'S' => r"\t\n\f\r ",
            'b' | 'B' if !in_class => {
                self.text.extend([r"(?-u:\", if ch == 'b' { "b" } else { "B" }, ")"]);
                return;
            }
            'Q' if !in_class => return self.quoted(),
            // The engine has these for the edges of words.
            '<' | '>' => {
                self.text.push(ch);
                return;
            }
            other => {
                self.text.extend(['\\', other]);
                return;
            }
        };
        match (in_class, ch.is_uppercase()) {
            (true, false) => self.text.push_str(members),
            (_, negated) => self.text.extend(["[", if negated { "^" } else { "" }, members, "]"]),
        }
    }

    /// `\Q..\E`, or to the end.
    fn quoted(&mut self) {
        while let Some(ch) = self.rest.next() {
            if ch == '\\' && self.take('E') {
                return;
            }
            self.text.push_str(&regex::escape(ch.encode_utf8(&mut [0; 4])));
        }
    }

    fn class(&mut self) {
        self.text.push('[');
        if self.take('^') {
            self.text.push('^');
        }
        // A bracket that comes first stands for itself.
        if self.take(']') {
            self.text.push_str(r"\]");
        }
        while let Some(ch) = self.rest.next() {
            match ch {
                ']' => {
                    self.text.push(']');
                    return;
                }
                '\\' => self.escape(true),
                '[' if self.rest.peek() == Some(&':') && self.named_class() => {}
                '[' | '&' | '~' => self.text.extend(['\\', ch]),
                '-' if self.rest.peek() == Some(&'-') => self.text.push_str(r"\-"),
                ch => self.text.push(ch),
            }
        }
    }

    /// `[:alpha:]`, from its colon; false and nothing read if there is no such name.
    fn named_class(&mut self) -> bool {
        let ahead: String = self.rest.clone().take(16).collect();
        let Some(end) = ahead.find(":]").filter(|end| *end > 0) else { return false };
        let name: String = ahead.chars().take(end + 2).collect();
        self.text.push('[');
        self.text.push_str(&name);
        self.rest.by_ref().take(name.chars().count()).for_each(drop);
        true
    }

    /// `{2}`, `{2,}` and `{2,3}` count; another brace stands for itself.
    fn brace(&mut self) {
        let ahead: String = self.rest.clone().take(16).take_while(|ch| *ch != '}').collect();
        let closed = self.rest.clone().nth(ahead.chars().count()) == Some('}');
        let (least, most) = ahead.split_once(',').unwrap_or((&ahead, "0"));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let counts = closed && !least.is_empty() && digits(least) && digits(most);
        self.text.push_str(if counts { "{" } else { r"\{" });
    }

    /// The flags of a group are those of RE2: i, m, s and U.
    fn group(&mut self) -> Result<()> {
        self.text.push('(');
        if !self.take('?') {
            return Ok(());
        }
        self.text.push('?');
        while let Some(flag) = self.rest.next_if(|ch| ch.is_ascii_alphabetic() || *ch == '-') {
            self.text.push(flag);
            match flag {
                'i' | 'm' | 's' | 'U' | '-' => {}
                // The start of a name.
                'P' => return Ok(()),
                other => {
                    let message = format!("not a regular expression: there is no flag `{other}`; expected i, m, s or U");
                    return Err(Error::new(ErrorKind::RuleSyntax, message));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, pattern: &str, flags: &str) -> bool {
        Regexp::new(pattern, flags).unwrap_or_else(|error| panic!("{pattern}: {error}")).is_in(text)
    }

    #[test]
    fn expressions_mean_what_they_mean_in_duckdb() {
        // Outcomes of regexp_matches in DuckDB 2.0.
        for (text, pattern, flags, wanted) in [
            ("abc", "b", "", true),
            ("abc", "B", "i", true),
            ("abc", "B", "ic", false),
            ("abc", "", "", true),
            ("a\nb", "a.b", "", false),
            ("a\nb", "a.b", "s", true),
            ("a\nb", "^b", "", false),
            ("a\nb", "(?m)^b", "", true),
            ("a\n", "a$", "", false),
            ("\u{e9}", r"\w", "", false),
            ("\u{e9}", r"^\W$", "", true),
            ("\u{663}", r"\d", "", false),
            ("\u{c9}", "\u{e9}", "i", true),
            ("\u{17f}", "s", "i", true),
            ("\u{b}", r"\s", "", false),
            ("a\u{e9}b", r"a\b", "", true),
            ("\u{e9}", r"\b", "", false),
            ("\u{e9}", r"\B", "", true),
            ("\u{e9}", "^.$", "", true),
            ("\u{e9}", "[[:alpha:]]", "", false),
            ("a", "[[:word:]]", "", true),
            ("a", r"\pL", "", true),
            ("&", "[a&&b]", "", true),
            ("a", "[a&&b]", "", true),
            ("[", "[[a]", "", true),
            ("[", "[[]", "", true),
            ("a~~", "[a~~b]~", "", true),
            ("a", "[^]a]", "", false),
            ("a-", r"[\w-]{2}", "", true),
            ("x{", "x{", "", true),
            ("x{,2}", "x{,2}", "", true),
            ("a]", "a]", "", true),
            ("a/", r"a\/", "", true),
            ("a.c", r"\Qa.c\E", "", true),
            ("abc", r"\Qa.c\E", "", false),
            ("\u{e9}", r"\xe9", "", true),
            ("a", "(?i)A", "", true),
            ("a", r"a\z", "", true),
            ("a<b", r"a\<b", "", true),
            ("5", r"[^\D]", "", true),
        ] {
            assert_eq!(found(text, pattern, flags), wanted, "{text:?} {pattern} {flags}");
        }
    }

    #[test]
    fn what_is_no_expression_or_too_large_is_an_error() {
        for (pattern, flags, kind) in [
            ("(", "", ErrorKind::RuleSyntax),
            ("[a", "", ErrorKind::RuleSyntax),
            ("a", "z", ErrorKind::RuleSyntax),
            ("a(?=b)", "", ErrorKind::RuleSyntax),
            ("(?x) a", "", ErrorKind::RuleSyntax),
            (r"(a)\1", "", ErrorKind::RuleSyntax),
            (r"a\", "", ErrorKind::RuleSyntax),
            ("*", "", ErrorKind::RuleSyntax),
            ("(((a{100}){100}){100}){100}", "", ErrorKind::LimitExceeded),
            (r"(?i)\pL{1000}", "", ErrorKind::LimitExceeded),
        ] {
            assert_eq!(Regexp::new(pattern, flags).expect_err(pattern).kind(), kind, "{pattern}");
        }
        let nested = |groups: usize| format!("{}a{}", "(".repeat(groups), ")*".repeat(groups));
        assert!(found("", &nested(19), ""));
        assert_eq!(Regexp::new(&nested(21), "").expect_err("too deep").kind(), ErrorKind::LimitExceeded);
        let deep = format!("{}a{}", "(".repeat(20_000), ")".repeat(20_000));
        assert_eq!(Regexp::new(&deep, "").expect_err("too deep").kind(), ErrorKind::LimitExceeded);
    }

    #[test]
    fn time_is_linear_in_the_text() {
        let text = "a".repeat(100_000);
        for pattern in ["(a*)*b", "(a|aa)+b", "(a+)+$b", "^(a?){30}a{30}b"] {
            assert!(!found(&text, pattern, ""), "{pattern}");
        }
    }
}
