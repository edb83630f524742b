//! 可报销其他发票: a sheet that a tax or finance bureau supervises and that is none of the other forms, 财政票据 and 门票 among them. It is
//! looked for after the forms that have a title of their own, and wants a title, and a number and the bureau's name or a code.

use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use invoice::{amount, date, words};

use super::FormReading;
use super::imprint::{self, EVERYWHERE, Imprint};
use super::labelled::Labelled;
use super::signs::{Sign, Words, sign};
use crate::layout::Sheet;
use crate::layout::gather::Piece;
use crate::layout::label::Spelling;

/// What speaks for it: little by itself.
pub(super) const SIGNS: &[Sign] = &[
    sign("发票代码", 0.6),
    sign("票据代码", 0.8),
    sign("票据号码", 0.8),
    sign("发票号码", 0.6),
    sign("财政票据", 0.8),
    sign("统一票据", 0.8),
    sign("收费票据", 0.8),
    sign("结算票据", 0.8),
    sign("资金往来", 0.4),
    sign("捐赠票据", 0.8),
    sign("非税收入", 0.6),
    sign("专用发票", 0.5),
    sign("统一发票", 0.6),
    sign("门票", 0.5),
    sign("发票联", 0.5),
    sign("报销凭证", 0.4),
    sign("财政部", 0.4),
    sign("监制", 0.4),
    sign("税务局", 0.3),
    sign("增值税", -2.0),
    sign("纳税人识别号", -1.0),
    sign("统一社会信用代码", -1.0),
    sign("规格型号", -1.0),
    sign("税率", -1.0),
    sign("税额", -1.0),
    sign("价税合计", -1.0),
    sign("密码区", -1.0),
    sign("购买方", -1.0),
    sign("销售方", -1.0),
    sign("机打", -0.5),
    sign("电子发票(", -2.0),
    sign("回单", -2.0),
    sign("合同", -1.0),
    sign("提货单", -1.0),
    sign("申请表", -2.0),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Total,
    Words,
    Day,
    Else,
}

const SPELLINGS: &[Spelling<Label>] = &[
    Spelling { label: Label::Total, text: "(小写)" },
    Spelling { label: Label::Total, text: "小写" },
    Spelling { label: Label::Total, text: "小写金额" },
    Spelling { label: Label::Total, text: "金额合计(小写)" },
    Spelling { label: Label::Total, text: "合计金额" },
    Spelling { label: Label::Total, text: "金额合计" },
    Spelling { label: Label::Total, text: "总金额" },
    Spelling { label: Label::Total, text: "合计" },
    Spelling { label: Label::Total, text: "票价" },
    Spelling { label: Label::Total, text: "金额" },
    Spelling { label: Label::Words, text: "(大写)" },
    Spelling { label: Label::Words, text: "大写" },
    Spelling { label: Label::Words, text: "大写金额" },
    Spelling { label: Label::Words, text: "金额合计(大写)" },
    Spelling { label: Label::Words, text: "合计(大写)" },
    Spelling { label: Label::Words, text: "人民币(大写)" },
    Spelling { label: Label::Day, text: "开票日期" },
    Spelling { label: Label::Day, text: "填开日期" },
    Spelling { label: Label::Day, text: "填制日期" },
    Spelling { label: Label::Day, text: "收款日期" },
    Spelling { label: Label::Day, text: "日期" },
    Spelling { label: Label::Else, text: "发票代码" },
    Spelling { label: Label::Else, text: "发票号码" },
    Spelling { label: Label::Else, text: "票据代码" },
    Spelling { label: Label::Else, text: "票据号码" },
    Spelling { label: Label::Else, text: "校验码" },
    Spelling { label: Label::Else, text: "数量" },
    Spelling { label: Label::Else, text: "单价" },
    Spelling { label: Label::Else, text: "标准" },
    Spelling { label: Label::Else, text: "备注" },
    Spelling { label: Label::Else, text: "收款人" },
    Spelling { label: Label::Else, text: "开票人" },
];
/// Words of its title, and words that are none of it.
const TITLES: &[&str] = &["发票", "票据", "收据", "门票", "入场券", "参观券"];
const OTHERS: &[&str] = &["增值税", "行程单", "回单", "完税", "出租", "定额", "机动车", "二手车", "电子发票"];

