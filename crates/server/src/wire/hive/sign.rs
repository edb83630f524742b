//! `Utils.Sign` of the hive: MD5 over the secret, every field's name and value sorted by name, and the secret again, nothing between
//! them and nothing left out (reference, issuing §3.1).

use issue::secret::Secret;

use crate::keys::{Known, md5_of};

/// The signature of these fields, in lower case; `sign` itself is not covered.
pub(super) fn sign<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>, secret: &Secret) -> String {
    let mut fields: Vec<_> = fields.filter(|(name, _)| *name != "sign").collect();
    fields.sort_unstable();
    let middle = fields.into_iter().flat_map(|(name, value)| [name, value]);
    md5_of([secret.expose()].into_iter().chain(middle).chain([secret.expose()]))
}

/// Whether a signature is the app's.
pub(super) fn is_signed<'a>(fields: impl Iterator<Item = (&'a str, &'a str)> + Clone, given: &str, known: &Known) -> bool {
    known.signed(given, |secret| sign(fields.clone(), secret))
}

#[cfg(test)]
mod tests {

    use super::*;

    const FIELDS: [(&str, &str); 4] = [
        ("appid", "uwkahf@jfs92"),
        ("timestamp", "1633618722"),
        ("tax_num", "4214132412414"),
        ("request_data", r#"{"orderno":"223881341324"}"#),
    ];
    const EXPECTED: &str = "145ed596c9ed16ed89286702ca193a81";

    /// The vector of reference, issuing §1.
    #[test]
    fn vector() {
        assert_eq!(sign(FIELDS.into_iter(), &Secret::new("SECRET")), EXPECTED);
        let known = |secret: &str| Known::of("a", vec![Secret::new("earlier"), Secret::new(secret)]);
        let fields = FIELDS.into_iter().rev().chain([("sign", EXPECTED)]);
        assert!(is_signed(fields.clone(), &EXPECTED.to_uppercase(), &known("SECRET")));
        assert!(!is_signed(fields.clone(), EXPECTED, &known("SECRE")));
        assert!(!is_signed(fields.clone(), "", &known("SECRET")));
        // Spaces of the JSON count, and so does a field that is empty.
        let spaced =
            fields.clone().map(|(name, value)| (name, if name == "request_data" { r#"{"orderno": "223881341324"}"# } else { value }));
        assert!(!is_signed(spaced, EXPECTED, &known("SECRET")));
        assert!(!is_signed(fields.chain([("sale_name", "")]), EXPECTED, &known("SECRET")));
    }
}
