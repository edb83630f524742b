//! 出租车发票: four cities' forms, as their rolls are printed and their meters fill them in. The meter's rows stand off the labels by what the number of the form says: a roll
//! is seldom put in straight.

use rust_decimal::Decimal;

use crate::error::Error;
use crate::reading::Subject;
use crate::seal;
use crate::sheet::{Colour, Face, Mark, Page, Path, Text};

/// The forms' brown, the red of their numbers, and the meters' blue-black.
const BROWN: Colour = [112, 66, 48];
const RED: Colour = [196, 44, 50];
const METER: Colour = [44, 44, 92];
const PAPER: Colour = [250, 249, 245];

/// A label and what the meter prints for it.
type Row = (&'static str, Value);

/// What the meter prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Plate,
    Driver,
    Day,
    GetOn,
    GetOff,
    Times,
    Price,
    Mileage,
    Waiting,
    Fare,
    Surcharge,
    Call,
    Total,
    /// The taximeter's state, the card and its balances, of a ride paid in cash.
    Nothing,
}

/// How days are printed.
#[derive(Debug, Clone, Copy)]
enum Days {
    Chinese,
    Dashes,
    ShortYear,
}

/// One city's form.
struct Form {
    city: &'static str,
    /// Width and height in millimetres.
    size: (f32, f32),
    /// Each line's labels: one or two.
    lines: &'static [&'static [Row]],
    days: Days,
    /// Units behind money and distance.
    units: (&'static str, &'static str),
    sign: &'static str,
    /// Whether the company is printed with the form.
    company: bool,
}

const FORMS: [Form; 4] = [
    Form {
        city: "云泽",
        size: (57.0, 160.0),
        lines: &[
            &[("车号：", Value::Plate)],
            &[("证号：", Value::Driver)],
            &[("日期：", Value::Day)],
            &[("上车：", Value::GetOn)],
            &[("下车：", Value::GetOff)],
            &[("单价：", Value::Price)],
            &[("里程：", Value::Mileage)],
            &[("等候：", Value::Waiting)],
            &[("金额：", Value::Fare)],
            &[("另收附加费：", Value::Surcharge)],
            &[("另收电召费：", Value::Call)],
            &[("卡号：", Value::Nothing)],
            &[("卡余额：", Value::Nothing)],
        ],
        days: Days::Chinese,
        units: ("元", "KM"),
        sign: "￥",
        company: true,
    },
    Form {
        city: "白杭",
        size: (57.0, 175.0),
        lines: &[
            &[("车号", Value::Plate)],
            &[("证号", Value::Driver)],
            &[("日期", Value::Day)],
            &[("时间", Value::Times)],
            &[("单价", Value::Price)],
            &[("里程", Value::Mileage)],
            &[("等候", Value::Waiting)],
            &[("状态", Value::Nothing)],
            &[("金额", Value::Fare)],
            &[("燃油附加费", Value::Surcharge)],
            &[("预约叫车服务费", Value::Call)],
            &[("实收金额", Value::Total)],
            &[("卡号", Value::Nothing)],
            &[("原额", Value::Nothing)],
            &[("余额", Value::Nothing)],
        ],
        days: Days::Dashes,
        units: ("元", ""),
        sign: "",
        company: true,
    },
    Form {
        city: "青岬",
        size: (50.0, 140.0),
        lines: &[
            &[("车号", Value::Plate)],
            &[("证号", Value::Driver)],
            &[("日期", Value::Day)],
            &[("上车", Value::GetOn)],
            &[("下车", Value::GetOff)],
            &[("单价", Value::Price)],
            &[("里程", Value::Mileage)],
            &[("等候", Value::Waiting)],
            &[("附加费", Value::Surcharge)],
            &[("金额", Value::Fare)],
            &[("合计", Value::Total)],
        ],
        days: Days::ShortYear,
        units: ("元", "km"),
        sign: "",
        company: false,
    },
    Form {
        city: "玉桥",
        size: (76.0, 180.0),
        lines: &[
            &[("车牌号：", Value::Plate)],
            &[("服务证号：", Value::Driver)],
            &[("乘车日期：", Value::Day)],
            &[("上车时间：", Value::GetOn)],
            &[("下车时间：", Value::GetOff)],
            &[("单价：", Value::Price), ("等候时间：", Value::Waiting)],
            &[("里程：", Value::Mileage), ("金额：", Value::Fare)],
            &[("燃油附加费：", Value::Surcharge)],
            &[("总金额：", Value::Total)],
        ],
        days: Days::Chinese,
        units: ("元", "公里"),
        sign: "¥",
        company: true,
    },
];

/// The cities whose forms can be drawn.
pub(crate) const CITIES: [&str; 4] = ["云泽", "白杭", "青岬", "玉桥"];

