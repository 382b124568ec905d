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
    /// The sample that a standard requires of a population
    SampleSize {
        /// The instrument
        #[arg(long, default_value = "tsm-2022", value_name = "NAME")]
        instrument: String,
        /// How many could be asked
        #[arg(long, value_name = "N")]
        population: u64,
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
