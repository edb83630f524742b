//! What a till adds up: the lines below the goods, told by their words, and which of several totals is the one to pay.

use invoice::amount;
use rust_decimal::Decimal;

use super::super::currency;
use super::line::{Line, Money, money};
use crate::layout::is_chinese;

/// What an amount at the foot of a receipt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Subtotal,
    Tax,
    Discount,
    Tips,
    /// The sum.
    Total,
    /// The sum that is to be paid, after discounts, taxes and rounding.
    Due,
    /// Handed over or given back: no part of the sums.
    Tender,
}

/// Words of Chinese, Japanese and Korean labels: contained in the label. The first line with a word decides.
const WORDS: &[(Role, &[&str])] = &[
    (
        Role::Tender,
        &[
            "找零",
            "找赎",
            "找回",
            "现金",
            "現金",
            "支付宝",
            "微信",
            "银联",
            "银行卡",
            "刷卡",
            "会员卡",
            "余额",
            "积分",
            "お釣",
            "お預",
            "预り",
            "抹零",
            "舍入",
            "数量",
            "件数",
            "点数",
            "份数",
            "订金",
            "押金",
        ],
    ),
    (Role::Tips, &["小费"]),
    (Role::Discount, &["优惠", "折扣", "立减", "满减", "折让", "减免", "割引", "値引", "代金券", "优惠券", "让利"]),
    (Role::Subtotal, &["小计"]),
    (Role::Due, &["应付", "应收", "实付", "需付", "お会計", "ご請求", "待付"]),
    (Role::Tender, &["实收", "收款", "已付", "已收"]),
    (Role::Tax, &["税额", "消费税", "内税", "外税", "税金", "增值税"]),
    (Role::Total, &["总计", "合计", "总额", "总金额", "消费金额", "交易金额", "消费总额", "金额", "합계"]),
];
/// Words of labels in Latin letters, in capitals and without white space, digits and signs: the whole label.
const LATIN: &[(Role, &[&str])] = &[
    (
        Role::Subtotal,
        &[
            "SUBTOTAL",
            "SUBTTL",
            "SUBTL",
            "SUBTOT",
            "ZWISCHENSUMME",
            "SOUSTOTAL",
            "SUBTOTALE",
            "SUMTOTAL",
            "MERCHANDISESUBTOTAL",
            "NETAMOUNT",
            "FOODBEVTOTAL",
            "ITEMTOTAL",
        ],
    ),
    (
        Role::Tax,
        &[
            "TAX",
            "TAXES",
            "SALESTAX",
            "STATETAX",
            "CITYTAX",
            "COUNTYTAX",
            "LOCALTAX",
            "TOTALTAX",
            "TAXTOTAL",
            "VAT",
            "VATAMOUNT",
            "TOTALVAT",
            "GST",
            "GSTAMOUNT",
            "TOTALGST",
            "GSTAMT",
            "HST",
            "PST",
            "QST",
            "TVA",
            "IVA",
            "MWST",
            "UST",
            "SST",
            "SERVICETAX",
            "CGST",
            "SGST",
            "TPS",
            "TVQ",
            "BTW",
            "TAXAMOUNT",
            "MEALSTAX",
            "FOODTAX",
        ],
    ),
    (
        Role::Discount,
        &[
            "DISCOUNT",
            "DISCOUNTS",
            "DISC",
            "LESSDISCOUNT",
            "TOTALDISCOUNT",
            "TOTALSAVINGS",
            "COUPON",
            "COUPONS",
            "PROMO",
            "PROMOTION",
            "PROMODISCOUNT",
            "MEMBERDISCOUNT",
            "RABATT",
            "REMISE",
            "VOUCHER",
            "LOYALTYDISCOUNT",
        ],
    ),
    (Role::Tips, &["TIP", "TIPS", "GRATUITY", "TIPAMOUNT"]),
    (
        Role::Due,
        &[
            "GRANDTOTAL",
            "NETTOTAL",
            "NETTTOTAL",
            "TOTALDUE",
            "AMOUNTDUE",
            "BALANCEDUE",
            "TOTALPAYABLE",
            "AMOUNTPAYABLE",
            "NETPAYABLE",
            "TOTALTOPAY",
            "TOPAY",
            "AMOUNTTOPAY",
            "ROUNDEDTOTAL",
            "TOTALROUNDED",
            "TOTALAFTERROUNDING",
            "TOTALAFTERADJ",
            "BALANCETOPAY",
            "ZUZAHLEN",
            "TOTALAPAYER",
            "NETAPAYER",
            "TOTALAPAGAR",
            "DUE",
            "CHECKTOTAL",
            "FINALTOTAL",
        ],
    ),
    (
        Role::Total,
        &[
            "TOTAL",
            "TOTALAMOUNT",
            "TOTALSALES",
            "TOTALAMT",
            "TOTALPRICE",
            "ORDERTOTAL",
            "BILLTOTAL",
            "SALETOTAL",
            "SUMME",
            "GESAMT",
            "GESAMTBETRAG",
            "GESAMTSUMME",
            "TOTALTTC",
            "TOTALE",
            "IMPORTE",
            "IMPORTETOTAL",
            "TOTAAL",
            "AMOUNT",
            "TOTALINCLGST",
            "TOTALINCLTAX",
            "TOTALINCLUDINGGST",
            "TOTALINCGST",
            "TOTALINCVAT",
            "TOTALINCLVAT",
            "TOTALSALESINCLGST",
            "TOTALSALESINCLUSIVEOFGST",
            "TOTALINCLUSIVEOFGST",
            "TOTALINCLUSIVEGST",
            "TOTALEUR",
            "TOTALRM",
            "TOTALUSD",
            "TOTALHKD",
        ],
    ),
    (
        Role::Tender,
        &[
            "CASH",
            "CHANGE",
            "CHANGEDUE",
            "TENDERED",
            "CASHTENDERED",
            "VISA",
            "MASTERCARD",
            "MASTER",
            "CARD",
            "CREDITCARD",
            "CREDIT",
            "DEBIT",
            "AMEX",
            "PAID",
            "AMOUNTPAID",
            "TOTALPAID",
            "PAYMENT",
            "BAR",
            "GEGEBEN",
            "RENDU",
            "ESPECES",
            "OCTOPUS",
            "EFTPOS",
            "DEBITCARD",
            "GIFTCARD",
            "ALIPAY",
            "WECHATPAY",
            "PAYPAL",
        ],
    ),
];

