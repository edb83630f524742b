//! 出租车发票: what the meter of a taxi prints onto a strip of the city's form (reference/forms.md, Transport). Title, code, number and labels are the form's; under
//! them the meter prints plate, driver, day, times, price, distance, waiting and money, often a row off (see [`meter`]).
//!
//! The sum is what a label of the sum says. Where none is printed it is 金额; fees that are 另收 are not in it and are added.

mod cell;
mod meter;

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::kind::Kind;
use invoice::region::{self, Region};
use invoice::{amount, date};
use rust_decimal::Decimal;

use super::FormReading;
use super::imprint::{self, Imprint};
use super::labelled::Labelled;
use super::signs::{Sign, sign};
use super::{stamped, supervision};
use crate::closer::Faint;
use crate::layout::gather::Piece;
use crate::layout::label::Spelling;
use crate::layout::rows::At;
use crate::layout::{Sheet, is_chinese};
use meter::Pairing;

/// What tells the form: words of its title and labels. Bills and tickets that share some of them are told by their own.
pub(crate) const SIGNS: &[Sign] = &[
    sign("出租汽车", 0.8),
    sign("出租车", 0.8),
    sign("上车", 0.3),
    sign("下车", 0.3),
    sign("里程", 0.3),
    sign("等候", 0.3),
    sign("候时", 0.2),
    sign("单价", 0.15),
    sign("车号", 0.2),
    sign("证号", 0.2),
    sign("卡号", 0.1),
    sign("电召费", 0.3),
    sign("燃油附加费", 0.2),
    sign("税率", -0.5),
    sign("行程单", -1.0),
    sign("座号", -0.5),
];

/// What the labels of the form name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    /// 发票代码, 发票号码: what follows is no value of the meter's.
    Imprint,
    Unit,
    Phone,
    Plate,
    /// 证号: the driver's licence.
    Driver,
    Day,
    GetOn,
    GetOff,
    /// Both times under one label.
    Times,
    Price,
    Mileage,
    Waiting,
    Fare,
    /// A fee for fuel or the like.
    Surcharge,
    /// A fee for a taxi that was called.
    Call,
    Total,
    State,
    Card,
    Balance,
}

impl Label {
    /// Whether the meter prints its value.
    fn metered(self) -> bool {
        !matches!(self, Label::Imprint | Label::Unit)
    }

    /// Whether it tells a taxi's form from others.
    fn tells(self) -> bool {
        !matches!(self, Label::Imprint | Label::Unit | Label::Phone | Label::Total | Label::Day | Label::Fare | Label::State)
    }
}

/// Whether a ride may cost so much. A ¥ of dots reads like a 9, and rides for nine hundred yuan are rarer than that; five places before the point are more
/// than a meter shows: there the point was not read.
fn is_fare(amount: Decimal) -> bool {
    amount < Decimal::from(10_000) && !(Decimal::from(900)..Decimal::from(1000)).contains(&amount)
}

/// Whether a meter counts so: it goes on by a tenth of a yuan at least, and the hundredths that it prints are always none.
fn is_counted(amount: Decimal) -> bool {
    amount.normalize().scale() <= 1
}

/// Whether a fee besides the ride may be printed so: few begin with a 9, most with a ¥.
fn is_fee(text: &str) -> bool {
    !text.starts_with('9')
}

const fn spelling(label: Label, text: &'static str) -> Spelling<Label> {
    Spelling { label, text }
}

