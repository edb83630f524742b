//! Several papers on one picture, as people paste them on a sheet and scan it, or lay them on a table and photograph them: each turned its
//! own way, some over the edge of others.

use image::RgbImage;

use crate::damage::{Corners, Device, Ground, Level, Photograph, Placed, Print, Scene, Shot, around, corners};
use crate::error::Error;
use crate::specimen::draws::Draws;
use crate::specimen::{Form, Specimen, invent_on_one_page};

/// Sheets of a flatbed, in millimetres: A4 and A3, each either way.
const SHEETS: [(f32, f32); 4] = [(210.0, 297.0), (297.0, 210.0), (297.0, 420.0), (420.0, 297.0)];
/// Millimetres between papers, before some are moved over their neighbours.
const GAP: f32 = 4.0;
/// Square millimetres of paper that an A3 sheet holds with room to spare.
const FULL: f32 = 100_000.0;
/// Pixels that a photograph's longer side has at most.
const LONGEST: f32 = 4_000.0;
/// Pixels of a phone's camera, the longer side and the shorter: 12 megapixels in four to three, which nearly all have had for ten years, those of 48 and more
/// as well, which write as many as long as nothing else is set. A phone comes no nearer to papers than to have all of them on its picture.
const CAMERA: (f32, f32) = (4_000.0, 3_000.0);

/// One of the papers.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// What it is.
    pub specimen: Specimen,
    /// Left, top, right, bottom around it in pixels of the picture.
    pub region: [i32; 4],
    /// By how many degrees clockwise it lies turned, to the next quarter: 0, 90, 180 or 270.
    pub orientation: u16,
    /// Its corners in pixels of the picture.
    pub corners: Corners,
}

/// A picture of several papers.
#[derive(Debug, Clone)]
pub struct Collage {
    /// The picture.
    pub photograph: Photograph,
    /// The papers on it, in reading order.
    pub tickets: Vec<Ticket>,
}

/// A drawn paper that waits for its place, sizes in millimetres.
struct Loose {
    specimen: Specimen,
    paper: RgbImage,
    /// Width and height as it lies, by its quarter turn.
    size: (f32, f32),
    quarter: u16,
    print: Print,
    /// The shot before it was drawn, from which it comes out the same at any size.
    before: Shot,
}

/// How many papers share a picture where nothing else is said.
pub const USUAL: std::ops::RangeInclusive<u64> = 2..=12;

