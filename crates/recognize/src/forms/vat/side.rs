//! Labels that run down the side of a band: 购买方, 密码区, 备注 and the like, one character below the other.

use document::page::Rect;

use crate::layout::Sheet;

/// Where a side label stands. Its characters may be one upright span, or spans of their own; two of them are enough.
pub(crate) fn find(sheet: &Sheet, text: &str, within: &Rect) -> Option<Rect> {
    let inside = |area: &Rect| {
        let c = area.center();
        c.x >= within.left && c.x <= within.right && c.y >= within.top && c.y <= within.bottom
    };
    if let Some(span) = sheet.spans.iter().find(|s| s.vertical && inside(&s.area) && shares(&s.compact(), text) >= 2) {
        return Some(span.area);
    }
    // each character at the beginning of a span of its own (OCR may have read on to the right)
    let mut best: Option<(usize, Rect)> = None;
    let starts: Vec<(char, Rect, f32)> = sheet
        .spans
        .iter()
        .filter(|s| !s.vertical && inside(&s.area))
        .filter_map(|s| {
            let g = s.glyphs.iter().find(|g| !g.ch.is_whitespace())?;
            text.contains(g.ch).then(|| (g.ch, Rect { left: g.left, right: g.right, ..s.area }, s.height()))
        })
        .collect();
    for (ch, area, height) in &starts {
        let mut found = *area;
        let mut count = 1;
        for next in text.chars().filter(|c| c != ch) {
            if let Some((_, a, _)) = starts.iter().find(|(c, a, _)| *c == next && (a.center().x - area.center().x).abs() < height * 0.8) {
                found = found.union(a);
                count += 1;
            }
        }
        if count >= 2 && best.as_ref().is_none_or(|(n, _)| count > *n) {
            best = Some((count, found));
        }
    }
    best.map(|(_, area)| area)
}

fn shares(a: &str, b: &str) -> usize {
    b.chars().filter(|c| a.contains(*c)).count()
}
