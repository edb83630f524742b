//! Tickets of a journey by road or water: where from and where to, when, for how much, and who travels. Provinces and companies lay them out
//! each in their own way: labels with values beside them, heads with values below, or stations in large print with an arrow between.

use invoice::details::Details;
use invoice::{amount, date};

use super::clock;
use super::imprint::EVERYWHERE;
use super::labelled::Labelled;
use crate::layout::gather::{Piece, lines};
use crate::layout::label::Spelling;
use crate::layout::{Sheet, Span, is_chinese, median};

/// What the labels of such tickets name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    From,
    To,
    /// Day of the journey; the time may follow it.
    Day,
    /// Time of departure.
    Time,
    /// 车次 or 航次.
    Run,
    Fare,
    /// What was paid in all, where more than the fare was.
    Total,
    Name,
    Identity,
    /// When the ticket was sold or printed.
    Sold,
    /// Anything else, which ends the value before it.
    Else,
}

/// Labels that road and water have in common.
pub(super) const SPELLINGS: &[Spelling<Label>] = &[
    Spelling { label: Label::Fare, text: "票价" },
    Spelling { label: Label::Fare, text: "全价" },
    Spelling { label: Label::Fare, text: "票款" },
    Spelling { label: Label::Total, text: "合计金额" },
    Spelling { label: Label::Total, text: "金额合计" },
    Spelling { label: Label::Total, text: "总金额" },
    Spelling { label: Label::Total, text: "总票价" },
    Spelling { label: Label::Total, text: "合计" },
    Spelling { label: Label::Name, text: "旅客姓名" },
    Spelling { label: Label::Name, text: "乘客姓名" },
    Spelling { label: Label::Name, text: "姓名" },
    Spelling { label: Label::Identity, text: "身份证号码" },
    Spelling { label: Label::Identity, text: "身份证号" },
    Spelling { label: Label::Identity, text: "身份证" },
    Spelling { label: Label::Identity, text: "证件号码" },
    Spelling { label: Label::Identity, text: "证件号" },
    Spelling { label: Label::Identity, text: "有效证件" },
    Spelling { label: Label::Sold, text: "售票日期" },
    Spelling { label: Label::Sold, text: "售票时间" },
    Spelling { label: Label::Sold, text: "出票日期" },
    Spelling { label: Label::Sold, text: "出票时间" },
    Spelling { label: Label::Sold, text: "打印时间" },
    Spelling { label: Label::Sold, text: "打印日期" },
    Spelling { label: Label::Sold, text: "开票日期" },
    Spelling { label: Label::Sold, text: "开票时间" },
    Spelling { label: Label::Sold, text: "购票时间" },
    Spelling { label: Label::Else, text: "座位号" },
    Spelling { label: Label::Else, text: "座号" },
    Spelling { label: Label::Else, text: "票种" },
    Spelling { label: Label::Else, text: "票类" },
    Spelling { label: Label::Else, text: "票型" },
    Spelling { label: Label::Else, text: "燃油费" },
    Spelling { label: Label::Else, text: "燃油附加费" },
    Spelling { label: Label::Else, text: "保险费" },
    Spelling { label: Label::Else, text: "保险" },
    Spelling { label: Label::Else, text: "售票员" },
    Spelling { label: Label::Else, text: "售票点" },
    Spelling { label: Label::Else, text: "售票站" },
    Spelling { label: Label::Else, text: "售票处" },
    Spelling { label: Label::Else, text: "工号" },
    Spelling { label: Label::Else, text: "承运人" },
    Spelling { label: Label::Else, text: "承运单位" },
    Spelling { label: Label::Else, text: "发票代码" },
    Spelling { label: Label::Else, text: "发票号码" },
    Spelling { label: Label::Else, text: "电话" },
];

/// The labels of one form: its own besides those in common.
pub(super) fn spellings(own: &[Spelling<Label>]) -> Vec<Spelling<Label>> {
    own.iter().chain(SPELLINGS).copied().collect()
}

/// The journey on a sheet whose labels were found.
#[derive(Debug)]
pub(super) struct Journey {
    pub(super) form: Labelled<Label>,
}

