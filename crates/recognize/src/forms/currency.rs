//! Currencies by ISO 4217, told by what is printed: a sign or a code beside an amount, a country's name, words of its tax law.

use crate::layout::is_chinese;
/// Signs and words that name one currency. Those that end another stand behind it.
const SIGNS: &[(&str, &str)] = &[
    ("HK$", "HKD"),
    ("HKS", "HKD"),
    ("NT$", "TWD"),
    ("US$", "USD"),
    ("AU$", "AUD"),
    ("CA$", "CAD"),
    ("NZ$", "NZD"),
    ("MOP$", "MOP"),
    ("SG$", "SGD"),
    ("S$", "SGD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("R$", "BRL"),
    ("RM", "MYR"),
    ("RP", "IDR"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₩", "KRW"),
    ("฿", "THB"),
    ("₹", "INR"),
    ("₫", "VND"),
    ("₱", "PHP"),
    ("₽", "RUB"),
    ("円", "JPY"),
    ("港币", "HKD"),
    ("港幣", "HKD"),
    ("港元", "HKD"),
    ("澳门元", "MOP"),
    ("澳門元", "MOP"),
    ("澳门币", "MOP"),
    ("澳門幣", "MOP"),
    ("新台币", "TWD"),
    ("新臺幣", "TWD"),
    ("人民币", "CNY"),
    ("人民幣", "CNY"),
    ("RMB", "CNY"),
];
/// Codes that are printed beside amounts.
pub(super) const CODES: &[&str] = &[
    "CNY", "HKD", "MOP", "TWD", "JPY", "KRW", "USD", "EUR", "GBP", "AUD", "CAD", "NZD", "SGD", "MYR", "THB", "IDR", "VND", "PHP", "INR",
    "CHF", "RUB", "AED", "SEK", "NOK", "DKK", "ZAR", "BRL", "MXN", "TRY",
];
/// Names of places, forms of companies and words of tax laws that belong to one country, without white space and in capitals.
const COUNTRIES: &[(&str, &str)] = &[
    ("MALAYSIA", "MYR"),
    ("SDNBHD", "MYR"),
    ("SDN.BHD", "MYR"),
    ("SINGAPORE", "SGD"),
    ("PTELTD", "SGD"),
    ("PTE.LTD", "SGD"),
    ("HONGKONG", "HKD"),
    ("KOWLOON", "HKD"),
    ("香港", "HKD"),
    ("九龍", "HKD"),
    ("MACAU", "MOP"),
    ("MACAO", "MOP"),
    ("澳門", "MOP"),
    ("澳门", "MOP"),
    ("TAIWAN", "TWD"),
    ("台灣", "TWD"),
    ("臺灣", "TWD"),
    ("臺北", "TWD"),
    ("統一編號", "TWD"),
    ("JAPAN", "JPY"),
    ("東京都", "JPY"),
    ("消費税", "JPY"),
    ("KOREA", "KRW"),
    ("SEOUL", "KRW"),
    ("부가세", "KRW"),
    ("THAILAND", "THB"),
    ("BANGKOK", "THB"),
    ("INDONESIA", "IDR"),
    ("VIETNAM", "VND"),
    ("PHILIPPINES", "PHP"),
    ("GSTIN", "INR"),
    ("CGST", "INR"),
    ("AUSTRALIA", "AUD"),
    ("NSW", "AUD"),
    ("NEWZEALAND", "NZD"),
    ("AUCKLAND", "NZD"),
    ("CANADA", "CAD"),
    ("HST", "CAD"),
    ("TPS/GST", "CAD"),
    ("U.S.A", "USD"),
    ("UNITEDSTATES", "USD"),
    ("SALESTAX", "USD"),
    ("UNITEDKINGDOM", "GBP"),
    ("LONDON", "GBP"),
    ("DEUTSCHLAND", "EUR"),
    ("GERMANY", "EUR"),
    ("GMBH", "EUR"),
    ("FRANCE", "EUR"),
    ("ITALIA", "EUR"),
    ("ESPAÑA", "EUR"),
    ("NEDERLAND", "EUR"),
    ("SWITZERLAND", "CHF"),
];
/// The states of the USA, which stand before five digits in an address.
const STATES: &[&str] = &[
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI",
    "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT",
    "VT", "VA", "WA", "WV", "WI", "WY", "DC",
];
/// Words that only the mainland prints on what it charges.
const MAINLAND: &[&str] = &["微信", "支付宝", "银联", "元整", "发票代码"];

/// The currency of a text whose lines are given; `None` where nothing says it, or two things say different ones. A sign or a code goes
/// before the country; a lone `$` is the dollar of the country, a lone `¥` yen beside Japanese and yuan beside Chinese.
pub(super) fn of(lines: &[&str]) -> Option<&'static str> {
    let said: Vec<&'static str> = distinct(lines.iter().flat_map(|line| signs(line)));
    if let [currency] = said[..] {
        return Some(currency);
    }
    let text: String = lines.join("\n");
    let country = country(lines);
    if said.len() > 1 {
        return country.filter(|c| said.contains(c));
    }
    let japanese = text.chars().any(|c| ('\u{3041}'..='\u{30fa}').contains(&c));
    let chinese = text.chars().any(is_chinese);
    if country.is_some() {
        return country;
    }
    if text.contains(['¥', '￥']) {
        return match (japanese, chinese) {
            (true, _) => Some("JPY"),
            (false, true) => Some("CNY"),
            _ => None,
        };
    }
    let yuan = lines.iter().any(|line| after_digit(line, '元'));
    let home = yuan || MAINLAND.iter().any(|word| text.contains(word));
    (home && chinese && !japanese && !text.contains('$')).then_some("CNY")
}

/// The currency that signs and codes in these lines name, whatever country is spoken of: with `¥` and 元 the yuan.
pub(super) fn named(lines: &[&str]) -> Option<&'static str> {
    match distinct(lines.iter().flat_map(|line| signs(line)))[..] {
        [currency] => Some(currency),
        [] => lines.iter().any(|line| line.contains(['¥', '￥']) || after_digit(line, '元')).then_some("CNY"),
        _ => None,
    }
}

