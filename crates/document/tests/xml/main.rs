//! XML of any encoding, well formed or broken in the ways that real files are.

use std::time::Duration;

use document::budget::Budget;
use document::error::{Error, Format, Limit};
use document::payload::{Element, Origin, Payload};
use document::{Document, open};

mod hostile;
mod samples;

/// The usual limits without the one on time, which would make a busy machine fail.
fn budget() -> Budget {
    Budget { time: Duration::from_secs(3600), ..Budget::default() }
}

/// The root element of a file.
#[track_caller]
fn root(bytes: impl AsRef<[u8]>) -> Element {
    let document = open(bytes.as_ref(), &budget()).unwrap_or_else(|fault| panic!("{fault}"));
    element(document)
}

#[track_caller]
fn element(document: Document) -> Element {
    assert_eq!((document.format, document.pages.len()), (Format::Xml, 0));
    match document.payloads.into_iter().next() {
        Some(Payload::Xml { name, origin: Origin::File, root }) if name.is_empty() => root,
        other => panic!("not the file's own XML: {other:?}"),
    }
}

#[track_caller]
fn fault(bytes: impl AsRef<[u8]>) -> (String, String) {
    match open(bytes.as_ref(), &budget()) {
        Err(Error::Damaged { format: Format::Xml, place, what }) => (place, what),
        other => panic!("not damaged but {other:?}"),
    }
}

const INVOICE: &str = concat!(
    "<EInvoice><Header><EIid>26990000000000000017</EIid><InherentLabel><InIssuType/></InherentLabel></Header>",
    "<EInvoiceData><SellerInformation><SellerName>演示销售方有限公司</SellerName></SellerInformation>",
    "<IssuItemInformation><ItemName>*餐饮服务*餐费</ItemName></IssuItemInformation><IssuItemInformation><ItemName>*餐饮服务*茶水</ItemName></IssuItemInformation></EInvoiceData></EInvoice>"
);

#[track_caller]
fn assert_invoice(bytes: impl AsRef<[u8]>) {
    let root = root(bytes);
    assert_eq!(root.name, "EInvoice");
    assert_eq!(root.find("Header/EIid").map(|e| e.text.as_str()), Some("26990000000000000017"));
    assert_eq!(root.descendant("SellerName").map(|e| e.text.as_str()), Some("演示销售方有限公司"));
    let data = root.child("EInvoiceData").expect("the data are there");
    let items: Vec<&str> =
        data.all("IssuItemInformation").filter_map(|item| item.child("ItemName")).map(|name| name.text.as_str()).collect();
    assert_eq!(items, ["*餐饮服务*餐费", "*餐饮服务*茶水"]);
}

#[test]
fn every_encoding_is_read() {
    let declared = |encoding: &str| format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n{INVOICE}");
    let gbk = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let utf_16 = |text: &str, mark: bool, to: fn(u16) -> [u8; 2]| {
        let mark = mark.then_some(0xFEFF_u16);
        mark.into_iter().chain(text.encode_utf16()).flat_map(to).collect::<Vec<u8>>()
    };
    assert_invoice(INVOICE);
    assert_invoice(declared("UTF-8"));
    assert_invoice(declared("utf-8").replace('"', "'"));
    assert_invoice(format!("\u{FEFF}{}", declared("UTF-8")));
    for encoding in ["GBK", "gb2312", "GB18030"] {
        assert_invoice(gbk(&declared(encoding)));
        // Says one thing and is another: what fits without a fault is right.
        assert_invoice(declared(encoding));
    }
    assert_invoice(gbk(&declared("UTF-8")));
    assert_invoice(gbk(INVOICE));
    for encoding in ["UTF-16", "UTF-16LE", "UTF-16BE", "UTF-8"] {
        assert_invoice(utf_16(&declared(encoding), true, u16::to_le_bytes));
        assert_invoice(utf_16(&declared(encoding), true, u16::to_be_bytes));
        assert_invoice(utf_16(&declared(encoding), false, u16::to_le_bytes));
        assert_invoice(utf_16(&declared(encoding), false, u16::to_be_bytes));
    }
    // Called UTF-16 and is none; an encoding that nobody knows.
    assert_invoice(declared("UTF-16"));
    assert_invoice(declared("x-invented"));
}

#[test]
fn bytes_that_fit_no_encoding_are_seen_to_be_lost() {
    let root = root(b"<a><b>A\xFFB</b><c>\xE6\x99</c></a>");
    assert_eq!(root.child("b").map(|b| b.text.as_str()), Some("A\u{FFFD}B"));
}

#[test]
fn what_stands_around_the_root_does_not_matter() {
    for (before, after) in [
        ("\n  ", "\n"),
        ("\u{FEFF}\n", "\0\0\0"),
        ("<!-- written by hand --><?style none?>", "<!-- end -->"),
        ("<?xml version=\"1.0\" standalone=\"yes\"?>", "\r\n\u{1A}"),
    ] {
        assert_invoice(format!("{before}{INVOICE}{after}"));
    }
}

