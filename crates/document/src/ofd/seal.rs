//! Electronic seals (GB/T 33190-2016, 18; GB/T 38540-2020 and GM/T 0031-2014 for what is inside): who sealed, when and where, and the
//! stamp's picture, which the page itself does not hold. What they prove is told by `proof`.

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, Tagged};
use hayro::kurbo::Rect;
use x509_cert::Certificate;

use super::body::Body;
use super::content::{attribute, child, children, text_of};
use super::lexical::rectangle;
use super::package::{Entry, Package};
use super::tolerate;
use crate::error::Error;

/// File of a signature's value where `Signature.xml` does not name it.
pub(super) const SIGNED_VALUE: &str = "SignedValue.dat";
/// Stamps of one signature: a seal over the edges of all sheets has one on each.
const STAMPS: usize = 1_000;

/// A signature of a document, as far as it could be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Signature {
    /// Where it is stamped; empty for a signature without a seal.
    pub(super) stamps: Vec<Stamp>,
    /// Name of the seal.
    pub(super) name: String,
    /// Common name of the signer's certificate.
    pub(super) signer: String,
    /// Time of signing, as written.
    pub(super) time: String,
    /// The stamp's picture: its type as written, in lower case, and its bytes.
    pub(super) picture: Option<(String, Vec<u8>)>,
}

/// `StampAnnot`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Stamp {
    /// ID of the page.
    pub(super) page: String,
    /// Where the whole stamp lies, in millimetres.
    pub(super) boundary: Rect,
    /// Which part of it is shown, from its corner, in millimetres.
    pub(super) clip: Option<Rect>,
}

impl Stamp {
    /// The part of the page that shows the stamp, in millimetres.
    pub(super) fn shown(&self) -> Rect {
        match self.clip {
            Some(clip) => (clip + self.boundary.origin().to_vec2()).intersect(self.boundary),
            None => self.boundary,
        }
    }
}

/// Reads the signatures of a document in the order of their list. Those that are missing or damaged are passed over; of one whose value
/// cannot be read its places and time stay.
pub(super) fn read(package: &Package<'_>, body: &Body) -> Result<Vec<Signature>, Error> {
    let mut out = Vec::new();
    for entry in entries(package, body)? {
        package.meter().time()?;
        out.extend(tolerate(signature(package, body, &entry))?);
    }
    Ok(out)
}

/// The signatures of a document's list.
pub(super) fn entries(package: &Package<'_>, body: &Body) -> Result<Vec<Entry>, Error> {
    let Some(list) = &body.signatures else { return Ok(Vec::new()) };
    let entries = package.read_xml(list, |tree| {
        let located = |node| package.find(list.folder(), &body.home, attribute(node, "BaseLoc")?);
        Ok(children(tree.root_element(), "Signature").filter_map(located).collect::<Vec<_>>())
    });
    Ok(tolerate(entries)?.unwrap_or_default())
}

pub(super) fn signature(package: &Package<'_>, body: &Body, entry: &Entry) -> Result<Signature, Error> {
    let (mut signature, value, seal) = package.read_xml(entry, |tree| {
        let root = tree.root_element();
        let info = child(root, "SignedInfo");
        let stamp = |node| {
            Some(Stamp {
                page: attribute(node, "PageRef")?.trim().to_owned(),
                boundary: attribute(node, "Boundary").and_then(rectangle)?,
                clip: attribute(node, "Clip").and_then(rectangle),
            })
        };
        let signature = Signature {
            stamps: info.map(|info| children(info, "StampAnnot").filter_map(stamp).take(STAMPS).collect()).unwrap_or_default(),
            time: info.and_then(|info| child(info, "SignatureDateTime")).map(text_of).unwrap_or_default(),
            ..Signature::default()
        };
        let value =
            child(root, "SignedValue").map(text_of).filter(|location| !location.is_empty()).unwrap_or_else(|| SIGNED_VALUE.to_owned());
        let seal = info.and_then(|info| child(info, "Seal")).and_then(|seal| child(seal, "BaseLoc")).map(text_of);
        Ok((signature, value, seal))
    })?;
    let find = |location: &str| package.find(entry.folder(), &body.home, location);
    if let Some(bytes) = find(&value).map(|entry| tolerate(package.read(&entry))).transpose()?.flatten() {
        signed_value(&bytes, &mut signature);
    }
    if signature.name.is_empty()
        && let Some(bytes) = seal.and_then(|location| find(&location)).map(|entry| tolerate(package.read(&entry))).transpose()?.flatten()
        && let Some(seal) = decode(&bytes)
    {
        electronic_seal(seal, &mut signature);
    }
    Ok(signature)
}

