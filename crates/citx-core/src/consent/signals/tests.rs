use std::path::Path;

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::ErrorKind;
use crate::table::Value;
use crate::time::TimeZone;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text, TimeZone::UTC).expect("an instant")
}

fn golden(name: &str) -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/consent").join(name);
    let text = std::fs::read_to_string(path).expect("a file of golden values");
    serde_json::from_str::<Json>(&text).expect("JSON").as_array().expect("a list").clone()
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

/// Instants as milliseconds, because the official decoders write three digits.
fn same(ours: &Json, theirs: &Json) -> bool {
    match (ours.as_str(), theirs.as_str()) {
        (Some(ours), Some(theirs)) if theirs.ends_with('Z') => at(ours) == at(theirs),
        _ => ours == theirs,
    }
}

/// One entry for each purpose and kind, as the official decoder gives them.
fn restrictions(value: &Json) -> Vec<(u64, u64, Vec<u64>)> {
    let mut all: std::collections::BTreeMap<(u64, u64), std::collections::BTreeSet<u64>> = std::collections::BTreeMap::new();
    for entry in value.as_array().expect("a list") {
        let vendors = entry["vendors"].as_array().expect("ids").iter().filter_map(Json::as_u64);
        let key = (entry["purposeId"].as_u64().expect("an id"), entry["restrictionType"].as_u64().expect("a type"));
        all.entry(key).or_default().extend(vendors);
    }
    all.into_iter().map(|((purpose, kind), vendors)| (purpose, kind, vendors.into_iter().collect())).collect()
}

#[test]
fn tcf_strings_decode_as_the_official_decoder_does() {
    let (mut read, mut refused) = (0, 0);
    for vector in golden("tcf_v2_vectors.json") {
        let text = vector["string"].as_str().expect("a string");
        let parsed = TcfString::parse(text);
        if vector.get("decode_error").is_some() {
            assert!(parsed.is_err(), "{text}");
            refused += 1;
            continue;
        }
        let ours = json(&parsed.expect(text).to_json());
        for (name, theirs) in vector.as_object().expect("fields").iter().filter(|(name, _)| !matches!(name.as_str(), "string" | "from")) {
            match name.as_str() {
                "publisherRestrictions" => assert_eq!(restrictions(&ours[name]), restrictions(theirs), "{text}"),
                // The official decoder fills in 2 where a string of version 1 has none.
                "policyVersion" if vector["version"] == 1 => {}
                _ => assert!(same(&ours[name], theirs), "{text}: {name}: {} is not {theirs}", ours[name]),
            }
        }
        read += 1;
    }
    assert!(read >= 20 && refused >= 15, "{read} read, {refused} refused");
}

#[test]
fn gpp_strings_decode_as_the_official_decoder_does() {
    for vector in golden("gpp_vectors.json") {
        let text = vector["string"].as_str().expect("a string");
        let parsed = GppString::parse(text);
        if vector.get("decode_error").is_some() {
            assert!(parsed.is_err(), "{text}");
            continue;
        }
        let ours = json(&parsed.expect(text).to_json());
        assert_eq!(ours["sectionIds"], vector["sectionIds"], "{text}");
        for (section, fields) in vector["sections"].as_object().expect("sections") {
            for (name, theirs) in fields.as_object().expect("fields") {
                let mine = ours["sections"][section].get(name);
                // Segments that the string does not have: the official decoder fills in their defaults.
                let default =
                    || matches!(theirs, Json::Array(items) if items.iter().all(|item| *item == false)) || name.ends_with("SegmentType");
                match mine {
                    Some(mine) => assert!(same(mine, theirs), "{text}: {section}.{name}: {mine} is not {theirs}"),
                    None => assert!(default() || *theirs == false || *theirs == 0, "{text}: {section}.{name}"),
                }
            }
        }
    }
}

/// A section by itself, as the cases have it, behind a header of its own.
fn section_alone(name: &str, text: &str) -> Option<crate::Result<GppString>> {
    let id = match name {
        "TcfEuV2" => 2,
        "TcfCaV1" => 5,
        "UspV1" => 6,
        "UspCaV1" => 8,
        "UspCtV1" => 12,
        _ => layout::LAYOUTS.iter().find(|layout| layout.name.eq_ignore_ascii_case(name))?.id,
    };
    let mut bits = Writer::default();
    bits.put(3, 6).put(1, 6).put(1, 12).put(0, 1).fibonacci(id.into());
    Some(GppString::parse(&format!("{}~{text}", bits.text())))
}

