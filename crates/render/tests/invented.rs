//! What holds for every invented invoice: its sums, its words, its QR code, its check digits, and that none can pass for a real one.

use invoice::details::Details;
use invoice::kind::Kind;
use proptest::prelude::*;
use render::specimen::{Carrier, Form, Specimen, invent};
use rust_decimal::Decimal;

fn form() -> impl Strategy<Value = Form> {
    proptest::sample::select(Form::ALL.to_vec())
}

fn amount(details: &Details, key: &str) -> Decimal {
    match details.text(key) {
        "***" => Decimal::ZERO,
        text => text.parse().unwrap_or_else(|_| panic!("{key} is no amount: {text:?}")),
    }
}

fn column(specimen: &Specimen, key: &str) -> Decimal {
    let cells = specimen.details.rows("items").iter().map(|r| r[key].value.as_str());
    cells.map(|c| if c == "***" { Decimal::ZERO } else { c.parse::<Decimal>().expect("an amount") }).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn sums_are_exact(form in form(), seed in any::<u64>()) {
        let specimen = invent(form, seed).expect("an invoice");
        let details = &specimen.details;
        if form == Form::Air {
            let parts: Decimal = ["fare", "fuel_surcharge", "tax", "caac_development_fund", "other_taxes"].map(|k| amount(details, k)).iter().sum();
            prop_assert_eq!(parts, amount(details, "total"));
            return Ok(());
        }
        if form == Form::Receipt && details.has("subtotal") {
            let part = |key: &str| if details.has(key) { amount(details, key) } else { Decimal::ZERO };
            prop_assert_eq!(part("subtotal") - part("discount") + part("tax") + part("tips"), amount(details, "total"));
        }
        if form == Form::Quota {
            prop_assert_eq!(invoice::words::parse(details.text("total_cn")), Some(amount(details, "total")));
        }
        if form == Form::Taxi {
            // the fee for calling a taxi is the rest
            prop_assert!(amount(details, "fare") + amount(details, "surcharge") <= amount(details, "total"));
        }
        if !specimen.kind.is_vat() && form != Form::Rail {
            // what must add up on other papers is among the checks of the house
            prop_assert!(amount(details, "total") > Decimal::ZERO);
            return Ok(());
        }
        prop_assert_eq!(amount(details, "pretax_amount") + amount(details, "tax"), amount(details, "total"));
        if form != Form::Rail {
            prop_assert_eq!(column(&specimen, "total"), amount(details, "pretax_amount"));
            prop_assert_eq!(column(&specimen, "tax"), amount(details, "tax"));
            prop_assert_eq!(invoice::words::parse(details.text("total_cn")), Some(amount(details, "total")));
        }
    }

    #[test]
    fn every_check_of_the_house_passes(form in form(), seed in any::<u64>()) {
        let specimen = invent(form, seed).expect("an invoice");
        let mut codes = Vec::new();
        let qr = render::qr_text(specimen.kind, &specimen.details);
        match qr.as_deref().map(invoice::qr::parse) {
            Ok(invoice::qr::Qr::Invoice(payload)) => {
                prop_assert_eq!(payload.checksum, invoice::qr::Checksum::Fits);
                let number = specimen.details.get("electronic_number").or(specimen.details.get("number")).map(|f| f.value.clone());
                prop_assert_eq!(Some(payload.number.clone()), number);
                codes.push(payload);
            }
            _ => prop_assert!(!specimen.kind.is_vat(), "{form:?} without its QR code"),
        }
        for outcome in invoice::check::all(specimen.kind, &specimen.details, &codes) {
            prop_assert!(outcome.passed, "{outcome:?}");
        }
    }

    #[test]
    fn nothing_lies_in_a_real_region(form in form(), seed in any::<u64>()) {
        let specimen = invent(form, seed).expect("an invoice");
        let details = &specimen.details;
        for key in ["seller_tax_id", "buyer_tax_id"] {
            let id = details.text(key);
            if !id.is_empty() {
                prop_assert_eq!(invoice::tax_id::score(id), Some(invoice::tax_id::Score::Passes));
                prop_assert_eq!(invoice::region::of_tax_id(id), None);
            }
        }
        prop_assert_eq!(invoice::region::of_code(details.text("code")), None);
        prop_assert_eq!(invoice::region::of_digital(details.text("number")), None);
        for key in ["title", "seller", "buyer", "seller_addr_tel", "buyer_addr_tel"] {
            prop_assert_eq!(invoice::region::of_text(details.text(key)), None, "{}", details.text(key));
        }
    }

    #[test]
    fn one_seed_is_one_invoice(form in form(), seed in any::<u64>()) {
        prop_assert_eq!(invent(form, seed), invent(form, seed));
    }
}

#[test]
fn one_invoice_is_one_document() {
    for form in Form::ALL {
        let specimen = invent(form, 20).expect("an invoice");
        for carrier in form.carriers().iter().filter(|c| **c != Carrier::Picture) {
            let draw = || specimen.document(*carrier, 72.0, render::Encoding::Png).expect("a document");
            assert!(draw() == draw(), "{form:?} as {carrier:?} differs from one time to the next");
        }
    }
}

#[test]
fn every_form_can_be_written_as_it_says() {
    for form in Form::ALL {
        for seed in 0..3 {
            let specimen = invent(form, seed).expect("an invoice");
            for carrier in form.carriers().iter().filter(|c| **c != Carrier::Picture) {
                specimen.document(*carrier, 72.0, render::Encoding::Png).unwrap_or_else(|e| panic!("{form:?} {seed} as {carrier:?}: {e}"));
            }
        }
    }
}

#[test]
fn codes_say_what_their_form_is() {
    let electronic = [(Form::Electronic, Kind::VatElectronic), (Form::Toll, Kind::VatToll), (Form::ElectronicSpecial, Kind::VatSpecial)];
    for (form, kind) in electronic {
        let specimen = invent(form, 3).expect("an invoice");
        let code = invoice::number::code(specimen.details.text("code")).expect("a code");
        assert_eq!(code.kind, Some(kind), "{form:?}");
    }
}

#[test]
fn many_pages_are_many() {
    let counts: Vec<usize> = (0..20)
        .map(|seed| {
            let specimen = invent(Form::ManyPages, seed).expect("an invoice");
            let pdf = specimen.document(Carrier::Pdf, 72.0, render::Encoding::Png).expect("a PDF");
            document::open(&pdf, &document::budget::Budget::default()).expect("a document").pages.len()
        })
        .collect();
    assert!(counts.iter().all(|c| *c >= 2), "{counts:?}");
    assert!(counts.iter().any(|c| *c >= 3), "{counts:?}");
}
