//! Seals of real documents, where they are at hand: those that hold, and what any change does to them.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use document::budget::Budget;
use document::proof::{Held, Proof, examine};

/// A sample, or nothing with a message where the samples are not there.
#[expect(clippy::print_stderr, reason = "a test that was skipped has to say so")]
fn sample(name: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples").join(name)).ok();
    if bytes.is_none() {
        eprintln!("skipped: samples not there");
    }
    bytes
}

fn proofs(bytes: &[u8]) -> Vec<Proof> {
    examine(bytes, &Budget::default()).expect("the sample can be examined")
}

/// The package with one of its files changed.
fn changed(bytes: &[u8], name: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut file = from.by_index(at).expect("an entry");
        let (path, mut content) = (file.name().expect("a name").into_owned(), Vec::new());
        file.read_to_end(&mut content).expect("its content");
        if path.ends_with(name) {
            change(&mut content);
        }
        to.start_file(path, zip::write::SimpleFileOptions::default()).expect("an entry");
        to.write_all(&content).expect("its content");
    }
    to.finish().expect("a package").into_inner()
}

#[test]
fn a_seal_of_a_tax_bureau_holds_until_something_is_changed() {
    let Some(bytes) = sample("ofd/ofd-02.ofd") else { return };
    let [proof] = &proofs(&bytes)[..] else { panic!("one seal") };
    assert_eq!((&proof.unchanged, &proof.signed), (&Held::Yes, &Held::Yes), "{proof:?}");
    let flip = |content: &mut Vec<u8>| {
        let last = content.len() - 3;
        content[last] ^= 1;
    };
    let blank = |content: &mut Vec<u8>| content.extend_from_slice(b"\n");
    let after = |name: &str| proofs(&changed(&bytes, name, blank)).remove(0);
    // What is on the page; the list of digests; the signature.
    assert!(matches!(&after("Pages/Page_0/Content.xml").unchanged, Held::No(why) if why.contains("Content.xml")));
    let listed = after("Signature.xml");
    assert!(listed.unchanged == Held::Yes && matches!(listed.signed, Held::No(_)), "{listed:?}");
    let forged = proofs(&changed(&bytes, "SignedValue.dat", flip)).remove(0);
    assert!(forged.unchanged == Held::Yes && matches!(forged.signed, Held::No(_)), "{forged:?}");
}

/// No real document is called forged: what is not understood is not known.
#[test]
fn no_real_seal_is_said_to_be_broken() {
    let (mut held, mut seals) = (0, 0);
    for number in 1..=19 {
        let Some(bytes) = sample(&format!("ofd/ofd-{number:02}.ofd")) else { return };
        for proof in proofs(&bytes) {
            seals += 1;
            held += usize::from(proof.unchanged == Held::Yes && proof.signed == Held::Yes);
            assert!(!matches!(proof.signed, Held::No(_)), "ofd-{number:02}: {proof:?}");
        }
    }
    // Some were changed after they were sealed, some are of forms that are not understood.
    assert!(held >= 7 && seals >= 12, "{held} of {seals}");
}

#[test]
fn a_signed_pdf_is_as_it_was_until_something_is_changed() {
    for (name, unchanged) in [("pdf/pdf-11.pdf", true), ("pdf/pdf-17.pdf", true)] {
        let Some(bytes) = sample(name) else { return };
        let proof = proofs(&bytes).remove(0);
        assert_eq!(proof.unchanged == Held::Yes, unchanged, "{name} {proof:?}");
        let mut other = bytes.clone();
        // In the header's comment, which nothing reads.
        let at = other.iter().position(|byte| *byte >= 0x80).expect("a binary comment");
        other[at] ^= 1;
        assert!(matches!(proofs(&other).remove(0).unchanged, Held::No(_)), "{name}");
        let mut longer = bytes;
        longer.extend_from_slice(b"%appended");
        assert!(!matches!(proofs(&longer).remove(0).unchanged, Held::Yes), "{name}");
    }
}

#[test]
fn other_formats_have_none() {
    assert_eq!(proofs(b"<?xml version=\"1.0\"?><EInvoice/>"), []);
    assert!(examine(b"nothing", &Budget::default()).is_err());
}
