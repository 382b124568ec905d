use super::is_share;
use super::verdict::{Arm, Difference, Interval, Test, check_level, warnings};
use crate::satisfaction::answers::{Answers, Variable};
use crate::satisfaction::estimate::{Estimate, ScoreOptions};
use crate::satisfaction::groups::Groups;
use crate::satisfaction::instrument::invalid;
use crate::satisfaction::rows::Results;
use crate::satisfaction::survey::Survey;
use crate::statistics::variance::Statistic;
use crate::statistics::{MultipleTesting, adjust_p};
use crate::table::{Table, unknown_name};
use crate::{Error, ErrorKind, Result};

/// How groups of one survey are compared.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupOptions {
    /// Level of the intervals, and of what counts as significant.
    pub level: f64,
    /// How p values are adjusted for the number of comparisons: `bh` (the default), `by`, `holm`, `hochberg`, `bonferroni` or `none`.
    pub adjust: String,
    /// What each group is compared with: `pairs` (the default, every other group), `rest` (all others together) or `group` (that in `group`).
    pub reference: String,
    /// The group of `reference = "group"`.
    pub group: Option<String>,
    /// Interval of a difference of proportions: `newcombe` (the default) or `wald`.
    pub interval: String,
    /// Groups with fewer answers than this are suppressed, and compared with nothing.
    pub min_base: u64,
}

impl Default for GroupOptions {
    fn default() -> Self {
        let (adjust, reference, interval) = ("bh".into(), "pairs".into(), "newcombe".into());
        Self { level: 0.95, adjust, reference, group: None, interval, min_base: 0 }
    }
}

/// Groups beyond which their pairs are too many to be read, or kept.
const MOST_GROUPS: usize = 200;

/// One group with its rows in the design's order.
struct Group {
    name: String,
    rows: Vec<u32>,
    estimate: Estimate,
}

struct Row {
    a: usize,
    b: usize,
    difference: f64,
    std_error: f64,
    ci: (f64, f64),
    statistic: f64,
    df: f64,
    p_value: f64,
    p_adjusted: f64,
    warnings: Vec<String>,
}

impl Survey {
    /// Differences of a measure (or numeric column) between the groups of `by` (crossed, if there are several names), each with its
    /// design-based t test: the variance of either group and their covariance, which strata and shared sampling units make other than
    /// 0. As R's `svyttest` on the two groups.
    ///
    /// Columns: measure, by, group_a, group_b, value_a, value_b, difference (a less b), std_error, ci_low, ci_high, level, statistic, df,
    /// p_value, p_adjusted, significant, n_a, n_b, unit, method, adjust, warnings.
    ///
    /// # Errors
    /// `UnknownName` for a name or the group of reference, `InvalidArgument`, `InsufficientData` for fewer than two groups,
    /// `LimitExceeded` for more than 200.
    pub fn compare_groups(&self, measure: &str, by: &[String], options: &GroupOptions) -> Result<Table> {
        check_level(options.level)?;
        let adjustment = MultipleTesting::parse(&options.adjust)?;
        let interval = Interval::parse(&options.interval)?;
        if interval == Interval::AgrestiCaffo {
            return Err(invalid("the groups of a design are compared by `newcombe` or `wald`"));
        }
        let answers = self.answers()?;
        let variable = answers.variable(measure)?;
        let breakdown = answers.groups(by)?;
        let mut groups = answers.domains(&variable, &breakdown, options)?;
        let pairs = options.pairs(&mut groups, answers, &variable)?;
        let covariances = answers.covariances(&variable, &groups)?;
        let share = is_share(variable.figure);
        let mut rows = Vec::with_capacity(pairs.len());
        for (a, b) in pairs {
            let df = answers.joint_df(&groups[a].rows, &groups[b].rows);
            let arms = [Arm::of_estimate(&groups[b].estimate, share), Arm::of_estimate(&groups[a].estimate, share)];
            let covariance = covariances.as_ref().map_or(0.0, |covariances| covariances[a][b]);
            let difference = Difference::correlated(&arms, covariance, df, options.level);
            let tested = difference.test(Test::Unpooled);
            let warnings = warnings(&[&groups[a].estimate, &groups[b].estimate]);
            let ci = if df > 0.0 { difference.interval(interval) } else { (f64::NAN, f64::NAN) };
            rows.push(Row {
                a,
                b,
                difference: difference.value,
                std_error: difference.std_error,
                ci,
                statistic: tested.statistic,
                df,
                p_value: tested.p_value,
                p_adjusted: f64::NAN,
                warnings,
            });
        }
        let p: Vec<f64> = rows.iter().map(|row| row.p_value).collect();
        rows.iter_mut().zip(adjust_p(&p, adjustment)).for_each(|(row, p)| row.p_adjusted = p);
        table(&rows, &groups, (measure, &breakdown.name), options)
    }
}

