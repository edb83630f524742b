//! Eyes that keep what they read in a folder, so that a form can be tried again and again on the same pictures without reading them anew.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::time::Instant;

use image::RgbImage;
use ocr::barcode::Barcode;
use ocr::error::Error;
use ocr::text::{Char, Line, Point, Text};
use ocr::{Eyes, Reader};
use serde_json::{Value, json};

/// Eyes over a folder of what they have read.
pub(crate) struct Remembered {
    pub(crate) eyes: Reader,
    pub(crate) folder: PathBuf,
}

impl Remembered {
    fn recall<T>(
        &self,
        key: impl Hash,
        read: impl FnOnce() -> Result<T, Error>,
        write: impl Fn(&T) -> Value,
        parse: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, Error> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let file = self.folder.join(format!("{:016x}.json", hasher.finish()));
        let kept = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        if let Some(text) = kept.as_ref().and_then(parse) {
            return Ok(text);
        }
        let text = read()?;
        let _ = std::fs::create_dir_all(&self.folder);
        let _ = std::fs::write(&file, write(&text).to_string());
        Ok(text)
    }
}

fn write_line(line: &Line) -> Value {
    json!({
        "corners": line.corners.map(|p| [p.x, p.y]),
        "chars": line.chars.iter().map(|c| json!([c.ch.to_string(), c.at, c.confidence])).collect::<Vec<_>>(),
        "confidence": line.confidence, "vertical": line.vertical,
    })
}

fn number(value: &Value) -> Option<f32> {
    value.as_f64().map(|v| v as f32)
}

fn parse_line(value: &Value) -> Option<Line> {
    let mut corners = [Point::default(); 4];
    for (corner, at) in corners.iter_mut().zip(value["corners"].as_array()?) {
        *corner = Point { x: number(&at[0])?, y: number(&at[1])? };
    }
    let char = |c: &Value| Some(Char { ch: c[0].as_str()?.chars().next()?, at: number(&c[1])?, confidence: number(&c[2])? });
    let chars = value["chars"].as_array()?.iter().map(char).collect::<Option<_>>()?;
    Some(Line { corners, chars, confidence: number(&value["confidence"])?, vertical: value["vertical"].as_bool()? })
}

fn write_text(text: &Text) -> Value {
    json!({
        "orientation": text.orientation, "width": text.width, "height": text.height,
        "lines": text.lines.iter().map(write_line).collect::<Vec<_>>(),
        "turned": text.turned.iter().map(write_text).collect::<Vec<_>>(),
    })
}

fn parse_text(value: &Value) -> Option<Text> {
    let whole = |key: &str| value[key].as_u64().and_then(|n| u32::try_from(n).ok());
    Some(Text {
        orientation: u16::try_from(whole("orientation")?).ok()?,
        width: whole("width")?,
        height: whole("height")?,
        lines: value["lines"].as_array()?.iter().map(parse_line).collect::<Option<_>>()?,
        turned: value["turned"].as_array()?.iter().map(parse_text).collect::<Option<_>>()?,
    })
}

impl Eyes for Remembered {
    fn read(&self, picture: &RgbImage, deadline: Option<Instant>) -> Result<Text, Error> {
        let key = ("text", picture.dimensions(), picture.as_raw());
        self.recall(key, || self.eyes.read(picture, deadline), write_text, parse_text)
    }

    fn read_part(&self, part: &RgbImage, height: f32, known: &[[f32; 4]], deadline: Option<Instant>) -> Result<Vec<Line>, Error> {
        let bits: Vec<[u32; 4]> = known.iter().map(|area| area.map(f32::to_bits)).collect();
        let key = ("part", height.to_bits(), bits, part.dimensions(), part.as_raw());
        let write = |lines: &Vec<Line>| lines.iter().map(write_line).collect();
        let parse = |value: &Value| value.as_array()?.iter().map(parse_line).collect::<Option<Vec<_>>>();
        self.recall(key, || self.eyes.read_part(part, height, known, deadline), write, parse)
    }

    fn read_boxes(
        &self,
        picture: &RgbImage,
        orientation: u16,
        boxes: &[[f32; 4]],
        deadline: Option<Instant>,
    ) -> Result<Vec<Option<Line>>, Error> {
        let bits: Vec<[u32; 4]> = boxes.iter().map(|area| area.map(f32::to_bits)).collect();
        let key = ("boxes", orientation, bits, picture.dimensions(), picture.as_raw());
        let write = |lines: &Vec<Option<Line>>| lines.iter().map(|line| line.as_ref().map_or(Value::Null, write_line)).collect();
        let parse = |value: &Value| {
            let line = |value: &Value| if value.is_null() { Some(None) } else { parse_line(value).map(Some) };
            value.as_array()?.iter().map(line).collect::<Option<Vec<_>>>()
        };
        self.recall(key, || self.eyes.read_boxes(picture, orientation, boxes, deadline), write, parse)
    }

    fn barcodes(&self, picture: &RgbImage) -> Vec<Barcode> {
        self.eyes.barcodes(picture)
    }
}
