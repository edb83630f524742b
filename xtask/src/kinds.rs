//! docs/kinds.md: the kinds of invoice and their fields, drawn from the table that the programs themselves use.

use std::fmt::Write;

use invoice::kind::Kind;
use invoice::kind::field::{Case, FieldSpec, Presence, Shape, Unread};

/// Where the page lies, seen from the root of the repository.
pub(crate) const PAGE: &str = "docs/kinds.md";

/// Kinds that this version reads, and from what. A kind that is not here is told only as 其他.
const READ: &[(Kind, &str)] = &[
    (Kind::VatSpecial, "paper and 电子专用发票 (`electronic_mark`): picture, PDF, OFD, XML"),
    (Kind::VatOrdinary, "paper: picture, PDF"),
    (Kind::VatElectronic, "picture, PDF, OFD, XML, XBRL"),
    (Kind::VatBlockChain, "picture, PDF"),
    (Kind::VatToll, "picture, PDF, OFD, XML"),
    (Kind::VatRoll, "paper of 57 and 76 mm: picture, PDF"),
    (Kind::VehicleSale, "paper and 数电票 (`electronic_number`): picture, PDF text, OFD"),
    (Kind::UsedVehicleSale, "paper and 数电票 (`electronic_number`): picture, PDF text, OFD"),
    (Kind::DigitalSpecial, "picture, PDF, OFD, XML, XBRL"),
    (Kind::DigitalOrdinary, "picture, PDF, OFD, XML, XBRL"),
    (Kind::SalesList, "the list that belongs to a paper invoice: picture, PDF"),
    (Kind::Quota, "picture, PDF text"),
    (Kind::MachinePrinted, "flat and on rolls, and the electronic ones of provinces (`electronic_mark`): picture, PDF text, OFD"),
    (Kind::Taxi, "picture, PDF text"),
    (Kind::Train, "on paper: picture, PDF text; 铁路电子客票: picture, PDF text, OFD, XBRL"),
    (Kind::Bus, "picture, PDF text"),
    (Kind::Ferry, "picture, PDF text"),
    (Kind::Air, "on paper: picture; 航空行程单 (数电): picture, PDF text, OFD, XBRL"),
    (Kind::Toll, "picture, PDF text"),
    (Kind::Reimbursable, "picture, PDF text"),
    (Kind::TaxCertificate, "税收完税证明 and 税收缴款书: picture, PDF text"),
    (Kind::Receipt, "picture, PDF text"),
    (Kind::RideItinerary, "of any platform: picture, PDF text"),
    (Kind::Other, "whatever holds none of these"),
];

/// How a kind is told from the others, what must add up on it, and what its reading was tried on.
struct Reading {
    kind: Kind,
    told: &'static str,
    sums: &'static str,
    tried: &'static str,
}

