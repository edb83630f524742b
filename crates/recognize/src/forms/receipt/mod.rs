//! 小票: what a till prints, here or abroad. There is no form: a receipt is a narrow roll of lines that has a total and enough of what only
//! tills print. Orders, contracts, statements and bank slips have totals too and are none.

mod line;
mod moment;
mod sums;
mod trade;

use invoice::amount;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use rust_decimal::Decimal;

use self::line::{Line, money};
use self::sums::{Role, Sum, Sums};
use super::signs::extent;
use super::{FormReading, clock, currency};
use crate::layout::gather::Piece;
use crate::layout::{Sheet, is_chinese, median};

/// What tills print, a line for each thing; in capitals and without white space.
const TILL: &[&[&str]] = &[
    &[
        "CASH",
        "CHANGE",
        "VISA",
        "MASTERCARD",
        "TENDER",
        "PAYMENTMODE",
        "找零",
        "实收",
        "现金",
        "支付宝",
        "微信",
        "刷卡",
        "找赎",
        "お釣",
        "お預",
        "GEGEBEN",
        "EFTPOS",
    ],
    &[
        "收银",
        "收款员",
        "营业员",
        "机号",
        "CASHIER",
        "TILL",
        "REGISTER",
        "SERVER",
        "TERMINAL",
        "レジ",
        "服务员",
        "POSNO",
        "POS:",
        "责任者",
        "STAFF",
    ],
    &[
        "单号",
        "流水",
        "小票",
        "交易号",
        "票号",
        "RECEIPT",
        "CHECK#",
        "ORDER#",
        "ORDERNO",
        "TRANS",
        "TRN",
        "INVOICE#",
        "INVOICENO",
        "BILLNO",
        "BILL#",
        "レシート",
        "領収",
        "账单",
        "结账",
    ],
    &["QTY", "数量", "单价", "品名", "商品", "ITEM", "PRICE", "件数", "点数", "品项", "菜品"],
    &[
        "谢谢",
        "欢迎",
        "光临",
        "惠顾",
        "THANK",
        "WELCOME",
        "COMEAGAIN",
        "VISITAGAIN",
        "ありがとう",
        "退换",
        "REFUND",
        "DANKE",
        "MERCI",
        "GRACIAS",
    ],
    &["TABLE", "桌", "台号", "GUEST", "DINE", "人数", "TAKEAWAY", "堂食", "外带", "COVERS"],
    &["TEL", "PHONE", "电话", "GSTREG", "VATNO", "ABN", "TAXID", "USTID", "WWW.", ".COM", "门店", "分店"],
];
/// What stands on papers that are no receipts.
const OTHERS: &[&str] = &[
    "发票代码",
    "发票号码",
    "价税合计",
    "销售方",
    "购买方",
    "开票人",
    "票据号码",
    "回单",
    "对账单",
    "合同",
    "协议",
    "报价",
    "订单确认",
    "送货单",
    "出库单",
    "入库单",
    "行程单",
    "购销",
    "借据",
    "付款人",
    "转账",
    "汇款",
    "账户名称",
    "ORDERCONFIRMATION",
    "ORDERACKNOWLEDG",
    "QUOTATION",
    "PROFORMA",
    "PURCHASEORDER",
    "STATEMENT",
    "CONTRACT",
    "AGREEMENT",
    "DELIVERYNOTE",
    "PACKINGLIST",
    "PAYSLIP",
    "BILLTO",
    "SHIPTO",
    "REMITTANCE",
    "尊敬的",
    "DEAR",
    "此致",
];
/// How many of the things that tills print a receipt has at least.
const ENOUGH: usize = 3;
/// How wide a roll is at most, in heights of its lines: boxes around what was read by eye are higher than letters.
const WIDEST_EYE: f32 = 30.0;
const WIDEST_TEXT: f32 = 42.0;

/// Whether lines of text have so much of what tills print that they are a receipt, whatever of its sums was read.
pub(crate) fn is_till(text: &str) -> bool {
    let plain = in_capitals(text);
    printed(&plain) >= ENOUGH && !OTHERS.iter().any(|word| plain.contains(word))
}

/// A text in capitals without white space, but for its ends of lines.
fn in_capitals(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_whitespace()).collect::<String>().to_uppercase()
}

/// How many of the things that tills print a text in capitals has.
fn printed(plain: &str) -> usize {
    TILL.iter().filter(|words| words.iter().any(|word| plain.contains(word))).count()
}