/// What only bills that a finance bureau supervises are called (财政票据管理办法, 财政部令第104号).
const BILLS: &[&str] = &["非税收入", "财政票据", "统一票据", "收费票据", "结算票据", "捐赠票据"];

/// The labels of their code and number (财政票据式样: 电子票据 have both at their head).
const LABELS: &[&str] = &["票据代码", "票据号码"];

/// Reads the sheet, or tells that it is none.
pub(super) fn read(sheet: &Sheet) -> Option<FormReading> {
    let sheet = &imprint::unsealed(sheet);
    let imprint = Imprint::of(sheet);
    let title = imprint::title(sheet, TITLES).filter(|(text, _)| !OTHERS.iter().any(|word| text.contains(word)));
    let words = Words::of(sheet);
    // a seal may hide the title, but no other form has both of these labels
    if title.is_none() && !LABELS.iter().all(|label| words.has(label)) {
        return None;
    }
    let supervised = imprint.code.is_some()
        || title.as_ref().is_some_and(|(title, _)| BILLS.iter().any(|bill| title.contains(bill)))
        || ["财政部", "财政厅", "财政局", "税务局", "税务总局"].iter().any(|word| words.has(word));
    // a stamp often hides the number; the code says as well whose form it is
    if imprint.number.is_none() && imprint.code.is_none() || !supervised {
        return None;
    }
    let mut details = Details::new();
    if let Some((title, pieces)) = title {
        details.set("title", sheet.field(&title, &pieces));
    }
    imprint.put(sheet, &mut details);
    let form = Labelled::new(sheet, SPELLINGS);
    if let Some((day, pieces)) = form.value(Label::Day, |text| date::find(text).map(date::text)).or_else(|| only_day(sheet)) {
        form.put(&mut details, "date", &day, &pieces);
    }
    put_total(&form, &mut details);
    Some(form.reading(Kind::Reimbursable, details))
}

/// The day of a sheet that has one.
fn only_day(sheet: &Sheet) -> Option<(String, Vec<Piece>)> {
    let pieces = sheet.gather(&EVERYWHERE, 3.0);
    // eight digits without marks between them are more often a number
    let marked = |p: &&Piece| p.compact().contains(['年', '-', '/', '.']);
    let mut days = pieces.iter().filter(marked).filter_map(|p| Some((date::text(date::find(&p.text())?), vec![p.clone()])));
    let first = days.next()?;
    days.all(|(day, _)| day == first.0).then_some(first)
}