/// One form of the characters that the mainland, 香港 and Japan write differently.
fn simplified(ch: char) -> char {
    match ch {
        '稅' => '税',
        '費' => '费',
        '計' => '计',
        '總' => '总',
        '應' => '应',
        '實' => '实',
        '優' => '优',
        '額' => '额',
        '現' => '现',
        other => other,
    }
}

/// What a label says of its amount.
pub(super) fn role(label: &str) -> Option<Role> {
    let letters: String = label.to_uppercase().chars().filter(|c| c.is_alphabetic()).map(simplified).collect();
    if letters.is_empty() {
        return None;
    }
    if !letters.is_ascii() {
        let found = WORDS.iter().find(|(_, words)| words.iter().any(|word| letters.contains(word)));
        if found.is_some() {
            return found.map(|(role, _)| *role);
        }
    }
    // a second language beside it, or a seal
    let latin: String = letters.chars().filter(|c| !is_chinese(*c)).collect();
    let bare = currency::CODES.iter().find_map(|code| latin.strip_suffix(code)).unwrap_or(&latin);
    let of = |label: &str| LATIN.iter().find(|(_, words)| words.contains(&label)).map(|(role, _)| *role);
    of(&latin).or_else(|| of(bare))
}

/// An amount with what it is and the line it was read from.
#[derive(Debug, Clone)]
pub(super) struct Sum {
    pub(super) role: Role,
    pub(super) amount: Decimal,
    /// Index of its line.
    pub(super) line: usize,
}

/// The sums of a receipt, each absent where nothing or more than one thing was read for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    pub(super) subtotal: Option<Sum>,
    pub(super) tax: Vec<Sum>,
    pub(super) discount: Vec<Sum>,
    pub(super) tips: Option<Sum>,
    pub(super) total: Option<Sum>,
    /// How many different things were told by their words.
    pub(super) roles: Vec<Role>,
}

impl Sums {
    /// Finds them among the lines.
    pub(super) fn of(lines: &[Line]) -> Sums {
        let found: Vec<Sum> = lines.iter().enumerate().filter_map(|(at, _)| labelled(lines, at)).collect();
        let of = |role: Role| distinct(found.iter().filter(|s| s.role == role));
        let mut roles: Vec<Role> = Vec::new();
        for sum in &found {
            if !roles.contains(&sum.role) {
                roles.push(sum.role);
            }
        }
        let mut sums = Sums { subtotal: only(&of(Role::Subtotal)), tips: only(&of(Role::Tips)), roles, ..Sums::default() };
        sums.tax = of(Role::Tax);
        sums.discount = of(Role::Discount);
        let (due, totals) = (of(Role::Due), of(Role::Total));
        sums.total = only(&due).or_else(|| due.is_empty().then(|| only(&totals)).flatten()).or_else(|| {
            // of several the one that the other sums make
            due.iter().chain(&totals).find(|total| sums.makes(total.amount)).cloned()
        });
        // what was added up before a discount is the subtotal where the discount leads from it to what is due
        if sums.subtotal.is_none()
            && let (Some(total), [discount]) = (&sums.total, &sums.discount[..])
        {
            sums.subtotal = totals.iter().find(|t| t.amount - discount.amount.abs() == total.amount && t.amount != total.amount).cloned();
        }
        if sums.tax.len() > 1 && !sums.total.as_ref().is_some_and(|t| sums.makes(t.amount)) {
            sums.tax.clear();
        }
        if sums.discount.len() > 1 && !sums.total.as_ref().is_some_and(|t| sums.makes(t.amount)) {
            sums.discount.clear();
        }
        sums
    }

