use crate::citizens::Population;
use crate::statistics::codes::{Codes, labels};
use crate::table::{Table, unknown_name};
use crate::{Bitmap, Result};

use super::instrument::invalid;

/// The citizens behind the answers.
#[derive(Clone, Debug)]
pub(super) struct People {
    population: Population,
    /// Each respondent's row in the population, if there is one.
    rows: Vec<Option<u32>>,
    segments: Vec<(String, Bitmap)>,
}

/// One breakdown: the group of each respondent.
#[derive(Debug)]
pub(super) struct Groups {
    pub name: String,
    pub codes: Codes,
}

pub(super) const SEGMENT: &str = "segment:";
pub(super) const CROSS: &str = " x ";

impl People {
    pub fn join(keys: &[Option<String>], population: &Population, segments: &[(String, Bitmap)]) -> Result<Self> {
        for (name, mask) in segments {
            if mask.len() != population.len() {
                let (found, wanted) = (mask.len(), population.len());
                return Err(invalid(format!("segment `{name}` is over {found} citizens, the population has {wanted}")));
            }
        }
        let find = |key: &Option<String>| key.as_deref().and_then(|key| population.find(key)).map(|row| row as u32);
        Ok(Self { population: population.clone(), rows: keys.iter().map(find).collect(), segments: segments.to_vec() })
    }

    /// Each respondent's group in a segment.
    fn segment(&self, name: &str) -> Result<Codes> {
        let known = self.segments.iter().map(|(name, _)| name.as_str());
        let found = self.segments.iter().find(|(segment, _)| segment == name);
        let (_, mask) = found.ok_or_else(|| unknown_name("segment", name, known))?;
        let label = |row: &Option<u32>| row.map(|row| if mask.get(row as usize) { "in".to_owned() } else { "out".to_owned() });
        Ok(Codes::from_labels(&self.rows.iter().map(label).collect::<Vec<_>>()))
    }

    /// Each respondent's value of an attribute.
    fn attribute(&self, name: &str) -> Result<Codes> {
        let labels = labels(&self.population.table().column(name)?)?;
        let label = |row: &Option<u32>| row.and_then(|row| labels.get(row as usize).cloned().flatten());
        Ok(Codes::from_labels(&self.rows.iter().map(label).collect::<Vec<_>>()))
    }
}

impl Groups {
    /// The groups by `names`, crossed if there are several.
    pub fn new(table: &Table, people: Option<&People>, names: &[String]) -> Result<Self> {
        let mut names_left = names.iter();
        let first = names_left.next().ok_or_else(|| invalid("a breakdown needs at least one name"))?;
        let mut codes = single(table, people, first)?;
        for name in names_left {
            codes = cross(&codes, &single(table, people, name)?);
        }
        Ok(Self { name: names.join(CROSS), codes })
    }
}

fn single(table: &Table, people: Option<&People>, name: &str) -> Result<Codes> {
    let columns = table.column_names();
    if columns.contains(&name) {
        return Codes::of(&table.column(name)?);
    }
    match (name.strip_prefix(SEGMENT), people) {
        (Some(segment), Some(people)) => people.segment(segment),
        (Some(_), None) => Err(invalid(format!("`{name}` needs a population: call `with_population` first"))),
        (None, Some(people)) if people.population.table().column_names().contains(&name) => people.attribute(name),
        (None, people) => {
            let attributes = people.map(|people| people.population.table().column_names()).unwrap_or_default();
            Err(unknown_name("column or attribute", name, columns.into_iter().chain(attributes)))
        }
    }
}

/// The pairs of groups that occur, sorted by the first, then the second.
fn cross(a: &Codes, b: &Codes) -> Codes {
    let pair = |(&a, &b): (&u32, &u32)| (a != Codes::NULL && b != Codes::NULL).then_some((a, b));
    let pairs: Vec<Option<(u32, u32)>> = a.codes.iter().zip(&b.codes).map(pair).collect();
    let mut distinct: Vec<(u32, u32)> = pairs.iter().flatten().copied().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let code = |pair: &Option<(u32, u32)>| pair.and_then(|pair| distinct.binary_search(&pair).ok()).map_or(Codes::NULL, |at| at as u32);
    let label = |&(x, y): &(u32, u32)| format!("{}{CROSS}{}", a.labels[x as usize], b.labels[y as usize]);
    Codes { codes: pairs.iter().map(code).collect(), labels: distinct.iter().map(label).collect() }
}