/// The one currency that a sign or a code in a line names.
pub(super) fn signed(line: &str) -> Option<&'static str> {
    match distinct(signs(line).into_iter())[..] {
        [currency] => Some(currency),
        _ => None,
    }
}

/// The currencies that a line's signs and codes name.
fn signs(line: &str) -> Vec<&'static str> {
    let upper: Vec<char> = line.to_uppercase().chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < upper.len() {
        let rest = &upper[at..];
        let starts = |word: &str| {
            let mut letters = rest.iter();
            word.chars().all(|c| letters.next() == Some(&c))
        };
        let apart = at == 0 || !upper[at - 1].is_ascii_alphabetic();
        let beside_number = |length: usize| {
            let after = rest[length..].iter().find(|c| !matches!(c, ' ' | '-' | '.' | ':'));
            let before = upper[..at].iter().rev().find(|c| !c.is_whitespace());
            after.is_some_and(char::is_ascii_digit) || rest.get(length) == Some(&')') || before.is_some_and(char::is_ascii_digit)
        };
        let alone = |length: usize| rest.get(length).is_none_or(|c| !c.is_ascii_alphabetic());
        let sign = SIGNS.iter().find(|(word, _)| {
            let lettered = word.starts_with(|c: char| c.is_ascii_alphabetic());
            let placed = |length: usize| apart && alone(length) && beside_number(length);
            starts(word) && (!lettered || placed(word.chars().count()))
        });
        let code = CODES.iter().find(|code| starts(code) && apart && alone(3) && beside_number(3));
        let (length, currency) = match (sign, code) {
            (Some((word, currency)), _) => (word.chars().count(), Some(*currency)),
            (None, Some(code)) => (3, Some(*code)),
            _ => (1, None),
        };
        found.extend(currency);
        at += length;
    }
    found
}

fn country(lines: &[&str]) -> Option<&'static str> {
    let named = lines.iter().flat_map(|line| {
        let plain: String = line.to_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
        let words = line.to_uppercase();
        let states = words.split([' ', ',']).collect::<Vec<_>>();
        let zip = |t: &str| {
            t.len() >= 5 && t.bytes().take(5).all(|b| b.is_ascii_digit()) && t[5..].bytes().all(|b| b == b'-' || b.is_ascii_digit())
        };
        let american = states.windows(2).any(|pair| STATES.contains(&pair[0]) && zip(pair[1]));
        let mut own: Vec<&'static str> = COUNTRIES
            .iter()
            // short words only where they stand alone
            .filter(|(word, _)| if word.len() <= 4 && word.is_ascii() { states.contains(word) } else { plain.contains(word) })
            .map(|(_, currency)| *currency)
            .collect();
        own.extend(american.then_some("USD"));
        own
    });
    match distinct(named)[..] {
        [currency] => Some(currency),
        _ => None,
    }
}

fn distinct(currencies: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut found = Vec::new();
    for currency in currencies {
        if !found.contains(&currency) {
            found.push(currency);
        }
    }
    found
}

/// Whether a sign follows a digit.
fn after_digit(line: &str, sign: char) -> bool {
    let plain: Vec<char> = line.chars().filter(|c| !c.is_whitespace()).collect();
    plain.windows(2).any(|pair| pair[0].is_ascii_digit() && pair[1] == sign)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn what_is_printed_tells_the_currency() {
        let cases: &[(&[&str], Option<&str>)] = &[
            (&["Nett Total: RM8.75"], Some("MYR")),
            (&["TOTAL $12.50", "SAN JOSE, CA 95112"], Some("USD")),
            (&["TOTAL $12.50", "SALES TAX 1.00"], Some("USD")),
            (&["TOTAL $12.50"], None),
            (&["TOTAL 12.50"], None),
            (&["TOTAL S$12.50"], Some("SGD")),
            (&["TOTAL US$12.50"], Some("USD")),
            (&["票价 HK$175.00"], Some("HKD")),
            (&["FARE 175.00 MOP"], Some("MOP")),
            (&["FARE HKD 175", "MACAU", "HONG KONG"], Some("HKD")),
            (&["合计 ¥ 88.00"], Some("CNY")),
            (&["合計 ¥ 880", "ありがとうございました"], Some("JPY")),
            (&["合计 88.00元"], Some("CNY")),
            (&["合计 88.00", "微信支付"], Some("CNY")),
            (&["合计 88.00"], None),
            (&["元旦快乐", "合计 88.00"], None),
            (&["SUMME EUR 12,50"], Some("EUR")),
            (&["Total € 12,50", "£3"], None),
            (&["FARM SHOP", "PHARMACY 12"], None),
        ];
        for (lines, expected) in cases {
            assert_eq!(of(lines), *expected, "{lines:?}");
        }
    }
}
