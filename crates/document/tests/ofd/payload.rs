//! What a package carries besides its pages: tags, data, attachments.

use document::budget::Budget;
use document::error::{Format, Limit};
use document::page::Rect;
use document::payload::{Origin, Payload};

use crate::fixture::{NAMESPACE, Package, budget, document_xml, ofd_xml, page_xml, tag_values, tags, text_object, wrap};

const TAG_FILE: &str = "Doc_0/Tags/CustomTag.xml";

#[test]
fn tags_give_the_text_of_the_objects_that_they_point_to() {
    let document = Package::invoice().opened();
    assert_eq!(tag_values(&document, &["InvoiceNo"]), ["26990000000000000017"]);
    assert_eq!(tag_values(&document, &["Buyer", "BuyerName"]), ["演示购买方公司甲"]);
    // The currency sign and the digits are two objects and stay two values.
    assert_eq!(tag_values(&document, &["TaxInclusiveTotalAmount"]), ["¥", "106.00"]);
    let tag = tags(&document)[0];
    assert_eq!((tag.page, tag.group, tag.areas.len()), (0, None, 1));
    let Rect { left, right, .. } = tag.areas[0];
    let points = 72.0 / 25.4;
    assert!((left - 50.0 * points).abs() < 0.1 && (right - (50.0 + 20.0 * 1.5875) * points).abs() < 0.1, "{left} {right}");
}

/// The same tags in every dialect that producers write.
#[test]
fn every_dialect_of_tags_is_read() {
    let inside = |prefix: &str, reference: &str| {
        format!(
            "<{prefix}InvoiceNo><{reference} PageRef=\"1\">20</{reference}></{prefix}InvoiceNo><{prefix}Buyer><{prefix}BuyerName><{reference} PageRef=\"1\">21</{reference}></{prefix}BuyerName></{prefix}Buyer>"
        )
    };
    for (root, file) in [
        ("root", format!("<ofd:root xmlns:ofd=\"{NAMESPACE}\" version=\"1.0\">{}</ofd:root>", inside("ofd:", "ofd:ObjectRef"))),
        (
            "eInvoice",
            format!(
                "<fp:eInvoice xmlns:fp=\"urn:invented:e-invoice\" xmlns:ofd=\"{NAMESPACE}\">{}</fp:eInvoice>",
                inside("fp:", "ofd:ObjectRef")
            ),
        ),
        ("eInvoice", format!("<eInvoice xmlns=\"urn:invented\"><!-- -->{}</eInvoice>", inside("", "ObjectRef"))),
        // No well-formed XML: an empty prefix, prefixes that nothing declares.
        ("eInvoice", format!("<?xml version=\"1.0\"?>\n<:eInvoice xmlns:=\"\">{}</:eInvoice>", inside("", "ofd:ObjectRef"))),
        ("eInvoice", format!("<:eInvoice xmlns=\"\">{}</:eInvoice>", inside("", "ofd:ObjectRef"))),
        ("kj", format!("<kj:kj xmlns:ofd=\"{NAMESPACE}\">{}</kj:kj>", inside("kj:", "ofd:ObjectRef"))),
        ("eInvoice", format!("<fp:eInvoice>{}</fp:eInvoice>", inside("fp:", "ofd:ObjectRef"))),
    ] {
        let document = Package::invoice().with(TAG_FILE, file.clone()).opened();
        assert_eq!(tag_values(&document, &["InvoiceNo"]), ["26990000000000000017"], "{file}");
        assert_eq!(tag_values(&document, &["Buyer", "BuyerName"]), ["演示购买方公司甲"], "{file}");
        let roots: Vec<&str> =
            document.payloads.iter().filter_map(|p| if let Payload::Tags { root, .. } = p { Some(root.as_str()) } else { None }).collect();
        assert_eq!(roots, [root], "{file}");
    }
}

#[test]
fn repeated_tags_are_numbered() {
    let reference = "<ofd:ObjectRef PageRef=\"1\">20</ofd:ObjectRef>";
    let flat = format!("<ofd:Item>{reference}</ofd:Item><ofd:Amount>{reference}</ofd:Amount><ofd:Item>{reference}</ofd:Item>");
    let document = Package::invoice().with(TAG_FILE, wrap("root", &flat)).opened();
    let found: Vec<(String, Option<usize>)> = tags(&document).iter().map(|t| (t.path.join("/"), t.group)).collect();
    assert_eq!(found, [("Item".to_owned(), Some(0)), ("Amount".to_owned(), None), ("Item".to_owned(), Some(1))]);

    let row = format!("<ofd:GoodsInfo><ofd:Item>{reference}</ofd:Item><ofd:Amount>{reference}</ofd:Amount></ofd:GoodsInfo>");
    let document = Package::invoice().with(TAG_FILE, wrap("root", &format!("<ofd:GoodsInfos>{row}{row}</ofd:GoodsInfos>"))).opened();
    let found: Vec<(String, Option<usize>)> = tags(&document).iter().map(|t| (t.path.join("/"), t.group)).collect();
    let (item, amount) = ("GoodsInfos/GoodsInfo/Item".to_owned(), "GoodsInfos/GoodsInfo/Amount".to_owned());
    assert_eq!(found, [(item.clone(), Some(0)), (amount.clone(), Some(0)), (item, Some(1)), (amount, Some(1))]);
}

