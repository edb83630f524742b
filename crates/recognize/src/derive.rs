//! What follows from what was read: regions from the code, the consumption class from the items, marks from title and kind.

use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use invoice::qr::{self, Qr};

use crate::found::Extra;

/// Completes the details and gives the kind that all sources together tell. Nothing that was read is changed.
pub(crate) fn complete(details: &mut Details, kind: Kind, extra: &Extra) -> Kind {
    let kind = settle(details, kind, extra);
    if kind.is_vat() || kind == Kind::VatRoll {
        names(details);
    }
    if kind.is_vat() {
        marks(details, kind);
    }
    if kind.field("province").is_some()
        && let Some(region) = invoice::region::of_invoice(details)
    {
        put(details, "province", region.province);
        put(details, "city", region.city.unwrap_or_default());
    }
    if kind.field("kind").is_some()
        && let Some(class) = invoice::class::of_invoice(kind, details)
    {
        put(details, "kind", class.name());
    }
    kind
}

/// The kind: what the title says; toll and block-chain invoices, which bear the title of the electronic form, by their code or QR
/// code; without a title, what code and QR code say.
fn settle(details: &Details, kind: Kind, extra: &Extra) -> Kind {
    if (!kind.is_vat() && kind != Kind::Other) || kind.is_digital() {
        return kind;
    }
    let by_qr = extra.qrcode.iter().find_map(|text| match qr::parse(text) {
        Qr::Invoice(payload) => payload.kind(),
        Qr::BlockChain(_) => Some(Kind::VatBlockChain),
        _ => None,
    });
    let by_code = invoice::number::code(details.text("code")).and_then(|code| code.kind);
    let told = by_code.or(by_qr).filter(|k| k.is_vat());
    if kind == Kind::VatBlockChain {
        return kind;
    }
    match (Kind::from_title(details.text("title")).filter(|k| k.is_vat()), told) {
        (Some(Kind::VatElectronic), Some(told @ (Kind::VatToll | Kind::VatBlockChain))) => told,
        (Some(Kind::VatElectronic), _) if kind == Kind::VatToll => kind,
        (Some(title), _) => title,
        (None, Some(told)) => told,
        (None, None) => kind,
    }
}

/// `item_names` and `service_name` from the rows.
fn names(details: &mut Details) {
    let names: Vec<&str> = details.rows("items").iter().filter_map(|r| r.get("name")).map(|f| f.value.as_str()).collect();
    let joined = names.join(",");
    put(details, "item_names", &joined);
    if let Some(service) = invoice::class::service_name(details) {
        put(details, "service_name", &service);
    }
}

/// The marks of the VAT family, each `1` only where something printed says so.
fn marks(details: &mut Details, kind: Kind) {
    let title = details.text("title").to_owned();
    let remark = details.text("remark").to_owned();
    let items = details.text("item_names").to_owned();
    let service = details.text("service_type").to_owned();
    let code = invoice::number::code(details.text("code"));
    let electronic = kind.is_digital()
        || matches!(kind, Kind::VatElectronic | Kind::VatToll | Kind::VatBlockChain)
        || title.contains("电子")
        || code.is_some_and(|c| c.electronic);
    let set = |details: &mut Details, key: &str, yes: bool| {
        if kind.field(key).is_some() {
            put(details, key, if yes { "1" } else { "0" });
        }
    };
    if !electronic && let Some(copy) = copy(kind, details.text("form_name")) {
        put(details, "form_type", copy);
    }
    set(details, "electronic_mark", electronic);
    set(details, "block_chain", kind == Kind::VatBlockChain);
    // 2 where the form is a toll invoice but its own items do not say 通行费 (seed: 1 通行费, 2 无“通行费”字样)
    if kind.field("transit_mark").is_some() {
        let toll = kind == Kind::VatToll || details.rows("items").iter().any(|r| r.contains_key("license_plate"));
        let said = items.contains("通行费") || service == "通行费";
        put(
            details,
            "transit_mark",
            if toll && (said || items.is_empty()) {
                "1"
            } else if toll {
                "2"
            } else {
                "0"
            },
        );
    }
    set(details, "agent_mark", title.contains("代开") || starts_agent(&remark));
    set(details, "acquisition_mark", title.contains("收购") || service == "农产品收购" || service == "光伏收购");
    set(details, "oil_mark", service == "成品油" || oil(&items));
    set(details, "vehicle_mark", service == "机动车" || items.split(',').any(|name| name.starts_with("*机动车*")));
    if let Some(tax) = travel_tax(&remark) {
        put(details, "travel_tax", &tax);
    }
    if let Some(deduction) = deduction(&remark) {
        put(details, "deduction", &deduction);
    }
}

/// The place of a copy of a paper form among its copies. The basic copies are the same since the forms exist (增值税专用发票使用规定, article 4; 增值税普通发票
/// has no 抵扣联, so its 发票联 is the second).
fn copy(kind: Kind, name: &str) -> Option<&'static str> {
    match (kind, name) {
        (Kind::VatSpecial | Kind::VatOrdinary, "记账联") => Some("第一联"),
        (Kind::VatSpecial, "抵扣联") | (Kind::VatOrdinary, "发票联") => Some("第二联"),
        (Kind::VatSpecial, "发票联") => Some("第三联"),
        _ => None,
    }
}

/// 代开: issued by a bureau for another, as its remark says (代开企业名称…, 代开企业税号…).
fn starts_agent(remark: &str) -> bool {
    remark.contains("代开企业") || remark.contains("代开单位") || remark.contains("代开机关") || remark.contains("税务局代开")
}

/// Refined oil by its tax classes (成品油 is the group of 汽油, 柴油, 航空煤油, 石脑油, 溶剂油, 润滑油 and 燃料油).
fn oil(items: &str) -> bool {
    items.split(',').any(|name| {
        invoice::class::tax_class(name).is_some_and(|class| {
            matches!(class.as_str(), "汽油" | "柴油" | "航空煤油" | "石脑油" | "溶剂油" | "润滑油" | "燃料油" | "成品油")
        })
    })
}

/// 车船税 that an insurer collects is text in the remark: 代收车船税 ¥65.50.
fn travel_tax(remark: &str) -> Option<String> {
    let at = remark.find("车船税")?;
    let rest = &remark[at + "车船税".len()..];
    let digits: String = rest.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let lead: usize = rest.chars().take_while(|c| !c.is_ascii_digit()).count();
    (lead <= 8 && invoice::amount::parse(&digits).is_some()).then_some(digits)
}

/// 差额征税: the deducted amount, which the remark gives behind these words (差额征税：100.00。).
fn deduction(remark: &str) -> Option<String> {
    let at = remark.find("差额征税")?;
    let rest = remark[at + "差额征税".len()..].trim_start_matches([':', '：', ' ', '¥', '￥']);
    let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let digits = digits.trim_end_matches('.');
    invoice::amount::parse(digits).map(|_| digits.to_owned())
}

/// Sets a derived value where nothing was read.
fn put(details: &mut Details, key: &str, value: &str) {
    if !details.has(key) && !value.is_empty() {
        details.set(key, Field::new(value, Source::Derived));
    }
}
