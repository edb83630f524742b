//! What is made to cost more than it looks: every attempt is a clear error, or is read within the budget.

use document::budget::Budget;
use document::error::{Error, Format, Limit};
use document::{Document, open};
use proptest::prelude::*;

use crate::fixture::{Package, budget, page_texts, page_xml, text_object, wrap};

const PAGE: &str = "Doc_0/Pages/Page_0/Content.xml";

fn small() -> Budget {
    Budget { unpacked: 8 * 1024 * 1024, glyphs: 50_000, elements: 50_000, ..budget() }
}

#[track_caller]
fn assert_over(result: Result<Document, Error>, limit: Limit) {
    match result {
        Err(Error::OverBudget { limit: over, .. }) => assert_eq!(over, limit),
        other => panic!("not over {limit:?} but {other:?}"),
    }
}

#[test]
fn a_bomb_is_stopped_by_its_ratio() {
    let bomb = [b"<ofd:Page>".as_slice(), &vec![b' '; 30 * 1024 * 1024]].concat();
    let bytes = Package::invoice().with(PAGE, bomb).bytes();
    assert!(bytes.len() < 100_000);
    assert_over(open(&bytes, &budget()), Limit::Ratio);
}

#[test]
fn many_small_bombs_are_stopped_by_their_sum() {
    let mut package = Package::invoice();
    let mut pages = String::new();
    for i in 0..40 {
        pages += &format!("<ofd:Page ID=\"{}\" BaseLoc=\"Pages/Page_{i}/Content.xml\"/>", 100 + i);
        let filling = format!("<!--{}-->", " ".repeat(500_000));
        package = package.with(&format!("Doc_0/Pages/Page_{i}/Content.xml"), page_xml("", &filling));
    }
    let bytes = package.with("Doc_0/Document.xml", crate::fixture::document_xml("", &pages, "")).bytes();
    assert_over(open(&bytes, &small()), Limit::Unpacked);
}

#[test]
fn one_entry_that_every_page_names_counts_each_time() {
    let pages: String = (0..40).map(|i| format!("<ofd:Page ID=\"{}\" BaseLoc=\"Pages/Page_0/Content.xml\"/>", 100 + i)).collect();
    let filling = format!("<!--{}-->", " ".repeat(500_000));
    let package =
        Package::invoice().with("Doc_0/Document.xml", crate::fixture::document_xml("", &pages, "")).with(PAGE, page_xml("", &filling));
    assert_over(open(&package.bytes(), &small()), Limit::Unpacked);
}

