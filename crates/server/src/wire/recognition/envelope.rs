//! The answer of the recognition API, key by key as seed 002, section 3.2, prints it.

use invoice::details::{Area, Details, Field, Row, Source};
use invoice::kind::record::Record;
use recognize::{Extra, Found};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// The whole body.
#[derive(Serialize)]
pub(super) struct Envelope<'a> {
    pub(super) result: u8,
    pub(super) response: Response<'a>,
}

#[derive(Serialize)]
pub(super) struct Response<'a> {
    pub(super) data: Data<'a>,
}

/// One answered call.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    pub(super) version: &'a str,
    pub(super) result: u8,
    /// Seconds since 1970.
    pub(super) timestamp: u64,
    pub(super) message: &'static str,
    /// 32 hexadecimal digits that name this answer.
    pub(super) id: String,
    /// Of the file's bytes, in hexadecimal.
    pub(super) sha1: String,
    /// Milliseconds, as text.
    pub(super) time_cost: String,
    pub(super) identify_results: Vec<Identified<'a>>,
}

/// One invoice as the recognition API prints it; `fapiao read --format json` prints the same.
#[derive(Serialize)]
pub struct Identified<'a> {
    r#type: &'static str,
    orientation: u16,
    image_size: [u32; 2],
    page: usize,
    region: [i32; 4],
    details: Record<'a>,
    extra: Extras<'a>,
}

impl<'a> Identified<'a> {
    /// The invoice; with `verbose` also where each field came from and which cross-checks were made (design §3).
    pub fn new(found: &'a Found, verbose: bool) -> Identified<'a> {
        let Extra { check_code_candidates, check_code_last_six, number_order_error, qrcode, barcode } = &found.extra;
        Identified {
            r#type: found.kind.code(),
            orientation: found.orientation,
            image_size: found.image_size,
            page: found.page,
            region: found.region,
            details: found.kind.record(&found.details),
            extra: Extras {
                check_code_candidates,
                check_code_last_six,
                number_order_error,
                qrcode,
                barcode,
                fields: verbose.then_some(Fields(&found.details)),
                checks: verbose.then(|| found.checks.iter().map(Check::from).collect()),
            },
        }
    }
}

#[derive(Serialize)]
struct Extras<'a> {
    check_code_candidates: &'a [String],
    check_code_last_six: &'a [String],
    number_order_error: &'a [String],
    qrcode: &'a [String],
    barcode: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Fields<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Vec<Check<'a>>>,
}

#[derive(Serialize)]
struct Check<'a> {
    name: &'a str,
    passed: bool,
    detail: &'a str,
}

impl<'a> From<&'a recognize::Check> for Check<'a> {
    fn from(check: &'a recognize::Check) -> Check<'a> {
        Check { name: check.name, passed: check.passed, detail: &check.detail }
    }
}

/// What was read, by key: fields, and lists as rows of fields.
struct Fields<'a>(&'a Details);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, field) in self.0.fields() {
            map.serialize_entry(key, &Origin::from(field))?;
        }
        for (key, rows) in self.0.lists() {
            map.serialize_entry(key, &rows.iter().map(Origins).collect::<Vec<_>>())?;
        }
        map.end()
    }
}

struct Origins<'a>(&'a Row);

impl Serialize for Origins<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, field)| (key, Origin::from(field))))
    }
}

/// Where a value came from.
#[derive(Serialize)]
struct Origin {
    source: Source,
    /// From 0 to 1, to three decimals.
    confidence: f64,
    page: usize,
    /// Left, top, right, bottom in whole pixels of the upright page; absent when it stood nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    r#box: Option<[i64; 4]>,
}

impl From<&Field> for Origin {
    fn from(field: &Field) -> Origin {
        let outward =
            |[left, top, right, bottom]: Area| [left.floor() as i64, top.floor() as i64, right.ceil() as i64, bottom.ceil() as i64];
        Origin {
            source: field.source,
            confidence: (f64::from(field.confidence) * 1000.0).round() / 1000.0,
            page: field.page,
            r#box: field.area.map(outward),
        }
    }
}
