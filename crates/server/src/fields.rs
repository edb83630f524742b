//! The fields of a request: from its query, and from a body that is a form, multipart or JSON.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use bytes::{Bytes, BytesMut};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::intake::{self, Intake};
use crate::memory::Held;

/// Fields of a request; more are an attack, not a call.
const MOST: usize = 256;

/// Why a request has no fields that could be looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// The body was not read.
    #[error(transparent)]
    Intake(#[from] intake::Refused),
    /// It is none of the three forms, or a damaged one.
    #[error("{0}")]
    Form(String),
}

/// A field that is given more than once with different values.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ambiguous;

/// The fields, in the order in which they came, with the texts that signatures cover.
#[derive(Debug)]
pub(crate) struct Fields {
    pairs: Vec<(String, String)>,
    /// The body as it came, when it is JSON: some signatures cover it whole.
    pub(crate) json: Option<Bytes>,
    /// Memory of the body, given back with this.
    _held: Held,
}

impl Fields {
    /// Reads them.
    pub(crate) async fn read(intake: &Intake, request: Request) -> Result<Fields, Broken> {
        let (parts, body) = request.into_parts();
        let mut pairs = Vec::new();
        add_form(&mut pairs, parts.uri.query().unwrap_or("").as_bytes())?;
        let content_type = content_type(&parts.headers);
        let mut incoming = intake.open(body);
        if let Ok(boundary) = multer::parse_boundary(&*content_type) {
            {
                let mut form = multer::Multipart::new(Box::pin(incoming.pieces()), boundary);
                while let Some(mut part) = form.next_field().await.map_err(|error| broken_form(&error))? {
                    let name = part.name().unwrap_or("").to_owned();
                    let mut bytes = BytesMut::new();
                    while let Some(piece) = part.chunk().await.map_err(|error| broken_form(&error))? {
                        bytes.extend_from_slice(&piece);
                    }
                    let text = String::from_utf8(bytes.to_vec()).map_err(|_| Broken::Form(format!("{name} is not UTF-8")))?;
                    add(&mut pairs, name, text)?;
                }
            }
            return Ok(Fields { pairs, json: None, _held: incoming.held() });
        }
        let (body, held) = incoming.collect().await?;
        let said = body.trim_ascii();
        // The Content-Type is not asked: clients that send JSON as a form are as common as those that name none.
        let json = said.starts_with(b"{");
        if json {
            add_json(&mut pairs, said)?;
        } else {
            add_form(&mut pairs, said)?;
        }
        Ok(Fields { pairs, json: json.then_some(body), _held: held })
    }

    /// All of them.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a field; none when it is not there or empty.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Ambiguous> {
        let mut values = self.pairs().filter(|(n, value)| *n == name && !value.is_empty()).map(|(_, value)| value);
        let first = values.next();
        if values.any(|value| Some(value) != first) { Err(Ambiguous) } else { Ok(first) }
    }
}

fn content_type(headers: &HeaderMap) -> Cow<'_, str> {
    headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes())).unwrap_or_default()
}

fn add(pairs: &mut Vec<(String, String)>, name: String, value: String) -> Result<(), Broken> {
    if pairs.len() >= MOST {
        return Err(Broken::Form(format!("there are more than {MOST} fields")));
    }
    pairs.push((name, value));
    Ok(())
}

fn add_form(pairs: &mut Vec<(String, String)>, form: &[u8]) -> Result<(), Broken> {
    for (name, value) in url::form_urlencoded::parse(form) {
        add(pairs, name.into_owned(), value.into_owned())?;
    }
    Ok(())
}

/// Members of an object: texts as they are meant, everything else as it is written; null counts as not there.
fn add_json(pairs: &mut Vec<(String, String)>, body: &[u8]) -> Result<(), Broken> {
    let members = serde_json::from_slice::<Members<Box<RawValue>>>(body);
    let Members(members) = members.map_err(|error| Broken::Form(format!("the JSON body is no object: {error}")))?;
    for (name, value) in members {
        if value.get() != "null" {
            let text = serde_json::from_str::<String>(value.get()).unwrap_or_else(|_| value.get().to_owned());
            add(pairs, name, text)?;
        }
    }
    Ok(())
}

