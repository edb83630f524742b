//! What can be wrong with a file.

/// Which limit of the [`Budget`](crate::budget::Budget) was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of the file.
    Bytes,
    /// Entries of an archive.
    Entries,
    /// Bytes out of compressed streams.
    Unpacked,
    /// Unpacked to packed bytes.
    Ratio,
    /// Nesting.
    Depth,
    /// Elements of XML files.
    Elements,
    /// Pages.
    Pages,
    /// Pixels.
    Pixels,
    /// Characters.
    Glyphs,
    /// Wall time, in milliseconds.
    Time,
}

/// What is counted, and how a document over the limit is made to fit.
impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Limit::Bytes => "bytes; send a smaller file",
            Limit::Entries => "files in an archive; send the documents themselves",
            Limit::Unpacked => "bytes when unpacked; send fewer documents at once",
            Limit::Ratio => "bytes when unpacked for each byte packed; send the documents themselves",
            Limit::Depth => "levels of elements or of documents inside documents; send the innermost document",
            Limit::Elements => "XML elements; send fewer documents at once",
            Limit::Pages => "pages; send fewer pages at once",
            Limit::Pixels => "pixels in one picture; send it smaller",
            Limit::Glyphs => "characters; send fewer pages at once",
            Limit::Time => "milliseconds of reading; send fewer pages or papers at once",
        })
    }
}

/// The formats that [`open`](crate) knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// TIFF, first picture.
    Tiff,
    /// GIF, first frame.
    Gif,
    /// PDF.
    Pdf,
    /// OFD, GB/T 33190.
    Ofd,
    /// XML of any vocabulary.
    Xml,
    /// A zip that holds other documents.
    Zip,
}

impl Format {
    /// True for the pixel formats.
    pub fn is_picture(self) -> bool {
        !matches!(self, Format::Pdf | Format::Ofd | Format::Xml | Format::Zip)
    }
}

/// Why a file could not be opened or drawn. Every message says what is wrong and what to do.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// No bytes at all.
    #[error("the file is empty; send the whole file")]
    Empty,
    /// None of the known formats.
    #[error("the file is none of JPEG, PNG, WebP, BMP, TIFF, GIF, PDF, OFD, XML or a zip of one of them (it begins with {begins})")]
    Unknown {
        /// The first bytes, in hexadecimal.
        begins: String,
    },
    /// A web page: what a server sends in place of a document when the link is old or wants a login.
    #[error("the file is a web page (HTML), not a document; download the document itself")]
    Html,
    /// A zip without any document in it.
    #[error("the zip holds no picture, PDF, OFD or XML; send the documents themselves")]
    NothingInside,
    /// The format is known but the content is broken.
    #[error("the {format:?} file is damaged at {place}: {what}; send it again or export it anew")]
    Damaged {
        /// Which format it was taken for.
        format: Format,
        /// Where in the file, in the format's own terms.
        place: String,
        /// What is wrong there.
        what: String,
    },
    /// The file wants a password.
    #[error("the {format:?} file is encrypted; remove its password and send it again")]
    Encrypted {
        /// Which format it is.
        format: Format,
    },
    /// More than the budget allows.
    #[error("the document is over the limit of {allowed} {limit}")]
    OverBudget {
        /// Which limit.
        limit: Limit,
        /// What was allowed.
        allowed: u64,
    },
    /// There is no such page.
    #[error("page {page} does not exist; the document has {pages}")]
    NoPage {
        /// Asked for, from 0.
        page: usize,
        /// How many there are.
        pages: usize,
    },
}

impl Error {
    /// An over-budget error.
    pub fn over(limit: Limit, allowed: u64) -> Error {
        Error::OverBudget { limit, allowed }
    }

    /// A damage error.
    pub fn damaged(format: Format, place: impl Into<String>, what: impl Into<String>) -> Error {
        Error::Damaged { format, place: place.into(), what: what.into() }
    }
}
