//! The columns of these forms' items; toll invoices have their own.

use invoice::kind::Kind;

use crate::forms::table::Align::{Centre, Left, Right};
use crate::forms::table::Overflow::{Shrink, Wrap};
use crate::forms::table::{Column, column};

/// Left of the first line between columns.
const NAME: (f32, f32) = (5.2, 56.0);

/// The columns of this kind of form.
pub(super) fn of(kind: Kind, on_paper: bool) -> Vec<Column> {
    let name = if on_paper { ("货物或应税劳务、服务名称", 11.2) } else { ("项目名称", 25.0) };
    let mut columns = vec![column("name", Some("Item"), name, NAME, Left, Wrap)];
    columns.extend(match kind {
        Kind::VatToll => [
            column("license_plate", None, ("车牌号", 64.9), (56.9, 82.0), Centre, Shrink),
            column("vehicle_type", None, ("类型", 85.2), (83.0, 94.0), Centre, Shrink),
            column("start_date", None, ("通行日期起", 96.7), (95.0, 114.0), Centre, Shrink),
            column("end_date", None, ("通行日期止", 116.7), (115.0, 134.0), Centre, Shrink),
        ],
        _ => [
            column("specification", Some("Specification"), ("规格型号", 63.5), (56.9, 82.2), Left, Wrap),
            column("unit", Some("MeasurementDimension"), ("单位", 85.2), (82.8, 94.2), Centre, Wrap),
            column("quantity", Some("Quantity"), ("数量", 99.6), (95.0, 113.9), Right, Shrink),
            column("price", Some("Price"), ("单价", 119.8), (115.0, 133.9), Right, Shrink),
        ],
    });
    columns.extend([
        column("total", Some("Amount"), ("金额", 144.4), (135.0, 163.5), Right, Shrink),
        column("tax_rate", Some("TaxScheme"), ("税率", 166.9), (165.0, 175.2), Right, Shrink),
        column("tax", Some("TaxAmount"), ("税额", 185.2), (176.5, 204.5), Right, Shrink),
    ]);
    columns
}

/// Where the lines between the columns stand.
pub(super) fn edges(columns: &[Column]) -> Vec<f32> {
    columns.windows(2).map(|pair| (pair[0].right + pair[1].left) / 2.0).collect()
}
