//! Keeps a hostile file from being unpacked: hayro decodes a stream whole, so its size has to be known before.

use std::borrow::Cow;

use flate2::{Decompress, FlushDecompress, Status};
use hayro_syntax::object::{Array, Dict, MaybeRef, Object, Stream};
use hayro_syntax::{Filter, Pdf};

use crate::budget::Meter;
use crate::error::{Error, Format, Limit};

/// The most that one byte of a deflate stream can become (a 258-byte match for each 2-bit code).
const DEFLATE_MAX: usize = 1032;
/// The most that one byte of an LZW stream can become: 12-bit codes, strings of up to 4096 bytes.
const LZW_MAX: usize = 4096 * 2 / 3;
/// The most that one byte of a run-length stream can become.
const RUN_LENGTH_MAX: usize = 64;
/// Codes of a CID font: two bytes.
const CIDS: u32 = 65_536;
/// Bytes of one page's content, of one form or of one pattern. The interpreter keeps a path in ten times as many until it is
/// painted; an invoice has less than one MiB.
const CONTENT: usize = 32 << 20;
/// How deep direct objects are looked into. A font stands five levels below the nearest indirect object.
const DIRECT_DEPTH: usize = 16;
/// How far before the word `stream` its dictionary is looked for.
const DICTIONARY: usize = 4096;

/// Unpacks, without keeping anything, whatever follows a `stream` keyword, whatever its dictionary says, and adds up what comes
/// out. This has to come before the file is parsed, since that already decodes cross-reference and object streams. A file too
/// small to hold more than the budget is let through unread.
pub(super) fn streams(bytes: &[u8], meter: &Meter, depth: usize) -> Result<(), Error> {
    let allowed = meter.unpacked_left();
    if depth == 0 && bytes.len().saturating_mul(DEFLATE_MAX) <= allowed {
        return Ok(());
    }
    let encrypted = memchr::memmem::find(bytes, b"/Encrypt").is_some();
    let mut total = 0usize;
    for at in memchr::memmem::find_iter(bytes, b"stream") {
        if bytes[..at].ends_with(b"end") {
            continue;
        }
        meter.time()?;
        let data = match &bytes[at + b"stream".len()..] {
            [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
            _ => continue,
        };
        // Object streams that are encrypted or packed by another method are sized by the most they could hold.
        let dictionary = &bytes[at.saturating_sub(DICTIONARY)..at];
        let dictionary = &dictionary[memchr::memmem::rfind(dictionary, b"obj").unwrap_or(0)..];
        let holds_objects = ["ObjStm", "XRef", "#"].iter().any(|word| memchr::memmem::find(dictionary, word.as_bytes()).is_some());
        let size = if holds_objects && (encrypted || memchr::memmem::find(dictionary, b"LZW").is_some()) {
            let length = memchr::memmem::find(data, b"endstream").unwrap_or(data.len());
            length.saturating_mul(DEFLATE_MAX)
        } else {
            inflated(data, allowed - total)
        };
        total = total.saturating_add(size);
        if total > allowed {
            return Err(Error::over(Limit::Unpacked, meter.budget().unpacked as u64));
        }
    }
    Ok(())
}

/// How many bytes come out of a deflate stream, with or without its zlib header; stops counting above `most`.
fn inflated(data: &[u8], most: usize) -> usize {
    let mut total = 0;
    inflate_into(data, most, |piece| total += piece.len());
    total
}

/// What comes out of a deflate stream, up to a little above `most`.
fn inflate(data: &[u8], most: usize) -> Vec<u8> {
    let mut all = Vec::new();
    inflate_into(data, most, |piece| all.extend_from_slice(piece));
    all
}

/// Inflates piece by piece until the end, the first fault, or more than `most` bytes.
fn inflate_into(data: &[u8], most: usize, mut take: impl FnMut(&[u8])) {
    let zlib = matches!(data, [method, flags, ..] if method & 0x0F == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0);
    let mut input = if zlib { &data[2..] } else { data };
    let mut inflate = Decompress::new(false);
    let mut out = [0u8; 16 * 1024];
    let mut total = 0usize;
    while total <= most {
        let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
        let Ok(status) = inflate.decompress(input, &mut out, FlushDecompress::None) else { break };
        let (taken, given) = ((inflate.total_in() - before_in) as usize, (inflate.total_out() - before_out) as usize);
        input = &input[taken..];
        total += given;
        take(&out[..given]);
        if status == Status::StreamEnd || (taken == 0 && given == 0) {
            break;
        }
    }
}

/// How many bytes come out of a stream's filters; stops counting above `most`. Image filters are not undone: their pictures are
/// measured by their pixels.
fn decoded_size(stream: &Stream<'_>, most: usize) -> usize {
    let mut data = stream.raw_data();
    let filters = stream.filters();
    for (index, filter) in filters.iter().enumerate() {
        let last = index + 1 == filters.len();
        data = match filter {
            Filter::FlateDecode if last => return inflated(&data, most),
            Filter::FlateDecode => Cow::Owned(inflate(&data, most)),
            Filter::Ascii85Decode => Cow::Owned(ascii85(&data, most)),
            Filter::AsciiHexDecode => Cow::Owned(ascii_hex(&data)),
            Filter::LzwDecode => return data.len().saturating_mul(LZW_MAX),
            Filter::RunLengthDecode => return data.len().saturating_mul(RUN_LENGTH_MAX),
            _ => return data.len(),
        };
        if data.len() > most {
            break;
        }
    }
    data.len()
}

/// The most that a stream could hold, whatever is in it.
fn largest_size(stream: &Stream<'_>, raw: usize) -> usize {
    stream.filters().iter().fold(raw, |size, filter| match filter {
        Filter::FlateDecode => size.saturating_mul(DEFLATE_MAX),
        Filter::LzwDecode => size.saturating_mul(LZW_MAX),
        Filter::RunLengthDecode => size.saturating_mul(RUN_LENGTH_MAX),
        // `z` stands for four zero bytes.
        Filter::Ascii85Decode => size.saturating_mul(4),
        _ => size,
    })
}

/// Undoes ASCII85 (ISO 32000-1, 7.4.3), as far as it is well-formed.
fn ascii85(data: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let mut group: Vec<u32> = Vec::with_capacity(5);
    for byte in data {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            b'~' => break,
            _ => {}
        }
        if group.len() == 5 {
            let value = group.drain(..).fold(0u32, |value, digit| value.wrapping_mul(85).wrapping_add(digit));
            out.extend(value.to_be_bytes());
        }
        if out.len() > most {
            break;
        }
    }
    if group.len() > 1 {
        let bytes = group.len() - 1;
        group.resize(5, 84);
        let value = group.drain(..).fold(0u32, |value, digit| value.wrapping_mul(85).wrapping_add(digit));
        out.extend(&value.to_be_bytes()[..bytes]);
    }
    out
}