#[test]
fn a_tag_over_two_pages_is_one_tag_on_each() {
    let second = page_xml("", &text_object(50, 10.0, 20.0, "<ofd:TextCode X=\"0\" Y=\"4\">续</ofd:TextCode>"));
    let tag = "<ofd:Note><ofd:ObjectRef PageRef=\"1\">21</ofd:ObjectRef><ofd:ObjectRef PageRef=\"9\">50</ofd:ObjectRef></ofd:Note>";
    let document = Package::invoice()
        .replace("Doc_0/Document.xml", "</ofd:Pages>", "<ofd:Page ID=\"9\" BaseLoc=\"Pages/Page_1/Content.xml\"/></ofd:Pages>")
        .with("Doc_0/Pages/Page_1/Content.xml", second)
        .with(TAG_FILE, wrap("root", tag))
        .opened();
    let found: Vec<(usize, &[String])> = tags(&document).iter().map(|t| (t.page, t.values.as_slice())).collect();
    assert_eq!(found, [(0, ["演示购买方公司甲".to_owned()].as_slice()), (1, ["续".to_owned()].as_slice())]);
}

#[test]
fn references_are_followed_as_far_as_they_are_clear() {
    let with = |reference: &str| Package::invoice().with(TAG_FILE, wrap("root", &format!("<ofd:No>{reference}</ofd:No>"))).opened();
    // Without a page, or with one that does not exist, the object's ID tells; what points nowhere gives no tag.
    assert_eq!(tag_values(&with("<ofd:ObjectRef>20</ofd:ObjectRef>"), &["No"]), ["26990000000000000017"]);
    assert_eq!(tag_values(&with("<ofd:ObjectRef PageRef=\"77\">\n 20 </ofd:ObjectRef>"), &["No"]), ["26990000000000000017"]);
    assert_eq!(tag_values(&with("<ofd:ObjectRef PageRef=\"1\">11</ofd:ObjectRef>"), &["No"]), ["发票号码："]);
    assert!(tags(&with("<ofd:ObjectRef PageRef=\"1\">404</ofd:ObjectRef>")).is_empty());
    assert!(tags(&with("<ofd:ObjectRef PageRef=\"1\">12</ofd:ObjectRef>")).is_empty(), "a path object has no text");
    // An ID that two pages use is not clear without the page.
    let twice = Package::invoice()
        .replace("Doc_0/Document.xml", "</ofd:Pages>", "<ofd:Page ID=\"9\" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages>")
        .with(TAG_FILE, wrap("root", "<ofd:No><ofd:ObjectRef>20</ofd:ObjectRef></ofd:No>"));
    assert!(tags(&twice.opened()).is_empty());
}

#[test]
fn empty_and_broken_tag_files_are_no_obstacle() {
    for file in [
        "",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root/>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<root><a>",
        "not markup at all",
        "<!DOCTYPE root><root/>",
    ] {
        let document = Package::invoice().with(TAG_FILE, file).opened();
        assert!(tags(&document).is_empty(), "{file}");
        assert_eq!(document.pages[0].lines.len(), 5);
    }
    assert!(tags(&Package::invoice().without(TAG_FILE).opened()).is_empty());
    assert!(tags(&Package::invoice().without("Doc_0/Tags/CustomTags.xml").opened()).is_empty());
}

#[test]
fn data_of_the_document_are_pairs() {
    let document = Package::invoice().opened();
    let Some(Payload::Pairs { info, pairs }) = document.payloads.iter().find(|p| matches!(p, Payload::Pairs { .. })) else {
        panic!("no pairs")
    };
    assert!(!info);
    assert_eq!(pairs, &[("发票号码".to_owned(), "26990000000000000017".to_owned()), ("合计金额".to_owned(), "100.00".to_owned())]);
}

fn with_attachments(list: &str) -> Package {
    Package::invoice()
        .replace("Doc_0/Document.xml", "<ofd:Annotations>", "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments><ofd:Annotations>")
        .with("Doc_0/Attachs/Attachments.xml", wrap("Attachments", list))
        .with(
            "Doc_0/Attachs/original_invoice.xml",
            "\u{FEFF}<eInvoice xmlns:fp=\"urn:invented\"><fp:InvoiceNo>26990000</fp:InvoiceNo></eInvoice>",
        )
        .with("Doc_0/Attachs/data.xbrl", "<?xml version=\"1.0\"?><xbrl xmlns=\"urn:invented\"><a>1</a></xbrl>")
}

