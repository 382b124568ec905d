//! Who has events, and whose each event is.
//!
//! Found one after the other among millions, each citizen is a wait for memory. So events are first dealt out to groups by their citizen, each
//! so small that all of it is near the processor when its citizens are numbered and its events put in their order.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// How many events lie in one group before they are dealt out, and to how many.
const FEW: usize = 65_536;
const GROUPS: usize = 256;

/// Events and their citizens, as they come.
pub(super) struct Gathered<E> {
    groups: Vec<Group<E>>,
}

struct Group<E> {
    citizens: Texts,
    entries: Vec<E>,
}

/// Texts, one after the other.
#[derive(Default)]
struct Texts {
    all: String,
    ends: Vec<usize>,
}

/// Everyone who has events, numbered from 0, each with a place in one of some tables.
#[derive(Default)]
pub(super) struct Citizens {
    hasher: DefaultHashBuilder,
    texts: Texts,
    tables: Vec<HashTable<u32>>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len());
    }

    fn get(&self, number: usize) -> Option<&str> {
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.all.get(start..*self.ends.get(number)?)
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.all.get(start..*end).unwrap_or_default())
    }
}

/// The group of a citizen: the same each time, so that the numbers are.
fn group(citizen: &str, groups: usize) -> usize {
    // FNV-1a, 64 bits.
    let hash = citizen.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    ((hash ^ hash >> 32) % groups.max(1) as u64) as usize
}

impl<E> Default for Gathered<E> {
    fn default() -> Self {
        Self { groups: Vec::new() }
    }
}

impl<E: Copy> Gathered<E> {
    pub(super) fn len(&self) -> usize {
        self.groups.iter().map(|group| group.entries.len()).sum()
    }

    pub(super) fn push(&mut self, citizen: &str, entry: E) {
        if self.groups.is_empty() {
            self.groups.push(Group::default());
        }
        if let [only] = self.groups.as_mut_slice()
            && only.entries.len() == FEW
        {
            let all = std::mem::take(only);
            self.groups = (0..GROUPS).map(|_| Group::default()).collect();
            all.citizens.iter().zip(&all.entries).for_each(|(citizen, entry)| self.deal(citizen, *entry));
        }
        self.deal(citizen, entry);
    }

    fn deal(&mut self, citizen: &str, entry: E) {
        let group = group(citizen, self.groups.len());
        if let Some(group) = self.groups.get_mut(group) {
            group.citizens.push(citizen);
            group.entries.push(entry);
        }
    }

    /// Numbers the citizens. Gives them, all entries by citizen, each citizen's in the order in which they came, and where each citizen's begin,
    /// with one more at the end. `of` makes an entry that of a citizen.
    pub(super) fn finish(self, of: impl Fn(&mut E, u32)) -> (Citizens, Vec<E>, Vec<usize>) {
        let (mut citizens, mut entries, mut starts) = (Citizens::default(), Vec::with_capacity(self.len()), vec![0]);
        for group in self.groups {
            let first = citizens.len();
            let numbers = citizens.add(&group.citizens);
            let mut next = vec![0; citizens.len() - first + 1];
            let local = |number: u32| number as usize - first;
            for number in &numbers {
                if let Some(count) = next.get_mut(local(*number) + 1) {
                    *count += 1;
                }
            }
            let mut before = entries.len();
            for start in &mut next {
                before += *start;
                *start = before;
            }
            starts.extend(next.iter().skip(1));
            // Any entries, to be written over.
            entries.extend_from_slice(&group.entries);
            for (entry, number) in group.entries.into_iter().zip(numbers) {
                let Some(next) = next.get_mut(local(number)) else { continue };
                if let Some(place) = entries.get_mut(*next) {
                    *place = entry;
                    of(place, number);
                }
                *next += 1;
            }
        }
        (citizens, entries, starts)
    }
}

impl<E> Default for Group<E> {
    fn default() -> Self {
        Self { citizens: Texts::default(), entries: Vec::new() }
    }
}

impl Citizens {
    /// Numbers the citizens of a group, of which none is known yet.
    fn add(&mut self, group: &Texts) -> Vec<u32> {
        let first = self.len();
        let (mut table, mut hashes) = (HashTable::new(), Vec::new());
        let number = |citizen: &str| {
            let hash = self.hasher.hash_one(citizen);
            let known = table.find(hash, |number: &u32| self.texts.get(*number as usize) == Some(citizen));
            known.copied().unwrap_or_else(|| {
                let number = self.texts.ends.len() as u32;
                self.texts.push(citizen);
                hashes.push(hash);
                table.insert_unique(hash, number, |number| hashes.get(*number as usize - first).copied().unwrap_or_default());
                number
            })
        };
        let numbers = group.iter().map(number).collect();
        self.tables.push(table);
        numbers
    }

    pub(super) fn len(&self) -> usize {
        self.texts.ends.len()
    }

    /// The number of a citizen.
    pub(super) fn find(&self, citizen: &str) -> Option<u32> {
        let table = self.tables.get(group(citizen, self.tables.len()))?;
        table.find(self.hasher.hash_one(citizen), |number| self.texts.get(*number as usize) == Some(citizen)).copied()
    }

    /// The citizen of a number.
    pub(super) fn key(&self, number: u32) -> Option<&str> {
        self.texts.get(number as usize)
    }

    /// All, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_together_by_citizen_in_their_order_however_many_they_are() {
        for length in [0, 1, 5, FEW, FEW + 1, 3 * FEW] {
            let citizen = |event: usize| format!("c{}", event.wrapping_mul(2_654_435_761) % (length / 3 + 1));
            let mut gathered = Gathered::default();
            (0..length).for_each(|event| gathered.push(&citizen(event), (event, u32::MAX)));
            assert_eq!(gathered.len(), length);
            let (citizens, entries, starts) = gathered.finish(|entry: &mut (usize, u32), number| entry.1 = number);
            assert_eq!((entries.len(), starts.len(), starts.last()), (length, citizens.len() + 1, Some(&length)));
            let mut seen = vec![false; length];
            for (number, name) in citizens.iter().enumerate() {
                assert_eq!((citizens.find(name), citizens.key(number as u32)), (Some(number as u32), Some(name)));
                let own = &entries[starts[number]..starts[number + 1]];
                assert!(!own.is_empty() && own.is_sorted());
                for (event, of) in own {
                    assert_eq!((citizen(*event).as_str(), *of as usize), (name, number));
                    assert!(!std::mem::replace(&mut seen[*event], true));
                }
            }
            assert!(seen.iter().all(|seen| *seen));
            assert_eq!(citizens.find("nobody"), None);
        }
        assert_eq!(Citizens::default().find(""), None);
    }
}
