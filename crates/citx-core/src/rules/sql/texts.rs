//! Text: code points, bytes, patterns.

use std::sync::LazyLock;

use crate::Result;

use super::super::functions::is_blank;
use super::super::functions::{lower, upper};
use super::super::like::{Part, Pattern};
use super::super::plan::{Constant, Op, OpId, Side};
use super::{Dialect, Sql, Writer};

/// What escapes in patterns.
const ESCAPE: char = '!';

/// The characters that a mapping changes, and what they become: databases map case by locale, or one character to several.
struct Mapping {
    from: String,
    to: String,
}

impl Mapping {
    fn of(map: fn(char) -> char) -> Self {
        let changed = || (0..=0x10_FFFF).filter_map(char::from_u32).filter(|ch| map(*ch) != *ch);
        Self { from: changed().collect(), to: changed().map(map).collect() }
    }
}

static LOWER: LazyLock<Mapping> = LazyLock::new(|| Mapping::of(lower));
static UPPER: LazyLock<Mapping> = LazyLock::new(|| Mapping::of(upper));

impl Writer<'_> {
    pub(super) fn text(&mut self, op: &Op) -> Result<Sql> {
        Ok(match op {
            Op::Lower(a) => self.mapped(&self.get(*a), false),
            Op::Upper(a) => self.mapped(&self.get(*a), true),
            Op::Length(a) => {
                let function = if self.dialect == Dialect::DuckDb { "length" } else { "char_length" };
                Sql::atom(format!("CAST({function}({}) AS BIGINT)", self.get(*a).text))
            }
            Op::Concat(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.get(*part).to_string()).collect();
                Sql::test(parts.join(" || "))
            }
            Op::Like(a, pattern) => match self.operations.patterns.get(*pattern as usize) {
                Some(pattern) => self.like(&self.get(*a), pattern)?,
                None => return self.unsupported("a pattern that is not there"),
            },
            Op::LikeValue { value, pattern, escape, fold } => {
                if escape.is_some() {
                    return self.unsupported("LIKE with a pattern that is no literal, and ESCAPE");
                }
                let (value, pattern) = (self.get(*value), self.get(*pattern));
                let (value, pattern) = if *fold { (self.mapped(&value, false), self.mapped(&pattern, false)) } else { (value, pattern) };
                match self.dialect {
                    Dialect::DuckDb => Sql::test(format!("{value} LIKE {pattern}")),
                    Dialect::Postgres => Sql::test(format!("{value} LIKE {pattern} ESCAPE ''")),
                    // Spark always has an escape character.
                    Dialect::Spark => Sql::test(format!("{value} LIKE replace({}, '\\\\', '\\\\\\\\')", pattern.text)),
                }
            }
            Op::Trim(side, a, characters) => self.trimmed(*side, &self.get(*a), *characters)?,
            Op::Regexp(a, regexp) => match self.operations.regexps.get(*regexp as usize) {
                Some(regexp) if self.dialect == Dialect::DuckDb => {
                    let (pattern, flags) = (self.quoted(&regexp.pattern)?, self.quoted(&regexp.flags)?);
                    Sql::atom(format!("regexp_matches({}, {pattern}, {flags})", self.get(*a).text))
                }
                _ => return self.unsupported("a regular expression in RE2's syntax"),
            },
            Op::StartsWith(a, b) => {
                let function = if self.dialect == Dialect::Spark { "startswith" } else { "starts_with" };
                Sql::atom(format!("{function}({}, {})", self.get(*a).text, self.get(*b).text))
            }
            Op::EndsWith(a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                match self.dialect {
                    Dialect::DuckDb => Sql::atom(format!("ends_with({}, {})", a.text, b.text)),
                    Dialect::Postgres => Sql::test(format!("right({}, char_length({})) = {b}", a.text, b.text)),
                    Dialect::Spark => Sql::atom(format!("endswith({}, {})", a.text, b.text)),
                }
            }
            Op::Contains(a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                match self.dialect {
                    Dialect::Postgres => Sql::test(format!("strpos({}, {}) > 0", a.text, b.text)),
                    _ => Sql::atom(format!("contains({}, {})", a.text, b.text)),
                }
            }
            _ => return self.unsupported("one of the rule's operations on text"),
        })
    }

    fn trimmed(&self, side: Side, value: &Sql, characters: OpId) -> Result<Sql> {
        let Some(Constant::Text(characters)) = self.constants.get(&characters) else {
            return self.unsupported("trimming characters that vary");
        };
        // A blank stands for every width of it.
        let characters = if **characters == *" " {
            (0..=0x3000).filter_map(char::from_u32).filter(|ch| is_blank(*ch)).collect()
        } else {
            characters.to_string()
        };
        let characters = self.quoted(&characters)?;
        let (function, word) = match (side, self.dialect) {
            (Side::Start, _) => ("ltrim", "LEADING"),
            (Side::End, _) => ("rtrim", "TRAILING"),
            (Side::Both, Dialect::Postgres) => ("btrim", "BOTH"),
            (Side::Both, _) => ("trim", "BOTH"),
        };
        Ok(Sql::atom(match self.dialect {
            Dialect::Spark => format!("trim({word} {characters} FROM {})", value.text),
            _ => format!("{function}({}, {characters})", value.text),
        }))
    }

    pub(super) fn mapped(&self, value: &Sql, to_upper: bool) -> Sql {
        let function = if to_upper { "upper" } else { "lower" };
        if self.dialect == Dialect::DuckDb {
            return Sql::atom(format!("{function}({})", value.text));
        }
        let mapping = if to_upper { &*UPPER } else { &*LOWER };
        Sql::atom(format!("translate({}, '{}', '{}')", value.text, mapping.from, mapping.to))
    }

    fn like(&self, value: &Sql, pattern: &Pattern) -> Result<Sql> {
        let mut text = String::new();
        let mut escapes = false;
        for part in pattern.parts() {
            match part {
                Part::AnyMany => text.push('%'),
                Part::AnyOne => text.push('_'),
                Part::One(ch) => {
                    if matches!(ch, '%' | '_' | ESCAPE) {
                        text.push(ESCAPE);
                    }
                    escapes |= matches!(ch, '%' | '_' | ESCAPE | '\\');
                    text.push(ch);
                }
            }
        }
        let value = if pattern.folds() { self.mapped(value, false) } else { value.clone() };
        let escape = if escapes { format!(" ESCAPE '{ESCAPE}'") } else { String::new() };
        Ok(Sql::test(format!("{value} LIKE {}{escape}", self.quoted(&text)?)))
    }
}