/// What there is to say of reading a kind; not of every kind there is.
const READINGS: &[Reading] = &[
    Reading {
        kind: Kind::VatRoll,
        told: "the title with 卷票, a code that ends in 06 or 07, or the lines that only its machine prints (机打号码, 收款员)",
        sums: "the rows and the amount in words with the total; quantity × price with each row; code and number with those stamped",
        tried: "drawn specimens; no real document was at hand",
    },
    Reading {
        kind: Kind::VehicleSale,
        told: "three at least of the labels of its grid (合格证号, 发动机号码, 车辆识别代号, 厂牌型号, 主管税务机关)",
        sums: "net + tax with the total; net × rate with the tax; the amount in words; the check character of the vehicle's number; \
                  code and number with those that the machine printed",
        tried: "drawn specimens in the wording of 2014 and 2021 and as 数电票; no real document was at hand",
    },
    Reading {
        kind: Kind::UsedVehicleSale,
        told: "three at least of the labels of its grid (买方单位/个人, 卖方单位/个人, 车牌照号, 登记证号, 转入地车辆管理所名称, 二手车市场)",
        sums: "the amount in words with the total; the check character of the vehicle's number; code and number with those that the \
                  machine printed",
        tried: "drawn specimens on paper and as 数电票; no real document was at hand",
    },
    Reading {
        kind: Kind::Quota,
        told: "定额 in its title",
        sums: "the amount in words is the amount in figures; where one of the two is not printed it follows from the other; prizes and limits are no amounts",
        tried: "specimens in three sizes: words alone, words and figures, figures alone",
    },
    Reading {
        kind: Kind::MachinePrinted,
        told: "机打发票 or 通用（电子）发票 in its title, while the words of tickets (上车, 座号, 入口 …) speak against it",
        sums: "the rows and the amount in words with the total; quantity × price with each row; net + tax where it has taxes",
        tried: "one blank sheet of Hunan; drawn specimens: two rolls, a flat sheet, an electronic one",
    },
    Reading {
        kind: Kind::Taxi,
        told: "出租汽车 in its title with two of the meter's labels, else four of 车号, 证号, 上车, 下车, 单价, 里程, 等候, 附加费, 电召费, 卡号; 行程单, 税率 and 座号 speak against it",
        sums: "the sum is 实收, 合计 or 总金额 where printed, else 金额 and the fees that are 另收. A day misread in one digit is mended where one day alone remains; values belong to labels \
               by their order, since the print stands up to two and a half rows off. Amounts are whole tenths of a yuan, and none is above twice the way's price and 300 yuan",
        tried: "twelve photos of receipts of one city and two of eight receipts each; specimens of four invented cities' forms, their print moved by up to a row and a half",
    },
    Reading {
        kind: Kind::Train,
        told: "on paper: a line with a day, a time and 开, and either two stations with a train's number between them or a class of seats; without that line: a train's number, a station beside it, the price below and a class or the ticket's terms; the electronic ticket by its title, \
               or by 电子客票号 and 发票号码",
        sums: "the number's last seven characters are the serial number's: they settle a letter that was read as a digit. A price has decimals, a seat its letter and 号",
        tried: "three photos of paper tickets and two collages of four, one of them synthetic; two electronic tickets; specimens of blue, red and electronic tickets",
    },
    Reading {
        kind: Kind::Bus,
        told: "its title (汽车客票, 道路客运, 公路客运, 客运发票, 旅客运输专用发票 …), else 乘车日期 and 票价 with 到达站 or 车次; 定额, 出租, 购买方, 铁路 and 航次 speak against it",
        sums: "nothing; 合计 goes before 票价 where both are printed, and the day of the sale is taken only where no other day is",
        tried: "one photo of a provincial ticket; specimens in three layouts: heads with values below, labels with values beside, stations in large print",
    },
    Reading {
        kind: Kind::Ferry,
        told: "船票, 水路客运, 轮渡, 船名, 航次 and the like in Chinese of both writings and in English, with an origin or a destination",
        sums: "nothing; the currency is the one named beside the price, and 人民币 where the form bears a 发票代码",
        tried: "specimens in three layouts, one of them in two languages with prices in HKD and MOP",
    },
    Reading {
        kind: Kind::Toll,
        told: "通行费, 过路费 or 路桥费 with a title or a code, or 入口 and 出口; the columns of VAT invoices speak against it",
        sums: "nothing; the sum is the one beside its label, else the one in words, else the only one with a sign",
        tried: "specimens in three layouts: stations by name, stations by number, a fixed sum. No real one was there to try",
    },
    Reading {
        kind: Kind::Air,
        told: "the heads of its flights and prices (航班号, 承运人, 燃油附加费 …), and on paper, where a seal hides its title, by four labels of its foot (电子客票号码, 验证码, 填开单位 …); 电子发票 in the title or a 发票号码 tells the 数电票 from the form on paper",
        sums: "fare, fund, fuel surcharge and taxes to the total; what the ticket is exempt from (EXEMPTYQ) is nought",
        tried: "a 数电票 of an airline as PDF; specimens: 数电票 as PDF and picture, paper stamped in place and askew as picture",
    },
    Reading {
        kind: Kind::Reimbursable,
        told: "after all others: a title that is called 发票, 票据, 收据 or 门票, a number, and a code or the name of a tax or finance bureau",
        sums: "the amount in words settles which figure is the total",
        tried: "specimens in three layouts: an electronic bill of the treasury, a ticket of admission, a bill for settling accounts",
    },
    Reading {
        kind: Kind::TaxCertificate,
        told: "税收完税证明 or 税收缴款书 in its title, and the heads of its table (原凭证号, 税款所属时期, 实缴（退）金额, 预算科目 …)",
        sums: "the amounts paid to the total, and the amount in words to the one in figures",
        tried: "specimens in three layouts: the certificate, the books of payment of a bank and of a bureau; no real document was at hand",
    },
    Reading {
        kind: Kind::Receipt,
        told: "no title: a narrow roll that has a total and four of the things that tills print; orders, contracts, statements and bank slips are none",
        sums: "subtotal, tax, tips and discount choose between several totals; several taxes or discounts are given as one sum only where they lead to the total. \
               Day and month that could be either are told by the country of the currency, else not at all",
        tried: "one scan of a Malaysian receipt; specimens of tills in China, the USA, Malaysia, Germany and Japan",
    },
    Reading {
        kind: Kind::RideItinerary,
        told: "行程单 in its title and the heads of its table (上车时间, 起点, 终点, 车型 …), while the words of air itineraries speak against it",
        sums: "the rides to the total",
        tried: "a list of one platform as PDF; specimens in five layouts, with rides over several pages, as PDF and picture",
    },
    Reading {
        kind: Kind::Other,
        told: "none of the above was found. There is one such result for a document without any invoice, and it has no field",
        sums: "nothing",
        tried: "bank slips, a statement, an official letter, a page of a standard, a seal, drawings; drawn pictures without text; a letter, a contract, an order \
                confirmation, a chart and a timetable as lines of text",
    },
];

