//! Design-based tests: of a mean, of two groups, of association.

use super::Survey;
use super::answers::Answers;
use super::estimate::check_level;
use super::instrument::invalid;
use crate::statistics::codes::Codes;
use crate::statistics::linear::solve;
use crate::statistics::variance::{Estimates, Linear, OfTotals, Statistic};
use crate::statistics::{chi_squared_upper, f_upper, symmetric_interval, t_quantile, t_two_sided};
use crate::{Error, ErrorKind, Result};

/// A test with what it rests on. What a test has none of is NaN.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Test {
    /// The statistic: t, F or chi-squared.
    pub statistic: f64,
    /// Degrees of freedom, of the numerator where there are two.
    pub df: f64,
    /// Degrees of freedom of the denominator.
    pub df_denominator: f64,
    /// How likely a statistic as large is where there is no difference or association; two-sided.
    pub p_value: f64,
    /// The mean less what it is compared with, or the second group's mean less the first's.
    pub difference: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Its interval.
    pub ci: (f64, f64),
    /// The interval's level.
    pub level: f64,
    /// Respondents it rests on.
    pub n: u64,
    /// The groups compared, in the order of `difference`: the first is taken from the second.
    pub groups: Vec<String>,
    /// What was computed.
    pub method: String,
    /// As those of [`super::Estimate`].
    pub warnings: Vec<String>,
}

/// Cells of a table of association beyond which the matrices would not fit.
const MOST_CELLS: usize = 400;

impl Survey {
    /// Whether the mean of a numeric column is `mean`, by a t statistic on one degree of freedom less than the design has: so does R's
    /// `svyttest(y - mean ~ 0)`, which errs on the safe side.
    ///
    /// # Errors
    /// As [`Survey::mean`], and `InsufficientData` where the design leaves no degrees of freedom or no variance.
    pub fn test_mean(&self, column: &str, mean: f64, level: f64) -> Result<Test> {
        check_level(level)?;
        let answers = self.answers()?;
        let values = answers.numeric(column)?.values;
        let rows = answers.rows(|row| !values[row as usize].is_nan());
        let (values, ones): (Vec<f64>, Vec<f64>) = rows.iter().map(|&row| (values[row as usize], 1.0)).unzip();
        let statistic = Statistic {
            columns: &[&values, &ones],
            of_totals: &|totals| vec![totals[0] / totals[1] - mean],
            linear: &|own, totals| vec![(own[0] - totals[0] / totals[1]) / totals[1]],
        };
        let df = answers.design.degrees(&rows) - 1.0;
        answers.t_test(&rows, &statistic, df, Vec::new(), level)
    }

    /// Whether the means of a numeric column differ between the two groups of `by` (R `svyttest(y ~ group)`): both groups in one design,
    /// so that units which hold both count once, on one degree of freedom less than the design has.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use citx_core::satisfaction::{Survey, SurveyOptions};
    /// # use citx_core::table::{Column, Table};
    /// # use arrow_array::{Float64Array, StringArray};
    /// let table = Table::from_columns([
    ///     Column::new("rating", Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0, 5.0, 6.0, 7.0]))),
    ///     Column::new("area", Arc::new(StringArray::from(vec!["n", "n", "n", "s", "s", "s"]))),
    /// ])?;
    /// let test = Survey::from_table(&table, &SurveyOptions::default())?.test("rating", "area", 0.95)?;
    /// assert_eq!((test.difference, test.df, test.p_value < 0.05), (4.0, 4.0, true));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Survey::test_mean`], and `InvalidArgument` unless `by` has two groups.
    pub fn test(&self, column: &str, by: &str, level: f64) -> Result<Test> {
        check_level(level)?;
        let answers = self.answers()?;
        let values = answers.numeric(column)?.values;
        let groups = answers.groups(&[by.to_owned()])?;
        let groups = &groups.codes;
        let rows = answers.rows(|row| !values[row as usize].is_nan() && groups.codes[row as usize] != Codes::NULL);
        let present: Vec<u32> = present(groups, &rows);
        let &[first, second] = present.as_slice() else {
            return Err(invalid(format!("`{by}` must have two groups with values of `{column}`, found {}", present.len())));
        };
        let within = |group: u32| -> (Vec<f64>, Vec<f64>) {
            let one = |&row: &u32| if groups.codes[row as usize] == group { (values[row as usize], 1.0) } else { (0.0, 0.0) };
            rows.iter().map(one).unzip()
        };
        let ((y1, n1), (y2, n2)) = (within(first), within(second));
        let statistic = Statistic {
            columns: &[&y1, &n1, &y2, &n2],
            of_totals: &|totals| vec![totals[2] / totals[3] - totals[0] / totals[1]],
            linear: &|own, totals| {
                let deviation = |y: usize| (own[y] - totals[y] / totals[y + 1] * own[y + 1]) / totals[y + 1];
                vec![deviation(2) - deviation(0)]
            },
        };
        let label = |group: u32| groups.labels.get(group as usize).cloned().unwrap_or_default();
        let df = answers.design.degrees(&rows) - 1.0;
        answers.t_test(&rows, &statistic, df, vec![label(first), label(second)], level)
    }

