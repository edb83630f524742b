//! 监制章: who supervises the form. Its middle names the bureau in a line or two, 国家税务总局 over that of the province or city; before 2018 it
//! was the 国家税务局 or 地方税务局 of the province.

use document::page::Rect;
use invoice::details::Details;

use crate::layout::{Sheet, is_chinese};

/// The longest name of a bureau.
const LONGEST: usize = 20;

/// Sets `producer_stamp` where the bureau was read.
pub(super) fn put(sheet: &Sheet, details: &mut Details) {
    let Some((bureau, area)) = bureau(sheet) else { return };
    let mut field = sheet.field(&bureau, &[]);
    field.area = Some(sheet.pixels(&area));
    details.set("producer_stamp", field);
}

/// The bureau and where it stands.
fn bureau(sheet: &Sheet) -> Option<(String, Rect)> {
    let mut lines: Vec<(String, Rect)> = sheet.spans.iter().filter_map(|span| Some((named(&span.compact())?, span.area))).collect();
    lines.sort_by(|a, b| a.1.top.total_cmp(&b.1.top));
    let (first, area) = lines.first()?.clone();
    let under = |below: &Rect| {
        let gap = below.top - area.bottom;
        gap < 2.0 * area.height() && gap > -area.height() && below.left < area.right && area.left < below.right
    };
    // the province's bureau under the state's
    match lines.get(1).filter(|(name, below)| under(below) && first == "国家税务总局" && *name != first) {
        Some((name, below)) => Some((format!("{first}{name}"), area.union(below))),
        None => Some((first, area)),
    }
}

/// A line that is the name of a bureau alone.
fn named(text: &str) -> Option<String> {
    let name = text.strip_suffix("监制").unwrap_or(text);
    let own = ["税务局", "税务总局", "财政局", "财政厅", "财政部"].iter().any(|end| name.ends_with(end));
    let chinese = name.chars().all(is_chinese);
    (own && chinese && name.chars().count() <= LONGEST).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    #[test]
    fn bureaus_of_one_line_and_of_two() {
        let of = |words: &[(&str, f32, f32, f32)]| bureau(&drawn::sheet(words)).map(|b| b.0);
        let two = [("国家税务总局", 100.0, 40.0, 10.0), ("云泽市税务局", 100.0, 56.0, 10.0)];
        assert_eq!(of(&two).as_deref(), Some("国家税务总局云泽市税务局"));
        assert_eq!(of(&two[..1]).as_deref(), Some("国家税务总局"));
        assert_eq!(of(&[("云泽省地方税务局监制", 100.0, 40.0, 10.0)]).as_deref(), Some("云泽省地方税务局"));
        // a title that begins with the bureau's name is none, nor is a line far below
        assert_eq!(of(&[("国家税务总局云泽省税务局通用机打发票", 100.0, 40.0, 10.0)]), None);
        assert_eq!(of(&[two[0], ("云泽市税务局", 100.0, 200.0, 10.0)]).as_deref(), Some("国家税务总局"));
    }
}