#[test]
fn section_cases_of_the_official_encoder_are_read() {
    let mut cases = 0;
    for case in golden("gpp_section_cases.json") {
        let name = case["section"].as_str().expect("a section");
        let Some(text) = case["encoded"].as_str().or(case["decode_input"].as_str()) else { continue };
        let Some(parsed) = section_alone(name, text) else { continue };
        assert_eq!(parsed.is_err(), case["throws"] == true, "{name}: {text}: {parsed:?}");
        cases += 1;
        let Ok(gpp) = parsed else { continue };
        for set in case["set"].as_array().expect("settings") {
            let (field, value) = (set["field"].as_str().expect("a field"), set["value"].as_str().expect("a value"));
            let section = &gpp.sections()[0];
            let known = section.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(&field.replace('_', "")));
            let (Some((_, known)), Ok(value)) = (known, serde_json::from_str::<Json>(value)) else { continue };
            match known {
                GppValue::Integer(found) => assert_eq!(Json::from(*found), value, "{name} {text} {field}"),
                GppValue::Flag(found) => assert_eq!(Json::from(*found), value, "{name} {text} {field}"),
                GppValue::Integers(found) => {
                    let wanted: Vec<u64> = value.as_array().expect("a list").iter().filter_map(Json::as_u64).collect();
                    let common = wanted.len().min(found.len());
                    assert_eq!(found[..common], wanted[..common], "{name} {text} {field}");
                }
                _ => {}
            }
        }
    }
    assert!(cases > 120, "{cases} cases");
}

#[test]
fn opt_outs_become_objections_and_the_fact() {
    let received = Received::new("C-17", at("2026-11-22"));
    let mapping = OptOutMapping::new().sale("partners").sharing("web-ads").targeted_advertising("web-ads");
    let purposes = |text: &str| {
        let (events, facts) = mapping.events(text, &received).expect(text);
        let purposes: Vec<String> = events.iter().filter_map(|event| event.purpose.clone()).collect();
        events.iter().for_each(|event| {
            event.check().expect("an event");
            assert_eq!((event.status, event.evidence_ref.as_deref()), (Status::Objected, Some(text)));
        });
        (purposes, facts.names().count())
    };
    assert_eq!(purposes("DBABTA~1YNN"), (vec![], 0), "no opt-out is not consent, and no fact");
    assert_eq!(purposes("DBABTA~1YYN"), (vec!["partners".to_owned()], 1));
    // 2: did not opt out. 1: opted out. A Global Privacy Control: everything.
    assert_eq!(purposes("DBABLA~BVQqAAAAAgA.QA"), (vec![], 0));
    assert_eq!(purposes("DBABLA~CVVVkkkkkpFY").0, ["partners", "web-ads"]);
    assert_eq!(purposes("DBABLA~BVQqAAAAAgA.YA").0, ["partners", "web-ads"]);
    let refusals = mapping.clone().refusals().events("DBABTA~1YYN", &received).expect("a string").0;
    assert_eq!(refusals[0].status, Status::Refused);
}

