//! The characters that a recogniser knows: the list that its ONNX file carries, or the settings beside it.

use std::fs::File;
use std::path::Path;

use encoding_rs::GBK;
use rten_onnx::onnx::StringStringEntryProto;
use rten_onnx::protobuf::{DecodeMessage, Fields, OwnedValues, ProtobufError, ReadValue, ValueReader};
use yaml_rust2::{Yaml, YamlLoader};

use crate::error::Error;

/// The metadata key under which PP-OCR's recognisers keep their characters, one per line.
const KEY: &str = "character";
/// The section of a model's settings in which its characters are listed, and the list.
const SECTION: &str = "PostProcess";
const LIST: &str = "character_dict";

/// The sign of the currency, of which GB 2312 has only the wide form.
const YEN: char = '\u{a5}';

/// The recogniser's characters. Class 0 is CTC's blank, then come the characters of the list, and a space as the last.
#[derive(Debug, Clone, PartialEq)]
pub struct Alphabet {
    /// Each class's characters; the blank's is empty.
    classes: Vec<String>,
}

impl Alphabet {
    /// Reads the list out of an ONNX file. The graph with its weights is skipped, not read.
    ///
    /// # Errors
    /// [`Error::Model`] when the file cannot be read, is not an ONNX model or carries no characters.
    pub fn of_model(model: &Path) -> Result<Alphabet, Error> {
        let bad = |what: String| Error::Model { file: model.display().to_string(), what };
        let file = File::open(model).map_err(|error| bad(error.to_string()))?;
        let metadata = Metadata::decode(ValueReader::from_file(file)).map_err(|error| bad(error.to_string()))?;
        let list = metadata.properties.into_iter().find(|entry| entry.key.as_deref() == Some(KEY)).and_then(|entry| entry.value);
        let list = list.ok_or_else(|| bad("it carries no characters".to_owned()))?;
        Ok(Alphabet::of_list(list.lines()))
    }

    /// Reads the list out of the settings that PaddleOCR keeps beside a model whose file carries none (`inference.yml`).
    ///
    /// # Errors
    /// [`Error::Model`] when the file cannot be read, is no YAML or lists no characters.
    pub fn of_settings(file: &Path) -> Result<Alphabet, Error> {
        let bad = |what: String| Error::Model { file: file.display().to_string(), what };
        let text = std::fs::read_to_string(file).map_err(|error| bad(error.to_string()))?;
        let settings = YamlLoader::load_from_str(&text).map_err(|error| bad(error.to_string()))?;
        let list = settings.first().and_then(|settings| settings[SECTION][LIST].as_vec()).filter(|list| !list.is_empty());
        let list = list.ok_or_else(|| bad(format!("it has no {LIST} under {SECTION}")))?;
        let characters: Option<Vec<&str>> = list.iter().map(Yaml::as_str).collect();
        Ok(Alphabet::of_list(characters.ok_or_else(|| bad(format!("its {LIST} holds what is no text")))?))
    }

    /// The alphabet of a list of characters.
    pub fn of_list<'a>(list: impl IntoIterator<Item = &'a str>) -> Alphabet {
        let blank = std::iter::once(String::new());
        let space = std::iter::once(" ".to_owned());
        Alphabet { classes: blank.chain(list.into_iter().map(str::to_owned)).chain(space).collect() }
    }

    /// The same alphabet with the classes first that print hardly ever leaves: the blank, the space and the characters of ASCII and of GB 2312, which has
    /// those of simplified Chinese. With it which class each was before, and how many the first ones are.
    pub fn usual_first(self) -> (Alphabet, Vec<usize>, usize) {
        let (usual, rare): (Vec<usize>, Vec<usize>) = (0..self.classes()).partition(|&class| is_usual(self.characters(class)));
        let count = usual.len();
        let order = [usual, rare].concat();
        (Alphabet { classes: order.iter().map(|&class| self.characters(class).to_owned()).collect() }, order, count)
    }

    /// How many classes there are, the blank among them.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// The classes that stand for one of these characters.
    pub fn classes_of(&self, characters: &[char]) -> Vec<usize> {
        let is_one = |class: &usize| self.characters(*class).parse().is_ok_and(|ch| characters.contains(&ch));
        (0..self.classes()).filter(is_one).collect()
    }

    /// Whether two classes write the same character, of whichever width.
    pub(super) fn is_same(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.characters(a), self.characters(b));
        a.chars().count() == b.chars().count() && a.chars().zip(b.chars()).all(|(a, b)| is_same(a, b))
    }

    /// What a class stands for: nothing for the blank and for classes that are not there.
    pub fn characters(&self, class: usize) -> &str {
        self.classes.get(class).map_or("", String::as_str)
    }
}

