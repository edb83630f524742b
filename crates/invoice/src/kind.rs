//! The kinds of invoice and the fields of each: one declarative table, from which the recognition API's JSON, the command
//! line's columns, the spreadsheet and the docs are drawn.

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