#[test]
fn strings_of_other_versions_and_damage_are_typed_errors() {
    let good = "COwBOpCOwBOpCLqAAAENAPCAAAAAAAAAAAAAFfwAQFfgUbABAUaAAA";
    let kind = |text: &str| TcfString::parse(text).expect_err(text).kind();
    assert_eq!(kind(""), ErrorKind::InvalidArgument);
    assert_eq!(kind(&good.replacen('C', "D", 1)), ErrorKind::Unsupported);
    assert_eq!(kind(&format!("{good}.")), ErrorKind::InvalidArgument);
    assert_eq!(kind(&format!("{good}.gAAA")), ErrorKind::InvalidArgument, "segment of type 4");
    assert_eq!(kind(&format!("{good}.IAAA.IAAA")), ErrorKind::InvalidArgument, "a segment twice");
    assert_eq!(kind(&format!("{good}=")), ErrorKind::InvalidArgument);
    assert_eq!(kind(&"C".repeat(70_000)), ErrorKind::LimitExceeded);
    for end in 0..48 {
        assert!(TcfString::parse(&good[..end]).is_err(), "cut off at {end}");
    }
    assert_eq!(GppString::parse("DCAA").expect_err("version 2").kind(), ErrorKind::Unsupported);
    for text in
        ["", "~", "DBAA~", "DBABTA", "DBABTA~", "DBABTA~1YN", "DBABTA~1yNN", "DBABTA~1YNN~1YNN", "DBABLA~C", "DBABLA~BVVVkkkkkpFY.YA.YA"]
    {
        assert_eq!(GppString::parse(text).expect_err(text).kind(), ErrorKind::InvalidArgument, "{text}");
    }
    let mapping = TcfMapping::new().purpose(1, "news");
    let received = Received::new("C-17", at("2026-11-22"));
    let old = mapping.events("BOOzQoAOOzQoAAPAFSENCW-AIBACBAAABCA", &received).expect_err("version 1");
    assert_eq!(old.kind(), ErrorKind::Unsupported);
    assert!(TcfMapping::new().purpose(25, "news").events(good, &received).is_err());
}

#[test]
fn a_short_string_cannot_name_millions_of_vendors() {
    let mut bits = Writer::default();
    core(&mut bits, &[], 0, &[]);
    bits.put(4095, 12);
    for _ in 0..4095 {
        bits.put(1, 6).put(0, 2).put(1, 12).put(1, 1).put(1, 16).put(65_535, 16);
    }
    assert_eq!(TcfString::parse(&bits.text()).expect_err("too many").kind(), ErrorKind::LimitExceeded);
}

#[test]
fn consent_needs_every_purpose_the_vendor_and_no_restriction() {
    let received = Received::new("C-17", at("2026-11-22")).channel("email");
    let string = |restricted: &[(u8, u8, u16)]| {
        let mut bits = Writer::default();
        core(&mut bits, &[1, 2, 3], 2, &[7]);
        bits.put(restricted.len() as u64, 12);
        for (purpose, kind, vendor) in restricted {
            bits.put((*purpose).into(), 6).put((*kind).into(), 2).put(1, 12).put(0, 1).put((*vendor).into(), 16);
        }
        bits.text()
    };
    let status = |mapping: TcfMapping, text: &str| mapping.events(text, &received).expect("a string")[0].status;
    let all = TcfMapping::new().purpose(1, "ads").purpose(3, "ads");
    assert_eq!(status(all.clone(), &string(&[])), Status::Given);
    assert_eq!(status(all.clone().purpose(4, "ads"), &string(&[])), Status::Refused, "purpose 4 is not consented to");
    assert_eq!(status(all.clone().vendor(7), &string(&[])), Status::Given);
    assert_eq!(status(all.clone().vendor(8), &string(&[])), Status::Refused, "the vendor has no consent");
    assert_eq!(status(all.clone().vendor(7), &string(&[(3, 0, 7)])), Status::Refused, "the publisher forbids it");
    assert_eq!(status(all.clone().vendor(7), &string(&[(3, 2, 7)])), Status::Refused, "it must rest on a legitimate interest");
    assert_eq!(status(all.clone().vendor(7), &string(&[(3, 1, 7)])), Status::Given, "consent is what it must rest on");
    assert_eq!(status(all.vendor(7), &string(&[(3, 0, 8), (2, 0, 7)])), Status::Given, "of another vendor, another purpose");
}

#[test]
fn only_one_is_a_privacy_control() {
    let received = Received::new("C-17", at("2026-11-22"));
    let mapping = OptOutMapping::new().sale("partners");
    for value in [None, Some(""), Some("0"), Some("true"), Some(" 1"), Some("1 "), Some("1, 1"), Some("\u{ff11}")] {
        let (events, facts) = gpc_header(value, &mapping, &received);
        assert_eq!((events.len(), facts.names().count()), (0, 0), "{value:?}");
    }
    let (events, facts) = gpc_header(Some("1"), &mapping, &received);
    assert_eq!(facts, crate::consent::Facts::new().with("gpc", Value::Boolean(true)));
    assert_eq!(events[0].evidence_ref.as_deref(), Some("Sec-GPC: 1"));
}

