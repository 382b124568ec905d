//! The project file, the run, and the commands of the program `citx`.
#![forbid(unsafe_code)]

mod args;
mod check;
mod commands;
mod consent_import;
mod dpo;
mod flow;
mod json;
mod outputs;
mod problem;
mod project;
mod recheck;
mod run;
mod standing;
mod summary;
mod survey;
mod text;
mod tsm;

pub use check::check;
pub use commands::main_with;
pub use dpo::{DpoPack, dpo_pack};
pub use problem::Problem;
pub use project::{
    AudienceSection, CapSection, CitizensSection, CompareGroupsSection, CompareSection, ConsentSection, ControllerSection, CountsColumns,
    DriversSection, Export, FigureKind, FigureSection, ManagementSection, OutputSection, Project, ProtectSection, Replicates, SourceFile,
    SurveySection, TsmPartSection, TsmSection, UpliftSection, WeightingSection,
};
pub use recheck::{Recheck, RecheckOptions, Removed, recheck};
pub use run::run;
pub use summary::{Allowed, AudienceResult, Citizens, ConsentState, Refused, RunSummary, SegmentCount, SurveyFigure, UpliftEffect};
