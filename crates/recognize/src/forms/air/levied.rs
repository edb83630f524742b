//! The rate of the tax where its sign was not read: the digital form prints it in narrow figures, in which `9%` looks like `99`.

use invoice::rate;
use rust_decimal::Decimal;

/// How far a tax may be from its rate of the fare and the fuel surcharge, each of which is taxed and rounded by itself.
const ROUNDING: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

/// The one rate that begins like what was read, its sign at most misread as one character, and by which `tax` is charged on `net`.
pub(super) fn rate(read: &str, net: Decimal, tax: Decimal) -> Option<String> {
    let begins = |percent: &&str| read.strip_prefix(*percent).is_some_and(|sign| sign.chars().count() <= 1);
    let charged = |percent: &&str| {
        let rate = rate::parse(&format!("{percent}%"))?;
        let due = net.checked_mul(rate)?;
        Some(tax > Decimal::ZERO && due.checked_sub(tax)?.abs() <= ROUNDING)
    };
    let mut rates = rate::CHARGED.into_iter().filter(begins).filter(|percent| charged(percent) == Some(true));
    rates.next().filter(|_| rates.next().is_none()).map(|percent| format!("{percent}%"))
}

#[cfg(test)]
mod tests {
    use invoice::amount;

    use super::rate;

    #[test]
    fn a_rate_without_its_sign_is_the_one_that_was_charged() {
        for (read, net, tax, expected) in [
            ("99", "1521.10", "136.90", Some("9%")),
            ("9", "1521.10", "136.90", Some("9%")),
            ("65", "100.00", "6.00", Some("6%")),
            // another rate than was read
            ("99", "1521.10", "91.27", None),
            ("66", "1521.10", "136.90", None),
            ("999", "1521.10", "136.90", None),
            ("", "1521.10", "136.90", None),
            ("9", "0.00", "0.00", None),
        ] {
            let [net, tax] = [net, tax].map(|text| amount::parse(text).unwrap());
            assert_eq!(rate(read, net, tax).as_deref(), expected, "{read} of {net}, {tax}");
        }
    }
}