#[test]
fn one_click_headers_and_bodies() {
    let built = OneClick::build("https://x.example/u?t=", "a-b_1", None).expect("headers");
    let read = OneClick::parse(&built.list_unsubscribe(), built.list_unsubscribe_post()).expect("headers");
    assert_eq!(read, built);
    assert_eq!(read.token("https://x.example/u?t="), Some("a-b_1"));
    let folded = OneClick::parse("<mailto:u@x.example?subject=u>,\r\n <https://x.example/\r\n u/1>", Some("list-unsubscribe=one-click"))
        .expect("headers");
    assert_eq!(folded.addresses(), ["mailto:u@x.example?subject=u", "https://x.example/u/1"]);
    assert!(folded.list_unsubscribe_post().is_some());
    let without = OneClick::parse("<https://x.example/u/1>", None).expect("headers");
    assert_eq!(without.list_unsubscribe_post(), None);
    let plain = OneClick::parse("<http://x.example/u>", Some("List-Unsubscribe=One-Click")).expect("headers");
    assert_eq!(plain.list_unsubscribe_post(), None, "one click needs https");
    for (base, token, mailto) in [
        ("http://x.example/", "a", None),
        ("https://", "a", None),
        ("https://x.example/>\r\nBcc: y@x.example", "a", None),
        ("https://x.example/", "", None),
        ("https://x.example/", "a/b", None),
        ("https://x.example/", "a", Some("no address")),
    ] {
        assert!(OneClick::build(base, token, mailto).is_err(), "{base} {token}");
    }
    for header in ["", "https://x.example", "<https://x.example", "<>", "<https://x.example> <", "<https://x.ex\u{e4}mple>"] {
        assert!(OneClick::parse(header, None).is_err(), "{header}");
    }
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    assert!(is_one_click(form, b"List-Unsubscribe=One-Click\r\n"));
    for body in [&b""[..], b"List-Unsubscribe=One-Clicks", b"list-unsubscribe=one-click&", b"x=List-Unsubscribe=One-Click", b"\xff"] {
        assert!(!is_one_click(form, body), "{body:?}");
    }
    let parts = b"--b7\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b7--\r\n";
    assert!(is_one_click("multipart/form-data; boundary=\"b7\"", parts));
    assert!(!is_one_click("multipart/form-data; boundary=b8", parts));
    assert!(!is_one_click("multipart/form-data; boundary=", parts));
    assert!(!is_one_click("text/plain", b"List-Unsubscribe=One-Click"));
    let events = OneClick::events("news", "https://x.example/u/1", &Received::new("C-17", at("2026-11-22")).channel("email"));
    assert!(events.iter().all(|event| event.check().is_ok()));
}

