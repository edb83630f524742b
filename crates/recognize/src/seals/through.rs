//! Print under a seal: a line that a seal lies over is read once more in the red plane of the picture, in which the seal is nearly as light as the paper.
//! What is written in a seal's colour alone, a number of the form too, is left as it was read.

use document::page::Rect;
use image::{GrayImage, Luma};
use ocr::text::{Line, Point, Text};

use crate::closer;
use crate::error::Error;
use crate::layout::median;
use crate::look::{Look, Part};
use crate::reader::Run;

/// At most so many lines of one picture are read again, those with most of the seal over them.
const MOST: usize = 16;
/// More lines than this that lie one way are none of one ticket or slip, on which seals are put over the print: under all seals of many papers, looking again
/// would take as long as all the rest, and so only those are looked at that are a till's.
pub(crate) const MANY: usize = 100;
/// The least shares of a line's box that are a seal's strokes, and print under them.
const SEAL: f32 = 0.02;
const PRINT: f32 = 0.01;
/// The part of a box's height at its top and at its bottom that is not looked at.
const CORE: f32 = 0.15;
/// So light a seal is in the red plane, and so dark in the other two, against the paper.
const LIGHT: f32 = 0.7;
const DARK: f32 = 0.85;
/// By so much at least it is lighter there; the edges of black letters are grey.
const RED: f32 = 0.12;
/// A reading that is surer than this takes the place of another that is surer still: what was read of a seal and the print under it may be.
const SURE: f32 = 0.99;
/// A stained line of which every character is as sure as this is not looked at again.
const DOUBTFUL: f32 = 0.8;
/// A line that is found anew is as sure as this at least.
const FOUND: f32 = 0.9;
/// So far around a stained line, in its heights, lines are looked for; and so far from lines the part ends that is looked at, in pixels.
const REACH: f32 = 2.0;
/// A seal is so many heights of a line wide at most: 40 mm against 4 mm.
const SEAL_WIDE: f32 = 10.0;
const EDGE: f32 = 4.0;
/// From here down it is print, in the red plane against the paper.
const INK: f32 = 0.6;
/// Lines whose angles differ by so much, in radians, are seen as they lie.
const LEANING: f32 = 0.1;
/// Every line has so much around it, in pixels.
const MARGIN: u32 = 6;
/// At most this many pixels are looked at.
const LARGEST: u32 = 4_000_000;

/// Which lines under a seal are looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// Those that were read in doubt.
    Doubtful,
    /// All, those of the seal itself too: no form was found, and a line that a seal hides from the detector may be what tells it.
    All,
}

/// Reads the part of a picture on which a seal lies over print again, its lines first found anew, then those one by one of which doubt remains. Only lines
/// among those with these numbers are looked at. Gives whether there is any.
pub(crate) fn read(text: &mut Text, which: Lines, among: &[usize], look: &Look, run: &Run) -> Result<bool, Error> {
    if among.is_empty() || leaves_room(among.iter().filter_map(|at| text.lines.get(*at))) {
        return Ok(false);
    }
    let beside: Vec<[Point; 4]> =
        text.lines.iter().enumerate().filter(|(at, _)| !among.contains(at)).map(|(_, line)| line.corners).collect();
    // a character by itself is the seal's own
    let of = |line: &Line| {
        let own = (which == Lines::All || line.chars.len() > 1) && !beside.contains(&line.corners);
        if own { stain(line, look) } else { None }
    };
    let stains = |lines: &[Line]| lines.iter().map(of).collect::<Vec<_>>();
    let before = stains(&text.lines);
    let again = looked_at(&text.lines, &before, which);
    if !again.contains(&true) {
        return Ok(false);
    }
    // what lies under no seal stays as it was read
    let kept = |stain: &Option<Stain>| if which == Lines::All { stain.is_none() } else { !over_print(stain) };
    let known: Vec<Rect> = text.lines.iter().zip(&before).filter(|(_, stain)| kept(stain)).map(|(line, _)| around(line)).collect();
    let anew = found_anew(text, &known, &again, which, look, run)?;
    let marked = text.lines.drain(..).zip(before).map(|(line, stain)| (line, over_print(&stain))).collect();
    let anew = anew.into_iter().map(|line| (of(&line), line));
    let anew = anew.filter(|(stain, _)| stain.is_none() || over_print(stain)).map(|(stain, line)| (line, stain.is_some())).collect();
    let (lines, sure) = merged(marked, anew);
    text.lines = lines;
    let doubtful = stains(&text.lines).into_iter().map(|stain| stain.filter(|_| over_print(&stain)));
    let mut doubtful: Vec<(f32, usize)> = doubtful
        .enumerate()
        .filter(|(at, _)| !sure.contains(at) && is_doubtful(&text.lines[*at]))
        .filter_map(|(at, stain)| Some((stain?.seal, at)))
        .collect();
    doubtful.sort_by(|a, b| b.0.total_cmp(&a.0));
    doubtful.truncate(MOST);
    one_by_one(text, &doubtful.into_iter().map(|(_, at)| at).collect::<Vec<_>>(), look, run)?;
    Ok(true)
}

