//! Invented invoices: the same form and seed always give the same invoice, and none can pass for a real one.
//!
//! Regions, numbers and codes lie in ranges that no authority uses: GB/T 2260 has no province 99, so tax ids, invoice codes and 数电票
//! numbers all name that one. Names, places and stations are made up. Check digits and arithmetic are right.

mod digital;
pub(crate) mod draws;
mod goods;
mod machine;
mod number;
mod party;
mod passages;
mod rides;
mod road;
mod slips;
mod tax_certificate;
mod tax_control;
mod tickets;
mod truth;
mod vehicle;

use invoice::details::{Details, Field, Row, Source};
use invoice::kind::Kind;
use rust_decimal::Decimal;

use crate::Encoding;
use crate::damage::{Level, Photograph};
use crate::error::Error;
use draws::Draws;
pub use truth::Carrier;

/// The forms that can be invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// 数电票（普通发票）.
    DigitalOrdinary,
    /// 数电票（增值税专用发票）.
    DigitalSpecial,
    /// 数电票 of 建筑服务.
    Construction,
    /// 数电票 of 货物运输服务.
    Freight,
    /// 数电票 of 旅客运输服务.
    Passenger,
    /// 数电票 of 不动产经营租赁服务.
    Lease,
    /// 数电票 of 差额征税-差额开票.
    Margin,
    /// 数电票 with items over several pages.
    ManyPages,
    /// 数电票 that takes another back: negative amounts.
    RedLetter,
    /// 增值税电子普通发票.
    Electronic,
    /// 增值税电子专用发票.
    ElectronicSpecial,
    /// 收费公路通行费增值税电子普通发票.
    Toll,
    /// 区块链电子普通发票.
    BlockChain,
    /// 增值税专用发票 on paper.
    PaperSpecial,
    /// 增值税普通发票 on paper.
    PaperOrdinary,
    /// 增值税电子普通发票 whose items are on a 销货清单.
    SalesList,
    /// 铁路电子客票.
    Rail,
    /// 火车票 on paper, blue and red.
    Train,
    /// 航空运输电子客票行程单 as 数电票.
    Air,
    /// 客运汽车票, in three layouts.
    Bus,
    /// 船票, in three layouts, one of them of a company that sails to other currencies.
    Ferry,
    /// 定额发票, in three sizes.
    Quota,
    /// 小票 of tills in five countries.
    Receipt,
    /// 财政票据 and other supervised sheets.
    Reimbursable,
    /// 机动车销售统一发票 on paper.
    VehicleSale,
    /// 电子发票（机动车销售统一发票）.
    VehicleSaleDigital,
    /// 二手车销售统一发票 on paper.
    UsedVehicleSale,
    /// 电子发票（二手车销售统一发票）.
    UsedVehicleSaleDigital,
    /// 增值税普通发票(卷票).
    VatRoll,
    /// 通用机打发票 of a roll.
    MachineRoll,
    /// 通用机打发票 of a roll, of a filling station.
    MachineFuel,
    /// 通用机打发票 on a flat sheet.
    MachineFlat,
    /// 通用（电子）发票 of a province.
    MachineElectronic,
    /// 出行行程单 on one page.
    Rides,
    /// 出行行程单 over several pages.
    ManyRides,
    /// 航空运输电子客票行程单 on paper.
    AirPaper,
    /// 税收完税证明.
    TaxCertificate,
    /// 税收缴款书.
    TaxPayment,
    /// 出租车发票 of four cities.
    Taxi,
    /// 过路费发票 of three provinces.
    RoadToll,
}

impl Form {
    /// Every form.
    pub const ALL: [Form; 40] = [
        Form::DigitalOrdinary,
        Form::DigitalSpecial,
        Form::Construction,
        Form::Freight,
        Form::Passenger,
        Form::Lease,
        Form::Margin,
        Form::ManyPages,
        Form::RedLetter,
        Form::Electronic,
        Form::ElectronicSpecial,
        Form::Toll,
        Form::BlockChain,
        Form::PaperSpecial,
        Form::PaperOrdinary,
        Form::SalesList,
        Form::Rail,
        Form::Air,
        Form::Bus,
        Form::Ferry,
        Form::Quota,
        Form::Receipt,
        Form::Reimbursable,
        Form::VehicleSale,
        Form::VehicleSaleDigital,
        Form::UsedVehicleSale,
        Form::UsedVehicleSaleDigital,
        Form::VatRoll,
        Form::MachineRoll,
        Form::MachineFuel,
        Form::MachineFlat,
        Form::MachineElectronic,
        Form::Rides,
        Form::ManyRides,
        Form::AirPaper,
        Form::TaxCertificate,
        Form::TaxPayment,
        Form::Train,
        Form::Taxi,
        Form::RoadToll,
    ];

