//! A zip that wraps documents: the portal's download of several invoices, or one XML in a zip.

use crate::Document;
use crate::budget::Meter;
use crate::error::{Error, Format};

/// OFD or plain zip: OFD has `OFD.xml` at its root (GB/T 33190, 6.2), in whatever case of letters.
pub(crate) fn format(bytes: &[u8]) -> Format {
    let Ok(archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else {
        return Format::Zip;
    };
    let is_ofd = archive.file_names().any(|name| name.trim_start_matches(['/', '\\', '.']).eq_ignore_ascii_case("OFD.xml"));
    if is_ofd { Format::Ofd } else { Format::Zip }
}

/// Opens every supported file of a zip into [`Document::attached`].
pub(crate) fn open(bytes: &[u8], meter: &Meter, depth: usize) -> Result<Document, Error> {
    let _ = (meter, depth);
    Err(crate::sniff::unknown(bytes))
}