fn broken_form(error: &multer::Error) -> Broken {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(refused) = inner.downcast_ref::<intake::Refused>() {
            return (*refused).into();
        }
        source = inner.source();
    }
    Broken::Form(format!("the multipart/form-data body is broken: {error}"))
}

/// The members of a JSON object, each as often as it is there.
pub(crate) struct Members<V>(pub(crate) Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members<V>, D::Error> {
        struct Object<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Object<V> {
            type Value = Members<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<V>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::memory::Memory;
    use crate::settings::Limits;

    async fn fields(query: &str, content_type: &str, body: &str) -> Result<Vec<(String, String)>, String> {
        let intake = Intake::new(&Limits::default(), Memory::new(1 << 20)).for_fields();
        let request = Request::post(format!("/x?{query}")).header("content-type", content_type).body(Body::from(body.to_owned())).unwrap();
        let read = Fields::read(&intake, request).await.map_err(|broken| broken.to_string())?;
        Ok(read.pairs)
    }

    #[tokio::test]
    async fn every_form_gives_the_same_fields() {
        let expected: Vec<(String, String)> =
            [("a", "1"), ("b", "随便 开票"), ("c", "")].map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let multipart = "--e\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--e\r\nContent-Disposition: form-data; \
                         name=\"b\"\r\n\r\n随便 开票\r\n--e\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n\r\n--e--\r\n";
        for (query, content_type, body) in [
            ("a=1&b=%E9%9A%8F%E4%BE%BF+%E5%BC%80%E7%A5%A8&c=", "", ""),
            ("a=1", "application/x-www-form-urlencoded", "b=随便%20开票&c="),
            ("", "text/plain", "a=1&b=随便+开票&c="),
            ("", "application/json", r#" {"a": 1, "b": "随便 开票", "n": null, "c": ""} "#),
            ("", "application/x-www-form-urlencoded", r#"{"a":"1","b":"\u968f便 开票","c":""}"#),
            ("", "multipart/form-data; boundary=e", multipart),
        ] {
            assert_eq!(fields(query, content_type, body).await.as_ref(), Ok(&expected), "{query} {content_type} {body}");
        }
    }

    #[tokio::test]
    async fn what_is_written_in_json_is_what_is_signed() {
        let read = fields("", "application/json", r#"{"value":1000.10,"extra":{ "memo" : "x" },"flag":true}"#).await.unwrap();
        let texts: Vec<&str> = read.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(texts, ["1000.10", r#"{ "memo" : "x" }"#, "true"]);
    }

    #[tokio::test]
    async fn damaged_bodies_are_named() {
        for (content_type, body, why) in [
            ("application/json", "{\"a\":", "no object"),
            ("multipart/form-data; boundary=e", "--e\r\nContent-Dis", "broken"),
            ("", &"a=1&".repeat(300), "more than 256"),
        ] {
            let broken = fields("", content_type, body).await.unwrap_err();
            assert!(broken.contains(why), "{broken}");
        }
        let large = format!("a={}", "x".repeat(3 << 20));
        assert!(fields("", "", &large).await.unwrap_err().contains("larger than"));
    }

    #[test]
    fn two_values_are_ambiguous() {
        let fields = |pairs: &[(&str, &str)]| Fields {
            pairs: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            json: None,
            _held: Memory::new(0).begin(),
        };
        assert_eq!(fields(&[("a", "1"), ("a", "1"), ("a", "")]).text("a"), Ok(Some("1")));
        assert_eq!(fields(&[("a", "1"), ("a", "2")]).text("a"), Err(Ambiguous));
        assert_eq!(fields(&[("a", "")]).text("a"), Ok(None));
    }
}