#[test]
fn an_element_has_its_names_text_and_attributes() {
    let root = root(
        "<fp:eInvoice xmlns:fp=\"urn:a\" xmlns=\"urn:b\" fp:Version=\"1.0\" Other='&lt;2&gt;'><fp:Note>\n  一 <![CDATA[<二> & ]]>&#19977;<x/>四 \n</fp:Note><Plain/></fp:eInvoice>",
    );
    assert_eq!((root.name.as_str(), root.namespace.as_str()), ("eInvoice", "urn:a"));
    assert_eq!(root.attributes, [("Version".to_owned(), "1.0".to_owned()), ("Other".to_owned(), "<2>".to_owned())]);
    let note = root.child("Note").expect("it has a note");
    assert_eq!((note.text.as_str(), note.children.len()), ("一 <二> & 三四", 1));
    assert_eq!(root.child("Plain").map(|p| (p.namespace.as_str(), p.text.as_str())), Some(("urn:b", "")));
    assert!(root.text.is_empty() && root.child("Missing").is_none());
}

/// What a strict parser refuses, and what is read of it.
#[test]
fn broken_markup_is_mended() {
    for (text, path, want) in [
        // Prefixes: empty, and never declared, on elements and attributes; a declared one among them.
        ("<:a xmlns:=\"\"><b>1</b></:a>", "b", "1"),
        ("<:a xmlns=\"\"><b>1</b></:a>", "b", "1"),
        ("<fp:a><fp:b>1</fp:b></fp:a>", "b", "1"),
        ("<a xmlns:fp=\"urn:a\"><fp:c/><ofd:b ofd:x=\"2\">1</ofd:b></a>", "b", "1"),
        ("<a:b:c><a:b:d>1</a:b:d></a:b:c>", "d", "1"),
        // Ampersands and less-than signs that were not escaped, beside some that were.
        ("<a><b>甲&乙 &amp; &#65; &nbsp; &#0; &#xFFFFFFFFF;</b></a>", "b", "甲&乙 & A &nbsp; &#0; &#xFFFFFFFFF;"),
        ("<a><b>03<9*/<-1>+</+5<<</b></a>", "b", "03<9*/<-1>+</+5<<"),
        ("<a><b c=\"x&y<z\" c='again' d='\"'>1</b></a>", "b", "1"),
        // Control characters.
        ("<a><b>1\u{B}2\u{0}3</b></a>", "b", "123"),
        ("<a><b><![CDATA[1\u{1}&2]]></b></a>", "b", "1&2"),
    ] {
        let root = root(text);
        assert_eq!(root.find(path).map(|e| e.text.as_str()), Some(want), "{text}");
    }
    let attributes = root("<a:x b='&' c=\"<\" d='\"' b='2'/>").attributes;
    let want = [("b", "&"), ("c", "<"), ("d", "\"")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    assert_eq!(attributes, want);
    // A namespace that needs no prefix survives.
    assert_eq!(root("<a xmlns=\"urn:a\"><x:b/></a>").namespace, "urn:a");
}

#[test]
fn what_cannot_be_mended_is_said_with_its_place() {
    assert_eq!(fault("<a>\n  <b>\n</a>").0, "line 3, column 1");
    assert_eq!(fault("<a><b></c></a>").0, "line 1, column 7");
    for text in ["<", "<a", "<a>", "</a>", "<a/><b/>", "<?xml version=\"1.0\"?>", "<!-- only -->", "<a b=\"1></a>"] {
        let (place, what) = fault(text);
        assert!(place.starts_with("line ") && !what.is_empty(), "{text}: {place}, {what}");
    }
}

#[test]
fn document_types_are_refused() {
    for text in [
        "<!DOCTYPE EInvoice><EInvoice/>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE a SYSTEM \"file:///etc/hostname\"><a/>",
        "<a><!ENTITY x \"y\"></a>",
    ] {
        assert!(fault(text).1.contains("DOCTYPE"), "{text}");
    }
    // The word alone is no declaration.
    assert_eq!(root("<a><![CDATA[<!DOCTYPE a>]]></a>").text, "<!DOCTYPE a>");
    assert_eq!(root("<a><!-- <!DOCTYPE a> -->1</a>").text, "1");
}

#[test]
fn limits_are_named() {
    let tight = Budget { elements: 100, depth: 10, bytes: 10_000, ..budget() };
    let over = |text: &str| match open(text.as_bytes(), &tight) {
        Err(Error::OverBudget { limit, .. }) => Some(limit),
        Ok(_) => None,
        Err(other) => panic!("{other}"),
    };
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let many = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count - 1));
    assert_eq!(over(&nested(10)), None);
    assert_eq!(over(&nested(11)), Some(Limit::Depth));
    assert_eq!(over(&many(100)), None);
    assert_eq!(over(&many(101)), Some(Limit::Elements));
    assert_eq!(over(&format!("<a>{}</a>", " ".repeat(10_000))), Some(Limit::Bytes));
    // Broken markup has the same limits.
    assert_eq!(over(&nested(11).replace("a>", "x:a>")), Some(Limit::Depth));
}
