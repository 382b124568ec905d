//! What may stand in a spreadsheet cell, and which contact details are valid.

use std::borrow::Cow;

/// The first characters by which a spreadsheet takes a cell for a formula (OWASP, "CSV Injection").
const FORMULA_STARTS: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// The digits of a phone number in international form: ITU-T E.164 has at most 15, and no country fewer than 7.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Limits of RFC 5321, section 4.5.3.1, and RFC 1035, section 2.3.4.
const LOCAL_LENGTH: usize = 64;
const ADDRESS_LENGTH: usize = 254;
const LABEL_LENGTH: usize = 63;

/// The text as a cell that no spreadsheet runs. Valid phone numbers and e-mail addresses stay: nobody could use them otherwise.
pub(crate) fn for_spreadsheets(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA_STARTS) && !is_phone(text) && !is_email(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether this is a phone number: a UK one as it is dialled at home (`020 7946 0000`), or an international one that begins with `+` or `00`.
/// Blanks, points, brackets and hyphens may part its groups.
pub(crate) fn is_phone(text: &str) -> bool {
    let (international, body) = match text.strip_prefix('+') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let fits = |byte: u8| byte.is_ascii_digit() || b" .()-".contains(&byte);
    if !body.bytes().all(fits) || !body.starts_with(|first: char| first.is_ascii_digit() || first == '(') {
        return false;
    }
    let digits: String = body.chars().filter(char::is_ascii_digit).collect();
    match (international, digits.strip_prefix("00")) {
        (true, _) => digits.strip_prefix("44").map_or(PHONE_DIGITS.contains(&digits.len()) && !digits.starts_with('0'), |rest| {
            national(rest.strip_prefix('0').unwrap_or(rest))
        }),
        (false, Some(rest)) => is_phone(&format!("+{rest}")),
        (false, None) => digits.strip_prefix('0').is_some_and(national),
    }
}

/// A UK number without its leading 0: nine or ten digits, of which the first says what kind it is (Ofcom, National Telephone Numbering Plan).
fn national(digits: &str) -> bool {
    matches!(digits.len(), 9 | 10) && digits.starts_with(['1', '2', '3', '5', '7', '8', '9'])
}

/// Whether text messages can go there: a UK mobile number, or a number abroad, which may be one.
pub(crate) fn is_mobile(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let abroad = text.starts_with('+') || digits.starts_with("00");
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    let uk = match (abroad, digits.strip_prefix("44")) {
        (true, None) => return is_phone(text),
        (true, Some(rest)) => rest.strip_prefix('0').unwrap_or(rest),
        (false, _) => digits.strip_prefix('0').unwrap_or(digits),
    };
    // 070 numbers are personal numbers and 076 pagers (but 07624, the Isle of Man): text messages do not arrive.
    let mobile = uk.starts_with('7') && !uk.starts_with("70") && (!uk.starts_with("76") || uk.starts_with("7624"));
    is_phone(text) && mobile && uk.len() == 10
}

/// Whether this is an e-mail address that a sender takes: one `@`, ASCII letters, digits and the marks of RFC 5321 without quotes, a domain
/// of at least two labels.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let local_fits = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let label_fits = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=LABEL_LENGTH).contains(&label.len()) && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    text.len() <= ADDRESS_LENGTH
        && (1..=LOCAL_LENGTH).contains(&local.len())
        && local.bytes().all(local_fits)
        // `=`, `+` and `-` may begin an address by the standard, but a cell that begins so is a formula first.
        && local.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(label_fits)
        && last.len() >= 2
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_phone_numbers_are_not() {
        for formula in ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "+447700900123+1", "-", "+44 =1"]
        {
            assert_eq!(for_spreadsheets(formula), format!("'{formula}"));
        }
        for plain in ["+447700900123", "+44 (0)20 7946 0000", "a=b", "", "'=1", "x@y.example", "1-2"] {
            assert_eq!(for_spreadsheets(plain), plain);
        }
    }

    #[test]
    fn phone_numbers() {
        for good in
            ["+447700900123", "07700 900123", "(020) 7946 0000", "0044 7700 900123", "+1 202-555-0143", "+353 1 234 5678", "01632 96000"]
        {
            assert!(is_phone(good), "{good}");
        }
        for bad in [
            "",
            "+",
            "447700900123",
            "7700900123",
            "+44",
            "+44 7700",
            "+0123456789",
            "07700900123x",
            "06700900123",
            "0",
            "+4477009001234",
            "=07700900123",
            "+-447700900123",
        ] {
            assert!(!is_phone(bad), "{bad}");
        }
    }

    #[test]
    fn only_mobile_numbers_take_text_messages() {
        for good in ["+447700900123", "07700 900123", "00447700900123", "+44 (0)7700 900123", "07624 900123", "+1 202-555-0143"] {
            assert!(is_mobile(good), "{good}");
        }
        for bad in ["020 7946 0000", "+442079460000", "07012345678", "07612345678", "0770090012", "", "+44"] {
            assert!(!is_mobile(bad), "{bad}");
        }
    }

    #[test]
    fn e_mail_addresses() {
        for good in ["a@b.example", "first.last+tag@sub.council.gov.uk", "o'neill@example.org", "_x@example.com", "a@xn--bcher-kva.example"]
        {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@b.example",
            "a@b",
            "a b@c.example",
            "a@@b.example",
            "a@b@c.example",
            ".a@b.example",
            "a.@b.example",
            "a..b@c.example",
            "a@-b.example",
            "a@b-.example",
            "a@b..example",
            "a@127.0.0.1",
            "=a@b.example",
            "+a@b.example",
            "\u{e9}@b.example",
            "a@b.example\n",
            "a@b.c",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
