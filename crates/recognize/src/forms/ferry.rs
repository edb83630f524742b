//! 船票: passage by water, on forms of a province (水路客运发票, 轮渡船票) and on those of the companies that sail to 香港 and 澳门, which print
//! labels in two languages and prices in their own currencies.

use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;

use super::FormReading;
use super::currency;
use super::imprint::{self, EVERYWHERE, Imprint};
use super::journey::{Journey, Label};
use super::signs::{Sign, sign};
use crate::layout::Sheet;
use crate::layout::gather::{Piece, lines};
use crate::layout::label::Spelling;

/// What speaks for it.
pub(super) const SIGNS: &[Sign] = &[
    sign("船票", 1.0),
    sign("水路客运", 1.0),
    sign("水路旅客运输", 1.0),
    sign("水路运输", 0.6),
    sign("轮渡", 0.8),
    sign("輪渡", 0.8),
    sign("客轮", 0.6),
    sign("客輪", 0.6),
    sign("客船", 0.6),
    sign("船务", 0.6),
    sign("船務", 0.6),
    sign("喷射飞航", 1.0),
    sign("噴射飛航", 1.0),
    sign("金光飞航", 1.0),
    sign("金光飛航", 1.0),
    sign("TURBOJET", 1.0),
    sign("FERRY", 1.0),
    sign("Ferry", 1.0),
    sign("船名", 0.7),
    sign("航次", 0.5),
    sign("开航", 0.5),
    sign("開航", 0.5),
    sign("起航", 0.4),
    sign("登船", 0.5),
    sign("上船", 0.5),
    sign("乘船", 0.6),
    sign("舱位", 0.3),
    sign("艙位", 0.3),
    sign("码头", 0.3),
    sign("碼頭", 0.3),
    sign("定额", -1.5),
    sign("购买方", -2.0),
    sign("电子发票", -2.0),
    sign("航空", -2.0),
    sign("航班号", -2.0),
    sign("提单", -2.0),
    sign("货物", -1.0),
    sign("集装箱", -2.0),
];

const SPELLINGS: &[Spelling<Label>] = &[
    Spelling { label: Label::From, text: "出发港" },
    Spelling { label: Label::From, text: "始发港" },
    Spelling { label: Label::From, text: "起运港" },
    Spelling { label: Label::From, text: "起点港" },
    Spelling { label: Label::From, text: "上船港" },
    Spelling { label: Label::From, text: "登船港" },
    Spelling { label: Label::From, text: "出发码头" },
    Spelling { label: Label::From, text: "始发码头" },
    Spelling { label: Label::From, text: "上船码头" },
    Spelling { label: Label::From, text: "起点" },
    Spelling { label: Label::From, text: "始发站" },
    Spelling { label: Label::From, text: "出发地" },
    Spelling { label: Label::From, text: "起航港" },
    Spelling { label: Label::From, text: "由FROM" },
    Spelling { label: Label::From, text: "由From" },
    Spelling { label: Label::From, text: "FROM" },
    Spelling { label: Label::From, text: "From" },
    Spelling { label: Label::To, text: "到达港" },
    Spelling { label: Label::To, text: "目的港" },
    Spelling { label: Label::To, text: "抵达港" },
    Spelling { label: Label::To, text: "终点港" },
    Spelling { label: Label::To, text: "下船港" },
    Spelling { label: Label::To, text: "到达码头" },
    Spelling { label: Label::To, text: "目的码头" },
    Spelling { label: Label::To, text: "下船码头" },
    Spelling { label: Label::To, text: "到达站" },
    Spelling { label: Label::To, text: "终点" },
    Spelling { label: Label::To, text: "目的地" },
    Spelling { label: Label::To, text: "往TO" },
    Spelling { label: Label::To, text: "往To" },
    Spelling { label: Label::To, text: "至TO" },
    Spelling { label: Label::To, text: "至To" },
    Spelling { label: Label::Day, text: "开航日期" },
    Spelling { label: Label::Day, text: "起航日期" },
    Spelling { label: Label::Day, text: "乘船日期" },
    Spelling { label: Label::Day, text: "航行日期" },
    Spelling { label: Label::Day, text: "航班日期" },
    Spelling { label: Label::Day, text: "出发日期" },
    Spelling { label: Label::Day, text: "日期DATE" },
    Spelling { label: Label::Day, text: "日期Date" },
    Spelling { label: Label::Day, text: "日期" },
    Spelling { label: Label::Day, text: "DATE" },
    Spelling { label: Label::Time, text: "开航时间" },
    Spelling { label: Label::Time, text: "起航时间" },
    Spelling { label: Label::Time, text: "开船时间" },
    Spelling { label: Label::Time, text: "航班时间" },
    Spelling { label: Label::Time, text: "出发时间" },
    Spelling { label: Label::Time, text: "时间TIME" },
    Spelling { label: Label::Time, text: "時間TIME" },
    Spelling { label: Label::Time, text: "時間Time" },
    Spelling { label: Label::Time, text: "时间" },
    Spelling { label: Label::Time, text: "時間" },
    Spelling { label: Label::Time, text: "TIME" },
    Spelling { label: Label::Run, text: "航次" },
    Spelling { label: Label::Run, text: "航班" },
    Spelling { label: Label::Fare, text: "票价FARE" },
    Spelling { label: Label::Fare, text: "票价Fare" },
    Spelling { label: Label::Fare, text: "FARE" },
    Spelling { label: Label::Fare, text: "PRICE" },
    Spelling { label: Label::Name, text: "姓名NAME" },
    Spelling { label: Label::Name, text: "乘客NAME" },
    Spelling { label: Label::Else, text: "船名" },
    Spelling { label: Label::Else, text: "船舶" },
    Spelling { label: Label::Else, text: "舱位" },
    Spelling { label: Label::Else, text: "艙位CLASS" },
    Spelling { label: Label::Else, text: "艙位" },
    Spelling { label: Label::Else, text: "舱室" },
    Spelling { label: Label::Else, text: "等级" },
    Spelling { label: Label::Else, text: "CLASS" },
    Spelling { label: Label::Else, text: "座位SEAT" },
    Spelling { label: Label::Else, text: "座位" },
    Spelling { label: Label::Else, text: "SEAT" },
    Spelling { label: Label::Else, text: "检票口" },
    Spelling { label: Label::Else, text: "登船口" },
];
/// Words of its title.
const TITLES: &[&str] = &["船票", "水路", "轮渡", "客运", "船务", "客票"];

