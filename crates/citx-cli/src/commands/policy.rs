//! `citx policy`.

use std::path::Path;

use citx::{Policy, Result};

use super::Answer;
use crate::args::PolicyCommand;
use crate::flow;

pub(super) fn policy(command: &PolicyCommand) -> Result<Answer> {
    match command {
        PolicyCommand::Explain { policy, compact } => {
            let policy = flow::named_policy(policy, Path::new(""))?;
            if *compact { Answer::table(&policy.compact(), "compact") } else { Answer::table(&policy.explain(), "rules") }
        }
        PolicyCommand::Check { policy } => {
            let found = flow::named_policy(policy, Path::new(""))?.check();
            if found.num_rows() == 0 {
                return Answer::new("no rule is shown to be unreachable\n", serde_json::json!({ "findings": [] }));
            }
            Answer::table(&found, "findings")
        }
        PolicyCommand::Diff { policy, other } => {
            let read = |name: &str| -> Result<Policy> { flow::named_policy(name, Path::new("")) };
            let changes = read(policy)?.diff(&read(other)?);
            if changes.num_rows() == 0 {
                return Answer::new("no difference\n", serde_json::json!({ "changes": [] }));
            }
            Answer::table(&changes, "changes")
        }
    }
}