/// Which lines with these stains are looked at again.
fn looked_at(lines: &[Line], stains: &[Option<Stain>], which: Lines) -> Vec<bool> {
    let again = |(line, stain): (&Line, &Option<Stain>)| match which {
        Lines::All => stain.is_some(),
        Lines::Doubtful => over_print(stain) && is_doubtful(line),
    };
    lines.iter().zip(stains).map(again).collect()
}

/// Whether a form keeps a place free for its seal, as those of the VAT do at their foot and others say so (盖章): what is in doubt there is the seal
/// itself, and looking again would take as long as all the rest.
fn leaves_room<'a>(lines: impl Iterator<Item = &'a Line>) -> bool {
    const FRAME: &[&str] = &["价税合计", "货物或应税劳务", "销售方"];
    const PLACE: &[&str] = &["盖章", "(章)", "（章）"];
    let texts: Vec<String> = lines.map(Line::text).collect();
    let has = |word: &&&str| texts.iter().any(|text| text.contains(**word));
    PLACE.iter().any(|word| has(&word)) || FRAME.iter().filter(has).count() > 1
}

/// Whether print lies under the seal.
fn over_print(stain: &Option<Stain>) -> bool {
    stain.is_some_and(|stain| stain.print >= PRINT)
}

/// Whether any character of a line was read so badly that the seal may be to blame.
fn is_doubtful(line: &Line) -> bool {
    line.chars.iter().any(|c| c.confidence < DOUBTFUL)
}

/// What is read in the red plane around those lines of a text that are looked at `again`, but not in the areas that are known.
fn found_anew(text: &Text, known: &[Rect], again: &[bool], which: Lines, look: &Look, run: &Run) -> Result<Vec<Line>, Error> {
    let boxes: Vec<Rect> = text.lines.iter().map(around).collect();
    let own = boxes.iter().zip(again).filter(|(_, again)| **again).map(|(area, _)| {
        let reach = if which == Lines::All { SEAL_WIDE } else { REACH } * area.height().min(area.width());
        Rect { left: area.left - reach, top: area.top - reach, right: area.right + reach, bottom: area.bottom + reach }
    });
    let mut found = Vec::new();
    let right = text.width as f32;
    for part in parts(own.collect(), &boxes) {
        let inside = text.lines.iter().zip(&boxes).filter(|(line, area)| !line.vertical && part.holds(area.center()));
        let height = median(inside.map(|(line, _)| sides(line).1)).unwrap_or(1.0);
        let part = Rect { left: part.left - EDGE, top: part.top - EDGE, right: part.right + EDGE, bottom: part.bottom + EDGE };
        let Some(Part { lines, area }) = look.read_in_red(&part, height, known, LARGEST, run)? else { continue };
        // what the border of so wide a part cuts is not read whole
        let cut = |line: &Line| {
            let own = around(line);
            which == Lines::All && (area.left > 0.0 && own.left < area.left + EDGE || area.right < right && own.right > area.right - EDGE)
        };
        found.extend(lines.into_iter().filter(|line| !cut(line)));
    }
    Ok(found)
}

