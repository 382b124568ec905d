//! Wall and CPU time and memory of this process, as `compare/measure.py` takes them, and the policy that consent is measured with.
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use citx::{Controller, Policy, Purpose, Result};
use rustix::time::{ClockId, clock_gettime};

/// What one call took, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    /// By the clock on the wall.
    pub wall: f64,
    /// Of all threads.
    pub cpu: f64,
}

/// The call's result, and what it took.
///
/// # Errors
/// The call's.
pub fn timed<T>(call: impl FnOnce() -> Result<T>) -> Result<(Time, T)> {
    let (wall, cpu) = (Instant::now(), cpu_time());
    let result = call()?;
    Ok((Time { wall: wall.elapsed().as_secs_f64(), cpu: (cpu_time() - cpu).as_secs_f64() }, result))
}

/// The call of least CPU time out of `repeats`, and its result.
///
/// # Errors
/// The calls'.
pub fn best<T>(repeats: usize, mut call: impl FnMut() -> Result<T>) -> Result<(Time, T)> {
    let mut best = timed(&mut call)?;
    for _ in 1..repeats {
        let next = timed(&mut call)?;
        if next.0.cpu < best.0.cpu {
            best = next;
        }
    }
    Ok(best)
}

/// The median of some calls' wall time, in seconds.
///
/// # Errors
/// The calls'.
pub fn median(calls: usize, mut call: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut walls = (0..calls).map(|_| Ok(timed(&mut call)?.0.wall)).collect::<Result<Vec<_>>>()?;
    walls.sort_by(f64::total_cmp);
    Ok(walls[calls / 2])
}

/// Of all threads, ended ones too.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Megabytes: `VmRSS` is resident now, `VmHWM` the most since the process began or [`forget_peak`]; not a number where the system does not say.
pub fn memory_mb(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).map_or(f64::NAN, |kilobytes| kilobytes / 1024.0)
}

/// From here on `VmHWM` counts anew, where the system can.
pub fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// One line of JSON from names and numbers or lists.
pub fn json_line(fields: &[(&str, String)]) -> String {
    let mut line = String::from("{");
    for (name, value) in fields {
        let separator = if line.len() > 1 { ", " } else { "" };
        let _ = write!(line, "{separator}\"{name}\": {value}");
    }
    line + "}"
}

/// Purpose, message class and basis; their names are those of the events.
pub const PURPOSES: [[&str; 3]; 6] = [
    ["service", "service", "contract"],
    ["newsletter", "direct_marketing", "consent"],
    ["survey", "research", "legitimate_interests"],
    ["events", "direct_marketing", "consent"],
    ["research", "research", "consent"],
    ["profiling", "direct_marketing", "legitimate_interests"],
];

/// The policy that the benchmarks of consent decide by.
///
/// # Errors
/// None in practice.
pub fn policy() -> Result<Policy> {
    let policy = Policy::builtin("uk-2026")?.with_controller(Controller::new("Anytown", "company", "Europe/London".parse()?))?;
    PURPOSES.iter().try_fold(policy, |policy, [name, class, basis]| policy.with_purpose(Purpose::new(*name, *class, *basis)))
}
