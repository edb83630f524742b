//! The kinds of invoice and the fields of each: one declarative table, from which the recognition API's JSON, the command
//! line's columns, the spreadsheet and the docs are drawn.

pub mod field;
pub mod record;

mod digital;
mod general;
mod travel;
mod vat;
mod vehicle;

use unicode_normalization::UnicodeNormalization;

use field::FieldSpec;

/// A kind of invoice. Three kinds share the type code 10102 and differ in their fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// 增值税专用发票 (paper, and 电子专用发票 with `electronic_mark`), 10100.
    VatSpecial,
    /// 增值税普通发票 (paper), 10101.
    VatOrdinary,
    /// 增值税电子普通发票, 10102.
    VatElectronic,
    /// 区块链电子发票, 10102 with `block_chain`.
    VatBlockChain,
    /// 收费公路通行费增值税电子普通发票, 10102 with `transit_mark`.
    VatToll,
    /// 增值税普通发票(卷票), 10103.
    VatRoll,
    /// 机动车销售统一发票, 10104.
    VehicleSale,
    /// 二手车销售统一发票, 10105.
    UsedVehicleSale,
    /// 数电票(增值税专用发票), 10107.
    DigitalSpecial,
    /// 数电票(普通发票), 10108.
    DigitalOrdinary,
    /// 销货清单, 10110.
    SalesList,
    /// 定额发票, 10200.
    Quota,
    /// 机打发票, 10400.
    MachinePrinted,
    /// 出租车发票, 10500.
    Taxi,
    /// 火车票 (paper and 铁路电子客票), 10503.
    Train,
    /// 客运汽车票, 10505.
    Bus,
    /// 船票, 10505a.
    Ferry,
    /// 航空运输电子客票行程单 (paper and 数电), 10506.
    Air,
    /// 过路费发票, 10507.
    Toll,
    /// 可报销其他发票, 10900.
    Reimbursable,
    /// 完税证明, 10902.
    TaxCertificate,
    /// 小票, 20100.
    Receipt,
    /// 出行行程单, 20105.
    RideItinerary,
    /// 其他: no invoice, 00000.
    Other,
}

impl Kind {
    /// Every kind, in the order of their codes.
    pub const ALL: [Kind; 24] = [
        Kind::VatSpecial,
        Kind::VatOrdinary,
        Kind::VatElectronic,
        Kind::VatBlockChain,
        Kind::VatToll,
        Kind::VatRoll,
        Kind::VehicleSale,
        Kind::UsedVehicleSale,
        Kind::DigitalSpecial,
        Kind::DigitalOrdinary,
        Kind::SalesList,
        Kind::Quota,
        Kind::MachinePrinted,
        Kind::Taxi,
        Kind::Train,
        Kind::Bus,
        Kind::Ferry,
        Kind::Air,
        Kind::Toll,
        Kind::Reimbursable,
        Kind::TaxCertificate,
        Kind::Receipt,
        Kind::RideItinerary,
        Kind::Other,
    ];