impl GroupOptions {
    /// Which groups are compared, as places among `groups`; the rest of each group is added to them.
    fn pairs(&self, groups: &mut Vec<Group>, answers: &Answers, variable: &Variable<'_>) -> Result<Vec<(usize, usize)>> {
        let count = groups.len();
        match self.reference.as_str() {
            "pairs" => Ok((0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))).collect()),
            "rest" => {
                let all: Vec<u32> = groups.iter().flat_map(|group| group.rows.iter().copied()).collect();
                for at in 0..count {
                    let mut outside = vec![false; answers.design.rows()];
                    all.iter().for_each(|&row| outside[row as usize] = true);
                    groups[at].rows.iter().for_each(|&row| outside[row as usize] = false);
                    let rows: Vec<u32> = answers.design.order.iter().copied().filter(|&row| outside[row as usize]).collect();
                    let estimate = answers.estimate(variable, Some(&rows), &self.scores())?;
                    groups.push(Group { name: "rest".into(), rows, estimate });
                }
                Ok((0..count).map(|at| (at, count + at)).collect())
            }
            "group" => {
                let name = self.group.as_deref().ok_or_else(|| invalid("`reference` is `group`: say which with `group`"))?;
                let known = groups.iter().map(|group| group.name.as_str());
                let reference = groups.iter().position(|group| group.name == name).ok_or_else(|| unknown_name("group", name, known))?;
                Ok((0..count).filter(|&at| at != reference).map(|at| (at, reference)).collect())
            }
            other => Err(invalid(format!("`reference` is `pairs`, `rest` or `group`, not `{other}`"))),
        }
    }

    fn scores(&self) -> ScoreOptions {
        ScoreOptions { level: self.level, min_base: self.min_base, ..ScoreOptions::default() }
    }
}

impl Answers {
    /// The groups with those of their rows that have a value and a weight.
    fn domains(&self, variable: &Variable<'_>, breakdown: &Groups, options: &GroupOptions) -> Result<Vec<Group>> {
        let count = breakdown.codes.len();
        if count < 2 {
            return Err(Error::new(
                ErrorKind::InsufficientData,
                format!("`{}` has {count} groups; a comparison needs two", breakdown.name),
            ));
        }
        if count > MOST_GROUPS {
            let message = format!("`{}` has {count} groups; at most {MOST_GROUPS} are compared", breakdown.name);
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        let mut rows = vec![Vec::new(); count];
        for &row in self.design.order.iter() {
            let at = row as usize;
            if !variable.values[at].is_nan()
                && self.design.weights[at] > 0.0
                && let Some(rows) = rows.get_mut(breakdown.codes.codes[at] as usize)
            {
                rows.push(row);
            }
        }
        let group = |(name, rows): (&String, Vec<u32>)| {
            let estimate = self.estimate(variable, Some(&rows), &options.scores())?;
            Ok(Group { name: name.clone(), rows, estimate })
        };
        breakdown.codes.labels.iter().zip(rows).map(group).collect()
    }

    /// Covariances of the groups' estimates; nothing for a simple sample without strata, in which domains are uncorrelated.
    fn covariances(&self, variable: &Variable<'_>, groups: &[Group]) -> Result<Option<Vec<Vec<f64>>>> {
        if self.design.is_simple() && !self.design.has_replicates() {
            return Ok(None);
        }
        let order = &self.design.order;
        let mut columns = Vec::with_capacity(groups.len() * 2);
        for group in groups {
            let mut inside = vec![0.0; self.design.rows()];
            group.rows.iter().for_each(|&row| inside[row as usize] = 1.0);
            let own: Vec<f64> = order.iter().map(|&row| inside[row as usize]).collect();
            columns.push(order.iter().zip(&own).map(|(&row, own)| if *own > 0.0 { variable.values[row as usize] } else { 0.0 }).collect());
            columns.push(own);
        }
        let columns: Vec<&[f64]> = columns.iter().map(Vec::<f64>::as_slice).collect();
        let means = Statistic {
            columns: &columns,
            of_totals: &|totals| totals.chunks_exact(2).map(|pair| pair[0] / pair[1]).collect(),
            linear: &|values, totals| {
                let one = |(own, all): (&[f64], &[f64])| if all[1] > 0.0 { (own[0] - all[0] / all[1] * own[1]) / all[1] } else { 0.0 };
                values.chunks_exact(2).zip(totals.chunks_exact(2)).map(one).collect()
            },
        };
        Ok(Some(self.design.statistics(order, &means)?.covariance))
    }

    /// Degrees of freedom of a difference: those of the design with both groups, less one.
    fn joint_df(&self, a: &[u32], b: &[u32]) -> f64 {
        let mut inside = vec![false; self.design.rows()];
        a.iter().chain(b).for_each(|&row| inside[row as usize] = true);
        self.design.degrees(&self.rows(|row| inside[row as usize])) - 1.0
    }
}

fn table(rows: &[Row], groups: &[Group], (measure, by): (&str, &str), options: &GroupOptions) -> Result<Table> {
    let results = Results(rows);
    let estimate = |at: usize| &groups[at].estimate;
    let method = |row: &Row| {
        let share = estimate(row.a).unit == "proportion";
        format!("{}; design t", if share { options.interval.as_str() } else { "t" })
    };
    Table::from_columns([
        results.text("measure", |_| measure),
        results.text("by", |_| by),
        results.text("group_a", |row| groups[row.a].name.as_str()),
        results.text("group_b", |row| groups[row.b].name.as_str()),
        results.number("value_a", |row| estimate(row.a).value),
        results.number("value_b", |row| estimate(row.b).value),
        results.number("difference", |row| row.difference),
        results.number("std_error", |row| row.std_error),
        results.number("ci_low", |row| row.ci.0),
        results.number("ci_high", |row| row.ci.1),
        results.number("level", |_| options.level),
        results.number("statistic", |row| row.statistic),
        results.number("df", |row| row.df),
        results.number("p_value", |row| row.p_value),
        results.number("p_adjusted", |row| row.p_adjusted),
        results.flag("significant", |row| (!row.p_adjusted.is_nan()).then_some(row.p_adjusted <= 1.0 - options.level)),
        results.whole("n_a", |row| Some(estimate(row.a).n)),
        results.whole("n_b", |row| Some(estimate(row.b).n)),
        results.text("unit", |row| estimate(row.a).unit.as_str()),
        results.text("method", method),
        results.text("adjust", |_| options.adjust.as_str()),
        results.text("warnings", |row| row.warnings.join("; ")),
    ])
}
