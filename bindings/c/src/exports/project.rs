//! The run of a project file.

use std::mem::MaybeUninit;

use engine::{Error, ErrorKind};

use super::error::{citx_error, citx_status};
use super::run::citx_run_options;
use super::text::citx_text;
use crate::guard;
use crate::handle::SharedHandle as _;
use crate::raw::{self, citx_str};

/// Runs the project file at `path` for `as_of` (a date, an instant, or `now`) and writes its results, as the program `citx` does.
///
/// `run` may be NULL. `*out` is what was found and written, as JSON, to be freed with citx_text_free. Status: any; nothing half written is left. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_run(
    path: citx_str,
    as_of: citx_str,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        let summary = citx_cli::run(path.text("path")?, as_of.text("as_of")?, &run)?;
        let json = serde_json::to_string(&summary)
            .map_err(|error| Error::new(ErrorKind::Unsupported, "the summary cannot be written as JSON").caused_by(error))?;
        out.write(citx_text::boxed(json));
        Ok(())
    })
}
