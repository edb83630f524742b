//! An invoice in the making: what each source says of it, until all are fused.

use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;

use crate::forms::FormReading;
use crate::found::{Extra, Found};
use crate::layout::Sheet;
use crate::payloads::Mapped;
use crate::{check, derive, doubts, fuse, levy, repair, script};

/// An invoice of which some sources were read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    /// The kind, as the most trusted source that knows it says.
    pub(crate) kind: Option<Kind>,
    /// What each source says.
    pub(crate) readings: Vec<Details>,
    /// By how many degrees clockwise it lay turned.
    pub(crate) orientation: u16,
    /// Size of the upright page in pixels.
    pub(crate) image_size: [u32; 2],
    /// The page it begins on.
    pub(crate) page: usize,
    /// Where it lies, in pixels of the upright page.
    pub(crate) region: [f32; 4],
    /// QR codes, barcodes and other readings.
    pub(crate) extra: Extra,
    /// Running page and count of pages, where printed.
    pub(crate) pages: Option<(u32, u32)>,
    /// True for a list of goods that belongs to an invoice on an earlier page.
    pub(crate) list: bool,
}

impl Draft {
    /// From a form that was read on a sheet of a page of this size.
    pub(crate) fn from_form(form: FormReading, sheet: &Sheet, image_size: [u32; 2]) -> Draft {
        Draft {
            kind: Some(form.kind),
            readings: vec![form.details],
            image_size,
            page: sheet.page,
            region: sheet.pixels(&form.area),
            pages: form.pages,
            list: form.list,
            ..Draft::default()
        }
    }

    /// From a payload alone: a document without pages, or whose pages could not be read.
    pub(crate) fn from_payload(mapped: Mapped) -> Draft {
        let mut draft = Draft { page: mapped.page.unwrap_or(0), ..Draft::default() };
        draft.add(mapped);
        draft
    }

    /// A page that holds no invoice.
    pub(crate) fn nothing(image_size: [u32; 2]) -> Draft {
        let region = [0.0, 0.0, image_size[0] as f32, image_size[1] as f32];
        Draft { kind: Some(Kind::Other), image_size, region, ..Draft::default() }
    }

    /// Whether it is a page on which nothing was found.
    pub(crate) fn is_nothing(&self) -> bool {
        self.kind == Some(Kind::Other) && self.readings.is_empty()
    }

    /// Adds what a payload says.
    pub(crate) fn add(&mut self, mapped: Mapped) {
        if let Some(kind) = mapped.kind {
            self.kind = Some(kind);
        }
        self.extra.qrcode.extend(mapped.extra_qr.filter(|q| !q.is_empty()));
        self.readings.push(mapped.details);
    }

    /// The number that a source gives it, if any.
    pub(crate) fn number(&self) -> Option<&str> {
        self.readings.iter().filter_map(|r| r.get("number")).min_by_key(|f| f.source).map(|f| f.value.as_str())
    }

    /// Fuses, repairs, completes and checks.
    pub(crate) fn finish(self) -> Found {
        let kind = self.kind.unwrap_or(Kind::Other);
        let check_codes = doubts::readings(&self.readings, &["check_code"]);
        let numbers = doubts::readings(&self.readings, &["number", "number_confirm"]);
        let (mut details, mut checks) = fuse::fuse(&self.readings, kind);
        script::settle(&mut details, kind);
        checks.extend(repair::repair(&mut details, kind));
        if let Some((at, of)) = self.pages.filter(|(_, of)| *of > 1) {
            let page = |n: u32| Field::new(n.to_string(), Source::TextLayer);
            details.set("page_count", page(of));
            details.set("page_number", page(at));
        }
        let kind = derive::complete(&mut details, kind, &self.extra);
        if kind.is_vat() {
            levy::starred(&mut details, &mut checks);
        }
        let mut extra = self.extra;
        extra.qrcode.dedup();
        if kind.is_vat() {
            extra.check_code_last_six = check_codes.iter().map(|code| doubts::last_six(code)).collect();
            extra.check_code_candidates = check_codes;
            extra.number_order_error = numbers;
        }
        checks.extend(check::checks(&details, kind, &extra));
        Found {
            kind,
            orientation: self.orientation,
            image_size: self.image_size,
            page: self.page,
            region: self.region.map(|v| v.round() as i32),
            details,
            extra,
            checks,
        }
    }
}
