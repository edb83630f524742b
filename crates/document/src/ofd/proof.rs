//! What the seals of an OFD prove (GB/T 33190-2016, 18): the digests of the files that a signature covers, and the signature itself.
//!
//! The value is a `SES_Signature` of version 4 (GB/T 38540-2020, 7.2) or 1 (GM/T 0031-2014, 5.3). The digest of `Signature.xml`, which has the
//! digests of all files, stands in it; the whole is signed by SM2 (GM/T 0003.2, 7).

use der::asn1::AnyRef;
use der::{Decode, Encode, Tag, Tagged};
use sm2::dsa::signature::Verifier;
use sm2::dsa::{Signature as Pair, VerifyingKey};
use sm3::{Digest, Sm3};
use x509_cert::Certificate;

use super::body::{self, Body};
use super::content::{attribute, child, children, text_of};
use super::package::{Entry, Package};
use super::seal::{self, decode, parts};
use super::tolerate;
use crate::budget::Meter;
use crate::error::Error;
use crate::proof::{Held, Proof};

/// The identity of every signer that names none (GM/T 0009-2012, 10).
const IDENTITY: &str = "1234567812345678";
/// SM3, as signatures name it; without a name it is meant, too.
const SM3: [&str; 3] = ["", "sm3", "1.2.156.10197.1.401"];
/// Bytes of a number of a signature.
const NUMBER: usize = 32;

/// What each signature of each document in a package proves.
pub(crate) fn proofs(bytes: &[u8], meter: &Meter) -> Result<Vec<Proof>, Error> {
    let package = Package::open(bytes, meter)?;
    let mut proofs = Vec::new();
    for body in &body::read(&package)? {
        let entries = seal::entries(&package, body)?;
        // The list of seals grows with each seal: those before it cannot cover it as it is then.
        let growing = body.signatures.as_ref().filter(|_| entries.len() > 1).map(|list| list.file_name().trim_start_matches('/'));
        for entry in &entries {
            package.meter().time()?;
            proofs.extend(tolerate(proof(&package, body, entry, growing))?);
        }
    }
    Ok(proofs)
}

/// What `Signature.xml` says of the files that are covered.
struct Covered {
    method: String,
    files: Vec<(String, String)>,
    value: String,
}

fn proof(package: &Package<'_>, body: &Body, entry: &Entry, growing: Option<&str>) -> Result<Proof, Error> {
    let found = seal::signature(package, body, entry)?;
    let mut covered = package.read_xml(entry, |tree| {
        let root = tree.root_element();
        let references = child(root, "SignedInfo").and_then(|info| child(info, "References"));
        let file = |node| Some((attribute(node, "FileRef")?.to_owned(), child(node, "CheckValue").map(text_of)?));
        Ok(Covered {
            method: references.and_then(|node| attribute(node, "CheckMethod")).unwrap_or_default().trim().to_ascii_lowercase(),
            files: references.map(|node| children(node, "Reference").filter_map(file).collect()).unwrap_or_default(),
            value: child(root, "SignedValue").map(text_of).unwrap_or_default(),
        })
    })?;
    covered.files.retain(|(file, _)| growing.is_none_or(|list| file.rsplit('/').next() != Some(list)));
    let find = |location: &str| package.find(entry.folder(), &body.home, location);
    let unchanged = unchanged(package, &covered, find)?;
    let location = if covered.value.is_empty() { seal::SIGNED_VALUE } else { covered.value.as_str() };
    let value = find(location).map(|entry| tolerate(package.read(&entry))).transpose()?.flatten();
    let signed = match value {
        Some(value) => signed(&value, &package.read(entry)?, SM3.contains(&covered.method.as_str())),
        None => Held::unknown("it has no value"),
    };
    Ok(Proof { name: found.name, signer: found.signer, time: found.time, unchanged, signed })
}