/// Undoes ASCII hexadecimal (ISO 32000-1, 7.4.2).
fn ascii_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data.iter().take_while(|b| **b != b'>').filter_map(|b| char::from(*b).to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

/// Looks at every object for what makes the interpreter allocate without bound.
pub(super) fn objects(pdf: &Pdf, meter: &Meter) -> Result<(), Error> {
    let encrypted = memchr::memmem::find(pdf.data().as_ref(), b"/Encrypt").is_some();
    for (index, object) in pdf.objects().into_iter().enumerate() {
        if index % 64 == 0 {
            meter.time()?;
        }
        if let Object::Stream(stream) = &object {
            size_in_budget(stream, encrypted, meter)?;
        }
        inspect(&object, 0)?;
    }
    Ok(())
}

/// Measures the streams that [`streams`] could not see into, those behind two filters and those of an encrypted file, and those
/// that hold drawing operators.
fn size_in_budget(stream: &Stream<'_>, encrypted: bool, meter: &Meter) -> Result<(), Error> {
    let is_content =
        stream.dict().contains_key("BBox") || !(stream.dict().contains_key("Length1") || stream.dict().contains_key("Subtype"));
    let most = if is_content { CONTENT.min(meter.unpacked_left()) } else { meter.unpacked_left() };
    let unseen =
        is_content || encrypted || stream.filters().iter().any(|f| !matches!(f, Filter::FlateDecode)) || stream.filters().len() > 1;
    if unseen && largest_size(stream, stream.raw_data().len()) > most && decoded_size(stream, most) > most {
        return Err(Error::over(Limit::Unpacked, meter.budget().unpacked as u64));
    }
    Ok(())
}

/// Measures a picture, and its mask, by what the dictionary and the picture's own header say. To be asked before it is decoded.
pub(super) fn picture(stream: &Stream<'_>, meter: &Meter) -> Result<(), Error> {
    let dict = stream.dict();
    let side = |long: &str, short: &str| dict.get::<u32>(long).or_else(|| dict.get::<u32>(short));
    if let (Some(width), Some(height)) = (side("Width", "W"), side("Height", "H")) {
        meter.pixels(u64::from(width), u64::from(height))?;
    }
    let filters = stream.filters();
    let header = match filters.as_slice() {
        [Filter::DctDecode] => {
            let raw = stream.raw_data();
            image::ImageReader::with_format(std::io::Cursor::new(raw.as_ref()), image::ImageFormat::Jpeg).into_dimensions().ok()
        }
        [Filter::JpxDecode] => jpeg2000_size(&stream.raw_data()),
        [Filter::Jbig2Decode] => jbig2_size(&stream.raw_data()),
        _ => None,
    };
    if let Some((width, height)) = header {
        meter.pixels(u64::from(width), u64::from(height))?;
    }
    for key in ["SMask", "Mask"] {
        if let Some(mask) = dict.get::<Stream<'_>>(key)
            && let (Some(width), Some(height)) = (mask.dict().get::<u32>("Width"), mask.dict().get::<u32>("Height"))
        {
            meter.pixels(u64::from(width), u64::from(height))?;
        }
    }
    Ok(())
}

/// Width and height of a JPEG 2000 codestream: the SIZ marker follows the start at once (ISO/IEC 15444-1, A.5.1).
fn jpeg2000_size(data: &[u8]) -> Option<(u32, u32)> {
    let siz = memchr::memmem::find(data, &[0xFF, 0x4F, 0xFF, 0x51])?;
    Some((big_endian(data, siz + 8)?, big_endian(data, siz + 12)?))
}

/// Width and height in the page information segment of an embedded JBIG2 stream (ITU-T T.88, 7.2 and 7.4.8): number, flags whose
/// lower six bits are 48, no references, page 1, 19 bytes.
fn jbig2_size(data: &[u8]) -> Option<(u32, u32)> {
    let segment = memchr::memmem::find(data, &[0x30, 0x00, 0x01, 0x00, 0x00, 0x00, 0x13])?;
    Some((big_endian(data, segment + 7)?, big_endian(data, segment + 11)?))
}

fn big_endian(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

fn inspect(object: &Object<'_>, depth: usize) -> Result<(), Error> {
    if depth > DIRECT_DEPTH {
        return Ok(());
    }
    match object {
        Object::Dict(dict) => inspect_dict(dict, depth),
        Object::Stream(stream) => inspect_dict(stream.dict(), depth),
        Object::Array(array) => {
            for item in array.raw_iter() {
                if let MaybeRef::NotRef(item @ (Object::Dict(_) | Object::Array(_))) = item {
                    inspect(&item, depth + 1)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn inspect_dict(dict: &Dict<'_>, depth: usize) -> Result<(), Error> {
    for (key, value) in dict.entries() {
        let value = match (key.as_ref(), value) {
            // Widths of a CID font, which may stand in an object of their own.
            (b"W" | b"W2", _) => {
                if let Some(widths) = dict.get::<Array<'_>>(key.as_ref()) {
                    widths_in_range(&widths)?;
                }
                continue;
            }
            (_, MaybeRef::NotRef(value @ (Object::Dict(_) | Object::Array(_)))) => value,
            _ => continue,
        };
        inspect(&value, depth + 1)?;
    }
    Ok(())
}

/// `first last width` sets one width for each code between: the interpreter writes them all down (ISO 32000-1, 9.7.4.3).
fn widths_in_range(widths: &Array<'_>) -> Result<(), Error> {
    let mut items = widths.flex_iter();
    loop {
        if items.next::<(u32, Array<'_>)>().is_some() {
            continue;
        }
        match items.next::<(u32, u32)>() {
            Some((first, last)) if last.saturating_sub(first) > CIDS => {
                return Err(Error::damaged(Format::Pdf, "font widths", "one range holds more codes than a font has"));
            }
            Some(_) => {}
            None if items.next::<Object<'_>>().is_some() => {}
            None => return Ok(()),
        }
    }
}

/// Notes what the pages' content streams hold. A page may name one stream many times, and many pages the same one; hayro keeps a
/// copy for each.
pub(super) fn contents(pdf: &Pdf, meter: &Meter) -> Result<(), Error> {
    for page in pdf.pages().iter() {
        meter.time()?;
        let dict = page.raw();
        let one = dict.get::<Stream<'_>>("Contents");
        let several = dict.get::<Array<'_>>("Contents").into_iter().flat_map(|streams| streams.iter::<Stream<'_>>());
        let mut size = 0usize;
        for stream in one.into_iter().chain(several) {
            let piece = decoded_size(&stream, CONTENT - size);
            meter.unpacked(piece)?;
            size = size.saturating_add(piece);
            if size > CONTENT {
                return Err(Error::over(Limit::Unpacked, CONTENT as u64));
            }
        }
    }
    Ok(())
}