    /// A short name for files and the command line.
    pub fn name(self) -> &'static str {
        match self {
            Form::DigitalOrdinary => "digital-ordinary",
            Form::DigitalSpecial => "digital-special",
            Form::Construction => "construction",
            Form::Freight => "freight",
            Form::Passenger => "passenger",
            Form::Lease => "lease",
            Form::Margin => "margin",
            Form::ManyPages => "many-pages",
            Form::RedLetter => "red-letter",
            Form::Electronic => "electronic",
            Form::ElectronicSpecial => "electronic-special",
            Form::Toll => "toll",
            Form::BlockChain => "block-chain",
            Form::PaperSpecial => "paper-special",
            Form::PaperOrdinary => "paper-ordinary",
            Form::SalesList => "sales-list",
            Form::Rail => "rail",
            Form::Air => "air",
            Form::Bus => "bus",
            Form::Ferry => "ferry",
            Form::Quota => "quota",
            Form::Receipt => "receipt",
            Form::Reimbursable => "reimbursable",
            Form::VehicleSale => "vehicle-sale",
            Form::VehicleSaleDigital => "vehicle-sale-digital",
            Form::UsedVehicleSale => "used-vehicle-sale",
            Form::UsedVehicleSaleDigital => "used-vehicle-sale-digital",
            Form::VatRoll => "vat-roll",
            Form::MachineRoll => "machine-roll",
            Form::MachineFuel => "machine-fuel",
            Form::MachineFlat => "machine-flat",
            Form::MachineElectronic => "machine-electronic",
            Form::Rides => "rides",
            Form::ManyRides => "many-rides",
            Form::AirPaper => "air-paper",
            Form::TaxCertificate => "tax-certificate",
            Form::TaxPayment => "tax-payment",
            Form::Train => "train",
            Form::Taxi => "taxi",
            Form::RoadToll => "road-toll",
        }
    }

    /// The form of this name.
    pub fn named(name: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|f| f.name() == name)
    }

    /// Whether one picture shows the whole invoice.
    pub fn one_page(self) -> bool {
        !matches!(self, Form::ManyPages | Form::SalesList | Form::ManyRides)
    }

    /// What the form can be written as.
    pub fn carriers(self) -> &'static [Carrier] {
        use Carrier::{Ofd, Pdf, Picture, Xml};
        match self {
            Form::DigitalOrdinary | Form::DigitalSpecial | Form::ManyPages | Form::RedLetter => &[Xml, Ofd, Pdf, Picture],
            Form::Passenger => &[Xml, Ofd, Pdf, Picture],
            Form::Construction | Form::Freight | Form::Lease | Form::Margin => &[Ofd, Pdf, Picture],
            Form::Electronic | Form::ElectronicSpecial | Form::Toll | Form::SalesList | Form::Rail => &[Ofd, Pdf, Picture],
            Form::Bus | Form::Ferry | Form::Quota | Form::Receipt | Form::Reimbursable => &[Pdf, Picture],
            Form::VehicleSaleDigital | Form::UsedVehicleSaleDigital | Form::MachineElectronic => &[Ofd, Pdf, Picture],
            Form::BlockChain | Form::Air | Form::Rides | Form::TaxCertificate | Form::TaxPayment => &[Pdf, Picture],
            // A picture has the first page alone.
            Form::ManyRides => &[Pdf],
            Form::Train | Form::Taxi | Form::RoadToll => &[Pdf, Picture],
            // Paper comes as a scan alone.
            Form::PaperSpecial | Form::PaperOrdinary | Form::VehicleSale | Form::UsedVehicleSale | Form::AirPaper => &[Picture],
            Form::VatRoll | Form::MachineRoll | Form::MachineFuel | Form::MachineFlat => &[Picture],
        }
    }
}

/// An invented invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct Specimen {
    /// The form it was made for.
    pub form: Form,
    /// Its kind.
    pub kind: Kind,
    /// Its fields, as a reader would give them.
    pub details: Details,
}