    /// The type code of the recognition API (reference/recognition.md §1.4).
    pub const fn code(self) -> &'static str {
        match self {
            Kind::VatSpecial => "10100",
            Kind::VatOrdinary => "10101",
            Kind::VatElectronic | Kind::VatBlockChain | Kind::VatToll => "10102",
            Kind::VatRoll => "10103",
            Kind::VehicleSale => "10104",
            Kind::UsedVehicleSale => "10105",
            Kind::DigitalSpecial => "10107",
            Kind::DigitalOrdinary => "10108",
            Kind::SalesList => "10110",
            Kind::Quota => "10200",
            Kind::MachinePrinted => "10400",
            Kind::Taxi => "10500",
            Kind::Train => "10503",
            Kind::Bus => "10505",
            Kind::Ferry => "10505a",
            Kind::Air => "10506",
            Kind::Toll => "10507",
            Kind::Reimbursable => "10900",
            Kind::TaxCertificate => "10902",
            Kind::Receipt => "20100",
            Kind::RideItinerary => "20105",
            Kind::Other => "00000",
        }
    }

    /// The kind of a type code. 10102 gives 增值税电子普通发票: which of its three kinds an invoice is, the code does not say.
    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What the kind is called in Chinese.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::VatSpecial => "增值税专用发票",
            Kind::VatOrdinary => "增值税普通发票",
            Kind::VatElectronic => "增值税电子普通发票",
            Kind::VatBlockChain => "区块链电子发票",
            Kind::VatToll => "收费公路通行费增值税电子普通发票",
            Kind::VatRoll => "增值税普通发票(卷票)",
            Kind::VehicleSale => "机动车销售统一发票",
            Kind::UsedVehicleSale => "二手车销售统一发票",
            Kind::DigitalSpecial => "数电票(增值税专用发票)",
            Kind::DigitalOrdinary => "数电票(普通发票)",
            Kind::SalesList => "销货清单",
            Kind::Quota => "定额发票",
            Kind::MachinePrinted => "机打发票",
            Kind::Taxi => "出租车发票",
            Kind::Train => "火车票",
            Kind::Bus => "客运汽车票",
            Kind::Ferry => "船票",
            Kind::Air => "航空运输电子客票行程单",
            Kind::Toll => "过路费发票",
            Kind::Reimbursable => "可报销其他发票",
            Kind::TaxCertificate => "完税证明",
            Kind::Receipt => "小票",
            Kind::RideItinerary => "出行行程单",
            Kind::Other => "其他",
        }
    }

    /// The documented fields in the order and spelling of the seed.
    pub const fn fields(self) -> &'static [FieldSpec] {
        match self {
            Kind::VatSpecial | Kind::VatOrdinary => vat::PAPER,
            Kind::VatElectronic => vat::ELECTRONIC,
            Kind::VatBlockChain => vat::BLOCK_CHAIN,
            Kind::VatToll => vat::TOLL,
            Kind::VatRoll => vat::ROLL,
            Kind::VehicleSale => vehicle::SALE,
            Kind::UsedVehicleSale => vehicle::USED,
            Kind::DigitalSpecial | Kind::DigitalOrdinary => digital::FIELDS,
            Kind::SalesList => vat::SALES_LIST,
            Kind::Quota => general::QUOTA,
            Kind::MachinePrinted => general::MACHINE_PRINTED,
            Kind::Taxi => travel::TAXI,
            Kind::Train => travel::TRAIN,
            Kind::Bus => travel::BUS,
            Kind::Ferry => travel::FERRY,
            Kind::Air => travel::AIR,
            Kind::Toll => travel::ROAD_TOLL,
            Kind::Reimbursable => general::REIMBURSABLE,
            Kind::TaxCertificate => general::TAX_CERTIFICATE,
            Kind::Receipt => general::RECEIPT,
            Kind::RideItinerary => travel::RIDES,
            Kind::Other => &[],
        }
    }

    /// The description of a documented field.
    pub fn field(self, key: &str) -> Option<&'static FieldSpec> {
        self.fields().iter().find(|spec| spec.key == key)
    }

    /// True for 数电票 and the other forms that carry a number of twenty digits and no code by their nature.
    pub const fn is_digital(self) -> bool {
        matches!(self, Kind::DigitalSpecial | Kind::DigitalOrdinary)
    }

    /// True for the goods-and-services invoices of the VAT family: those with items, net, tax and total.
    pub const fn is_vat(self) -> bool {
        matches!(
            self,
            Kind::VatSpecial
                | Kind::VatOrdinary
                | Kind::VatElectronic
                | Kind::VatBlockChain
                | Kind::VatToll
                | Kind::DigitalSpecial
                | Kind::DigitalOrdinary
        )
    }

    /// The kind that a printed title names, if it names one. White space, the width of brackets and what stands around the
    /// words (a province, 发票联, a company) do not matter. 通行费 and block-chain invoices print the title of 电子普通发票:
    /// those are told by other marks. The words are those of the forms (reference/forms.md).
    pub fn from_title(title: &str) -> Option<Kind> {
        let title: String = title.nfkc().filter(|c| !c.is_whitespace()).collect();
        TITLES.iter().find(|(words, _)| words.iter().all(|word| title.contains(word))).map(|&(_, kind)| kind)
    }
}

/// Words that a title must have, all of them, and the kind it then names; the first line that fits counts.
const TITLES: &[(&[&str], Kind)] = &[
    (&["清单", "销售货物"], Kind::SalesList),
    (&["销货清单"], Kind::SalesList),
    (&["应税劳务、服务清单"], Kind::SalesList),
    (&["二手车销售"], Kind::UsedVehicleSale),
    (&["机动车销售"], Kind::VehicleSale),
    (&["铁路电子客票"], Kind::Train),
    (&["航空运输电子客票"], Kind::Air),
    (&["航空", "行程单"], Kind::Air),
    (&["行程单"], Kind::RideItinerary),
    (&["行程报销单"], Kind::RideItinerary),
    (&["电子发票(增值税专用发票)"], Kind::DigitalSpecial),
    (&["电子发票(普通发票)"], Kind::DigitalOrdinary),
    (&["增值税电子专用发票"], Kind::VatSpecial),
    (&["通行费", "增值税电子普通发票"], Kind::VatToll),
    (&["区块链", "电子普通发票"], Kind::VatBlockChain),
    (&["增值税电子普通发票"], Kind::VatElectronic),
    (&["增值税普通发票", "卷"], Kind::VatRoll),
    (&["增值税专用发票"], Kind::VatSpecial),
    (&["增值税普通发票"], Kind::VatOrdinary),
    (&["深圳", "电子普通发票"], Kind::VatBlockChain),
    (&["出租汽车"], Kind::Taxi),
    (&["出租车"], Kind::Taxi),
    // a toll of a fixed amount is a toll
    (&["通行费"], Kind::Toll),
    (&["过路费"], Kind::Toll),
    (&["过桥费"], Kind::Toll),
    (&["定额"], Kind::Quota),
    (&["汽车", "客票"], Kind::Bus),
    (&["汽车票"], Kind::Bus),
    (&["道路", "客运"], Kind::Bus),
    (&["公路", "客票"], Kind::Bus),
    (&["水路", "客"], Kind::Ferry),
    (&["轮渡"], Kind::Ferry),
    (&["船票"], Kind::Ferry),
    (&["船客票"], Kind::Ferry),
    (&["机打发票"], Kind::MachinePrinted),
    (&["机打电子发票"], Kind::MachinePrinted),
    (&["完税证明"], Kind::TaxCertificate),
    (&["税收缴款书"], Kind::TaxCertificate),
];
