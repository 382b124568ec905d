//! What the functions and operators compute on single values. The row evaluator and the block evaluator share these.

use std::cmp::Ordering;

use super::plan::Side;

/// The mean radius of the earth in metres, as the IUGG defines it.
pub(super) const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// The functions of the language, beside `in_segment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Function {
    Abs,
    Age,
    AsOf,
    Ceil,
    Coalesce,
    Contains,
    DateTrunc,
    DaysSince,
    EndsWith,
    EventCount,
    FirstEvent,
    Floor,
    Greatest,
    HasAll,
    HasAny,
    LastEvent,
    Least,
    Length,
    Lower,
    LTrim,
    MayContact,
    NullIf,
    RegexpLike,
    Round,
    RTrim,
    StartsWith,
    Trim,
    Upper,
    WithinM,
    WithinMAny,
}

/// Name, and the least and most arguments.
const FUNCTIONS: [(Function, &str, usize, usize); 30] = [
    (Function::Abs, "abs", 1, 1),
    (Function::Age, "age", 1, 1),
    (Function::AsOf, "as_of", 0, 0),
    (Function::Ceil, "ceil", 1, 1),
    (Function::Coalesce, "coalesce", 1, usize::MAX),
    (Function::Contains, "contains", 2, 2),
    (Function::DateTrunc, "date_trunc", 2, 2),
    (Function::DaysSince, "days_since", 1, 1),
    (Function::EndsWith, "ends_with", 2, 2),
    (Function::EventCount, "event_count", 1, 3),
    (Function::FirstEvent, "first_event", 1, 2),
    (Function::Floor, "floor", 1, 1),
    (Function::Greatest, "greatest", 1, usize::MAX),
    (Function::HasAll, "has_all", 2, usize::MAX),
    (Function::HasAny, "has_any", 2, usize::MAX),
    (Function::LastEvent, "last_event", 1, 2),
    (Function::Least, "least", 1, usize::MAX),
    (Function::Length, "length", 1, 1),
    (Function::Lower, "lower", 1, 1),
    (Function::LTrim, "ltrim", 1, 2),
    (Function::MayContact, "may_contact", 2, 2),
    (Function::NullIf, "nullif", 2, 2),
    (Function::RegexpLike, "regexp_like", 2, 3),
    (Function::Round, "round", 1, 2),
    (Function::RTrim, "rtrim", 1, 2),
    (Function::StartsWith, "starts_with", 2, 2),
    (Function::Trim, "trim", 1, 2),
    (Function::Upper, "upper", 1, 1),
    (Function::WithinM, "within_m", 5, 5),
    (Function::WithinMAny, "within_m_any", 4, 4),
];

impl Function {
    pub fn named(name: &str) -> Option<Self> {
        FUNCTIONS.iter().find(|(_, known, ..)| *known == name).map(|(function, ..)| *function)
    }

    pub fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|(_, name, ..)| *name).chain(["cast", "extract", "in_segment"])
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

/// 10^exponent, as near as a float comes.
pub(super) fn power_of_ten(exponent: u32) -> f64 {
    const NEAREST: [f64; 39] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
        1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31, 1e32, 1e33, 1e34, 1e35, 1e36, 1e37, 1e38,
    ];
    let nearest = usize::try_from(exponent).ok().and_then(|exponent| NEAREST.get(exponent)).copied();
    nearest.unwrap_or_else(|| format!("1e{exponent}").parse().unwrap_or(f64::INFINITY))
}

/// The digits at another scale, halves away from zero; `None` if they do not fit.
pub(super) fn round_digits(digits: i128, from: i8, to: i8) -> Option<i128> {
    if to >= from {
        return rescale(digits, from, to);
    }
    let dropped = u32::try_from(i16::from(from) - i16::from(to)).ok()?;
    // What a larger power divides is less than a half.
    let Some(unit) = 10_i128.checked_pow(dropped) else { return Some(0) };
    let (whole, rest) = (digits / unit, digits % unit);
    Some(if rest.unsigned_abs() >= unit.unsigned_abs() / 2 { whole + digits.signum() } else { whole })
}

/// The scale of a decimal that is rounded to so many digits behind the point.
pub(super) fn rounded_scale(scale: i8, places: i32) -> i8 {
    i8::try_from(places).map_or(if places < 0 { scale.min(0) } else { scale }, |places| scale.min(places.max(scale.min(0))))
}

