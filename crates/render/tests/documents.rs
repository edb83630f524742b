//! What was written is found again by the reader of formats: text at its places, tags with their values, attachments, the QR code.

use document::budget::Budget;
use document::page::Page;
use document::payload::{Element, Origin, Payload};
use render::Encoding;
use render::specimen::{Carrier, Form, Specimen, invent};

const POINTS: f32 = 72.0 / 25.4;

fn open(specimen: &Specimen, carrier: Carrier) -> document::Document {
    let bytes = specimen.document(carrier, 150.0, Encoding::Png).expect("a document");
    document::open(&bytes, &Budget::default()).expect("a document that opens")
}

/// The text of all lines without spaces, as normalised by the reader of formats.
fn text(page: &Page) -> String {
    page.lines.iter().map(|l| l.text()).collect::<String>().split_whitespace().collect()
}

fn normal(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// The line that contains this text, its left end and baseline band in millimetres.
fn find(page: &Page, wanted: &str) -> (f32, f32) {
    let line = page.lines.iter().find(|l| normal(&l.text()).contains(&normal(wanted))).unwrap_or_else(|| panic!("{wanted:?} is not there"));
    (line.area.left / POINTS, line.area.center().y / POINTS)
}

fn roots(document: &document::Document) -> Vec<(Origin, &Element)> {
    document
        .payloads
        .iter()
        .filter_map(|p| match p {
            Payload::Xml { origin, root, .. } => Some((*origin, root)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_pdf_has_its_text_at_its_places() {
    for seed in 0..5 {
        let specimen = invent(Form::DigitalSpecial, seed).expect("an invoice");
        let document = open(&specimen, Carrier::Pdf);
        let page = &document.pages[0];
        assert!(page.readable);
        assert!((page.width / POINTS - 210.0).abs() < 0.1 && (page.height / POINTS - 140.0).abs() < 0.1);
        let (x, y) = find(page, specimen.details.text("number"));
        assert!((120.0..171.0).contains(&x) && (11.0..15.0).contains(&y), "{x} {y}");
        let (buyer, _) = find(page, specimen.details.text("buyer_tax_id"));
        let (seller, _) = find(page, specimen.details.text("seller_tax_id"));
        assert!(buyer < 105.0 && seller > 105.0, "{buyer} {seller}");
        let (_, total) = find(page, specimen.details.text("total_cn"));
        assert!((96.0..104.0).contains(&total), "{total}");
        // Seals and tint are drawings, not text.
        assert!(!text(page).contains("SPECIMEN") && !text(page).contains("样张专用章"));
    }
}

#[test]
fn every_field_of_a_form_is_in_the_text_of_its_pdf() {
    for form in Form::ALL.into_iter().filter(|f| f.carriers().contains(&Carrier::Pdf)) {
        let specimen = invent(form, 11).expect("an invoice");
        let document = open(&specimen, Carrier::Pdf);
        let all: String = document.pages.iter().map(text).collect();
        let keys =
            ["number", "code", "title", "buyer_tax_id", "seller_tax_id", "total", "total_cn", "issuer", "check_code", "machine_code"];
        // 定额发票 and tolls of a fixed amount may print it in words alone, a till prints it as its country does
        let otherwise = matches!(form, Form::Quota | Form::RoadToll | Form::Receipt);
        for key in keys.into_iter().filter(|key| !otherwise || *key != "total") {
            // the name of the state over the title of tax papers stands on a line of its own
            let value = normal(specimen.details.text(key)).replace("中华人民共和国", "");
            assert!(all.contains(&value), "{form:?}: {key} {value:?} is not in the text");
        }
    }
}

#[test]
fn the_tags_of_an_ofd_lead_to_the_values() {
    for (form, nested) in [(Form::DigitalOrdinary, false), (Form::Electronic, true)] {
        let specimen = invent(form, 21).expect("an invoice");
        let document = open(&specimen, Carrier::Ofd);
        let tags = document.payloads.iter().find_map(|p| match p {
            Payload::Tags { tags, .. } => Some(tags),
            _ => None,
        });
        let tags = tags.expect("tags");
        let values = |name: &str| -> Vec<String> {
            let found = tags.iter().filter(|t| t.path.last().is_some_and(|n| n == name));
            found.map(|t| t.values.concat()).collect()
        };
        let details = &specimen.details;
        assert_eq!(values("InvoiceNo"), [details.text("number")]);
        assert_eq!(values("SellerTaxID"), [details.text("seller_tax_id")]);
        assert_eq!(normal(&values("BuyerName").concat()), normal(details.text("buyer")));
        let rows = details.rows("items");
        assert_eq!(values("Amount"), rows.iter().map(|r| r["total"].value.clone()).collect::<Vec<_>>());
        assert_eq!(
            values("Item").iter().map(|v| normal(v)).collect::<Vec<_>>(),
            rows.iter().map(|r| normal(&r["name"].value)).collect::<Vec<_>>()
        );
        let item = tags.iter().find(|t| t.path.last().is_some_and(|n| n == "Item")).expect("an item");
        assert_eq!(item.path.len(), if nested { 3 } else { 1 });
        let total = tags.iter().find(|t| t.path.last().is_some_and(|n| n == "TaxInclusiveTotalAmount")).expect("a total");
        assert_eq!(total.values.len(), 2, "the sign and the digits are two objects: {:?}", total.values);
    }
}

#[test]
fn an_ofd_carries_its_structured_data() {
    let specimen = invent(Form::Electronic, 22).expect("an invoice");
    let document = open(&specimen, Carrier::Ofd);
    let (origin, root) = roots(&document)[0];
    assert_eq!((origin, root.name.as_str()), (Origin::OriginalInvoice, "eInvoice"));
    let value = |path: &str| root.find(path).map_or("", |e| e.text.as_str());
    assert_eq!(value("InvoiceCode"), specimen.details.text("code"));
    assert_eq!(value("Buyer/BuyerName"), specimen.details.text("buyer"));
    assert_eq!(value("TaxInclusiveTotalAmount"), specimen.details.text("total"));
    assert_eq!(value("GraphCode"), render::qr_text(specimen.kind, &specimen.details).expect("a QR code"));
    let goods: Vec<&Element> = root.find("GoodsInfos").expect("goods").all("GoodsInfo").collect();
    assert_eq!(goods.len(), specimen.details.rows("items").len());
    let pairs = document.payloads.iter().find_map(|p| match p {
        Payload::Pairs { info: false, pairs } => Some(pairs),
        _ => None,
    });
    let pairs = pairs.expect("custom data");
    let pair = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    assert_eq!(pair("合计金额"), Some(specimen.details.text("pretax_amount")));
    assert_eq!(pair("发票号码"), Some(specimen.details.text("number")));
}

#[test]
fn tickets_carry_their_xbrl() {
    for (form, carrier, number) in [
        (Form::Rail, Carrier::Ofd, "ElectronicInvoiceRailwayETicketNumber"),
        (Form::Rail, Carrier::Pdf, "ElectronicInvoiceRailwayETicketNumber"),
        (Form::Air, Carrier::Pdf, "ElectronicInvoiceAirTransportReceiptNumber"),
    ] {
        let specimen = invent(form, 23).expect("a ticket");
        let document = open(&specimen, carrier);
        let (_, root) = roots(&document)[0];
        assert_eq!(root.name, "xbrl");
        let wanted = specimen.details.get("electronic_number").or(specimen.details.get("number")).expect("a number");
        assert_eq!(root.descendant(number).map(|e| e.text.as_str()), Some(wanted.value.as_str()));
    }
}

#[test]
fn an_xml_says_all_that_its_invoice_has() {
    for form in [Form::DigitalOrdinary, Form::DigitalSpecial, Form::ManyPages, Form::RedLetter, Form::Passenger] {
        let specimen = invent(form, 24).expect("an invoice");
        let document = open(&specimen, Carrier::Xml);
        let (origin, root) = roots(&document)[0];
        assert_eq!((origin, root.name.as_str()), (Origin::File, "EInvoice"));
        let value = |path: &str| root.find(path).map_or("", |e| e.text.as_str());
        let details = &specimen.details;
        assert_eq!(value("Header/EIid"), details.text("number"));
        assert_eq!(value("EInvoiceData/BasicInformation/TotalTax-includedAmount"), details.text("total"));
        assert_eq!(value("EInvoiceData/BasicInformation/TotalTax-includedAmountInChinese"), details.text("total_cn"));
        assert_eq!(value("EInvoiceData/SellerInformation/SellerIdNum"), details.text("seller_tax_id"));
        assert_eq!(value("EInvoiceData/BasicInformation/Drawer"), details.text("issuer"));
        let data = root.child("EInvoiceData").expect("data");
        let items: Vec<&str> = data.all("IssuItemInformation").map(|i| i.child("ItemName").map_or("", |n| n.text.as_str())).collect();
        assert_eq!(items.join(","), details.text("item_names"));
        let red = value("Header/InherentLabel/InIssuType/LabelCode");
        assert_eq!(red, if form == Form::RedLetter { "N" } else { "Y" });
        let journeys = data.child("SpecificInformation").expect("a place for it").all("PassengerTransportation").count();
        assert_eq!(journeys, details.rows("transports").len());
    }
}

#[test]
fn a_picture_shows_the_qr_code() {
    use rxing::helpers::detect_in_luma;
    let specimen = invent(Form::DigitalOrdinary, 25).expect("an invoice");
    let bytes = specimen.document(Carrier::Picture, 200.0, Encoding::Png).expect("a picture");
    let picture = image::load_from_memory(&bytes).expect("a PNG").to_luma8();
    assert!((1640..1670).contains(&picture.width()), "{}", picture.width());
    let corner = image::imageops::crop_imm(&picture, 0, 0, 330, 330).to_image();
    let found = detect_in_luma(corner.to_vec(), 330, 330, Some(rxing::BarcodeFormat::QR_CODE)).expect("a QR code");
    assert_eq!(found.getText(), render::qr_text(specimen.kind, &specimen.details).expect("a text"));
}

/// The outlines of the words across a page, as an OFD has them: the first thing in the template of its first page.
fn across(words: &str) -> String {
    use std::io::Read;
    let specimen = invent(Form::DigitalOrdinary, 26).expect("an invoice");
    let package = render::ofd_across(specimen.kind, &specimen.details, words).expect("an OFD");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(package)).expect("a package");
    let mut content = String::new();
    zip.by_name("Doc_0/Tpls/Tpl_0/Content.xml").expect("a template").read_to_string(&mut content).expect("text");
    let tint = content.find("242 243 246").expect("the colour of the tint");
    assert!(content.find("128 0 0").is_some_and(|frame| tint < frame), "it lies under the form");
    content[tint..].split("<ofd:AbbreviatedData>").nth(1).and_then(|rest| rest.split('<').next()).expect("outlines").to_owned()
}

#[test]
fn words_stand_across_the_page() {
    let (usual, test) = (across(render::ACROSS), across("测试样张"));
    assert_ne!(usual, test);
    // Four ideographs are more strokes than two and a word of eight letters.
    assert!(test.len() > 1000 && usual.len() > 1000);
    let specimen = invent(Form::DigitalOrdinary, 26).expect("an invoice");
    let pdf = |words: &str| render::pdf_across(specimen.kind, &specimen.details, words).expect("a PDF");
    assert_eq!(pdf(render::ACROSS), render::pdf(specimen.kind, &specimen.details).expect("a PDF"));
    assert_ne!(pdf(render::ACROSS), pdf("测试样张"));
}

#[test]
fn what_has_no_glyph_is_named() {
    assert_eq!(render::cannot_draw("演示停车场管理有限公司\nABC 123 ¥"), None);
    assert_eq!(render::cannot_draw("名称🦀"), Some('🦀'));
}
