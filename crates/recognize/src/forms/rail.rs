//! 铁路电子客票: the railway's electronic ticket, a sale or a refund (reference forms.md, 数电票). Numbers, prices and parties are
//! printed beside labels; the journey is told by its place and its shape: stations left and right of the train's number, each over
//! its spelling, below them day, time, seat and class, then the passenger's identity number with the name beside it.

use document::page::Rect;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use invoice::{amount, date, rate};

use super::FormReading;
use super::beside::beside;
use super::signs::{Sign, sign};
use super::train::parts;
use crate::layout::gather::{Piece, join};
use crate::layout::label::{Mark, Spelling, find};
use crate::layout::rows::rows;
use crate::layout::{Sheet, is_chinese};

/// What tells the form; its foot is that of paper tickets.
pub(super) const SIGNS: &[Sign] = &[
    sign("铁路电子客票", 2.0),
    sign("电子客票号", 1.0),
    sign("买票请到12306", 0.0),
    sign("发货请到95306", 0.0),
    sign("中国铁路祝您旅途愉快", 0.0),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    /// The title with 电子发票 before it.
    Title,
    /// The bracketed part of the title alone.
    ShortTitle,
    Number,
    Issued,
    Fare,
    RefundFee,
    Net,
    Rate,
    Tax,
    Ticket,
    Original,
    Buyer,
    BuyerTaxId,
    /// What can be read of the tax id's label where the end of a long name is printed over its beginning.
    CutTaxId,
}

const TITLE: &str = "电子发票（铁路电子客票）";
const SPELLINGS: &[Spelling<Label>] = &[
    Spelling { label: Label::Title, text: "电子发票(铁路电子客票)" },
    Spelling { label: Label::ShortTitle, text: "铁路电子客票" },
    Spelling { label: Label::Number, text: "发票号码" },
    Spelling { label: Label::Issued, text: "开票日期" },
    Spelling { label: Label::Fare, text: "票价" },
    Spelling { label: Label::RefundFee, text: "退票费" },
    Spelling { label: Label::Net, text: "金额" },
    Spelling { label: Label::Rate, text: "税率" },
    Spelling { label: Label::Tax, text: "税额" },
    Spelling { label: Label::Ticket, text: "电子客票号" },
    Spelling { label: Label::Ticket, text: "电子客票号码" },
    Spelling { label: Label::Buyer, text: "购买方名称" },
    Spelling { label: Label::BuyerTaxId, text: "统一社会信用代码" },
    Spelling { label: Label::BuyerTaxId, text: "统一社会信用代码/纳税人识别号" },
    Spelling { label: Label::CutTaxId, text: "信用代码" },
];
/// What is printed on a ticket that is not a plain sale, and the business that it tells (the seed's 退 售 改签 退差).
const BUSINESS: &[(&str, &str)] = &[("退票", "退"), ("退差", "退差"), ("始发改签", "改签"), ("改签", "改签"), ("变更到站", "改签")];

/// Reads the ticket, or tells that it is none.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    let mut sheet = sheet.clone();
    let found = rows(&sheet);
    let marks = find(&mut sheet, &found, SPELLINGS);
    let ticket = Ticket { marks: settle(marks, &mut sheet), sheet };
    if !ticket.is_one() {
        return None;
    }
    let mut details = Details::new();
    ticket.read_labelled(&mut details);
    ticket.read_prices(&mut details);
    ticket.read_stations(&mut details);
    ticket.read_journey(&mut details);
    ticket.read_passenger(&mut details);
    ticket.read_business(&mut details);
    for key in ["electronic_mark", "voucher_mark"] {
        details.set(key, Field::new("1", Source::Derived));
    }
    Some(FormReading::new(Kind::Train, details, ticket.extent()))
}

/// The form on its sheet, labels found.
#[derive(Debug)]
struct Ticket {
    sheet: Sheet,
    marks: Vec<Mark<Label>>,
}

impl Ticket {
    fn first(&self, label: Label) -> Option<&Mark<Label>> {
        self.marks.iter().find(|m| m.label == label)
    }

    /// The title stands above the price; a title that was drawn and not written is replaced by the labels that this form alone has.
    fn is_one(&self) -> bool {
        let Some(price) = self.first(Label::Fare).or_else(|| self.first(Label::RefundFee)) else { return false };
        let number = self.first(Label::Number);
        let heads = |title: &Mark<Label>| title.area.bottom < price.area.top && number.is_none_or(|n| title.area.top < n.area.bottom);
        let titled = [Label::Title, Label::ShortTitle].into_iter().filter_map(|l| self.first(l)).any(heads);
        let ticket = self.first(Label::Ticket).is_some();
        (titled && (ticket || number.is_some())) || (ticket && number.is_some())
    }

