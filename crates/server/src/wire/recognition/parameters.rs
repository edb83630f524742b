//! The parameters of a call, from wherever they came.

use bytes::Bytes;

use super::failure::Failure;

/// Parameters that are looked at in one call; more are an attack, not a call.
const MOST: usize = 64;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Text of a query, a form or JSON.
    Text(String),
    /// The bytes of a part of a multipart form.
    File(Bytes),
}

/// The parameters of a call. The same parameter may come several times (a client may put its key in the query and in the
/// body), but only with the same value: two values are ambiguous, and refused.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    app_key: Option<String>,
    token: Option<String>,
    timestamp: Option<String>,
    image_url: Option<String>,
    image_data: Option<String>,
    image_file: Option<Bytes>,
    verbose: Option<String>,
    seen: usize,
    strangers: Vec<String>,
}

/// Where the document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// Behind this address.
    Url(String),
    /// In base64.
    Data(String),
    /// Here.
    File(Bytes),
}

/// A call with everything that it needs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) app_key: String,
    pub(super) token: String,
    pub(super) timestamp: String,
    pub(super) input: Input,
    /// Whether the answer tells sources, confidences and checks.
    pub(super) verbose: bool,
}

impl Parameters {
    /// Notes a parameter. An empty text counts as absent: forms send the fields that were not filled in.
    pub(super) fn add(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        self.seen += 1;
        if self.seen > MOST {
            return Err(Failure::parameter(format!("there are more than {MOST} parameters")));
        }
        let slot = match name {
            "app_key" => &mut self.app_key,
            "token" => &mut self.token,
            "timestamp" => &mut self.timestamp,
            "image_url" => &mut self.image_url,
            "image_data" => &mut self.image_data,
            "verbose" => &mut self.verbose,
            "image_file" => return self.add_file(value),
            stranger => {
                if self.strangers.len() < 8 {
                    self.strangers.push(stranger.chars().take(32).collect());
                }
                return Ok(());
            }
        };
        let text = match value {
            Value::Text(text) => text,
            // Some clients send every part as a file.
            Value::File(bytes) => {
                String::from_utf8(bytes.into()).map_err(|_| Failure::parameter(format!("{name} must be text in UTF-8")))?
            }
        };
        // Base64 is left as it is: a space in it may be a plus sign.
        let text = if name == "image_data" { text } else { text.trim().to_owned() };
        put(slot, text, String::is_empty, name)
    }

    fn add_file(&mut self, value: Value) -> Result<(), Failure> {
        match value {
            Value::File(bytes) => put(&mut self.image_file, bytes, |_| false, "image_file"),
            Value::Text(text) if text.is_empty() => Ok(()),
            Value::Text(_) => {
                Err(Failure::parameter("image_file must be a part of a multipart/form-data body; base64 goes into image_data"))
            }
        }
    }

    /// Notes the parameters of a query.
    ///
    /// The examples that callers copied their programs from show `&timestamp=` as `×tamp=`, which is what a browser makes of
    /// `&times`: programs send it so, and it is read as it was meant (seed 002, sections 2.1, 4.3 and 4.4).
    pub(super) fn add_query(&mut self, query: &str) -> Result<(), Failure> {
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match value.split_once("×tamp=") {
                Some((key, timestamp)) if name == "app_key" => {
                    self.add("app_key", Value::Text(key.to_owned()))?;
                    self.add("timestamp", Value::Text(timestamp.to_owned()))?;
                }
                _ => self.add(&name, Value::Text(value.into_owned()))?,
            }
        }
        Ok(())
    }

    /// The call, when every parameter is there and exactly one document.
    pub(super) fn call(self) -> Result<Call, Failure> {
        let missing = |name: &str| Failure::parameter(format!("{name} is missing"));
        let app_key = self.app_key.ok_or_else(|| missing("app_key"))?;
        let token = self.token.ok_or_else(|| missing("token"))?;
        let timestamp = self.timestamp.ok_or_else(|| missing("timestamp"))?;
        let verbose = match self.verbose.as_deref() {
            None | Some("0" | "false") => false,
            Some("1" | "true") => true,
            Some(_) => return Err(Failure::parameter("verbose must be 1 or 0")),
        };
        let given = [self.image_url.map(Input::Url), self.image_file.map(Input::File), self.image_data.map(Input::Data)];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(input), None) => Ok(Call { app_key, token, timestamp, input, verbose }),
            (None, _) if self.strangers.is_empty() => {
                Err(Failure::parameter("one of image_url, image_file and image_data must be given; none is"))
            }
            (None, _) => Err(Failure::parameter(format!(
                "one of image_url, image_file and image_data must be given; none is, but {}",
                self.strangers.join(", ")
            ))),
            (Some(_), Some(_)) => Err(Failure::parameter("only one of image_url, image_file and image_data may be given")),
        }
    }
}

