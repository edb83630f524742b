//! 火车票 on paper: the blue magnetic ticket and the red soft one, 85.6 × 54 mm (reference/forms.md, Transport). Nothing on it has a label but the gate; all is told by
//! its shape and its place against the line of the day of travel, which every ticket has: stations with the train's number between them above it, the carriage and
//! the seat beside it, price, marks and class in the line below it, then terms, the passenger, and the serial number with the place of sale at the foot.

mod faint;
pub(super) mod parts;

use document::page::Rect;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;

use super::signs::{Sign, Words, sign};
use super::{FormReading, rail, stamped};
use crate::layout::Sheet;
use crate::layout::gather::{Piece, lines};

/// What tells the ticket: its terms and its greetings, and, as these may be unread, the words that every ticket has.
pub(crate) const SIGNS: &[Sign] = &[
    sign("限乘当日当次车", 1.0),
    sign("当日当次车", 0.6),
    sign("中国铁路祝您旅途愉快", 1.0),
    sign("买票请到12306", 1.0),
    sign("95306", 0.6),
    sign("12306", 0.4),
    sign("检票", 0.4),
    sign("候车", 0.3),
    sign("始发改签", 0.5),
    sign("等座", 0.4),
    sign("硬座", 0.4),
    sign("硬卧", 0.4),
    sign("软卧", 0.4),
    sign("无座", 0.3),
    sign("站", 0.3),
    sign("开", 0.3),
    sign("车", 0.2),
    sign("元", 0.1),
    sign("电子客票", -1.0),
    sign("汽车", -1.0),
    sign("客运", -0.8),
    sign("上车", -0.5),
    sign("船", -0.8),
];

/// Where the rest of the ticket lies against the line of the day (`2018年04月19日10:51开`), in lengths of that line: as wide as the ticket is, and no further.
const LEFT: f32 = 0.35;
const RIGHT: f32 = 2.15;
const ABOVE: f32 = 0.55;
const BELOW: f32 = 1.05;
/// How far above that line the stations stand, and how far below it the price.
const STATIONS: f32 = 0.19;
const PRICE: f32 = 0.11;

/// Reads the ticket, or tells that it is none.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    let sheet = &unsealed(sheet);
    let pieces = sheet.gather(&super::imprint::EVERYWHERE, 2.0);
    let departure = pieces.iter().filter_map(|p| Some((departure(&p.compact())?, p.clone()))).next();
    let (said, line) = match departure {
        Some((said, line)) => (Some(said), whole(line)),
        None => (None, stood(&pieces)?),
    };
    let length = line.area.width();
    let middle = line.middle();
    let area = Rect {
        left: line.area.left - LEFT * length,
        right: line.area.left + RIGHT * length,
        top: middle - ABOVE * length,
        bottom: middle + BELOW * length,
    };
    let own: Vec<Piece> = pieces.iter().filter(|p| area.holds(p.area.center())).cloned().collect();
    let ticket = Ticket { sheet, line: line.clone(), pieces: own };
    let mut details = Details::new();
    if let Some((day, time)) = &said {
        ticket.put(&mut details, "date", day, &line);
        ticket.put(&mut details, "time", time.as_deref().unwrap_or_default(), &line);
    }
    // a day and a time stand on many papers: between two stations, or with a class of seats, it is a ticket; without them it takes both
    let stations = ticket.read_stations(&mut details);
    ticket.read_seat(&mut details);
    // where its terms are read, one station or the train will do, or the train without the day
    let told = || {
        let printed = Words::of(sheet);
        let terms = ["限乘当日当次车", "买票请到12306"].iter().any(|word| printed.has(word));
        terms && ["station_geton", "station_getoff", "train_number"].iter().any(|key| details.has(key))
    };
    let enough = if said.is_some() {
        stations || details.has("seat") || told()
    } else {
        details.has("train_number") && (details.has("seat") || told())
    };
    if !enough {
        return None;
    }
    ticket.read_price(&mut details);
    ticket.read_marks(&mut details);
    ticket.read_passenger(&mut details);
    ticket.read_numbers(&mut details);
    ticket.read_gate(&mut details);
    let extent = ticket.pieces.iter().map(|p| p.area).reduce(|a, b| a.union(&b)).unwrap_or(line.area);
    let faint = ticket.faint(&details);
    Some(FormReading { faint, ..FormReading::new(Kind::Train, details, extent) })
}

