//! The platform's codes, and what each means for an order (reference, issuing §4.4, §4.6–§4.10).

use issue::provider::Rejection;

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The platform has it already: it is to be asked for, never sent under another number.
    Known,
    /// For certain nothing was done.
    Refused {
        /// The same may succeed later by itself.
        retryable: bool,
    },
    /// Not documented, or one for faults of the platform itself: it may have been done.
    Unsure,
}

const REFUSED: Meaning = Meaning::Refused { retryable: false };
const FOR_NOW: Meaning = Meaning::Refused { retryable: true };

/// The codes, by their range. Numbers are what follows the letter.
const TABLE: &[(char, u32, u32, Meaning)] = &[
    ('E', 4000, 4000, REFUSED), // a field is missing or wrong
    ('E', 9101, 9105, REFUSED), // type, blue invoice, red twice, mail, discount
    ('E', 9106, 9106, Meaning::Known), // order number or serial exists
    ('E', 9107, 9131, REFUSED), // agency flag, discounts, red data, goods code, lines, amounts
    ('E', 9138, 9138, REFUSED), // goods code
    ('E', 9154, 9154, REFUSED), // split into more than ten invoices
    ('E', 9301, 9302, REFUSED), // enterprise not registered, tax id does not match
    ('E', 9338, 9338, REFUSED), // not authorised for this call
    ('E', 9500, 9500, REFUSED), // the invoice does not exist
    ('E', 9611, 9611, REFUSED), // neither serial nor order number
    ('E', 9613, 9613, FOR_NOW), // 20 retries of one order a day
    ('E', 9796, 9801, REFUSED), // freight
    ('0', 70_101, 70_101, REFUSED), // the app's key or secret is unknown
    ('0', 70_304, 70_307, REFUSED), // client id, client secret, budget of tokens, type of app
    ('0', 70_315, 70_315, REFUSED), // content type
    ('0', 70_601, 70_601, REFUSED), // the signature does not match
    // The gateway itself, before any call is looked at: an access token that is no longer good, a rate.
    ('0', 70_000, 79_999, FOR_NOW),
];

/// What a code means; of overlapping ranges the first counts.
pub(super) fn meaning(code: &str) -> Meaning {
    let Some(kind) = code.chars().next() else { return Meaning::Unsure };
    let digits = if kind == 'E' { &code[1..] } else { code };
    let Ok(number) = digits.parse::<u32>() else { return Meaning::Unsure };
    // `0` stands before the five digits of the gateway's codes.
    let fits = digits.len() == if kind == 'E' { 4 } else { 6 };
    let found = TABLE.iter().find(|(of, first, last, _)| fits && *of == kind && (*first..=*last).contains(&number));
    found.map_or(Meaning::Unsure, |(_, _, _, meaning)| *meaning)
}

/// Whether a code says that the access token was refused: it should be forgotten, and another one fetched.
pub(super) fn refuses_token(code: &str) -> bool {
    code.starts_with("07") && meaning(code) == FOR_NOW
}

/// A refusal in the platform's words.
pub(super) fn rejection(code: &str, text: &str) -> Rejection {
    let needs_login = needs_login(text);
    let retryable = !needs_login && (meaning(code) == FOR_NOW || is_passing(text));
    let text = if text.is_empty() { "诺诺未说明原因" } else { text };
    Rejection { code: code.to_owned(), text: text.to_owned(), retryable, needs_login }
}

/// Words of failures that go away when the seller logs in or shows who they are again at the tax bureau's platform. They are classified
/// by words since the platform gives them no code but 9999 (reference, issuing §4.11, §5).
const LOGIN: [&str; 14] = [
    "登录", "登陆", "扫码", "扫脸", "刷脸", "人脸", "实名认证", "身份认证", "认证过期", "认证失效", "身份过期", "风险预警", "短信验证", "掉线",
];

/// Whether a failure's words say that the seller has to log in.
pub(super) fn needs_login(text: &str) -> bool {
    LOGIN.iter().any(|word| text.contains(word))
}

/// Whether a failure's words say that it passes by itself.
fn is_passing(text: &str) -> bool {
    ["系统繁忙", "请稍后再试", "请稍后重试", "过于频繁"].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_the_documents_say() {
        for (code, expected) in [
            ("E9106", Meaning::Known),
            ("E4000", REFUSED),
            ("E9131", REFUSED),
            ("E9154", REFUSED),
            ("E9302", REFUSED),
            ("E9338", REFUSED),
            ("E9801", REFUSED),
            ("E9613", FOR_NOW),
            ("070101", REFUSED),
            ("070306", REFUSED),
            ("070601", REFUSED),
            ("070302", FOR_NOW),
            ("E9999", Meaning::Unsure),
            ("E9601", Meaning::Unsure),
            ("E0001", Meaning::Unsure),
            ("9106", Meaning::Unsure),
            ("E91061", Meaning::Unsure),
            ("70601", Meaning::Unsure),
            ("E", Meaning::Unsure),
            ("", Meaning::Unsure),
            ("中", Meaning::Unsure),
        ] {
            assert_eq!(meaning(code), expected, "{code}");
        }
    }

    #[test]
    fn logins_are_told_by_their_words() {
        for (text, login, passing) in [
            ("[9999]需要先短信验证登录电子税务局", true, false),
            ("[9999]存在风险预警或认证过期，请重新扫码", true, false),
            ("[9999]系统繁忙，请稍后再试", false, true),
            ("[9999]请手工推送", false, false),
            ("库存不足", false, false),
        ] {
            let rejection = rejection("E9999", text);
            assert_eq!((rejection.needs_login, rejection.retryable), (login, passing), "{text}");
        }
    }

    #[test]
    fn a_refused_token_is_told_from_a_wrong_app() {
        assert!(refuses_token("070302") && !refuses_token("070601") && !refuses_token("E9613"));
    }
}
