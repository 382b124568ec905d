//! What the functions and operators compute on single values. The row evaluator and the block evaluator share these.

use std::cmp::Ordering;

/// The mean radius of the earth in metres, as the IUGG defines it.
pub(super) const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// The functions of the language, beside `in_segment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Function {
    Abs,
    Age,
    AsOf,
    Coalesce,
    Contains,
    DaysSince,
    EndsWith,
    EventCount,
    FirstEvent,
    LastEvent,
    Length,
    Lower,
    MayContact,
    NullIf,
    StartsWith,
    Upper,
    WithinM,
    WithinMAny,
}

/// Name, and the least and most arguments.
const FUNCTIONS: [(Function, &str, usize, usize); 18] = [
    (Function::Abs, "abs", 1, 1),
    (Function::Age, "age", 1, 1),
    (Function::AsOf, "as_of", 0, 0),
    (Function::Coalesce, "coalesce", 1, usize::MAX),
    (Function::Contains, "contains", 2, 2),
    (Function::DaysSince, "days_since", 1, 1),
    (Function::EndsWith, "ends_with", 2, 2),
    (Function::EventCount, "event_count", 1, 3),
    (Function::FirstEvent, "first_event", 1, 2),
    (Function::LastEvent, "last_event", 1, 2),
    (Function::Length, "length", 1, 1),
    (Function::Lower, "lower", 1, 1),
    (Function::MayContact, "may_contact", 2, 2),
    (Function::NullIf, "nullif", 2, 2),
    (Function::StartsWith, "starts_with", 2, 2),
    (Function::Upper, "upper", 1, 1),
    (Function::WithinM, "within_m", 5, 5),
    (Function::WithinMAny, "within_m_any", 4, 4),
];

impl Function {
    pub fn named(name: &str) -> Option<Self> {
        FUNCTIONS.iter().find(|(_, known, ..)| *known == name).map(|(function, ..)| *function)
    }

    pub fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|(_, name, ..)| *name).chain(["in_segment"])
    }

    pub fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|(function, ..)| *function == self).map_or("", |(_, name, ..)| name)
    }

    /// Why it cannot take so many arguments, if it cannot.
    pub fn refuses(self, found: usize) -> Option<String> {
        let (_, name, least, most) = FUNCTIONS.iter().find(|(function, ..)| *function == self).copied()?;
        let wanted = match most {
            _ if (least..=most).contains(&found) => return None,
            most if most == least => format!("{least}"),
            usize::MAX => format!("at least {least}"),
            most => format!("{least} to {most}"),
        };
        let one = least == 1 && matches!(most, 1 | usize::MAX);
        Some(format!("{name} takes {wanted} argument{}, found {found}", if one { "" } else { "s" }))
    }
}

/// `a < b` where NaN is greatest.
pub(super) fn float_less(a: f64, b: f64) -> bool {
    a < b || (b.is_nan() && !a.is_nan())
}

/// `a = b` where NaN equals NaN and -0 equals 0.
pub(super) fn float_equal(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

/// The bits of a float such that equal floats have equal bits.
pub(super) fn float_key(value: f64) -> u64 {
    if value.is_nan() {
        f64::NAN.to_bits()
    } else if value == 0.0 {
        0
    } else {
        value.to_bits()
    }
}

/// Compares digits x 10^-scale exactly, whatever the scales.
pub(super) fn compare_decimals(a: i128, a_scale: i8, b: i128, b_scale: i8) -> Ordering {
    if a_scale == b_scale {
        return a.cmp(&b);
    }
    if a_scale > b_scale {
        return compare_decimals(b, b_scale, a, a_scale).reverse();
    }
    match rescale(a, a_scale, b_scale) {
        Some(a) => a.cmp(&b),
        // It has more digits than any i128, so its sign decides; zero always fits.
        None => a.cmp(&0),
    }
}

/// The digits of the same number at a larger scale; `None` if they do not fit.
pub(super) fn rescale(digits: i128, from: i8, to: i8) -> Option<i128> {
    if digits == 0 {
        return Some(0);
    }
    let steps = u32::try_from(i16::from(to) - i16::from(from)).ok()?;
    digits.checked_mul(10_i128.checked_pow(steps)?)
}

/// The nearest float to digits x 10^-scale.
pub(super) fn decimal_to_float(digits: i128, scale: i8) -> f64 {
    // Both factors are exact in this range, so that the one division rounds correctly.
    if digits.unsigned_abs() <= 1 << 53 && (0..=22).contains(&scale) {
        return digits as f64 / 10_f64.powi(i32::from(scale));
    }
    format!("{digits}e{}", -i32::from(scale)).parse().unwrap_or(f64::NAN)
}

/// `a % b` with the sign of `a`; `None` where `b` is zero.
pub(super) fn integer_remainder(a: i64, b: i64) -> Option<i64> {
    (b != 0).then(|| a.wrapping_rem(b))
}

/// As [`integer_remainder`], of decimals of one scale.
pub(super) fn decimal_remainder(a: i128, b: i128) -> Option<i128> {
    (b != 0).then(|| a.wrapping_rem(b))
}

/// Lower case, code point for code point.
pub(super) fn lower(ch: char) -> char {
    let mut mapped = ch.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        // Only U+0130, capital i with a dot, is two code points in lower case; its simple mapping is i.
        (Some(first), Some(_)) => first,
        (None, _) => ch,
    }
}