const SPELLINGS: &[Spelling<Label>] = &[
    spelling(Label::Imprint, "发票代码"),
    spelling(Label::Imprint, "发票号码"),
    spelling(Label::Imprint, "机打号码"),
    spelling(Label::Imprint, "机打代码"),
    spelling(Label::Unit, "单位名称"),
    spelling(Label::Unit, "单位"),
    spelling(Label::Unit, "公司名称"),
    spelling(Label::Unit, "企业名称"),
    spelling(Label::Phone, "投诉电话"),
    spelling(Label::Phone, "监督电话"),
    spelling(Label::Phone, "电话"),
    spelling(Label::Plate, "车号"),
    spelling(Label::Plate, "车牌"),
    spelling(Label::Plate, "车牌号"),
    spelling(Label::Plate, "车牌号码"),
    spelling(Label::Driver, "证号"),
    spelling(Label::Driver, "服务证号"),
    spelling(Label::Driver, "资格证号"),
    spelling(Label::Driver, "准驾证号"),
    spelling(Label::Driver, "司机号"),
    spelling(Label::Driver, "工号"),
    spelling(Label::Day, "日期"),
    spelling(Label::Day, "乘车日期"),
    spelling(Label::Day, "开票日期"),
    spelling(Label::GetOn, "上车"),
    spelling(Label::GetOn, "上车时间"),
    spelling(Label::GetOff, "下车"),
    spelling(Label::GetOff, "下车时间"),
    spelling(Label::Times, "时间"),
    spelling(Label::Times, "时段"),
    spelling(Label::Times, "上下车"),
    spelling(Label::Times, "上下车时间"),
    spelling(Label::Times, "乘车时间"),
    spelling(Label::Price, "单价"),
    spelling(Label::Price, "计程单价"),
    spelling(Label::Mileage, "里程"),
    spelling(Label::Mileage, "总里程"),
    spelling(Label::Mileage, "计价里程"),
    spelling(Label::Mileage, "计程里程"),
    spelling(Label::Mileage, "公里"),
    spelling(Label::Waiting, "等候"),
    spelling(Label::Waiting, "候时"),
    spelling(Label::Waiting, "等时"),
    spelling(Label::Waiting, "计时"),
    spelling(Label::Waiting, "等候时间"),
    spelling(Label::Waiting, "低速时间"),
    spelling(Label::Waiting, "低速等候"),
    spelling(Label::Fare, "金额"),
    spelling(Label::Fare, "车费"),
    spelling(Label::Fare, "运费"),
    spelling(Label::Surcharge, "附加费"),
    spelling(Label::Surcharge, "附加"),
    spelling(Label::Surcharge, "燃油附加费"),
    spelling(Label::Surcharge, "燃油附加"),
    spelling(Label::Surcharge, "燃油费"),
    spelling(Label::Surcharge, "燃油补贴"),
    spelling(Label::Surcharge, "燃附费"),
    spelling(Label::Surcharge, "另收附加费"),
    spelling(Label::Call, "电召费"),
    spelling(Label::Call, "电调费"),
    spelling(Label::Call, "另收电召费"),
    spelling(Label::Call, "叫车费"),
    spelling(Label::Call, "预约费"),
    spelling(Label::Call, "约车费"),
    spelling(Label::Call, "预约叫车服务费"),
    spelling(Label::Call, "叫车服务费"),
    spelling(Label::Total, "合计"),
    spelling(Label::Total, "合计金额"),
    spelling(Label::Total, "总计"),
    spelling(Label::Total, "总金额"),
    spelling(Label::Total, "总额"),
    spelling(Label::Total, "实收"),
    spelling(Label::Total, "实收金额"),
    spelling(Label::Total, "应收"),
    spelling(Label::Total, "应收金额"),
    spelling(Label::State, "状态"),
    spelling(Label::Card, "卡号"),
    spelling(Label::Balance, "余额"),
    spelling(Label::Balance, "卡余额"),
    spelling(Label::Balance, "卡原额"),
    spelling(Label::Balance, "原额"),
    spelling(Label::Balance, "原余额"),
    spelling(Label::Balance, "卡金额"),
];
/// So many different labels of the meter's make a form without a title a taxi's; a title asks for fewer.
const TELLING: usize = 4;
const TELLING_TITLED: usize = 2;
/// Values that were read less surely than this are looked at again.
const SURE: f32 = 0.85;
/// What a ride costs besides its way at most, in yuan: two hours of waiting among it.
const BESIDES: Decimal = Decimal::from_parts(300, 0, 0, false, 0);

