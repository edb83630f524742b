//! Pictures as phones and scanners take them: the same seed gives the same picture, worse levels are worse, and what is said of a sheet is so.

use image::RgbImage;
use render::collage::collage;
use render::damage::{Corners, Level};
use render::specimen::{Form, invent};
use render::stray::{Stray, stray};

/// Mean light of the picture, and how much neighbouring pixels differ on average: its sharpness.
fn light(picture: &RgbImage) -> (f64, f64) {
    let (mut sum, mut steps) = (0.0, 0.0);
    for y in 0..picture.height() {
        for x in 1..picture.width() {
            let (here, before) = (picture.get_pixel(x, y).0[1], picture.get_pixel(x - 1, y).0[1]);
            sum += f64::from(here);
            steps += f64::from(here.abs_diff(before));
        }
    }
    let count = f64::from(picture.width()) * f64::from(picture.height());
    (sum / count, steps / count)
}

fn inside(corners: &Corners, picture: &RgbImage, slack: f32) -> bool {
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    corners.iter().all(|(x, y)| (-slack..=w + slack).contains(x) && (-slack..=h + slack).contains(y))
}

#[test]
fn the_same_seed_gives_the_same_picture() {
    let specimen = invent(Form::Rail, 3).expect("an invoice");
    for level in Level::ALL {
        let one = specimen.photograph(level, 7).expect("a picture");
        assert_eq!(one, specimen.photograph(level, 7).expect("a picture"), "{}", level.name());
        assert!(inside(&one.papers[0], &one.picture, 0.02 * one.picture.width() as f32), "{}", level.name());
        if level != Level::None {
            assert_ne!(one.picture, specimen.photograph(level, 8).expect("a picture").picture, "{}", level.name());
        }
    }
}

#[test]
fn a_drawing_that_nothing_happened_to_is_the_drawing() {
    let specimen = invent(Form::Rail, 3).expect("an invoice");
    let taken = specimen.photograph(Level::None, 7).expect("a picture");
    let drawn = render::picture(specimen.kind, &specimen.details, 150.0, render::Encoding::Png).expect("a picture");
    assert_eq!(taken.encode().expect("a PNG"), drawn);
}

#[test]
fn pictures_stay_readable_in_light() {
    let specimen = invent(Form::Rail, 4).expect("an invoice");
    for (level, darkest) in [(Level::Mild, 70.0), (Level::Hard, 35.0)] {
        for seed in 0..2 {
            let picture = specimen.photograph(level, seed).expect("a picture").picture;
            let (mean, steps) = light(&picture);
            assert!(mean > darkest && steps > 0.5, "{} {seed}: light {mean}, steps {steps}", level.name());
            assert!(picture.width().max(picture.height()) >= 1_000, "{} {seed}: {:?}", level.name(), picture.dimensions());
        }
    }
}

#[test]
fn the_papers_of_a_sheet_lie_where_it_says() {
    let sheet = collage(&[Form::Rail], Some(3), Level::None, 5).expect("a sheet");
    assert_eq!(sheet.tickets.len(), 3);
    let picture = &sheet.photograph.picture;
    let mut numbers: Vec<&str> = sheet.tickets.iter().map(|t| t.specimen.details.text("number")).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 3, "every paper is another invoice");
    for ticket in &sheet.tickets {
        assert!(inside(&ticket.corners, picture, 4.0), "{:?} on {:?}", ticket.corners, picture.dimensions());
        // Its own upper edge runs the way that its quarter turn says.
        let [(x0, y0), (x1, y1), ..] = ticket.corners;
        let angle = (y1 - y0).atan2(x1 - x0).to_degrees().rem_euclid(360.0);
        let off = (angle - f32::from(ticket.orientation) + 180.0).rem_euclid(360.0) - 180.0;
        assert!(off.abs() < 8.0, "{angle} and {}", ticket.orientation);
        // The foot of the railway's form is bluer than its ground.
        let at = |u: f32, v: f32| {
            let [(ax, ay), (bx, by), _, (dx, dy)] = ticket.corners;
            let (x, y) = (ax + (bx - ax) * u + (dx - ax) * v, ay + (by - ay) * u + (dy - ay) * v);
            picture.get_pixel(x as u32, y as u32).0
        };
        let (ground, foot) = (at(0.02, 0.4), at(0.02, 0.9));
        assert!(i32::from(foot[2]) - i32::from(foot[0]) > i32::from(ground[2]) - i32::from(ground[0]) + 20, "{ground:?} {foot:?}");
    }
}

#[test]
fn pictures_without_an_invoice_are_drawn() {
    let mut sharpness = Vec::new();
    for what in Stray::ALL {
        let picture = stray(what, 3).expect("a picture");
        assert_eq!(picture, stray(what, 3).expect("a picture"), "{what:?}");
        let (mean, steps) = light(&picture);
        if what == Stray::Blank {
            assert!(mean > 250.0 && steps == 0.0, "{mean} {steps}");
        } else {
            assert!(mean < 254.5 && mean > 5.0, "{what:?}: {mean}");
        }
        sharpness.push((what, steps));
    }
    let of = |what| sharpness.iter().find(|(w, _)| *w == what).map_or(0.0, |(_, s)| *s);
    assert!(of(Stray::Gradient) < 1.0 && of(Stray::Noise) > 4.0 && of(Stray::Letter) > of(Stray::Gradient), "{sharpness:?}");
}
