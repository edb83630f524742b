//! What real packages get wrong and are read all the same.

use document::error::{Error, Format};

use crate::fixture::{Package, document_xml, page_texts, page_xml, tag_values, text_object, texts, wrap};

const DOCUMENT: &str = "Doc_0/Document.xml";
const PAGE: &str = "Doc_0/Pages/Page_0/Content.xml";
const TEMPLATE: &str = "Doc_0/Tpls/Tpl_0/Content.xml";

/// What every variant of the invoice must still give.
#[track_caller]
fn assert_whole(package: &Package) {
    let document = package.opened();
    assert_eq!(document.format, Format::Ofd);
    assert_eq!(page_texts(&document, 0), ["测试发票", "发票号码:", "26990000000000000017", "演示购买方公司甲", "¥106.00"]);
    assert_eq!(texts(&document.pages[0].notes), ["下载次数:3"]);
    assert_eq!(tag_values(&document, &["InvoiceNo"]), ["26990000000000000017"]);
    assert!((document.pages[0].width - 210.0 * 72.0 / 25.4).abs() < 0.01 && (document.pages[0].height - 140.0 * 72.0 / 25.4).abs() < 0.01);
}

#[test]
fn entries_are_found_by_loose_paths() {
    let invoice = Package::invoice();
    assert_whole(&invoice);
    assert_whole(&invoice.clone().rename(str::to_uppercase));
    assert_whole(&invoice.clone().rename(str::to_lowercase));
    assert_whole(&invoice.clone().rename(|path| path.replace('/', "\\")));
    assert_whole(&invoice.clone().rename(|path| format!("/{path}")));
    assert_whole(&invoice.clone().rename(|path| format!("./{path}")));
    for (from, to) in [
        ("Tpls/Tpl_0/Content.xml", "/Doc_0/Tpls/Tpl_0/Content.xml"),
        ("Tpls/Tpl_0/Content.xml", "Tpls\\Tpl_0\\Content.xml"),
        ("Tpls/Tpl_0/Content.xml", "./Tpls/../Tpls//Tpl_0/Content.xml"),
        ("Tpls/Tpl_0/Content.xml", "../../../../Doc_0/Tpls/Tpl_0/Content.xml"),
        ("Tpls/Tpl_0/Content.xml", "Doc_0/Tpls/Tpl_0/Content.xml"),
        ("Tpls/Tpl_0/Content.xml", " TPLS/TPL_0/CONTENT.XML "),
        // A folder that does not exist before a name that only one entry ends in.
        ("Tpls/Tpl_0/Content.xml", "elsewhere/Tpl_0/Content.xml"),
        ("Pages/Page_0/Content.xml", "/Pages/Page_0/Content.xml"),
    ] {
        if to.starts_with("elsewhere") {
            // Two entries end in Content.xml, and none in the whole path: the template is missing, the page is not.
            let document = invoice.clone().replace(DOCUMENT, from, to).opened();
            assert_eq!(page_texts(&document, 0), ["26990000000000000017", "演示购买方公司甲", "¥106.00"]);
        } else {
            assert_whole(&invoice.clone().replace(DOCUMENT, from, to));
        }
    }
    let root = Package::invoice();
    for location in ["/Doc_0/Document.xml", "Doc_0\\Document.xml", "\n  doc_0/document.xml\n", "Document.xml", ""] {
        assert_whole(&root.clone().replace("OFD.xml", "<ofd:DocRoot>Doc_0/Document.xml", &format!("<ofd:DocRoot>{location}")));
    }
}

#[test]
fn encodings_and_marks_do_not_matter() {
    let marked = |content: &[u8]| [b"\xEF\xBB\xBF".as_slice(), content].concat();
    assert_whole(&Package::invoice().map(marked));
    let utf_16 = |content: &[u8]| {
        let text = String::from_utf8_lossy(content).replace("UTF-8", "UTF-16");
        let mut out = vec![0xFF, 0xFE];
        out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        out
    };
    assert_whole(&Package::invoice().map(utf_16));
    let gbk = |content: &[u8]| encoding_rs::GBK.encode(&String::from_utf8_lossy(content).replace("UTF-8", "GBK")).0.into_owned();
    assert_whole(&Package::invoice().map(gbk));
}