/// Takes what it can from a signature's value: `SES_Signature` of version 4 (GB/T 38540-2020, 7.2) or 1 (GM/T 0031-2014, 5.3), or a CMS
/// `SignedData`, also with the object identifiers of GM/T 0010. A bare pair of numbers, and what is broken, gives nothing.
fn signed_value(bytes: &[u8], signature: &mut Signature) {
    let Some(outer) = decode(bytes).and_then(parts) else { return };
    match outer.as_slice() {
        [kind, content, ..] if kind.tag() == Tag::ObjectIdentifier => {
            let certificate = parts(*content).and_then(|data| data.first().copied()).and_then(parts).and_then(|data| {
                // The certificates are the element with the context-specific tag 0.
                data.into_iter().find(|part| is_context_0(part.tag())).and_then(parts).and_then(|all| all.first().copied())
            });
            if let Some(certificate) = certificate {
                signature.signer = common_name(&whole(certificate)).unwrap_or_default();
            }
        }
        [to_sign, rest @ ..] => {
            let Some(to_sign) = parts(*to_sign) else { return };
            let Some((seal, after)) = to_sign.get(1).zip(to_sign.get(2..)) else { return };
            electronic_seal(*seal, signature);
            // Version 4 has the signer's certificate beside what is signed, version 1 at its end.
            let certificate = rest.iter().chain(after).find(|part| part.tag() == Tag::OctetString);
            signature.signer = certificate.and_then(|c| common_name(c.value())).unwrap_or_default();
            if signature.time.is_empty()
                && let Some(time) = after.first().filter(|part| matches!(part.tag(), Tag::GeneralizedTime | Tag::UtcTime))
            {
                signature.time = String::from_utf8_lossy(time.value()).into_owned();
            }
        }
        [] => {}
    }
}

/// `SESeal`: its first element has header, identifier, properties, picture.
fn electronic_seal(seal: AnyRef<'_>, signature: &mut Signature) {
    let Some(info) = parts(seal).and_then(|seal| seal.first().copied()).and_then(parts) else { return };
    if let Some(name) = info.get(2).copied().and_then(parts).and_then(|properties| properties.get(1).copied()) {
        signature.name = string(name);
    }
    if let Some([kind, data]) = info.get(3).copied().and_then(parts).and_then(|picture| picture.first_chunk().copied())
        && data.tag() == Tag::OctetString
    {
        signature.picture = Some((string(kind).to_ascii_lowercase(), data.value().to_vec()));
    }
}

/// The element at the start of `bytes`; what follows it is padding.
pub(super) fn decode(bytes: &[u8]) -> Option<AnyRef<'_>> {
    AnyRef::decode(&mut SliceReader::new(bytes).ok()?).ok()
}

/// The elements inside a constructed one, which must fill it.
pub(super) fn parts(element: AnyRef<'_>) -> Option<Vec<AnyRef<'_>>> {
    if !element.tag().is_constructed() {
        return None;
    }
    let mut reader = SliceReader::new(element.value()).ok()?;
    let mut out = Vec::new();
    while !reader.is_finished() {
        out.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(out)
}

fn is_context_0(tag: Tag) -> bool {
    matches!(tag, Tag::ContextSpecific { constructed: true, number } if number == der::TagNumber(0))
}

/// An element with its header.
fn whole(element: AnyRef<'_>) -> Vec<u8> {
    der::Encode::to_der(&element).unwrap_or_default()
}

fn string(element: AnyRef<'_>) -> String {
    match element.tag() {
        Tag::BmpString => encoding_rs::UTF_16BE.decode_without_bom_handling(element.value()).0.trim().to_owned(),
        _ => match std::str::from_utf8(element.value()) {
            Ok(text) => text.trim_matches(['\0', ' ']).to_owned(),
            Err(_) => encoding_rs::GB18030.decode_without_bom_handling(element.value()).0.trim().to_owned(),
        },
    }
}

/// The common name of a certificate's subject.
fn common_name(certificate: &[u8]) -> Option<String> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let name = certificate.tbs_certificate().subject().common_name().ok()??;
    Some(name.value().trim().to_owned())
}
