//! Several readings of one invoice to one: field by field, the most trusted source wins, and every disagreement is reported.

use indexmap::IndexSet;
use invoice::details::{Details, Field, Row, Source};
use invoice::kind::Kind;
use invoice::kind::field::Shape;

use crate::found::Check;

/// Fuses readings, most trusted first or not: each field's own source decides. Gives the fused details and the disagreements.
pub(crate) fn fuse(readings: &[Details], kind: Kind) -> (Details, Vec<Check>) {
    let mut fused = Details::new();
    let mut checks = Vec::new();
    let keys: IndexSet<&str> = readings.iter().flat_map(|r| r.fields().map(|(k, _)| k)).collect();
    for key in keys {
        let mut offers: Vec<&Field> = readings.iter().filter_map(|r| r.get(key)).collect();
        offers.sort_by_key(|f| f.source);
        let shape = kind.field(key).map_or(Shape::Text, |s| s.shape);
        let Some(best) = offers.first() else { continue };
        let mut chosen = (*best).clone();
        for other in &offers[1..] {
            if same(shape, &chosen.value, &other.value) {
                complete(&mut chosen, other, shape);
            } else if other.source != Source::Derived {
                checks.push(disagreement(key, &chosen, other));
            }
        }
        fused.set(key, chosen);
    }
    let lists: IndexSet<&str> = readings.iter().flat_map(|r| r.lists().filter(|(_, rows)| !rows.is_empty()).map(|(k, _)| k)).collect();
    for key in lists {
        let mut offers: Vec<&[Row]> = readings.iter().map(|r| r.rows(key)).filter(|r| !r.is_empty()).collect();
        offers.sort_by_key(|rows| trust(rows));
        let Some(best) = offers.first() else { continue };
        let mut rows = best.to_vec();
        for other in &offers[1..] {
            if other.len() != rows.len() {
                checks.push(Check {
                    name: "source",
                    passed: false,
                    detail: format!(
                        "{key}: {} rows from {}, {} from {}",
                        rows.len(),
                        named(trust(&rows)),
                        other.len(),
                        named(trust(other))
                    ),
                });
                continue;
            }
            for (row, more) in rows.iter_mut().zip(other.iter()) {
                for (name, field) in more {
                    match row.get(name) {
                        None => {
                            row.insert(name.clone(), field.clone());
                        }
                        Some(own) => {
                            let shape = column(kind, key, name);
                            if !same(shape, &own.value, &field.value) {
                                checks.push(disagreement(&format!("{key}.{name}"), own, field));
                            }
                        }
                    }
                }
            }
        }
        *fused.rows_mut(key) = rows;
    }
    (fused, checks)
}

/// Where two sources agree, the place comes from whichever knows it, and of two equal amounts the one with more decimals is what
/// was printed (QR codes drop trailing zeros).
fn complete(chosen: &mut Field, other: &Field, shape: Shape) {
    if chosen.area.is_none() && other.area.is_some() {
        (chosen.area, chosen.page) = (other.area, other.page);
    }
    let decimals = |text: &str| text.rsplit_once('.').map_or(0, |(_, d)| d.len());
    if shape == Shape::Amount && chosen.source == Source::QrCode && decimals(&other.value) > decimals(&chosen.value) {
        chosen.value.clone_from(&other.value);
    }
}

fn trust(rows: &[Row]) -> Source {
    rows.iter().flat_map(Row::values).map(|f| f.source).min().unwrap_or(Source::Derived)
}

fn column(kind: Kind, list: &str, key: &str) -> Shape {
    match kind.field(list).map(|s| s.shape) {
        Some(Shape::List(columns)) => columns.iter().find(|c| c.key == key).map_or(Shape::Text, |c| c.shape),
        _ => Shape::Text,
    }
}

/// True when two texts say the same: amounts and tax rates (`13%`, `13.00%`) by value, dates and text without white space and width.
pub(crate) fn same(shape: Shape, a: &str, b: &str) -> bool {
    if shape == Shape::Amount
        && let (Some(a), Some(b)) = (invoice::amount::parse(a), invoice::amount::parse(b))
    {
        return a == b;
    }
    plain(a) == plain(b)
        || a.contains('%') && b.contains('%') && invoice::rate::parse(a).is_some_and(|rate| invoice::rate::parse(b) == Some(rate))
}

fn plain(text: &str) -> String {
    invoice::fold::folded(text).chars().filter(|c| !c.is_whitespace()).map(|c| if c == '圆' { '元' } else { c }).collect()
}

fn disagreement(key: &str, chosen: &Field, other: &Field) -> Check {
    Check {
        name: "source",
        passed: false,
        detail: format!("{key}: {} says {}, {} says {}", named(chosen.source), chosen.value, named(other.source), other.value),
    }
}

/// A source's name in messages.
pub(crate) fn named(source: Source) -> &'static str {
    match source {
        Source::EInvoiceXml => "the XML",
        Source::OriginalInvoice => "the original invoice",
        Source::Xbrl => "the XBRL",
        Source::OfdTags => "the OFD tags",
        Source::CustomData => "the custom data",
        Source::TextLayer => "the text layer",
        Source::QrCode => "the QR code",
        Source::Ocr => "the print",
        Source::Derived => "other fields",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_the_same() {
        let cases = [
            (Shape::Amount, "12.50", "12.5", true),
            (Shape::Amount, "12.50", "12.05", false),
            (Shape::Text, "13%", "13.00%", true),
            (Shape::Text, "13%", "3%", false),
            (Shape::Text, "13%", "13", false),
            (Shape::Text, "（甲）公司", "(甲) 公司", true),
            (Shape::Text, "壹拾圆整", "壹拾元整", true),
        ];
        for (shape, a, b, expected) in cases {
            assert_eq!(same(shape, a, b), expected, "{a} {b}");
        }
    }
}