/// The sheet with the ticket's own print where it takes the colour of a stamp that lies over it: a stamp says nothing of these shapes.
fn unsealed(sheet: &Sheet) -> Sheet {
    let mut sheet = sheet.clone();
    for span in sheet.spans.iter_mut().filter(|s| s.seal) {
        let text = span.compact();
        let numbered = parts::identity(&text).is_some() || parts::serial(&text).is_some() || departure(&text).is_some();
        let priced = text.starts_with('¥') && parts::price(&text).is_some();
        let placed = parts::seat(&text).0.is_some() || parts::class(&text).is_some() || parts::terms(&text).is_some();
        span.seal = !(numbered || priced || placed || text.ends_with('站') && parts::is_station(&text));
    }
    sheet
}

/// Day and time of the line that every ticket has: it ends with 开, or a time stands behind the day, which a stamp may cut off.
fn departure(text: &str) -> Option<(String, Option<String>)> {
    let (before, after) = text.rsplit_once('日').or_else(|| text.rsplit_once('月'))?;
    let day = stamped::day(text).or_else(|| stamped::mended_day(&format!("{before}日")))?;
    let time: String = after.chars().take_while(|c| *c != '开').collect();
    let cut = time.len() < 5 && time.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':');
    let time = stamped::clock(&time).filter(|t| t.len() == 5);
    (time.is_some() || cut || text.ends_with('开')).then_some((day, time))
}

/// The line of the day as long as it is printed, where its end is under a stamp.
fn whole(mut line: Piece) -> Piece {
    /// `2018年04月19日10:51开` in widths of a digit.
    const WIDTHS: usize = 21;
    let text = line.compact();
    let widths: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    if !text.contains('开') && (1..WIDTHS).contains(&widths) {
        line.area.right = line.area.left + line.area.width() * WIDTHS as f32 / widths as f32;
    }
    line
}

/// Where the line of the day must stand when it is hardly printed: between the train's number, which has a station on each side, and the price below
/// the left one, whose beginning is that of the line. One station tells as much where its name ends as stations' names do.
fn stood(pieces: &[Piece]) -> Option<Piece> {
    let trains =
        pieces.iter().filter(|p| parts::train(&p.compact()).is_some_and(|number| number.starts_with(|c: char| c.is_ascii_uppercase())));
    trains.filter_map(|train| between(pieces, train)).next()
}

fn between(pieces: &[Piece], train: &Piece) -> Option<Piece> {
    let name = |p: &&Piece| {
        let text = p.compact();
        let level = (p.middle() - train.middle()).abs() < 0.8 * p.area.height().max(train.area.height());
        level && text.chars().count() > 1 && parts::is_station(&text)
    };
    let gap = 2.0 * train.area.width();
    let left = pieces.iter().filter(name).find(|p| p.area.right < train.area.center().x && train.area.left - p.area.right < gap);
    let right = pieces.iter().filter(name).find(|p| p.area.left > train.area.center().x && p.area.left - train.area.right < gap);
    let station = left.or(right)?;
    let height = station.area.height();
    let ends = |p: &Piece| {
        let gap = p.area.left - station.area.right;
        p.compact() == "站" && (-0.5 * height..height).contains(&gap) && (p.middle() - station.middle()).abs() < height
    };
    let lone = left.is_none() || right.is_none();
    if lone && !station.compact().ends_with('站') && !pieces.iter().any(ends) {
        return None;
    }
    let price = pieces.iter().find(|p| {
        let (text, down) = (p.compact(), p.middle() - train.middle());
        let below = left.map_or(p.area.right < train.area.left, |left| (p.area.left - left.area.left).abs() < 1.5 * height);
        (1.2 * height..4.0 * height).contains(&down) && below && parts::price(&text).is_some()
    })?;
    let down = price.middle() - train.middle();
    let (length, middle) = (down / (PRICE + STATIONS), train.middle() + down * STATIONS / (PRICE + STATIONS));
    let half = price.area.height() / 2.0;
    let area = Rect { left: price.area.left, right: price.area.left + length, top: middle - half, bottom: middle + half };
    Some(Piece { glyphs: Vec::new(), area, span: price.span })
}

/// The ticket on its sheet.
struct Ticket<'a> {
    sheet: &'a Sheet,
    /// The line of the day.
    line: Piece,
    /// What lies on the ticket.
    pieces: Vec<Piece>,
}

