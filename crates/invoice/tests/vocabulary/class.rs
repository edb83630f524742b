use invoice::class::{self, Class};
use invoice::kind::Kind;

use crate::{details, row};

#[test]
fn items() {
    for (item, tax_class, expected) in [
        ("*餐饮服务*餐饮服务", Some("餐饮服务"), Some(Class::Dining)),
        ("*住宿服务*房费", Some("住宿服务"), Some(Class::Lodging)),
        ("*运输服务*客运服务费", Some("运输服务"), Some(Class::Transport)),
        ("*经营租赁*通行费", Some("经营租赁"), Some(Class::Transport)),
        ("*经营租赁*停车费", Some("经营租赁"), Some(Class::Car)),
        ("*经营租赁*房屋租金", Some("经营租赁"), Some(Class::Services)),
        ("*汽油*95号汽油", Some("汽油"), Some(Class::Car)),
        ("*天然气*天然气", Some("天然气"), Some(Class::Utilities)),
        ("*供电*电费", Some("供电"), Some(Class::Utilities)),
        ("*信息技术服务*技术服务费", Some("信息技术服务"), Some(Class::Services)),
        ("*劳务*汽车修理", Some("劳务"), Some(Class::Car)),
        ("*劳务*设备维护", Some("劳务"), Some(Class::Services)),
        ("*计算机配套产品*键盘", Some("计算机配套产品"), Some(Class::Equipment)),
        ("*家用厨房电器具*电饭锅", Some("家用厨房电器具"), Some(Class::Equipment)),
        ("*纸制品*打印纸", Some("纸制品"), Some(Class::Shopping)),
        ("＊餐饮服务＊工作餐", Some("餐饮服务"), Some(Class::Dining)),
        ("*收派服务*快递费", Some("收派服务"), Some(Class::Shipping)),
        ("*非学历教育服务*培训费", Some("非学历教育服务"), Some(Class::Education)),
        ("*金属制品*干冰桶", Some("金属制品"), None),
        ("住宿", None, Some(Class::Lodging)),
        ("计算机", None, Some(Class::Equipment)),
        ("技术服务", None, Some(Class::Services)),
        ("某物", None, None),
        ("**", None, None),
        ("*半截", None, None),
        ("", None, None),
    ] {
        assert_eq!(class::tax_class(item).as_deref(), tax_class, "{item}");
        assert_eq!(class::of_item(item), expected, "{item}");
    }
}

#[test]
fn invoices() {
    assert_eq!(class::of_invoice(Kind::Taxi, &details(&[])).map(Class::name), Some("交通"));
    assert_eq!(class::of_invoice(Kind::VehicleSale, &details(&[])).map(Class::name), Some("用车"));
    assert_eq!(class::of_invoice(Kind::VatElectronic, &details(&[])), None);
    let mut read = details(&[]);
    *read.rows_mut("items") = vec![row(&[("name", "*金属制品*桶")]), row(&[("name", "*餐饮服务*餐费")])];
    assert_eq!(class::of_invoice(Kind::VatElectronic, &read).map(Class::name), Some("餐饮"));
    assert_eq!(class::service_name(&read).as_deref(), Some("金属制品"));
    *read.rows_mut("items") = vec![row(&[("name", "桶")])];
    assert_eq!(class::of_invoice(Kind::VatElectronic, &read).map(Class::name), Some("其他"));
    assert_eq!(class::service_name(&read), None);
    let listed = details(&[("item_names", "*天然气*天然气,*天然气*天然气")]);
    assert_eq!(class::of_invoice(Kind::DigitalOrdinary, &listed).map(Class::name), Some("水电"));
}