fn xml_payloads(package: &Package) -> Vec<(String, Origin, String)> {
    let document = package.opened();
    let xml = document.payloads.iter().filter_map(|p| match p {
        Payload::Xml { name, origin, root } => Some((name.clone(), *origin, root.name.clone())),
        _ => None,
    });
    xml.collect()
}

#[test]
fn attached_xml_is_a_payload_whatever_its_name_ends_in() {
    let both = [
        ("original_invoice.xml".to_owned(), Origin::OriginalInvoice, "eInvoice".to_owned()),
        ("data.xbrl".to_owned(), Origin::Attachment, "xbrl".to_owned()),
    ];
    for list in [
        "<ofd:Attachment ID=\"1\" Name=\"a\" Format=\"xml\"><ofd:FileLoc>original_invoice.xml</ofd:FileLoc></ofd:Attachment><ofd:Attachment ID=\"2\" Name=\"b\"><ofd:FileLoc>data.xbrl</ofd:FileLoc></ofd:Attachment>",
        // The location as the attachment's own text; absolute; from the document's folder; from the package.
        "<ofd:Attachment ID=\"1\">original_invoice.xml</ofd:Attachment><ofd:Attachment ID=\"2\">/Doc_0/Attachs/data.xbrl</ofd:Attachment>",
        "<ofd:Attachment ID=\"1\">Attachs/original_invoice.xml</ofd:Attachment><ofd:Attachment ID=\"2\">Doc_0/Attachs/data.xbrl</ofd:Attachment>",
    ] {
        assert_eq!(xml_payloads(&with_attachments(list)), both, "{list}");
    }
    // Without a list what stands in the folder is attached.
    let unlisted = with_attachments("").without("Doc_0/Attachs/Attachments.xml");
    assert_eq!(xml_payloads(&unlisted), both);
    let undeclared = unlisted.replace("Doc_0/Document.xml", "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>", "");
    assert_eq!(xml_payloads(&undeclared), both);
}

#[test]
fn attachments_that_are_no_data_are_passed_over() {
    let list = "<ofd:Attachment ID=\"1\"><ofd:FileLoc>a.png</ofd:FileLoc></ofd:Attachment><ofd:Attachment ID=\"2\"><ofd:FileLoc>b.xml</ofd:FileLoc></ofd:Attachment><ofd:Attachment ID=\"3\"><ofd:FileLoc>gone.xml</ofd:FileLoc></ofd:Attachment>";
    let package =
        with_attachments(list).with("Doc_0/Attachs/a.png", b"\x89PNG\r\n\x1a\n".as_slice()).with("Doc_0/Attachs/b.xml", "<broken");
    assert!(xml_payloads(&package).is_empty());
}

#[test]
fn attached_documents_are_opened_and_count_against_the_same_budget() {
    let list = "<ofd:Attachment ID=\"1\"><ofd:FileLoc>inner.ofd</ofd:FileLoc></ofd:Attachment>";
    let nest = |inner: Vec<u8>| with_attachments(list).with("Doc_0/Attachs/inner.ofd", inner);
    let document = nest(Package::invoice().bytes()).opened();
    let [(name, inner)] = document.attached.as_slice() else { panic!("{} attached", document.attached.len()) };
    assert_eq!((name.as_str(), inner.format, inner.pages.len()), ("inner.ofd", Format::Ofd, 1));

    let budget = Budget { depth: 3, ..budget() };
    let mut deep = Package::invoice().bytes();
    for _ in 0..4 {
        deep = nest(deep).bytes();
    }
    let fault = document::open(&deep, &budget).expect_err("too deep");
    assert_eq!(fault, document::error::Error::over(Limit::Depth, 3));
}

#[test]
fn a_package_may_hold_several_documents() {
    let root = ofd_xml("<ofd:CustomData Name=\"a\">1</ofd:CustomData>", "")
        .replace("</ofd:OFD>", "<ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>");
    let second = page_xml("", &text_object(20, 10.0, 20.0, "<ofd:TextCode X=\"0\" Y=\"4\">第二份</ofd:TextCode>"));
    let tag = wrap("root", "<ofd:No><ofd:ObjectRef PageRef=\"1\">20</ofd:ObjectRef></ofd:No>");
    let document = Package::invoice()
        .with("OFD.xml", root)
        .with(
            "Doc_1/Document.xml",
            document_xml(
                "",
                "<ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/>",
                "<ofd:CustomTags>Tags/CustomTag.xml</ofd:CustomTags>",
            ),
        )
        .with("Doc_1/Pages/Page_0/Content.xml", second)
        .with("Doc_1/Tags/CustomTag.xml", tag)
        .opened();
    assert_eq!(document.pages.len(), 2);
    assert_eq!(document.pages[1].lines[0].text(), "第二份");
    // Each document has its own IDs.
    let found: Vec<(usize, &str)> = tags(&document).iter().filter(|t| t.path == ["No"]).map(|t| (t.page, t.values[0].as_str())).collect();
    assert_eq!(found, [(1, "第二份")]);
}