impl Ticket<'_> {
    fn put(&self, details: &mut Details, key: &str, value: &str, piece: &Piece) {
        if !details.has(key) && !value.is_empty() {
            details.set(key, self.sheet.field(value, std::slice::from_ref(piece)));
        }
    }

    /// How far below the line of the day a piece stands, in lengths of that line.
    fn down(&self, piece: &Piece) -> f32 {
        (piece.middle() - self.line.middle()) / self.line.area.width()
    }

    /// How far right of the beginning of the line of the day the middle of a piece stands.
    fn across(&self, piece: &Piece) -> f32 {
        (piece.area.center().x - self.line.area.left) / self.line.area.width()
    }

    /// The stations left and right of the train's number, each over its spelling.
    fn read_stations(&self, details: &mut Details) -> bool {
        let band: Vec<&Piece> = self.pieces.iter().filter(|p| (-0.4..-0.06).contains(&self.down(p))).collect();
        let train = band.iter().filter_map(|p| Some((parts::train(&p.compact())?, *p))).min_by(|a, b| {
            let off = |p: &Piece| (self.across(p) - 0.95).abs();
            off(a.1).total_cmp(&off(b.1))
        });
        let middle = match &train {
            Some((number, piece)) => {
                self.put(details, "train_number", number, piece);
                self.across(piece)
            }
            None => 0.95,
        };
        for (station, spelling, left) in
            [("station_geton", "phonics_of_departure_station", true), ("station_getoff", "phonics_of_destination_station", false)]
        {
            let side: Vec<&Piece> = band
                .iter()
                .copied()
                .filter(|p| (self.across(p) < middle) == left && train.as_ref().is_none_or(|(_, t)| *p != *t))
                .collect();
            let named: Vec<&Piece> = side.iter().copied().filter(|p| parts::is_station(&p.compact())).collect();
            // the name is the largest print; 站 may stand apart behind it
            let Some(tallest) = named.iter().max_by(|a, b| a.area.height().total_cmp(&b.area.height())) else { continue };
            let level = |p: &&&Piece| (p.middle() - tallest.middle()).abs() < 0.6 * tallest.area.height();
            let mut row: Vec<&Piece> = named.iter().filter(level).copied().collect();
            row.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
            let whole: String = row.iter().map(|p| p.compact()).collect();
            let name = parts::name_of(row.iter().copied());
            let spelt = side.iter().find(|p| p.middle() > tallest.middle() && rail::is_spelling(&p.text()));
            // the spelling stands under the middle of the name with its 站: a name whose own middle is elsewhere was not read to its end
            let extent = row.iter().map(|p| p.area).reduce(|a, b| a.union(&b)).unwrap_or(tallest.area);
            let letter = extent.width() / whole.chars().count().max(1) as f32;
            let cut = !whole.contains('站') && spelt.is_some_and(|s| s.area.center().x - extent.center().x > 0.6 * letter);
            // letters of a stamp beside it, or letters of its own under the stamp
            let count = spelt.filter(|s| parts::is_pinyin(&s.text())).and_then(|s| parts::syllables(&s.text()));
            let optical = self.sheet.source == Source::Ocr;
            let name = name.and_then(|name| if optical { parts::unstamped(name, count) } else { Some(name) });
            let spelt_so = |name: &String| {
                let letters = name.chars().count();
                spelt.and_then(|s| parts::syllables(&s.text())).is_none_or(|(least, most)| (least..=most).contains(&letters))
            };
            if let Some(name) = name.filter(|name| !cut && !details.has(station) && (!optical || spelt_so(name))) {
                let pieces: Vec<Piece> = row.into_iter().cloned().collect();
                details.set(station, self.sheet.field(&name, &pieces));
            }
            if let Some(piece) = spelt.filter(|piece| parts::is_pinyin(&piece.text())) {
                self.put(details, spelling, &piece.compact(), piece);
            }
        }
        details.has("station_geton") && details.has("station_getoff") && details.has("train_number")
    }

    /// Carriage and seat beside the day, the class of seats below them.
    fn read_seat(&self, details: &mut Details) {
        for piece in self.pieces.iter().filter(|p| (-0.12..0.32).contains(&self.down(p)) && self.across(p) > 0.6) {
            let text = piece.compact();
            // what the day ran into
            let text = text.rsplit_once('开').map_or(text.as_str(), |(_, rest)| rest);
            // letters of a stamp that run into it
            let stamp = |at: &usize| *at > 0 && text[..*at].chars().all(|c| !c.is_ascii() && !matches!(c, '加' | '车'));
            let printed = text.find(|c: char| c.is_ascii_digit()).filter(stamp).map_or(text, |at| &text[at..]);
            let (seat, rest) = parts::seat(printed);
            let rest = if seat.is_some() { rest } else { text };
            if let Some(seat) = seat {
                self.put(details, "seat_number", &seat, piece);
            }
            if let Some(class) = parts::class(rest).or_else(|| parts::class_behind(rest)) {
                self.put(details, "seat", &class, piece);
            }
        }
    }

    /// The price, left in the line below the day.
    fn read_price(&self, details: &mut Details) {
        let below = self.pieces.iter().filter(|p| (0.03..0.35).contains(&self.down(p)));
        let found = below.filter_map(|p| Some((parts::price(&p.compact())?, p)));
        if let Some((price, piece)) = found.min_by(|a, b| self.down(a.1).total_cmp(&self.down(b.1))) {
            self.put(details, "total", &stamped::cents(price), piece);
        }
    }

    /// The marks of the sale between price and class (网, 折, 学, 孩 …), and what the lines below say of it.
    fn read_marks(&self, details: &mut Details) {
        let below = || self.pieces.iter().filter(|p| (0.03..0.62).contains(&self.down(p)));
        let mut said: Vec<String> = Vec::new();
        for piece in below() {
            let text = piece.compact();
            if let Some(mark) = parts::marks(&text) {
                said.push(mark);
            } else if let Some((terms, business)) = parts::terms(&text) {
                said.push(terms.to_owned());
                if let Some(business) = business {
                    self.put(details, "type_of_business", business, piece);
                }
                if text.contains("退差") || text.contains("退票") {
                    self.put(details, "refund_content", &text, piece);
                }
            }
        }
        if !said.is_empty() {
            details.set("ticket_content", Field { value: said.join(","), ..self.sheet.field("", std::slice::from_ref(&self.line)) });
        }
    }

    /// The identity number, its middle hidden by stars, and the name behind it.
    fn read_passenger(&self, details: &mut Details) {
        let band: Vec<Piece> = self.pieces.iter().filter(|p| (0.22..0.66).contains(&self.down(p))).cloned().collect();
        for line in lines(band) {
            let Some(at) = line.iter().position(|p| parts::identity(&p.compact()).is_some()) else { continue };
            let (id, rest) = parts::identity(&line[at].compact()).unwrap_or_default();
            self.put(details, "user_id", &id, &line[at]);
            if parts::is_name(&rest) {
                self.put(details, "name", &rest, &line[at]);
            } else if let Some(next) = line.get(at + 1).filter(|p| rest.is_empty() && parts::is_name(&p.compact())) {
                self.put(details, "name", &next.compact(), next);
            }
            return;
        }
    }

    /// The red number at the top left, the serial number at the foot, which ends with it, and the place of sale behind that.
    fn read_numbers(&self, details: &mut Details) {
        let foot = self.pieces.iter().filter(|p| self.down(p) > 0.5);
        let serial = foot.filter_map(|p| Some((parts::serial(&p.compact())?, p))).max_by(|a, b| a.1.middle().total_cmp(&b.1.middle()));
        let level = |p: &&Piece| serial.as_ref().is_some_and(|(_, s)| (p.middle() - s.middle()).abs() < 0.8 * s.area.height());
        let beside = || self.pieces.iter().filter(level);
        if let Some(((number, rest), piece)) = &serial {
            self.put(details, "serial_number", number, piece);
            if let Some(place) = parts::sold(rest) {
                self.put(details, "pick_up_address", &place, piece);
            }
        }
        let at_foot = |p: &&Piece| self.down(p) > 0.5 && self.across(p) > 0.4;
        let place = beside().chain(self.pieces.iter().filter(at_foot)).find_map(|p| Some((parts::sold(&p.compact())?, p)));
        if let Some((place, piece)) = place {
            self.put(details, "pick_up_address", &place, piece);
            // 售 at the foot is the sale itself, where no other business is marked
            if !details.has("type_of_business") {
                details.set("type_of_business", Field::new("售", Source::Derived));
            }
        }
        let tail = serial.as_ref().map(|((number, _), _)| number.as_str());
        let top = self.pieces.iter().filter(|p| self.down(p) < -0.2 && self.across(p) < 0.75);
        let number = top.filter_map(|p| Some((parts::number(&p.compact(), tail)?, p))).min_by(|a, b| a.1.middle().total_cmp(&b.1.middle()));
        if let Some((number, piece)) = number {
            self.put(details, "number", &number, piece);
        }
    }

    /// 检票 or 候车, at the top right.
    fn read_gate(&self, details: &mut Details) {
        for piece in self.pieces.iter().filter(|p| self.down(p) < -0.1) {
            let text = piece.compact();
            let gate = ["检票口", "检票", "候车室", "候车"]
                .iter()
                .find_map(|word| Some(text.split_once(word)?.1.trim_start_matches([':', '口', '：'])));
            if let Some(gate) = gate.filter(|gate| !gate.is_empty()) {
                self.put(details, "gate_number", gate, piece);
            }
        }
    }
}

#[cfg(test)]
mod tests;