    /// Whether two categorical columns are associated. `statistic`:
    ///
    /// | Statistic | Reference distribution |
    /// |---|---|
    /// | `F` | Rao and Scott's second order: chi-squared over its mean eigenvalue, F on Satterthwaite's degrees of freedom |
    /// | `Chisq` | Rao and Scott's first order: chi-squared over the mean eigenvalue |
    /// | `Wald` | Koch's Wald statistic, F on the design's degrees of freedom |
    /// | `adjWald` | the same, corrected for few degrees of freedom |
    ///
    /// Rows with a null in either column are left out (R `svychisq`; Rao and Scott 1984, Thomas and Rao 1987).
    ///
    /// # Errors
    /// `UnknownName`, `InvalidArgument` for another statistic, `InsufficientData` for fewer than two rows or columns of the table, or a
    /// singular covariance, `LimitExceeded` for more than 400 cells.
    pub fn chi_squared(&self, rows: &str, columns: &str, statistic: &str) -> Result<Test> {
        if !["F", "Chisq", "Wald", "adjWald"].contains(&statistic) {
            return Err(invalid(format!("`statistic` is `F`, `Chisq`, `Wald` or `adjWald`, not `{statistic}`")));
        }
        let answers = self.answers()?;
        let (a, b) = (answers.groups(&[rows.to_owned()])?, answers.groups(&[columns.to_owned()])?);
        let (a, b) = (&a.codes, &b.codes);
        let domain = answers.rows(|row| a.codes[row as usize] != Codes::NULL && b.codes[row as usize] != Codes::NULL);
        let (in_rows, in_columns) = (present(a, &domain), present(b, &domain));
        let (r, c) = (in_rows.len(), in_columns.len());
        if r < 2 || c < 2 {
            return Err(insufficient("a test of association needs two values with weight in each column"));
        }
        if r * c > MOST_CELLS {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("{r} x {c} cells; a test of association takes at most {MOST_CELLS}")));
        }
        let place = |of: &[u32], code: u32| of.binary_search(&code).unwrap_or(0);
        let cell = |row: u32| place(&in_rows, a.codes[row as usize]) * c + place(&in_columns, b.codes[row as usize]);
        let mut indicators = vec![vec![0.0; domain.len()]; r * c];
        domain.iter().enumerate().for_each(|(at, &row)| indicators[cell(row)][at] = 1.0);
        let columns: Vec<&[f64]> = indicators.iter().map(Vec::as_slice).collect();
        let wald = statistic.ends_with("Wald");
        let of_shares: &OfTotals<'_> = &|totals| {
            let all: f64 = totals.iter().sum();
            totals.iter().map(|total| total / all).collect()
        };
        let linear_shares: &Linear<'_> = &|own, totals| {
            let all: f64 = totals.iter().sum();
            own.iter().zip(totals).map(|(own, total)| (own - total / all) / all).collect()
        };
        let cells = match wald {
            true => Statistic { columns: &columns, of_totals: &<[f64]>::to_vec, linear: &|own, _| own.to_vec() },
            false => Statistic { columns: &columns, of_totals: of_shares, linear: linear_shares },
        };
        let estimates = answers.design.statistics(&domain, &cells)?;
        let table = Association { estimates, r, c, n: domain.len() as u64, df: answers.design.degrees(&domain) };
        let mut test = if wald { table.wald(statistic == "adjWald") } else { table.rao_scott(statistic == "F") }
            .ok_or_else(|| insufficient("the design has too few sampling units for a table of this size: its covariance is singular"))?;
        answers.caution(&mut test.warnings);
        Ok(test)
    }
}

