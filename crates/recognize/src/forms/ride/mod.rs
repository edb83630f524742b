//! 出行行程单: the list of rides that a platform gives with its invoice (滴滴出行, T3出行, 高德地图打车, 花小猪, 曹操, 首汽, 美团 and others). Each
//! platform has a layout of its own, made of the same parts: a title, a head of labelled days, telephone, count and sum, and a table
//! with one ride a row. The heads of the table say what a column holds; which platform it is matters nowhere.

mod echo;
mod moment;
mod named;
mod settle;
mod sums;
mod table;
mod told;
mod words;

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::kind::Kind;
use invoice::{amount, date};

use super::FormReading;
use super::beside::beside;
use super::signs::{Sign, extent, sign};
use crate::layout::gather::{Piece, lines};
use crate::layout::label::{Mark, Spelling, find};
use crate::layout::rows::rows;
use crate::layout::{Glyph, Sheet, Span};

/// What tells the form: the table of rides. A taxi's receipt has the hours too, an air itinerary the name.
pub(super) const SIGNS: &[Sign] = &[
    sign("行程单", 0.6),
    sign("行程报销单", 0.6),
    sign("行程人手机号", 0.6),
    sign("行程起止日期", 0.6),
    sign("起止日期", 0.4),
    sign("笔行程", 0.4),
    sign("TRIPTABLE", 0.4),
    sign("上车时间", 0.4),
    sign("起点", 0.3),
    sign("终点", 0.3),
    sign("用车时间", 0.3),
    sign("出发地", 0.3),
    sign("目的地", 0.3),
    sign("个行程", 0.3),
    sign("单行程", 0.3),
    sign("车型", 0.2),
    sign("航空运输", -2.0),
    sign("承运人", -1.0),
];

/// How surely the name must be read that alone tells the form.
const SURE_TITLE: f32 = 0.9;

/// What leads a value in the head of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// The day on which the list was asked for.
    Applied,
    /// The days of the first and the last ride.
    Days,
    Phone,
    Sum,
    /// The running page.
    Page,
    /// A label whose value is no field: name, staff number.
    Other,
}

/// A printed word: the head of a column where it stands in the table's head, a lead elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Label {
    /// The column's key, empty for what heads none. `index` and `skip` are columns without a field.
    column: &'static str,
    /// The unit that stands below or behind a head, or half of a head broken over two lines.
    part: &'static str,
    lead: Option<Lead>,
}

const fn column(column: &'static str, text: &'static str) -> Spelling<Label> {
    Spelling { label: Label { column, part: "", lead: None }, text }
}
const fn part(part: &'static str) -> Spelling<Label> {
    Spelling { label: Label { column: "", part, lead: None }, text: part }
}
const fn lead(lead: Lead, text: &'static str) -> Spelling<Label> {
    Spelling { label: Label { column: "", part: "", lead: Some(lead) }, text }
}
/// A word that heads a column on one platform and leads a value on another.
const fn both(column: &'static str, lead: Lead, text: &'static str) -> Spelling<Label> {
    Spelling { label: Label { column, part: "", lead: Some(lead) }, text }
}