/// Lays invented invoices of these forms, any of them any number of times, on one picture: `count` of them, or as many as [`USUAL`] and the
/// seed say. At [`Level::None`] it is a clean scan. Many papers are small ones, as they are when people paste them.
pub fn collage(forms: &[Form], count: Option<u64>, level: Level, seed: u64) -> Result<Collage, Error> {
    let mut shot = Shot::new(level, seed);
    if level == Level::None {
        shot.device = Device::Scanner;
    }
    let dpi = if level == Level::Hard { shot.draws.within([140.0, 170.0]) } else { shot.draws.within([170.0, 200.0]) };
    let mut loose = Vec::new();
    let count = count.unwrap_or_else(|| shot.draws.between(*USUAL.start(), *USUAL.end()));
    let mut area = 0.0;
    for i in 0..count {
        if forms.is_empty() {
            break;
        }
        let seed = seed.wrapping_mul(64).wrapping_add(i);
        let mut one = draw(*shot.draws.pick(forms), &mut shot, dpi, seed)?;
        // A large one is put back once for another when the sheet is getting full.
        if area + one.area() > FULL {
            one = draw(*shot.draws.pick(forms), &mut shot, dpi, seed)?;
        }
        if area + one.area() > FULL * 1.5 && loose.len() >= 2 {
            continue;
        }
        area += one.area();
        loose.push(one);
    }
    let (places, (wide, high)) = arrange(&loose, shot.device, &mut shot.draws);
    let ground = Ground::pick(level, shot.device, &mut shot.draws);
    let shadow = if shot.device == Device::Phone { (3.0, 2.5) } else { (1.5, 1.0) };
    let slack = if level == Level::Hard { 6.0 } else { 3.0 };
    let mut lying = Vec::new();
    for (one, (x, y)) in loose.into_iter().zip(places) {
        let turn = (f32::from(one.quarter) + shot.draws.within([-slack, slack])).to_radians();
        let flat = if one.quarter.is_multiple_of(180) { one.size } else { (one.size.1, one.size.0) };
        let askew = if shot.device == Device::Phone { 0.008 } else { 0.0 };
        let middle = (x + one.size.0 / 2.0, y + one.size.1 / 2.0);
        let corners = corners(flat.0, flat.1, turn, askew, &mut shot.draws).map(|(cx, cy)| (cx + middle.0, cy + middle.1));
        lying.push((one, corners));
    }
    // A turned paper may reach over the edge: the bed of a scanner is a little larger than its sheets.
    let mut bounds = [0.0, 0.0, wide, high];
    for (_, corners) in &lying {
        let [left, top, right, bottom] = around(corners);
        bounds = [bounds[0].min(left), bounds[1].min(top), bounds[2].max(right), bounds[3].max(bottom)];
    }
    let far = (LONGEST / (wide.max(high) * dpi / 25.4)).min(1.0) * dpi;
    let print = lying.iter().map(|(one, _)| one.print).fold(Print::default(), Print::and);
    let near = shot.nearer(far, print, nearest((bounds[2] - bounds[0], bounds[3] - bounds[1])));
    let scale = near / 25.4;
    let bounds = bounds.map(|v| v * scale);
    let (width, height) = ((bounds[2] - bounds[0]) as u32, (bounds[3] - bounds[1]) as u32);
    let mut scene = Scene { width, height, ground, papers: Vec::new(), shadow };
    let mut tickets = Vec::new();
    for (one, corners) in lying {
        let paper = if near > far { one.drawn_anew(near)? } else { one.paper };
        let corners = corners.map(|(x, y)| (x * scale - bounds[0], y * scale - bounds[1]));
        let region = around(&corners).map(|v| v.round() as i32);
        tickets.push(Ticket { specimen: one.specimen, region, orientation: one.quarter, corners });
        scene.papers.push(Placed { paper, corners, bend: None });
    }
    // In rows from the top, in each from the left.
    let row = (60.0 * scale) as i32;
    tickets.sort_by_key(|t| ((t.region[1] + t.region[3]) / 2 / row.max(1), t.region[0]));
    let photograph = if level == Level::None {
        Photograph { papers: scene.corners(), picture: scene.paint(&mut shot.draws), encoding: crate::Encoding::Png }
    } else {
        shot.expose(&scene)
    };
    Ok(Collage { photograph, tickets })
}

impl Loose {
    /// In square millimetres.
    fn area(&self) -> f32 {
        self.size.0 * self.size.1
    }

    /// The same paper at so many dots per inch.
    fn drawn_anew(&self, dpi: f32) -> Result<RgbImage, Error> {
        let (paper, _) = crate::worn(self.specimen.kind, &self.specimen.details, &mut self.before.clone(), dpi)?;
        Ok(paper)
    }
}

/// The most dots per inch at which a phone has a scene of so many millimetres across and down on its picture.
fn nearest((wide, high): (f32, f32)) -> f32 {
    (CAMERA.0 / wide.max(high)).min(CAMERA.1 / wide.min(high)) * 25.4
}

fn draw(form: Form, shot: &mut Shot, dpi: f32, seed: u64) -> Result<Loose, Error> {
    let specimen = invent_on_one_page(form, seed)?;
    let before = shot.clone();
    let (paper, (width, height)) = crate::worn(specimen.kind, &specimen.details, shot, dpi)?;
    let print = crate::print(specimen.kind, &specimen.details)?;
    let quarter: u16 = *shot.draws.pick(&[0, 0, 0, 90, 180, 270]);
    let size = if quarter.is_multiple_of(180) { (width, height) } else { (height, width) };
    Ok(Loose { specimen, paper, size, quarter, print, before })
}