#[test]
fn replies_are_read_as_people_mean_them() {
    let words = SmsWords::builtin().expect("words");
    for (message, wanted) in [
        ("STOP", SmsReply::Revoked),
        (" stop. ", SmsReply::Revoked),
        ("\"Stop\"!!!", SmsReply::Revoked),
        ("St\u{f3}p", SmsReply::Revoked),
        ("Sto\u{301}p", SmsReply::Revoked),
        ("\u{ff33}\u{ff34}\u{ff2f}\u{ff30}", SmsReply::Revoked),
        ("s.t.o.p", SmsReply::Revoked),
        ("S T O P", SmsReply::Revoked),
        ("stop stop STOP", SmsReply::Revoked),
        ("please stop, thank you", SmsReply::Revoked),
        ("Quit", SmsReply::Revoked),
        ("END", SmsReply::Revoked),
        ("revoke", SmsReply::Revoked),
        ("opt-out", SmsReply::Revoked),
        ("OPT OUT", SmsReply::Revoked),
        ("optout", SmsReply::Revoked),
        ("Cancel", SmsReply::Revoked),
        ("unsubscribe now", SmsReply::Revoked),
        ("STOPALL", SmsReply::RevokedAll),
        ("stop all!", SmsReply::RevokedAll),
        ("HELP", SmsReply::Help),
        ("help please", SmsReply::Help),
        ("Please stop texting me", SmsReply::Revoked),
        ("Why do you write? Stop texting me!", SmsReply::Revoked),
        ("don\u{2019}t text me again", SmsReply::Revoked),
        ("can you take me off this list", SmsReply::Revoked),
        ("I don't want to receive these", SmsReply::Revoked),
        ("don't stop", SmsReply::Unclear),
        ("Please don't stop texting me", SmsReply::Unclear),
        ("never stop sending me these", SmsReply::Unclear),
        ("I will stop by the office", SmsReply::Unclear),
        ("stop by the office", SmsReply::Unclear),
        ("please cancel my appointment", SmsReply::Unclear),
        ("which bus stop?", SmsReply::Unclear),
        ("how do I unsubscribe", SmsReply::Unclear),
        ("weekend", SmsReply::Other),
        ("unstoppable", SmsReply::Other),
        ("thanks", SmsReply::Other),
        ("", SmsReply::Other),
        ("\u{1f64f}", SmsReply::Other),
        ("I need help with my rent", SmsReply::Other),
    ] {
        assert_eq!(words.read(message), wanted, "{message}");
    }
    assert_eq!(words.read(&"stop ".repeat(4_000)), SmsReply::Unclear, "too long to be read by a machine");
    let received = Received::new("C-17", at("2026-11-22")).channel("sms").contact("+447700900123");
    let purpose = |message: &str| words.events(message, Some("news"), &received).first().map(|event| event.purpose.clone());
    assert_eq!(purpose("stop"), Some(Some("news".to_owned())));
    assert_eq!(purpose("stopall"), Some(None));
    assert_eq!(purpose("don't stop"), None);
}

#[test]
fn a_ladder_of_listings() {
    let ladder = Ladder::builtin().expect("a ladder");
    let received = Received::new("C-17", at("2026-01-01")).channel("email").contact("c17@example.org");
    let events = |bounces: &[(&str, BounceKind)]| {
        let history: Vec<Bounce> = bounces.iter().map(|(text, kind)| Bounce { at: at(text), kind: *kind }).collect();
        let events = ladder.events(&history, &received).expect("events");
        events.into_iter().map(|event| (event.status, event.captured_at, event.valid_until)).collect::<Vec<_>>()
    };
    use BounceKind::{Complaint, Delivered, Hard, Soft};
    let bounced = |from: &str, until: &str| (Status::Bounced, at(from), Some(at(until)));
    assert_eq!(events(&[]), []);
    // 7, 14, 30, 180 and again 180 days; the end of a listing is not in it.
    let hard = ["2026-01-01", "2026-01-08", "2026-01-22", "2026-02-21", "2026-08-20"];
    let listings = events(&hard.map(|day| (day, Hard)));
    assert_eq!(listings[..3], [bounced(hard[0], hard[1]), bounced(hard[1], hard[2]), bounced(hard[2], hard[3])]);
    assert_eq!(listings[3], bounced(hard[3], hard[4]));
    // On 20 August only the listing of 21 February (180 days ago) is remembered.
    assert_eq!(listings[4], bounced(hard[4], "2026-09-03"));
    assert_eq!(events(&[("2026-01-01", Hard), ("2026-01-07", Hard)]).len(), 1, "a listing stands");
    let soft = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"].map(|day| (day, Soft));
    assert_eq!(events(&soft[..4]), []);
    assert_eq!(events(&soft), [bounced("2026-01-05", "2026-01-12")]);
    let broken = [soft[0], soft[1], soft[2], ("2026-01-03T12:00:00Z", Delivered), soft[3], soft[4]];
    assert_eq!(events(&broken), []);
    let complaint = (Status::Suppressed, at("2026-01-02"), None);
    assert_eq!(events(&[("2026-01-02", Complaint), ("2026-01-09", Complaint)]), [complaint]);
    let mut shuffled = soft;
    shuffled.reverse();
    assert_eq!(events(&shuffled), events(&soft));
    assert!(ladder.events(&[], &Received::new("C-17", at("2026-01-01"))).is_err());
    assert!(Ladder::parse("version = \"x\"").is_err());
}

#[derive(Default)]
struct Writer(Vec<bool>);