const SPELLINGS: &[Spelling<Label>] = &[
    column("index", "序号"),
    column("car_type", "车型"),
    column("car_type", "用车车型"),
    column("car_type", "车辆类型"),
    column("car_type", "服务类型"),
    column("car_type", "产品类型"),
    column("car_type", "用车类型"),
    column("car_type", "业务类型"),
    column("producer", "服务商"),
    column("producer", "服务商家"),
    column("producer", "服务提供商"),
    column("producer", "运力商"),
    column("producer", "供应商"),
    column("producer", "平台"),
    column("time_order", "下单时间"),
    column("time_order", "预订时间"),
    column("time_order", "预约时间"),
    column("time_geton", "上车时间"),
    column("time_geton", "用车时间"),
    column("time_geton", "乘车时间"),
    column("time_geton", "出发时间"),
    column("time_geton", "开始时间"),
    column("time_geton", "用车日期"),
    column("time_geton", "乘车日期"),
    column("time_getoff", "下车时间"),
    column("time_getoff", "结束时间"),
    column("time_getoff", "到达时间"),
    column("time_getoff", "完成时间"),
    column("city", "城市"),
    column("city", "用车城市"),
    column("city", "出发城市"),
    column("city", "下单城市"),
    column("city", "乘车城市"),
    column("station_geton", "起点"),
    column("station_geton", "起点位置"),
    column("station_geton", "出发地"),
    column("station_geton", "出发地点"),
    column("station_geton", "出发地址"),
    column("station_geton", "起始地"),
    column("station_geton", "起始地点"),
    column("station_geton", "上车地点"),
    column("station_geton", "上车地址"),
    column("station_geton", "上车点"),
    column("station_getoff", "终点"),
    column("station_getoff", "终点位置"),
    column("station_getoff", "目的地"),
    column("station_getoff", "目的地址"),
    column("station_getoff", "到达地"),
    column("station_getoff", "到达地点"),
    column("station_getoff", "下车地点"),
    column("station_getoff", "下车地址"),
    column("station_getoff", "下车点"),
    column("mileage", "里程"),
    column("mileage", "里程数"),
    column("mileage", "公里数"),
    column("mileage", "行驶里程"),
    column("total", "金额"),
    column("total", "费用"),
    column("total", "车费"),
    column("total", "订单金额"),
    column("total", "实付金额"),
    column("total", "支付金额"),
    column("total", "开票金额"),
    column("skip", "备注"),
    column("skip", "订单号"),
    column("skip", "订单编号"),
    column("skip", "车牌号"),
    column("skip", "司机"),
    column("skip", "支付方式"),
    both("skip", Lead::Other, "乘车人"),
    both("skip", Lead::Other, "姓名"),
    both("skip", Lead::Other, "工号"),
    both("skip", Lead::Other, "部门"),
    both("skip", Lead::Phone, "手机号"),
    both("time_geton", Lead::Days, "行程时间"),
    both("time_geton", Lead::Days, "行程日期"),
    both("total", Lead::Sum, "总金额"),
    both("total", Lead::Sum, "合计金额"),
    lead(Lead::Applied, "申请日期"),
    lead(Lead::Applied, "申请时间"),
    lead(Lead::Applied, "开具日期"),
    lead(Lead::Applied, "开具时间"),
    lead(Lead::Applied, "生成日期"),
    lead(Lead::Applied, "生成时间"),
    lead(Lead::Days, "行程起止日期"),
    lead(Lead::Days, "行程起止时间"),
    lead(Lead::Days, "起止日期"),
    lead(Lead::Days, "起止时间"),
    lead(Lead::Phone, "行程人手机号"),
    lead(Lead::Phone, "行程人手机号码"),
    lead(Lead::Phone, "乘车人手机号"),
    lead(Lead::Phone, "用户手机号"),
    lead(Lead::Phone, "手机号码"),
    lead(Lead::Phone, "手机"),
    lead(Lead::Sum, "合计"),
    lead(Lead::Sum, "总计"),
    lead(Lead::Sum, "金额合计"),
    lead(Lead::Page, "页码"),
    part("[公里]"),
    part("(公里)"),
    part("(km)"),
    part("(KM)"),
    part("[元]"),
    part("(元)"),
    part("上车"),
    part("下车"),
    part("下单"),
    part("时间"),
];

/// Reads the list of rides, or tells that it is none.
pub(super) fn read(sheet: &Sheet) -> Option<FormReading> {
    let mut sheet = sheet.clone();
    if sheet.source == Source::Ocr {
        sheet.spans.iter_mut().for_each(write_moment);
    }
    let found = rows(&sheet);
    let marks = find(&mut sheet, &found, SPELLINGS);
    let heads: Vec<(&str, f32)> = marks.iter().filter(|m| !m.label.column.is_empty()).map(|m| (m.label.column, m.area.top)).collect();
    let Some((table, marks)) = table::lay(&mut sheet, marks) else { return titled(sheet, &heads) };
    if sheet.source == Source::Ocr {
        echo::settle(sheet.spans.iter_mut().filter(|span| !span.vertical && !span.seal && span.area.center().y > table.bottom()));
    }
    let list = List { sheet, marks, top: table.top() };
    let mut details = Details::new();
    list.read_title(&mut details);
    list.read_head(&mut details);
    let (rides, sum) = table::rides(&table, &list.sheet);
    // a list of which only the head was read is one all the same
    if rides.is_empty() && !(list.sheet.source == Source::Ocr && ["title", "date_start"].iter().all(|key| details.has(key))) {
        return None;
    }
    *details.rows_mut("items") = rides;
    if list.sheet.source == Source::Ocr {
        settle::settle(&mut details);
    }
    if let Some((sum, piece)) = sum
        && !details.has("total")
    {
        details.set("total", list.sheet.field(&sum, &[piece]));
    }
    let area = extent(&list.sheet);
    Some(FormReading { pages: list.pages(), ..FormReading::new(Kind::RideItinerary, details, area) })
}