/// Reads the ticket, or tells that it is none.
pub(super) fn read(sheet: &Sheet) -> Option<FormReading> {
    let sheet = &imprint::unsealed(sheet);
    let journey = Journey::new(sheet, SPELLINGS);
    let ends = journey.has(Label::From) || journey.has(Label::To);
    let title = imprint::title(sheet, TITLES);
    let priced = journey.has(Label::Fare) || journey.has(Label::Total);
    if !(ends && (priced || journey.has(Label::Day)) || title.is_some() && (priced || journey.has(Label::Day))) {
        return None;
    }
    let mut details = Details::new();
    Imprint::of(sheet).put(sheet, &mut details);
    journey.read(&mut details, None);
    if let Some(code) = money(sheet) {
        let field = sheet.field(code, &[]);
        details.set("currency_code", field);
    } else if details.has("code") && details.has("total") {
        // forms with a 发票代码 are the mainland's, where prices are in its currency
        details.set("currency_code", Field::new("CNY", Source::Derived));
    }
    Some(journey.form.reading(Kind::Ferry, details))
}

/// The currency that the text names. That a ticket goes to 香港 does not say in what it was paid.
fn money(sheet: &Sheet) -> Option<&'static str> {
    let all: Vec<String> =
        lines(sheet.gather(&EVERYWHERE, 3.0)).iter().map(|line| line.iter().map(Piece::text).collect::<Vec<_>>().join(" ")).collect();
    let priced: Vec<&str> = all.iter().map(String::as_str).filter(|l| l.chars().any(|c| c.is_ascii_digit())).collect();
    currency::named(&priced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    fn read_all(words: &[(&str, f32, f32, f32)]) -> Details {
        let reading = crate::forms::read(&drawn::sheet(words)).expect("a form");
        assert_eq!(reading.kind, Kind::Ferry);
        reading.details
    }

    #[test]
    fn a_provinces_form() {
        let details = read_all(&[
            ("云泽省水路客运发票", 100.0, 10.0, 16.0),
            ("发票代码199001510002", 150.0, 34.0, 9.0),
            ("发票号码00412345", 150.0, 46.0, 9.0),
            ("船名:样张海鸥", 20.0, 64.0, 10.0),
            ("航次:0815", 150.0, 64.0, 10.0),
            ("始发港:北屿", 20.0, 80.0, 10.0),
            ("目的港:星湾", 150.0, 80.0, 10.0),
            ("开航日期:2016-08-15", 20.0, 96.0, 10.0),
            ("开航时间:08:30", 150.0, 96.0, 10.0),
            ("票价:45.00元", 20.0, 112.0, 10.0),
            ("姓名:林一诺", 150.0, 112.0, 10.0),
            ("证件号:9901****2218", 20.0, 128.0, 10.0),
        ]);
        let right = [
            ("code", "199001510002"),
            ("number", "00412345"),
            ("station_geton", "北屿"),
            ("station_getoff", "星湾"),
            ("date", "2016年08月15日"),
            ("time", "08:30"),
            ("total", "45.00"),
            ("name", "林一诺"),
            ("user_id", "9901****2218"),
            ("currency_code", "CNY"),
        ];
        for (key, value) in right {
            assert_eq!(details.text(key), value, "{key}");
        }
        assert!(!details.has("bus_number"));
    }

    #[test]
    fn a_ticket_in_two_languages_and_another_currency() {
        let details = read_all(&[
            ("样张飞航 SPECIMEN FERRY", 60.0, 10.0, 16.0),
            ("由 FROM", 20.0, 40.0, 8.0),
            ("北屿", 80.0, 38.0, 12.0),
            ("往 TO", 160.0, 40.0, 8.0),
            ("星湾", 210.0, 38.0, 12.0),
            ("日期 DATE", 20.0, 60.0, 8.0),
            ("2019-03-02", 80.0, 60.0, 9.0),
            ("時間 TIME", 160.0, 60.0, 8.0),
            ("14:30", 220.0, 60.0, 9.0),
            ("票價 FARE", 20.0, 80.0, 8.0),
            ("HK$175.00", 80.0, 80.0, 9.0),
        ]);
        for (key, value) in [
            ("station_geton", "北屿"),
            ("station_getoff", "星湾"),
            ("date", "2019年03月02日"),
            ("time", "14:30"),
            ("total", "175.00"),
            ("currency_code", "HKD"),
        ] {
            assert_eq!(details.text(key), value, "{key}");
        }
        assert!(!details.has("code"));
    }
}
