//! What the signatures of a PDF prove (ISO 32000-1, 12.8): which bytes they cover, and whether those are as they were. The signature of the
//! digest itself is by RSA as a rule, and is not verified here.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, String as PdfString};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use sm3::Sm3;

use super::sign::signatures;
use crate::proof::{Held, Proof};

/// The attribute `messageDigest` (RFC 5652, 11.2).
const MESSAGE_DIGEST: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];

/// What each signature proves.
pub(super) fn of(pdf: &Pdf, bytes: &[u8]) -> Vec<Proof> {
    let mut proofs = Vec::new();
    signatures(pdf, |seal, signature| {
        let unchanged = unchanged(bytes, signature);
        let signed = Held::unknown("only seals by SM2 are verified");
        proofs.push(Proof { name: seal.name, signer: seal.signer, time: seal.time, unchanged, signed });
    });
    proofs
}

fn unchanged(bytes: &[u8], signature: &Dict<'_>) -> Held {
    let Some(range) = signature.get::<Array<'_>>("ByteRange") else { return Held::unknown("it does not say what it covers") };
    let range: Vec<usize> = range.iter::<i64>().filter_map(|number| usize::try_from(number).ok()).collect();
    let &[0, first, second, length] = &range[..] else { return Held::unknown("it covers the file in a way that is not known") };
    let end = second.checked_add(length);
    let (Some(head), Some(tail), Some(end)) = (bytes.get(..first), end.and_then(|end| bytes.get(second..end)), end) else {
        return Held::no("the file is shorter than what it covers");
    };
    // Between them stands the signature's own value and nothing else.
    let gap = bytes.get(first..second).unwrap_or_default();
    let hexadecimal =
        gap.first() == Some(&b'<') && gap.last() == Some(&b'>') && gap.iter().all(|b| b.is_ascii_hexdigit() || b"<> \r\n\t".contains(b));
    if first > second || !hexadecimal {
        return Held::no("something else than the signature stands where it does not cover the file");
    }
    if bytes.get(end..).is_some_and(|rest| rest.iter().any(|byte| !byte.is_ascii_whitespace() && *byte != 0)) {
        return Held::unknown(format!("it covers the first {end} of {} bytes: something was added later", bytes.len()));
    }
    let value = signature.get::<PdfString<'_>>("Contents").map(|value| value.as_bytes().to_vec()).unwrap_or_default();
    let kind = signature.get::<Name<'_>>("SubFilter").map(|name| name.as_ref().to_vec()).unwrap_or_default();
    let kept = match kind.as_slice() {
        b"adbe.pkcs7.sha1" => {
            return if contains(&value, &[&[0x04, 0x14], &digest::<Sha1>(head, tail)[..]].concat()) { Held::Yes } else { changed() };
        }
        b"adbe.pkcs7.detached" | b"ETSI.CAdES.detached" => message_digest(&value),
        _ => None,
    };
    let Some(kept) = kept else { return Held::unknown("its digest is signed, and only seals by SM2 are verified") };
    let digests = match kept.len() {
        20 => vec![digest::<Sha1>(head, tail)],
        32 => vec![digest::<Sha256>(head, tail), digest::<Sm3>(head, tail)],
        48 => vec![digest::<Sha384>(head, tail)],
        64 => vec![digest::<Sha512>(head, tail)],
        _ => return Held::unknown("its digest is of a method that is not known"),
    };
    if digests.contains(&kept) { Held::Yes } else { changed() }
}

fn changed() -> Held {
    Held::no("the file was changed after it was signed")
}

fn digest<D: Digest>(head: &[u8], tail: &[u8]) -> Vec<u8> {
    D::new().chain_update(head).chain_update(tail).finalize().to_vec()
}

/// The value of `messageDigest`: an octet string in a set.
fn message_digest(value: &[u8]) -> Option<Vec<u8>> {
    let at = value.windows(MESSAGE_DIGEST.len()).position(|window| window == MESSAGE_DIGEST)? + MESSAGE_DIGEST.len();
    match value.get(at..)? {
        [0x31, _, 0x04, length, rest @ ..] => rest.get(..usize::from(*length)).map(<[u8]>::to_vec),
        _ => None,
    }
}

fn contains(value: &[u8], part: &[u8]) -> bool {
    value.windows(part.len()).any(|window| window == part)
}
