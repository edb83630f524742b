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

use crate::damage::Drift;
use crate::error::Error;
use crate::ink;
use crate::sheet::{Colour, Mark, Page, Path, Picture, Run, Step, Text};
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

/// Writes pages as a PDF with its attachments, and words in light print across each page. The same pages give the same bytes.
pub(crate) fn write(title: &str, pages: &[Page], attachments: Vec<Attachment>, across: Option<&str>) -> Result<Vec<u8>, Error> {
    write_adrift(title, pages, attachments, across, Drift::default())
}

/// As [`write`], with what is filled in standing off the printed form.
pub(crate) fn write_adrift(
    title: &str,
    pages: &[Page],
    attachments: Vec<Attachment>,
    across: Option<&str>,
    drift: Drift,
) -> Result<Vec<u8>, Error> {
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
        if let Some(words) = across {
            path(&mut surface, &crate::seal::tint(words, page.width, page.height)?);
        }
        marks(&mut surface, &font, &page.printed)?;
        let moved = drift != Drift::default();
        if moved {
            surface.push_transform(&Transform::from_translate(drift.x * PT, drift.y * PT));
            surface.push_transform(&Transform::from_rotate_at(drift.turn, page.width * PT / 2.0, page.height * PT / 2.0));
        }
        marks(&mut surface, &font, &page.filled)?;
        if moved {
            surface.pop();
            surface.pop();
        }
        marks(&mut surface, &font, &page.notes)?;
        surface.finish();
        out.finish();
    }
    document.finish().map_err(|e| Error::encode("PDF", format!("{e:?}")))
}

fn marks(surface: &mut Surface<'_>, font: &Font, marks: &[Mark]) -> Result<(), Error> {
    for mark in marks {
        match mark {
            Mark::Text(t) => text(surface, font, t)?,
            Mark::Path(p) => path(surface, p),
            Mark::Picture(p) => picture(surface, p)?,
            Mark::Seal(outlines) => outlines.iter().for_each(|p| path(surface, p)),
        }
    }
    Ok(())
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
    let area =
        Rect::from_ltrb(left * PT, top * PT, right * PT, bottom * PT).ok_or_else(|| Error::encode("PDF", "a picture without area"))?;
    let size = Size::from_wh(area.width(), area.height()).ok_or_else(|| Error::encode("PDF", "a picture without area"))?;
    surface.push_transform(&Transform::from_translate(area.left(), area.top()));
    surface.draw_image(image, size);
    surface.pop();
    Ok(())
}

fn text(surface: &mut Surface<'_>, font: &Font, text: &Text) -> Result<(), Error> {
    if let Some(dots) = ink::dots(text)? {
        path(surface, &dots);
        return Ok(());
    }
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

/// Draws a line of text. Half-width letters of the font are neither as wide as their cells nor alike: each run of them is drawn with its
/// natural advances and squeezed as a whole into the width of its cells, so that no gap looks like a space.
fn across(surface: &mut Surface<'_>, font: &Font, text: &Text, x: f32, y: f32) -> Result<(), Error> {
    let mut letters = Vec::new();
    for ((at, ch), advance) in text.content.char_indices().zip(&text.advances) {
        letters.push(Letter { at, ch, advance: *advance, half: text.face.advance(ch) < 1.0, glyph: typeface::glyph(ch)? });
    }
    let mut x = x;
    for run in letters.chunk_by(|a, b| a.half == b.half) {
        let Some((first, last)) = run.first().zip(run.last()) else { continue };
        let (from, to) = (first.at, last.at + last.ch.len_utf8());
        let planned: f32 = run.iter().map(|l| l.advance).sum();
        let natural: f32 = run.iter().map(|l| l.glyph.advance * text.size).sum();
        let squeeze = if first.half && natural > 0.0 { (planned / natural).min(WIDEST) } else { 1.0 };
        let glyphs: Vec<KrillaGlyph> = run
            .iter()
            .map(|l| KrillaGlyph {
                glyph_id: GlyphId::new(l.glyph.id),
                text_range: l.at - from..l.at - from + l.ch.len_utf8(),
                x_advance: if first.half { l.glyph.advance } else { l.advance / text.size },
                x_offset: 0.0,
                y_offset: 0.0,
                y_advance: 0.0,
                location: None,
            })
            .collect();
        surface.push_transform(&Transform::from_row(squeeze, 0.0, 0.0, 1.0, x * PT * (1.0 - squeeze), 0.0));
        surface.draw_glyphs(Point::from_xy(x * PT, y * PT), &glyphs, font.clone(), &text.content[from..to], text.size * PT, false);
        surface.pop();
        x += planned;
    }
    Ok(())
}

/// Nothing is drawn more than a quarter wider than the font has it.
const WIDEST: f32 = 1.25;

/// A character of a line and the width planned for it.
struct Letter {
    at: usize,
    ch: char,
    advance: f32,
    half: bool,
    glyph: typeface::Glyph,
}