/// A list too blurred for its table, of which the name was read and heads of two columns, each given with where it stands.
fn titled(sheet: Sheet, heads: &[(&str, f32)]) -> Option<FormReading> {
    let (_, top) = heads.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let two = heads.iter().any(|(key, _)| *key != heads[0].0);
    if sheet.source != Source::Ocr || !two {
        return None;
    }
    let list = List { sheet, marks: Vec::new(), top };
    let mut details = Details::new();
    list.read_title(&mut details);
    let sure = details.get("title").is_some_and(|title| title.confidence >= SURE_TITLE);
    sure.then(|| FormReading::new(Kind::RideItinerary, details, extent(&list.sheet)))
}

/// The form on its sheet: labels found, those that stand in the table's head apart.
#[derive(Debug)]
struct List {
    sheet: Sheet,
    /// The labels outside the table.
    marks: Vec<Mark<Label>>,
    /// Where the table begins.
    top: f32,
}

impl List {
    fn led(&self, lead: Lead) -> impl Iterator<Item = Vec<Piece>> {
        self.marks.iter().filter(move |m| m.label.lead == Some(lead)).map(|mark| beside(&self.sheet, &self.marks, mark))
    }

    /// The largest line above the table that names the list.
    fn read_title(&self, details: &mut Details) {
        let above = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: self.top };
        let height = |line: &[Piece]| line.iter().map(|p| p.area.height()).fold(0.0, f32::max);
        let titled = |line: &Vec<Piece>| {
            let text: String = line.iter().map(Piece::compact).collect();
            NAMES.iter().any(|name| text.ends_with(name))
        };
        let line = lines(self.sheet.gather(&above, 4.0)).into_iter().filter(titled).max_by(|a, b| height(a).total_cmp(&height(b)));
        let Some(line) = line else { return };
        let text = line.iter().map(Piece::text).collect::<Vec<_>>().join(" ");
        let title = if self.sheet.source == Source::Ocr { dashed(&text) } else { text };
        details.set("title", self.sheet.field(&title, &line));
    }

    fn read_head(&self, details: &mut Details) {
        let text = |pieces: &[Piece]| pieces.iter().map(Piece::text).collect::<Vec<_>>().join(" ");
        for pieces in self.led(Lead::Applied) {
            self.put(details, "date", date::find(&text(&pieces)).map(date::text), &pieces);
        }
        for pieces in self.led(Lead::Days) {
            let days = moment::days(&text(&pieces));
            self.put(details, "date_start", days.first().cloned(), &pieces);
            // a single ride is given with the day alone by some
            self.put(details, "date_end", days.get(1).cloned(), &pieces);
        }
        for pieces in self.led(Lead::Phone) {
            let number = phone(&text(&pieces));
            self.put(details, "phone", if self.sheet.source == Source::Ocr { number.and_then(eleven) } else { number }, &pieces);
        }
        for pieces in self.led(Lead::Sum) {
            self.put(details, "total", sum(&text(&pieces)), &pieces);
        }
        if self.sheet.source == Source::Ocr {
            self.read_unled(details);
        }
    }

    /// What the form of a line above the table tells though its label was misread: two days with 至 between them, the sum behind the count of rides.
    fn read_unled(&self, details: &mut Details) {
        let above = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: self.top };
        for piece in self.sheet.gather(&above, 2.0) {
            let text = piece.compact();
            let days = moment::days(&text);
            if let [start, end] = &days[..]
                && text.contains('至')
                && start <= end
                && !details.has("date_start")
                && !details.has("date_end")
            {
                let pieces = std::slice::from_ref(&piece);
                self.put(details, "date_start", Some(start.clone()), pieces);
                self.put(details, "date_end", Some(end.clone()), pieces);
            }
            if let Some((count, rest)) = text.split_once("行程")
                && count.contains(|c: char| c.is_ascii_digit())
                && let Some((_, amount)) = rest.split_once('计')
                && amount.ends_with('元')
                && amount.contains('.')
            {
                self.put(details, "total", sum(amount), std::slice::from_ref(&piece));
            }
        }
    }

    fn put(&self, details: &mut Details, key: &str, value: Option<String>, pieces: &[Piece]) {
        if let Some(value) = value.filter(|_| !details.has(key)) {
            details.set(key, self.sheet.field(&value, pieces));
        }
    }

    /// `页码:1/2`.
    fn pages(&self) -> Option<(u32, u32)> {
        self.led(Lead::Page).find_map(|pieces| {
            let text: String = pieces.iter().map(Piece::compact).collect();
            let (at, of) = text.trim_start_matches(':').split_once('/')?;
            Some((at.parse().ok()?, of.parse().ok()?)).filter(|(at, of)| (1..=*of).contains(at))
        })
    }
}