#[test]
fn namespaces_and_prefixes_do_not_matter() {
    let each = |from: &'static str, to: &'static str| move |content: &[u8]| String::from_utf8_lossy(content).replace(from, to).into_bytes();
    assert_whole(&Package::invoice().map(each("http://www.ofdspec.org/2016", "http://www.ofdspec.org")));
    assert_whole(&Package::invoice().map(each("http://www.ofdspec.org/2016", "urn:invented")));
    // No prefix with a default namespace, no prefix and none, a prefix that nothing declares.
    let unprefixed = |content: &[u8]| String::from_utf8_lossy(content).replace("xmlns:ofd", "xmlns").replace("ofd:", "").into_bytes();
    assert_whole(&Package::invoice().map(unprefixed));
    let bare = |content: &[u8]| {
        String::from_utf8_lossy(content).replace(" xmlns:ofd=\"http://www.ofdspec.org/2016\"", "").replace("ofd:", "").into_bytes()
    };
    assert_whole(&Package::invoice().map(bare));
    let undeclared =
        |content: &[u8]| String::from_utf8_lossy(content).replace(" xmlns:ofd=\"http://www.ofdspec.org/2016\"", "").into_bytes();
    assert_whole(&Package::invoice().map(undeclared));
}

#[test]
fn a_folder_around_the_package_does_not_matter() {
    let wrapped = Package::invoice().rename(|path| format!("发票/{path}"));
    assert_whole(&wrapped);
}

#[test]
fn sizes_come_from_wherever_they_are() {
    let area = |name: &str, size: &str| format!("<ofd:Area><ofd:{name}>{size}</ofd:{name}></ofd:Area>");
    let document_area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea>";
    let none = Package::invoice().replace(DOCUMENT, document_area, "");
    let on = |package: Package, path: &str, area: &str| {
        let text = package.text(path).replacen("<ofd:Content>", &format!("{area}<ofd:Content>"), 1);
        package.with(path, text)
    };
    for (package, mm) in [
        (Package::invoice(), [210.0, 140.0]),
        (on(Package::invoice(), PAGE, &area("PhysicalBox", "0 0 241 140")), [241.0, 140.0]),
        (on(Package::invoice(), TEMPLATE, &area("PhysicalBox", "0 0 240 150")), [240.0, 150.0]),
        (on(none.clone(), TEMPLATE, &area("PhysicalBox", "0 0 240 150")), [240.0, 150.0]),
        (on(none.clone(), PAGE, &area("ApplicationBox", "0 0 215 141")), [215.0, 141.0]),
        (on(none.clone(), PAGE, &area("PhysicalBox", "0\n0\t200  100")), [200.0, 100.0]),
        // A size that no paper has is none.
        (on(Package::invoice(), PAGE, &area("PhysicalBox", "0 0 0 0")), [210.0, 140.0]),
        (on(Package::invoice(), PAGE, &area("PhysicalBox", "0 0 1e9 1e9")), [210.0, 140.0]),
        (on(Package::invoice(), PAGE, &area("PhysicalBox", "broken")), [210.0, 140.0]),
        // Nowhere: as far as the content reaches, here the ruled line and the last row.
        (none, [205.0, 94.0 + 0.14 * 3.175]),
    ] {
        let document = package.opened();
        let [width, height] = mm.map(|mm: f32| mm * 72.0 / 25.4);
        let page = &document.pages[0];
        assert!(
            (page.width - width).abs() < 0.1 && (page.height - height).abs() < 0.1,
            "{} x {} is not {width} x {height}",
            page.width,
            page.height
        );
        assert!(page.lines.len() >= 5);
    }
}