impl Answers {
    /// The rows for which `keep` holds that have a weight, in the design's order.
    pub fn rows(&self, keep: impl Fn(u32) -> bool) -> Vec<u32> {
        self.design.order.iter().copied().filter(|&row| self.design.weights[row as usize] > 0.0 && keep(row)).collect()
    }

    fn t_test(&self, rows: &[u32], statistic: &Statistic<'_>, df: f64, groups: Vec<String>, level: f64) -> Result<Test> {
        if rows.is_empty() {
            return Err(insufficient("nobody has a value and a weight above 0"));
        }
        let Estimates { values, covariance } = self.design.statistics(rows, statistic)?;
        let (difference, std_error) = (values[0], covariance[0][0].sqrt());
        if !(df > 0.0 && std_error > 0.0) {
            return Err(insufficient("the design leaves no variance or no degrees of freedom to test with"));
        }
        let statistic = difference / std_error;
        let mut test = Test {
            statistic,
            df,
            p_value: t_two_sided(statistic, df),
            difference,
            std_error,
            ci: symmetric_interval(difference, std_error, t_quantile(1.0 - (1.0 - level) / 2.0, df)),
            level,
            n: rows.len() as u64,
            groups,
            ..Test::blank("design-based t test")
        };
        self.caution(&mut test.warnings);
        Ok(test)
    }
}

impl Test {
    fn blank(method: &str) -> Self {
        let nan = f64::NAN;
        Self {
            statistic: nan,
            df: nan,
            df_denominator: nan,
            p_value: nan,
            difference: nan,
            std_error: nan,
            ci: (nan, nan),
            level: nan,
            n: 0,
            groups: Vec::new(),
            method: method.to_owned(),
            warnings: Vec::new(),
        }
    }
}

/// Shares of a table's cells, row by row; for Wald's statistic their totals.
struct Association {
    estimates: Estimates,
    r: usize,
    c: usize,
    n: u64,
    df: f64,
}

impl Association {
    fn margins(&self) -> (Vec<f64>, Vec<f64>) {
        let p = &self.estimates.values;
        let rows = p.chunks(self.c).map(|row| row.iter().sum()).collect();
        (rows, (0..self.c).map(|column| p.iter().skip(column).step_by(self.c).sum()).collect())
    }

    fn rao_scott(&self, second_order: bool) -> Option<Test> {
        let (p, (rows, columns)) = (&self.estimates.values, self.margins());
        let expected = |cell: usize| rows[cell / self.c] * columns[cell % self.c];
        let n = self.n as f64;
        let pearson = n * (0..p.len()).map(|cell| (p[cell] - expected(cell)).powi(2) / expected(cell)).sum::<f64>();
        let delta = self.eigen_matrix()?;
        let k = delta.len() as f64;
        let trace: f64 = (0..delta.len()).map(|i| delta[i][i]).sum();
        let squares: f64 =
            (0..delta.len()).flat_map(|i| (0..delta.len()).map(move |j| (i, j))).map(|(i, j)| delta[i][j] * delta[j][i]).sum();
        if !(trace > 0.0 && squares > 0.0) {
            return None;
        }
        if second_order {
            let (df, statistic) = (trace * trace / squares, pearson / trace);
            let df_denominator = df * self.df;
            let p_value = f_upper(statistic, df, df_denominator);
            return Some(Test { statistic, df, df_denominator, p_value, n: self.n, ..Test::blank("Rao-Scott chi-squared, second order") });
        }
        let p_value = chi_squared_upper(pearson / (trace / k), k);
        Some(Test { statistic: pearson, df: k, p_value, n: self.n, ..Test::blank("Rao-Scott chi-squared, first order") })
    }