/// So many kilometres at most are paid for with the start.
const STARTED: Decimal = Decimal::from_parts(4, 0, 0, false, 0);
/// More kilometres than a taxi drives in a minute.
const FASTEST: i64 = 2;

/// Reads the receipt, or tells that it is none.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    let sheet = &unsealed(sheet);
    let mut receipt = Receipt { form: Labelled::new(sheet, SPELLINGS) };
    receipt.release_units();
    let title = imprint::title(sheet, &["出租", "客运出租", "的士"]);
    if receipt.telling() < if title.is_some() { TELLING_TITLED } else { TELLING } {
        return None;
    }
    let mut details = Details::new();
    let title_place = title.as_ref().map(|(_, pieces)| pieces.clone());
    if let Some((text, pieces)) = title.or_else(|| imprint::title(sheet, &["发票", "专用", "通用"])) {
        receipt.form.put(&mut details, "title", &text, &pieces);
    }
    Imprint::of(sheet).put(sheet, &mut details);
    receipt.read_unit(&mut details);
    let part = receipt.part();
    let mut pairs = meter::pair(&receipt.form.sheet, &receipt.form.marks, &part);
    pairs.pairs.retain(|(_, piece)| !receipt.is_rest(piece));
    receipt.read_ride(&pairs, &mut details);
    receipt.read_money(&pairs, &mut details);
    receipt.read_unlabelled(&pairs, &part, &mut details);
    if sheet.source == Source::Ocr && !receipt.is_borne_out(&pairs, &details) {
        details.remove("mileage");
    }
    receipt.read_place(&mut details);
    supervision::put(sheet, &mut details);
    let mut reading = receipt.form.reading(Kind::Taxi, details);
    if sheet.source == Source::Ocr {
        reading.faint = receipt.faint(&pairs);
        reading.faint.extend(faint_title(sheet, reading.details.text("title"), title_place));
        reading.over = receipt.over(&pairs);
    }
    Some(reading)
}

/// The title where a seal lies over it: its line, when it does not say what the forms' titles say.
fn faint_title(sheet: &Sheet, title: &str, pieces: Option<Vec<Piece>>) -> Option<Faint> {
    fn fits(text: &str) -> bool {
        (text.contains("出租汽车") || text.contains("出租车")) && text.ends_with("发票")
    }
    // what was settled was not read as it stands there, and the rest of it may not have been either
    let settled = pieces.as_ref().is_some_and(|pieces| !pieces.iter().map(Piece::compact).collect::<String>().contains(title));
    let line = pieces.and_then(|pieces| pieces.iter().map(|p| p.area).reduce(|a, b| a.union(&b)));
    let line = line.or_else(|| imprint::title(sheet, &["发票"]).and_then(|(_, p)| p.iter().map(|p| p.area).reduce(|a, b| a.union(&b))))?;
    (!fits(title) || settled).then_some(Faint { area: line, fits })
}

/// The sheet with what only a meter prints told from the seal that lies over it: seals say neither money nor times.
fn unsealed(sheet: &Sheet) -> Sheet {
    let mut sheet = sheet.clone();
    for span in sheet.spans.iter_mut().filter(|s| s.seal) {
        let text = span.compact();
        span.seal = !(stamped::money(&text).is_some() || date::time(&text).is_some() || stamped::day(&text).is_some());
    }
    sheet
}

/// The form on its sheet, labels found.
struct Receipt {
    form: Labelled<Label>,
}

impl Receipt {
    /// How many different labels that only taxis' forms have together were found.
    fn telling(&self) -> usize {
        let mut labels: Vec<Label> = Vec::new();
        for mark in self.form.marks.iter().filter(|m| m.label.tells()) {
            if !labels.contains(&mark.label) {
                labels.push(mark.label);
            }
        }
        labels.len()
    }

