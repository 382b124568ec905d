use serde::Deserialize;

use super::Received;
use super::bits::wrong;
use crate::Result;
use crate::consent::{Event, Status};

const WORDS: &str = include_str!("../../../data/signals/sms-words.toml");
/// The longest message that is read, in characters: ten times what a network concatenates. Longer ones are for a person to read.
const MAX_CHARS: usize = 16_000;

/// What a citizen's answer to a text message means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SmsReply {
    /// Consent is taken back, to what was sent.
    Revoked,
    /// Consent is taken back, to everything.
    RevokedAll,
    /// The citizen asks for help.
    Help,
    /// It may mean that consent is taken back: a person must read it.
    Unclear,
    /// It says nothing about consent.
    Other,
}

/// The words by which people take consent back: data, with its sources.
///
/// # Example
/// ```
/// use citx_core::consent::signals::{SmsReply, SmsWords};
///
/// let words = SmsWords::builtin()?;
/// assert_eq!(words.read("St\u{f3}p, please!"), SmsReply::Revoked);
/// assert_eq!(words.read("Please stop texting me."), SmsReply::Revoked);
/// assert_eq!(words.read("I will stop by the office"), SmsReply::Unclear);
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SmsWords {
    /// Version of the data.
    pub version: String,
    /// Where it comes from.
    pub sources: Vec<String>,
    /// Words that by themselves revoke.
    pub revoke: Vec<String>,
    /// Words that by themselves revoke everything.
    pub revoke_all: Vec<String>,
    /// Words that ask for help.
    pub help: Vec<String>,
    /// Words that change nothing beside those.
    pub fillers: Vec<String>,
    /// Clear language.
    pub clear: Vec<String>,
    /// Words that, before clear language, make it unclear.
    pub blockers: Vec<String>,
}

impl SmsReply {
    /// `revoked`, `revoked_all`, `help`, `unclear` or `other`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::RevokedAll => "revoked_all",
            Self::Help => "help",
            Self::Unclear => "unclear",
            Self::Other => "other",
        }
    }
}

impl SmsWords {
    /// The words that ship with citx.
    ///
    /// # Errors
    /// None in practice; those of [`SmsWords::parse`].
    pub fn builtin() -> Result<Self> {
        Self::parse(WORDS)
    }

    /// Words from their TOML text.
    ///
    /// # Errors
    /// `InvalidArgument` for text that is not such a list, or a phrase of no word.
    pub fn parse(text: &str) -> Result<Self> {
        let mut words: Self = toml::from_str(text).map_err(|error| wrong("not a list of words").caused_by(error))?;
        let lists = [&mut words.revoke, &mut words.revoke_all, &mut words.help, &mut words.fillers, &mut words.clear, &mut words.blockers];
        for phrase in lists.into_iter().flatten() {
            *phrase = tokens(phrase).join(" ");
            if phrase.is_empty() {
                return Err(wrong("a phrase needs at least one word"));
            }
        }
        Ok(words)
    }

    /// What a message means.
    pub fn read(&self, message: &str) -> SmsReply {
        if message.chars().count() > MAX_CHARS {
            return SmsReply::Unclear;
        }
        let all = tokens(message);
        let is = |lists: &[&[String]]| covered(&all, lists, &self.fillers);
        if is(&[&self.revoke_all, &self.revoke]) {
            let everything = self.revoke_all.iter().any(|phrase| find(&all, phrase).is_some());
            return if everything { SmsReply::RevokedAll } else { SmsReply::Revoked };
        }
        if is(&[&self.help]) {
            return SmsReply::Help;
        }
        if message.split(['.', '!', '?', ';', ',', '\n']).any(|sentence| self.is_clear(sentence)) {
            return SmsReply::Revoked;
        }
        let near = [&self.revoke, &self.revoke_all, &self.clear].into_iter().flatten().any(|phrase| find(&all, phrase).is_some());
        if near { SmsReply::Unclear } else { SmsReply::Other }
    }

