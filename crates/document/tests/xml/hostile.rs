//! What is made to cost a parser more than it looks.

use document::error::{Error, Limit};
use document::open;
use proptest::prelude::*;

use crate::{INVOICE, budget};

fn outcome(text: &str) -> Result<(), Error> {
    open(text.as_bytes(), &budget()).map(drop)
}

#[test]
fn nesting_attributes_and_namespaces_are_bounded() {
    assert_eq!(outcome(&"<a>".repeat(200_000)), Err(Error::over(Limit::Depth, 64)));
    assert_eq!(outcome(&format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000))), Err(Error::over(Limit::Depth, 64)));
    assert_eq!(outcome(&format!("<a>{}</a>", "<b/>".repeat(600_000))), Err(Error::over(Limit::Elements, 500_000)));
    let attributes: String = (0..100_000).map(|i| format!(" a{i}=''")).collect();
    assert!(matches!(outcome(&format!("<a{attributes}/>")), Err(Error::Damaged { .. })));
    let namespaces: String = (0..300).map(|i| format!(" xmlns:n{i}='urn:{i}'")).collect();
    assert!(matches!(outcome(&format!("<a{namespaces}/>")), Err(Error::Damaged { .. })));
    // As many as one has for each of its rows are fine.
    let rows: String = (0..5_000).map(|i| format!("<n:b xmlns:n='urn:{}'/>", i % 7)).collect();
    assert_eq!(outcome(&format!("<a>{rows}</a>")), Ok(()));
    let nested: String = (0..60).map(|i| format!("<a xmlns:n{i}='urn:{i}'>")).collect();
    assert_eq!(outcome(&format!("{nested}{}", "</a>".repeat(60))), Ok(()));
}

#[test]
fn unfinished_markup_is_read_once() {
    // Each of these would be quadratic for a reader that looks for an end again and again.
    for piece in ["<", "<!--", "<![CDATA[", "<?", "<!", "<a b='", "&", "<a ", "</", "<a b=", "]]>"] {
        let text = format!("<a>{}", piece.repeat(200_000 / piece.len()));
        assert!(outcome(&text).is_err(), "{piece}");
    }
}

fn broken() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<",
        ">",
        "/",
        "\"",
        "'",
        "=",
        "&",
        ";",
        ":",
        "<a>",
        "</a>",
        "<x:a ",
        "xmlns:",
        "xmlns=\"\"",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?",
        "?>",
        "&#x0;",
        "&#65;",
        "\u{0}",
        "\u{FEFF}",
        "号",
        " ",
    ]);
    prop::collection::vec((any::<prop::sample::Index>(), piece, 0..12_usize), 1..10).prop_map(|changes| {
        let mut text: Vec<char> = INVOICE.chars().collect();
        for (at, piece, gone) in changes {
            let at = at.index(text.len().max(1)).min(text.len());
            let end = (at + gone).min(text.len());
            text.splice(at..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

/// Any tree at all, as text.
fn tree() -> impl Strategy<Value = String> {
    let text = "[ -~一-龥]{0,12}".prop_map(|text| text.replace('&', "&amp;").replace('<', "&lt;").replace("]]>", ""));
    let leaf = ("[A-Za-z_][A-Za-z0-9_.-]{0,8}", text).prop_map(|(name, text)| format!("<{name}>{text}</{name}>"));
    leaf.prop_recursive(5, 60, 6, |inner| {
        ("[A-Za-z_][A-Za-z0-9_.-]{0,8}", prop::collection::vec(inner, 0..6))
            .prop_map(|(name, inside)| format!("<{name}>{}</{name}>", inside.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn broken_text_never_panics(text in broken()) {
        let _ = open(text.as_bytes(), &budget());
    }

    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = open(&[b"<a>".as_slice(), &bytes].concat(), &budget());
    }

    #[test]
    fn a_tree_reads_the_same_with_prefixes_that_nothing_declares(text in tree()) {
        let whole = open(text.as_bytes(), &budget());
        prop_assert!(whole.is_ok());
        let prefixed = text.replace("</", "\u{0}").replace('<', "<p:").replace('\u{0}', "</p:");
        let mended = open(prefixed.as_bytes(), &budget());
        prop_assert!(mended.is_ok());
        prop_assert_eq!(format!("{:?}", whole.map(|d| d.payloads)), format!("{:?}", mended.map(|d| d.payloads)));
    }
}