    /// Where the meter prints: from above its first label on, below code and number.
    fn part(&self) -> Rect {
        let marks = &self.form.marks;
        let imprint = marks.iter().filter(|m| m.label == Label::Imprint).map(|m| m.area.bottom).fold(f32::MIN, f32::max);
        let first = marks.iter().filter(|m| m.label.tells() || m.label == Label::Day);
        let top = first.map(|m| m.area.top - 1.5 * m.area.height()).fold(f32::MAX, f32::min);
        Rect { left: f32::MIN, top: top.max(imprint), right: f32::MAX, bottom: f32::MAX }
    }

    /// The company: beside its label, or below it where the form gives it a line of its own.
    fn read_unit(&self, details: &mut Details) {
        let mut pieces = self.form.beside(Label::Unit);
        if pieces.is_empty() {
            pieces = self.form.below(Label::Unit, 1.6);
            pieces.truncate(1);
        }
        let name: String = pieces.iter().map(Piece::compact).collect();
        if name.chars().filter(|c| is_chinese(*c)).count() >= 3 {
            self.form.put(details, "seller", &name, &pieces);
        }
    }

    fn value<'a>(&self, pairs: &'a Pairing, label: Label) -> impl Iterator<Item = &'a Piece> {
        let at: Vec<usize> = self.form.marks.iter().enumerate().filter(|(_, m)| m.label == label).map(|(at, _)| at).collect();
        pairs.pairs.iter().filter(move |(mark, _)| at.contains(mark)).map(|(_, piece)| piece)
    }

    fn take(&self, pairs: &Pairing, label: Label, key: &str, details: &mut Details, shape: impl Fn(&str) -> Option<String>) {
        let found = self.value(pairs, label).find_map(|piece| Some((shape(&piece.compact())?, piece)));
        if let Some((value, piece)) = found {
            self.form.put(details, key, &value, std::slice::from_ref(piece));
        }
    }

    fn read_ride(&self, pairs: &Pairing, details: &mut Details) {
        let day = |text: &str| stamped::day(text).or_else(|| stamped::mended_day(text));
        let minutes = |text: &str| stamped::clock(text).and_then(|t| t.get(..5).map(str::to_owned));
        self.take(pairs, Label::Plate, "license_plate", details, stamped::plate);
        self.take(pairs, Label::Day, "date", details, day);
        self.take(pairs, Label::GetOn, "time_geton", details, minutes);
        self.take(pairs, Label::GetOff, "time_getoff", details, minutes);
        self.take(pairs, Label::Times, "time_geton", details, |text| stamped::span_of_time(text).map(|t| t.0));
        self.take(pairs, Label::Times, "time_getoff", details, |text| stamped::span_of_time(text).map(|t| t.1));
        self.take(pairs, Label::Mileage, "mileage", details, stamped::distance);
    }

    fn money(&self, pairs: &Pairing, label: Label) -> Option<(Decimal, Vec<Piece>)> {
        let is_ride = matches!(label, Label::Fare | Label::Total);
        let most = self.most(pairs).filter(|_| is_ride);
        // what a file says is so, however it came to be
        let optical = self.form.sheet.source == Source::Ocr;
        let can_be = |amount: &Decimal| !optical || is_counted(*amount) && most.is_none_or(|most| *amount <= most);
        let fits = |text: &str, amount: &Decimal| can_be(amount) && if is_ride { is_fare(*amount) } else { is_fee(text) };
        let amount = |text: &str| stamped::money(text).or_else(|| stamped::whole_money(text)).filter(|amount| fits(text, amount));
        self.value(pairs, label).find_map(|piece| Some((amount(&piece.compact())?, vec![piece.clone()])))
    }

    /// More than a ride costs, by its way and the price of a kilometre: what is paid for the start and for waiting is far less than [`BESIDES`], and going
    /// back empty or at night costs less than double.
    fn most(&self, pairs: &Pairing) -> Option<Decimal> {
        let price = self.value(pairs, Label::Price).find_map(|piece| stamped::money(&piece.compact()))?;
        let way = self.value(pairs, Label::Mileage).find_map(|piece| amount::parse(&stamped::distance(&piece.compact())?))?;
        (price * Decimal::TWO).checked_mul(way)?.checked_add(BESIDES)
    }

    /// Whether price and hours bear out a way without a point. Meters print tenths of a kilometre, so most such ways lost it: the ride must have cost what the way costs
    /// beyond what the start pays for, in a time in which it can be driven. A way of three figures is borne out by both or by none.
    fn is_borne_out(&self, pairs: &Pairing, details: &Details) -> bool {
        let text = details.text("mileage");
        let Some(way) = amount::parse(text).filter(|_| !text.contains('.')) else { return true };
        let price = self.value(pairs, Label::Price).find_map(|piece| stamped::money(&piece.compact()));
        let paid = ["fare", "total"].iter().find_map(|key| amount::parse(details.text(key)));
        let costs = price.zip(paid).map(|(price, paid)| price.checked_mul(way - STARTED).is_some_and(|least| least <= paid));
        let minutes = |key: &str| {
            let (hour, minute) = details.text(key).split_once(':')?;
            Some(hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?)
        };
        let taken = minutes("time_geton").zip(minutes("time_getoff")).map(|(on, off)| (off - on).rem_euclid(24 * 60));
        let driven = taken.map(|taken| way <= Decimal::from(taken * FASTEST));
        let known = [costs, driven].into_iter().flatten();
        if text.len() >= 3 { costs == Some(true) && driven == Some(true) } else { known.into_iter().all(|bears| bears) }
    }

    /// What is collected besides the ride. A meter prints all amounts alike: where the ride's bears a ¥ and this one none, its first digit
    /// may be the ¥, and what is left of the print is seldom read well: only nothing counts. Nothing is what most fees are, and dots of a 0 read like a 9:
    /// another fee counts only where each of its digits is sure.
    fn fee(&self, pairs: &Pairing, label: Label) -> Option<(Decimal, Vec<Piece>)> {
        let is_signed = |pieces: &[Piece]| pieces.iter().any(|piece| piece.compact().contains('¥'));
        if self.form.sheet.source != Source::Ocr {
            return self.money(pairs, label);
        }
        let rides = [Label::Fare, Label::Total].into_iter().find_map(|label| self.money(pairs, label));
        let signed = rides.is_some_and(|(_, pieces)| is_signed(&pieces));
        let is_sure = |pieces: &[Piece]| {
            let mut digits = pieces.iter().flat_map(|piece| &piece.glyphs).filter(|glyph| glyph.ch.is_ascii_digit());
            digits.all(|glyph| glyph.confidence > SURE)
        };
        self.money(pairs, label).filter(|(amount, pieces)| amount.is_zero() || is_sure(pieces) && (!signed || is_signed(pieces)))
    }

    fn read_money(&self, pairs: &Pairing, details: &mut Details) {
        let fare = self.money(pairs, Label::Fare);
        let surcharge = self.fee(pairs, Label::Surcharge);
        let call = self.fee(pairs, Label::Call);
        let sum = self.money(pairs, Label::Total);
        for (key, amount) in [("fare", &fare), ("surcharge", &surcharge), ("total", &sum)] {
            if let Some((value, pieces)) = amount {
                self.form.put(details, key, &stamped::cents(*value), pieces);
            }
        }
        let Some((value, pieces)) = fare.filter(|_| sum.is_none()) else { return };
        let extra: Decimal = [(Label::Surcharge, surcharge), (Label::Call, call)]
            .into_iter()
            .filter(|(label, _)| self.apart(*label))
            .filter_map(|(_, amount)| amount.map(|(value, _)| value))
            .sum();
        if let Some(total) = value.checked_add(extra) {
            self.form.put(details, "total", &stamped::cents(total), &pieces);
        }
    }

    /// Gives units back to the values that they stand behind: 公里 is a label on some forms, and the unit of `12.3公里` and `2.40元/公里` on others.
    fn release_units(&mut self) {
        let sheet = &mut self.form.sheet;
        self.form.marks.retain(|mark| {
            let before = |at: &At| sheet.spans.get(at.span).and_then(|span| span.glyphs.get(at.glyph.checked_sub(1)?));
            let is_unit = mark.label == Label::Mileage
                && mark.at.first().and_then(before).is_some_and(|glyph| {
                    // behind a label it is what is left of a distance that was printed over that
                    glyph.ch.is_ascii_digit() || glyph.ch == '/' || glyph.label && !mark.colon
                });
            if is_unit {
                mark.release(sheet);
            }
            !is_unit
        });
    }

    /// Whether a piece is what is left of a distance that was printed over another label, which hides how it begins: `燃油附加费0公里`.
    fn is_rest(&self, piece: &Piece) -> bool {
        let before = || {
            let (span, first) = (self.form.sheet.spans.get(piece.span)?, piece.glyphs.first()?);
            let at = span.glyphs.iter().position(|g| g.left == first.left)?.checked_sub(1)?;
            self.form.marks.iter().find(|m| m.at.last().is_some_and(|last| last.span == piece.span && last.glyph == at && !m.colon))
        };
        stamped::has_distance_unit(&piece.compact()) && before().is_some_and(|mark| mark.label != Label::Mileage)
    }

    /// Whether a fee is collected besides what stands at 金额: its label says 另收.
    fn apart(&self, label: Label) -> bool {
        self.form
            .first(label)
            .is_some_and(|mark| mark.at.first().is_some_and(|at| self.form.sheet.spans[at.span].glyphs[at.glyph].ch == '另'))
    }

    /// What no label led to but only one thing can be: the one day, the one distance with its unit, the plate, two times in their order.
    fn read_unlabelled(&self, pairs: &Pairing, part: &Rect, details: &mut Details) {
        let free: Vec<Piece> = meter::values(&self.form.sheet, part)
            .into_iter()
            .filter(|p| !pairs.pairs.iter().any(|(_, used)| used == p) && !self.is_rest(p))
            .collect();
        let mut only = |key: &str, shape: &dyn Fn(&str) -> Option<String>| {
            let mut found = free.iter().filter_map(|p| Some((shape(&p.compact())?, p)));
            if let (Some((value, piece)), None) = (found.next(), found.next()) {
                self.form.put(details, key, &value, std::slice::from_ref(piece));
            }
        };
        only("date", &|text| stamped::day(text).filter(|_| text.contains(['年', '月', '-', '/'])));
        only("mileage", &|text| stamped::distance(text).filter(|_| stamped::has_distance_unit(text)));
        only("license_plate", &stamped::plate);
        if details.has("time_geton") || details.has("time_getoff") {
            return;
        }
        let mut times = free.iter().filter_map(|p| Some((date::time(&p.compact()).filter(|t| t.len() == 5)?, p)));
        if let (Some(on), Some(off), None) = (times.next(), times.next(), times.next()) {
            self.form.put(details, "time_geton", &on.0, std::slice::from_ref(on.1));
            self.form.put(details, "time_getoff", &off.0, std::slice::from_ref(off.1));
        }
    }

    /// Province and city that the receipt belongs to: the city of the title, else of the code, else of the company.
    fn read_place(&self, details: &mut Details) {
        let named = region::of_text(details.text("title"));
        let Some(region) = named.or_else(|| region::of_code(details.text("code"))).or_else(|| region::of_text(details.text("seller")))
        else {
            return;
        };
        let others = [region::of_code(details.text("code")), region::of_text(details.text("seller"))];
        let region = others.into_iter().fold(region, Region::or_city_of);
        let place = match region.city {
            Some(city) if city != region.province => format!("{}{city}", region.province),
            _ => region.province.to_owned(),
        };
        self.form.put_printed(details, "place", &place, None);
    }
}

#[cfg(test)]
mod tests;
