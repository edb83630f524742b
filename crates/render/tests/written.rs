//! Whole documents as they are written: a change shows itself.

use std::io::{Cursor, Read};

use render::Encoding;
use render::specimen::{Carrier, Form, invent};

fn document(form: Form, seed: u64, carrier: Carrier) -> Vec<u8> {
    invent(form, seed).and_then(|s| s.document(carrier, 72.0, Encoding::Png)).expect("a document")
}

fn entry(package: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).expect("a package");
    let mut text = String::new();
    zip.by_name(name).expect("an entry").read_to_string(&mut text).expect("text");
    text
}

#[test]
fn e_invoice() {
    insta::assert_snapshot!(String::from_utf8(document(Form::Passenger, 31, Carrier::Xml)).expect("UTF-8"));
}

#[test]
fn tags_of_the_platform() {
    insta::assert_snapshot!(entry(&document(Form::DigitalSpecial, 32, Carrier::Ofd), "Doc_0/Tags/CustomTag.xml"));
}

#[test]
fn tags_of_the_tax_control_system() {
    insta::assert_snapshot!(entry(&document(Form::Electronic, 33, Carrier::Ofd), "Doc_0/Tags/CustomTag.xml"));
}

#[test]
fn original_invoice() {
    insta::assert_snapshot!(entry(&document(Form::Toll, 34, Carrier::Ofd), "Doc_0/Attachs/original_invoice.xml"));
}

#[test]
fn railway_instance() {
    let package = document(Form::Rail, 35, Carrier::Ofd);
    let zip = zip::ZipArchive::new(Cursor::new(&package[..])).expect("a package");
    let name = zip.file_names().flatten().find(|n| n.contains("rai_issuer")).expect("an instance").into_owned();
    insta::assert_snapshot!(entry(&package, &name));
}
