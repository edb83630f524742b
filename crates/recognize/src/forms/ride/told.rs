//! Columns whose head was not read (white on dark, stamped over), told by what stands in them: hours, mileages with one decimal, amounts with two, towns,
//! and the two places, which stand before the figures in the order of the ride.

use document::page::Rect;
use invoice::amount;

use super::moment::{is_part, moment};
use super::settle::CARS;
use super::table::{FOOT, sort};
use crate::layout::gather::{Piece, lines};
use crate::layout::table::Column;
use crate::layout::{Sheet, median};

/// The share of the rows that must have a cell in a column that is told by its cells.
const SHARE: f32 = 0.4;
/// A piece stands below a head where they share so much of the narrower of the two.
const REACH: f32 = 0.3;
/// The longest name of a town, its own word 市 included.
const TOWN: usize = 7;
/// The longest name of a kind of car.
const CAR: usize = 6;

/// What a piece of text in the table's body looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// An hour, with or without its day.
    Clock,
    /// A day or a weekday by itself.
    Day,
    Amount,
    Mileage,
    Whole,
    Words,
}

impl Look {
    fn of(text: &str) -> Look {
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let number = amount::parse(&bare).is_some();
        let decimals = bare.split_once('.').map_or(0, |(_, rest)| rest.chars().take_while(char::is_ascii_digit).count());
        match decimals {
            _ if bare.contains(':') && moment(&bare).is_some() => Look::Clock,
            _ if !number && is_part(&bare) => Look::Day,
            2 if number => Look::Amount,
            1 if number => Look::Mileage,
            0 if number => Look::Whole,
            _ => Look::Words,
        }
    }
}

/// Pieces that stand below each other.
struct Stack<'a> {
    pieces: Vec<&'a Piece>,
}

impl Stack<'_> {
    fn middle(&self) -> f32 {
        let area = self.head(0.0, 0.0);
        (area.left + area.right) / 2.0
    }

    /// A head as wide as most of the pieces, at this height.
    fn head(&self, top: f32, bottom: f32) -> Rect {
        let most = |side: fn(&Rect) -> f32| median(self.pieces.iter().map(|p| side(&p.area))).unwrap_or_default();
        Rect { left: most(|a| a.left), top, right: most(|a| a.right), bottom }
    }

    /// Whether most of the pieces are like this.
    fn mostly(&self, like: impl Fn(&str) -> bool) -> bool {
        2 * self.pieces.iter().filter(|p| like(&p.compact())).count() > self.pieces.len()
    }

    /// How many lines it has a piece in.
    fn rows(&self) -> usize {
        let mut at: Vec<f32> = self.pieces.iter().map(|p| p.middle()).collect();
        at.sort_by(f32::total_cmp);
        let height = self.pieces.iter().map(|p| p.area.height()).fold(f32::MAX, f32::min);
        at.chunk_by(|a, b| b - a < 0.5 * height).count()
    }
}

/// Adds the columns that no head tells. `floor` is where the heads end, `parted` parts a run of text into cells.
pub(super) fn complete(sheet: &Sheet, columns: &mut Vec<Column>, floor: f32, parted: fn(Piece) -> Vec<Piece>) {
    let below = Rect { left: f32::MIN, top: floor, right: f32::MAX, bottom: f32::MAX };
    let found = lines(sheet.gather(&below, 0.9).into_iter().flat_map(parted).collect());
    let looks = |line: &[Piece]| line.iter().map(|p| Look::of(&p.text())).collect::<Vec<_>>();
    let tells = |line: &Vec<Piece>| looks(line).iter().any(|look| matches!(look, Look::Clock | Look::Amount));
    let Some(first) = found.iter().position(tells) else { return };
    let ends = |line: &Vec<Piece>| {
        let text: String = line.iter().map(Piece::compact).collect();
        FOOT.iter().any(|word| text.starts_with(word))
    };
    let end = found.iter().skip(first).position(ends).map_or(found.len(), |at| first + at);
    let body = &found[..end];
    let Some(last) = body.iter().rposition(tells) else { return };
    // a cell of the last row may wrap once or twice
    let body = &body[..(last + 3).min(body.len())];
    // an hour that stands below its day is on another line than the amount of its ride
    let holding = |look: Look| body.iter().filter(|line| looks(line).contains(&look)).count();
    let count = holding(Look::Clock).max(holding(Look::Amount));
    let pieces: Vec<(&Piece, Look)> = body.iter().flatten().map(|p| (p, Look::of(&p.text()))).collect();
    let mut table = Table { columns, pieces, need: ((count as f32 * SHARE).ceil() as usize).max(count.min(2)), floor };
    table.hours();
    table.figures();
    table.words();
}

struct Table<'a> {
    columns: &'a mut Vec<Column>,
    pieces: Vec<(&'a Piece, Look)>,
    /// The least rows that a column has a cell in.
    need: usize,
    floor: f32,
}

impl<'a> Table<'a> {
    fn has(&self, key: &str) -> bool {
        self.columns.iter().any(|c| c.key == key)
    }

    fn at(&self, key: &str) -> Option<f32> {
        self.columns.iter().find(|c| c.key == key).map(|c| c.head.center().x)
    }