#[test]
fn counts_have_limits() {
    let text = |code: &str| text_object(20, 10.0, 20.0, code);
    let letters = text(&format!("<ofd:TextCode X=\"0\" Y=\"4\">{}</ofd:TextCode>", "号".repeat(60_000)));
    assert_over(open(&Package::page(&letters).bytes(), &small()), Limit::Glyphs);
    assert_over(open(&Package::page(&"<a/>".repeat(60_000)).bytes(), &small()), Limit::Elements);
    let pages = "<ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/>".repeat(201);
    let many_pages = Package::page("").with("Doc_0/Document.xml", crate::fixture::document_xml("", &pages, ""));
    assert_over(many_pages.open(), Limit::Pages);
    let mut many_entries = Package::page("");
    for i in 0..50 {
        many_entries = many_entries.with(&format!("x{i}"), "");
    }
    assert_over(open(&many_entries.bytes(), &Budget { entries: 50, ..budget() }), Limit::Entries);
    let nested = format!("{}{}", "<ofd:PageBlock>".repeat(100), "</ofd:PageBlock>".repeat(100));
    assert_over(Package::page(&nested).open(), Limit::Depth);
    let endless = format!("{}{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    assert_over(Package::page("").with(PAGE, endless).open(), Limit::Depth);
}

#[test]
fn a_run_of_a_thousand_million_offsets_costs_nothing() {
    for code in [
        "<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 1000000000 2\">1234</ofd:TextCode>",
        "<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 18446744073709551615 2 g 18446744073709551615 2\">1234</ofd:TextCode>",
        "<ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 0 5 g 3 2\" DeltaY=\"g 1000000000 0\">1234</ofd:TextCode>",
    ] {
        assert_eq!(page_texts(&Package::page(&text_object(20, 10.0, 20.0, code)).opened(), 0), ["1234"], "{code}");
    }
}

#[test]
fn numbers_beyond_reason_are_no_numbers() {
    for attributes in [
        "Boundary=\"1e300 1e300 1e300 1e300\" Size=\"4\"",
        "Boundary=\"10 20 60 10\" Size=\"NaN\"",
        "Boundary=\"10 20 60 10\" Size=\"-4\" CTM=\"inf 0 0 inf 0 0\"",
        "Boundary=\"10 20 60 10\" Size=\"1e6\" CTM=\"1e6 0 0 1e6 0 0\"",
        "Boundary=\"10 20 60 10\" Size=\"4\" CTM=\"0 0 0 0 0 0\"",
    ] {
        let object = format!(
            "<ofd:TextObject ID=\"1\" {attributes}><ofd:TextCode X=\"1e308\" Y=\"4\" DeltaX=\"1e308 1e308\">甲乙丙</ofd:TextCode></ofd:TextObject>"
        );
        let document = Package::page(&object).opened();
        for line in document.pages[0].lines.iter() {
            assert!([line.area.left, line.area.top, line.area.right, line.area.bottom].iter().all(|n| n.is_finite()), "{attributes}");
        }
    }
}

#[test]
fn units_that_multiply_are_stopped() {
    let units: String = (0..12)
        .map(|i| {
            let uses = format!("<ofd:CompositeObject ID=\"1\" Boundary=\"0 0 10 10\" ResourceID=\"{}\"/>", i + 1).repeat(10);
            format!("<ofd:CompositeGraphicUnit ID=\"{i}\"><ofd:Content>{uses}</ofd:Content></ofd:CompositeGraphicUnit>")
        })
        .collect();
    let first = "<ofd:CompositeObject ID=\"1\" Boundary=\"0 0 10 10\" ResourceID=\"0\"/>";
    let package = |units: &str| Package::page(first).with("Doc_0/PublicRes.xml", wrap("Res", units));
    assert_over(open(&package(&units).bytes(), &small()), Limit::Elements);
    // One that holds itself.
    let own = "<ofd:CompositeGraphicUnit ID=\"0\"><ofd:Content><ofd:CompositeObject ID=\"1\" ResourceID=\"0\"/></ofd:Content></ofd:CompositeGraphicUnit>";
    assert_over(open(&package(own).bytes(), &small()), Limit::Depth);
    // Drawing parameters that inherit from themselves.
    let path = "<ofd:PathObject ID=\"1\" DrawParam=\"7\" Boundary=\"0 0 10 10\"><ofd:AbbreviatedData>M 0 0 L 9 0</ofd:AbbreviatedData></ofd:PathObject>";
    let parameters = "<ofd:DrawParams><ofd:DrawParam ID=\"7\" Relative=\"7\"/></ofd:DrawParams>";
    let document = Package::page(path).with("Doc_0/PublicRes.xml", wrap("Res", parameters)).opened();
    document.draw(0, 72.0, &budget()).expect("it can be drawn");
}

#[test]
fn entities_are_never_expanded() {
    let lol = "<!DOCTYPE a [<!ENTITY x \"xxxxxxxxxx\"><!ENTITY y \"&x;&x;&x;&x;&x;&x;&x;&x;\">]><ofd:Page>&y;</ofd:Page>";
    match Package::invoice().with(PAGE, lol).open() {
        Err(Error::Damaged { what, .. }) => assert!(what.contains("DOCTYPE"), "{what}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_encrypted_entry_is_said_to_be_encrypted() {
    let mut bytes = Package::invoice().bytes();
    // Bit 0 of the general purpose flags, in every local header and every entry of the directory.
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, w)| w == signature).map(|(i, _)| i).collect();
        for at in at {
            bytes[at + flags] |= 1;
        }
    }
    assert_eq!(open(&bytes, &budget()).expect_err("encrypted"), Error::Encrypted { format: Format::Ofd });
}

