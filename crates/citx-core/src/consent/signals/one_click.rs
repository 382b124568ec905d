use super::Received;
use super::bits::wrong;
use crate::Result;
use crate::consent::{Event, Status};

/// The value of `List-Unsubscribe-Post`, and the body that a mailbox provider posts.
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";
/// The longest value of a header that is read, in bytes.
const MAX_HEADER: usize = 16 * 1024;
/// The longest body that is looked at, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// The pair of headers by which one click unsubscribes (RFC 8058, on top of RFC 2369).
///
/// # Example
/// ```
/// use citx_core::consent::signals::{OneClick, is_one_click};
///
/// let headers = OneClick::build("https://anytown.example/u/", "Jx7Qm2", Some("unsubscribe@anytown.example"))?;
/// assert_eq!(headers.list_unsubscribe(), "<https://anytown.example/u/Jx7Qm2>, <mailto:unsubscribe@anytown.example>");
/// assert_eq!(headers.token("https://anytown.example/u/"), Some("Jx7Qm2"));
/// assert!(is_one_click("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneClick {
    addresses: Vec<String>,
    one_click: bool,
}

impl OneClick {
    /// The headers for one recipient and list: `base` and the `token` make the address; the token is opaque and chosen by the host.
    ///
    /// # Errors
    /// `InvalidArgument` for a base that is not `https:`, characters that have no place in an address, or a token that is not 1 to 200
    /// letters, digits, `-`, `_`, `.` or `~`.
    pub fn build(base: &str, token: &str, mailto: Option<&str>) -> Result<Self> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if token.is_empty() || token.len() > 200 || !token.bytes().all(unreserved) {
            return Err(wrong("a token has 1 to 200 letters, digits, `-`, `_`, `.` or `~`"));
        }
        if !is_https(base) || !base.bytes().all(in_address) {
            return Err(wrong("the base of an unsubscribe address must be an `https:` address"));
        }
        let mut addresses = vec![format!("{base}{token}")];
        if let Some(mailto) = mailto {
            if !mailto.contains('@') || !mailto.bytes().all(in_address) {
                return Err(wrong("the address to write to must be an e-mail address"));
            }
            addresses.push(format!("mailto:{mailto}"));
        }
        Ok(Self { addresses, one_click: true })
    }

    /// Reads the pair from a message; the second header may be absent.
    ///
    /// # Errors
    /// `InvalidArgument` for a `List-Unsubscribe` that is not a list of addresses in angle brackets.
    pub fn parse(list_unsubscribe: &str, list_unsubscribe_post: Option<&str>) -> Result<Self> {
        if list_unsubscribe.len() > MAX_HEADER {
            return Err(wrong(format!("a `List-Unsubscribe` of at most {MAX_HEADER} bytes is read")));
        }
        let mut addresses = Vec::new();
        let mut rest = list_unsubscribe.trim();
        while let Some(after) = rest.strip_prefix('<') {
            let (address, after) = after.split_once('>').ok_or_else(|| wrong("an address without its closing `>`"))?;
            // A folded header may break an address; blanks are no part of it (RFC 2369, section 2).
            let address: String = address.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            if address.is_empty() || !address.bytes().all(in_address) {
                return Err(wrong("`List-Unsubscribe` holds an address that is none"));
            }
            addresses.push(address);
            rest = after.trim_start();
            rest = rest.strip_prefix(',').map_or(rest, str::trim_start);
        }
        if addresses.is_empty() || !rest.is_empty() {
            return Err(wrong("`List-Unsubscribe` must be a list of addresses in angle brackets"));
        }
        let posted = list_unsubscribe_post.is_some_and(|value| value.trim().eq_ignore_ascii_case(ONE_CLICK));
        let one_click = posted && addresses.iter().any(|address| is_https(address));
        Ok(Self { addresses, one_click })
    }

    /// The value of the header `List-Unsubscribe`.
    pub fn list_unsubscribe(&self) -> String {
        let addresses: Vec<String> = self.addresses.iter().map(|address| format!("<{address}>")).collect();
        addresses.join(", ")
    }

    /// The value of the header `List-Unsubscribe-Post`; `None` where one click does not do.
    pub fn list_unsubscribe_post(&self) -> Option<&'static str> {
        self.one_click.then_some(ONE_CLICK)
    }

    /// The addresses, in order of preference.
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// The token of the first address under `base`.
    pub fn token(&self, base: &str) -> Option<&str> {
        self.addresses.iter().find_map(|address| address.strip_prefix(base)).filter(|token| !token.is_empty())
    }

    /// What a click means: the citizen took back consent to the purpose, and objects to it on any other basis. The two events
    /// carry the address that was posted to as evidence.
    pub fn events(purpose: &str, address: &str, received: &Received) -> Vec<Event> {
        let event = |status| received.event(status, Some(purpose), "one-click", address);
        vec![event(Status::Withdrawn), event(Status::Objected)]
    }
}

/// Whether the body of a POST is the click of a mailbox provider: `List-Unsubscribe=One-Click`, as a form or as multipart form data (RFC 8058,
/// section 3.2). Anything else, such as what a link scanner fetches, is none.
pub fn is_one_click(content_type: &str, body: &[u8]) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let Ok(body) = std::str::from_utf8(body) else { return false };
    if body.len() > MAX_BODY {
        return false;
    }
    match parts.next().map(str::to_ascii_lowercase).as_deref() {
        Some("application/x-www-form-urlencoded") => body.trim_end_matches(['\r', '\n']).split('&').any(|pair| pair == ONE_CLICK),
        Some("multipart/form-data") => {
            let boundary = parts.find_map(|part| {
                let (name, value) = part.split_once('=')?;
                name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
            });
            boundary.filter(|boundary| !boundary.is_empty()).is_some_and(|boundary| in_multipart(body, boundary))
        }
        _ => false,
    }
}

fn in_multipart(body: &str, boundary: &str) -> bool {
    let body = body.replace("\r\n", "\n");
    body.split(&format!("--{boundary}")).any(|part| {
        let Some((head, value)) = part.split_once("\n\n") else { return false };
        let head = head.to_ascii_lowercase();
        let named = head.lines().any(|line| {
            line.starts_with("content-disposition:") && line.split(';').any(|piece| piece.trim() == "name=\"list-unsubscribe\"")
        });
        named && value.strip_suffix('\n').unwrap_or(value) == "One-Click"
    })
}

fn is_https(address: &str) -> bool {
    let scheme = address.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    scheme && address.len() > 8
}

/// Whether a byte may stand in an address within a header.
fn in_address(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"<>\"\\".contains(&byte)
}