/// Puts papers in rows: their upper left corners, and the size of what they lie on. A scanner has its sheets, of which the smallest that
/// holds all is taken; a table is as large as need be, and so is the ground where no sheet is large enough.
fn arrange(loose: &[Loose], device: Device, draws: &mut Draws) -> (Vec<(f32, f32)>, (f32, f32)) {
    let area: f32 = loose.iter().map(|l| (l.size.0 + GAP) * (l.size.1 + GAP)).sum();
    let widest = loose.iter().map(|l| l.size.0).fold(0.0, f32::max);
    let mut sheets: Vec<(f32, f32)> = if device == Device::Scanner { SHEETS.to_vec() } else { Vec::new() };
    sheets.retain(|(wide, high)| {
        let (_, used) = rows(loose, *wide, 0.0);
        widest <= *wide && used <= *high
    });
    if let Some((wide, high)) = sheets.first().copied() {
        let (places, used) = rows(loose, wide, 0.0);
        let drop = draws.within([0.0, (high - used).min(30.0)]);
        return (nudged(places.into_iter().map(|(x, y)| (x, y + drop)).collect(), draws), (wide, high));
    }
    let rim = draws.within([4.0, 25.0]);
    let wide = (area.sqrt() * draws.within([0.9, 1.4])).max(widest + 2.0 * rim);
    let (places, used) = rows(loose, wide, rim);
    let right = places.iter().zip(loose).map(|((x, _), l)| x + l.size.0).fold(0.0, f32::max);
    (nudged(places, draws), (right + rim, used + rim))
}

/// Papers from left to right, and a new row where the next does not fit; also how far down they reach.
fn rows(loose: &[Loose], wide: f32, rim: f32) -> (Vec<(f32, f32)>, f32) {
    let mut places = Vec::new();
    let (mut x, mut y, mut tall) = (rim, rim, 0.0_f32);
    for one in loose {
        if x > rim && x + one.size.0 > wide - rim {
            (x, y, tall) = (rim, y + tall + GAP, 0.0);
        }
        places.push((x, y));
        x += one.size.0 + GAP;
        tall = tall.max(one.size.1);
    }
    (places, y + tall)
}

/// Hands are not exact: every third paper lies a little over its neighbour, within the blank rim that forms have.
fn nudged(places: Vec<(f32, f32)>, draws: &mut Draws) -> Vec<(f32, f32)> {
    places
        .into_iter()
        .map(|(x, y)| {
            let far = if draws.chance(33) { GAP + 2.0 } else { GAP * 0.4 };
            (x - draws.within([0.0, far]), y - draws.within([0.0, far]))
        })
        .map(|(x, y)| (x.max(0.0), y.max(0.0)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_fits_on_a_phones_picture_either_way() {
        for (scene, expected) in [((400.0, 254.0), 254.0), ((254.0, 400.0), 254.0), ((381.0, 381.0), 200.0), ((508.0, 127.0), 200.0)] {
            assert!((nearest(scene) - expected).abs() < 0.01, "{scene:?}: {}", nearest(scene));
        }
    }

    #[test]
    fn a_paper_is_drawn_anew_as_it_was_but_larger() {
        let (mut shot, mut again) = (Shot::new(Level::Hard, 3), Shot::new(Level::Hard, 3));
        let one = draw(Form::Taxi, &mut shot, 40.0, 5).expect("a paper");
        assert_eq!(one.drawn_anew(40.0).expect("a paper"), one.paper);
        let larger = one.drawn_anew(80.0).expect("a paper");
        assert_eq!(larger, draw(Form::Taxi, &mut again, 80.0, 5).expect("a paper").paper);
        assert!(larger.width().abs_diff(2 * one.paper.width()) <= 2, "{} and {}", larger.width(), one.paper.width());
    }
}
