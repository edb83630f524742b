//! Slips: code and number come with the paper, all else is printed in one go.

use invoice::kind::Kind;

use super::{INK, NUMBERED, cells, typed};
use crate::error::Error;
use crate::reading::{Subject, dashed};
use crate::seal::{company, supervision};
use crate::sheet::{Face, Mark, Page, Path, Text, wrap};

const WIDTH: f32 = 76.0;
const LEFT: f32 = 6.0;
const SIZE: f32 = 3.1;
const STEP: f32 = 4.6;

/// A slip as long as what is on it.
pub(super) fn slip(subject: Subject<'_>) -> Result<Page, Error> {
    let mut page = Page::new(WIDTH, 40.0);
    let middle = WIDTH / 2.0;
    page.print(Text::new(Face::Kai, 4.6, subject.need("title")?).colour(INK).fit(WIDTH - 8.0).centre(middle, 9.0));
    page.note(Mark::Seal(supervision(middle, 14.5)?));
    page.print(Text::new(Face::Kai, 4.4, "发票联").colour(INK).justify(24.0).centre(middle, 22.0));
    for (y, words, key) in [(29.0, "发票代码", "code"), (35.0, "发票号码", "number")] {
        page.print(Text::new(Face::Kai, 3.6, words).colour(INK).left(LEFT + 4.0, y));
        page.print(Text::new(Face::Courier, 4.4, subject.need(key)?).colour(NUMBERED).left(LEFT + 21.0, y + 0.2));
    }
    let mut y = 43.0;
    let mut line = |page: &mut Page, text: String| {
        for part in wrap(&text, Face::Song, SIZE, WIDTH - 2.0 * LEFT) {
            page.fill(typed(part, SIZE).left(LEFT, y));
            y += STEP;
        }
        y
    };
    let roll = subject.kind == Kind::VatRoll;
    let day = dashed(subject.day("date")?);
    if roll {
        line(&mut page, format!("机打号码:{}", subject.need("number_confirm")?));
        line(&mut page, format!("机器编号:99{}", subject.need("number")?.repeat(2).get(..10).unwrap_or_default()));
        line(&mut page, format!("销售方名称:{}", subject.need("seller")?));
        line(&mut page, format!("纳税人识别号:{}", subject.need("seller_tax_id")?));
        line(&mut page, format!("开票日期:{day}  收款员:方远"));
        line(&mut page, format!("购买方名称:{}", subject.text("buyer")));
        line(&mut page, format!("纳税人识别号:{}", subject.text("buyer_tax_id")));
    } else {
        line(&mut page, format!("机打号码:{}", subject.need("number")?));
        line(&mut page, format!("机器编号:99{}", subject.need("number")?.repeat(2).get(..10).unwrap_or_default()));
        line(&mut page, format!("收款单位:{}", subject.need("seller")?));
        line(&mut page, format!("税号:{}", subject.need("seller_tax_id")?));
        line(&mut page, format!("开票日期:{day} {}", subject.text("time")));
        line(&mut page, format!("付款单位:{}", subject.text("buyer")));
        if !subject.text("buyer_tax_id").is_empty() {
            line(&mut page, format!("付款单位税号:{}", subject.text("buyer_tax_id")));
        }
    }
    let fuel = !roll && subject.text("category") == "oil";
    let mut y = if fuel { pumped(&mut page, subject, y) } else { listed(&mut page, subject, y) };
    let total = [("合计金额(小写)", "合计金额(大写)"), ("小写合计", "大写合计")][usize::from(!roll)];
    let mut line = |page: &mut Page, text: String| {
        for part in wrap(&text, Face::Song, SIZE, WIDTH - 2.0 * LEFT) {
            page.fill(typed(part, SIZE).left(LEFT, y));
            y += STEP;
        }
        y
    };
    line(&mut page, format!("{}:￥{}", total.0, subject.need("total")?));
    let end = line(&mut page, format!("{}:{}", total.1, subject.need("total_cn")?));
    let end = match subject.text("check_code") {
        "" => end,
        code => line(&mut page, format!("校验码:{code}")),
    };
    if subject.flag("company_seal") {
        page.note(Mark::Seal(company(subject.text("seller"), subject.text("seller_tax_id"), middle + 8.0, end + 14.0)?));
    }
    page.height = end + 34.0;
    Ok(page)
}

/// The table: names in lines of their own, their numbers below.
fn listed(page: &mut Page, subject: Subject<'_>, y: f32) -> f32 {
    const COLUMNS: [(&str, f32); 3] = [("数量", 36.0), ("单价", 52.0), ("金额", WIDTH - LEFT)];
    let mut y = y + 1.0;
    rule(page, y - 4.2);
    page.fill(typed("项目", SIZE).left(LEFT, y));
    for (words, right) in COLUMNS {
        page.fill(typed(words, SIZE).right(right, y));
    }
    y += STEP;
    for row in subject.rows("items") {
        let [name, quantity, price, total] = cells(row, &["name", "quantity", "price", "total"])[..] else { continue };
        for part in wrap(name, Face::Song, SIZE, WIDTH - 2.0 * LEFT) {
            page.fill(typed(part, SIZE).left(LEFT, y));
            y += STEP;
        }
        for ((_, right), text) in COLUMNS.iter().zip([quantity, price, total]) {
            page.fill(typed(text, SIZE).right(*right, y));
        }
        y += STEP;
    }
    rule(page, y - 3.6);
    y + 1.0
}

/// What was filled in at a pump, as label and value.
fn pumped(page: &mut Page, subject: Subject<'_>, y: f32) -> f32 {
    let mut y = y;
    for row in subject.rows("items") {
        let [name, quantity, price, total] = cells(row, &["name", "quantity", "price", "total"])[..] else { continue };
        let pairs = [("油品", name), ("枪号", "03"), ("升数", quantity), ("单价", price), ("金额", total)];
        for pair in pairs.chunks(2) {
            for (i, (words, text)) in pair.iter().enumerate() {
                page.fill(typed(format!("{words}:{text}"), SIZE).left(LEFT + 36.0 * i as f32, y));
            }
            y += STEP;
        }
    }
    y
}

fn rule(page: &mut Page, y: f32) {
    let mut x = LEFT;
    while x < WIDTH - LEFT {
        page.print(Path::line((x, y), (x + 1.2, y), 0.2, [90, 90, 90]));
        x += 2.0;
    }
}
