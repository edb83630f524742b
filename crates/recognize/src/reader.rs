//! The door: bytes in, invoices out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use document::Document;
use document::budget::Budget;
use document::error::Limit;
use document::page::Page;

use crate::draft::Draft;
use crate::error::Error;
use crate::found::Reading;
use crate::layout::Sheet;
use crate::payloads::{self, Mapped};
use crate::{codes, join, picture, pieces, seals};

/// Dots per inch at which a digital page counts as drawn: `image_size`, `region` and the places of fields are in these pixels.
pub const DPI: f32 = 200.0;

/// How one document is to be read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Limits for the document.
    pub budget: Budget,
    /// Set by the caller to give up: the reader looks at it between steps.
    pub cancel: Option<Arc<AtomicBool>>,
}

/// One reading under way.
pub(crate) struct Run<'a> {
    options: &'a Options,
    started: Instant,
}

impl Run<'_> {
    /// A reading that begins.
    pub(crate) fn begun(options: &Options) -> Run<'_> {
        Run { options, started: Instant::now() }
    }

    /// An error when the caller went away.
    pub(crate) fn go_on(&self) -> Result<(), Error> {
        match &self.options.cancel {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(Error::Cancelled),
            _ => Ok(()),
        }
    }

    /// The moment after which pictures must not be read on.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        Some(self.started + self.options.budget.time)
    }
}

/// Reads documents. Cheap to share between threads; one reading runs on the thread that calls it.
pub struct Reader {
    eyes: Result<Arc<dyn ocr::Eyes>, ocr::error::Error>,
}

impl Reader {
    /// A reader that can read pictures with these eyes, or digital documents only without them (the error says why).
    pub fn new(eyes: Result<Arc<dyn ocr::Eyes>, ocr::error::Error>) -> Reader {
        Reader { eyes }
    }

    /// Reads every invoice in a file, in reading order. A document without any gives one result of kind 其他.
    pub fn read(&self, bytes: &[u8], options: &Options) -> Result<Reading, Error> {
        let run = Run::begun(options);
        let document = document::open(bytes, &options.budget)?;
        run.go_on()?;
        // what eyes may still take is no one's limit, the budget is
        let in_time = |error| match error {
            Error::Ocr(ocr::error::Error::Time(_)) => {
                document::error::Error::over(Limit::Time, options.budget.time.as_millis().try_into().unwrap_or(u64::MAX)).into()
            }
            other => other,
        };
        let drafts = self.drafts(document, &run).map_err(in_time)?;
        Ok(Reading { results: drafts.into_iter().map(Draft::finish).collect() })
    }

    /// What a document holds: its pages, joined over page borders, with what its payloads and attachments say of the same invoices.
    fn drafts(&self, mut document: Document, run: &Run) -> Result<Vec<Draft>, Error> {
        let mapped: Vec<Mapped> = document.payloads.iter().filter_map(payloads::map).collect();
        let attached = std::mem::take(&mut document.attached);
        let size = document.pages.first().map_or([0, 0], page_size);
        let mut drafts = if document.picture().is_some() {
            let eyes = self.eyes()?;
            document.into_picture().map_or(Ok(Vec::new()), |picture| picture::read_whole(eyes, picture, run))?
        } else {
            self.pages(&document, &mapped, run)?
        };
        join::payloads(&mut drafts, mapped);
        for (_, inner) in attached {
            join::documents(&mut drafts, self.drafts(inner, run)?);
        }
        // a page without any is worth a word only in a document without any
        if drafts.iter().any(|draft| !draft.is_nothing()) {
            drafts.retain(|draft| !draft.is_nothing());
        }
        drafts.dedup_by(|a, b| a.is_nothing() && b.is_nothing());
        if drafts.is_empty() {
            drafts.push(Draft::nothing(size));
        }
        Ok(drafts)
    }

    fn eyes(&self) -> Result<&dyn ocr::Eyes, Error> {
        match &self.eyes {
            Ok(eyes) => Ok(eyes.as_ref()),
            Err(error) => Err(error.clone().into()),
        }
    }

    /// The invoices on a digital document's pages.
    fn pages(&self, document: &Document, mapped: &[Mapped], run: &Run) -> Result<Vec<Draft>, Error> {
        let mut drafts: Vec<Draft> = Vec::new();
        for (index, page) in document.pages.iter().enumerate() {
            run.go_on()?;
            let found = if page.readable {
                text_page(page, index, document.seals.iter().any(|s| s.page.is_none_or(|p| p == index)))
            } else if !mapped.is_empty() && self.eyes.is_err() {
                // the payload tells the invoice; the picture of it cannot be read here and is not needed
                Vec::new()
            } else {
                let drawn = document.draw(index, DPI, &run.options.budget)?;
                picture::read(self.eyes()?, &drawn, index, run)?
            };
            join::page(&mut drafts, found);
        }
        Ok(drafts)
    }
}

/// The invoices in a page's text layer.
fn text_page(page: &Page, index: usize, sealed: bool) -> Vec<Draft> {
    let sheet = Sheet::from_page(page, index, DPI);
    let size = page_size(page);
    let mut drafts = Vec::new();
    for (part, form) in pieces::of_sheet(&sheet) {
        let Some(form) = form else { continue };
        let mut draft = Draft::from_form(form, &part, size);
        // 数电票 carry no seal of their seller; the electronic signature of the forms before is that seal
        let stamped = sealed && draft.kind.is_some_and(|kind| kind.is_vat() && !kind.is_digital());
        seals::of_page(&mut draft, page, stamped, DPI / 72.0);
        drafts.push(draft);
    }
    codes::of_page(&mut drafts, page, DPI);
    drafts
}

/// Width and height of a page in pixels as if drawn; of a picture its own.
fn page_size(page: &Page) -> [u32; 2] {
    [(page.width * DPI / 72.0).round() as u32, (page.height * DPI / 72.0).round() as u32]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, RgbImage};
    use ocr::barcode::Barcode;
    use ocr::text::{Line, Text};

    use super::*;

    /// Eyes to which little time was left.
    struct Late;

    type Seen<T> = Result<T, ocr::error::Error>;

    impl ocr::Eyes for Late {
        fn read(&self, _: &RgbImage, _: Option<Instant>) -> Seen<Text> {
            Err(ocr::error::Error::Time(3))
        }

        fn read_part(&self, _: &RgbImage, _: f32, _: &[[f32; 4]], _: Option<Instant>) -> Seen<Vec<Line>> {
            Ok(Vec::new())
        }

        fn read_boxes(&self, _: &RgbImage, _: u16, _: &[[f32; 4]], _: Option<Instant>) -> Seen<Vec<Option<Line>>> {
            Ok(Vec::new())
        }

        fn barcodes(&self, _: &RgbImage) -> Vec<Barcode> {
            Vec::new()
        }
    }

    #[test]
    fn the_limit_that_is_named_is_the_document_s() {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::new(20, 20).write_to(&mut bytes, ImageFormat::Png).expect("a picture in memory");
        let error = Reader::new(Ok(Arc::new(Late))).read(&bytes.into_inner(), &Options::default()).expect_err("no time is left");
        assert_eq!(
            error.to_string(),
            "the document is over the limit of 20000 milliseconds of reading; send fewer pages or papers at once"
        );
    }
}