/// Lays the receipt out on the form of the city that its title names.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let title = subject.need("title")?;
    let form = FORMS.iter().find(|form| title.starts_with(form.city)).unwrap_or(&FORMS[0]);
    let (width, height) = form.size;
    let mut page = Page::new(width, height);
    page.print(Path::block([0.0, 0.0, width, height], PAPER));
    let top = head(&mut page, form, subject)?;
    let pitch = ((height - top - 8.0) / (form.lines.len() as f32 + 1.5)).min(5.6);
    let off = pitch * moved(subject.need("number")?);
    let two = form.lines.iter().any(|line| line.len() > 1);
    for (at, line) in form.lines.iter().enumerate() {
        let y = top + pitch * (at as f32 + 1.0);
        for (column, (label, value)) in line.iter().enumerate() {
            let left = 6.0 + column as f32 * (width / 2.0 - 3.0);
            let name = Text::new(Face::Kai, 3.4, *label).colour(BROWN).left(left, y);
            let after = left + name.width();
            page.print(name);
            let printed = Text::new(Face::Courier, 3.4, print(*value, form, subject)?).colour(METER);
            // strips are printed flush right, wider forms behind the labels
            let placed = if two { printed.left(after + 1.0, y + off) } else { printed.right(width - 5.0, y + off) };
            if !placed.content.is_empty() {
                page.fill(placed);
            }
        }
    }
    Ok(vec![page])
}

/// By how many rows the print stands off its labels.
fn moved(number: &str) -> f32 {
    let last = number.bytes().last().map_or(0, |b| b.wrapping_sub(b'0'));
    match last {
        0 | 1 => 1.0,
        2 | 3 => 0.35,
        4 | 5 => -0.25,
        6 => 1.4,
        _ => 0.0,
    }
}

/// Title, seal, code, number and company; gives where the meter's part begins.
fn head(page: &mut Page, form: &Form, subject: Subject<'_>) -> Result<f32, Error> {
    let (width, middle) = (form.size.0, form.size.0 / 2.0);
    page.print(Text::new(Face::Kai, 4.6, subject.need("title")?).colour(BROWN).fit(width - 5.0).centre(middle, 14.0));
    page.print(Text::new(Face::Kai, 5.0, "发票联").colour(BROWN).justify(0.6 * width).centre(middle, 22.5));
    page.note(Mark::Seal(seal::supervision(middle, 18.0)?));
    let line = |page: &mut Page, y: f32, label: &str, value: &str, size: f32, colour: Colour| {
        let label = Text::new(Face::Kai, 3.6, label).colour(BROWN).left(5.0, y);
        let after = 5.0 + label.width() + 1.0;
        page.print(label);
        page.print(Text::new(Face::Courier, size, value).colour(colour).left(after, y));
    };
    line(page, 33.0, "发票代码", subject.need("code")?, 3.6, BROWN);
    line(page, 39.5, "发票号码", subject.need("number")?, 4.6, RED);
    page.print(Text::new(Face::Kai, 2.9, "投诉电话：12999").colour(BROWN).left(5.0, 45.0));
    let mut y = 50.0;
    if form.company {
        let name = format!("单位名称：{}", subject.need("seller")?);
        page.print(Text::new(Face::Kai, 2.9, name).colour(BROWN).fit(width - 9.0).left(5.0, y));
        y += 5.0;
    }
    page.print(Text::new(Face::Kai, 2.9, "机打发票 手写无效").colour(BROWN).centre(middle, y + 1.0));
    Ok(y + 4.0)
}

/// What the meter prints for a label.
fn print(value: Value, form: &Form, subject: Subject<'_>) -> Result<String, Error> {
    let number = subject.need("number")?;
    let money = |amount: &str| format!("{}{amount}{}", form.sign, form.units.0);
    Ok(match value {
        Value::Plate => subject.text("license_plate").to_owned(),
        Value::Driver => format!("9000{number}").chars().take(10).collect(),
        Value::Day => {
            let day = subject.day("date")?;
            match form.days {
                Days::Chinese => invoice::date::text(day),
                Days::Dashes => crate::reading::dashed(day),
                Days::ShortYear => day.strftime("%y年%m月%d日").to_string(),
            }
        }
        Value::GetOn => subject.need("time_geton")?.to_owned(),
        Value::GetOff => subject.need("time_getoff")?.to_owned(),
        Value::Times => format!("{}-{}", subject.need("time_geton")?, subject.need("time_getoff")?),
        Value::Price => format!("2.{}0{}", number.chars().next().unwrap_or('4'), form.units.0),
        Value::Mileage => format!("{}{}", subject.need("mileage")?, form.units.1),
        Value::Waiting => format!("00:0{}:{}", &number[..1], "12"),
        Value::Fare => money(subject.need("fare")?),
        Value::Surcharge => money(subject.need("surcharge")?),
        Value::Call => money(&rest(subject)?),
        Value::Total => money(subject.need("total")?),
        Value::Nothing => String::new(),
    })
}

/// What the sum holds besides fare and surcharge: the fee for calling the taxi.
fn rest(subject: Subject<'_>) -> Result<String, Error> {
    let mut rest: Decimal = subject.amount("total")? - subject.amount("fare")? - subject.amount("surcharge")?;
    rest.rescale(2);
    Ok(rest.to_string())
}