    fn put(&self, details: &mut Details, key: &str, value: &str, piece: &Piece) {
        if !details.has(key) && !value.is_empty() {
            details.set(key, self.sheet.field(value, std::slice::from_ref(piece)));
        }
    }

    fn beside(&self, label: Label) -> Vec<Piece> {
        self.first(label).map(|mark| beside(&self.sheet, &self.marks, mark)).unwrap_or_default()
    }

    fn read_labelled(&self, details: &mut Details) {
        let title = self.first(Label::Title).map(|m| (m, TITLE));
        if let Some((mark, title)) = title.or_else(|| self.first(Label::ShortTitle).map(|m| (m, "铁路电子客票"))) {
            let mut field = self.sheet.field(title, &[]);
            field.area = Some(self.sheet.pixels(&mark.area));
            details.set("title", field.clone());
            details.set("type_of_voucher", field);
        }
        for (label, keys) in [
            (Label::Number, &["number", "electronic_number"][..]),
            (Label::Original, &["number_of_original_invoice"]),
            (Label::Ticket, &["serial_number"]),
            (Label::BuyerTaxId, &["buyer_tax_id"]),
            (Label::CutTaxId, &["buyer_tax_id"]),
        ] {
            let pieces = self.beside(label);
            let Some(piece) = pieces.first() else { continue };
            let text: String = piece.compact().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '*').collect();
            let digits = text.len() == 20 && text.bytes().all(|b| b.is_ascii_digit());
            if digits || matches!(label, Label::Ticket | Label::BuyerTaxId | Label::CutTaxId) {
                for key in keys {
                    self.put(details, key, &text, piece);
                }
            }
        }
        let pieces = self.beside(Label::Issued);
        if let (Some(day), Some(piece)) = (date::find(&join(pieces.clone(), "")), pieces.first()) {
            self.put(details, "date_of_issue", &day.to_string(), piece);
        }
        let buyer = self.beside(Label::Buyer);
        // a name that runs into the label beside it cannot be read to its end
        let optical = self.sheet.source == Source::Ocr;
        let open = |p: &Piece| optical && p.compact().matches('(').count() > p.compact().matches(')').count();
        let over = |p: &Piece, mark: &Mark<Label>| p.area.right > mark.area.left - 0.5 * mark.area.height();
        let cut = |p: &&Piece| open(p) || self.first(Label::CutTaxId).is_some_and(|mark| over(p, mark));
        if let Some(piece) = buyer.first().filter(|piece| !cut(piece)) {
            details.set("buyer", self.sheet.field(piece.text().trim_start_matches([':', ' ']), std::slice::from_ref(piece)));
        }
    }

    fn read_prices(&self, details: &mut Details) {
        for (label, key) in [(Label::Fare, "total"), (Label::RefundFee, "total"), (Label::Net, "pretax_amount"), (Label::Tax, "tax")] {
            let pieces = self.beside(label);
            let text: String = pieces.iter().map(Piece::compact).collect();
            // the class of the seat may follow the price without a gap
            let number: String = text.trim_start_matches([':', '¥']).chars().take_while(|c| "0123456789.,-".contains(*c)).collect();
            if let (Some(value), Some(piece)) = (amount::parse(&number), pieces.first()) {
                self.put(details, key, &amount::plain(value), piece);
            }
        }
        let pieces = self.beside(Label::Rate);
        if let Some(piece) = pieces.first().filter(|p| p.compact().ends_with('%')) {
            self.put(details, "tax_rate", &rate::text(&piece.compact()), piece);
        }
    }

    /// Where the journey is printed: below the number and the day of issue, above the ticket's number and the buyer.
    fn body(&self) -> Rect {
        let head = [Label::Number, Label::Issued, Label::Title, Label::ShortTitle];
        let foot = [Label::Ticket, Label::Buyer, Label::BuyerTaxId, Label::CutTaxId];
        let top = self.marks.iter().filter(|m| head.contains(&m.label)).map(|m| m.area.bottom).fold(f32::MIN, f32::max);
        let below = self.marks.iter().filter(|m| foot.contains(&m.label) && m.area.top > top);
        let bottom = below.map(|m| m.area.top).fold(f32::MAX, f32::min);
        Rect { left: f32::MIN, top, right: f32::MAX, bottom }
    }

    /// The stations are the tallest Chinese print above the day of travel; the train's number stands between them.
    fn read_stations(&self, details: &mut Details) {
        let body = self.body();
        let pieces = self.sheet.gather(&body, 2.0);
        let day = pieces.iter().filter(|p| date::find(&p.text()).is_some()).map(|p| p.area.top).fold(f32::MAX, f32::min);
        let price = self.marks.iter().filter(|m| matches!(m.label, Label::Fare | Label::RefundFee)).map(|m| m.area.top);
        let bottom = price.fold(day, f32::min);
        let above: Vec<Piece> = pieces.into_iter().filter(|p| p.middle() < bottom).collect();
        let train = above.iter().find(|p| is_train(&plain(&p.compact())));
        let is_name = |p: &Piece| parts::is_station(&p.compact());
        let Some(tallest) = above.iter().filter(|p| is_name(p)).max_by(|a, b| a.area.height().total_cmp(&b.area.height())) else {
            return;
        };
        let reach = tallest.area.height();
        let names: Vec<Piece> = above.iter().filter(|p| (p.middle() - tallest.middle()).abs() < reach && is_name(p)).cloned().collect();
        let left = names.iter().map(|p| p.area.left).fold(f32::MAX, f32::min);
        let right = names.iter().map(|p| p.area.right).fold(f32::MIN, f32::max);
        let middle = train.map_or((left + right) / 2.0, |t| t.area.center().x);
        if let Some(train) = train {
            self.put(details, "train_number", &plain(&train.compact()), train);
        }
        for (station, spelling, before) in
            [("station_geton", "phonics_of_departure_station", true), ("station_getoff", "phonics_of_destination_station", false)]
        {
            let mut own: Vec<Piece> = names.iter().filter(|p| (p.area.center().x < middle) == before).cloned().collect();
            own.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
            if let Some(name) = parts::name_of(own.iter()) {
                details.set(station, self.sheet.field(&name, &own));
            }
            let spelt =
                above.iter().find(|p| (p.area.center().x < middle) == before && p.middle() > tallest.middle() && is_spelling(&p.text()));
            if let Some(piece) = spelt.filter(|piece| parts::is_pinyin(&piece.text())) {
                self.put(details, spelling, &piece.compact(), piece);
            }
        }
    }

    /// Day, time, seat and class: told by their shape, wherever below the stations they stand, run together or apart.
    fn read_journey(&self, details: &mut Details) {
        for piece in self.sheet.gather(&self.body(), 2.0) {
            let text = piece.compact();
            if let Some(day) = date::find(&text).filter(|_| text.contains('年')) {
                self.put(details, "date", &date::text(day), &piece);
            }
            let rest = text.split_once('日').map_or(text.as_str(), |(_, rest)| rest);
            if let Some(time) = departure(rest) {
                self.put(details, "time", &time, &piece);
            }
            let rest = rest.split_once('开').map_or(rest, |(_, rest)| rest);
            let (number, class) = seat(rest);
            self.put(details, "seat_number", number, &piece);
            let class = class.trim_start_matches(|c: char| c.is_ascii() || c == '¥');
            if is_class(class) {
                self.put(details, "seat", class, &piece);
            }
        }
    }

    /// The identity number, masked or not, and the name beside it.
    fn read_passenger(&self, details: &mut Details) {
        let pieces = self.sheet.gather(&self.body(), 2.0);
        let bears_label = |p: &Piece| self.marks.iter().any(|m| (m.area.center().y - p.middle()).abs() < 0.5 * p.area.height());
        for piece in pieces.iter().filter(|p| !bears_label(p)) {
            let text = piece.compact();
            let id: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '*').collect();
            if !is_identity(&id) {
                continue;
            }
            self.put(details, "user_id", &id, piece);
            let rest = &text[id.len()..];
            let level = |p: &&Piece| p.area.left > piece.area.right && (p.middle() - piece.middle()).abs() < 0.5 * piece.area.height();
            let beside = pieces.iter().filter(level).min_by(|a, b| a.area.left.total_cmp(&b.area.left));
            if !rest.is_empty() {
                self.put(details, "name", rest, piece);
            } else if let Some(name) = beside.filter(|p| p.compact().chars().all(|c| !c.is_ascii_digit())) {
                self.put(details, "name", &name.text(), name);
            }
            return;
        }
    }

    /// 退 with a refund fee, else what the ticket is marked with, else the sale that an unmarked fare is.
    fn read_business(&self, details: &mut Details) {
        let everywhere = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: f32::MAX };
        let pieces = self.sheet.gather(&everywhere, 2.0);
        let marked = pieces.iter().find_map(|piece| {
            let text = piece.compact();
            // the mark may follow the ticket's number without a gap
            let text = text.trim_matches(|c: char| c.is_ascii());
            BUSINESS.iter().find(|(printed, _)| *printed == text).map(|(_, business)| (piece, *business))
        });
        if let Some((piece, business)) = marked {
            self.put(details, "type_of_business", business, piece);
        } else if let Some(mark) = self.first(Label::RefundFee) {
            let mut field = self.sheet.field("退", &[]);
            field.area = Some(self.sheet.pixels(&mark.area));
            details.set("type_of_business", field);
        } else {
            details.set("type_of_business", Field::new("售", Source::Derived));
        }
    }

    fn extent(&self) -> Rect {
        self.sheet.spans.iter().map(|s| s.area).reduce(|a, b| a.union(&b)).unwrap_or(self.sheet.area)
    }
}