/// The areas, those that meet as one, each with every line that it touches whole.
fn parts(areas: Vec<Rect>, lines: &[Rect]) -> Vec<Rect> {
    let meet = |a: &Rect, b: &Rect| a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
    let mut parts: Vec<Rect> = Vec::new();
    for area in areas {
        let mut whole = lines.iter().filter(|line| meet(line, &area)).fold(area, |whole, line| whole.union(line));
        // what it has grown over may reach others
        while let Some(at) = parts.iter().position(|part| meet(part, &whole)) {
            whole = whole.union(&parts.swap_remove(at));
        }
        parts.push(whole);
    }
    parts
}

/// The lines with those found anew in place of the stained ones where they stand, and which of them are sure.
fn merged(mut lines: Vec<(Line, bool)>, anew: Vec<(Line, bool)>) -> (Vec<Line>, Vec<usize>) {
    let mut sure = Vec::new();
    for (line, stained) in anew.into_iter().filter(|(line, _)| !line.vertical && line.chars.len() > 1 && line.confidence >= FOUND) {
        let old: Vec<usize> = (0..lines.len()).filter(|at| overlap(&lines[*at].0, &line)).collect();
        let says = core(&line);
        let said: String = old.iter().map(|at| core(&lines[*at].0)).collect();
        let surest = old.iter().filter(|at| lines[**at].1).map(|at| lines[*at].0.confidence).reduce(f32::min).unwrap_or(0.0);
        if says == said {
            // a seal's strokes at an end set the box aslant
            if let [at] = old[..]
                && (slope(&lines[at].0) - slope(&line)).abs() >= LEANING
            {
                lines[at].0.corners = line.corners;
            }
            sure.extend(old.iter().map(|at| lines[*at].0.corners));
            continue;
        }
        // a number in the seal's own red is missing in the red plane; what was read for certain is not there for nothing
        let missing = said.replacen(&says, "", 1);
        let certain = || old.iter().all(|at| !is_doubtful(&lines[*at].0));
        let lacks = said.contains(&says) && !missing.is_empty() && (missing.chars().all(|c| c.is_ascii_digit()) || certain());
        let stands = !old.is_empty() && (!stained || old.iter().all(|at| !lines[*at].1));
        if lacks || stands || line.confidence < surest && line.confidence < SURE {
            continue;
        }
        sure.push(line.corners);
        let place = old.first().copied().unwrap_or(lines.len());
        let mut at = 0;
        lines.retain(|_| {
            at += 1;
            !old.contains(&(at - 1))
        });
        lines.insert(place.min(lines.len()), (line, true));
    }
    let lines: Vec<Line> = lines.into_iter().map(|(line, _)| line).collect();
    let sure = (0..lines.len()).filter(|at| sure.contains(&lines[*at].corners)).collect();
    (lines, sure)
}

/// What a line says, signs aside.
fn core(line: &Line) -> String {
    line.chars.iter().map(|c| c.ch).filter(|c| c.is_alphanumeric()).collect()
}

/// Whether two boxes are of the same print, for the most part of the smaller one. The box around a line that leans holds what is no part of it.
fn overlap(one: &Line, other: &Line) -> bool {
    let (a, b) = (around(one), around(other));
    let across = (a.right.min(b.right) - a.left.max(b.left)).max(0.0);
    let down = (a.bottom.min(b.bottom) - a.top.max(b.top)).max(0.0);
    let size = |r: &Rect| r.width() * r.height();
    let (small, large) = if size(&a) < size(&b) { (one, other) } else { (other, one) };
    let over = across * down > 0.5 * size(&a).min(size(&b));
    over && ((slope(one) - slope(other)).abs() < LEANING || holds(large, around(small).center()))
}

/// The angle of a line in radians.
fn slope(line: &Line) -> f32 {
    let [a, b, ..] = line.corners;
    (b.y - a.y).atan2(b.x - a.x)
}

/// Whether a place is on a line.
fn holds(line: &Line, at: document::page::Point) -> bool {
    let sides = line.corners.iter().zip(line.corners.iter().cycle().skip(1));
    let mut sides = sides.map(|(a, b)| (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x));
    sides.all(|side| side >= 0.0)
}

