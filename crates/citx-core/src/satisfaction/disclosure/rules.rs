use serde::Deserialize;

use super::super::instrument::invalid;
use crate::table::unknown_name;
use crate::{Error, ErrorKind, Result};

/// Which counts a body withholds, as data: from what size, what else goes with them, and what is shown instead.
///
/// ```
/// use citx_core::satisfaction::DisclosureRule;
/// let rule = DisclosureRule::builtin("nhs-fft")?;
/// assert_eq!(rule.symbol(), "*");
/// assert!(rule.withholds(4) && !rule.withholds(5) && !rule.withholds(0));
/// assert!(DisclosureRule::builtin("uk-tre")?.withholds(0));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DisclosureRule {
    file: RuleFile,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    name: String,
    #[serde(default)]
    title: String,
    source: String,
    #[serde(default)]
    confidence: String,
    #[serde(default)]
    experimental: bool,
    symbol: String,
    primary: Primary,
    #[serde(default)]
    secondary: Secondary,
    flag: Option<Flag>,
    rounding: Option<Rounding>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Primary {
    under: u32,
    zero: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Secondary {
    /// The smallest counts of a group that are withheld together, if the smallest is.
    pub rank: usize,
    /// The smallest children of a withheld total that are withheld.
    pub cascade: usize,
    /// Figures beside a count withheld only to protect another stay.
    pub keeps_figures: bool,
    /// What the counts withheld from a line add up to at least.
    pub line_total: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Flag {
    under: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rounding {
    base: u32,
}

const BUILTIN: [(&str, &str); 7] = [
    ("rsh-tsm", include_str!("../../../data/disclosure/rsh-tsm.toml")),
    ("nhs-fft", include_str!("../../../data/disclosure/nhs-fft.toml")),
    ("uk-tre", include_str!("../../../data/disclosure/uk-tre.toml")),
    ("uk-llc", include_str!("../../../data/disclosure/uk-llc.toml")),
    ("ons-10", include_str!("../../../data/disclosure/ons-10.toml")),
    ("cx-usual", include_str!("../../../data/disclosure/cx-usual.toml")),
    ("nhs-round5", include_str!("../../../data/disclosure/nhs-round5.toml")),
];

impl DisclosureRule {
    /// The names of the rules that ship with citx.
    pub fn names() -> Vec<&'static str> {
        BUILTIN.iter().map(|(name, _)| *name).collect()
    }

    /// A rule that ships with citx: `rsh-tsm`, `nhs-fft`, `uk-tre`, `uk-llc`, `ons-10`, `cx-usual` or `nhs-round5`.
    ///
    /// # Errors
    /// `UnknownName`.
    pub fn builtin(name: &str) -> Result<Self> {
        match BUILTIN.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Self::parse(text),
            None => Err(unknown_name("disclosure rule", name, Self::names())),
        }
    }

    /// A rule of one's own from TOML: `name`, `source`, `symbol`, `[primary]` with `under` (smaller counts are withheld) and `zero`
    /// (whether 0 is too), and where wanted `title`, `confidence`, `experimental`, `[secondary]` with `rank`, `cascade`,
    /// `keeps_figures` and `line_total`, `[flag]` with `under`, `[rounding]` with `base`. `docs/methods/disclosure.md` says what each does.
    ///
    /// ```
    /// use citx_core::satisfaction::DisclosureRule;
    /// let text = "name = 'ours'\nsource = 'board, 2026'\nsymbol = '[c]'\n[primary]\nunder = 6\nzero = true";
    /// assert!(DisclosureRule::parse(text)?.withholds(5));
    /// let error = DisclosureRule::parse("name = 'ours'\nunder = 6").unwrap_err();
    /// assert!(error.to_string().contains("line 2"));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidArgument` naming the line.
    pub fn parse(text: &str) -> Result<Self> {
        let file: RuleFile = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1));
            Error::new(ErrorKind::InvalidArgument, format!("the disclosure rule cannot be read, line {line}: {}", error.message()))
        })?;
        let line = |word: &str| text.lines().position(|line| line.trim_start().starts_with(word)).map_or(1, |at| at + 1);
        let wrong = |word: &str, problem: &str| Err(invalid(format!("disclosure rule `{}`, line {}: {problem}", file.name, line(word))));
        if file.symbol.trim().is_empty() {
            return wrong("symbol", "`symbol` is what is shown in place of a count; it must not be blank");
        }
        if file.symbol.trim().parse::<f64>().is_ok() {
            return wrong("symbol", "`symbol` must not be a number");
        }
        if file.primary.under == 0 {
            return wrong("under", "`under` must be 1 or more; counts below it are withheld");
        }
        if file.primary.under == 1 && !file.primary.zero {
            return wrong("zero", "with `under = 1` and `zero = false` nothing is withheld");
        }
        if file.rounding.is_some_and(|rounding| rounding.base == 0) {
            return wrong("base", "`base` must be 1 or more");
        }
        Ok(Self { file })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// What it is for, in words.
    pub fn title(&self) -> &str {
        &self.file.title
    }

    /// Where it is written.
    pub fn source(&self) -> &str {
        &self.file.source
    }

    /// How far that was confirmed: `high`, `medium`, `low`, or empty for a rule of one's own.
    pub fn confidence(&self) -> &str {
        &self.file.confidence
    }

    /// Whether it rests on practice and not on a text that could be checked.
    pub fn is_experimental(&self) -> bool {
        self.file.experimental
    }

    /// What is shown in place of a count.
    pub fn symbol(&self) -> &str {
        &self.file.symbol
    }

    /// Smaller counts are withheld.
    pub fn threshold(&self) -> u64 {
        self.file.primary.under.into()
    }

    /// Whether a count of 0 is withheld.
    pub fn withholds_zero(&self) -> bool {
        self.file.primary.zero
    }

    /// Whether such a count is withheld for its own sake.
    pub fn withholds(&self, count: u64) -> bool {
        count < self.threshold() && (count > 0 || self.file.primary.zero)
    }

    /// Whether such a count is shown with a caution.
    pub fn flags(&self, count: u64) -> bool {
        !self.withholds(count) && self.file.flag.is_some_and(|flag| count < flag.under.into()) && count > 0
    }

    /// What counts are rounded to when shown: 1 where they are not.
    pub fn rounding(&self) -> u64 {
        self.file.rounding.map_or(1, |rounding| rounding.base.into())
    }

    /// A count as it is shown: rounded to the nearest multiple of the rule's base, halves up.
    pub fn rounded(&self, count: u64) -> u64 {
        let base = self.rounding();
        let over = count % base;
        if over * 2 >= base && over > 0 { count - over + base } else { count - over }
    }

    pub(super) fn secondary(&self) -> &Secondary {
        &self.file.secondary
    }

    /// The least count that is withheld at all: whoever knows the rule knows that a withheld count is no less.
    pub(super) fn floor(&self) -> i64 {
        i64::from(!self.file.primary.zero)
    }
}