/// Upper case, code point for code point: what would become several stays or takes its one-character form.
pub(super) fn upper(ch: char) -> char {
    let mut mapped = ch.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => simple_upper(ch),
    }
}

/// The simple upper case mapping of the code points whose full mapping is longer: Unicode's title case forms of Greek letters
/// with iota below, and the capital sharp s.
fn simple_upper(ch: char) -> char {
    let code = u32::from(ch);
    let mapped = match code {
        0xDF => 0x1E9E,
        0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7 => code + 8,
        0x1FB3 | 0x1FC3 | 0x1FF3 => code + 9,
        _ => code,
    };
    char::from_u32(mapped).unwrap_or(ch)
}

/// Whether there is such a latitude and longitude, in degrees.
pub(super) fn is_on_earth(lat: f64, lon: f64) -> bool {
    lat.abs() <= 90.0 && lon.abs() <= 180.0
}

/// Whether two points on a sphere lie at most `metres` apart; `None` for coordinates that are not on it.
pub(super) fn within_m(lat: f64, lon: f64, lat0: f64, lon0: f64, metres: f64) -> Option<bool> {
    if !is_on_earth(lat, lon) || !is_on_earth(lat0, lon0) || metres.is_nan() {
        return None;
    }
    // Most of a country is farther north or south already; the margin is far above what rounding can do.
    if (lat - lat0).abs().to_radians() * EARTH_RADIUS_M > metres * 1.000_001 + 1.0 {
        return Some(false);
    }
    Some(distance_m(lat, lon, lat0, lon0) <= metres)
}

/// The haversine distance in metres.
pub(super) fn distance_m(lat: f64, lon: f64, lat0: f64, lon0: f64) -> f64 {
    let (half_lat, half_lon) = (((lat - lat0).to_radians() / 2.0).sin(), ((lon - lon0).to_radians() / 2.0).sin());
    let chord = half_lat * half_lat + lat.to_radians().cos() * lat0.to_radians().cos() * half_lon * half_lon;
    2.0 * EARTH_RADIUS_M * chord.sqrt().min(1.0).asin()
}

/// A LIKE pattern, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
    fold: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    One(char),
    AnyOne,
    AnyMany,
}

impl Pattern {
    /// `None` if the pattern ends in its escape character.
    pub fn new(pattern: &str, escape: Option<char>, fold: bool) -> Option<Self> {
        let mut parts = Vec::with_capacity(pattern.len());
        let mut chars = pattern.chars();
        while let Some(ch) = chars.next() {
            let part = if Some(ch) == escape {
                Part::One(chars.next()?)
            } else {
                match ch {
                    '%' => Part::AnyMany,
                    '_' => Part::AnyOne,
                    ch => Part::One(ch),
                }
            };
            parts.push(match part {
                Part::One(ch) if fold => Part::One(lower(ch)),
                part => part,
            });
        }
        Some(Self { parts, fold })
    }

    /// Whether all of `text` fits the pattern. At worst the product of the lengths; never recursive.
    pub fn matches(&self, text: &str) -> bool {
        let (mut rest, mut part) = (text.chars(), 0);
        // Where to go on after the last `%`: that part, and the text it has swallowed so far.
        let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            let here = rest.clone();
            let fits = match (self.parts.get(part), rest.next()) {
                (Some(Part::AnyMany), _) => {
                    retry = Some((part, here.clone()));
                    rest = here;
                    true
                }
                (Some(Part::AnyOne), Some(_)) => true,
                (Some(Part::One(wanted)), Some(found)) => *wanted == if self.fold { lower(found) } else { found },
                (None, None) => return true,
                (Some(_), None) => return false,
                (None, Some(_)) => false,
            };
            if fits {
                part += 1;
                continue;
            }
            let Some((star, swallowed)) = &mut retry else { return false };
            if swallowed.next().is_none() {
                return false;
            }
            (part, rest) = (*star + 1, swallowed.clone());
        }
    }
}