/// The box around a line.
fn around(line: &Line) -> Rect {
    let nowhere = Rect { left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN };
    line.corners.iter().fold(nowhere, |area, p| area.union(&Rect { left: p.x, top: p.y, right: p.x, bottom: p.y }))
}

/// Reads some lines again, each by itself, and puts the surer readings in their place.
fn one_by_one(text: &mut Text, some: &[usize], look: &Look, run: &Run) -> Result<(), Error> {
    let strips: Vec<GrayImage> = some.iter().filter_map(|at| Some(strip(text.lines.get(*at)?, look))).collect();
    let width = strips.iter().map(GrayImage::width).max().unwrap_or(0);
    let height: u32 = strips.iter().map(GrayImage::height).sum();
    if width == 0 || width.saturating_mul(height) > LARGEST {
        return Ok(());
    }
    let mut plane = GrayImage::from_pixel(width, height, Luma([255]));
    let mut boxes = Vec::with_capacity(strips.len());
    let mut top = 0;
    for strip in &strips {
        image::imageops::replace(&mut plane, strip, 0, i64::from(top));
        let [right, bottom] = [strip.width() - MARGIN, top + strip.height() - MARGIN].map(|v| v as f32);
        boxes.push([MARGIN as f32, (top + MARGIN) as f32, right, bottom]);
        top += strip.height();
    }
    let fits = vec![said as fn(&str) -> bool; boxes.len()];
    let highest = strips.iter().map(GrayImage::height).max().unwrap_or(0) as f32;
    for (reading, at) in closer::look(&plane, &boxes, &fits, highest, look, run)?.into_iter().zip(some) {
        if let Some((reading, line)) = reading.zip(text.lines.get_mut(*at))
            && reading.confidence >= FOUND
            && (reading.confidence >= line.confidence || reading.confidence >= SURE)
        {
            (line.chars, line.confidence) = (reading.chars, reading.confidence);
        }
    }
    Ok(())
}

/// Whether a reading says anything.
fn said(text: &str) -> bool {
    text.chars().count() > 1
}

/// The shares of a line's box that are a seal's strokes and print.
#[derive(Debug, Clone, Copy)]
struct Stain {
    seal: f32,
    print: f32,
}

/// The stain on a line; nothing where there is hardly any of a seal.
fn stain(line: &Line, look: &Look) -> Option<Stain> {
    let (width, height) = sides(line);
    if line.vertical || width < 16.0 || height < 8.0 {
        return None;
    }
    // lines above and below reach into a box's margins, and their seals with them
    let (across, down) = ((width / 2.0) as u32, (height / 2.0) as u32);
    let places = (0..down).flat_map(|y| (0..across).map(move |x| (x, y)));
    let at = |(x, y): (u32, u32)| place(line, (x as f32 + 0.5) / across as f32, CORE + (1.0 - 2.0 * CORE) * (y as f32 + 0.5) / down as f32);
    let mut pixels: Vec<[f32; 3]> = places.filter_map(|p| colour(look, at(p))).collect();
    if pixels.len() < 20 {
        return None;
    }
    let count = pixels.len();
    let paper = *pixels.select_nth_unstable_by(count * 3 / 4, |a, b| a.iter().sum::<f32>().total_cmp(&b.iter().sum())).1;
    let is_seal = |p: &&[f32; 3]| {
        let [r, g, b] = [p[0] / paper[0].max(1.0), p[1] / paper[1].max(1.0), p[2] / paper[2].max(1.0)];
        r > LIGHT && g.max(b) < DARK && r - g.max(b) > RED
    };
    let share = |some: usize| some as f32 / count as f32;
    let seal = share(pixels.iter().filter(is_seal).count());
    let print = share(pixels.iter().filter(|p| p[0] < INK * paper[0]).count());
    (seal >= SEAL).then_some(Stain { seal, print })
}

/// A line's length and height in pixels.
fn sides(line: &Line) -> (f32, f32) {
    let [a, b, _, d] = line.corners;
    ((b.x - a.x).hypot(b.y - a.y), (d.x - a.x).hypot(d.y - a.y))
}

