use super::answers::Answers;
use super::estimate::check_level;
use super::instrument::{Figure, invalid};
use super::scores::{Cell, Rows, table};
use super::{Estimate, ScoreOptions, Survey};
use crate::statistics::codes::Codes;
use crate::statistics::quantiles::{QuantileRule, Weighted};
use crate::statistics::t_quantile;
use crate::statistics::variance::Domain;
use crate::table::Table;
use crate::{Error, ErrorKind, Result};

/// How quantiles are estimated.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct QuantileOptions {
    /// How a quantile is read from weighted values: `math` (the inverse of the distribution function, the default), `school`, or `hf4` to
    /// `hf9` (Hyndman and Fan 1996).
    pub rule: String,
    /// Interval of the share below the quantile, from which Woodruff's interval is read: `t` (the default), `logit`, `beta` or `asin`.
    pub method: String,
    /// Level of the interval.
    pub level: f64,
    /// Fewer answers than this are suppressed.
    pub min_base: u64,
}

impl Default for QuantileOptions {
    fn default() -> Self {
        Self { rule: "math".into(), method: "t".into(), level: 0.95, min_base: 0 }
    }
}

impl Survey {
    /// Quantiles of a numeric column, one estimate for each of `shares` in (0, 1), with Woodruff's interval (1952): the quantiles at the
    /// ends of the interval of the share that lies at or below the estimate. The standard error is the interval's width over twice the
    /// quantile of t, as R `svyquantile` has it. Where the interval of the share leaves [0, 1] that end is not known.
    ///
    /// # Errors
    /// As [`Survey::mean`], and `OutOfRange` for a share outside (0, 1).
    pub fn quantile(&self, column: &str, shares: &[f64], options: &QuantileOptions) -> Result<Vec<Estimate>> {
        let rule = options.check(shares)?;
        let answers = self.answers()?;
        let values = answers.numeric(column)?.values;
        let rows = answers.rows(|row| !values[row as usize].is_nan());
        if rows.is_empty() && options.min_base == 0 {
            return Err(Error::new(ErrorKind::InsufficientData, format!("nobody has a value of `{column}` and a weight above 0")));
        }
        shares.iter().map(|&share| answers.quantile(&values, &rows, share, rule, options)).collect()
    }

    /// Those quantiles in each group of `by`, as the table of [`Survey::scores`]; `measure` is the column and the share, such as `rent[0.5]`.
    ///
    /// # Errors
    /// As [`Survey::quantile`].
    pub fn quantile_by(&self, column: &str, shares: &[f64], by: &[Vec<String>], options: &QuantileOptions) -> Result<Table> {
        let rule = options.check(shares)?;
        let answers = self.answers()?;
        let values = answers.numeric(column)?.values;
        let mut rows = Rows::new();
        for names in by {
            let groups = answers.groups(names)?;
            let mut members = vec![Vec::new(); groups.codes.len()];
            for row in answers.rows(|row| !values[row as usize].is_nan() && groups.codes.codes[row as usize] != Codes::NULL) {
                members[groups.codes.codes[row as usize] as usize].push(row);
            }
            for (label, members) in groups.codes.labels.iter().zip(&members) {
                for &share in shares {
                    let estimate = answers.quantile(&values, members, share, rule, options)?;
                    let (measure, by) = (format!("{column}[{share}]"), Some(groups.name.clone()));
                    rows.push(Cell { measure, by, group: Some(label.clone()), estimate });
                }
            }
        }
        table(&rows)
    }
}

impl QuantileOptions {
    fn check(&self, shares: &[f64]) -> Result<QuantileRule> {
        check_level(self.level)?;
        if !["t", "logit", "beta", "asin"].contains(&self.method.as_str()) {
            return Err(invalid(format!("`method` of a quantile is `t`, `logit`, `beta` or `asin`, not `{}`", self.method)));
        }
        if shares.is_empty() || shares.iter().any(|share| !(*share > 0.0 && *share < 1.0)) {
            return Err(Error::new(ErrorKind::OutOfRange, "quantiles are of shares between 0 and 1, such as 0.5"));
        }
        QuantileRule::parse(&self.rule)
    }
}

impl Answers {
    fn quantile(&self, values: &[f64], rows: &[u32], share: f64, rule: QuantileRule, options: &QuantileOptions) -> Result<Estimate> {
        let weighted = Weighted::new(rows.iter().map(|&row| (values[row as usize], self.design.weights[row as usize])).collect());
        let value = weighted.quantile(share, rule);
        let below: Vec<f64> = rows.iter().map(|&row| f64::from(u8::from(values[row as usize] <= value))).collect();
        let moments = self.design.moments(Domain { rows, values: &below }, None)?;
        let mut about = ScoreOptions { level: options.level, ..ScoreOptions::default() };
        about.method.clone_from(&options.method);
        let exhaustive = self.design.is_exhaustive();
        let share_below = Estimate::new(moments.as_ref(), Figure::Proportion, exhaustive, &about)?;
        let mut estimate = Estimate { value, unit: "quantile".into(), deff: f64::NAN, std_error: f64::NAN, ..share_below.clone() };
        let end = |share: f64| if (0.0..=1.0).contains(&share) { weighted.quantile(share, rule) } else { f64::NAN };
        estimate.ci = (end(share_below.ci.0), end(share_below.ci.1));
        estimate.moe = (estimate.ci.1 - estimate.ci.0) / 2.0;
        estimate.std_error = estimate.moe / t_quantile(1.0 - (1.0 - options.level) / 2.0, estimate.df);
        estimate.method = format!("woodruff-{}", share_below.method);
        estimate.base = self.base.name().into();
        self.caution(&mut estimate.warnings);
        Ok(estimate.suppressed_below(options.min_base, "[S]"))
    }
}
