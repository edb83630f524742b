//! 航空运输电子客票行程单: the air itinerary, on paper and as 数电票 (reference forms.md, 数电票 and 航空行程单). Three tables with heads above their
//! values (the passenger, the flights, the prices), all else beside labels. A flight's row runs from one station to the next: each
//! 自 begins anew, and where 至 follows 至 the station before is where the flight begins. Rows marked VOID are none.

mod cells;
mod levied;
mod look;
mod pairs;
mod paper;
mod prices;
mod station;
mod unheaded;

use document::page::Rect;
use indexmap::IndexMap;
use invoice::details::{Details, Field, Row, Source};
use invoice::kind::Kind;
use invoice::{amount, date};

use self::station::{legs, stop};
use self::unheaded::{footed, unheaded};
use super::FormReading;
use super::beside::beside;
use crate::closer::Faint;
use crate::layout::gather::{Piece, join, lines};
use crate::layout::label::{Mark, Spelling, find};
use crate::layout::rows::{rows, singly};
use crate::layout::table::{Column, Sort, assign, set_walls};
use crate::layout::{Sheet, is_chinese};
use crate::overprint::Overprint;

/// What a label heads or leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    /// The title, with 电子发票 before its brackets or without.
    Title { whole: bool },
    /// A value to its right.
    Beside(&'static str),
    /// A column of the passenger's row.
    Passenger(&'static str),
    /// A column of the flights.
    Flight(&'static str),
    /// A column of the prices.
    Price(&'static str),
}

const TITLE: &str = "电子发票（航空运输电子客票行程单）";
const SHORT_TITLE: &str = "航空运输电子客票行程单";
const fn beside_of(key: &'static str, text: &'static str) -> Spelling<Label> {
    Spelling { label: Label::Beside(key), text }
}
const fn flight(key: &'static str, text: &'static str) -> Spelling<Label> {
    Spelling { label: Label::Flight(key), text }
}
const fn price(key: &'static str, text: &'static str) -> Spelling<Label> {
    Spelling { label: Label::Price(key), text }
}
/// The fields of a flight besides its stations.
const FLIGHT: &[&str] = &[
    "carrier",
    "flight_number",
    "seat",
    "class_name",
    "date",
    "time",
    "fare_basis",
    "not_valid_before",
    "not_valid_after",
    "allow",
    "flight_segment",
];
const SPELLINGS: &[Spelling<Label>] = &[
    Spelling { label: Label::Title { whole: true }, text: "电子发票(航空运输电子客票行程单)" },
    Spelling { label: Label::Title { whole: false }, text: SHORT_TITLE },
    beside_of("issuing_status", "开具状态"),
    beside_of("issuing_status", "开票状态"),
    beside_of("international_flag", "国内国际标识"),
    beside_of("international_flag", "国内国际标志"),
    beside_of("number_of_gp_order", "GP单号"),
    beside_of("electronic_number", "发票号码"),
    beside_of("print_number", "印刷序号"),
    beside_of("number", "电子客票号码"),
    beside_of("check_code", "验证码"),
    beside_of("prompt_information", "提示信息"),
    beside_of("insurance", "保险费"),
    beside_of("agentcode", "销售网点代号"),
    beside_of("agentcode", "销售单位代号"),
    beside_of("issue_by", "填开单位"),
    beside_of("date", "填开日期"),
    beside_of("buyer", "购买方名称"),
    beside_of("buyer_tax_id", "统一社会信用代码/纳税人识别号"),
    beside_of("buyer_tax_id", "统一社会信用代码"),
    beside_of("buyer_tax_id", "纳税人识别号"),
    Spelling { label: Label::Passenger("user_name"), text: "旅客姓名" },
    Spelling { label: Label::Passenger("user_id"), text: "有效身份证件号码" },
    Spelling { label: Label::Passenger("endorsement"), text: "签注" },
    flight("carrier", "承运人"),
    flight("flight_number", "航班号"),
    flight("seat", "座位等级"),
    flight("class_name", "舱位等级"),
    flight("date", "日期"),
    flight("time", "时间"),
    flight("fare_basis", "客票级别/客票类别"),
    flight("fare_basis", "客票级别"),
    flight("fare_basis", "客票类别"),
    flight("not_valid_before", "客票生效日期"),
    flight("not_valid_after", "有效截止日期"),
    flight("not_valid_after", "客票有效截止日期"),
    flight("allow", "免费行李"),
    flight("flight_segment", "航段序号"),
    price("fare", "票价"),
    price("fuel_surcharge", "燃油附加费"),
    // 增值税税率 and 增值税税额: so long, one would pass for the other misread
    price("tax_rate", "税率"),
    price("tax", "税额"),
    price("caac_development_fund", "民航发展基金"),
    price("caac_development_fund", "机场建设费"),
    price("other_taxes", "其他税费"),
    price("total", "合计"),
];

/// Reads the itinerary, or tells that it is none.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    let mut sheet = sheet.clone();
    let mut marks = Vec::new();
    if sheet.source == Source::Ocr {
        let found = singly(&sheet);
        marks = find(&mut sheet, &found, SPELLINGS);
    }
    let found = rows(&sheet);
    marks.extend(find(&mut sheet, &found, SPELLINGS));
    marks.sort_by(|a, b| a.area.top.total_cmp(&b.area.top).then(a.area.left.total_cmp(&b.area.left)));
    let found = if sheet.source == Source::Ocr { singly(&sheet) } else { found };
    paper::take_english(&mut sheet, &found, &mut marks);
    if let Some(moved) = paper::registration(&sheet, &marks) {
        paper::move_back(&mut sheet, &marks, moved);
    }
    let itinerary = Itinerary::lay(sheet, marks)?;
    let mut details = Details::new();
    itinerary.read_labelled(&mut details);
    itinerary.read_passenger(&mut details);
    let (faint, over) = itinerary.read_flights(&mut details);
    let blanks = itinerary.read_prices(&mut details).into_iter().collect();
    if !itinerary.electronic {
        look::fill(&itinerary.sheet, &mut details, (bottom(&itinerary.flights), top(&itinerary.prices)));
    }
    if itinerary.electronic {
        for key in ["electronic_mark", "voucher_mark"] {
            details.set(key, Field::new("1", Source::Derived));
        }
    }
    let heading = itinerary.heading().filter(|_| !details.has("title"));
    Some(FormReading { faint, over, blanks, heading, ..FormReading::new(Kind::Air, details, itinerary.extent()) })
}

/// The form on its sheet: labels found, the heads of its tables laid.
#[derive(Debug)]
struct Itinerary {
    sheet: Sheet,
    /// A 数电票, not the form on paper.
    electronic: bool,
    /// Labels, those of a table only where its heads stand.
    marks: Vec<Mark<Label>>,
    passenger: Vec<Column>,
    flights: Vec<Column>,
    prices: Vec<Column>,
}

impl Itinerary {
    /// `None` when it is no itinerary: its title must stand above its tables, or the heads of all three tables must be there, or those of two and its foot.
    /// The number of a 数电票 or 电子发票 in the title tells it from the form on paper.
    fn lay(mut sheet: Sheet, marks: Vec<Mark<Label>>) -> Option<Itinerary> {
        let passenger = heads(&marks, |l| if let Label::Passenger(key) = l { Some(key) } else { None });
        let flights = heads(&marks, |l| if let Label::Flight(key) = l { Some(key) } else { None });
        let prices = heads(&marks, |l| if let Label::Price(key) = l { Some(key) } else { None });
        let missing = flights.len() < 3 || prices.len() < 3 || bottom(&flights) > top(&prices);
        let (flights, prices) = if missing { unheaded(&sheet, &marks, flights)? } else { (flights, prices) };
        let title = marks.iter().find(|m| matches!(m.label, Label::Title { .. }) && m.area.bottom < top(&flights));
        let numbered = marks.iter().any(|m| m.label == Label::Beside("electronic_number") && m.area.bottom < top(&flights));
        let electronic = title.is_some_and(|t| t.label == Label::Title { whole: true }) || numbered;
        if title.is_none() && passenger.len() < 2 && !footed(&marks) {
            return None;
        }
        let (mut prices, mut marks) = (prices, marks);
        if !electronic {
            // on paper the other taxes are the only ones
            prices.iter_mut().filter(|c| c.key == "other_taxes").for_each(|c| c.key = "tax");
            marks.iter_mut().filter(|m| m.label == Label::Price("other_taxes")).for_each(|m| m.label = Label::Price("tax"));
        }
        // words of a table's heads elsewhere (航班时间 in a remark) are text
        let kept = |m: &Mark<Label>| match m.label {
            Label::Title { .. } | Label::Beside(_) => true,
            Label::Passenger(_) => passenger.iter().any(|c| c.head == m.area),
            Label::Flight(_) => flights.iter().any(|c| c.head == m.area),
            Label::Price(_) => prices.iter().any(|c| c.head == m.area),
        };
        let (marks, strays): (Vec<_>, Vec<_>) = marks.into_iter().partition(kept);
        for stray in &strays {
            let spans = sheet.spans.iter_mut().filter(|s| s.area.top <= stray.area.bottom && s.area.bottom >= stray.area.top);
            for glyph in spans.flat_map(|s| &mut s.glyphs).filter(|g| g.left >= stray.area.left && g.right <= stray.area.right) {
                glyph.label = false;
            }
        }
        Some(Itinerary { sheet, electronic, marks, passenger, flights, prices })
    }

    fn put(&self, details: &mut Details, key: &str, value: &str, pieces: &[Piece]) {
        if !details.has(key) && !value.is_empty() {
            details.set(key, self.sheet.field(value, pieces));
        }
    }

    fn read_labelled(&self, details: &mut Details) {
        let titles = self.marks.iter().filter_map(|m| if let Label::Title { whole } = m.label { Some((m.area, whole)) } else { None });
        for (area, whole) in titles.filter(|(area, _)| area.bottom < top(&self.flights)).take(1) {
            let mut field = self.sheet.field(if whole { TITLE } else { SHORT_TITLE }, &[]);
            field.area = Some(self.sheet.pixels(&area));
            details.set("title", field);
        }
        let optical = self.sheet.source == Source::Ocr;
        self.read_unlabelled(details);
        for mark in &self.marks {
            let Label::Beside(key) = mark.label else { continue };
            let mut pieces =
                if self.electronic { beside(&self.sheet, &self.marks, mark) } else { paper::beside(&self.sheet, &self.marks, mark) };
            if matches!(key, "international_flag" | "issuing_status") {
                pieces.truncate(1); // the seal stands beside them
            }
            let text = join(pieces.clone(), " ");
            let text = text.trim_start_matches([':', ' ']);
            let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let value = match key {
                "date" => date::find(text).map(date::text).unwrap_or_default(),
                // the check code that stands behind the ticket's number
                "number" if ticket_and_check(&bare, optical).is_some() => {
                    let (ticket, check) = ticket_and_check(&bare, optical).unwrap_or_default();
                    self.put(details, "check_code", &check, &pieces);
                    ticket
                }
                "electronic_number" | "number" | "print_number" => {
                    let digits: String = bare.chars().filter(|c| *c != '-').take_while(char::is_ascii_digit).collect();
                    if optical && key == "number" && !paper::is_ticket(&digits) { String::new() } else { digits }
                }
                // what is read behind the company is the next label, misread
                "issue_by" if optical && !self.electronic => {
                    let end = pieces.iter().position(|p| p.compact().ends_with("公司")).map_or(pieces.len(), |at| at + 1);
                    pieces[..end].iter().map(Piece::text).collect::<Vec<_>>().join(" ")
                }
                "agentcode" if optical && !self.electronic => paper::agent(&pieces).unwrap_or_default(),
                // what is read behind them is the next label, misread
                "agentcode" if optical => {
                    bare.trim_start_matches(':').chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-')).collect()
                }
                // the agent's code and its number
                "agentcode" => {
                    join(pieces.clone(), ",").split_whitespace().collect::<Vec<_>>().join(",").trim_start_matches([':', ',']).to_owned()
                }
                "check_code" if !self.electronic => {
                    bare.chars().rev().take_while(char::is_ascii_digit).collect::<Vec<_>>().into_iter().rev().collect()
                }
                // what is read behind it is the next label, misread
                "check_code" if optical => bare.chars().take_while(char::is_ascii_digit).collect(),
                "check_code" | "number_of_gp_order" | "buyer_tax_id" | "international_flag" | "issuing_status" => bare,
                "insurance" if bare.contains("XXX") && !self.electronic || optical && paper::is_uninsured(&bare.to_ascii_uppercase()) => {
                    "XXX".to_owned()
                }
                // what is left of the mark
                "insurance" if optical && bare.chars().all(|c| c == 'X') => String::new(),
                "insurance" => money(&bare).unwrap_or(bare),
                _ => text.to_owned(),
            };
            self.put(details, key, &value, &pieces);
            if key == "electronic_number" {
                self.put(details, "receipt_number", &value, &pieces);
            }
        }
        // a numbered itinerary has one title, over which 监制章 lies
        if optical && self.electronic && details.text("electronic_number").len() == 20 && !details.has("title") {
            details.set("title", Field::new(TITLE, Source::Derived));
        }
    }

    /// What is known by its look where a label was misread on paper: the ticket's number, the only one of thirteen digits, with its check code to the right.
    fn read_unlabelled(&self, details: &mut Details) {
        let labelled = |key: &'static str| self.marks.iter().any(|m| m.label == Label::Beside(key));
        if self.electronic || self.sheet.source != Source::Ocr {
            return;
        }
        let all = self.sheet.gather(&Rect { left: f32::MIN, top: bottom(&self.flights), right: f32::MAX, bottom: f32::MAX }, 2.0);
        let digits = |p: &Piece| p.compact().chars().filter(|c| *c != '-').collect::<String>();
        let numbers = |long: usize| {
            let fits = move |p: &&Piece| digits(p).len() == long && digits(p).bytes().all(|b| b.is_ascii_digit());
            all.iter().filter(fits).collect::<Vec<&Piece>>()
        };
        let [ticket] = numbers(13)[..] else { return };
        if !labelled("number") {
            self.put(details, "number", &digits(ticket), std::slice::from_ref(ticket));
        }
        let beside = |p: &&Piece| p.area.left > ticket.area.right && (p.middle() - ticket.middle()).abs() < 0.6 * ticket.area.height();
        if !labelled("check_code")
            && let [check] = numbers(4).into_iter().filter(beside).collect::<Vec<_>>()[..]
        {
            self.put(details, "check_code", &digits(check), std::slice::from_ref(check));
        }
        let mut marks = all.iter().filter(|p| paper::is_uninsured(&p.compact()));
        if !labelled("insurance")
            && let (Some(mark), None) = (marks.next(), marks.next())
        {
            self.put(details, "insurance", "XXX", std::slice::from_ref(mark));
        }
    }

    /// What stands below heads, down to `end`, by column.
    fn below(&self, heads: &[Column], end: f32) -> (Vec<Column>, Vec<Vec<Piece>>) {
        let mut columns = heads.to_vec();
        let left = columns.iter().map(|c| c.head.left).fold(f32::MAX, f32::min);
        let right = columns.iter().map(|c| c.head.right).fold(f32::MIN, f32::max);
        let start = bottom(heads);
        set_walls(&self.sheet, &mut columns, &Rect { left, top: start, right, bottom: end });
        let edge = columns.first().map_or(f32::MIN, |c| c.walls.map_or(f32::MIN, |w| w.0));
        let part = Rect { left: edge, top: start, right: f32::MAX, bottom: end };
        (columns, lines(self.sheet.gather(&part, 2.0)))
    }

    fn read_passenger(&self, details: &mut Details) {
        let (columns, found) = self.below(&self.passenger, top(&self.flights));
        let mut cells: Vec<Vec<Piece>> = vec![Vec::new(); columns.len()];
        for line in found {
            for (to, piece) in assign(&line, &columns).into_iter().zip(line) {
                cells[to].push(piece);
            }
        }
        if self.sheet.source == Source::Ocr {
            self.place_by_id(&columns, &mut cells, details);
        }
        for (column, pieces) in columns.iter().zip(cells) {
            let between = if column.key == "user_id" { "" } else { " " };
            let value = join(pieces.clone(), between);
            // a seal has no part in the number
            let value = if column.key == "user_id" && self.sheet.source == Source::Ocr {
                value.split(is_chinese).max_by_key(|part| part.len()).unwrap_or_default().to_owned()
            } else {
                value
            };
            // what stands below heads that were not read; the look of each tells it
            if column.key == "user_name" && self.sheet.source == Source::Ocr && value.contains(|c: char| c.is_ascii_digit()) {
                continue;
            }
            self.put(details, column.key, value.trim(), &pieces);
        }
    }

    /// Name, id and endorsements follow each other: what stands in the id's cell before it and behind it, when their own heads were not read,
    /// is the one and the other.
    fn place_by_id(&self, columns: &[Column], cells: &mut [Vec<Piece>], details: &mut Details) {
        let Some(at) = columns.iter().position(|c| c.key == "user_id") else { return };
        let is_id = |p: &Piece| {
            let text = p.compact();
            text.len() >= 6 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'*') && text.bytes().any(|b| b.is_ascii_digit())
        };
        // a resident's number is one, whatever head it stands below
        let resident = |p: &Piece| p.glyphs.len() == 18 && is_id(p);
        if !cells[at].iter().any(is_id)
            && let Some((cell, place)) = cells.iter().enumerate().find_map(|(i, cell)| Some((i, cell.iter().position(resident)?)))
        {
            let number = cells[cell].remove(place);
            cells[at].push(number);
        }
        let Some(middle) = cells[at].iter().position(is_id) else { return };
        if !self.electronic {
            // all of the passenger's is stamped on one line or two; what stands lower are heads of the flights
            let (y, height) = (cells[at][middle].middle(), cells[at][middle].area.height());
            let own = |p: &Piece| p.middle() < y + 1.5 * height;
            for (column, cell) in columns.iter().zip(cells.iter_mut()) {
                cell.retain(|p| column.key != "endorsement" || own(p));
            }
        }
        let Some(middle) = cells[at].iter().position(is_id) else { return };
        let mut behind = cells[at].split_off(middle);
        let before = std::mem::replace(&mut cells[at], vec![behind.remove(0)]);
        for (key, pieces) in [("user_name", before), ("endorsement", behind)] {
            match columns.iter().position(|c| c.key == key) {
                // its own cell has its value
                Some(own) if !cells[own].is_empty() => {}
                Some(own) => cells[own] = pieces,
                None => self.put(details, key, join(pieces.clone(), " ").trim(), &pieces),
            }
        }
    }

    /// Reads the flights. Returns the lines that are worth a closer look, and the cells that touch the form's lines.
    fn read_flights(&self, details: &mut Details) -> (Vec<Faint>, Overprint) {
        let (columns, _) = self.below(&self.flights, top(&self.prices));
        let (start, end) = (bottom(&self.flights), top(&self.prices));
        // stations stand left of the first column
        let edge = columns.first().map_or(0.0, |c| c.walls.map_or(c.head.left - height(&self.flights), |w| w.0));
        let optical = self.sheet.source == Source::Ocr;
        let (stops, table): (Vec<Vec<Piece>>, Vec<Vec<Piece>>) = if optical {
            let all = lines(self.sheet.gather(&Rect { left: f32::MIN, top: start, right: f32::MAX, bottom: end }, 2.0));
            let (mut stations, mut table) = (Vec::new(), Vec::new());
            for line in all {
                let mut line: Vec<Piece> = line.into_iter().flat_map(cells::apart).collect();
                table.extend(line.split_off(cells::stations(&line, edge)));
                stations.extend(line);
            }
            // flights stand half way between the lines of their stations
            (lines(stations), lines(table))
        } else {
            let table = lines(self.sheet.gather(&Rect { left: edge, top: start, right: f32::MAX, bottom: end }, 2.0));
            let table = table.into_iter().map(|line| line.into_iter().flat_map(cells::apart).collect()).collect();
            (lines(self.sheet.gather(&Rect { left: f32::MIN, top: start, right: edge, bottom: end }, 4.0)), table)
        };
        let cells: Vec<(&'static str, Piece)> = table
            .into_iter()
            .flat_map(|line| {
                let keys = if optical {
                    cells::keys(&line, &columns)
                } else {
                    assign(&line, &columns).into_iter().map(|to| columns.get(to).map(|c| c.key)).collect()
                };
                keys.into_iter().zip(line).filter_map(|(key, piece)| Some((key?, piece))).collect::<Vec<_>>()
            })
            .filter(|(_, piece)| !paper::is_void(&piece.compact(), optical))
            .collect();
        // a flight's line is where its number or its day stands
        let mut anchors: Vec<f32> = cells
            .iter()
            .filter(|(key, piece)| match *key {
                "flight_number" => is_flight(&piece.compact()),
                "date" => date::find(&piece.text()).is_some() || paper::day(&piece.compact()).is_some(),
                _ => false,
            })
            .map(|(_, piece)| piece.middle())
            .collect();
        anchors.sort_by(f32::total_cmp);
        let line = height(&self.flights);
        anchors.dedup_by(|a, b| (*a - *b).abs() < 0.8 * line);
        let stamped = optical && !self.electronic;
        let led: Vec<_> = stops.iter().filter_map(|line| stop(line.clone(), optical)).collect();
        let found = if self.electronic || !optical && led.len() > 1 {
            flights_of(legs(led), &anchors, optical)
        } else {
            pairs::pair(&paper::stops(stops), &anchors, line)
        };
        let mut flights: Vec<Row> = Vec::new();
        let (mut faint, mut over) = (Vec::new(), Vec::new());
        for pairs::Flight { from, to, at: anchor } in found {
            let own = |piece: &Piece| {
                let nearest = anchors.iter().copied().min_by(|a, b| (a - piece.middle()).abs().total_cmp(&(b - piece.middle()).abs()));
                // on paper each flight is one line of stamped print
                let reach = if stamped { 0.8 * piece.area.height() } else { 2.2 * line };
                nearest == anchor && anchor.is_some_and(|y| (y - piece.middle()).abs() < reach)
            };
            let mut row: Row = IndexMap::new();
            for (key, stop) in [("from", from), ("to", to)].into_iter().filter_map(|(key, stop)| Some((key, stop?))) {
                if !optical || stop.is_place() {
                    row.insert(key.to_owned(), self.sheet.field(&stop.name, &stop.pieces));
                }
            }
            for key in FLIGHT {
                let pieces: Vec<Piece> =
                    cells.iter().filter(|(to, piece)| to == key && own(piece)).map(|(_, piece)| piece.clone()).collect();
                let mut text = join(pieces.clone(), "");
                if stamped && *key == "seat" {
                    // a ruled line beside it reads as a bracket
                    text.retain(|c| !"[]|()".contains(c));
                }
                // the cabin's cell holds one capital; a J is read as a corner or a hook
                let cabin = (optical && *key == "seat").then(|| look::letter(&text)).flatten();
                let text = cabin.unwrap_or(text);
                let fitting = |text: &str| cell(key, text).filter(|value| !stamped || look::fits(key, value));
                // a misread English head may stand as near as the value
                let alone = || {
                    let mut fit = pieces.iter().filter_map(|p| Some((fitting(&p.compact())?, vec![p.clone()])));
                    fit.next().filter(|_| stamped && pieces.len() > 1 && fit.next().is_none())
                };
                if let Some((value, pieces)) = fitting(&text).map(|value| (value, pieces.clone())).or_else(alone) {
                    row.insert((*key).to_owned(), self.sheet.field(&value, &pieces));
                }
            }
            if stamped {
                cells::part_cabin(&mut row);
                let of = |key: &str| cells.iter().find(|(to, piece)| *to == key && own(piece)).map(|(_, piece)| piece);
                over.extend(look::cabin(&row, of, flights.len()));
                faint.extend(self.faint_flight(&row, of, edge));
            }
            if !row.is_empty() {
                flights.push(row);
            }
        }
        if !flights.is_empty() {
            *details.rows_mut("flights") = flights;
        }
        let values = cells.iter().filter(|(key, _)| matches!(*key, "flight_number" | "date" | "time")).map(|(_, piece)| piece.area);
        let form = self.marks.iter().filter(|m| matches!(m.label, Label::Flight(_))).map(|m| m.area);
        (faint, Overprint { form: form.collect(), values: values.collect(), cells: over })
    }

    /// The line of a flight from its airline over its number to its day, as far as the airline or the letter of the cabin was not read: a letter by itself is too
    /// small for the detector, and both stand on ruled lines.
    fn faint_flight<'a>(&self, row: &Row, of: impl Fn(&str) -> Option<&'a Piece>, edge: f32) -> Option<Faint> {
        let (number, day) = (of("flight_number")?, of("date")?);
        let room = number.area.height().min(day.area.height());
        let airline = !row.contains_key("carrier") && number.area.left - edge > room;
        let cabin = !row.contains_key("seat") && day.area.left - number.area.right > room;
        let fits: fn(&str) -> bool = match (airline, cabin) {
            (true, true) => |text| cells::has_airline(text) || cells::has_cabin(text),
            (true, false) => cells::has_airline,
            (false, true) => cells::has_cabin,
            (false, false) => return None,
        };
        // what was read as one with them is read again with them
        let end = |piece: &Piece| self.sheet.spans.get(piece.span).map_or(piece.area.right, |span| span.area.right);
        let left = if airline { edge } else { number.area.left };
        let right = if cabin { end(day) } else { end(number) };
        Some(Faint { area: self.sheet.stood(Rect { left, right, ..number.area.union(&day.area) }), fits })
    }

    /// Where the title of the form on paper must stand: over the middle of its tables.
    fn heading(&self) -> Option<Rect> {
        let (area, heads) = (self.extent(), if self.passenger.is_empty() { &self.flights } else { &self.passenger });
        let band = Rect {
            left: area.left + area.width() / 4.0,
            top: self.sheet.area.top,
            right: area.right - area.width() / 4.0,
            bottom: top(heads),
        };
        (self.sheet.source == Source::Ocr && !self.electronic).then(|| self.sheet.stood(band))
    }

    fn extent(&self) -> Rect {
        self.sheet.spans.iter().map(|s| s.area).reduce(|a, b| a.union(&b)).unwrap_or(self.sheet.area)
    }
}

/// The flights of the digital form between their stations, each with the height of its line.
fn flights_of(legs: Vec<station::Leg>, anchors: &[f32], optical: bool) -> Vec<pairs::Flight> {
    // a flight of which a station was not read is one nevertheless
    if legs.is_empty() && optical {
        return anchors.iter().map(|y| pairs::Flight { from: None, to: None, at: Some(*y) }).collect();
    }
    let all = anchors.len() == legs.len();
    let at = |i: usize, leg: &station::Leg| if all { anchors.get(i).copied() } else { anchors.iter().copied().find(|y| leg.holds(*y)) };
    let flight = |(i, leg): (usize, station::Leg)| pairs::Flight { at: at(i, &leg), from: Some(leg.from), to: Some(leg.to) };
    legs.into_iter().enumerate().map(flight).collect()
}

/// The columns whose heads stand in one row: the row with most of them.
fn heads(marks: &[Mark<Label>], key: impl Fn(Label) -> Option<&'static str>) -> Vec<Column> {
    let all: Vec<(&'static str, Rect)> = marks.iter().filter_map(|m| Some((key(m.label)?, m.area))).collect();
    let row = |around: &Rect| -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        // heads of two lines reach above and below the others
        for (key, head) in all.iter().filter(|(_, a)| (a.center().y - around.center().y).abs() < 1.2 * around.height().min(a.height())) {
            match columns.iter_mut().find(|c| c.key == *key) {
                Some(column) if column.head.left < head.right && head.left < column.head.right => column.head = column.head.union(head),
                Some(_) => {}
                None => columns.push(Column { key, sort: sort(key), head: *head, walls: None }),
            }
        }
        columns.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
        columns
    };
    all.iter().map(|(_, area)| row(area)).max_by_key(Vec::len).unwrap_or_default()
}

fn sort(key: &str) -> Sort {
    match key {
        "fare" | "fuel_surcharge" | "tax" | "caac_development_fund" | "other_taxes" | "total" => Sort::Money,
        "tax_rate" => Sort::Rate,
        _ => Sort::Code,
    }
}

fn top(columns: &[Column]) -> f32 {
    columns.iter().map(|c| c.head.top).fold(f32::MAX, f32::min)
}

fn bottom(columns: &[Column]) -> f32 {
    columns.iter().map(|c| c.head.bottom).fold(f32::MIN, f32::max)
}

/// The lower edge of the labels of a sort.
fn bottom_of(marks: &[Mark<Label>], of: impl Fn(Label) -> bool) -> Option<f32> {
    marks.iter().filter(|m| of(m.label)).map(|m| m.area.bottom).reduce(f32::max)
}

fn height(columns: &[Column]) -> f32 {
    columns.iter().map(|c| c.head.height()).fold(f32::MAX, f32::min)
}

/// The number of a ticket (13 digits) and the check code (4) that were read as one.
fn ticket_and_check(text: &str, optical: bool) -> Option<(String, String)> {
    let text: String =
        if optical { text.chars().filter(|c| *c != '-').take_while(char::is_ascii_digit).collect() } else { text.to_owned() };
    let digits = text.len() == 17 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| (text[..13].to_owned(), text[13..].to_owned()))
}

/// An amount with or without the code of a currency or a tax before it.
fn money(text: &str) -> Option<String> {
    amount::parse(text.trim_start_matches(|c: char| c.is_ascii_uppercase())).map(amount::plain)
}

/// Two letters or a letter and a digit for the airline, and its number: CZ8866, 3U8633, MU5137A.
fn is_flight(text: &str) -> bool {
    let Some((airline, number)) = text.split_at_checked(2) else { return false };
    let letters = airline.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) && airline.bytes().any(|b| b.is_ascii_uppercase());
    let digits = number.strip_suffix(|c: char| c.is_ascii_uppercase()).unwrap_or(number);
    letters && (3..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The value of a flight's cell, or `None` when it holds none of its kind.
fn cell(key: &str, text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    match key {
        "date" | "not_valid_before" | "not_valid_after" => date::find(&bare).map(date::text).or_else(|| paper::day(&bare)),
        "time" => date::time(&bare).or_else(|| paper::time(&bare)),
        _ => Some(bare).filter(|b| !b.is_empty() && b != "VOID"),
    }
}

#[cfg(test)]
mod tests;
