//! Text to tokens. The lexing is `sqlparser`'s; places are turned into bytes, and what the language does not have is refused here.

use std::iter::Peekable;
use std::str::CharIndices;

use sqlparser::dialect::Dialect;
use sqlparser::tokenizer::{Location, Token as SqlToken, Tokenizer};

use crate::{Error, ErrorKind, Result, RuleLocation};

/// Start and end in bytes of the rule's text.
pub(super) type Span = (usize, usize);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A word that is not in quotes: a name, a function or a keyword.
    Word(String),
    /// A name in double quotes.
    Quoted(String),
    Number(String),
    Text(String),
    Symbol(&'static str),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub token: Token,
    pub span: Span,
}

impl Token {
    /// Whether this is the keyword `word`, given in upper case.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(found) if found.eq_ignore_ascii_case(word))
    }

    pub fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self, Self::Symbol(found) if *found == symbol)
    }
}

/// The error of `kind` at a place in a rule's text.
pub(super) fn error_at(text: &str, kind: ErrorKind, span: Span, message: impl Into<String>) -> Error {
    Error::new(kind, message).at(RuleLocation::new(text, span))
}

/// The lexical side of the language: names as in DuckDB, double quotes around others, no backslash escapes.
#[derive(Debug)]
struct RuleDialect;

impl Dialect for RuleDialect {
    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || ch == '_'
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '"'
    }
}

/// The tokens of `text`, the last of them [`Token::End`].
pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>> {
    let mut places = Places { text, chars: text.char_indices().peekable(), at: Location { line: 1, column: 1 } };
    let tokens = Tokenizer::new(&RuleDialect, text).tokenize_with_location().map_err(|error| {
        let start = places.byte_of(error.location);
        error_at(text, ErrorKind::RuleSyntax, (start, text.len()), lower_first(&error.message))
    })?;
    let mut lexemes = Vec::with_capacity(tokens.len() / 2 + 1);
    for token in tokens {
        let span = (places.byte_of(token.span.start), places.byte_of(token.span.end));
        match accept(token.token) {
            Ok(Some(token)) => lexemes.push(Lexeme { token, span }),
            Ok(None) => {}
            Err(message) => return Err(error_at(text, ErrorKind::RuleSyntax, span, message)),
        }
    }
    lexemes.push(Lexeme { token: Token::End, span: (text.len(), text.len()) });
    Ok(lexemes)
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

/// The token as the language has it, `None` for blanks and comments, or why the language does not have it.
fn accept(token: SqlToken) -> Result<Option<Token>, String> {
    let symbol = match token {
        SqlToken::Whitespace(_) => return Ok(None),
        SqlToken::Word(word) if word.quote_style.is_some() => return Ok(Some(Token::Quoted(word.value))),
        SqlToken::Word(word) => return Ok(Some(Token::Word(word.value))),
        SqlToken::Number(digits, false) => return Ok(Some(Token::Number(digits))),
        SqlToken::SingleQuotedString(text) => return Ok(Some(Token::Text(text))),
        SqlToken::Eq => "=",
        SqlToken::Neq => "<>",
        SqlToken::Lt => "<",
        SqlToken::LtEq => "<=",
        SqlToken::Gt => ">",
        SqlToken::GtEq => ">=",
        SqlToken::Plus => "+",
        SqlToken::Minus => "-",
        SqlToken::Mul => "*",
        SqlToken::Div => "/",
        SqlToken::Mod => "%",
        SqlToken::StringConcat => "||",
        SqlToken::LParen => "(",
        SqlToken::RParen => ")",
        SqlToken::Comma => ",",
        SqlToken::DoubleColon => "::",
        other => return Err(refusal(&other)),
    };
    Ok(Some(Token::Symbol(symbol)))
}

fn refusal(token: &SqlToken) -> String {
    match token {
        SqlToken::DoubleEq => "`==` is not an operator of rules; use `=`".to_owned(),
        SqlToken::Overlap => "`&&` is not an operator of rules; use AND".to_owned(),
        SqlToken::ExclamationMark => "`!` is not an operator of rules; use NOT".to_owned(),
        SqlToken::SemiColon => "a rule is one expression; remove the `;`".to_owned(),
        SqlToken::Period => "a rule has no qualified names; put a column name that has a dot in double quotes".to_owned(),
        SqlToken::Placeholder(_) | SqlToken::Question | SqlToken::AtSign => "a rule has no placeholders; write the value".to_owned(),
        SqlToken::Number(_, true) => "a number has no suffix".to_owned(),
        other => format!("`{other}` is not part of the rule language"),
    }
}

/// Turns lines and columns, asked for in ascending order, into bytes.
struct Places<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
    at: Location,
}

impl Places<'_> {
    fn byte_of(&mut self, wanted: Location) -> usize {
        while let Some(&(byte, ch)) = self.chars.peek() {
            if self.at >= wanted {
                return byte;
            }
            self.chars.next();
            self.at = if ch == '\n' {
                Location { line: self.at.line + 1, column: 1 }
            } else {
                Location { line: self.at.line, column: self.at.column + 1 }
            };
        }
        self.text.len()
    }
}
