//! A picture to invoices: read its text and its codes, find the forms.

use image::RgbImage;
use ocr::Eyes;

use crate::blanks::Look;
use crate::draft::Draft;
use crate::error::Error;
use crate::layout::Sheet;
use crate::reader::Run;
use crate::{codes, forms, heading, seals, split};

/// Reads the invoices on a picture.
pub(crate) fn read(eyes: &dyn Eyes, picture: &RgbImage, page: usize, run: &Run) -> Result<Vec<Draft>, Error> {
    let text = eyes.read(picture, run.deadline())?;
    run.go_on()?;
    let codes = eyes.barcodes(picture);
    let size = [text.width, text.height];
    let mut sheet = Sheet::from_text(&text, page);
    seals::mark(&mut sheet, picture, text.orientation);
    let mut drafts = Vec::new();
    for mut part in split::parts(&sheet) {
        let Some(mut form) = forms::read(&part) else { continue };
        let look = Look { eyes, picture, orientation: text.orientation, page };
        if let Some(band) = form.heading
            && let Some(closer) = heading::read_again(&part, &band, &look, run)?
            && let Some(again) = forms::read(&closer).filter(|again| again.heading.is_none())
        {
            (part, form) = (closer, again);
        }
        look.fill(&mut form.details, std::mem::take(&mut form.blanks), run)?;
        let mut draft = Draft::from_form(form, &part, size);
        draft.orientation = text.orientation;
        if draft.kind.is_some_and(seals::bears) {
            seals::of_picture(&mut draft, &part, picture, text.orientation);
        }
        drafts.push(draft);
    }
    codes::of_picture(&mut drafts, codes, picture, text.orientation);
    if drafts.is_empty() {
        let mut nothing = Draft::nothing(size);
        (nothing.orientation, nothing.page) = (text.orientation, page);
        drafts.push(nothing);
    }
    Ok(drafts)
}
