//! Named sets of places, and whether one of them is near.

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::FRAC_PI_2;
use std::ops::Range;
use std::sync::Arc;

use crate::{Error, ErrorKind, Result};

use super::functions::{EARTH_RADIUS_M, is_on_earth, within_m};

/// The most places in a set.
const MAX_PLACES: usize = 1_000_000;

/// Sets of places by name, for `within_m_any`. A clone shares them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    sets: BTreeMap<String, Arc<PlaceSet>>,
}

impl Places {
    /// Puts the places of a set, latitude and longitude in degrees, in the place of those it had.
    ///
    /// # Errors
    /// `OutOfRange` naming the first place that is not on earth; `LimitExceeded` beyond a million places.
    pub fn set(&mut self, name: impl Into<String>, places: impl IntoIterator<Item = (f64, f64)>) -> Result<()> {
        let name = name.into();
        let set = PlaceSet::new(places).map_err(|error| error.context(format!("places `{name}`")))?;
        self.sets.insert(name, Arc::new(set));
        Ok(())
    }

    /// The names of the sets, sorted.
    pub fn names(&self) -> Vec<&str> {
        self.sets.keys().map(String::as_str).collect()
    }

    /// Name, and latitude and longitude of every place, of each set; by name, the places in an order of their own.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Vec<(f64, f64)>)> {
        self.sets.iter().map(|(name, set)| (name.as_str(), set.iter().collect()))
    }

    /// The names of the sets that are not the same in both.
    pub(crate) fn differing<'a>(&'a self, other: &'a Self) -> BTreeSet<&'a str> {
        let names = self.sets.keys().chain(other.sets.keys());
        names.filter(|name| self.sets.get(*name) != other.sets.get(*name)).map(String::as_str).collect()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Arc<PlaceSet>> {
        self.sets.get(name)
    }
}

/// Places in bands from south to north, as many bands as a band has places; in each band from west to east.
#[derive(Debug, PartialEq)]
pub(super) struct PlaceSet {
    bands: Vec<Band>,
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    lat: f64,
    lon: f64,
}

#[derive(Debug, PartialEq)]
struct Band {
    south: f64,
    north: f64,
    places: Range<usize>,
}

impl PlaceSet {
    fn new(places: impl IntoIterator<Item = (f64, f64)>) -> Result<Self> {
        let mut kept: Vec<Place> = Vec::new();
        for (lat, lon) in places {
            if !is_on_earth(lat, lon) {
                let message = format!("place {} is not a latitude from -90 to 90 and a longitude from -180 to 180", kept.len() + 1);
                return Err(Error::new(ErrorKind::OutOfRange, message));
            }
            if kept.len() == MAX_PLACES {
                return Err(Error::new(ErrorKind::LimitExceeded, format!("a set has at most {MAX_PLACES} places")));
            }
            kept.push(Place { lat, lon });
        }
        kept.sort_unstable_by(|a, b| a.lat.total_cmp(&b.lat).then(a.lon.total_cmp(&b.lon)));
        let width = (kept.len() as f64).sqrt().ceil().max(1.0) as usize;
        let mut bands = Vec::with_capacity(kept.len().div_ceil(width));
        for (index, band) in kept.chunks_mut(width).enumerate() {
            let (Some(first), Some(last)) = (band.first(), band.last()) else { continue };
            let start = index * width;
            bands.push(Band { south: first.lat, north: last.lat, places: start..start + band.len() });
            band.sort_unstable_by(|a, b| a.lon.total_cmp(&b.lon));
        }
        Ok(Self { bands, places: kept })
    }

    /// Latitude and longitude of every place.
    pub fn iter(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.places.iter().map(|place| (place.lat, place.lon))
    }