/// Writes a moment that was read by eye with its marks and without gaps, at which it would be cut.
fn write_moment(span: &mut Span) {
    let chars: Vec<char> = span.glyphs.iter().map(|g| g.ch).collect();
    let Some((from, to, written)) = moment::by_eye(&chars) else { return };
    let written: String = written.chars().filter(|c| !c.is_whitespace()).collect();
    let old = &span.glyphs[from..to];
    let (Some(first), Some(last)) = (old.first(), old.last()) else { return };
    let confidence = old.iter().map(|g| g.confidence).sum::<f32>() / old.len() as f32;
    let (left, width) = (first.left, (last.right - first.left) / written.chars().count() as f32);
    let glyph = |(at, ch): (usize, char)| {
        let left = left + width * at as f32;
        Glyph { ch, left, right: left + width, confidence, label: false }
    };
    let glyphs: Vec<Glyph> = written.chars().enumerate().map(glyph).collect();
    span.glyphs.splice(from..to, glyphs);
}

/// How the lists are called.
const NAMES: &[&str] = &["行程单", "行程报销单", "行程明细", "行程明细单"];

/// A title read by eye: the dashes before the name and before 打车 may be taken for the numeral 一.
fn dashed(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    for name in NAMES {
        if let Some(before) = text.strip_suffix(name) {
            let bare = before.trim_end_matches(['一', '―', '_', '─']);
            let bare = match bare.strip_suffix("一打车") {
                Some(map) if !map.is_empty() => &format!("{map}—打车"),
                _ => bare,
            };
            return if bare.len() < before.len() && !bare.is_empty() { format!("{bare}—{name}") } else { text };
        }
    }
    text
}

/// A telephone number, whole or masked.
fn phone(text: &str) -> Option<String> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let number: String = text[start..].chars().take_while(|c| c.is_ascii_digit() || "*xX-".contains(*c)).collect();
    (number.len() >= 7).then_some(number)
}

/// A telephone number read by eye: stars run together, but a masked one has eleven places like any. No number of eleven figures begins with 10, 11 or 12.
fn eleven(number: String) -> Option<String> {
    // a line of a land is longer or shorter, or has a hyphen
    if number.len() == 11 && !number.contains('-') && ["10", "11", "12"].iter().any(|none| number.starts_with(none)) {
        return None;
    }
    // nor has one that begins with 1 fewer
    if number.len() < 11 && number.starts_with('1') && number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    const SHOWN: usize = 7;
    let read_whole = |number: &str| {
        let (before, after) = (number.split('*').next().unwrap_or_default(), number.rsplit('*').next().unwrap_or_default());
        before.len() == 3 && after.len() == SHOWN - 3
    };
    // of a masked number three figures are shown before the stars and four behind them
    if number.contains('*') && number.starts_with('1') && !read_whole(&number) {
        return None;
    }
    let stars = number.len().saturating_sub(SHOWN);
    let shape = |(at, c): (usize, char)| if (3..3 + stars).contains(&at) { c == '*' } else { c.is_ascii_digit() };
    let masked = (2..=5).contains(&stars) && number.chars().enumerate().all(shape);
    Some(if masked { format!("{}****{}", &number[..3], &number[3 + stars..]) } else { number })
}

/// The amount at the beginning of a text: `490.83元`.
fn sum(text: &str) -> Option<String> {
    let start = text.find(|c: char| c.is_ascii_digit()).filter(|at| text[..*at].chars().all(|c| ":¥-, 人民币".contains(c)))?;
    let end = text[start..].find(|c: char| !c.is_ascii_digit() && !",.".contains(c)).map_or(text.len(), |at| start + at);
    // a count (合计 3 笔) is no sum
    let counts = text[end..].trim_start().starts_with(['笔', '单', '个', '条', '次', '程']);
    amount::parse(text[start..end].trim_end_matches(['.', ','])).filter(|_| !counts).map(amount::plain)
}

#[cfg(test)]
mod tests;
