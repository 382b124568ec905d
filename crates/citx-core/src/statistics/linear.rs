//! Small systems of linear equations.

/// The solution x of `a` x = `b` for each column of `b`, by elimination with the largest pivot; nothing where `a` is singular.
pub(crate) fn solve(a: &[Vec<f64>], b: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = a.len();
    let mut rows: Vec<Vec<f64>> = a.iter().zip(b).map(|(a, b)| a.iter().chain(b).copied().collect()).collect();
    let largest = a.iter().flatten().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    for at in 0..n {
        let pivot = (at..n).max_by(|&i, &j| rows[i][at].abs().total_cmp(&rows[j][at].abs()))?;
        rows.swap(at, pivot);
        let own = rows[at].clone();
        if !own[at].is_finite() || own[at].abs() <= 1e-13 * largest {
            return None;
        }
        for (below, row) in rows.iter_mut().enumerate() {
            if below != at {
                let times = row[at] / own[at];
                row.iter_mut().zip(&own).skip(at).for_each(|(x, own)| *x -= times * own);
            }
        }
    }
    Some(rows.iter().enumerate().map(|(at, row)| row[n..].iter().map(|x| x / row[at]).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_or_known_to_be_singular() {
        let a = [vec![0.0, 2.0, 1.0], vec![1.0, 1.0, 0.0], vec![3.0, 0.0, 2.0]];
        let x = solve(&a, &[vec![7.0], vec![3.0], vec![9.0]]).expect("regular");
        assert!(x.iter().zip([1.0, 2.0, 3.0]).all(|(x, expected)| (x[0] - expected).abs() < 1e-14), "{x:?}");
        assert_eq!(solve(&[vec![1.0, 2.0], vec![2.0, 4.0]], &[vec![1.0], vec![2.0]]), None);
        assert_eq!(solve(&[vec![f64::NAN]], &[vec![1.0]]), None);
    }
}
