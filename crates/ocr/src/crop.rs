//! A line of text cut out of the picture, level and at the height that the recogniser wants.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{Rgb, RgbImage, imageops};
use imageproc::geometric_transformations::{Border, Interpolation, warp_into_with};

use crate::error::Error;
use crate::quad::Quad;

/// How far, in pixels, a box may lean over its whole length and still be cut as if it stood level.
const LEVEL: f32 = 1.0;

/// What fast_image_resize says.
fn failed(error: impl std::fmt::Display) -> Error {
    Error::Engine(format!("scaling a picture: {error}"))
}

/// Scales a part of a picture.
///
/// `part` is left, top, right and bottom in continuous pixels; what lies outside the picture is cut off.
///
/// # Errors
/// [`Error::Engine`] when a size is zero.
pub(crate) fn scaled(picture: &RgbImage, part: [f32; 4], width: u32, height: u32) -> Result<RgbImage, Error> {
    let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
    let [left, top, right, bottom] = part.map(f64::from);
    let (left, top) = (left.clamp(0.0, (w - 1.0).max(0.0)), top.clamp(0.0, (h - 1.0).max(0.0)));
    let (right, bottom) = (right.clamp(left + 1.0, w.max(left + 1.0)), bottom.clamp(top + 1.0, h.max(top + 1.0)));
    let source = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3).map_err(failed)?;
    let mut target = RgbImage::new(width, height);
    {
        let mut view = Image::from_slice_u8(width, height, &mut target, PixelType::U8x3).map_err(failed)?;
        // Shrinking takes in every source pixel; stretching is linear, as in the pictures that the models were trained with.
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
            .crop(left, top, right - left, bottom - top)
            .use_alpha(false);
        Resizer::new().resize(&source, &mut view, &options).map_err(failed)?;
    }
    Ok(target)
}

/// Cuts the text inside `quad` out of the picture, so that its start is at the left and its top edge above, `width` × `height` pixels large.
///
/// # Errors
/// [`Error::Engine`] when a size is zero.
pub(crate) fn crop(picture: &RgbImage, quad: &Quad, width: u32, height: u32) -> Result<RgbImage, Error> {
    let bounds = quad.bounds();
    if quad.is_level(LEVEL) {
        let [a, b, ..] = quad.0;
        let sideways = (b.x - a.x).abs() < (b.y - a.y).abs();
        let (w, h) = if sideways { (height, width) } else { (width, height) };
        let part = scaled(picture, bounds, w, h)?;
        return Ok(match (sideways, if sideways { b.y > a.y } else { b.x > a.x }) {
            (false, true) => part,
            (false, false) => imageops::rotate180(&part),
            (true, true) => imageops::rotate270(&part),
            (true, false) => imageops::rotate90(&part),
        });
    }
    // A leaning box: first the part of the picture around it, shrunken if it is larger than wanted, then turned.
    let margin = 2.0;
    let [left, top, right, bottom] = bounds;
    let (left, top) = ((left - margin).floor().max(0.0), (top - margin).floor().max(0.0));
    let right = (right + margin).ceil().min(picture.width() as f32).max(left + 1.0);
    let bottom = (bottom + margin).ceil().min(picture.height() as f32).max(top + 1.0);
    let scale = (height as f32 / quad.height().max(1.0)).min(1.0);
    let (w, h) = (((right - left) * scale).ceil().max(1.0), ((bottom - top) * scale).ceil().max(1.0));
    let part = scaled(picture, [left, top, right, bottom], w as u32, h as u32)?;
    let (sx, sy) = (w / (right - left), h / (bottom - top));
    let place = quad.map(|p| crate::text::Point { x: (p.x - left) * sx, y: (p.y - top) * sy });
    let mut target = RgbImage::new(width, height);
    let from = |x: f32, y: f32| {
        let p = place.at((x + 0.5) / width as f32, (y + 0.5) / height as f32);
        (p.x - 0.5, p.y - 0.5)
    };
    let border: Border<Rgb<u8>> = Border::Replicate;
    warp_into_with(&part, from, Interpolation::Bilinear, border, &mut target);
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Point;

    /// A picture whose red grows to the right and whose green grows downwards.
    fn gradient() -> RgbImage {
        RgbImage::from_fn(120, 100, |x, y| Rgb([(x * 2) as u8, (y * 2) as u8, 0]))
    }

    fn quad(corners: [(f32, f32); 4]) -> Quad {
        Quad(corners.map(|(x, y)| Point { x, y }))
    }

    /// Red and green near the four corners of the crop, in the order of the quad's corners.
    fn corners(picture: &RgbImage) -> [(u8, u8); 4] {
        let (r, b) = (picture.width() - 1, picture.height() - 1);
        [(0, 0), (r, 0), (r, b), (0, b)].map(|(x, y)| (picture.get_pixel(x, y).0[0], picture.get_pixel(x, y).0[1]))
    }

    #[test]
    fn every_direction_is_cut_from_its_start() {
        let upright = quad([(20.0, 30.0), (100.0, 30.0), (100.0, 50.0), (20.0, 50.0)]);
        let directions = [upright, upright.half_turned(), upright.quarter_turned(), upright.quarter_turned().half_turned()];
        for quad in directions {
            let (w, h) = (quad.length() as u32, quad.height() as u32);
            let cut = crop(&gradient(), &quad, w, h).unwrap();
            assert_eq!(cut.dimensions(), (w, h));
            for ((red, green), p) in corners(&cut).into_iter().zip(quad.0) {
                assert!((f32::from(red) - 2.0 * p.x).abs() <= 3.0 && (f32::from(green) - 2.0 * p.y).abs() <= 3.0, "{quad:?}");
            }
        }
    }

    #[test]
    fn a_leaning_box_comes_out_level() {
        let leaning = quad([(20.0, 20.0), (100.0, 40.0), (95.0, 60.0), (15.0, 40.0)]);
        let cut = crop(&gradient(), &leaning, 82, 20).unwrap();
        for ((red, green), p) in corners(&cut).into_iter().zip(leaning.0) {
            assert!((f32::from(red) - 2.0 * p.x).abs() <= 4.0 && (f32::from(green) - 2.0 * p.y).abs() <= 4.0);
        }
    }

    #[test]
    fn boxes_beyond_the_edge_are_survived() {
        let beyond = quad([(-30.0, -10.0), (500.0, -5.0), (500.0, 300.0), (-30.0, 300.0)]);
        assert_eq!(crop(&gradient(), &beyond, 64, 48).unwrap().dimensions(), (64, 48));
        let outside = quad([(400.0, 400.0), (500.0, 400.0), (500.0, 420.0), (400.0, 420.0)]);
        assert_eq!(crop(&gradient(), &outside, 64, 48).unwrap().dimensions(), (64, 48));
    }
}