#[test]
fn an_entry_that_lies_about_its_size_is_damaged() {
    let bytes = Package::invoice().bytes();
    for cut in [bytes.len() / 4, bytes.len() / 2, bytes.len() - 30, bytes.len() - 1] {
        assert!(open(&bytes[..cut], &budget()).is_err(), "{cut} bytes");
    }
    let mut wrong_sum = bytes.clone();
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").expect("there is a directory");
    wrong_sum[directory + 16] ^= 0xFF;
    assert!(matches!(open(&wrong_sum, &budget()), Err(Error::Damaged { format: Format::Ofd, .. })));
}

/// Every entry of the directory points to the same data: what comes out counts each time.
#[test]
fn overlapping_entries_count_each_time() {
    let filling = page_xml("", &format!("<!--{}-->", " ".repeat(900_000)));
    let mut package = Package::page("").with(PAGE, filling);
    let mut pages = String::new();
    for i in 1..30 {
        pages += &format!("<ofd:Page ID=\"{i}\" BaseLoc=\"Pages/Page_{i}/Content.xml\"/>");
        package = package.with(&format!("Doc_0/Pages/Page_{i}/Content.xml"), "");
    }
    let package = package.with("Doc_0/Document.xml", crate::fixture::document_xml("", &pages, ""));
    let mut bytes = package.bytes();
    let entries: Vec<usize> = bytes.windows(4).enumerate().filter(|(_, w)| *w == b"PK\x01\x02").map(|(i, _)| i).collect();
    let name = |bytes: &[u8], at: usize| {
        let length = usize::from(u16::from_le_bytes([bytes[at + 28], bytes[at + 29]]));
        String::from_utf8_lossy(&bytes[at + 46..at + 46 + length]).into_owned()
    };
    let big = *entries.iter().find(|&&at| name(&bytes, at) == PAGE).expect("the big page is there");
    let small_ones: Vec<usize> = entries.into_iter().filter(|&at| at != big && name(&bytes, at).starts_with("Doc_0/Pages/Page_")).collect();
    for at in small_ones {
        // Method, time, sums and sizes; then the place of the local header.
        bytes.copy_within(big + 10..big + 28, at + 10);
        bytes.copy_within(big + 42..big + 46, at + 42);
    }
    assert_over(open(&bytes, &small()), Limit::Unpacked);
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let stored = Package::invoice().map(<[u8]>::to_vec);
    let plain = stored.bytes();
    (Just(plain), prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), any::<Option<prop::sample::Index>>()).prop_map(
        |(mut bytes, changes, cut)| {
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            bytes
        },
    )
}

/// Any change to the text of any one entry.
fn rewritten() -> impl Strategy<Value = Vec<u8>> {
    let paths = [
        "OFD.xml",
        "Doc_0/Document.xml",
        PAGE,
        "Doc_0/Tpls/Tpl_0/Content.xml",
        "Doc_0/Tags/CustomTag.xml",
        "Doc_0/Annots/Page_0/Annotation.xml",
    ];
    let piece = prop::sample::select(vec![
        "<",
        ">",
        "\"",
        "/",
        "&",
        "g 999999999 1",
        "-1e30",
        "<ofd:TextObject>",
        "</ofd:Layer>",
        "]]>",
        "<![CDATA[",
        "\u{0}",
        "号",
        " ",
    ]);
    (prop::sample::select(paths.to_vec()), prop::collection::vec((any::<prop::sample::Index>(), piece, 0..20_usize), 1..6)).prop_map(
        |(path, changes)| {
            let package = Package::invoice();
            let mut text: Vec<char> = package.text(path).chars().collect();
            for (at, piece, gone) in changes {
                let at = at.index(text.len().max(1)).min(text.len());
                let end = (at + gone).min(text.len());
                text.splice(at..end, piece.chars());
            }
            package.with(path, text.into_iter().collect::<String>()).bytes()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn changed_bytes_never_panic(bytes in mutated()) {
        if let Ok(document) = open(&bytes, &small()) {
            prop_assert!(document.pages.len() <= small().pages);
        }
    }

    #[test]
    fn changed_text_never_panics(bytes in rewritten()) {
        if let Ok(document) = open(&bytes, &small()) {
            for line in document.pages.iter().flat_map(|page| &page.lines) {
                prop_assert!(line.area.left.is_finite() && line.area.right >= line.area.left && !line.chars.is_empty());
            }
        }
    }
}