impl Writer {
    fn put(&mut self, number: u64, bits: u8) -> &mut Self {
        self.0.extend((0..bits).rev().map(|place| number >> place & 1 == 1));
        self
    }

    fn set(&mut self, members: &[u8], count: u8) -> &mut Self {
        self.0.extend((1..=count).map(|number| members.contains(&number)));
        self
    }

    fn fibonacci(&mut self, number: u64) -> &mut Self {
        let mut weights = vec![1, 2];
        while weights[weights.len() - 1] <= number {
            weights.push(weights[weights.len() - 1] + weights[weights.len() - 2]);
        }
        let (mut rest, mut digits) = (number, Vec::new());
        for weight in weights.iter().rev() {
            let fits = *weight <= rest;
            rest -= if fits { *weight } else { 0 };
            digits.push(fits);
        }
        let first = digits.iter().position(|digit| *digit).expect("1 or more");
        self.0.extend(digits[first..].iter().rev());
        self.0.push(true);
        self
    }

    fn text(&self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let six = |bits: &[bool]| (0..6).fold(0, |number, place| number << 1 | usize::from(bits.get(place) == Some(&true)));
        self.0.chunks(6).map(|bits| char::from(LETTERS[six(bits)])).collect()
    }
}

/// A core up to the publisher restrictions.
fn core(bits: &mut Writer, purposes: &[u8], language: u64, vendors: &[u16]) {
    bits.put(2, 6).put(16_000_000_000, 36).put(16_000_000_000, 36).put(31, 12).put(1, 12).put(1, 6).put(language, 6).put(3, 6);
    bits.put(51, 12).put(4, 6).put(1, 1).put(0, 1).set(&[], 12).set(purposes, 24).set(&[], 24).put(0, 1).put(0, 6).put(1, 6);
    let greatest = vendors.iter().copied().max().unwrap_or(0);
    bits.put(greatest.into(), 16).put(1, 1).put(vendors.len() as u64, 12);
    vendors.iter().for_each(|vendor| {
        bits.put(0, 1).put((*vendor).into(), 16);
    });
    bits.put(0, 16).put(0, 1);
}

proptest! {
    #[test]
    fn any_text_is_a_string_or_an_error(text in "[CBDA-Za-z0-9_.~=-]{0,120}|\\PC{0,40}", tail in "[A-Za-z0-9_.~-]{0,120}") {
        for text in [text.clone(), format!("DBABLA~C{tail}"), format!("DBABjw~{tail}"), format!("CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYg{tail}")] {
            let _ = TcfString::parse(&text).map(|tcf| tcf.to_json());
            let _ = GppString::parse(&text).map(|gpp| (gpp.to_json(), gpp.opt_outs()));
        }
        let _ = section_alone("TcfCaV1", &format!("BPSG_8APSG_8AAyACAENGdCgf_gfgAfgfg{tail}"));
        let _ = SmsWords::builtin().map(|words| words.read(&text));
        let _ = OneClick::parse(&text, Some(&tail));
        let _ = is_one_click(&text, tail.as_bytes());
    }

    #[test]
    fn what_is_written_is_read(
        purposes in proptest::collection::btree_set(1_u8..=24, 0..24),
        vendors in proptest::collection::btree_set(1_u16.., 0..40),
    ) {
        let (purposes, vendors): (Vec<u8>, Vec<u16>) = (purposes.into_iter().collect(), vendors.into_iter().collect());
        let mut bits = Writer::default();
        core(&mut bits, &purposes, 4, &vendors);
        bits.put(0, 12);
        let tcf = TcfString::parse(&bits.text()).expect("a string");
        prop_assert_eq!(tcf.purpose_consents, purposes);
        prop_assert_eq!(tcf.vendor_consents.iter().collect::<Vec<_>>(), vendors.clone());
        prop_assert!(vendors.iter().all(|vendor| tcf.vendor_consents.contains(*vendor)));
        prop_assert_eq!(tcf.vendor_consents.len(), vendors.len());
    }

    #[test]
    fn fibonacci_integers_are_read(number in 1_u64..1 << 30) {
        let mut bits = Writer::default();
        bits.fibonacci(number);
        prop_assert_eq!(bits::Bits::of(&bits.text()).expect("letters").fibonacci().expect("an integer"), number);
    }
}
