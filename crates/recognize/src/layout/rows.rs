//! Rows: spans that stand beside each other.

use super::{Sheet, Span};

/// A character of a row: which span and which glyph of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At {
    /// Index into the sheet's spans.
    pub(crate) span: usize,
    /// Index into the span's glyphs.
    pub(crate) glyph: usize,
}

/// Characters of one row from left to right, white space left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    /// The characters' places.
    pub(crate) at: Vec<At>,
    /// The characters.
    pub(crate) chars: Vec<char>,
}

/// All rows of a sheet, top to bottom. A span belongs to the row whose middle lies within half of the smaller height of its own
/// middle, so that big and small print side by side still make one row; but the lines of a wrapped label, however
/// close, stand over each other and not in one row.
pub(crate) fn rows(sheet: &Sheet) -> Vec<Row> {
    let mut order: Vec<usize> = (0..sheet.spans.len()).filter(|&i| !sheet.spans[i].vertical).collect();
    order.sort_by(|&a, &b| middle(&sheet.spans[a]).total_cmp(&middle(&sheet.spans[b])));
    let over = |a: &Span, b: &Span| {
        let shared = a.area.right.min(b.area.right) - a.area.left.max(b.area.left);
        let apart = (middle(a) - middle(b)).abs() > 0.3 * a.height().min(b.height());
        apart && shared > 0.5 * a.area.width().min(b.area.width())
    };
    let mut groups: Vec<(f32, f32, Vec<usize>)> = Vec::new();
    for i in order {
        let span = &sheet.spans[i];
        let (y, h) = (middle(span), span.height());
        let fits = |(gy, gh, members): &&mut (f32, f32, Vec<usize>)| {
            (y - *gy).abs() < 0.5 * h.min(*gh) && !members.iter().any(|m| over(&sheet.spans[*m], span))
        };
        match groups.iter_mut().rev().take(3).find(fits) {
            Some((gy, gh, members)) => {
                let n = members.len() as f32;
                *gy = (*gy * n + y) / (n + 1.0);
                *gh = (*gh * n + h) / (n + 1.0);
                members.push(i);
            }
            None => groups.push((y, h, vec![i])),
        }
    }
    groups.sort_by(|a, b| a.0.total_cmp(&b.0));
    groups
        .into_iter()
        .map(|(_, _, members)| {
            let mut at: Vec<At> = members
                .iter()
                .flat_map(|&span| (0..sheet.spans[span].glyphs.len()).map(move |glyph| At { span, glyph }))
                .filter(|a| !sheet.spans[a.span].glyphs[a.glyph].ch.is_whitespace())
                .collect();
            at.sort_by(|a, b| {
                let x = |a: &At| sheet.spans[a.span].glyphs[a.glyph].middle();
                x(a).total_cmp(&x(b)).then(a.span.cmp(&b.span)).then(a.glyph.cmp(&b.glyph))
            });
            let chars = at.iter().map(|a| simplified(sheet.spans[a.span].glyphs[a.glyph].ch)).collect();
            Row { at, chars }
        })
        .collect()
}

/// Each span as a row of its own: where print of several sizes stands so close that the rows of a picture run into each other, a label is still whole in
/// the line that it was read with.
pub(crate) fn singly(sheet: &Sheet) -> Vec<Row> {
    let row = |span: usize| {
        let inked = |a: &At| !sheet.spans[span].glyphs[a.glyph].ch.is_whitespace();
        let at: Vec<At> = (0..sheet.spans[span].glyphs.len()).map(|glyph| At { span, glyph }).filter(inked).collect();
        let chars = at.iter().map(|a| simplified(sheet.spans[span].glyphs[a.glyph].ch)).collect();
        Row { at, chars }
    };
    (0..sheet.spans.len()).filter(|i| !sheet.spans[*i].vertical).map(row).collect()
}

/// The simplified form of characters that labels are made of; recognisers give the traditional one for print in 楷体.
fn simplified(ch: char) -> char {
    match ch {
        '稅' => '税',
        '銷' => '销',
        '額' => '额',
        '稱' => '称',
        '單' => '单',
        '價' => '价',
        '號' => '号',
        '碼' => '码',
        '發' => '发',
        '開' => '开',
        '購' => '购',
        '買' => '买',
        '備' => '备',
        '註' => '注',
        '複' => '复',
        '機' => '机',
        '編' => '编',
        '數' => '数',
        '賬' => '账',
        '計' => '计',
        '區' => '区',
        other => other,
    }
}

fn middle(span: &Span) -> f32 {
    (span.area.top + span.area.bottom) / 2.0
}

#[cfg(test)]
mod tests {
    use document::page::Rect;

    use super::*;
    use crate::layout::Glyph;

    #[test]
    fn lines_of_a_wrapped_label_are_rows_of_their_own() {
        let mut sheet = Sheet::from_text(&ocr::text::Text { width: 400, height: 100, ..ocr::text::Text::default() }, 0);
        for (text, left, top) in [("车架号", 0.0, 10.0), ("识别码", 4.0, 32.0), ("L9WH", 100.0, 21.0)] {
            let place = |(i, ch): (usize, char)| {
                let left = left + 20.0 * i as f32;
                Glyph { ch, left, right: left + 20.0, confidence: 0.9, label: false }
            };
            let glyphs: Vec<Glyph> = text.chars().enumerate().map(place).collect();
            let area = Rect { left, top, right: left + 20.0 * glyphs.len() as f32, bottom: top + 28.0 };
            sheet.spans.push(Span { glyphs, area, confidence: 0.9, vertical: false, seal: false, lean: 0.0 });
        }
        let texts: Vec<String> = rows(&sheet).iter().map(|r| r.chars.iter().collect()).collect();
        assert_eq!(texts, ["车架号L9WH", "识别码"]);
    }
}