    /// The matrix whose eigenvalues are the design effects of the contrasts: (C' D^-1 C / n)^-1 C' D^-1 V D^-1 C, with a column of C for each
    /// pair of a row and a column beyond the first.
    fn eigen_matrix(&self) -> Option<Vec<Vec<f64>>> {
        let (p, v) = (&self.estimates.values, &self.estimates.covariance);
        let k = (self.r - 1) * (self.c - 1);
        let contrast = |k: usize| {
            let (i, j) = (k / (self.c - 1) + 1, k % (self.c - 1) + 1);
            [(i * self.c + j, 1.0), (i * self.c, -1.0), (j, -1.0), (0, 1.0)]
        };
        let over = |cell: usize, sign: f64| if p[cell] > 0.0 { sign / p[cell] } else { 0.0 };
        let entry = |a: usize, b: usize, of: &dyn Fn(usize, usize) -> f64| {
            contrast(a).iter().flat_map(|&(x, s)| contrast(b).map(|(y, t)| (x, s, y, t))).map(|(x, s, y, t)| of(x, y) * s * t).sum::<f64>()
        };
        let matrix =
            |of: &dyn Fn(usize, usize) -> f64| (0..k).map(|a| (0..k).map(|b| entry(a, b, of)).collect()).collect::<Vec<Vec<f64>>>();
        let n = self.n as f64;
        let simple = matrix(&|x, y| if x == y { over(x, 1.0) / n } else { 0.0 });
        let design = matrix(&|x, y| over(x, 1.0) * v[x][y] * over(y, 1.0));
        solve(&simple, &design)
    }

    /// Koch's statistic of what the cells' totals have above the product of their margins over the whole.
    fn wald(&self, adjusted: bool) -> Option<Test> {
        let (p, v, (rows, columns)) = (&self.estimates.values, &self.estimates.covariance, self.margins());
        let cells = p.len();
        let used: Vec<usize> = (0..cells).filter(|cell| cell / self.c > 0 && cell % self.c > 0).collect();
        let all: f64 = p.iter().sum();
        // d(p_ij - p_i. p_.j / p) / d p_kl
        let slope = |ij: usize, kl: usize| {
            let (i, j) = (ij / self.c, ij % self.c);
            let is = |holds: bool| f64::from(u8::from(holds));
            is(ij == kl) - (is(kl / self.c == i) * columns[j] + is(kl % self.c == j) * rows[i] - rows[i] * columns[j] / all) / all
        };
        let along: Vec<Vec<f64>> =
            used.iter().map(|&ij| (0..cells).map(|kl| (0..cells).map(|m| slope(ij, m) * v[m][kl]).sum()).collect()).collect();
        let covariance: Vec<Vec<f64>> =
            along.iter().map(|along| used.iter().map(|&ij| (0..cells).map(|kl| along[kl] * slope(ij, kl)).sum()).collect()).collect();
        let above: Vec<f64> = used.iter().map(|&ij| p[ij] - rows[ij / self.c] * columns[ij % self.c] / all).collect();
        let solved = solve(&covariance, &above.iter().map(|&x| vec![x]).collect::<Vec<_>>())?;
        let wald: f64 = above.iter().zip(&solved).map(|(x, solved)| x * solved[0]).sum();
        let df = used.len() as f64;
        let (statistic, df_denominator, method) = match adjusted {
            false => (wald / df, self.df, "design-based Wald test of association"),
            true => (wald * (self.df - df + 1.0) / (df * self.df), self.df - df + 1.0, "adjusted design-based Wald test of association"),
        };
        let p_value = if df_denominator > 0.0 { f_upper(statistic, df, df_denominator) } else { return None };
        Some(Test { statistic, df, df_denominator, p_value, n: self.n, ..Test::blank(method) })
    }
}

/// The codes that occur in `rows`, sorted.
fn present(codes: &Codes, rows: &[u32]) -> Vec<u32> {
    let mut present: Vec<u32> = rows.iter().map(|&row| codes.codes[row as usize]).collect();
    present.sort_unstable();
    present.dedup();
    present
}

fn insufficient(problem: &str) -> Error {
    Error::new(ErrorKind::InsufficientData, problem)
}
