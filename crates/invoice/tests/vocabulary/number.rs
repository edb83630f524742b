use invoice::kind::Kind;
use invoice::number;
use proptest::prelude::*;

#[test]
fn codes() {
    for (code, kind, region, year, electronic) in [
        ("044001700104", Some(Kind::VatOrdinary), "4400", 2017, false),
        ("044001700105", Some(Kind::VatOrdinary), "4400", 2017, false),
        ("044001700106", Some(Kind::VatRoll), "4400", 2017, false),
        ("044001700107", Some(Kind::VatRoll), "4400", 2017, false),
        ("044031900111", Some(Kind::VatElectronic), "4403", 2019, true),
        ("033001900112", Some(Kind::VatToll), "3300", 2019, true),
        ("052002100113", Some(Kind::VatSpecial), "5200", 2021, true),
        ("033002100117", Some(Kind::UsedVehicleSale), "3300", 2021, false),
        ("044001700199", None, "4400", 2017, false),
        ("144031909110", Some(Kind::VatBlockChain), "4403", 2019, true),
        ("144031539110", Some(Kind::VatElectronic), "4403", 2015, true),
        ("133011680478", None, "3301", 2016, false),
        ("221021325353", None, "2102", 2013, false),
        ("3300161130", Some(Kind::VatSpecial), "3300", 2016, false),
        ("3300161530", Some(Kind::VatSpecial), "3300", 2016, false),
        ("6300161320", Some(Kind::VatOrdinary), "6300", 2016, false),
        ("3300161620", Some(Kind::VatOrdinary), "3300", 2016, false),
        ("3300161720", None, "3300", 2016, false),
        ("3300991130", Some(Kind::VatSpecial), "3300", 1999, false),
        ("3300 1611 30", Some(Kind::VatSpecial), "3300", 2016, false),
    ] {
        let read = number::code(code).unwrap();
        assert_eq!((read.kind, read.region.as_str(), read.year, read.electronic), (kind, region, year, electronic), "{code}");
    }
    for code in ["", "12345678", "123456789012345", "04400170010A", "№"] {
        assert_eq!(number::code(code), None, "{code}");
    }
}

#[test]
fn digital_numbers() {
    let read = number::digital("2632 2000 0000 0000 0017").unwrap();
    assert_eq!((read.year, read.region.as_str(), read.channel), (2026, "32", 2));
    for number in ["", "26322000000000000", "263220000000000000170", "2632200000000000001O"] {
        assert_eq!(number::digital(number), None, "{number}");
    }
}

#[test]
fn short_numbers_and_check_codes() {
    assert_eq!(number::legacy("№ 00000017").as_deref(), Some("00000017"));
    assert_eq!(number::legacy("No.00000017").as_deref(), Some("00000017"));
    assert_eq!(number::legacy("0000017"), None);
    // The seed's own examples of a check code, long and short.
    assert_eq!(number::check_code("52657 91078 84528 71589").as_deref(), Some("52657910788452871589"));
    assert_eq!(number::check_code("52657").as_deref(), Some("52657"));
    assert_eq!(number::check_code("1234567890123456789"), None);
}

#[test]
fn letters_in_numbers() {
    assert_eq!(number::repair("OO00O0l7", &[8]).as_deref(), Some("00000017"));
    assert_eq!(number::repair("0000 0017.", &[8]).as_deref(), Some("00000017"));
    assert_eq!(number::repair("2B322OOO00000000001Z", &[8, 20]).as_deref(), Some("28322000000000000012"));
    assert_eq!(number::repair("0000017", &[8]), None);
    assert_eq!(number::repair("0000A017", &[8]), None);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
        let _ = (number::code(&text), number::digital(&text), number::legacy(&text), number::check_code(&text));
        let _ = number::repair(&text, &[8, 10, 12, 20]);
    }

    #[test]
    fn any_code_is_read(code in "[0-9]{12}|[0-9]{10}") {
        prop_assert!(number::code(&code).is_some());
    }
}