impl Journey {
    /// Finds the labels.
    pub(super) fn new(sheet: &Sheet, own: &[Spelling<Label>]) -> Journey {
        Journey { form: Labelled::new(sheet, &spellings(own)) }
    }

    /// Whether a label stands on the sheet.
    pub(super) fn has(&self, label: Label) -> bool {
        self.form.first(label).is_some()
    }

    /// Reads everything but title, code and number; `run` is the key of 车次 where the kind has one.
    pub(super) fn read(&self, details: &mut Details, run: Option<&str>) {
        self.read_stations(details);
        self.read_moment(details);
        self.read_fare(details);
        self.read_passenger(details);
        if let Some(key) = run
            && let Some((number, pieces)) = self.form.value(Label::Run, run_number)
        {
            self.form.put(details, key, &number, &pieces);
        }
    }

    fn read_stations(&self, details: &mut Details) {
        for (label, key) in [(Label::From, "station_geton"), (Label::To, "station_getoff")] {
            if let Some((name, pieces)) = self.form.value(label, station) {
                self.form.put(details, key, &name, &pieces);
            }
        }
        if details.has("station_geton") || details.has("station_getoff") {
            return;
        }
        // a line of its own: A → B, or two names in the largest print
        let all = lines(self.form.sheet.gather(&EVERYWHERE, 1.2));
        for line in &all {
            let text: String = line.iter().map(Piece::compact).collect();
            if let Some((from, to)) = arrow(&text) {
                self.form.put(details, "station_geton", from, line);
                self.form.put(details, "station_getoff", to, line);
                return;
            }
        }
        let usual = usual_height(&self.form.sheet);
        for line in &all {
            let tall: Vec<&Piece> = line.iter().filter(|p| p.area.height() > 1.25 * usual && station(&p.compact()).is_some()).collect();
            // between them an arrow, or the number of the run
            let others = line.len() - tall.len();
            if let ([from, to], 0..=1) = (&tall[..], others)
                && !title_like(&from.compact())
                && !title_like(&to.compact())
            {
                for (key, piece) in [("station_geton", from), ("station_getoff", to)] {
                    self.form.put(details, key, &piece.compact(), std::slice::from_ref(*piece));
                }
                return;
            }
        }
    }

    /// Day and time of the journey; where the ticket has only the day of its sale, that day.
    fn read_moment(&self, details: &mut Details) {
        let day = |text: &str| date::find(&clock::apart(text)).map(|day| (date::text(day), clock::find(text)));
        let sold: Vec<Piece> =
            self.form.all(Label::Sold).flat_map(|mark| super::beside::beside(&self.form.sheet, &self.form.marks, mark)).collect();
        let unsold = |p: &Piece| !sold.iter().any(|s| s.span == p.span && s.area == p.area);
        let labelled = self.form.value(Label::Day, day);
        let anywhere = || {
            let pieces = self.form.sheet.gather(&EVERYWHERE, 2.0);
            pieces.into_iter().filter(unsold).find_map(|p| Some((day(&p.text())?, vec![p])))
        };
        if let Some(((text, time), pieces)) = labelled.or_else(anywhere).or_else(|| self.form.value(Label::Sold, day)) {
            self.form.put(details, "date", &text, &pieces);
            // the time of the sale is none of departure
            let travels = pieces.iter().all(unsold);
            if let Some(time) = time.filter(|_| travels && self.form.first(Label::Time).is_none()) {
                self.form.put(details, "time", &minutes(&time), &pieces);
            }
        }
        if let Some((time, pieces)) = self.form.value(Label::Time, clock::find) {
            self.form.put(details, "time", &minutes(&time), &pieces);
        }
        if !details.has("time") && self.form.first(Label::Time).is_none() {
            let pieces = self.form.sheet.gather(&EVERYWHERE, 2.0);
            let departure = |p: &&Piece| unsold(p) && (p.compact().contains('开') || p.compact().len() == 5);
            let mut times = pieces.iter().filter(departure).filter_map(|p| Some((clock::find(&p.text())?, p)));
            if let (Some((time, piece)), None) = (times.next(), times.next()) {
                self.form.put(details, "time", &minutes(&time), std::slice::from_ref(piece));
            }
        }
    }