/// Labels that look like others, told apart by what is around them: 原发票号码 ends like 发票号码, and the ticket's number stands below
/// the price, which the title, misread, does not. Without its colon a part of a label is a part of a name.
fn settle(marks: Vec<Mark<Label>>, sheet: &mut Sheet) -> Vec<Mark<Label>> {
    let led = |m: &Mark<Label>| m.label != Label::CutTaxId || m.colon && sheet.source == Source::Ocr;
    let (mut marks, parts): (Vec<Mark<Label>>, Vec<Mark<Label>>) = marks.into_iter().partition(led);
    parts.iter().for_each(|part| part.release(sheet));
    let price = marks.iter().filter(|m| matches!(m.label, Label::Fare | Label::RefundFee)).map(|m| m.area.top).fold(f32::MAX, f32::min);
    marks.retain(|m| m.label != Label::Ticket || m.area.top > price);
    for mark in marks.iter_mut().filter(|m| m.label == Label::Number) {
        let height = mark.area.height();
        let before = Rect { left: mark.area.left - 2.0 * height, right: mark.area.left + 0.1 * height, ..mark.area };
        if sheet.gather(&before, 2.0).last().is_some_and(|p| p.compact().ends_with('原')) {
            mark.label = Label::Original;
        }
    }
    marks
}

