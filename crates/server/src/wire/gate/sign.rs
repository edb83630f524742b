//! The gate's signature: MD5 over `k=v` of all fields but `sign`, sorted, joined by `&`, with `&app_secret=` and the secret behind
//! them, over UTF-8 and values as they are before any encoding (seed 000; reference, issuing §2.1).

use issue::secret::Secret;

use crate::keys::{Known, md5_of};

/// What empty fields do: the documents say both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// They are left out, as the table of the documents says.
    Skipped,
    /// They stand as `k=`, as its sample program does it.
    Kept,
}

/// The text that is signed, without the secret.
fn plain<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>, empty: Empty) -> String {
    let mut fields: Vec<_> = fields.filter(|(name, value)| *name != "sign" && (empty == Empty::Kept || !value.is_empty())).collect();
    // By name, and where a name is repeated by value.
    fields.sort_unstable();
    fields.into_iter().fold(String::new(), |mut text, (name, value)| {
        text.extend([name, "=", value, "&"]);
        text
    })
}

/// The signature of these fields, in upper case as the documents print it.
pub(super) fn sign<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>, empty: Empty, secret: &Secret) -> String {
    md5_of([plain(fields, empty).as_str(), "app_secret=", secret.expose()]).to_ascii_uppercase()
}

/// Whether a signature is the app's, empty fields skipped or kept.
pub(super) fn is_signed<'a>(fields: impl Iterator<Item = (&'a str, &'a str)> + Clone, given: &str, known: &Known) -> bool {
    let skipped = known.signed(given, |secret| sign(fields.clone(), Empty::Skipped, secret));
    let kept = known.signed(given, |secret| sign(fields.clone(), Empty::Kept, secret));
    skipped | kept
}

/// Whether the header `Authorization` signs a JSON body as a whole: MD5 over the body and `&app_secret=` with the secret.
pub(super) fn is_body_signed(body: &str, given: &str, known: &Known) -> bool {
    known.signed(given, |secret| md5_of([body, "&app_secret=", secret.expose()]))
}

#[cfg(test)]
mod tests {

    use super::*;

    fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> + Clone {
        text.split('&').filter_map(|pair| pair.split_once('='))
    }

    fn known(secret: &str) -> Known {
        Known::of("a", vec![Secret::new(secret)])
    }

    /// The example of seed 000, the vectors of reference, issuing §1.
    #[test]
    fn vectors() {
        for (fields, secret, expected) in [
            (
                "app_id=op6619067c70f1234213&merchant=626266016&obtain_order=123456789111",
                "d6d3ea8f910b9a3ff1234234",
                "CF56BA852C2F8DF9CD8D3DFB94C56DC0",
            ),
            (
                "app_id=op6619067c70f1234213&buyer_email=191671412@qq.com&buyer_mobile=18075521111&buyer_name=随便开票&\
                 buyer_tax_no=91440300067123423&buyer_tax_type=1&merchant=626266016&obtain_order=123456789111&value=100",
                "d6d3ea8f910b9a3ffa2341234",
                "B10DE5E8A1B5E8B16878AE49C917C212",
            ),
            (
                "app_id=op1&invoice_no=24312000000022669098&invoice_time=1626870591000&merchant=626266016&obtain_order=123456789111&\
                 obtain_serial=202107212029510755019876&status=2&status_desc=开票成功",
                "SECRET",
                "5EE6B040035550678C7829DE9C83A7C0",
            ),
        ] {
            // In whatever order they come, with or without the signature itself.
            let mut turned: Vec<_> = pairs(fields).collect();
            turned.reverse();
            turned.push(("sign", "whatever"));
            let turned = turned.into_iter();
            assert_eq!(sign(turned.clone(), Empty::Skipped, &Secret::new(secret)), expected);
            assert!(is_signed(turned.clone(), &expected.to_lowercase(), &known(secret)));
            assert!(!is_signed(turned.clone(), expected, &known("another")));
            assert!(!is_signed(turned.clone(), &expected[1..], &known(secret)));
            assert!(!is_signed(turned.chain([("more", "1")]), expected, &known(secret)));
        }
    }

    #[test]
    fn empty_fields_are_skipped_or_kept() {
        let fields = || [("b", ""), ("a", "1")].into_iter();
        let secret = Secret::new("s");
        assert_eq!(plain(fields(), Empty::Skipped), "a=1&");
        assert_eq!(plain(fields(), Empty::Kept), "a=1&b=&");
        for empty in [Empty::Skipped, Empty::Kept] {
            assert!(is_signed(fields(), &sign(fields(), empty, &secret), &known("s")), "{empty:?}");
        }
        // A field that was added is not covered by either.
        assert!(!is_signed(fields().chain([("c", "2")]), &sign(fields(), Empty::Kept, &secret), &known("s")));
    }

    #[test]
    fn a_repeated_name_is_sorted_by_value() {
        assert_eq!(plain([("a", "2"), ("a", "1"), ("A", "3")].into_iter(), Empty::Kept), "A=3&a=1&a=2&");
    }

    #[test]
    fn a_body_is_signed_as_a_whole() {
        let body = r#"{"app_id":"a"}"#;
        let given = md5_of([body, "&app_secret=", "s"]);
        assert!(is_body_signed(body, &given.to_uppercase(), &known("s")));
        assert!(!is_body_signed(r#"{"app_id": "a"}"#, &given, &known("s")));
    }
}