    fn read_fare(&self, details: &mut Details) {
        let labelled = self.form.value(Label::Total, price).or_else(|| self.form.value(Label::Fare, price));
        if let Some((value, pieces)) = labelled {
            self.form.put(details, "total", &value, &pieces);
            return;
        }
        // without a label an amount says by its sign that it is one
        let pieces = self.form.sheet.gather(&EVERYWHERE, 2.0);
        let signed = pieces.iter().filter(|p| {
            let text = p.compact();
            text.starts_with(['¥', '$'])
                || text.starts_with("HK$")
                || text.starts_with("MOP")
                || text.starts_with("HKD")
                || text.ends_with('元')
        });
        let mut prices: Vec<(String, &Piece)> = signed.filter_map(|p| Some((price(&p.compact())?, p))).collect();
        prices.dedup_by(|a, b| a.0 == b.0);
        if let [(value, piece)] = &prices[..] {
            self.form.put(details, "total", value, std::slice::from_ref(*piece));
        }
    }

    fn read_passenger(&self, details: &mut Details) {
        if let Some((id, pieces)) = self.form.value(Label::Identity, |text| identity(text).map(str::to_owned)) {
            self.form.put(details, "user_id", &id, &pieces);
        }
        if let Some((name, pieces)) = self.form.value(Label::Name, person) {
            self.form.put(details, "name", &name, &pieces);
        }
        for line in lines(self.form.sheet.gather(&EVERYWHERE, 2.0)) {
            let Some(at) = line.iter().position(|p| identity(&p.compact()).is_some_and(is_personal)) else { continue };
            let text = line[at].compact();
            let Some(id) = identity(&text) else { continue };
            self.form.put(details, "user_id", id, &line[at..=at]);
            // the name stands beside the number
            if self.form.first(Label::Name).is_none() {
                let rest = text[id.len()..].to_owned();
                let beside =
                    [Some((rest, at)), line.get(at + 1).map(|p| (p.compact(), at + 1)), at.checked_sub(1).map(|i| (line[i].compact(), i))];
                let named = beside.into_iter().flatten().find_map(|(text, i)| Some((person(&text).filter(|n| has_chinese(n))?, i)));
                if let Some((name, i)) = named {
                    self.form.put(details, "name", &name, &line[i..=i]);
                }
            }
            return;
        }
    }
}

/// The height that most text of a sheet has: the median of its spans.
pub(super) fn usual_height(sheet: &Sheet) -> f32 {
    median(sheet.spans.iter().filter(|s| !s.vertical).map(Span::height)).unwrap_or(1.0)
}

/// Hours and minutes: tickets give no seconds, and where a clock prints them they say nothing of the departure.
fn minutes(time: &str) -> String {
    time.chars().take(5).collect()
}

/// A station, a stop or a pier at the beginning of a text.
pub(super) fn station(text: &str) -> Option<String> {
    let name = text.trim().trim_start_matches([':', '-', '>', '<']);
    let own = |c: char| is_chinese(c) || matches!(c, '(' | ')' | '·');
    let end = name.find(|c: char| !own(c)).unwrap_or(name.len());
    let (name, rest) = name.split_at(end);
    // a place may be followed by its Latin name, not by digits that make it something else
    let ends = rest.is_empty() || rest.starts_with([' ', '/', '-', '→', '>', ',']) || rest.starts_with(|c: char| c.is_ascii_alphabetic());
    (ends && (1..=15).contains(&name.chars().count()) && name.starts_with(is_chinese)).then(|| name.to_owned())
}

/// Two stations with an arrow, a dash or 至 between them.
fn arrow(text: &str) -> Option<(&str, &str)> {
    let trimmed = text.trim_matches(|c: char| !is_chinese(c) && c != '(' && c != ')');
    for sign in ["——", "—>", "→", "->", "=>", "--", "—", "一>", "~", "至"] {
        let Some((from, to)) = trimmed.split_once(sign) else { continue };
        let to = to.trim_start_matches(['-', '—', '>', '→', '=']);
        let place = |t: &str| (2..=12).contains(&t.chars().count()) && t.chars().all(|c| is_chinese(c) || matches!(c, '(' | ')' | '·'));
        if place(from) && place(to) && !title_like(from) && !title_like(to) {
            return Some((from, to));
        }
    }
    None
}

