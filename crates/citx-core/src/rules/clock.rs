//! The wall clock of a zone for many instants: its offset is looked up once for each day.

use crate::time::{TimeZone, Timestamp};

const DAY: i64 = 86_400_000_000;
/// How many days are remembered; a power of two, so that finding one's slot is a mask.
const SLOTS: usize = 1_024;
/// Days so near to 1970 that neither they nor their neighbours leave the calendar.
const NEAR: i64 = 90_000_000;
/// Stands where the offset changes on a day.
const CHANGES: i64 = i64::MAX;

/// Offsets by UTC day.
pub(super) struct Clock {
    zone: TimeZone,
    /// Day and offset, at the day's slot.
    days: Vec<(i64, i64)>,
}

impl Clock {
    pub fn new(zone: TimeZone) -> Self {
        Self { zone, days: vec![(i64::MAX, 0); SLOTS] }
    }

    /// The offset that holds on the whole of a UTC day. No zone has changed twice within four days, so that it is
    /// constant where it is the same at both ends.
    fn offset(&mut self, day: i64) -> Option<i64> {
        if !(-NEAR..NEAR).contains(&day) {
            return None;
        }
        let slot = self.days.get_mut(day as usize & (SLOTS - 1))?;
        if slot.0 != day {
            let at = |day: i64| self.zone.offset_micros(Timestamp::from_micros(day * DAY));
            *slot = (day, at(day).filter(|offset| at(day + 1) == Some(*offset)).unwrap_or(CHANGES));
        }
        (slot.1 != CHANGES).then_some(slot.1)
    }

    /// The wall clock at an instant, in microseconds as if it were UTC.
    pub fn local(&mut self, at: i64) -> Option<i64> {
        match self.offset(at.div_euclid(DAY)) {
            Some(offset) => Some(at + offset),
            None => Timestamp::from_micros(at).local_micros(self.zone),
        }
    }

    /// The local date at an instant, in days.
    pub fn date(&mut self, at: i64) -> Option<i64> {
        self.local(at).map(|local| local.div_euclid(DAY))
    }

    /// The instant of a wall clock reading; see [`crate::time::Date::midnight`].
    pub fn instant(&mut self, local: i64) -> Option<i64> {
        // No offset is a day long: the instant lies on this day or beside it, and where nothing changes there is but one.
        let day = local.div_euclid(DAY);
        match (self.offset(day - 1), self.offset(day), self.offset(day + 1)) {
            (Some(before), Some(offset), Some(after)) if before == offset && offset == after => Some(local - offset),
            _ => self.zone.instant_of(local).map(Timestamp::as_micros),
        }
    }

    /// The instant at which a date, in days, begins.
    pub fn midnight(&mut self, date: i64) -> Option<i64> {
        self.instant(date.checked_mul(DAY)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Date;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_says_what_the_zone_says(
            name in proptest::sample::select(vec!["UTC", "Europe/London", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca"]),
            instants in prop::collection::vec(prop_oneof![-2_000_000_000_000_000..4_000_000_000_000_000_i64, any::<i64>()], 1..200),
        ) {
            let zone: TimeZone = name.parse().expect("a zone");
            let mut clock = Clock::new(zone);
            for at in instants {
                prop_assert_eq!(clock.local(at), Timestamp::from_micros(at).local_micros(zone));
                let whole = Timestamp::from_micros(at).date(zone).map(|date| i64::from(date.as_days()));
                prop_assert_eq!(clock.date(at), whole);
                prop_assert_eq!(clock.instant(at), zone.instant_of(at).map(Timestamp::as_micros));
                let day = (at / DAY) as i32;
                prop_assert_eq!(clock.midnight(i64::from(day)), Date::from_days(day).midnight(zone).map(Timestamp::as_micros));
            }
        }
    }

    #[test]
    fn every_hour_of_the_days_around_a_change_is_exact() {
        for (name, day) in [("Europe/London", 20_541), ("Europe/London", 20_751), ("Pacific/Apia", 15_338), ("America/Sao_Paulo", 17_839)] {
            let zone: TimeZone = name.parse().expect("a zone");
            let mut clock = Clock::new(zone);
            for quarter in 0..5 * 96 {
                let at = (day - 2) * DAY + quarter * (DAY / 96);
                assert_eq!(clock.local(at), Timestamp::from_micros(at).local_micros(zone), "{name} {at}");
                assert_eq!(clock.instant(at), zone.instant_of(at).map(Timestamp::as_micros), "{name} {at}");
            }
        }
    }
}
