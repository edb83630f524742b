//! 客运汽车票: tickets of coaches, which each province, and many a company, prints in its own way (reference/forms.md). They are told by their
//! title, else by labels that only coaches have together.

use invoice::details::Details;
use invoice::kind::Kind;

use super::FormReading;
use super::imprint::{self, Imprint};
use super::journey::{Journey, Label};
use super::signs::{Sign, sign};
use super::supervision;
use crate::layout::Sheet;
use crate::layout::label::Spelling;

/// What speaks for a coach's ticket. 数电票 of 旅客运输服务, tickets of ships and trains and 定额发票 bear some of the words too.
pub(super) const SIGNS: &[Sign] = &[
    sign("汽车客票", 1.0),
    sign("汽车票", 0.8),
    sign("道路客运", 0.8),
    sign("道路旅客运输", 0.8),
    sign("公路客运", 0.8),
    sign("汽车客运", 0.7),
    sign("公路客票", 1.0),
    sign("客运发票", 1.0),
    sign("客运汽车", 0.8),
    sign("旅客运输专用发票", 1.0),
    sign("乘车日期", 0.4),
    sign("发车日期", 0.4),
    sign("开车时间", 0.4),
    sign("发车时间", 0.4),
    sign("检票口", 0.3),
    sign("乘车站", 0.3),
    sign("上车站", 0.3),
    sign("始发站", 0.2),
    sign("到达站", 0.2),
    sign("班次", 0.2),
    sign("车次", 0.2),
    sign("座号", 0.2),
    sign("定额", -1.5),
    sign("出租", -2.0),
    sign("购买方", -2.0),
    sign("电子发票", -2.0),
    sign("铁路", -2.0),
    sign("中国铁路", -2.0),
    sign("航空", -2.0),
    sign("船名", -1.0),
    sign("航次", -1.0),
    sign("通行费", -1.0),
];

const SPELLINGS: &[Spelling<Label>] = &[
    Spelling { label: Label::From, text: "始发站" },
    Spelling { label: Label::From, text: "起点站" },
    Spelling { label: Label::From, text: "出发站" },
    Spelling { label: Label::From, text: "发车站" },
    Spelling { label: Label::From, text: "乘车站" },
    Spelling { label: Label::From, text: "上车站" },
    Spelling { label: Label::From, text: "起始站" },
    Spelling { label: Label::From, text: "发站" },
    Spelling { label: Label::From, text: "起站" },
    Spelling { label: Label::From, text: "上车点" },
    Spelling { label: Label::To, text: "到达站" },
    Spelling { label: Label::To, text: "终点站" },
    Spelling { label: Label::To, text: "目的站" },
    Spelling { label: Label::To, text: "下车站" },
    Spelling { label: Label::To, text: "终到站" },
    Spelling { label: Label::To, text: "到站" },
    Spelling { label: Label::To, text: "止站" },
    Spelling { label: Label::To, text: "下车点" },
    Spelling { label: Label::Day, text: "乘车日期" },
    Spelling { label: Label::Day, text: "发车日期" },
    Spelling { label: Label::Day, text: "开车日期" },
    Spelling { label: Label::Day, text: "乘车时间" },
    Spelling { label: Label::Day, text: "日期" },
    Spelling { label: Label::Time, text: "开车时间" },
    Spelling { label: Label::Time, text: "发车时间" },
    Spelling { label: Label::Time, text: "发车时刻" },
    Spelling { label: Label::Time, text: "开车时刻" },
    Spelling { label: Label::Time, text: "时间" },
    Spelling { label: Label::Run, text: "车次号" },
    Spelling { label: Label::Run, text: "车次" },
    Spelling { label: Label::Run, text: "班次号" },
    Spelling { label: Label::Run, text: "班次" },
    Spelling { label: Label::Else, text: "检票口" },
    Spelling { label: Label::Else, text: "检票" },
    Spelling { label: Label::Else, text: "上车卡位" },
    Spelling { label: Label::Else, text: "车型" },
    Spelling { label: Label::Else, text: "车牌号" },
    Spelling { label: Label::Else, text: "车属" },
    Spelling { label: Label::Else, text: "里程" },
    Spelling { label: Label::Else, text: "途经" },
];
/// Words of its title.
const TITLES: &[&str] = &["客票", "汽车票", "客运", "旅客运输", "车票"];