    /// Whether subtotal, taxes, tips and discounts make this total to the rounding of cash.
    fn makes(&self, total: Decimal) -> bool {
        let Some(subtotal) = &self.subtotal else { return false };
        let tax: Decimal = self.tax.iter().map(|s| s.amount).sum();
        let off: Decimal = self.discount.iter().map(|s| s.amount.abs()).sum();
        let tips = self.tips.as_ref().map_or(Decimal::ZERO, |s| s.amount);
        // taxes may be part of the prices, and so may discounts
        [subtotal.amount + tax + tips - off, subtotal.amount + tips - off, subtotal.amount + tax + tips, subtotal.amount + tips]
            .into_iter()
            .any(|sum| amount::within(sum, total, 5))
    }
}

/// The amount that stands beside a label on a line, or by itself on the next line when the label is alone on its own.
fn labelled(lines: &[Line], at: usize) -> Option<Sum> {
    let line = &lines[at];
    if let Some(Money { amount, label, certain }) = money(&line.text) {
        let role = role(&label)?;
        // a whole number beside 合计 may count the goods, unless nothing else stands there
        return (certain || matches!(role, Role::Total | Role::Due | Role::Subtotal)).then_some(Sum { role, amount, line: at });
    }
    let role = role(&line.text)?;
    let next = lines.get(at + 1)?;
    let below = next.area().top - line.area().bottom < line.height();
    let alone = money(&next.text).filter(|m| m.label.is_empty() && m.certain && below)?;
    Some(Sum { role, amount: alone.amount, line: at + 1 })
}

/// One of each amount.
fn distinct<'a>(sums: impl Iterator<Item = &'a Sum>) -> Vec<Sum> {
    let mut found: Vec<Sum> = Vec::new();
    for sum in sums {
        if !found.iter().any(|f| f.amount == sum.amount) {
            found.push(sum.clone());
        }
    }
    found
}

fn only(sums: &[Sum]) -> Option<Sum> {
    match sums {
        [one] => Some(one.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    fn sums(texts: &[&str]) -> Sums {
        let words: Vec<(&str, f32, f32, f32)> = texts.iter().enumerate().map(|(i, t)| (*t, 20.0, 20.0 + 14.0 * i as f32, 10.0)).collect();
        Sums::of(&Line::all(&drawn::sheet(&words)))
    }

    fn shown(sums: &Sums) -> [String; 5] {
        let one = |s: &Option<Sum>| s.as_ref().map(|s| s.amount.to_string()).unwrap_or_default();
        let many = |s: &[Sum]| s.iter().map(|s| s.amount.to_string()).collect::<Vec<_>>().join("+");
        [one(&sums.subtotal), many(&sums.tax), many(&sums.discount), one(&sums.tips), one(&sums.total)]
    }

    #[test]
    fn which_amount_is_which() {
        let cases: &[(&[&str], [&str; 5])] = &[
            (
                &["Total Amount: RM8.76", "GST @0%: RM0.00", "Rounding: -RM0.01", "Nett Total: RM8.75", "CASH RM8.75"],
                ["", "0.00", "", "", "8.75"],
            ),
            (&["SUBTOTAL 20.00", "TAX 8.5% 1.70", "TIP 3.00", "TOTAL 24.70", "VISA 24.70"], ["20.00", "1.70", "", "3.00", "24.70"]),
            (&["合计 88.00", "优惠 8.00", "应付 80.00", "实收 100.00", "找零 20.00"], ["88.00", "", "8.00", "", "80.00"]),
            (&["小计:88.00", "合计:88.00", "支付宝:88.00"], ["88.00", "", "", "", "88.00"]),
            // the total before the tip is not what was paid
            (&["SUBTOTAL 20.00", "TAX 1.70", "TOTAL 21.70", "TIP 3.00", "TOTAL 24.70"], ["20.00", "1.70", "", "3.00", "24.70"]),
            // two totals that nothing tells apart
            (&["TOTAL 21.70", "TOTAL 24.70"], ["", "", "", "", ""]),
            (&["SUBTOTAL 100.00", "GST 5.00", "PST 7.00", "TOTAL 112.00"], ["100.00", "5.00+7.00", "", "", "112.00"]),
            (&["TOTAL ITEMS 3", "合计数量 3", "TOTAL 12.00"], ["", "", "", "", "12.00"]),
            (&["合计", "¥35.00"], ["", "", "", "", "35.00"]),
            // a seal beside a label, a second language
            (&["SUBTOTAL 20.00", "Tip 样张专用章 $3.00", "SUMMEEUR样张专用章 23,00"], ["20.00", "", "", "3.00", "23.00"]),
            (&["TOTAL 總數 $12.00"], ["", "", "", "", "12.00"]),
        ];
        for (texts, expected) in cases {
            assert_eq!(shown(&sums(texts)), expected.map(str::to_owned), "{texts:?}");
        }
    }
}