/// Reads the receipt, or tells that the sheet holds none.
pub(super) fn read(sheet: &Sheet) -> Option<FormReading> {
    let lines = Line::all(sheet);
    let plain = in_capitals(&lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect::<String>());
    // what most sheets fail is asked before their sums are looked for
    if OTHERS.iter().any(|word| plain.contains(word)) || !is_narrow(sheet, &lines) {
        return None;
    }
    let sums = Sums::of(&lines);
    let total = sums.total.as_ref()?;
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let coin = currency::signed(texts[total.line]).or_else(|| currency::of(&texts));
    let order = moment::order(coin);
    let day = lines.iter().find_map(|line| Some((moment::day(&line.text, order)?, line)));
    if !is_of_till(&plain, &lines, &sums, day.is_some()) {
        return None;
    }
    let mut details = Details::new();
    let put = |details: &mut Details, key: &str, value: &str, pieces: &[Piece]| details.set(key, sheet.field(value, pieces));
    let store = store(&lines);
    if let Some((name, line)) = &store {
        put(&mut details, "store_name", name, &line.pieces);
    }
    if let Some((day, line)) = day {
        put(&mut details, "date", &day, &line.pieces);
        // the time stands beside the day, or on a line with nothing else
        let beside = clock::find(&line.text).map(|time| (time, line));
        let alone = || lines.iter().filter(|l| l.text.len() < 24).find_map(|l| Some((clock::find(&l.text)?, l)));
        if let Some((time, line)) = beside.or_else(alone) {
            put(&mut details, "time", &time, &line.pieces);
        }
    }
    let mut sum = |key: &str, sums: &[Sum]| {
        if let Some(first) = sums.first() {
            let value: Decimal = sums.iter().map(|s| s.amount.abs()).sum();
            put(&mut details, key, &amount::plain(value), &lines[first.line].pieces);
        }
    };
    sum("subtotal", sums.subtotal.as_slice());
    sum("tax", &sums.tax);
    sum("discount", &sums.discount);
    sum("tips", sums.tips.as_slice());
    put(&mut details, "total", &amount::plain(total.amount), &lines[total.line].pieces);
    let derived = |details: &mut Details, key: &str, value: &str| details.set(key, Field::new(value, Source::Derived));
    if let Some(coin) = coin {
        derived(&mut details, "currency_code", coin);
    }
    derived(&mut details, "type", trade::class(store.as_ref().map_or("", |(name, _)| name), &texts));
    if let Some(foreign) = foreign(coin, &texts) {
        derived(&mut details, "international_mark", if foreign { "1" } else { "0" });
    }
    Some(FormReading::new(Kind::Receipt, details, extent(sheet)))
}

/// Whether the lines are no wider than those of a roll.
fn is_narrow(sheet: &Sheet, lines: &[Line]) -> bool {
    let usual = median(lines.iter().map(Line::height)).unwrap_or(1.0).max(1e-3);
    let widest = if sheet.source == Source::Ocr { WIDEST_EYE } else { WIDEST_TEXT };
    extent(sheet).width() <= widest * usual
}

/// Whether the lines, whose text is `plain` in capitals, are those of a till.
fn is_of_till(plain: &str, lines: &[Line], sums: &Sums, dated: bool) -> bool {
    let added = [Role::Subtotal, Role::Tax, Role::Discount, Role::Tips].iter().filter(|role| sums.roles.contains(role)).count();
    let goods = lines
        .iter()
        .filter(|line| money(&line.text).is_some_and(|m| m.certain && sums::role(&m.label).is_none() && !m.label.is_empty()))
        .count();
    printed(plain) + added + usize::from(goods > 1) + usize::from(dated) > ENOUGH
}

/// Heads of the columns of goods: a line with two of them is no name.
const HEADS: &[&str] = &["品名", "商品", "数量", "单价", "金额", "小计", "ITEM", "QTY", "PRICE", "AMOUNT"];
/// What is not the name of a shop, at the head of a receipt.
const NO_NAMES: &[&str] = &[
    "RECEIPT",
    "INVOICE",
    "WELCOME",
    "TEL",
    "PHONE",
    "电话",
    "地址",
    "ADDRESS",
    "单号",
    "WWW",
    "HTTP",
    "小票",
    "账单",
    "结账",
    "预结",
    "CUSTOMERCOPY",
    "MERCHANTCOPY",
    "存根",
    "COPY",
    "TABLE",
    "桌",
    "CASHIER",
    "收银",
    "流水",
    "DATE",
    "日期",
    "GSTREG",
    "ABN",
    "签购单",
    "消费单",
    "点菜单",
    "REG",
    "ORDER",
    "交易",
    "领収",
    "領収",
    "专用章",
];
/// A till prints in Latin letters where fewer than one of so many letters are Chinese; then so many at an end of a name are a seal's.
const LATIN: usize = 5;
const STRAY: usize = 2;

