//! Several small inputs on one sheet, below each other: a run over another form of input than before costs as much as a small input itself.

use image::{Rgb, RgbImage, imageops};

use super::STRIDE;
use crate::quad::Quad;
use crate::text::Point;

/// What the network takes for nothing beyond an input's edge.
const NOTHING: Rgb<u8> = Rgb([128; 3]);
/// How far inputs lie from each other, in pixels.
const APART: u32 = STRIDE as u32;

/// Inputs below each other.
pub(super) struct Sheet {
    pub(super) picture: RgbImage,
    /// Where each begins and ends, in rows of the sheet.
    rows: Vec<[u32; 2]>,
}

/// How many of the first of these inputs lie on one sheet of at most so many pixels; one at least.
pub(super) fn together(inputs: &[&RgbImage], most: usize) -> usize {
    let (mut width, mut height) = (0, 0);
    let fits = |input: &&&RgbImage| {
        width = width.max(input.width() as usize);
        height += (input.height() + APART) as usize;
        width * height <= most
    };
    inputs.iter().take_while(fits).count().max(1)
}

impl Sheet {
    /// The inputs' sides are multiples of [`STRIDE`], and so are the sheet's.
    pub(super) fn of(inputs: &[&RgbImage]) -> Sheet {
        let width = inputs.iter().map(|input| input.width()).max().unwrap_or_default();
        let height = inputs.iter().map(|input| input.height() + APART).sum::<u32>().saturating_sub(APART);
        let mut picture = RgbImage::from_pixel(width, height, NOTHING);
        let mut rows = Vec::with_capacity(inputs.len());
        let mut top = 0;
        for input in inputs {
            imageops::replace(&mut picture, *input, 0, i64::from(top));
            rows.push([top, top + input.height()]);
            top += input.height() + APART;
        }
        Sheet { picture, rows }
    }

    /// Which of the inputs a box lies on, and where on it.
    pub(super) fn place(&self, quad: &Quad) -> Option<(usize, Quad)> {
        let middle = quad.centre().y;
        let number = self.rows.iter().position(|[top, bottom]| (*top as f32..*bottom as f32).contains(&middle))?;
        let top = self.rows.get(number)?[0] as f32;
        Some((number, quad.map(|p| Point { y: p.y - top, ..p })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_lie_below_each_other_as_long_as_the_sheet_holds_them() {
        let inputs = [(64, 32), (96, 64), (32, 96)].map(|(width, height)| RgbImage::new(width, height));
        let inputs: Vec<&RgbImage> = inputs.iter().collect();
        for (most, count) in [(0, 1), (64 * 64, 1), (96 * 160, 2), (96 * 287, 2), (96 * 288, 3)] {
            assert_eq!(together(&inputs, most), count, "{most}");
        }
        let sheet = Sheet::of(&inputs);
        assert_eq!((sheet.picture.dimensions(), sheet.rows), ((96, 256), vec![[0, 32], [64, 128], [160, 256]]));
        assert_eq!((sheet.picture.get_pixel(63, 31).0, sheet.picture.get_pixel(64, 31).0), ([0; 3], NOTHING.0));
    }

    #[test]
    fn a_box_belongs_to_the_input_that_it_lies_on() {
        let inputs = [RgbImage::new(64, 32), RgbImage::new(64, 64)];
        let sheet = Sheet::of(&inputs.iter().collect::<Vec<_>>());
        let place = |top, bottom| sheet.place(&Quad::of_bounds([4.0, top, 40.0, bottom])).map(|(number, quad)| (number, quad.bounds()));
        assert_eq!(place(4.0, 20.0), Some((0, [4.0, 4.0, 40.0, 20.0])));
        assert_eq!(place(70.0, 90.0), Some((1, [4.0, 6.0, 40.0, 26.0])));
        assert_eq!(place(36.0, 60.0), None);
    }
}