/// The letters and digits of a text: an arrow or a line beside the train's number is read as signs.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A train's number: up to two capitals and one to five digits.
fn is_train(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = text.len() - digits.len();
    letters <= 2 && (1..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && (letters > 0 || digits.len() > 2)
}

fn all_chinese(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_chinese)
}

/// A station's name in Latin letters.
pub(super) fn is_spelling(text: &str) -> bool {
    text.len() > 1
        && text.chars().all(|c| c.is_ascii_alphabetic() || "' -".contains(c))
        && text.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The time of departure at the beginning of a text: `06:23开`.
fn departure(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(text.len());
    text[..end].contains(':').then(|| date::time(&text[..end])).flatten()
}

/// Carriage and seat at the beginning of a text, and what follows: `03车01F号`, `05车无座`, `07车012号下铺`.
fn seat(text: &str) -> (&str, &str) {
    let carriage = text.split_once('车').filter(|(n, _)| (1..=3).contains(&n.len()) && n.chars().all(|c| c.is_ascii_alphanumeric()));
    let Some((carriage, rest)) = carriage else { return ("", text) };
    let place = match (rest.find('号'), rest.find("无座")) {
        (_, Some(0)) => "无座".len(),
        (Some(at), _) if at <= 9 => at + '号'.len_utf8(),
        _ => 0,
    };
    let berth = ["上铺", "中铺", "下铺"].into_iter().find(|b| place > 0 && rest[place..].starts_with(b)).map_or(0, str::len);
    let end = carriage.len() + '车'.len_utf8() + place + berth;
    if place == 0 { ("", text) } else { (&text[..end], &text[end..]) }
}

/// A class of seats: 二等座, 软卧, 新空调硬座, 一人软包.
fn is_class(text: &str) -> bool {
    let length = text.chars().count();
    (2..=12).contains(&length) && all_chinese(text) && ["座", "卧", "包"].iter().any(|end| text.ends_with(end))
}

/// An identity number: of seven to twenty letters and digits, most often with stars over its middle.
fn is_identity(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let stars = text.bytes().filter(|b| *b == b'*').count();
    (7..=20).contains(&text.len()) && digits >= 2 && (stars >= 2 || digits >= 6)
}

#[cfg(test)]
mod tests {
    use invoice::details::Source;
    use invoice::kind::Kind;

    use super::super::drawn::{assert_fields, sheet};
    use super::{departure, is_identity, is_train, read, seat};

    /// A sold ticket of an invented journey, and what makes a refund of it.
    const SALE: &[(&str, f32, f32, f32)] = &[
        ("电子发票(铁路电子客票)", 192.0, 11.0, 20.0),
        ("发票号码:25999900000000000017", 25.0, 47.0, 12.0),
        ("开票日期:2025年03月09日", 440.0, 47.0, 12.0),
        ("云泽", 112.0, 82.0, 20.0),
        ("站", 152.0, 88.0, 12.0),
        ("G7391", 270.0, 87.0, 12.0),
        ("白杭东站", 398.0, 82.0, 20.0),
        ("Yunze", 111.0, 108.0, 12.0),
        ("Baihangdong", 390.0, 108.0, 12.0),
        ("2025年03月08日", 25.0, 133.0, 12.0),
        ("08:05开", 125.0, 133.0, 12.0),
        ("12车07B号", 213.0, 133.0, 12.0),
        ("二等座", 298.0, 133.0, 12.0),
        ("票价:¥73.50", 25.0, 163.0, 16.0),
        ("9901022000****0018", 25.0, 224.0, 12.0),
        ("沈乐", 213.0, 224.0, 12.0),
        ("电子客票号:9990001112223334445556667", 25.0, 280.0, 12.0),
        ("购买方名称:云泽样张有限公司", 25.0, 303.0, 12.0),
        ("统一社会信用代码:919999000000000013", 354.0, 303.0, 12.0),
        ("买票请到12306 发货请到95306", 217.0, 347.0, 12.0),
    ];

    #[test]
    fn a_sold_ticket() {
        let reading = read(&sheet(SALE)).unwrap();
        assert_eq!(reading.kind, Kind::Train);
        assert_fields(
            &reading.details,
            &[
                ("title", "电子发票（铁路电子客票）"),
                ("number", "25999900000000000017"),
                ("electronic_number", "25999900000000000017"),
                ("date_of_issue", "2025-03-09"),
                ("date", "2025年03月08日"),
                ("time", "08:05"),
                ("station_geton", "云泽"),
                ("station_getoff", "白杭东"),
                ("phonics_of_departure_station", "Yunze"),
                ("phonics_of_destination_station", "Baihangdong"),
                ("train_number", "G7391"),
                ("seat_number", "12车07B号"),
                ("seat", "二等座"),
                ("total", "73.50"),
                ("pretax_amount", ""),
                ("user_id", "9901022000****0018"),
                ("name", "沈乐"),
                ("serial_number", "9990001112223334445556667"),
                ("buyer", "云泽样张有限公司"),
                ("buyer_tax_id", "919999000000000013"),
                ("type_of_business", "售"),
                ("electronic_mark", "1"),
                ("voucher_mark", "1"),
            ],
            "",
        );
    }

    #[test]
    fn a_refund_has_a_fee_with_its_net_and_tax() {
        let mut words: Vec<_> = SALE.iter().filter(|w| !w.0.starts_with("票价") && w.0 != "二等座").copied().collect();
        words.extend([
            ("退票费:¥15.00", 25.0, 163.0, 16.0),
            ("一等座", 298.0, 167.0, 12.0),
            ("金 额:¥14.15", 25.0, 195.0, 12.0),
            ("税率:6%", 213.0, 195.0, 12.0),
            ("税额:¥0.85", 298.0, 195.0, 12.0),
            ("退票", 353.0, 280.0, 14.0),
            ("原发票号码:25999900000000000009", 25.0, 325.0, 12.0),
        ]);
        // the order of the text in the file says nothing
        words.reverse();
        let details = read(&sheet(&words)).unwrap().details;
        assert_fields(
            &details,
            &[
                ("number", "25999900000000000017"),
                ("number_of_original_invoice", "25999900000000000009"),
                ("total", "15.00"),
                ("pretax_amount", "14.15"),
                ("tax_rate", "6%"),
                ("tax", "0.85"),
                ("seat", "一等座"),
                ("user_id", "9901022000****0018"),
                ("name", "沈乐"),
                ("type_of_business", "退"),
            ],
            "",
        );
    }

    #[test]
    fn what_is_not_printed_is_absent() {
        let words: Vec<_> = SALE.iter().filter(|w| w.0 != "沈乐" && w.0 != "G7391" && !w.0.starts_with("统一社会")).copied().collect();
        let details = read(&sheet(&words)).unwrap().details;
        for key in ["name", "train_number", "buyer_tax_id", "gate_number", "tax", "number_of_original_invoice"] {
            assert!(!details.has(key), "{key}: {}", details.text(key));
        }
        assert_fields(&details, &[("station_geton", "云泽"), ("station_getoff", "白杭东")], "");
    }

    #[test]
    fn labels_misread_by_eye_still_lead_their_values() {
        let mut words = SALE.to_vec();
        for word in &mut words {
            word.0 = match word.0 {
                "电子发票(铁路电子客票)" => "电子发票铁路电子客票)",
                "开票日期:2025年03月09日" => "开票目期:2025年03月09日",
                "购买方名称:云泽样张有限公司" => "购买万名称:云泽样张有限公司",
                other => other,
            };
        }
        let mut sheet = sheet(&words);
        sheet.source = Source::Ocr;
        let details = read(&sheet).unwrap().details;
        assert_fields(
            &details,
            &[
                ("title", "电子发票（铁路电子客票）"),
                ("number", "25999900000000000017"),
                ("date_of_issue", "2025-03-09"),
                ("buyer", "云泽样张有限公司"),
                ("serial_number", "9990001112223334445556667"),
            ],
            "",
        );
    }

    #[test]
    fn a_name_over_the_label_beside_it_is_not_read_to_its_end() {
        let mut words: Vec<_> = SALE.iter().filter(|w| !w.0.starts_with("购买方") && !w.0.starts_with("统一社会")).copied().collect();
        words.push(("购买方名称:云泽样张有限公司(白杭第统营祉部信用代码:919999000000000013", 25.0, 303.0, 12.0));
        let mut page = sheet(&words);
        page.source = Source::Ocr;
        assert_fields(&read(&page).unwrap().details, &[("buyer", ""), ("buyer_tax_id", "919999000000000013")], "");
        // and where the label was read whole
        words.pop();
        words.push(("购买方名称:云泽样张有限公司(白杭第", 25.0, 303.0, 12.0));
        words.push(("统一社会信用代码:919999000000000013", 354.0, 303.0, 12.0));
        let mut page = sheet(&words);
        page.source = Source::Ocr;
        assert_fields(&read(&page).unwrap().details, &[("buyer", ""), ("buyer_tax_id", "919999000000000013")], "");
    }

    #[test]
    fn a_remark_that_names_the_ticket_makes_none() {
        let words = [
            ("电子发票(普通发票)", 192.0, 11.0, 20.0),
            ("发票号码:25999900000000000017", 25.0, 47.0, 12.0),
            ("备注:铁路电子客票退票费", 25.0, 300.0, 12.0),
        ];
        assert!(read(&sheet(&words)).is_none());
    }

    #[test]
    fn shapes_of_the_journey() {
        for (text, number, rest) in [
            ("03车01F号", "03车01F号", ""),
            ("05车无座硬座", "05车无座", "硬座"),
            ("07车012号下铺软卧", "07车012号下铺", "软卧"),
            ("二等座", "", "二等座"),
            ("车", "", "车"),
        ] {
            assert_eq!(seat(text), (number, rest), "{text}");
        }
        for (text, time) in [("06:23开", Some("06:23")), ("6:23", Some("06:23")), ("25:00开", None), ("开", None)] {
            assert_eq!(departure(text).as_deref(), time, "{text}");
        }
        for (text, yes) in [("G7391", true), ("1461", true), ("DJ5902", true), ("12", false), ("Yunze", false), ("", false)] {
            assert_eq!(is_train(text), yes, "{text}");
        }
        for (text, yes) in [("9901022000****0018", true), ("E12****34", true), ("95306", false), ("ABCDEFGH", false)] {
            assert_eq!(is_identity(text), yes, "{text}");
        }
    }
}