/// Whether every file that is covered has its digest.
fn unchanged(package: &Package<'_>, covered: &Covered, find: impl Fn(&str) -> Option<Entry>) -> Result<Held, Error> {
    if covered.files.is_empty() {
        return Ok(Held::unknown("it names no file that it covers"));
    }
    if !SM3.contains(&covered.method.as_str()) {
        return Ok(Held::unknown(format!("its digests are of the method {}", covered.method)));
    }
    for (file, digest) in &covered.files {
        package.meter().time()?;
        let Some(bytes) = find(file).map(|entry| tolerate(package.read(&entry))).transpose()?.flatten() else {
            return Ok(Held::no(format!("{file} is missing")));
        };
        if base64(digest).as_deref() != Some(&Sm3::digest(&bytes)[..]) {
            return Ok(Held::no(format!("{file} was changed")));
        }
    }
    Ok(Held::Yes)
}

/// Whether a value signs these bytes, which are those of `Signature.xml`. Where its digests are of another method than SM3, so may the one
/// in the value be: a difference says nothing then.
fn signed(value: &[u8], sealed: &[u8], by_sm3: bool) -> Held {
    let unknown = || Held::unknown("its value is of a form that is not known");
    let Some(outer) = decode(value).and_then(parts) else { return unknown() };
    let Some((signed, rest)) = outer.split_first() else { return unknown() };
    let Some(inner) = parts(*signed) else { return unknown() };
    // Version 4 has certificate, algorithm and signature behind what is signed; version 1 only the signature.
    let certificate = rest.iter().chain(inner.get(4..).unwrap_or_default()).find(|part| part.tag() == Tag::OctetString);
    let (Some(digest), Some(certificate), Some(signature)) = (inner.get(3).and_then(bits), certificate, rest.iter().rev().find_map(bits))
    else {
        return unknown();
    };
    if *digest != Sm3::digest(sealed)[..] {
        return if by_sm3 { Held::no("the list of what was sealed was changed") } else { unknown() };
    }
    let Some(key) = key(certificate.value()) else { return Held::unknown("its certificate has no SM2 key") };
    let (Ok(message), Some(signature)) = (signed.to_der(), pair(signature)) else { return Held::unknown("its signature cannot be read") };
    if key.verify(&message, &signature).is_ok() { Held::Yes } else { Held::no("its signature does not fit its certificate") }
}

/// What a bit string holds, behind the count of its unused bits.
fn bits<'a>(part: &AnyRef<'a>) -> Option<&'a [u8]> {
    if part.tag() == Tag::BitString { part.value().get(1..) } else { None }
}

fn key(certificate: &[u8]) -> Option<VerifyingKey> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let key = certificate.tbs_certificate().subject_public_key_info().subject_public_key.as_bytes()?.to_vec();
    VerifyingKey::from_sec1_bytes(IDENTITY, &key).ok()
}

/// `SEQUENCE { r INTEGER, s INTEGER }`, or the two numbers one behind the other.
fn pair(bytes: &[u8]) -> Option<Pair> {
    if bytes.len() == 2 * NUMBER {
        return Pair::from_slice(bytes).ok();
    }
    let numbers = parts(decode(bytes)?)?;
    let mut both = Vec::with_capacity(2 * NUMBER);
    for number in numbers.get(..2)? {
        let digits = number.value();
        let digits = digits.strip_prefix(&[0]).unwrap_or(digits);
        both.extend(std::iter::repeat_n(0, NUMBER.checked_sub(digits.len())?));
        both.extend_from_slice(digits);
    }
    Pair::from_slice(&both).ok()
}

/// Base64 (RFC 4648, 4) of a digest; white space is passed over.
fn base64(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().filter(|letter| !letter.is_ascii_whitespace() && *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count) as u8);
            held &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648, 10.
    #[test]
    fn base64_is_read() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9v\n YmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(base64(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(base64("Zm9*"), None);
    }

    #[test]
    fn whatever_is_no_value_says_nothing() {
        for value in [&b""[..], b"\x30", b"\x30\x00", b"\x30\x02\x30\x00", b"\x30\x03\x02\x01\x04", &[0x30; 40], &[0xff; 8]] {
            assert!(matches!(signed(value, b"", true), Held::Unknown(_)), "{value:?}");
        }
    }
}
