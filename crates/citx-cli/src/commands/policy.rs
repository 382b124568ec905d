//! `citx policy` and `citx dpo-pack`.

use std::path::Path;

use citx::{Policy, Result, Run};

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

pub(super) fn dpo_pack(project: &Path, as_of: &str, folder: &Path, since: Option<&str>, run: &Run) -> Result<Answer> {
    let pack = crate::dpo_pack(project, as_of, folder, since, run)?;
    let mut words = format!("{} purposes by {}\n", pack.purposes, pack.policy);
    pack.overdue.iter().for_each(|item| words.push_str(&format!("review overdue: {item}\n")));
    pack.sensitive_segments.iter().for_each(|segment| words.push_str(&format!("chosen by special category data: {segment}\n")));
    if let (Some(since), Some(changed)) = (&pack.since, pack.changed_decisions) {
        words.push_str(&format!("{changed} decisions made otherwise than by {since}\n"));
    }
    words.push_str(&format!("wrote {} files to {}\n", pack.files.len() + 1, folder.display()));
    Answer::new(words, serde_json::to_value(&pack).unwrap_or_default())
}