/// Words of titles and remarks, which are no places.
fn title_like(text: &str) -> bool {
    ["票", "发票", "公司", "有效", "旅客", "日期", "时间", "乘车", "保险"].iter().any(|word| text.contains(word))
}

/// An amount at the beginning of a text: `¥ 8.00<全>`, `35元`, `HK$175.00`.
pub(super) fn price(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut rest = text.trim_start_matches([':', '¥', '￥']);
    for sign in ["HKD", "HK$", "MOP$", "MOP", "CNY", "RMB", "人民币", "$"] {
        rest = rest.strip_prefix(sign).unwrap_or(rest);
    }
    let rest = rest.trim_start_matches([':', '¥', '￥', '$']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(rest.len());
    let number = rest[..end].trim_end_matches(['.', ',']);
    // a longer run of digits is a number of something else
    let whole = number.split(['.', ',']).next().map_or(0, str::len);
    (1..=6).contains(&whole).then(|| amount::parse(number).map(amount::plain)).flatten()
}

/// 车次 or 航次: letters and digits.
fn run_number(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    let number = text[..end].trim_end_matches('-');
    ((1..=12).contains(&number.len()) && number.bytes().any(|b| b.is_ascii_digit())).then(|| number.to_owned())
}

/// A person's name at the beginning of a text, hidden characters included.
fn person(text: &str) -> Option<String> {
    let text = text.trim_start_matches([':', ' ']);
    let end = text.find(|c: char| !is_chinese(c) && !matches!(c, '·' | '*')).unwrap_or(text.len());
    let name = &text[..end];
    if (2..=10).contains(&name.chars().count()) && name.chars().any(is_chinese) && !title_like(name) {
        return Some(name.to_owned());
    }
    let latin = text.trim();
    let own = latin.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '/' | ',' | '-' | '.'));
    (own && latin.len() >= 3 && latin.chars().any(|c| c.is_ascii_alphabetic())).then(|| latin.to_owned())
}

/// The number of an identity paper at the beginning of a text, hidden digits included.
fn identity(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([':', ' ']);
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '*').unwrap_or(text.len());
    let id = &text[..end];
    ((6..=20).contains(&id.len()) && id.bytes().filter(u8::is_ascii_digit).count() >= 4).then_some(id)
}

/// Whether a number is by its shape that of a person: hidden in part, or eighteen characters that hold a day of birth.
fn is_personal(id: &str) -> bool {
    let hidden = id.len() >= 8 && id.contains("**") && id.starts_with(|c: char| c.is_ascii_alphanumeric());
    let whole = id.len() == 18 && id[..17].bytes().all(|b| b.is_ascii_digit()) && date::parse(&id[6..14]).is_some();
    hidden || whole
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(is_chinese)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_values() {
        for (text, expected) in
            [("¥ 8.00<全>", Some("8.00")), ("35元", Some("35")), ("HK$175.00", Some("175.00")), ("1234567", None), ("全", None)]
        {
            assert_eq!(price(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in
            [("开发区", Some("开发区")), ("云泽(东) Yunze", Some("云泽(东)")), ("3号站", None), ("云泽3站", None), ("", None)]
        {
            assert_eq!(station(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("云泽→青岬", Some(("云泽", "青岬"))),
            ("云泽客运站—>青岬南站", Some(("云泽客运站", "青岬南站"))),
            ("云泽至青岬", Some(("云泽", "青岬"))),
            ("有效期至当日", None),
            ("云泽——12", None),
        ] {
            assert_eq!(arrow(text), expected, "{text}");
        }
        for (text, expected) in
            [("林一诺", Some("林一诺")), ("林*", Some("林*")), ("3210", None), ("LIN/YINUO", Some("LIN/YINUO")), ("乘客保险", None)]
        {
            assert_eq!(person(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in [("9901****2218", true), ("990101199002310012", false), ("990101199002210012", true), ("00412345", false)] {
            assert_eq!(identity(text).is_some_and(is_personal), expected, "{text}");
        }
        for (text, expected) in [("040", Some("040")), ("D3021 快", Some("D3021")), ("流水", None)] {
            assert_eq!(run_number(text).as_deref(), expected, "{text}");
        }
    }
}
