//! The grid of 机动车销售统一发票, in the wording of 2014 and, from May 2021 on, of 2021.

use super::super::cells::{Look, label, led, value};
use super::{money, words};
use crate::error::Error;
use crate::reading::Subject;
use crate::sheet::Page;

/// Draws the grid and gives its bottom.
pub(super) fn grid(page: &mut Page, subject: Subject<'_>, look: Look, (x, top): (f32, f32), electronic: bool) -> Result<f32, Error> {
    let (tall, row) = if electronic { (12.0, 8.6) } else { (12.5, 9.0) };
    let mut y = top;
    let mut next = |page: &mut Page, height: f32, cells: &[_]| {
        look.row(page, (x, y), height, cells);
        y += height;
        y
    };
    let text = |key: &str| subject.text(key).to_owned();
    let (name, id) = (text("buyer"), text("buyer_id"));
    let issued = subject.day("date")?;
    if !electronic && (issued.year(), issued.month()) < (2021, 5) {
        // the name, and the number below it in the same cell
        let both = format!("{name}\n{id}");
        let cells =
            [label("购买方名称及\n身份证号码/\n组织机构代码", 28.0), value(both, 86.0), label("纳税人识别号", 27.0), value("", 66.0)];
        next(page, tall, &cells);
    } else {
        let label_of_id = if electronic {
            "统一社会信用代码/\n纳税人识别号/\n身份证明号码"
        } else {
            "纳税人识别号/统一\n社会信用代码/\n身份证明号码"
        };
        next(page, tall, &[label("购买方名称", 28.0), value(name, 86.0), label(label_of_id, 33.0), value(id, 60.0)]);
    }
    next(
        page,
        row,
        &[
            label("车辆类型", 22.0),
            value(text("car_type"), 34.0),
            label("厂牌型号", 18.0),
            value(text("car_model"), 74.0),
            label("产地", 14.0),
            value(text("origin"), 45.0),
        ],
    );
    next(
        page,
        row,
        &[
            label("合格证号", 22.0),
            value(text("certificate_number"), 46.0),
            label("进口证明书号", 26.0),
            value("", 46.0),
            label("商检单号", 22.0),
            value(text("commodity_number"), 45.0),
        ],
    );
    let vin = if electronic { "车辆识别代号/车架号码" } else { "车辆识别代号/\n车架号码" };
    next(page, row, &[label("发动机号码", 24.0), value(text("car_engine_code"), 60.0), label(vin, 36.0), value(text("car_code"), 87.0)]);
    let total = if electronic { "价税合计（大写）" } else { "价税合计" };
    next(page, row, &[label(total, 28.0), value(words(subject)?, 99.0), label("小写", 14.0), value(money(subject, "total")?, 66.0)]);
    next(page, row, &[label("销货单位名称", 28.0), value(text("seller"), 99.0), label("电话", 14.0), value(text("phone"), 66.0)]);
    next(page, row, &[label("纳税人识别号", 28.0), value(text("seller_tax_id"), 99.0), label("账号", 14.0), value(text("account"), 66.0)]);
    next(
        page,
        row,
        &[label("地址", 28.0), value(text("address"), 79.0), label("开户银行", 22.0), value(text("seller_bank_account"), 78.0)],
    );
    let authority = format!("{}\n{}", text("tax_authorities"), text("tax_authorities_code"));
    next(
        page,
        row + 1.0,
        &[
            label("增值税税率\n或征收率", 24.0),
            value(text("tax_rate"), 18.0),
            label("增值税\n税额", 16.0),
            value(money(subject, "tax")?, 44.0),
            label("主管税务\n机关及代码", 24.0),
            value(authority, 81.0),
        ],
    );
    Ok(next(
        page,
        row,
        &[
            label("不含税价", 20.0),
            led("小写", money(subject, "pretax_amount")?, 51.0),
            label("完税凭证号码", 26.0),
            value(text("tax_num"), 44.0),
            label("吨位", 12.0),
            value(text("tonnage"), 16.0),
            label("限乘人数", 18.0),
            value(text("max_people_num"), 20.0),
        ],
    ))
}