/// Whether all characters are of ASCII or GB 2312. In its extension GBK that standard's characters are those of which neither byte is less than A1
/// and the first no greater than F7.
fn is_usual(characters: &str) -> bool {
    let of_standard = |ch: char| {
        let mut utf8 = [0; 4];
        let (bytes, _, unknown) = GBK.encode(ch.encode_utf8(&mut utf8));
        !unknown && matches!(*bytes, [0xa1..=0xf7, 0xa1..=0xff])
    };
    characters.chars().all(|ch| ch.is_ascii() || ch == YEN || of_standard(ch))
}

/// An ONNX `ModelProto` of which only the properties are kept.
#[derive(Default)]
struct Metadata {
    properties: Vec<StringStringEntryProto>,
}

impl Metadata {
    /// `ModelProto.metadata_props` in onnx.proto.
    const PROPERTIES: u64 = 14;
}

impl DecodeMessage for Metadata {
    type Types = OwnedValues;

    fn decode_fields<R: ReadValue<Types = Self::Types>>(mut fields: Fields<R>) -> Result<Self, ProtobufError> {
        let mut metadata = Self::default();
        while let Some(mut field) = fields.next()? {
            match field.number() {
                Self::PROPERTIES => metadata.properties.push(StringStringEntryProto::decode_field(&mut field)?),
                _ => field.skip()?,
            }
        }
        Ok(metadata)
    }
}

/// Whether two characters are the same, the forms of a sign of punctuation that differ in width alone among them.
pub(super) fn is_same(a: char, b: char) -> bool {
    let narrow = |ch: char| match ch {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(ch as u32 - 0xfee0).unwrap_or(ch),
        '\u{ffe5}' => '\u{a5}',
        other => other,
    };
    narrow(a) == narrow(b)
}

#[cfg(test)]
mod tests {
    use rten_onnx::onnx::ModelProto;

    use super::*;

    fn model(properties: &[(&str, &str)]) -> tempfile::NamedTempFile {
        let entry = |(key, value): &(&str, &str)| StringStringEntryProto { key: Some((*key).into()), value: Some((*value).into()) };
        let model = ModelProto { metadata_props: properties.iter().map(entry).collect(), ..ModelProto::default() };
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), model.write_buf().unwrap()).unwrap();
        file
    }

    #[test]
    fn blank_first_then_the_list_then_a_space() {
        let file = model(&[("shape", "3,48,320"), ("character", "发\n票\n\u{3000}\nA")]);
        let alphabet = Alphabet::of_model(file.path()).unwrap();
        let all: Vec<&str> = (0..alphabet.classes() + 1).map(|class| alphabet.characters(class)).collect();
        assert_eq!(all, ["", "发", "票", "\u{3000}", "A", " ", ""]);
    }

    #[test]
    fn usual_characters_come_first_and_all_keep_their_order() {
        let (alphabet, order, usual) = Alphabet::of_list(["發", "发", "A", "¥", "é", "￥", "の", "〇", "A發"]).usual_first();
        let all: Vec<&str> = (0..alphabet.classes()).map(|class| alphabet.characters(class)).collect();
        // GB 2312 has kana, but not the zero that is written as a circle
        assert_eq!(all, ["", "发", "A", "¥", "é", "￥", "の", " ", "發", "〇", "A發"]);
        assert_eq!((order, usual), (vec![0, 2, 3, 4, 5, 6, 7, 10, 1, 8, 9], 8));
    }

    #[test]
    fn files_without_a_list_are_refused() {
        assert!(matches!(Alphabet::of_model(model(&[]).path()), Err(Error::Model { .. })));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), [0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f]).unwrap();
        assert!(matches!(Alphabet::of_model(file.path()), Err(Error::Model { .. })));
        assert!(matches!(Alphabet::of_model(&file.path().join("missing")), Err(Error::Model { .. })));
    }

    #[test]
    fn settings_list_the_characters_in_their_order() {
        let settings = |text: &str| {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), text).unwrap();
            Alphabet::of_settings(file.path()).map_err(|error| error.to_string())
        };
        let read = settings("PostProcess:\n  name: CTCLabelDecode\n  character_dict:\n  - ''''\n  - $\n  - '0'\n  - \\\n  - 票\n").unwrap();
        assert_eq!((0..read.classes()).map(|class| read.characters(class)).collect::<Vec<_>>(), ["", "'", "$", "0", "\\", "票", " "]);
        let cases = [
            ("PostProcess:\n  character_dict:\n  - 0\n", "no text"),
            ("PostProcess:\n  character_dict: []\n", "no character_dict"),
            ("PostProcess: 1\n", "no character_dict"),
            ("", "no character_dict"),
            ("a: [", ""),
        ];
        for (text, expected) in cases {
            let error = settings(text).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
        assert!(Alphabet::of_settings(Path::new("not there.yml")).unwrap_err().to_string().contains("not there.yml"));
    }
}