/// Reads the ticket, or tells that it is none.
pub(super) fn read(sheet: &Sheet) -> Option<FormReading> {
    let sheet = &imprint::unsealed(sheet);
    let journey = Journey::new(sheet, SPELLINGS);
    let title = imprint::title(sheet, TITLES);
    let labelled = journey.has(Label::Fare) && journey.has(Label::Day) && (journey.has(Label::To) || journey.has(Label::Run));
    let imprint = Imprint::of(sheet);
    let told = [Label::Fare, Label::Total, Label::Day, Label::Time, Label::Run].into_iter().any(|label| journey.has(label));
    if !(labelled || title.is_some() && (told || imprint.code.is_some())) {
        return None;
    }
    let mut details = Details::new();
    if let Some((text, pieces)) = &title {
        details.set("title", sheet.field(text, pieces));
    }
    imprint.put(sheet, &mut details);
    journey.read(&mut details, Some("bus_number"));
    supervision::put(sheet, &mut details);
    Some(journey.form.reading(Kind::Bus, details))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    fn fields(words: &[(&str, f32, f32, f32)]) -> Vec<(String, String)> {
        let reading = crate::forms::read(&drawn::sheet(words)).expect("a form");
        assert_eq!(reading.kind, Kind::Bus);
        let mut fields: Vec<(String, String)> = reading.details.fields().map(|(k, f)| (k.to_owned(), f.value.clone())).collect();
        fields.sort();
        fields
    }

    fn expected(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        fields.sort();
        fields
    }

    #[test]
    fn heads_with_values_below() {
        let words = [
            ("云泽省道路汽车客票", 150.0, 10.0, 16.0),
            ("发票联", 200.0, 30.0, 12.0),
            ("199001313001", 160.0, 50.0, 12.0),
            ("10283819", 160.0, 66.0, 12.0),
            ("到站", 20.0, 100.0, 12.0),
            ("望川区", 60.0, 100.0, 14.0),
            ("票价:¥", 150.0, 100.0, 12.0),
            ("8.00<全>", 200.0, 100.0, 13.0),
            ("乘车日期", 20.0, 124.0, 11.0),
            ("开车时间", 90.0, 124.0, 11.0),
            ("车次", 150.0, 124.0, 11.0),
            ("座号", 190.0, 124.0, 11.0),
            ("检票口", 230.0, 124.0, 11.0),
            ("2013-06-29", 16.0, 142.0, 13.0),
            ("流水", 95.0, 142.0, 13.0),
            ("040", 150.0, 142.0, 13.0),
            ("371", 190.0, 142.0, 13.0),
        ];
        let right = [
            ("title", "云泽省道路汽车客票"),
            ("code", "199001313001"),
            ("number", "10283819"),
            ("station_getoff", "望川区"),
            ("total", "8.00"),
            ("date", "2013年06月29日"),
            ("bus_number", "040"),
        ];
        assert_eq!(fields(&words), expected(&right));
    }

    #[test]
    fn stations_in_large_print_and_a_passenger() {
        let words = [
            ("云泽客运集团旅客运输专用发票", 60.0, 10.0, 14.0),
            ("发票代码:199002013001", 150.0, 30.0, 9.0),
            ("发票号码:05591493", 150.0, 42.0, 9.0),
            ("云泽东站", 30.0, 60.0, 16.0),
            ("→", 110.0, 62.0, 10.0),
            ("青岬总站", 140.0, 60.0, 16.0),
            ("2020-01-20", 30.0, 84.0, 10.0),
            ("12:30开", 100.0, 84.0, 10.0),
            ("班次:3021", 160.0, 84.0, 10.0),
            ("¥56.00元", 30.0, 100.0, 10.0),
            ("12号", 100.0, 100.0, 10.0),
            ("9901****2218 林一诺", 30.0, 116.0, 10.0),
            ("售票时间:2020-01-19 08:11:20", 30.0, 132.0, 8.0),
        ];
        let right = [
            ("title", "云泽客运集团旅客运输专用发票"),
            ("code", "199002013001"),
            ("number", "05591493"),
            ("station_geton", "云泽东站"),
            ("station_getoff", "青岬总站"),
            ("date", "2020年01月20日"),
            ("time", "12:30"),
            ("total", "56.00"),
            ("bus_number", "3021"),
            ("user_id", "9901****2218"),
            ("name", "林一诺"),
        ];
        assert_eq!(fields(&words), expected(&right));
    }

    #[test]
    fn an_electronic_invoice_of_a_journey_is_no_ticket() {
        let words = [
            ("电子发票(普通发票)", 100.0, 10.0, 14.0),
            ("购买方信息", 20.0, 40.0, 9.0),
            ("汽车客票款", 20.0, 80.0, 9.0),
            ("乘车日期", 20.0, 100.0, 9.0),
            ("票价:8.00", 20.0, 120.0, 9.0),
        ];
        assert!(crate::forms::read(&drawn::sheet(&words)).is_none_or(|form| form.kind != Kind::Bus));
    }
}