const HEAD: &str = "<!-- @generated by `cargo xtask kinds` from crates/invoice/src/kind; change it there. -->
# Kinds of invoice and their fields

One row for each kind that this version reads. The code is `type` in the [recognition API](api/recognition.md); three kinds
share 10102 and are told apart by `block_chain` and `transit_mark`. How terms are called in the sources: [glossary](glossary.md).

| code | kind | read from | fields |
|---|---|---|---|
";

/// The page's text.
pub(crate) fn page() -> String {
    let mut page = HEAD.to_owned();
    for (kind, from) in READ {
        row(&mut page, &[kind.code(), &anchor(*kind), from, &kind.fields().len().to_string()]);
    }
    for (kind, _) in READ {
        let _ = write!(page, "\n## {} {}\n\n", kind.code(), kind.name());
        if let Some(reading) = READINGS.iter().find(|reading| reading.kind == *kind) {
            for (what, said) in [("Told by", reading.told), ("Adds up", reading.sums), ("Tried on", reading.tried)] {
                let _ = writeln!(page, "- {what}: {said}.");
            }
            page.push('\n');
        }
        if kind.fields().is_empty() {
            page.push_str("It has no fields.\n");
            continue;
        }
        page.push_str("| key | what | form | when |\n|---|---|---|---|\n");
        fields(&mut page, "", kind.fields());
    }
    page
}

/// A link to the kind's own section, whose anchor is its heading with everything but letters, digits and hyphens taken out.
fn anchor(kind: Kind) -> String {
    let heading = format!("{} {}", kind.code(), kind.name()).to_lowercase();
    let anchor: String = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect();
    format!("[{}](#{})", kind.name(), anchor.replace(' ', "-"))
}

fn fields(page: &mut String, above: &str, specs: &[FieldSpec]) {
    for spec in specs {
        let key = format!("`{above}{}`", spec.key);
        row(page, &[&key, spec.label, shape(spec), &when(spec)]);
        if let Some(rows) = spec.rows() {
            fields(page, &format!("{}[].", spec.key), rows);
        }
    }
}

fn row(page: &mut String, cells: &[&str]) {
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn shape(spec: &FieldSpec) -> &'static str {
    match spec.shape {
        Shape::Text => "text",
        Shape::Date => "`YYYY年MM月DD日`",
        Shape::Amount => "number",
        Shape::Flag => "`1` or `0`",
        Shape::List(_) => "rows",
    }
}

fn when(spec: &FieldSpec) -> String {
    let returned = match spec.presence {
        Presence::Always => "always".to_owned(),
        Presence::Only(case) => format!("only {}", name(case)),
    };
    match spec.unread {
        Unread::Blank | Unread::Follows(Case::Any | Case::None) => returned,
        Unread::Follows(case) => format!("{returned}; `1` {}, else `0`", name(case)),
    }
}

fn name(case: Case) -> String {
    match case {
        Case::Any => "on any invoice".to_owned(),
        Case::None => "never".to_owned(),
        Case::Service(stems) => format!("with `service_type` {}", stems.join(", ")),
        Case::Voucher => "on an electronic voucher".to_owned(),
        Case::Electronic => "on an electronic ticket".to_owned(),
        Case::SeveralPages => "on several pages".to_owned(),
        Case::WithoutElectronicNumber => "without `electronic_number`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_kind_that_is_read_has_its_line() {
        let page = page();
        for (kind, _) in READ {
            let section = page.split("\n## ").find(|section| section.starts_with(&format!("{} {}\n", kind.code(), kind.name()))).unwrap();
            for spec in kind.fields() {
                assert!(section.contains(&format!("| `{}` | {} |", spec.key, spec.label)), "{}: {}", kind.name(), spec.key);
            }
        }
    }

    #[test]
    fn the_page_in_the_repository_is_this_page() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let written = std::fs::read_to_string(root.join(PAGE)).unwrap();
        assert!(written == page(), "{PAGE} is out of date: run `cargo xtask kinds`");
    }
}