#[test]
fn optional_parts_may_be_missing() {
    for path in [
        "Doc_0/PublicRes.xml",
        "Doc_0/Annots/Annotations.xml",
        "Doc_0/Annots/Page_0/Annotation.xml",
        "Doc_0/Tags/CustomTags.xml",
        "Doc_0/Tags/CustomTag.xml",
    ] {
        let document = Package::invoice().without(path).opened();
        assert_eq!(document.pages[0].lines.len(), 5, "{path}");
        let document = Package::invoice().with(path, "<broken").opened();
        assert_eq!(document.pages[0].lines.len(), 5, "{path}");
    }
    let document = Package::invoice().without(TEMPLATE).opened();
    assert_eq!(page_texts(&document, 0), ["26990000000000000017", "演示购买方公司甲", "¥106.00"]);
}

#[test]
fn one_bad_page_does_not_spoil_the_others() {
    let two = Package::invoice().replace(DOCUMENT, "</ofd:Pages>", "<ofd:Page ID=\"7\" BaseLoc=\"Pages/Page_1/Content.xml\"/></ofd:Pages>");
    for package in [two.clone(), two.with("Doc_0/Pages/Page_1/Content.xml", "<broken")] {
        let document = package.opened();
        assert_eq!(document.pages.len(), 2);
        assert_eq!(document.pages[0].lines.len(), 5);
        assert!(document.pages[1].lines.is_empty() && !document.pages[1].readable);
    }
}

#[test]
fn data_alone_is_worth_having() {
    let package =
        Package::invoice().without(PAGE).with("Doc_0/Attachs/original_invoice.xml", "<eInvoice><InvoiceNo>1</InvoiceNo></eInvoice>");
    let document = package.opened();
    assert!(!document.pages[0].readable);
    assert!(document.payloads.iter().any(|p| matches!(p, document::payload::Payload::Xml { .. })));
}

#[test]
fn what_is_missing_is_named() {
    for (package, place) in [
        (Package::invoice().without(PAGE), "page 1"),
        (Package::invoice().with(PAGE, "<broken"), "doc_0/pages/page_0/content.xml, line 1"),
        (Package::invoice().without(DOCUMENT), "Doc_0/Document.xml"),
        (Package::invoice().with("OFD.xml", "<broken"), "ofd.xml, line 1"),
        (Package::invoice().with("OFD.xml", wrap("OFD", "")), "OFD.xml"),
        (Package::invoice().with(DOCUMENT, document_xml("", "", "")), "Document.xml"),
    ] {
        match package.open() {
            Err(Error::Damaged { format: Format::Ofd, place: at, .. }) => assert!(at.starts_with(place), "{at} is not {place}"),
            other => panic!("{place}: {other:?}"),
        }
    }
}

#[test]
fn pages_share_templates() {
    let pages: String = (0..20).map(|i| format!("<ofd:Page ID=\"{}\" BaseLoc=\"Pages/Page_{i}/Content.xml\"/>", 100 + i)).collect();
    let mut package =
        Package::invoice().with(DOCUMENT, document_xml("<ofd:TemplatePage ID=\"2\" BaseLoc=\"Tpls/Tpl_0/Content.xml\"/>", &pages, ""));
    for i in 0..20 {
        let value = text_object(20, 50.0, 60.0, &format!("<ofd:TextCode X=\"0\" Y=\"4\">第{i}页</ofd:TextCode>"));
        package = package.with(
            &format!("Doc_0/Pages/Page_{i}/Content.xml"),
            page_xml("<ofd:Template TemplateID=\"2\"/><ofd:Template TemplateID=\"404\"/>", &value),
        );
    }
    let document = package.opened();
    assert_eq!(document.pages.len(), 20);
    for (i, page) in document.pages.iter().enumerate() {
        assert_eq!(texts(&page.lines), ["测试发票".to_owned(), "发票号码:".to_owned(), format!("第{i}页")]);
    }
}
