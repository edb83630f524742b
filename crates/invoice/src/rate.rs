//! Tax rates: `6%`, `0.06`, 免税, 不征税, `***`.

use rust_decimal::Decimal;

use crate::fold::compact;

/// The rates that Chinese VAT has had since 1994, in percent, the reduced ones and those of the simplified method included.
pub const CHARGED: [&str; 13] = ["1", "1.5", "2", "3", "4", "5", "6", "9", "10", "11", "13", "16", "17"];

/// The rate as a fraction (0.06 for 6 %): from `6%`, `6.00%`, or the bare fractions of the XML forms (`0.06`, `0.060000`).
/// `None` for marks and words, and for bare numbers of 1 or more, which might be either.
pub fn parse(text: &str) -> Option<Decimal> {
    let text = compact(text);
    if let Some(percent) = text.strip_suffix('%') {
        let percent = Decimal::from_str_exact(percent).ok()?;
        return (percent >= Decimal::ZERO && percent <= Decimal::ONE_HUNDRED).then(|| percent / Decimal::ONE_HUNDRED);
    }
    let fraction = Decimal::from_str_exact(&text).ok()?;
    (fraction >= Decimal::ZERO && fraction < Decimal::ONE).then_some(fraction)
}

/// The rate as the recognition API gives it, `6%`: a bare fraction of the XML forms becomes percent; everything else (`6%`,
/// `13.00%`, 免税, `***`) stays as printed.
pub fn text(printed: &str) -> String {
    let compact = compact(printed);
    match parse(&compact) {
        Some(rate) if !compact.ends_with('%') => format!("{}%", (rate * Decimal::ONE_HUNDRED).normalize()),
        _ => compact,
    }
}

/// Whether the text says that no tax is charged: 免税, 不征税, or the stars printed in the column's place.
pub fn is_untaxed(printed: &str) -> bool {
    let text = compact(printed);
    matches!(text.as_str(), "免税" | "不征税" | "出口零税率" | "普通零税率") || (!text.is_empty() && text.chars().all(|c| c == '*'))
}
