//! The grid of 二手车销售统一发票.

use super::super::cells::{Look, label, value};
use super::{money, words};
use crate::error::Error;
use crate::reading::Subject;
use crate::sheet::Page;

/// Draws the grid and gives its bottom.
pub(super) fn grid(page: &mut Page, subject: Subject<'_>, look: Look, (x, top): (f32, f32), electronic: bool) -> Result<f32, Error> {
    let row = if electronic { 7.0 } else { 7.4 };
    let mut y = top;
    let mut next = |page: &mut Page, height: f32, cells: &[_]| {
        look.row(page, (x, y), height, cells);
        y += height;
        y
    };
    let text = |key: &str| subject.text(key).to_owned();
    let id = if electronic { "统一社会信用代码/\n身份证明号码" } else { "单位代码/\n身份证号码" };
    for side in [
        ("买方单位/个人", "buyer", "buyer_id", "买方单位/个人住址", "buyer_address", "buyer_tel"),
        ("卖方单位/个人", "seller", "seller_id", "卖方单位/个人住址", "seller_address", "seller_tel"),
    ] {
        let (name_label, name, number, home_label, home, telephone) = side;
        next(page, row + 1.0, &[label(name_label, 30.0), value(text(name), 92.0), label(id, 30.0), value(text(number), 55.0)]);
        next(page, row, &[label(home_label, 34.0), value(text(home), 100.0), label("电话", 18.0), value(text(telephone), 55.0)]);
    }
    next(
        page,
        row,
        &[
            label("车牌照号", 30.0),
            value(text("license_plate"), 38.0),
            label("登记证号", 20.0),
            value(text("registration_number"), 46.0),
            label("车辆类型", 22.0),
            value(text("car_type"), 51.0),
        ],
    );
    next(
        page,
        row + 2.0,
        &[
            label("车架号/\n车辆识别代码", 26.0),
            value(text("car_code"), 42.0),
            label("厂牌型号", 20.0),
            value(text("car_model"), 46.0),
            label("转入地车辆\n管理所名称", 22.0),
            value(text("destination_department_of_motor_vehicles"), 51.0),
        ],
    );
    next(
        page,
        row,
        &[label("车价合计（大写）", 30.0), value(words(subject)?, 104.0), label("小写", 18.0), value(money(subject, "total")?, 55.0)],
    );
    next(page, row, &[label("经营、拍卖单位", 30.0), value(text("auction_company"), 177.0)]);
    next(
        page,
        row,
        &[
            label("经营、拍卖单位地址", 34.0),
            value(text("auction_address"), 94.0),
            label("纳税人识别号", 24.0),
            value(text("auction_tax_id"), 55.0),
        ],
    );
    let bank = |key: &str| value(text(key), 98.0);
    next(
        page,
        row,
        &[label("开户银行、账号", 30.0), bank("auction_bank_account"), label("电话", 24.0), value(text("auction_phone"), 55.0)],
    );
    next(
        page,
        row,
        &[label("二手车市场", 30.0), value(text("company_name"), 98.0), label("纳税人识别号", 24.0), value(text("company_tax_id"), 55.0)],
    );
    next(page, row, &[label("地址", 30.0), value(text("company_address"), 177.0)]);
    next(
        page,
        row,
        &[label("开户银行、账号", 30.0), bank("company_bank_account"), label("电话", 24.0), value(text("company_phone"), 55.0)],
    );
    Ok(next(page, row, &[label("备注", 30.0), value(text("remark"), 177.0)]))
}