    /// The stacks of these pieces that stand below no head, from left to right.
    fn stacks(&self, looks: &[Look]) -> Vec<Stack<'a>> {
        // a cell may reach a little under the head of the column beside it
        let headed = |p: &Piece| {
            let shared = |head: &Rect| head.right.min(p.area.right) - head.left.max(p.area.left);
            self.columns.iter().any(|c| shared(&c.head) > REACH * p.area.width().min(c.head.width()))
        };
        let free: Vec<&'a Piece> = self.pieces.iter().filter(|(p, look)| looks.contains(look) && !headed(p)).map(|(p, _)| *p).collect();
        let over = |a: &Piece, b: &Piece| {
            let shared = a.area.right.min(b.area.right) - a.area.left.max(b.area.left);
            shared > 0.4 * a.area.width().min(b.area.width())
        };
        // two cells that were read as one piece join no columns
        let level = |a: &Piece, b: &Piece| (a.middle() - b.middle()).abs() < 0.5 * a.area.height().min(b.area.height());
        let bridges = |p: &Piece| {
            let under: Vec<&&Piece> = free.iter().filter(|o| over(p, o)).collect();
            under.iter().any(|a| under.iter().any(|b| level(a, b) && a.area.right < b.area.left))
        };
        let mut stacks: Vec<Stack<'a>> = Vec::new();
        for piece in free.iter().copied().filter(|p| !bridges(p)) {
            let (joined, mut rest): (Vec<Stack<'a>>, Vec<Stack<'a>>) =
                stacks.into_iter().partition(|stack| stack.pieces.iter().any(|p| over(p, piece)));
            let mut pieces: Vec<&'a Piece> = joined.into_iter().flat_map(|stack| stack.pieces).collect();
            pieces.push(piece);
            rest.push(Stack { pieces });
            stacks = rest;
        }
        stacks.retain(|stack| stack.rows() >= self.need);
        stacks.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
        stacks
    }

    fn add(&mut self, key: &'static str, stack: &Stack<'_>) {
        let heads = self.columns.iter().map(|c| (c.head.top, c.head.bottom)).next();
        let (top, bottom) = heads.unwrap_or((self.floor, self.floor));
        self.columns.push(Column { key, sort: sort(key), head: stack.head(top, bottom), walls: None });
    }

    /// One column of hours is that of getting on; of three the first is that of the order, the last that of getting off.
    fn hours(&mut self) {
        const KEYS: [&str; 3] = ["time_order", "time_geton", "time_getoff"];
        let stacks = self.stacks(&[Look::Clock]);
        let mut known: Vec<(f32, Option<&Stack<'_>>)> = stacks.iter().map(|s| (s.middle(), Some(s))).collect();
        known.extend(KEYS.iter().filter_map(|key| Some((self.at(key)?, None))));
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        let keys: &[&'static str] = match (known.len(), known.first(), known.get(1)) {
            (3, _, _) => &KEYS,
            (1, _, _) => &KEYS[1..2],
            (2, Some(a), Some(b)) => {
                let key = |x: f32| KEYS.iter().position(|key| self.at(key) == Some(x));
                match (a.1.is_none().then(|| key(a.0)).flatten(), b.1.is_none().then(|| key(b.0)).flatten()) {
                    (Some(0), _) | (_, Some(1)) => &KEYS[..2],
                    (Some(1), _) | (_, Some(2)) => &KEYS[1..],
                    _ => return,
                }
            }
            _ => return,
        };
        let told: Vec<(&'static str, &Stack<'_>)> =
            keys.iter().zip(&known).filter_map(|(key, (_, stack))| Some((*key, (*stack)?))).collect();
        for (key, stack) in told {
            if !self.has(key) {
                self.add(key, stack);
            }
        }
    }

    fn figures(&mut self) {
        if !self.has("total")
            && let Some(stack) = self.stacks(&[Look::Amount]).last()
        {
            self.add("total", stack);
        }
        let Some(total) = self.at("total") else { return };
        if !self.has("mileage")
            && let [stack] = &self.stacks(&[Look::Mileage])[..]
            && stack.middle() < total
        {
            self.add("mileage", stack);
        }
    }

    fn words(&mut self) {
        let figures = [self.at("mileage"), self.at("total")].into_iter().flatten().fold(f32::MAX, f32::min);
        let Some(hours) = self.at("time_geton") else { return };
        if !self.has("city") {
            let is_town = |text: &str| (2..=TOWN).contains(&text.chars().count()) && text.ends_with(['市', '州', '盟', '县']);
            let towns: Vec<Stack<'a>> =
                self.stacks(&[Look::Words]).into_iter().filter(|stack| stack.middle() < figures && stack.mostly(is_town)).collect();
            if let [stack] = &towns[..] {
                self.add("city", stack);
            }
        }
        let from = [Some(hours), self.at("city"), self.at("time_getoff"), self.at("car_type").filter(|x| *x > hours)];
        let from = from.into_iter().flatten().fold(f32::MIN, f32::max);
        let is_place = |text: &str| text.chars().count() >= 3;
        let within = |stack: &Stack<'_>| stack.middle() > from && stack.middle() < figures && stack.mostly(is_place);
        let places: Vec<Stack<'a>> = self.stacks(&[Look::Words]).into_iter().filter(within).collect();
        match (self.at("station_geton"), self.at("station_getoff"), &places[..]) {
            (None, None, [on, off]) => {
                self.add("station_geton", on);
                self.add("station_getoff", off);
            }
            (Some(x), None, [off]) if off.middle() > x => self.add("station_getoff", off),
            (None, Some(x), [on]) if on.middle() < x => self.add("station_geton", on),
            _ => {}
        }
        let Some(first) = self.at("station_geton") else { return };
        if !self.has("car_type") {
            let producer = self.at("producer");
            // beside the column of those who drive, which holds short words too, kinds of cars are told by their names
            let is_car = |text: &str| (1..=CAR).contains(&text.chars().count()) && (producer.is_none() || CARS.contains(&text));
            let cars: Vec<Stack<'a>> =
                self.stacks(&[Look::Words]).into_iter().filter(|stack| stack.middle() < first && stack.mostly(is_car)).collect();
            if let [stack] = &cars[..] {
                self.add("car_type", stack);
            }
        }
    }
}
