//! What the number of a vehicle says of itself, on the invoices of its sale.

use invoice::details::Details;
use invoice::{tax_id, vin};

use crate::found::Check;
use crate::repair::{change, note, optical};

/// The vehicle's number by its alphabet and its check character: without what was read in one line with it, and nothing where its check character, which
/// binds its maker, says that it was misread.
pub(crate) fn settle(details: &mut Details, done: &mut Vec<Check>) {
    const LENGTH: usize = 17;
    let Some(field) = optical(details, "car_code").cloned() else { return };
    let checked = |number: &&str| vin::score(number) == Some(tax_id::Score::Passes);
    let right = match field.value.get(..LENGTH).filter(checked) {
        Some(number) => Some(number.to_owned()),
        None => vin::repair(&field.value),
    };
    match right {
        Some(right) if right != field.value => change(details, "car_code", &right, "its alphabet and check character", done),
        None if vin::score(&field.value) == Some(tax_id::Score::Fails) => {
            done.push(note("car_code", &field.value, "nothing", "its check character"));
            details.remove("car_code");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use invoice::details::{Field, Source};

    use super::*;

    #[test]
    fn the_number_of_a_vehicle_has_a_check_character() {
        for (text, expected) in [
            ("L00GWAMF7HL095892", "L00GWAMF7HL095892"),
            ("L00GWAMF7HL095892云鲸牌WS2585WXL", "L00GWAMF7HL095892"),
            ("L00GWAMF7HL095829", ""),
            // makers elsewhere have no such character
            ("W00GWAMF7HL095829", "W00GWAMF7HL095829"),
        ] {
            let mut read = Details::new();
            read.set("car_code", Field::new(text, Source::Ocr));
            settle(&mut read, &mut Vec::new());
            assert_eq!(read.text("car_code"), expected, "{text}");
        }
    }
}
