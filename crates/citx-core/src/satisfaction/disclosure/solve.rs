use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, SolveOutcome, Variable};

use crate::{Error, ErrorKind, Result};

/// A linear program whose variables stand for whole numbers: bounds and cost of each, and equations with their right-hand sides.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub variables: Vec<Whole>,
    pub equations: Vec<(Vec<(usize, i64)>, i64)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    pub cost: f64,
    pub low: i64,
    /// None where there is no limit.
    pub high: Option<i64>,
}

#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    /// Whole numbers that meet every equation exactly, and whether no others have a better cost.
    Attained {
        cost: f64,
        values: Vec<i64>,
        best: bool,
    },
    /// Only the relaxation to fractions was solved: its cost bounds that of all whole numbers.
    Relaxed {
        cost: f64,
    },
    Infeasible,
    Unbounded,
}

/// Branch and bound gives up after this many nodes, by count and not by time, so that the answer is the same on every machine. Tables
/// of two dimensions need none, since the corners of their polytopes are whole numbers.
const NODES: u64 = 400;
/// The solver meets bounds and equations to 1e-7; counts go up to 1e9.
const NEAR: f64 = 1e-4;

impl Program {
    /// The least cost.
    pub fn least(&self) -> Result<Answer> {
        self.solve(OptimizationDirection::Minimize)
    }

    /// The greatest cost.
    pub fn greatest(&self) -> Result<Answer> {
        self.solve(OptimizationDirection::Maximize)
    }

    fn solve(&self, direction: OptimizationDirection) -> Result<Answer> {
        let (problem, variables) = self.problem(direction, false);
        let (cost, values) = match outcome(problem.solve())? {
            Found::Point(solution) => (solution.objective(), self.read(&solution, &variables)),
            Found::Infeasible => return Ok(Answer::Infeasible),
            Found::Unbounded => return Ok(Answer::Unbounded),
            Found::Nothing => return Err(stuck()),
        };
        if let Some(values) = values.filter(|values| self.holds(values)) {
            return Ok(Answer::Attained { cost, values, best: true });
        }
        let (problem, variables) = self.problem(direction, true);
        let mut options = SolveOptions::default();
        options.node_limit = Some(NODES);
        // A search that fails leaves the relaxation's bound, which holds without it.
        Ok(match outcome(problem.solve_with(options)) {
            Ok(Found::Infeasible) => Answer::Infeasible,
            Ok(Found::Point(solution)) => match self.read(&solution, &variables).filter(|values| self.holds(values)) {
                Some(values) if solution.status() == microlp::SolutionStatus::Optimal => {
                    Answer::Attained { cost: solution.objective(), values, best: true }
                }
                Some(values) => Answer::Attained { cost, values, best: false },
                None => Answer::Relaxed { cost },
            },
            _ => Answer::Relaxed { cost },
        })
    }

    fn problem(&self, direction: OptimizationDirection, whole: bool) -> (Problem, Vec<Variable>) {
        let mut problem = Problem::new(direction);
        let variable = |variable: &Whole| {
            let limits = i32::try_from(variable.low).ok().zip(i32::try_from(variable.high.unwrap_or(i64::from(i32::MAX))).ok());
            match limits.filter(|_| whole) {
                Some(limits) => problem.add_integer_var(variable.cost, limits),
                None => problem.add_var(variable.cost, (variable.low as f64, variable.high.map_or(f64::INFINITY, |high| high as f64))),
            }
        };
        let variables: Vec<Variable> = self.variables.iter().map(variable).collect();
        for (terms, sum) in &self.equations {
            let terms: Vec<(Variable, f64)> = terms.iter().map(|&(at, factor)| (variables[at], factor as f64)).collect();
            problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, *sum as f64);
        }
        (problem, variables)
    }

    /// The solution as whole numbers, if it is of whole numbers.
    fn read(&self, solution: &microlp::Solution, variables: &[Variable]) -> Option<Vec<i64>> {
        let whole = |&variable: &Variable| {
            let value = solution.var_value(variable);
            ((value - value.round()).abs() < NEAR).then_some(value.round() as i64)
        };
        variables.iter().map(whole).collect()
    }

    /// Whether the numbers meet every bound and equation, exactly.
    fn holds(&self, values: &[i64]) -> bool {
        let within = |(value, limits): (&i64, &Whole)| *value >= limits.low && limits.high.is_none_or(|high| *value <= high);
        let sums = |(terms, sum): &(Vec<(usize, i64)>, i64)| terms.iter().map(|&(at, factor)| factor * values[at]).sum::<i64>() == *sum;
        values.iter().zip(&self.variables).all(within) && self.equations.iter().all(sums)
    }
}

enum Found {
    Point(Box<microlp::Solution>),
    Infeasible,
    Unbounded,
    Nothing,
}

fn outcome(result: std::result::Result<SolveOutcome, microlp::Error>) -> Result<Found> {
    match result {
        Ok(SolveOutcome::Solution(solution)) => Ok(Found::Point(Box::new(solution))),
        Ok(SolveOutcome::Interrupted(_)) => Ok(Found::Nothing),
        Err(microlp::Error::Infeasible) => Ok(Found::Infeasible),
        Err(microlp::Error::Unbounded) => Ok(Found::Unbounded),
        Err(error) => Err(stuck().caused_by(error)),
    }
}

fn stuck() -> Error {
    Error::new(ErrorKind::NotConverged, "the linear program of the withheld cells was not solved")
}
