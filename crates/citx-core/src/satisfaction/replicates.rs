use super::Survey;
use super::instrument::invalid;
use crate::Result;
use crate::statistics::codes::{bad_row, numbers};
use crate::statistics::replicates::{GivenReplicates, ReplicateMethod};

/// Replicate weights that came with the data.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReplicateOptions {
    /// Columns of the replicate weights.
    pub columns: Vec<String>,
    /// `jk1`, `jkn`, `brr`, `fay`, `bootstrap` or `other`; says the scale where none is given.
    pub kind: String,
    /// What sums of squares are multiplied by; needed for `jkn` and `other`.
    pub scale: Option<f64>,
    /// What each replicate's square is multiplied by; 1 each without.
    pub rscales: Vec<f64>,
    /// Fay's factor.
    pub rho: f64,
    /// Whether the columns are factors of the weights; by default they are weights themselves.
    pub factors: bool,
    /// Whether deviations are from the full estimate; by default they are from the mean of the replicates.
    pub mse: bool,
}

impl Survey {
    /// The same survey with variances by replicates made of its sampling units: `jk1` (jackknife without strata), `jkn` (within strata)
    /// or `bootstrap` of so many `replicates`, drawn by `seed` (Rao, Wu and Yue 1992). Populations beyond the first stage are not taken
    /// into account, as nowhere with replicates.
    ///
    /// # Errors
    /// `InvalidArgument` for another kind, `InsufficientData` for a stratum of one unit, `LimitExceeded` for more than 50 million factors.
    pub fn replicated(&self, kind: &str, replicates: usize, seed: u64) -> Result<Self> {
        let method = match kind {
            "jk1" => ReplicateMethod::Jk1,
            "jkn" => ReplicateMethod::Jkn,
            "bootstrap" => ReplicateMethod::Bootstrap { replicates, seed },
            _ => return Err(invalid(format!("replicates are `jk1`, `jkn` or `bootstrap`, not `{kind}`"))),
        };
        let answers = self.answers()?;
        Ok(answers.with_design(answers.design.with_replicates(method)?))
    }

    /// The same survey with variances by replicate weights that came with the data (R `svrepdesign`).
    ///
    /// # Errors
    /// `UnknownName` for a column, `InvalidArgument` naming column and row of a weight that is null or below 0.
    pub fn with_replicate_weights(&self, options: &ReplicateOptions) -> Result<Self> {
        let answers = self.answers()?;
        let column = |name: &String| {
            let weights = numbers(&answers.table.column(name)?)?;
            let known = |(row, weight): (usize, Option<f64>)| {
                weight.filter(|weight| *weight >= 0.0).ok_or_else(|| bad_row(name, row, "a replicate weight must be 0 or more"))
            };
            weights.into_iter().enumerate().map(known).collect::<Result<Vec<f64>>>()
        };
        let columns = options.columns.iter().map(column).collect::<Result<Vec<_>>>()?;
        let count = columns.len() as f64;
        let scale = match (options.scale, options.kind.as_str()) {
            (Some(scale), _) => scale,
            (None, "jk1") => (count - 1.0) / count,
            (None, "brr") => 1.0 / count,
            (None, "fay") => 1.0 / (count * (1.0 - options.rho).powi(2)),
            (None, "bootstrap") => 1.0 / (count - 1.0),
            (None, kind) => {
                return Err(invalid(format!(
                    "replicate weights of kind `{kind}` need a `scale`; without one they are `jk1`, `brr`, `fay` or `bootstrap`"
                )));
            }
        };
        let rscales = if options.rscales.is_empty() { vec![1.0; columns.len()] } else { options.rscales.clone() };
        let given = GivenReplicates { columns, combined: !options.factors, scale, rscales, mse: options.mse };
        Ok(answers.with_design(answers.design.with_given_replicates(given)?))
    }
}
