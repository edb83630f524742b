//! The columns of a 数电票's items: the usual eight, and those that the special kinds of service put in their place.

use crate::forms::table::Align::{Centre, Left, Right};
use crate::forms::table::Overflow::{Shrink, Wrap};
use crate::forms::table::{Column, Grid, column};

/// Seven lines of 9 points.
pub(super) const GRID: Grid = Grid { first: 59.5, step: 4.5, lines: 7, size: 3.175 };

const NAME: Column = column("name", Some("Item"), ("项目名称", 16.0), (4.5, 41.0), Left, Wrap);
const QUANTITY: Column = column("quantity", Some("Quantity"), ("数 量", 93.0), (78.5, 102.5), Right, Shrink);
const PRICE: Column = column("price", Some("Price"), ("单 价", 118.0), (103.5, 127.5), Right, Shrink);
const AMOUNT: Column = column("total", Some("Amount"), ("金 额", 143.5), (128.5, 153.0), Right, Shrink);
const RATE: Column = column("tax_rate", Some("TaxScheme"), ("税率/征收率", 157.5), (155.0, 178.0), Centre, Shrink);
const TAX: Column = column("tax", Some("TaxAmount"), ("税 额", 194.5), (180.0, 205.2), Right, Shrink);

/// The columns that an invoice of this kind of service has.
pub(super) fn of(service: &str) -> Vec<Column> {
    match service {
        "建筑服务" => vec![
            NAME,
            column("place_of_building_service", None, ("建筑服务发生地", 42.1), (42.0, 84.0), Left, Wrap),
            column("building_name", None, ("建筑项目名称", 85.1), (85.0, 127.5), Left, Wrap),
            AMOUNT,
            RATE,
            TAX,
        ],
        // Journeys are not measured: the form has neither specification nor unit, and the price comes first.
        "旅客运输服务" => vec![
            NAME,
            column("price", Some("Price"), ("单 价", 72.6), (64.0, 89.0), Centre, Shrink),
            column("quantity", Some("Quantity"), ("数 量", 104.9), (98.0, 120.0), Centre, Shrink),
            AMOUNT,
            RATE,
            TAX,
        ],
        "不动产经营租赁服务" => vec![
            column("name", Some("Item"), ("项目名称", 12.0), (4.5, 34.0), Left, Wrap),
            column("title_certificate_number", None, ("产权证书/不动产权证号", 34.6), (35.0, 68.0), Left, Wrap),
            column("area_unit", None, ("面积单位", 69.6), (69.5, 82.0), Centre, Wrap),
            column("quantity", Some("Quantity"), ("数 量", 93.0), (83.0, 102.5), Right, Shrink),
            PRICE,
            AMOUNT,
            RATE,
            TAX,
        ],
        _ => vec![
            NAME,
            column("specification", Some("Specification"), ("规格型号", 42.1), (41.6, 65.3), Left, Wrap),
            column("unit", Some("MeasurementDimension"), ("单 位", 67.0), (65.5, 77.5), Centre, Wrap),
            QUANTITY,
            PRICE,
            AMOUNT,
            RATE,
            TAX,
        ],
    }
}
