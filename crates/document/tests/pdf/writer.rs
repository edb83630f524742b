//! A small PDF writer: objects by number, streams, a cross-reference table.

/// Helvetica, not embedded, WinAnsi.
pub(crate) const HELVETICA: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

/// A Chinese font that is not embedded, with a predefined CMap.
pub(crate) fn chinese(encoding: &str) -> String {
    let descendant = "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> \
         /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] \
         /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>";
    format!("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{encoding} /DescendantFonts [{descendant}] >>")
}

/// A PDF in the making. Object 1 is the catalogue, object 2 the page tree.
pub(crate) struct Pdf {
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
    catalogue: String,
    trailer: String,
}

impl Pdf {
    pub(crate) fn new() -> Pdf {
        Pdf { objects: vec![Vec::new(), Vec::new()], pages: Vec::new(), catalogue: String::new(), trailer: String::new() }
    }

    /// One page of 200 by 100 points with this content and these resources.
    pub(crate) fn one_page(content: &str, resources: &str) -> Vec<u8> {
        let mut pdf = Pdf::new();
        pdf.page(content, resources, "/MediaBox [0 0 200 100]");
        pdf.finish()
    }

    /// Adds an object and gives its number.
    pub(crate) fn add(&mut self, body: &str) -> usize {
        self.objects.push(body.as_bytes().to_vec());
        self.objects.len()
    }

    /// Adds a stream; its length is filled in.
    pub(crate) fn stream(&mut self, entries: &str, data: &[u8]) -> usize {
        let mut body = format!("<< {entries} /Length {} >>\nstream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.objects.push(body);
        self.objects.len()
    }

    /// Adds a page with one content stream and gives its number.
    pub(crate) fn page(&mut self, content: &str, resources: &str, entries: &str) -> usize {
        let content = self.stream("", content.as_bytes());
        self.page_of(&format!("{content} 0 R"), resources, entries)
    }

    /// Adds a page whose contents are given as written.
    pub(crate) fn page_of(&mut self, contents: &str, resources: &str, entries: &str) -> usize {
        let page = self.add(&format!("<< /Type /Page /Parent 2 0 R {entries} /Contents {contents} /Resources << {resources} >> >>"));
        self.pages.push(page);
        page
    }

    /// Adds entries to the catalogue.
    pub(crate) fn catalogue(&mut self, entries: &str) {
        self.catalogue.push_str(entries);
    }

    /// Adds entries to the trailer.
    pub(crate) fn trailer(&mut self, entries: &str) {
        self.trailer.push_str(entries);
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        let kids: Vec<String> = self.pages.iter().map(|page| format!("{page} 0 R")).collect();
        self.objects[0] = format!("<< /Type /Catalog /Pages 2 0 R {} >>", self.catalogue).into_bytes();
        self.objects[1] = format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len()).into_bytes();
        let mut out = b"%PDF-1.7\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.objects.len() + 1);
        for (index, body) in self.objects.iter().enumerate() {
            table.push_str(&format!("{:010} 00000 n \n", out.len()));
            out.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\nendobj\n");
        }
        let start = out.len();
        out.extend_from_slice(table.as_bytes());
        let trailer = format!("trailer\n<< /Size {} /Root 1 0 R {} >>\n", self.objects.len() + 1, self.trailer);
        out.extend_from_slice(trailer.as_bytes());
        out.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
        out
    }
}

/// A hexadecimal string of UTF-16BE codes.
pub(crate) fn utf16(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04X}")).collect()
}

/// A hexadecimal string of bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// A zlib stream of so many zero bytes.
pub(crate) fn bomb(bytes: usize) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = [0u8; 64 * 1024];
    for _ in 0..bytes / zeros.len() {
        encoder.write_all(&zeros).expect("memory can be written to");
    }
    encoder.finish().expect("memory can be written to")
}
