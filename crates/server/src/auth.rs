//! Who may call: the apps with their secrets, and the token of the recognition API.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

pub use issue::secret::Secret;

use crate::clock;
use crate::keys::{Known, md5_of};

/// The apps that may call, by key.
#[derive(Debug, Clone, Default)]
pub struct Apps {
    secrets: HashMap<String, Secret>,
}

impl Apps {
    /// No app at all: every call is refused.
    pub fn new() -> Apps {
        Apps::default()
    }

    /// Adds an app, replacing one with the same key.
    pub fn add(&mut self, key: impl Into<String>, secret: Secret) {
        self.secrets.insert(key.into(), secret);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.secrets.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }

    /// The app of this key.
    pub(crate) fn known(&self, key: &str) -> Option<Known> {
        self.secrets.get(key).map(|secret| Known::of(key, vec![secret.clone()]))
    }

    /// The apps with their secrets, for a store that keeps them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.secrets.iter().map(|(key, secret)| (key.as_str(), secret))
    }
}

/// What a caller shows of itself.
#[derive(Clone, Copy)]
pub(crate) struct Credentials<'a> {
    /// The app's key.
    pub(crate) app_key: &'a str,
    /// The token over key, time stamp and secret.
    pub(crate) token: &'a str,
    /// Seconds since 1970, as it was sent.
    pub(crate) timestamp: &'a str,
}

impl Credentials<'_> {
    /// Checks a call in this order: the key is known, the token is right, the time stamp is within `window` of `now`.
    ///
    /// `timestamp` is the text as it was sent, since the token covers that text.
    pub(crate) fn check(&self, known: Option<&Known>, now: SystemTime, window: Duration) -> Result<(), Refused> {
        let known = known.ok_or(Refused::UnknownKey)?;
        if !known.signed(self.token, |secret| token(self.app_key, self.timestamp, secret)) {
            return Err(Refused::BadToken);
        }
        is_timely(self.timestamp, now, window)
    }
}

/// Whether a time stamp is within `window` of `now`.
pub(crate) fn is_timely(timestamp: &str, now: SystemTime, window: Duration) -> Result<(), Refused> {
    let stamp = parse_timestamp(timestamp).ok_or(Refused::NoTime)?;
    if stamp.abs_diff(clock::seconds(now)) > window.as_secs() { Err(Refused::Expired) } else { Ok(()) }
}

/// Why a caller was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No such app.
    UnknownKey,
    /// The token is not the one that belongs to key, time stamp and secret.
    BadToken,
    /// The time stamp is no number of seconds.
    NoTime,
    /// The time stamp is too far from now.
    Expired,
}

/// The token of a call: `md5(app_key + "+" + timestamp + "+" + secret)` in lower-case hexadecimal (seed 002, section 2.1).
pub fn token(app_key: &str, timestamp: &str, secret: &Secret) -> String {
    md5_of([app_key, "+", timestamp, "+", secret.expose()])
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whole seconds of a time stamp. Clients that keep it as a floating number send `1522374165.0` or a real fraction.
pub(crate) fn parse_timestamp(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    // More digits than a u64 holds is still a number of seconds, only far away.
    Some(whole.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "c5ed72329fece2fe0010a437505b01cb";
    const SECRET: &str = "5c9597f3c8245907ea71a89d9d39d08e";
    const TOKEN: &str = "7007bd1257dce8d47489166a7c77a926";
    const STAMP: &str = "1522374165";

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn check(key: &str, token: &str, timestamp: &str, now: u64) -> Result<(), Refused> {
        let mut apps = Apps::new();
        apps.add(KEY, Secret::new(SECRET));
        Credentials { app_key: key, token, timestamp }.check(apps.known(key).as_ref(), at(now), Duration::from_secs(600))
    }

    /// The worked example of seed 002, section 2.1.
    #[test]
    fn token_of_the_seed() {
        assert_eq!(token(KEY, STAMP, &Secret::new(SECRET)), TOKEN);
    }

    #[test]
    fn checks_in_order() {
        use Refused::*;
        let upper = TOKEN.to_uppercase();
        for (key, token, timestamp, now, expected) in [
            (KEY, TOKEN, STAMP, 1_522_374_165, Ok(())),
            (KEY, upper.as_str(), STAMP, 1_522_374_165, Ok(())),
            (KEY, TOKEN, STAMP, 1_522_374_165 + 600, Ok(())),
            (KEY, TOKEN, STAMP, 1_522_374_165 - 600, Ok(())),
            (KEY, TOKEN, STAMP, 1_522_374_165 + 601, Err(Expired)),
            (KEY, TOKEN, STAMP, 1_522_374_165 - 601, Err(Expired)),
            (KEY, TOKEN, "1522374166", 1_522_374_165, Err(BadToken)),
            (KEY, &TOKEN[..31], STAMP, 1_522_374_165, Err(BadToken)),
            (KEY, "", STAMP, 1_522_374_165, Err(BadToken)),
            ("nobody", "", "", 0, Err(UnknownKey)),
        ] {
            assert_eq!(check(key, token, timestamp, now), expected, "{key} {token} {timestamp} {now}");
        }
    }

    #[test]
    fn time_stamps() {
        let cases = [
            ("1522374165", Some(1_522_374_165)),
            ("1522374165.0", Some(1_522_374_165)),
            ("1522374165.731", Some(1_522_374_165)),
            ("1522374165.", Some(1_522_374_165)),
            ("0", Some(0)),
            ("99999999999999999999999999", Some(u64::MAX)),
            ("", None),
            (".5", None),
            ("-5", None),
            ("+5", None),
            ("1.5.2", None),
            ("1522374165s", None),
            ("1e9", None),
            ("１５２２", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_timestamp(text), expected, "{text}");
        }
    }

    #[test]
    fn a_time_stamp_signed_but_not_a_number() {
        let secret = Secret::new(SECRET);
        let signed = token(KEY, "soon", &secret);
        assert_eq!(check(KEY, &signed, "soon", 1_522_374_165), Err(Refused::NoTime));
    }

    #[test]
    fn secrets_are_never_printed() {
        let mut apps = Apps::new();
        apps.add(KEY, Secret::new(SECRET));
        assert!(!format!("{apps:?}").contains(SECRET));
    }
}