/// A decimal rounded to so many places, at [`rounded_scale`]; halves away from zero.
pub(super) fn round_decimal(digits: i128, scale: i8, places: i32) -> Option<i128> {
    let places = places.clamp(i32::from(i8::MIN), i32::from(i8::MAX)) as i8;
    let rounded = round_digits(digits, scale, places.min(scale))?;
    rescale(rounded, places.min(scale), rounded_scale(scale, places.into()))
}

/// An integer rounded to tens, hundreds and so on where `places` is negative; halves away from zero.
pub(super) fn round_integer(value: i64, places: i32) -> Option<i64> {
    i64::try_from(round_decimal(value.into(), 0, places)?).ok()
}

/// A float rounded to so many places; halves away from zero.
pub(super) fn round_float(value: f64, places: i32) -> f64 {
    if places == 0 || !value.is_finite() {
        return value.round();
    }
    let power = power_of_ten(places.unsigned_abs());
    let rounded = if places < 0 { (value / power).round() * power } else { (value * power).round() / power };
    match (rounded.is_finite(), places < 0) {
        (true, _) => rounded,
        (false, true) => 0.0,
        (false, false) => value,
    }
}

/// The digits of the whole number at or below, or at or above, a decimal.
pub(super) fn whole_digits(digits: i128, scale: i8, up: bool) -> Option<i128> {
    if scale <= 0 {
        return rescale(digits, scale, 0);
    }
    let Some(unit) = u32::try_from(scale).ok().and_then(|scale| 10_i128.checked_pow(scale)) else {
        return Some(if up { i128::from(digits > 0) } else { -i128::from(digits < 0) });
    };
    let below = digits.div_euclid(unit);
    Some(below + i128::from(up && digits.rem_euclid(unit) != 0))
}

/// Whether a character is a blank that `trim` takes away: a space of any width, but no tab or line break.
pub(super) fn is_blank(ch: char) -> bool {
    matches!(ch, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// `text` without what `goes` at its start, its end or both.
pub(super) fn trim(side: Side, text: &str, goes: impl Fn(char) -> bool) -> &str {
    let text = if side == Side::End { text } else { text.trim_start_matches(&goes) };
    if side == Side::Start { text } else { text.trim_end_matches(&goes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_away_from_zero_at_any_scale() {
        for (digits, scale, places, wanted) in [
            (25, 1, 0, (Some(3), 0)),
            (-25, 1, 0, (Some(-3), 0)),
            (2345, 3, 2, (Some(235), 2)),
            (2345, 3, 5, (Some(2345), 3)),
            (2345, 1, -1, (Some(230), 0)),
            (2345, 1, -5, (Some(0), 0)),
            (5, -2, 3, (Some(5), -2)),
            (25, -2, -3, (Some(30), -2)),
            (i128::MAX, 1, -400, (Some(0), 0)),
        ] {
            assert_eq!((round_decimal(digits, scale, places), rounded_scale(scale, places)), wanted, "{digits} {scale} {places}");
        }
        assert_eq!((round_integer(1250, -2), round_integer(i64::MAX, -1), round_integer(i64::MAX, -25)), (Some(1300), None, Some(0)));
        // As DuckDB 2.0 rounds.
        for (value, places, wanted) in [
            (2.5, 0, 3.0),
            (-2.5, 0, -3.0),
            (2.345, 2, 2.35),
            (1.005, 2, 1.0),
            (1234.0, -2, 1200.0),
            (1e300, 10, 1e300),
            (5.0, 400, 5.0),
            (5.5, -400, 0.0),
        ] {
            assert_eq!(round_float(value, places), wanted, "{value} {places}");
        }
        assert!(round_float(f64::NAN, -1).is_nan() && round_float(0.499_999_999_999_999_94, 0) == 0.0);
        for (digits, scale, down, up) in [(25, 1, 2, 3), (-25, 1, -3, -2), (20, 1, 2, 2), (2, -1, 20, 20), (-1, 100, -1, 0), (1, 100, 0, 1)]
        {
            assert_eq!((whole_digits(digits, scale, false), whole_digits(digits, scale, true)), (Some(down), Some(up)), "{digits} {scale}");
        }
    }
}
