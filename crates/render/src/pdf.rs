//! A drawing as PDF, with real text at its places.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use crate::error::Error;
use crate::sheet::{Colour, Face, Mark, Page, Path, Picture, Run, Step, Text};
use crate::typeface;

/// Points in a millimetre.
const PT: f32 = 72.0 / 25.4;

/// A file that travels inside another document.
#[derive(Debug, Clone)]
pub(crate) struct Attachment {
    pub(crate) name: String,
    pub(crate) mime: &'static str,
    pub(crate) data: Vec<u8>,
}

/// Writes pages as a PDF with its attachments. The same pages give the same bytes.
pub(crate) fn write(title: &str, pages: &[Page], attachments: Vec<Attachment>, tinted: bool) -> Result<Vec<u8>, Error> {
    let font = Font::new(typeface::data()?.into(), 0).ok_or_else(|| Error::encode("PDF", "the built-in font cannot be used"))?;
    let settings = SerializeSettings { enable_tagging: false, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(Metadata::new().title(title.to_owned()).creator("Fapiao".to_owned()));
    for attachment in attachments {
        embed(&mut document, attachment)?;
    }
    for page in pages {
        let size = PageSettings::from_wh(page.width * PT, page.height * PT).ok_or_else(|| Error::encode("PDF", "a page without area"))?;
        let mut out = document.start_page_with(size);
        let mut surface = out.surface();
        if tinted {
            path(&mut surface, &crate::seal::tint(page.width, page.height)?);
        }
        for mark in page.printed.iter().chain(&page.filled).chain(&page.notes) {
            match mark {
                Mark::Text(t) => text(&mut surface, &font, t)?,
                Mark::Path(p) => path(&mut surface, p),
                Mark::Picture(p) => picture(&mut surface, p)?,
            }
        }
        surface.finish();
        out.finish();
    }
    document.finish().map_err(|e| Error::encode("PDF", format!("{e:?}")))
}

fn embed(document: &mut Document, attachment: Attachment) -> Result<(), Error> {
    use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
    let file = EmbeddedFile {
        path: attachment.name,
        mime_type: MimeType::new(attachment.mime),
        description: None,
        association_kind: AssociationKind::Data,
        data: attachment.data.into(),
        modification_date: None,
        compress: Some(true),
        location: None,
    };
    document.embed_file(file).ok_or_else(|| Error::encode("PDF", "two attachments of one name"))
}

fn fill(colour: Colour) -> Fill {
    let [r, g, b] = colour;
    Fill { paint: rgb::Color::new(r, g, b).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn path(surface: &mut Surface<'_>, path: &Path) {
    let mut builder = PathBuilder::new();
    for step in &path.steps {
        match *step {
            Step::Move(x, y) => builder.move_to(x * PT, y * PT),
            Step::Line(x, y) => builder.line_to(x * PT, y * PT),
            Step::Quad(a, b, x, y) => builder.quad_to(a * PT, b * PT, x * PT, y * PT),
            Step::Cubic(a, b, c, d, x, y) => builder.cubic_to(a * PT, b * PT, c * PT, d * PT, x * PT, y * PT),
            Step::Close => builder.close(),
        }
    }
    let Some(outline) = builder.finish() else { return };
    surface.set_fill(path.fill.map(fill));
    surface.set_stroke(path.stroke.map(|([r, g, b], width)| Stroke {
        paint: rgb::Color::new(r, g, b).into(),
        width: width * PT,
        ..Stroke::default()
    }));
    surface.draw_path(&outline);
    surface.set_stroke(None);
}

fn picture(surface: &mut Surface<'_>, picture: &Picture) -> Result<(), Error> {
    let image = Image::from_png(picture.png.clone().into(), false).map_err(|e| Error::encode("PDF", e))?;
    let [left, top, right, bottom] = picture.area;
    let area = Rect::from_ltrb(left * PT, top * PT, right * PT, bottom * PT).ok_or_else(|| Error::encode("PDF", "a picture without area"))?;
    let size = Size::from_wh(area.width(), area.height()).ok_or_else(|| Error::encode("PDF", "a picture without area"))?;
    surface.push_transform(&Transform::from_translate(area.left(), area.top()));
    surface.draw_image(image, size);
    surface.pop();
    Ok(())
}

fn text(surface: &mut Surface<'_>, font: &Font, text: &Text) -> Result<(), Error> {
    surface.set_fill(Some(fill(text.colour)));
    match text.run {
        Run::Across => across(surface, font, text, text.x, text.y),
        Run::Turned => {
            surface.push_transform(&Transform::from_rotate_at(90.0, text.x * PT, text.y * PT));
            let drawn = across(surface, font, text, text.x, text.y);
            surface.pop();
            drawn
        }
        Run::Down(step) => {
            for (i, ch) in text.content.chars().enumerate() {
                let one = Text::new(text.face, text.size, ch);
                across(surface, font, &one, text.x, text.y + step * i as f32)?;
            }
            Ok(())
        }
    }
}

/// A character's glyph within its cell: how much narrower than the font has it.
struct Cell {
    glyph: KrillaGlyph,
    squeeze: f32,
    advance: f32,
}

/// Draws a line of text. The font's Latin letters are wider than the half-width cells of invoices; they are drawn as much narrower as
/// needed, in runs of equal squeeze.
fn across(surface: &mut Surface<'_>, font: &Font, text: &Text, x: f32, y: f32) -> Result<(), Error> {
    let mut cells = Vec::new();
    let mut at = 0;
    for (ch, advance) in text.content.chars().zip(&text.advances) {
        let glyph = typeface::glyph(ch)?;
        let natural = glyph.advance * text.size;
        let cell = text.face.advance(ch) * text.size;
        let squeeze = if natural > cell && natural > 0.0 { cell / natural } else { 1.0 };
        let spare = if text.face == Face::Courier { (cell - natural).max(0.0) / 2.0 / text.size } else { 0.0 };
        let glyph = KrillaGlyph {
            glyph_id: GlyphId::new(glyph.id),
            text_range: at..at + ch.len_utf8(),
            x_advance: advance / text.size / squeeze,
            x_offset: spare,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        };
        cells.push(Cell { glyph, squeeze, advance: *advance });
        at += ch.len_utf8();
    }
    let mut x = x;
    for run in cells.chunk_by(|a, b| a.squeeze == b.squeeze) {
        let Some(first) = run.first() else { continue };
        let (from, to) = (first.glyph.text_range.start, run.last().map_or(0, |c| c.glyph.text_range.end));
        let glyphs: Vec<KrillaGlyph> = run
            .iter()
            .map(|c| {
                let mut glyph = c.glyph.clone();
                glyph.text_range = glyph.text_range.start - from..glyph.text_range.end - from;
                glyph
            })
            .collect();
        let squeezed = first.squeeze < 1.0;
        if squeezed {
            surface.push_transform(&Transform::from_row(first.squeeze, 0.0, 0.0, 1.0, x * PT * (1.0 - first.squeeze), 0.0));
        }
        surface.draw_glyphs(Point::from_xy(x * PT, y * PT), &glyphs, font.clone(), &text.content[from..to], text.size * PT, false);
        if squeezed {
            surface.pop();
        }
        x += run.iter().map(|c| c.advance).sum::<f32>();
    }
    Ok(())
}
