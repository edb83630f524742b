//! A zip that wraps documents: the portal's download of several invoices, or one XML in a zip.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::Document;
use crate::budget::Meter;
use crate::error::{Error, Format, Limit};

/// Unpacked bytes below which the ratio of an entry does not matter.
const RATIO_FLOOR: usize = 1024 * 1024;

/// OFD or plain zip: OFD has `OFD.xml` at its root (GB/T 33190, 6.2), in whatever case of letters, or in a folder that holds everything else
/// too, where somebody packed the folder of an unpacked OFD.
pub(crate) fn format(bytes: &[u8]) -> Format {
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return Format::Zip;
    };
    let folded = |name: Cow<'_, str>| name.replace('\\', "/").trim_start_matches(['/', '.']).to_lowercase();
    let names: Vec<String> = archive.file_names().flatten().map(folded).filter(|name| !name.starts_with("__macosx/")).collect();
    let folders = names.iter().filter_map(|name| name.strip_suffix("ofd.xml")).filter(|folder| folder.is_empty() || folder.ends_with('/'));
    let is_ofd = folders
        .min_by_key(|folder| folder.len())
        .is_some_and(|folder| names.iter().all(|name| folder.is_empty() || name.starts_with(folder) || folder.starts_with(name.as_str())));
    if is_ofd { Format::Ofd } else { Format::Zip }
}

/// Opens every supported file of a zip into [`Document::attached`], in the archive's order. A zip inside this one is opened too,
/// but not one inside that. Files of no known format are passed over, and so are damaged ones while another is whole. Errors: over
/// the budget; encrypted; the damage of the only document; nothing supported inside.
pub(crate) fn open(bytes: &[u8], meter: &Meter, depth: usize) -> Result<Document, Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| refused("central directory", error))?;
    meter.entries(archive.len())?;
    let mut document = Document::empty(Format::Zip);
    let mut first_damage = None;
    for index in 0..archive.len() {
        meter.time()?;
        match entry(&mut archive, index, meter, depth) {
            Ok(Some(attached)) => document.attached.push(attached),
            Ok(None) => {}
            Err(error @ Error::OverBudget { .. }) => return Err(error),
            Err(error) => first_damage = first_damage.or(Some(error)),
        }
    }
    if document.attached.is_empty() {
        return Err(first_damage.unwrap_or(Error::NothingInside));
    }
    Ok(document)
}

/// Opens one file; `None` for a folder, a system's own files, and what is none of the formats.
fn entry(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, meter: &Meter, depth: usize) -> Result<Option<(String, Document)>, Error> {
    let file = archive.by_index(index).map_err(|error| refused(&format!("entry {index}"), error))?;
    // Windows writes names in the machine's own encoding, which for these documents is GBK.
    let name = match std::str::from_utf8(file.name_raw()) {
        Ok(name) => name.to_string(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(file.name_raw()).0.into_owned(),
    };
    let leaf = name.rsplit(['/', '\\']).next().unwrap_or_default();
    if file.is_dir() || leaf.starts_with('.') || name.starts_with("__MACOSX/") {
        return Ok(None);
    }
    let packed = file.compressed_size().try_into().unwrap_or(usize::MAX);
    let allowed = meter.budget().ratio.saturating_mul(packed).max(RATIO_FLOOR);
    let most = allowed.min(meter.unpacked_left());
    let mut unpacked = Vec::new();
    // What the directory says of an entry's size is not believed: it is read until one byte more than it may have.
    let read = file.take(most as u64 + 1).read_to_end(&mut unpacked);
    if unpacked.len() > most {
        let limit = if most == allowed { Limit::Ratio } else { Limit::Unpacked };
        let allowed = if limit == Limit::Ratio { meter.budget().ratio } else { meter.budget().unpacked };
        return Err(Error::over(limit, allowed as u64));
    }
    meter.unpacked(unpacked.len())?;
    read.map_err(|error| Error::damaged(Format::Zip, name.clone(), error.to_string()))?;
    match crate::sniff::sniff(&unpacked) {
        Ok(Format::Zip) if depth > 0 => Ok(None),
        Ok(_) => {
            meter.depth(depth + 1)?;
            crate::open_at(&unpacked, meter, depth + 1).map(|document| Some((name, document)))
        }
        Err(_) => Ok(None),
    }
}

fn refused(place: &str, error: ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(what) if what == ZipError::PASSWORD_REQUIRED => Error::Encrypted { format: Format::Zip },
        other => Error::damaged(Format::Zip, place, other.to_string()),
    }
}
