//! Contacts that no ledger knows of, counted as a policy's caps count.

use hashbrown::HashMap;

use super::decision::{Outcome, Verdicts};
use super::gates::Gates;
use super::view::ConsentView;
use super::vocabulary::{Item, Origin, StateColumn};
use crate::citizens::Population;
use crate::table::Value;
use crate::time::Timestamp;
use crate::{Bitmap, Result, Run};

const CAP_REACHED: Origin = Origin::State(StateColumn::CapReached);

impl ConsentView {
    /// # Errors
    /// `PolicyUnsupported` for a policy of which no rule heeds caps.
    pub(crate) fn heeds_caps(&self) -> Result<()> {
        self.policy().heeds(CAP_REACHED, "frequency caps")
    }

    /// For each citizen whose record counts together with others at the view's instant: the keys of these.
    pub(crate) fn merged(&self) -> HashMap<&str, Vec<&str>> {
        self.index().merged_at(self.as_of())
    }

    /// Whether a message sent at an instant still counts towards a cap of so many days.
    pub(crate) fn counts_still(&self, sent: Timestamp, days: i32) -> bool {
        let context = self.context();
        let within = crate::time::Interval { days, ..Default::default() };
        sent <= context.as_of && super::timing::counts_still(sent, within, context.time_zone, context.as_of)
    }

    /// What the policy says of citizens whom it allows, in the knowledge that each has had as many messages as there may be; in row order.
    ///
    /// # Errors
    /// As [`ConsentView::decide_many`].
    pub(crate) fn decide_capped(
        &self,
        people: &Population,
        allowed: &Bitmap,
        asked: (&str, &str),
        columns_used: &[String],
        run: &Run,
    ) -> Result<Option<Verdicts>> {
        let special = !Self::special_category_used(people, columns_used).is_empty();
        let fixed = self.fixed(asked, special)?;
        let data = self.policy().data();
        let reads_cap =
            |reads: &Vec<usize>| reads.iter().any(|number| data.vocabulary.get(*number).is_some_and(|item| item.origin == CAP_REACHED));
        let given = |item: &Item| match item.origin {
            CAP_REACHED => Some(Value::Boolean(true)),
            origin => (!origin.is_personal()).then(|| fixed.value(item, None)),
        };
        let timing = Gates::new(data, &data.timing, &data.vocabulary.iter().map(given).collect::<Vec<_>>())?;
        match timing.settled() {
            // Nothing else that timing reads differs by citizen.
            Some(rule) if !data.permission.reads.iter().any(reads_cap) => {
                let all = |rule| {
                    Ok(Verdicts::new(
                        Some(allowed.ones_iter().collect()),
                        vec![super::bound::position(rule)?; allowed.count_ones()],
                        self.outcomes(),
                    ))
                };
                rule.map(all).transpose()
            }
            _ => self.decide_few(people, allowed, &fixed, true, run).map(Some),
        }
    }
}

impl Verdicts {
    /// The rows that are allowed, of a population of `len`.
    pub(crate) fn allowed(&self, len: usize) -> Bitmap {
        let mut allowed = Bitmap::zeros(len);
        self.iter().filter(|verdict| verdict.outcome == Outcome::Allow).for_each(|verdict| allowed.set(verdict.row));
        allowed
    }
}