    /// Whether [`within_m`] is true of any place; `None` for a point that is not on earth.
    pub fn any_within(&self, lat: f64, lon: f64, metres: f64) -> Option<bool> {
        if !is_on_earth(lat, lon) || metres.is_nan() {
            return None;
        }
        // Which places are looked at; the margin is far above what rounding can do.
        let reach = (metres * 1.000_001 + 1.0) / EARTH_RADIUS_M;
        if reach < 0.0 {
            return Some(false);
        }
        let (south, north) = (lat - reach.to_degrees(), lat + reach.to_degrees());
        let windows = longitudes(lat, lon, reach);
        let first = self.bands.partition_point(|band| band.north < south);
        let bands = self.bands.get(first..).unwrap_or_default().iter().take_while(|band| band.south <= north);
        let near = |place: &Place| within_m(lat, lon, place.lat, place.lon, metres) == Some(true);
        let found = bands.filter_map(|band| self.places.get(band.places.clone())).any(|places| {
            windows.iter().flatten().any(|&(west, east)| {
                let first = places.partition_point(|place| place.lon < west);
                places.get(first..).unwrap_or_default().iter().take_while(|place| place.lon <= east).any(near)
            })
        });
        Some(found)
    }
}

/// The longitudes of all points within `reach` radians of a point, in two pieces where they cross the 180th meridian.
fn longitudes(lat: f64, lon: f64, reach: f64) -> [Option<(f64, f64)>; 2] {
    let lat = lat.abs().to_radians();
    if lat + reach >= FRAC_PI_2 {
        return [Some((-180.0, 180.0)), None];
    }
    let half = (reach.sin() / lat.cos()).min(1.0).asin().to_degrees() * 1.000_001;
    let (west, east) = (lon - half, lon + half);
    let beyond = if west < -180.0 { Some((west + 360.0, 180.0)) } else { (east > 180.0).then_some((-180.0, east - 360.0)) };
    [Some((west, east)), beyond]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(places: &[(f64, f64)], lat: f64, lon: f64, metres: f64) -> Option<bool> {
        if !is_on_earth(lat, lon) || metres.is_nan() {
            return None;
        }
        Some(places.iter().any(|&(at_lat, at_lon)| within_m(lat, lon, at_lat, at_lon, metres) == Some(true)))
    }

    fn coordinates() -> impl Strategy<Value = (f64, f64)> {
        let anywhere = (-90.0..=90.0, -180.0..=180.0);
        let town = (51.4..51.6, -0.2..0.1);
        let edges = (
            prop::sample::select(vec![90.0, -90.0, 89.9999, -89.99, 0.0, 51.5]),
            prop::sample::select(vec![180.0, -180.0, 179.9999, -179.999, 0.0]),
        );
        prop_oneof![anywhere, town, edges]
    }

    fn metres() -> impl Strategy<Value = f64> {
        prop_oneof![
            0.0..2_000.0,
            0.0..21_000_000.0,
            prop::sample::select(vec![0.0, -0.5, -5.0, 1.0, 20_015_114.0, 20_015_115.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]),
        ]
    }

    proptest! {
        #[test]
        fn any_place_is_near_as_one_by_one(
            places in prop::collection::vec(coordinates(), 0..60),
            points in prop::collection::vec((coordinates(), metres()), 1..30),
        ) {
            let set = PlaceSet::new(places.iter().copied()).unwrap();
            for ((lat, lon), metres) in points {
                prop_assert_eq!(set.any_within(lat, lon, metres), naive(&places, lat, lon, metres), "{} {} {}", lat, lon, metres);
                // A circle whose edge runs through a place.
                for (at_lat, at_lon) in places.iter().take(3) {
                    let edge = super::super::functions::distance_m(lat, lon, *at_lat, *at_lon);
                    prop_assert_eq!(set.any_within(lat, lon, edge), Some(true));
                    let less = edge.next_down();
                    prop_assert_eq!(set.any_within(lat, lon, less), naive(&places, lat, lon, less));
                }
            }
        }
    }

    #[test]
    fn places_beyond_the_earth_are_refused() {
        let mut places = Places::default();
        for bad in [(90.1, 0.0), (0.0, -180.5), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            let error = places.set("libraries", [(51.5, -0.1), bad]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutOfRange);
            assert!(error.to_string().starts_with("places `libraries`: place 2 is not"), "{error}");
        }
        assert!(places.names().is_empty());
        let error = places.set("many", std::iter::repeat_n((0.0, 0.0), MAX_PLACES + 1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    }

    #[test]
    fn no_place_is_near_in_an_empty_set() {
        let set = PlaceSet::new([]).unwrap();
        assert_eq!(set.any_within(51.5, -0.1, f64::INFINITY), Some(false));
        assert_eq!(set.any_within(91.0, -0.1, 10.0), None);
    }
}