/// The name of the shop: beside its label, else the first line at the head that may be a name, or one much taller close below it.
fn store(lines: &[Line]) -> Option<(String, &Line)> {
    const LABELS: &[&str] = &["商户名称", "商户名", "店铺名称", "门店名称", "门店", "店名", "店铺", "MERCHANTNAME", "MERCHANT"];
    let labelled = lines.iter().find_map(|line| {
        let (label, name) = line.text.split_once([':', '：'])?;
        let plain: String = label.to_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
        (LABELS.contains(&plain.as_str()) && letters(name) > 1).then(|| (name.trim().to_owned(), line))
    });
    if labelled.is_some() {
        return labelled;
    }
    let head = lines
        .iter()
        .position(|line| money(&line.text).is_some_and(|m| m.certain) || clock::find(&line.text).is_some())
        .unwrap_or(lines.len());
    let count = |is: fn(char) -> bool| lines.iter().flat_map(|line| line.text.chars()).filter(|c| is(*c)).count();
    let latin = count(is_chinese) * LATIN < count(char::is_alphabetic);
    let own = |line: &Line| name(if latin { without_strays(&line.text) } else { &line.text });
    let names: Vec<(String, &Line)> =
        lines[..lines.len().min(head.max(3)).min(8)].iter().filter_map(|line| Some((own(line)?, line))).collect();
    let (first, line) = names.first()?;
    let taller =
        names.iter().take(3).filter(|(_, l)| l.height() > 1.4 * line.height()).max_by(|a, b| a.1.height().total_cmp(&b.1.height()));
    Some(taller.cloned().unwrap_or_else(|| (first.clone(), line)))
}

/// A line without the few Chinese characters at its ends.
fn without_strays(text: &str) -> &str {
    let is_stray = |c: char| is_chinese(c) || c.is_whitespace();
    let han = |text: &str| text.chars().filter(|c| is_chinese(*c)).count();
    let rest = text.trim_start_matches(is_stray);
    let rest = if han(&text[..text.len() - rest.len()]) > STRAY { text } else { rest };
    let kept = rest.trim_end_matches(is_stray);
    if han(&rest[kept.len()..]) > STRAY { rest } else { kept }
}

/// A line as the name of a shop, if it may be one.
fn name(text: &str) -> Option<String> {
    let name = text.trim().trim_matches(['*', '=', '-', '~', '#']).trim();
    let name = name.strip_prefix("欢迎光临").map_or(name, str::trim);
    let plain: String = name.to_uppercase().chars().filter(|c| !c.is_whitespace()).collect();
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    let mut words = NO_NAMES.iter();
    let heads = HEADS.iter().filter(|word| plain.contains(**word)).count();
    let none = words.any(|word| plain.contains(word))
        || heads > 1
        || money(name).is_some_and(|m| m.certain)
        || name.contains([':', '：', '#', '@'])
        || moment::day(name, moment::Order::Unknown).is_some();
    (letters(name) > 1 && digits < letters(name) && !none).then(|| name.to_owned())
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}

