//! Postal addresses as GOV.UK Notify prints them: three to seven lines, the last a UK postcode or a country.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// GOV.UK Notify, "Letters: address": at least three and at most seven lines.
pub(super) const LINES: usize = 7;
const FEWEST_LINES: usize = 3;

/// GOV.UK Notify, "Letters: address": no line may begin with one of these.
const FORBIDDEN_STARTS: &[char] = &['[', ']', '(', ')', '@', '/', '\\', '"', ',', '=', '~', '<', '>', '\u{201c}', '\u{201d}'];

/// Country names, normalised.
static COUNTRIES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../../data/countries.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).map(|(_, name)| normal(name)).collect()
});

/// The lines of an address, or why no letter can go there. One part is cut at its line breaks, or else at its commas; several parts are
/// a line each. More lines than seven are put together from the top.
pub(super) fn lines(parts: &[String]) -> Result<Vec<String>, &'static str> {
    let cut: Vec<&str> = match parts {
        [one] if one.contains(['\n', '\r']) => one.split(['\n', '\r']).collect(),
        [one] => one.split(',').collect(),
        many => many.iter().map(String::as_str).collect(),
    };
    let mut lines: Vec<String> = cut.into_iter().map(tidy).filter(|line| !line.is_empty()).collect();
    while lines.len() > LINES {
        let second = lines.remove(1);
        if let Some(first) = lines.first_mut() {
            first.push_str(", ");
            first.push_str(&second);
        }
    }
    match lines.last() {
        None => Err("the address is missing"),
        _ if lines.len() < FEWEST_LINES => Err("the address has fewer than three lines"),
        _ if lines.iter().any(|line| line.starts_with(FORBIDDEN_STARTS)) => {
            Err("a line of the address begins with a mark that Notify refuses")
        }
        Some(last) if is_postcode(last) || is_country(last) => Ok(lines),
        Some(_) => Err("the last line of the address is neither a UK postcode nor a country"),
    }
}

/// Blanks and control characters as single blanks, none around, no comma at the end.
fn tidy(line: &str) -> String {
    let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ").trim_end_matches(',').trim_end().to_owned()
}

/// Whether this has the form of a UK postcode (BS 7666: `A9 9AA`, `A99 9AA`, `AA9 9AA`, `AA99 9AA`, `A9A 9AA`, `AA9A 9AA`).
fn is_postcode(line: &str) -> bool {
    let compact: Vec<u8> = line.bytes().filter(|byte| *byte != b' ').map(|byte| byte.to_ascii_uppercase()).collect();
    let Some((outward, [digit, one, other])) = compact.split_last_chunk::<3>() else { return false };
    let unit = digit.is_ascii_digit() && one.is_ascii_uppercase() && other.is_ascii_uppercase();
    let letter = u8::is_ascii_uppercase;
    let number = u8::is_ascii_digit;
    let area_and_district = match outward {
        [a, d] => letter(a) && number(d),
        [a, b, c] => letter(a) && (number(b) && (number(c) || letter(c)) || letter(b) && number(c)),
        [a, b, c, d] => letter(a) && letter(b) && number(c) && (number(d) || letter(d)),
        _ => false,
    };
    unit && area_and_district
}

fn is_country(line: &str) -> bool {
    COUNTRIES.contains(&normal(line))
}

/// Without letter case, marks, accents of the common kind, and the article.
fn normal(name: &str) -> String {
    let name = name.to_lowercase().replace('&', " and ").replace(['.', ',', '\''], "").replace('-', " ");
    let plain: String = name.chars().map(without_accent).collect();
    let words: Vec<&str> = plain.split_whitespace().filter(|word| *word != "the").collect();
    words.join(" ")
}

fn without_accent(letter: char) -> char {
    match letter {
        '\u{e0}'..='\u{e5}' => 'a',
        '\u{e7}' => 'c',
        '\u{e8}'..='\u{eb}' => 'e',
        '\u{ec}'..='\u{ef}' => 'i',
        '\u{f4}' | '\u{f6}' => 'o',
        '\u{fc}' => 'u',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(address: &str) -> Result<Vec<String>, &'static str> {
        lines(&[address.to_owned()])
    }

    #[test]
    fn addresses_are_cut_at_line_breaks_or_commas() {
        let expected = vec!["A Person".to_owned(), "1 High Street".to_owned(), "AB1 2CD".to_owned()];
        for address in
            ["A Person\n1 High Street\nAB1 2CD", "A Person,1 High Street,, AB1 2CD,", " A  Person \r\n\r\n1 High Street,\r\nAB1 2CD"]
        {
            assert_eq!(one(address).unwrap(), expected, "{address:?}");
        }
        assert_eq!(lines(&expected).unwrap(), expected);
        assert_eq!(one("Flat 2, 1 High Street\nTown\nAB1 2CD").unwrap().first().map(String::as_str), Some("Flat 2, 1 High Street"));
        let long = one("a,b,c,d,e,f,g,AB1 2CD").unwrap();
        assert_eq!((long.len(), long[0].as_str(), long[6].as_str()), (7, "a, b", "AB1 2CD"));
    }

    #[test]
    fn letters_go_to_a_postcode_or_a_country() {
        for last in [
            "AB1 2CD",
            "w1a1aa",
            "SW1A 1AA",
            "M1 1AE",
            "France",
            "the Netherlands",
            "C\u{f4}te d'Ivoire",
            "St. Lucia",
            "Bosnia and Herzegovina",
            "USA",
            "england",
        ] {
            assert!(one(&format!("A,B,{last}")).is_ok(), "{last}");
        }
        for last in ["Anytown", "AB1 2C", "AB1", "12345", "1AB 2CD", "ABC1 2DE"] {
            assert!(one(&format!("A,B,{last}")).is_err(), "{last}");
        }
        assert_eq!(one(""), Err("the address is missing"));
        assert_eq!(one("A, AB1 2CD"), Err("the address has fewer than three lines"));
        assert!(one("A\n(rear) 1 High Street\nAB1 2CD").is_err());
    }
}