    fn is_clear(&self, sentence: &str) -> bool {
        let words = tokens(sentence);
        let starts = self.clear.iter().filter_map(|phrase| find(&words, phrase));
        let mut before = starts.map(|start| words.get(..start).unwrap_or_default());
        before.any(|before| !self.blockers.iter().any(|blocker| find(before, blocker).is_some()))
    }

    /// The event of a message that revokes: consent withdrawn on the channel, for the purpose that was sent if there is one; all purposes where
    /// everything was revoked. None for other messages: those that are unclear are for a person to decide.
    pub fn events(&self, message: &str, purpose: Option<&str>, received: &Received) -> Vec<Event> {
        let event = |purpose| vec![received.event(Status::Withdrawn, purpose, "sms", message)];
        match self.read(message) {
            SmsReply::Revoked => event(purpose),
            SmsReply::RevokedAll => event(None),
            SmsReply::Help | SmsReply::Unclear | SmsReply::Other => Vec::new(),
        }
    }
}

/// Whether the words are phrases of these lists and fillers only, at least one phrase among them.
fn covered(words: &[String], lists: &[&[String]], fillers: &[String]) -> bool {
    let (mut rest, mut found) = (words, false);
    while !rest.is_empty() {
        let longest =
            lists.iter().flat_map(|list| list.iter()).filter(|phrase| find(rest, phrase) == Some(0)).map(|phrase| length(phrase)).max();
        let filler = fillers.iter().filter(|phrase| find(rest, phrase) == Some(0)).map(|phrase| length(phrase)).max();
        found |= longest.is_some();
        let Some(step) = longest.or(filler) else { return false };
        rest = rest.get(step..).unwrap_or_default();
    }
    found
}

fn length(phrase: &str) -> usize {
    phrase.split(' ').count()
}

/// Where a phrase begins among words.
fn find(words: &[String], phrase: &str) -> Option<usize> {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.windows(phrase.len()).position(|window| window.iter().zip(&phrase).all(|(word, part)| word == part))
}

/// The words of a text, in small letters without accents; apostrophes join, everything else parts. Letters that stand alone are one word: `S T O P`.
fn tokens(text: &str) -> Vec<String> {
    let folded: String = text.chars().flat_map(char::to_lowercase).filter_map(plain).collect();
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.len() > 2 && words.iter().all(|word| word.chars().count() == 1) {
        return vec![words.concat()];
    }
    words.into_iter().map(str::to_owned).collect()
}

/// A small letter without its accent; `None` for what joins words or stands on a letter.
fn plain(c: char) -> Option<char> {
    Some(match c {
        '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{b4}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => return None,
        '\u{e0}'..='\u{e5}' | '\u{101}' | '\u{103}' | '\u{105}' => 'a',
        '\u{e7}' | '\u{107}' | '\u{109}' | '\u{10b}' | '\u{10d}' => 'c',
        '\u{e8}'..='\u{eb}' | '\u{113}' | '\u{115}' | '\u{117}' | '\u{119}' | '\u{11b}' => 'e',
        '\u{ec}'..='\u{ef}' | '\u{129}' | '\u{12b}' | '\u{12d}' | '\u{12f}' | '\u{131}' => 'i',
        '\u{f1}' | '\u{144}' | '\u{146}' | '\u{148}' => 'n',
        '\u{f2}'..='\u{f6}' | '\u{f8}' | '\u{14d}' | '\u{14f}' | '\u{151}' => 'o',
        '\u{15b}' | '\u{15d}' | '\u{15f}' | '\u{161}' => 's',
        '\u{163}' | '\u{165}' => 't',
        '\u{f9}'..='\u{fc}' | '\u{169}' | '\u{16b}' | '\u{16d}' | '\u{16f}' | '\u{171}' => 'u',
        '\u{fd}' | '\u{ff}' => 'y',
        full @ '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(full) - 0xfee0).unwrap_or(full),
        other => other,
    })
}