/// Whether it was printed abroad: by its currency, else by its writing.
fn foreign(coin: Option<&str>, lines: &[&str]) -> Option<bool> {
    if let Some(coin) = coin {
        return Some(coin != "CNY");
    }
    let text = lines.concat();
    let han = text.chars().filter(|c| is_chinese(*c)).count();
    if han == 0 {
        return Some(true);
    }
    // characters that only the mainland writes
    text.contains(['总', '计', '单', '谢', '时', '号', '额', '实', '应', '欢']).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    fn reading(texts: &[&str]) -> Option<Details> {
        let words: Vec<(&str, f32, f32, f32)> = texts.iter().enumerate().map(|(i, t)| (*t, 20.0, 20.0 + 14.0 * i as f32, 10.0)).collect();
        crate::forms::read(&drawn::sheet(&words)).map(|form| {
            assert_eq!(form.kind, Kind::Receipt);
            form.details
        })
    }

    #[test]
    fn a_receipt_from_abroad() {
        let details = reading(&[
            "A06002",
            "SPECIMEN INTERNATIONAL SDN BHD",
            "01 Jun 2018 18:41",
            "(999999-U)",
            "12, Jalan Contoh 7/4",
            "TAX INVOICE",
            "Invoice #: OR18060102160261",
            "Item Qty Total",
            "Vegetables 1 RM6.22",
            "Chicken Rice 1 RM2.54",
            "Total Amount: RM8.76",
            "GST @0%: RM0.00",
            "Rounding: -RM0.01",
            "Nett Total: RM8.75",
            "CASH RM8.75",
            "Change RM0.00",
            "Thank You & Come Again!",
        ])
        .expect("a receipt");
        for (key, value) in [
            ("store_name", "SPECIMEN INTERNATIONAL SDN BHD"),
            ("date", "2018年06月01日"),
            ("time", "18:41"),
            ("subtotal", ""),
            ("tax", "0.00"),
            ("discount", ""),
            ("total", "8.75"),
            ("currency_code", "MYR"),
            ("international_mark", "1"),
        ] {
            assert_eq!(details.text(key), value, "{key}");
        }
    }

    #[test]
    fn a_receipt_from_here() {
        let details = reading(&[
            "云泽永样超市(望川店)",
            "欢迎光临",
            "单号:20190322001 收银员:003",
            "2019-03-22 09:15:07",
            "品名 数量 单价 金额",
            "样张牛奶 2 6.50 13.00",
            "样张面巾纸 1 9.90 9.90",
            "合计: 22.90",
            "优惠: 2.00",
            "应付: 20.90元",
            "微信支付: 20.90",
            "谢谢惠顾",
        ])
        .expect("a receipt");
        for (key, value) in [
            ("store_name", "云泽永样超市(望川店)"),
            ("date", "2019年03月22日"),
            ("time", "09:15:07"),
            ("subtotal", "22.90"),
            ("tax", ""),
            ("discount", "2.00"),
            ("total", "20.90"),
            ("currency_code", "CNY"),
            ("type", "Shopping"),
            ("international_mark", "0"),
        ] {
            assert_eq!(details.text(key), value, "{key}");
        }
    }

    #[test]
    fn a_till_is_told_by_what_it_prints_without_its_sums() {
        let cases = [
            ("MUSTER BACKHAUS GMBH\nMuster Brot 49,00 A\nBar EUR\nTerminal 12 Trn 004411\nDanke", true),
            ("云泽永样超市\n购 物 小 票\n单号:0020190322\n微信支付\n谢谢惠顾", true),
            ("云泽永样超市\n单号:0020190322\n微信支付", false),
            ("购买方名称\n购物小票\n微信支付\n谢谢惠顾\n电话", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_till(text), expected, "{text}");
        }
    }

    #[test]
    fn a_seal_beside_the_name() {
        let texts = |name: &'static str| {
            [name, "06/13/2018 18:41", "Check #: 4411", "1 House Salad $17.55", "Subtotal $17.55", "Total $17.55", "VISA $17.55"]
        };
        for (printed, name) in [
            ("报 销 SPECIMEN GRILL", "SPECIMEN GRILL"),
            ("SPECIMEN GRILL核", "SPECIMEN GRILL"),
            ("云泽茶餐厅 GRILL", "云泽茶餐厅 GRILL"),
            ("销核", ""),
        ] {
            assert_eq!(reading(&texts(printed)).expect("a receipt").text("store_name"), name, "{printed}");
        }
    }

    #[test]
    fn papers_with_totals_that_are_no_receipts() {
        let papers: &[&[&str]] = &[
            &[
                "ORDER CONFIRMATION",
                "Order # 1234",
                "Item Qty Price",
                "Desk 1 100.00",
                "Chair 2 50.00",
                "SUBTOTAL 150.00",
                "TAX 9.00",
                "TOTAL 159.00",
                "Thank you",
            ],
            &["业务回单", "日期:2019-03-22", "付款人:云泽", "合计金额: 120.00元", "流水号: 123", "收银", "谢谢"],
            &["购销合同", "品名 数量 单价", "钢板 2 6.00", "合计: 12.00元", "日期:2019-03-22", "电话:1234"],
            &["Monthly report", "Sales 12.00", "TOTAL 12.00"],
            &["Dear Sir,", "TOTAL 12.00", "CASH", "RECEIPT", "QTY", "THANK YOU", "2019-03-22"],
            &["TOTAL"],
            &[],
        ];
        for paper in papers {
            assert!(reading(paper).is_none(), "{paper:?}");
        }
    }
}
