//! The project file, the run, and the commands of the program `citx`.
#![forbid(unsafe_code)]

mod problem;
mod project;

pub use problem::Problem;
pub use project::{
    AudienceSection, CitizensSection, ConsentSection, ControllerSection, CountsColumns, Export, OutputSection, Project, SourceFile,
    SurveySection, UpliftSection,
};
