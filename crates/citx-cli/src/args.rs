//! What may be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// The program's arguments.
#[derive(Debug, Parser)]
#[command(
    name = "citx",
    version,
    about = "Citizen experience: whom does this concern, may we contact them, how do they feel, did it change anything",
    after_help = "Exit status: 0 (a refusal is an answer), 2 wrong usage, the number of the error's kind, 130 interrupted."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Answer (and fail) in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// At most this many threads; 0 is all cores
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
}

/// The project file; many commands take it first, and look for `citx.toml` here if it is left out.
#[derive(Clone, Debug, Args)]
pub(crate) struct ProjectFile {
    /// The project file
    #[arg(value_name = "PROJECT", default_value = "citx.toml")]
    pub(crate) project: PathBuf,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct AsOf {
    /// The instant: a date (local midnight), an instant such as 2026-11-22T09:30:00Z, or `now`
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: String,
}

/// What of the segments is shown; their counts if nothing is chosen.
#[derive(Clone, Debug, Args)]
#[group(multiple = false)]
pub(crate) struct Show {
    /// Print the keys of this segment's members instead
    #[arg(long, value_name = "SEGMENT")]
    pub(crate) keys: Option<String>,
    /// Print how many members every two segments share instead
    #[arg(long)]
    pub(crate) overlap: bool,
    /// Print the members in each group of this column, or of `segment:NAME`, instead
    #[arg(long, value_name = "COLUMN")]
    pub(crate) crosstab: Option<String>,
    /// Print the rules as SQL of duckdb, postgres or spark instead
    #[arg(long, value_name = "DIALECT")]
    pub(crate) sql: Option<String>,
    /// Print how each part of the rules is answered for these citizens, and why so, instead
    #[arg(long)]
    pub(crate) plan: bool,
    /// Print the rules as JSON instead
    #[arg(long)]
    pub(crate) rules: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Do the whole flow and write its results
    Run {
        #[command(flatten)]
        project: ProjectFile,
        #[command(flatten)]
        as_of: AsOf,
        /// Write into this folder instead of the project's
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// Say everything that is wrong with a project file, without writing
    Check {
        #[command(flatten)]
        project: ProjectFile,
    },
    /// Count the members of each segment
    Segments {
        #[command(flatten)]
        project: ProjectFile,
        #[command(flatten)]
        as_of: AsOf,
        #[command(flatten)]
        show: Show,
    },
    /// Say who would move if the segments of another project file were in force
    #[command(override_usage = "citx diff [OPTIONS] --as-of <WHEN> [PROJECT] <OTHER>")]
    Diff {
        /// The project file (citx.toml if left out), and the one whose segments and places would take the place of its own
        #[arg(num_args = 1..=2, required = true, value_name = "PROJECT OTHER")]
        words: Vec<PathBuf>,
        #[command(flatten)]
        as_of: AsOf,
        /// Print the key of everyone who would move instead
        #[arg(long)]
        moves: bool,
    },
    /// Say why one citizen is in a segment or not
    #[command(override_usage = "citx explain [OPTIONS] --as-of <WHEN> [PROJECT] <SEGMENT> <KEY>")]
    Explain {
        /// The project file (citx.toml if left out), the segment, the citizen's key
        #[arg(num_args = 2..=3, required = true, value_name = "PROJECT SEGMENT KEY")]
        words: Vec<String>,
        #[command(flatten)]
        as_of: AsOf,
    },
    /// Decide whether one citizen may be contacted
    Decide(Decide),
    /// Decide about a contact list again, just before it is sent
    #[command(override_usage = "citx recheck [OPTIONS] --as-of <WHEN> [PROJECT] <FILE>")]
    Recheck {
        /// The project file (citx.toml if left out) and the list: CSV, GOV.UK Notify or Parquet, as `citx run` writes them
        #[arg(num_args = 1..=2, required = true, value_name = "PROJECT FILE")]
        words: Vec<PathBuf>,
        #[command(flatten)]
        as_of: AsOf,
        /// The audience that the list is of, where the file's name does not say it
        #[arg(long, value_name = "NAME")]
        audience: Option<String>,
        /// Write the list here without those who must not be contacted
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write what a data protection officer asks for: policy, register of purposes, sensitive segments, what changed
    DpoPack {
        #[command(flatten)]
        project: ProjectFile,
        #[command(flatten)]
        as_of: AsOf,
        /// The folder to write
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        /// An earlier policy to compare with: a built-in one, or a file that ends in .toml
        #[arg(long, value_name = "NAME|FILE")]
        since: Option<String>,
    },
    /// Score the survey's measures
    Score(Score),
    /// Compare a survey with an earlier wave
    #[command(override_usage = "citx compare [OPTIONS] [PROJECT]\n       citx compare [OPTIONS] <EARLIER> <LATER>")]
    Compare(Compare),
    /// A landlord's return of the Tenant Satisfaction Measures, or what the regulator published of all landlords
    Tsm(Tsm),
    /// Draw a sample of citizens that anyone can draw again
    Draw(Draw),
    /// AAPOR's response rates of a table of dispositions
    ResponseRates {
        /// The table: a row for each case, or for so many
        #[arg(value_name = "TABLE")]
        table: PathBuf,
        /// The column of codes (1.1), symbols (I, P, R, NC, O, UH, UO, NE) or words
        #[arg(long, value_name = "COLUMN")]
        code: String,
        /// The column of how many cases a row stands for
        #[arg(long, value_name = "COLUMN")]
        count: Option<String>,
        /// The share of unknown cases taken to be eligible; without it, that of the known ones
        #[arg(long, value_name = "SHARE")]
        eligible: Option<f64>,
    },
    /// Withhold small counts of tables, and what else it takes that nobody finds them out
    Suppress(Suppress),
    /// What a reader could still find out about withheld counts
    Audit(Audit),
    /// The sample that a standard requires of a population
    SampleSize {
        /// The instrument
        #[arg(long, default_value = "tsm-2022", value_name = "NAME")]
        instrument: String,
        /// How many could be asked
        #[arg(long, value_name = "N")]
        population: u64,
        /// How the population's size is taken into account: plain or cochran; left out, as the standard does
        #[arg(long, value_name = "NAME")]
        form: Option<String>,
    },
    /// Look into the project's consent ledger, or add to it
    #[command(subcommand)]
    Ledger(Ledger),
    /// Read a consent policy, and compare two
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Make the report anew, and nothing else
    Report {
        #[command(flatten)]
        project: ProjectFile,
        #[command(flatten)]
        as_of: AsOf,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Decide {
    #[command(flatten)]
    pub(crate) project: ProjectFile,
    /// The citizen's key
    #[arg(long, value_name = "KEY")]
    pub(crate) citizen: String,
    /// The purpose of the message
    #[arg(long)]
    pub(crate) purpose: String,
    /// The channel of the message
    #[arg(long)]
    pub(crate) channel: String,
    /// The instant of the message: a date, an instant, or `now`
    #[arg(long, value_name = "WHEN")]
    pub(crate) at: String,
    /// The topic within the purpose
    #[arg(long)]
    pub(crate) topic: Option<String>,
    /// Something else that is known, such as deceased=false; may be repeated
    #[arg(long = "fact", value_name = "NAME=VALUE")]
    pub(crate) facts: Vec<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Score {
    /// The project file (citx.toml if left out) and a measure; without a measure, all
    #[arg(num_args = 0..=2, value_name = "PROJECT MEASURE")]
    pub(crate) words: Vec<String>,
    /// A breakdown: a column, `segment:NAME`, or several with commas between them, crossed; may be repeated
    #[arg(long, value_name = "NAMES")]
    pub(crate) by: Vec<String>,
    /// One unit of a survey from counts
    #[arg(long)]
    pub(crate) unit: Option<String>,
    /// The instant, for breakdowns by segments or by columns of the citizens
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<String>,
    #[command(flatten)]
    pub(crate) figure: Figure,
}

/// A figure of the survey's columns in place of a measure.
#[derive(Clone, Debug, Args)]
#[group(multiple = false)]
pub(crate) struct Figure {
    /// The mean of a numeric column
    #[arg(long, value_name = "COLUMN")]
    pub(crate) mean: Option<String>,
    /// The total of a numeric column, or how many have a value
    #[arg(long, value_name = "COLUMN[=VALUE]")]
    pub(crate) total: Option<String>,
    /// The share that has a value
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub(crate) proportion: Option<String>,
    /// The total of one numeric column by that of another
    #[arg(long, value_name = "COLUMN/COLUMN")]
    pub(crate) ratio: Option<String>,
    /// Quantiles of a numeric column, the median if no shares are named: rent=0.25,0.75
    #[arg(long, value_name = "COLUMN[=SHARES]")]
    pub(crate) quantile: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Compare {
    /// A project file (citx.toml if left out) whose [survey.compare] names the earlier wave; or two, the earlier and the later
    #[arg(num_args = 0..=2, value_name = "PROJECT")]
    pub(crate) projects: Vec<PathBuf>,
    /// A measure or numeric column; may be repeated; all that both waves have if left out
    #[arg(long = "measure", value_name = "MEASURE")]
    pub(crate) measures: Vec<String>,
    /// How p values are corrected: bh, by, holm, hochberg, bonferroni or none
    #[arg(long, value_name = "METHOD")]
    pub(crate) adjust: Option<String>,
    /// Interval of a difference of shares: newcombe, wald or agresti_caffo
    #[arg(long, value_name = "METHOD")]
    pub(crate) interval: Option<String>,
    /// Respondents of both waves: auto, none or matched
    #[arg(long, value_name = "HOW")]
    pub(crate) overlap: Option<String>,
    /// Level of the intervals
    #[arg(long, value_name = "LEVEL")]
    pub(crate) level: Option<f64>,
    /// The instant, where answers are weighted by segments
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Tsm {
    #[command(flatten)]
    pub(crate) project: ProjectFile,
    /// What is printed; JSON has everything
    #[arg(long, value_name = "WHAT", default_value = "measures", value_parser = [
        "measures", "samples", "answers", "methods", "management", "approach", "representativeness", "characteristics", "weighting",
        "warnings", "sources",
    ])]
    pub(crate) show: String,
    /// Write the return as a workbook
    #[arg(long, value_name = "FILE.xlsx")]
    pub(crate) to: Option<PathBuf>,
    /// The instant, where characteristics, filters or weights are of segments
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<String>,
    /// The regulator's data set in place of a project: what was published of each landlord
    #[arg(long, value_name = "FILE.xlsx", conflicts_with = "project")]
    pub(crate) release: Option<PathBuf>,
    /// The return of this landlord from the data set
    #[arg(long, value_name = "NAME", requires_all = ["release", "year"])]
    pub(crate) landlord: Option<String>,
    /// The reporting year of the data set, such as 2023/24
    #[arg(long, value_name = "YEAR", requires = "landlord")]
    pub(crate) year: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Draw {
    #[command(flatten)]
    pub(crate) project: ProjectFile,
    /// How many are drawn
    #[arg(long, value_name = "N")]
    pub(crate) n: u64,
    /// Only from the members of this segment
    #[arg(long, value_name = "SEGMENT", requires = "as_of")]
    pub(crate) segment: Option<String>,
    /// The instant of the segment
    #[arg(long, value_name = "WHEN", requires = "segment")]
    pub(crate) as_of: Option<String>,
    /// Within strata: a column of the citizens
    #[arg(long, value_name = "COLUMN")]
    pub(crate) strata: Option<String>,
    /// How many of each stratum
    #[arg(long, value_name = "HOW", default_value = "proportional", requires = "strata",
        value_parser = ["proportional", "equal", "neyman", "given"])]
    pub(crate) allocation: String,
    /// The number of a stratum (given) or the standard deviation there (neyman); may be repeated
    #[arg(long = "stratum", value_name = "NAME=NUMBER")]
    pub(crate) numbers: Vec<String>,
    /// One citizen of each of so many groups, such as households: a column of the citizens
    #[arg(long, value_name = "COLUMN")]
    pub(crate) one_per: Option<String>,
    /// What the draws depend on, beside the keys
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Write the sample here instead: .csv or .parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
}

/// Tables of counts, and which of their columns are what.
#[derive(Clone, Debug, Args)]
pub(crate) struct Cells {
    /// The tables; several are published together, and protected together
    #[arg(required = true, value_name = "TABLE")]
    pub(crate) tables: Vec<PathBuf>,
    /// The columns that say which cell a row is
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    pub(crate) categories: Vec<String>,
    /// The column of the count of people, unweighted
    #[arg(long, value_name = "COLUMN")]
    pub(crate) count: String,
    /// How a total is written in a column of categories
    #[arg(long, value_name = "LABEL", default_value = "Total")]
    pub(crate) total: String,
    /// A column and the one of its parents, such as area=region; may be repeated
    #[arg(long = "hierarchy", value_name = "CHILD=PARENT")]
    pub(crate) hierarchies: Vec<String>,
    /// How many counts a reader must be left with beyond one
    #[arg(long, value_name = "N")]
    pub(crate) width: Option<u64>,
    /// The same in percent of the count
    #[arg(long, value_name = "PERCENT")]
    pub(crate) percent: Option<f64>,
    /// A reader knows which counts were withheld for their own sake
    #[arg(long)]
    pub(crate) knows_primary: bool,
    /// The least a withheld count may be, as a reader knows
    #[arg(long, value_name = "N")]
    pub(crate) floor: Option<u64>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Suppress {
    #[command(flatten)]
    pub(crate) cells: Cells,
    /// What is withheld: a built-in rule such as rsh-tsm or nhs-fft, or a file that ends in .toml
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) rule: String,
    /// Add rows of totals to tables that have none; what tables share is known by their totals
    #[arg(long)]
    pub(crate) with_totals: bool,
    /// Columns of figures that are withheld with their count
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) figures: Vec<String>,
    /// A column of shares and the category whose total they are of; may be repeated
    #[arg(long = "share", value_name = "COLUMN=CATEGORY")]
    pub(crate) shares: Vec<String>,
    /// Counts withheld from one line add up to at least this
    #[arg(long, value_name = "N")]
    pub(crate) line_total: Option<u64>,
    /// Let the only member of a withheld cell of 1, who knows it, work out others in the lines of that cell
    #[arg(long)]
    pub(crate) ignore_singletons: bool,
    /// Say which counts are withheld for their own sake, and why: not to be published
    #[arg(long)]
    pub(crate) reasons: bool,
    /// Write the tables into this folder, each as NAME.csv, instead of printing them
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) cells: Cells,
    /// The column that says what is withheld: none, primary or secondary, or true and false
    #[arg(long, value_name = "COLUMN", default_value = "suppressed")]
    pub(crate) suppressed: String,
    /// The rule by which counts were withheld, which the reader knows
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) rule: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// Append the events of a file, each once
    Import {
        /// The project file (citx.toml if left out) and the file of events
        #[arg(num_args = 1..=2, required = true, value_name = "PROJECT FILE")]
        words: Vec<PathBuf>,
        /// The file is the export of a preference centre, and this TOML file says what its columns mean
        #[arg(long, value_name = "FILE")]
        preferences: Option<PathBuf>,
        /// When all of that export was said, if no column says it: a date, an instant, or `now`
        #[arg(long, value_name = "WHEN", requires = "preferences")]
        at: Option<String>,
    },
    /// A citizen's events
    History {
        /// The project file (citx.toml if left out) and the citizen's key
        #[arg(num_args = 1..=2, required = true, value_name = "PROJECT KEY")]
        words: Vec<String>,
    },
    /// Recompute every hash and compare the head
    Verify {
        #[command(flatten)]
        project: ProjectFile,
    },
    /// The last event's number and chain hash
    Head {
        #[command(flatten)]
        project: ProjectFile,
    },
    /// Accept the ledger as it is, after a backup was restored
    AcceptHead {
        #[command(flatten)]
        project: ProjectFile,
    },
    /// Write every event to a CSV file, which an import reads back
    Export {
        #[command(flatten)]
        project: ProjectFile,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Its rules in the order in which they are asked, with reason and source
    Explain {
        /// A built-in policy such as uk-2026, or a file that ends in .toml
        #[arg(value_name = "NAME|FILE")]
        policy: String,
        /// Print which rules can allow what, by message class and kind of channel, instead
        #[arg(long)]
        compact: bool,
    },
    /// The rules that can be shown never to decide
    Check {
        /// A built-in policy such as uk-2026, or a file that ends in .toml
        #[arg(value_name = "NAME|FILE")]
        policy: String,
    },
    /// What is different in another policy
    Diff {
        /// A built-in policy such as uk-2026, or a file that ends in .toml
        #[arg(value_name = "NAME|FILE")]
        policy: String,
        /// The other one
        #[arg(value_name = "NAME|FILE")]
        other: String,
    },
}