fn put<T: PartialEq>(slot: &mut Option<T>, value: T, is_absent: impl Fn(&T) -> bool, name: &str) -> Result<(), Failure> {
    match slot {
        _ if is_absent(&value) => Ok(()),
        None => {
            *slot = Some(value);
            Ok(())
        }
        Some(known) if *known == value => Ok(()),
        Some(_) => Err(Failure::parameter(format!("{name} is given more than once, with different values"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(query: &str) -> Result<Call, String> {
        let mut parameters = Parameters::default();
        parameters.add_query(query).and_then(|()| parameters.call()).map_err(|failure| failure.hint)
    }

    #[test]
    fn queries() {
        let expected = Call {
            app_key: "k".to_owned(),
            token: "t".to_owned(),
            timestamp: "1".to_owned(),
            input: Input::Url("http://a/b.jpg".to_owned()),
            verbose: false,
        };
        for query in [
            "app_key=k&timestamp=1&token=t&image_url=http://a/b.jpg",
            "app_key=k&timestamp=1&token=t&image_url=http%3A%2F%2Fa%2Fb.jpg",
            "app_key=k×tamp=1&token=t&image_url=http://a/b.jpg",
            "app_key=k%C3%97tamp=1&token=t&image_url=http://a/b.jpg",
            "app_key=k&app_key=k&timestamp=1&token=t&image_url=http://a/b.jpg&image_data=&image_file=&verbose=",
            "app_key=+k&timestamp=1%20&token=t%0A&image_url=http://a/b.jpg&verbose=0&type=0",
        ] {
            assert_eq!(call(query).as_ref(), Ok(&expected), "{query}");
        }
        assert!(call("app_key=k&timestamp=1&token=t&image_url=x&verbose=1").unwrap().verbose);
    }

    #[test]
    fn what_is_missing_or_too_much() {
        for (query, hint) in [
            ("", "app_key is missing"),
            ("app_key=k", "token is missing"),
            ("app_key=k&token=t", "timestamp is missing"),
            ("app_key=k&token=t&timestamp=1", "one of image_url, image_file and image_data must be given; none is"),
            ("app_key=k&token=t&timestamp=1&file=x", "one of image_url, image_file and image_data must be given; none is, but file"),
            ("app_key=k&token=t&timestamp=1&image_url=u&image_data=d", "only one of image_url, image_file and image_data may be given"),
            ("app_key=k&app_key=l", "app_key is given more than once, with different values"),
            ("image_file=abc", "image_file must be a part of a multipart/form-data body; base64 goes into image_data"),
            ("app_key=k&token=t&timestamp=1&image_url=u&verbose=yes", "verbose must be 1 or 0"),
        ] {
            assert_eq!(call(query), Err(hint.to_owned()), "{query}");
        }
    }

    #[test]
    fn a_flood_of_parameters() {
        let query = "a=1&".repeat(100);
        assert_eq!(call(&query), Err("there are more than 64 parameters".to_owned()));
    }
}