/// The amount in figures; in words where it is in words alone, or where they settle which of several figures it is.
fn put_total(form: &Labelled<Label>, details: &mut Details) {
    let said = form.value(Label::Words, |text| {
        let words: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let end = words.find(['(', '¥', '￥', ':']).filter(|at| *at > 0).unwrap_or(words.len());
        words::parse(&words[..end])
    });
    let figure = |text: &str| super::journey::price(text).filter(|t| text.contains(['¥', '￥', '元']) || t.contains('.'));
    let confirmed =
        said.as_ref().and_then(|(said, _)| form.value(Label::Total, |text| figure(text).filter(|t| amount::parse(t) == Some(*said))));
    if let Some((value, pieces)) = confirmed {
        form.put(details, "total", &value, &pieces);
    } else if let Some((said, _)) = said {
        let mut said = said;
        said.rescale(2);
        details.set("total", Field::new(amount::plain(said), Source::Derived));
    } else if let Some((value, pieces)) = form.value(Label::Total, figure) {
        form.put(details, "total", &value, &pieces);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    fn read_all(words: &[(&str, f32, f32, f32)]) -> Option<Details> {
        crate::forms::read(&drawn::sheet(words)).filter(|form| form.kind == Kind::Reimbursable).map(|form| form.details)
    }

    #[test]
    fn a_bill_of_the_treasury() {
        let details = read_all(&[
            ("云泽省非税收入统一票据(电子)", 100.0, 10.0, 16.0),
            ("票据代码:99010123", 20.0, 36.0, 9.0),
            ("票据号码:0012345678", 200.0, 36.0, 9.0),
            ("校验码:a1b2c3", 380.0, 36.0, 9.0),
            ("交款人:云泽拾光物流有限公司", 20.0, 50.0, 9.0),
            ("开票日期:2023-05-06", 200.0, 50.0, 9.0),
            ("金额合计(大写)壹佰贰拾圆整", 20.0, 120.0, 9.0),
            ("(小写)120.00", 300.0, 120.0, 9.0),
            ("收款单位(章):云泽市财政局", 20.0, 140.0, 9.0),
        ])
        .expect("a bill");
        for (key, value) in [
            ("title", "云泽省非税收入统一票据(电子)"),
            ("code", "99010123"),
            ("number", "0012345678"),
            ("date", "2023年05月06日"),
            ("total", "120.00"),
        ] {
            assert_eq!(details.text(key), value, "{key}");
        }
    }

    #[test]
    fn a_bill_whose_title_a_stamp_hides_is_told_by_its_labels() {
        let rest = [
            ("交款人:云泽拾光物流有限公司", 20.0, 50.0, 9.0),
            ("开票日期:2023-05-06", 200.0, 50.0, 9.0),
            ("(小写)120.00", 300.0, 120.0, 9.0),
        ];
        let code = ("票据代码:99010123", 20.0, 36.0, 9.0);
        let number = |label: &'static str| (label, 200.0, 36.0, 9.0);
        let details = read_all(&[&[code, number("票据号码:0012345678")], &rest[..]].concat()).expect("a bill");
        for (key, value) in [("title", ""), ("code", "99010123"), ("number", "0012345678"), ("date", "2023年05月06日"), ("total", "120.00")]
        {
            assert_eq!(details.text(key), value, "{key}");
        }
        // one of them alone may stand in any text
        assert!(read_all(&[&[code, number("0012345678")], &rest[..]].concat()).is_none());
    }

    #[test]
    fn a_number_under_a_stamp_is_absent_and_the_rest_is_read() {
        let details = read_all(&[
            ("云泽市景区门票专用发票", 100.0, 10.0, 16.0),
            ("发票代码199990094066", 200.0, 60.0, 9.0),
            ("票价", 20.0, 60.0, 9.0),
            ("¥177.00", 50.0, 60.0, 9.0),
            ("日期2022-04-19", 20.0, 90.0, 9.0),
        ])
        .expect("a ticket");
        for (key, value) in [("code", "199990094066"), ("number", ""), ("date", "2022年04月19日"), ("total", "177.00")] {
            assert_eq!(details.text(key), value, "{key}");
        }
    }

    #[test]
    fn papers_that_are_no_invoice() {
        let papers: &[&[(&str, f32, f32, f32)]] = &[
            &[("电子回单", 200.0, 10.0, 16.0), ("发票号码:00412345", 20.0, 40.0, 9.0), ("金额:5.00", 20.0, 60.0, 9.0)],
            &[("关于发票管理的通知", 200.0, 10.0, 16.0), ("各单位:发票代码和发票号码应当填写完整", 20.0, 40.0, 9.0)],
            &[("供货合同", 200.0, 10.0, 16.0), ("合计:120.00元", 20.0, 40.0, 9.0), ("日期:2023-05-06", 20.0, 60.0, 9.0)],
        ];
        for paper in papers {
            assert!(crate::forms::read(&drawn::sheet(paper)).is_none(), "{paper:?}");
        }
    }

    #[test]
    fn a_blank_form_of_another_kind_is_left_to_it() {
        let sheet = drawn::sheet(&[("云泽省税务局通用机打发票", 100.0, 10.0, 16.0)]);
        assert!(read(&sheet).is_none());
        assert_eq!(crate::forms::read(&sheet).map(|form| form.kind), Some(Kind::MachinePrinted));
    }
}
