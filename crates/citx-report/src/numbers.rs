//! Numbers as people read them.

/// 344084 as `344,084`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in [0, 1] as `65.4%`.
pub(crate) fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.1}%", share * 100.0) } else { "not known".to_owned() }
}

/// A difference of shares as `+1.8` percentage points.
pub(crate) fn points(difference: f64) -> String {
    let text = format!("{:+.1}", difference * 100.0);
    match text.as_str() {
        "+0.0" | "-0.0" => "0.0".to_owned(),
        _ if difference.is_finite() => text,
        _ => "not known".to_owned(),
    }
}

/// Any other figure.
pub(crate) fn plain(value: f64) -> String {
    if value.is_finite() { format!("{value:.2}") } else { "not known".to_owned() }
}

/// A number of a table: whole, or to four significant digits.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        _ if value.is_nan() => String::new(),
        size if size.fract() == 0.0 || size >= 1000.0 => format!("{value:.0}"),
        size if size < 1e-4 => format!("{value:.1e}"),
        size => format!("{value:.0$}", (3 - size.log10().floor() as i32).max(0) as usize),
    }
}

/// A level such as 0.95 as `95%`.
pub(crate) fn level(level: f64) -> String {
    let text = format!("{:.2}", level * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// `1 answer`, `2 answers`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// 1 as `1st`.
pub fn ordinal(number: u64) -> String {
    let suffix = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{suffix}", count(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(["0", "999", "1,000", "344,084"], [0, 999, 1000, 344_084].map(count).each_ref().map(String::as_str));
        assert_eq!(
            (percent(0.654_04), points(-0.018), level(0.95), level(0.999)),
            ("65.4%".into(), "-1.8".into(), "95%".into(), "99.9%".into())
        );
        assert_eq!([1, 2, 3, 4, 11, 22, 113].map(ordinal).join(" "), "1st 2nd 3rd 4th 11th 22nd 113th");
        assert_eq!(percent(f64::NAN), "not known");
        let short = [0.0, 412.0, -0.034_567_8, 1234.56, 23.703_617, 0.000_123_456, 2.34e-9, f64::INFINITY, f64::NAN].map(short);
        assert_eq!(short, ["0", "412", "-0.03457", "1235", "23.70", "0.0001235", "2.3e-9", "inf", ""]);
    }
}