/// A place in a line's box, from its shares along and across the line.
fn place(line: &Line, along: f32, across: f32) -> (f32, f32) {
    let [a, b, c, d] = line.corners;
    let between = |p: Point, q: Point, share: f32| Point { x: p.x + (q.x - p.x) * share, y: p.y + (q.y - p.y) * share };
    let at = between(between(a, b, along), between(d, c, along), across);
    (at.x, at.y)
}

fn colour(look: &Look, (x, y): (f32, f32)) -> Option<[f32; 3]> {
    (x >= 0.0 && y >= 0.0).then(|| look.pixel(x as u32, y as u32))?.map(|p| p.0.map(f32::from))
}

/// A line's red plane, made level, with the margin around it.
fn strip(line: &Line, look: &Look) -> GrayImage {
    let (width, height) = sides(line);
    let share = |at: u32, side: f32| (at as f32 + 0.5 - MARGIN as f32) / side;
    GrayImage::from_fn(width as u32 + 2 * MARGIN, height as u32 + 2 * MARGIN, |x, y| {
        let (x, y) = place(line, share(x, width), share(y, height));
        Luma([closer::red(look, x, y)])
    })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;
    use crate::look::tests::Dim;

    fn line(text: &str, [left, top, right, bottom]: [f32; 4], confidence: f32) -> Line {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point { x, y });
        let chars = text.chars().map(|ch| ocr::text::Char { ch, at: 0.5, confidence }).collect();
        Line { corners, chars, confidence, vertical: false }
    }

    type Read = (&'static str, [f32; 4], f32, bool);

    #[test]
    fn what_is_found_anew_takes_the_place_of_what_a_seal_lies_over() {
        const TITLE: [f32; 4] = [0.0, 0.0, 100.0, 20.0];
        let cases: [(&[Read], Read, &[&str]); 10] = [
            (&[("云泽样张专用章定额", TITLE, 0.997, true)], ("云泽车辆通行费定额", TITLE, 0.995, true), &["云泽车辆通行费定额"]),
            // the halves of a line that the rim parts
            (
                &[("代码1990", [0.0, 0.0, 40.0, 20.0], 0.99, true), ("0507", [60.0, 0.0, 100.0, 20.0], 0.99, true)],
                ("代码199001510507", TITLE, 0.99, true),
                &["代码199001510507"],
            ),
            // what the detector passed over
            (&[("入口", [0.0, 40.0, 40.0, 60.0], 0.99, false)], ("云泽南", TITLE, 0.95, true), &["入口", "云泽南"]),
            // less sure than what was read
            (&[("入口4400", TITLE, 0.98, true)], ("A口4400", TITLE, 0.92, true), &["入口4400"]),
            // a number in the seal's own red
            (&[("号码00412345", TITLE, 0.7, true)], ("号码", TITLE, 0.99, true), &["号码00412345"]),
            // the end of a title that was read for certain, and letters of the seal
            (&[("云泽市出租汽车专用发票", TITLE, 0.99, true)], ("云泽市出租汽车专用发", TITLE, 0.995, true), &["云泽市出租汽车专用发票"]),
            (&[("云泽市出租汽车样张", TITLE, 0.7, true)], ("云泽市出租汽车", TITLE, 0.995, true), &["云泽市出租汽车"]),
            // no seal there
            (&[("云泽南", TITLE, 0.9, false)], ("云泽甫", TITLE, 0.99, true), &["云泽南"]),
            (&[("云泽南", TITLE, 0.9, true)], ("云泽甫", TITLE, 0.99, false), &["云泽南"]),
            (&[("入口", [0.0, 40.0, 40.0, 60.0], 0.99, false)], ("云泽南", TITLE, 0.8, true), &["入口"]),
        ];
        for (old, (text, area, confidence, stained), expected) in cases {
            let lines = old.iter().map(|&(text, area, confidence, stained)| (line(text, area, confidence), stained)).collect();
            let (lines, _) = merged(lines, vec![(line(text, area, confidence), stained)]);
            assert_eq!(lines.iter().map(Line::text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn the_box_of_a_line_that_leans_holds_what_is_no_part_of_it() {
        let mut aslant = line("金额", [0.0, 0.0, 200.0, 140.0], 0.9);
        aslant.corners = [(14.0, 0.0), (200.0, 100.0), (186.0, 140.0), (0.0, 40.0)].map(|(x, y)| Point { x, y });
        let (lines, _) = merged(vec![(aslant.clone(), true)], vec![(line("金额:", [60.0, 55.0, 140.0, 85.0], 0.97), true)]);
        assert_eq!(around(&lines[0]).top, 55.0);
        for (area, same) in [([110.0, 0.0, 190.0, 30.0], false), ([60.0, 55.0, 140.0, 85.0], true), ([0.0, 0.0, 200.0, 140.0], true)] {
            assert_eq!(overlap(&line("61.00元", area, 0.99), &aslant), same, "{area:?}");
        }
    }

    #[test]
    fn lines_under_a_seal_are_looked_at_in_doubt_or_where_no_form_was_found() {
        const AREA: [f32; 4] = [0.0, 0.0, 100.0, 20.0];
        let lines = [line("Change", AREA, 0.99), line("Total", AREA, 0.7), line("Tip", AREA, 0.7), line("核验", AREA, 0.7)];
        let print = Some(Stain { seal: 0.1, print: 0.2 });
        let stains = [print, print, None, Some(Stain { seal: 0.1, print: 0.0 })];
        assert_eq!(looked_at(&lines, &stains, Lines::Doubtful), [false, true, false, false]);
        assert_eq!(looked_at(&lines, &stains, Lines::All), [true, true, false, true]);
    }

    #[test]
    fn parts_hold_lines_whole_and_do_not_meet() {
        let rect = |[left, top, right, bottom]: [f32; 4]| Rect { left, top, right, bottom };
        let lines = [rect([0.0, 0.0, 200.0, 20.0]), rect([0.0, 500.0, 200.0, 520.0])];
        let areas = [[90.0, 10.0, 120.0, 60.0], [90.0, 50.0, 120.0, 90.0], [50.0, 480.0, 60.0, 505.0]].map(rect);
        let expected = [[0.0, 0.0, 200.0, 90.0], [0.0, 480.0, 200.0, 520.0]].map(rect);
        assert_eq!(parts(areas.to_vec(), &lines), expected);
    }

    #[test]
    fn forms_that_leave_room_for_their_seal() {
        let cases: [(&[&str], bool); 4] = [
            (&["价税合计(大写)", "货物或应税劳务、服务名称"], true),
            (&["销售方", "价税合计(大写)"], true),
            (&["收款方(盖章):"], true),
            (&["云泽车辆通行费定额发票", "发票代码199001510507"], false),
        ];
        for (texts, expected) in cases {
            let lines: Vec<Line> = texts.iter().map(|text| line(text, [0.0, 0.0, 100.0, 20.0], 0.9)).collect();
            assert_eq!(leaves_room(lines.iter()), expected, "{texts:?}");
        }
    }

    #[test]
    fn a_seal_is_told_from_print_by_its_colour() {
        const PAPER: Rgb<u8> = Rgb([236, 234, 226]);
        let stain_of = |first: Rgb<u8>, second: Rgb<u8>| {
            let picture = RgbImage::from_fn(200, 40, |x, _| match x % 10 {
                0 | 1 => first,
                5 | 6 => second,
                _ => PAPER,
            });
            let look = Look { eyes: &Dim, picture: &picture, orientation: 0, page: 0 };
            stain(&line("云泽", [0.0, 0.0, 200.0, 40.0], 0.9), &look).map(|stain| stain.print >= PRINT)
        };
        let (black, brown, red, pale) = (Rgb([40, 40, 44]), Rgb([120, 60, 40]), Rgb([214, 50, 48]), Rgb([228, 130, 126]));
        let cases = [
            (black, red, Some(true)),
            (black, pale, Some(true)),
            (brown, red, Some(true)),
            (PAPER, red, Some(false)),
            (black, brown, None),
            // the edge of a black letter
            (black, Rgb([180, 178, 172]), None),
        ];
        for (first, second, expected) in cases {
            assert_eq!(stain_of(first, second), expected, "{first:?} {second:?}");
        }
    }
}