impl Specimen {
    /// The invoice's first page as a phone or a scanner takes it.
    pub fn photograph(&self, level: Level, seed: u64) -> Result<Photograph, Error> {
        crate::photograph(self.kind, &self.details, level, seed)
    }

    /// How many pages it has when it is drawn.
    pub fn pages(&self) -> Result<usize, Error> {
        crate::pages(self.kind, &self.details)
    }

    /// The invoice as a document; `dpi` and `encoding` matter to pictures alone.
    pub fn document(&self, carrier: Carrier, dpi: f32, encoding: Encoding) -> Result<Vec<u8>, Error> {
        match carrier {
            Carrier::Xml => crate::xml(self.kind, &self.details),
            Carrier::Ofd => crate::ofd(self.kind, &self.details),
            Carrier::Pdf => crate::pdf(self.kind, &self.details),
            Carrier::Picture => crate::picture(self.kind, &self.details, dpi, encoding),
        }
    }
}

/// How many inventions are tried for one that stands on one page: about one in ten has a second.
const TRIES: u64 = 64;

/// Invents an invoice of which one picture shows everything: [`invent`] with the seed, or with one that follows from it.
pub fn invent_on_one_page(form: Form, seed: u64) -> Result<Specimen, Error> {
    for again in 0..TRIES {
        let specimen = invent(form, seed.wrapping_add(again << 32))?;
        if specimen.pages()? == 1 {
            return Ok(specimen);
        }
    }
    invent(form, seed)
}

/// Invents an invoice. Errors would be a fault of this module: amounts that cannot be written, names that do not fit.
pub fn invent(form: Form, seed: u64) -> Result<Specimen, Error> {
    let mut draws = Draws::new(seed, form.name());
    match form {
        Form::DigitalOrdinary
        | Form::DigitalSpecial
        | Form::Construction
        | Form::Freight
        | Form::Passenger
        | Form::Lease
        | Form::Margin
        | Form::ManyPages
        | Form::RedLetter => digital::invent(form, &mut draws),
        Form::Electronic
        | Form::ElectronicSpecial
        | Form::Toll
        | Form::BlockChain
        | Form::PaperSpecial
        | Form::PaperOrdinary
        | Form::SalesList => tax_control::invent(form, &mut draws),
        Form::Rail => tickets::rail(&mut draws),
        Form::Air => tickets::air(&mut draws),
        Form::Bus => passages::bus(&mut draws),
        Form::Ferry => passages::ferry(&mut draws),
        Form::Quota => slips::quota(&mut draws),
        Form::Receipt => slips::receipt(&mut draws),
        Form::Reimbursable => slips::reimbursable(&mut draws),
        Form::VehicleSale | Form::VehicleSaleDigital | Form::UsedVehicleSale | Form::UsedVehicleSaleDigital => {
            vehicle::invent(form, &mut draws)
        }
        Form::VatRoll | Form::MachineRoll | Form::MachineFuel | Form::MachineFlat | Form::MachineElectronic => {
            machine::invent(form, &mut draws)
        }
        Form::Rides | Form::ManyRides => rides::invent(form, &mut draws),
        Form::AirPaper => tickets::air_paper(&mut draws),
        Form::TaxCertificate | Form::TaxPayment => tax_certificate::invent(form, &mut draws),
        Form::Train => tickets::train(&mut draws),
        Form::Taxi => road::taxi(&mut draws),
        Form::RoadToll => road::toll(&mut draws),
    }
}

/// Sets a field as a reader would that is certain of it; an empty value leaves it absent.
fn put(details: &mut Details, key: &str, value: impl Into<String>) {
    details.set(key, Field::new(value, Source::TextLayer));
}

/// A row of a list from its cells; empty ones stay absent.
fn row<'a>(cells: impl IntoIterator<Item = (&'a str, String)>) -> Row {
    cells.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.to_owned(), Field::new(v, Source::TextLayer))).collect()
}

/// The total as a number and in words.
fn put_total(details: &mut Details, total: Decimal) -> Result<(), Error> {
    let words = invoice::words::write(total).ok_or_else(|| Error::Unfit { field: "total", value: total.to_string() })?;
    put(details, "total", cents(total));
    put(details, "total_cn", words);
    Ok(())
}

/// An amount with two decimals.
fn cents(amount: Decimal) -> String {
    let mut amount = invoice::amount::to_cents(amount);
    amount.rescale(2);
    amount.to_string()
}
