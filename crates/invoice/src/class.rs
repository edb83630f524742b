//! What an invoice is for: the class of consumption (`kind` on the wire, 消费类型) and `service_name`, from the items' tax
//! classification.
//!
//! An item's name begins with the short name of its tax class between stars, `*餐饮服务*工作餐` (商品和服务税收分类编码表). The classes
//! are those of the recognition API (reference/recognition.md §1.7): 餐饮, 交通, 服务, 数码电器, 水电, 用车 and 其他 were seen on the wire
//! in Chinese; the rest are known by their English names only and are called here by the plain Chinese word.

use crate::details::Details;
use crate::fold::compact;
use crate::kind::Kind;

/// A class of consumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// 餐饮, Food & Dining.
    Dining,
    /// 交通, Transport.
    Transport,
    /// 购物, Shopping.
    Shopping,
    /// 水电, Bills.
    Utilities,
    /// 住宿, Lodging.
    Lodging,
    /// 旅游, Travel.
    Travel,
    /// 用车, Car: fuel, repair, parking, the car itself.
    Car,
    /// 服务, Services.
    Services,
    /// 医疗, Health & Fitness.
    Health,
    /// 教育, Education.
    Education,
    /// 快递, Shipping.
    Shipping,
    /// 数码电器, Equipment.
    Equipment,
    /// 其他, Other.
    Other,
}

impl Class {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Dining => "餐饮",
            Class::Transport => "交通",
            Class::Shopping => "购物",
            Class::Utilities => "水电",
            Class::Lodging => "住宿",
            Class::Travel => "旅游",
            Class::Car => "用车",
            Class::Services => "服务",
            Class::Health => "医疗",
            Class::Education => "教育",
            Class::Shipping => "快递",
            Class::Equipment => "数码电器",
            Class::Other => "其他",
        }
    }
}

/// The tax class of an item: the words between its first two stars. `None` where the name has no class.
pub fn tax_class(item: &str) -> Option<String> {
    let name = compact(item);
    let (class, _) = name.strip_prefix('*')?.split_once('*')?;
    (!class.is_empty()).then(|| class.to_owned())
}

/// The class of consumption of one item, from its tax class and its name; `None` when neither says anything.
pub fn of_item(item: &str) -> Option<Class> {
    let name = compact(item);
    let class = tax_class(&name);
    let own = class.as_deref().map_or(name.as_str(), |class| &name[class.len() + 2..]);
    // A rent or a repair says little; what is rented or repaired says it.
    if let Some((_, found)) = WORDS.iter().find(|(word, _)| own.contains(word))
        && class.as_deref().is_none_or(|class| VAGUE.contains(&class))
    {
        return Some(*found);
    }
    // Old forms print names without a class.
    let class = class.as_deref().unwrap_or(&name);
    if let Some((_, found)) = CLASSES.iter().find(|(name, _)| *name == class) {
        return Some(*found);
    }
    if let Some((_, found)) = PARTS.iter().find(|(part, _)| class.contains(part)) {
        return Some(*found);
    }
    class.ends_with("服务").then_some(Class::Services)
}

/// The class that a word in a title or a name says.
fn of_words(text: &str) -> Option<Class> {
    let text = compact(text);
    WORDS.iter().find(|(word, _)| text.contains(word)).map(|(_, class)| *class)
}

/// The class of consumption of an invoice: what its kind says by itself, else its first item whose class is known, else 其他
/// where it has items. `None` when nothing was read that tells.
pub fn of_invoice(kind: Kind, details: &Details) -> Option<Class> {
    match kind {
        Kind::Taxi | Kind::Train | Kind::Bus | Kind::Ferry | Kind::Air | Kind::Toll | Kind::RideItinerary | Kind::VatToll => {
            return Some(Class::Transport);
        }
        Kind::VehicleSale | Kind::UsedVehicleSale => return Some(Class::Car),
        Kind::Reimbursable => return Some(of_words(details.text("title")).unwrap_or(Class::Other)),
        // its title may name a trade, and its seal the seller
        Kind::Quota => return ["title", "stamp_info"].into_iter().find_map(|key| of_words(details.text(key))),
        _ => {}
    }
    let rows = details.rows("items");
    let named = rows.iter().filter_map(|row| row.get("name")).map(|name| name.value.as_str());
    let listed = details.text("item_names").split(',');
    let class = named.chain(listed).find_map(of_item);
    class.or_else(|| (!rows.is_empty()).then_some(Class::Other))
}

/// `service_name`: the tax class of the first item that has one.
pub fn service_name(details: &Details) -> Option<String> {
    details.rows("items").iter().filter_map(|row| row.get("name")).find_map(|name| tax_class(&name.value))
}

/// Tax classes under which very different things are sold.
const VAGUE: &[&str] =
    &["经营租赁", "劳务", "修理修配劳务", "现代服务", "生活服务", "其他服务", "物流辅助服务", "机动车", "不动产经营租赁"];

/// Words in an item's own name.
const WORDS: &[(&str, Class)] = &[
    ("通行费", Class::Transport),
    ("高速", Class::Transport),
    ("打车", Class::Transport),
    ("客运", Class::Transport),
    ("网约车", Class::Transport),
    ("停车", Class::Car),
    ("洗车", Class::Car),
    ("汽车", Class::Car),
    ("车辆", Class::Car),
    ("租车", Class::Car),
    ("加油", Class::Car),
    ("汽油", Class::Car),
    ("柴油", Class::Car),
    ("充电服务", Class::Car),
    ("住宿", Class::Lodging),
    ("房费", Class::Lodging),
    ("客房", Class::Lodging),
    ("餐", Class::Dining),
    ("快递", Class::Shipping),
    ("水费", Class::Utilities),
    ("电费", Class::Utilities),
    ("燃气", Class::Utilities),
];

/// Short names of tax classes.
const CLASSES: &[(&str, Class)] = &[
    ("餐饮服务", Class::Dining),
    ("住宿服务", Class::Lodging),
    ("运输服务", Class::Transport),
    ("交通运输服务", Class::Transport),
    ("旅客运输服务", Class::Transport),
    ("国内旅客运输服务", Class::Transport),
    ("陆路运输服务", Class::Transport),
    ("水路运输服务", Class::Transport),
    ("航空运输服务", Class::Transport),
    ("汽油", Class::Car),
    ("柴油", Class::Car),
    ("成品油", Class::Car),
    ("润滑油", Class::Car),
    ("乙醇汽油", Class::Car),
    ("机动车", Class::Car),
    ("乘用车", Class::Car),
    ("汽车", Class::Car),
    ("汽车零配件", Class::Car),
    ("车辆停放服务", Class::Car),
    ("供电", Class::Utilities),
    ("电力", Class::Utilities),
    ("热力", Class::Utilities),
    ("天然气", Class::Utilities),
    ("燃气", Class::Utilities),
    ("煤气", Class::Utilities),
    ("石油液化气", Class::Utilities),
    ("水冰雪", Class::Utilities),
    ("供水", Class::Utilities),
    ("水", Class::Utilities),
    ("旅游服务", Class::Travel),
    ("收派服务", Class::Shipping),
    ("邮政服务", Class::Shipping),
    ("邮政普遍服务", Class::Shipping),
    ("货物运输服务", Class::Shipping),
    ("仓储服务", Class::Shipping),
    ("医疗服务", Class::Health),
    ("体育服务", Class::Health),
    ("中成药", Class::Health),
    ("化学药品制剂", Class::Health),
    ("化学药品原药", Class::Health),
    ("生物药品", Class::Health),
    ("中药饮片", Class::Health),
    ("医疗仪器器械", Class::Health),
    ("卫生材料及医药用品", Class::Health),
    ("医疗卫生材料", Class::Health),
    ("教育服务", Class::Education),
    ("学历教育服务", Class::Education),
    ("非学历教育服务", Class::Education),
    ("教育辅助服务", Class::Education),
    ("印刷品", Class::Shopping),
    ("酒", Class::Shopping),
    ("劳务", Class::Services),
    ("修理修配劳务", Class::Services),
    ("经营租赁", Class::Services),
    ("不动产经营租赁", Class::Services),
    ("有形动产经营租赁", Class::Services),
    ("融资租赁", Class::Services),
    ("软件", Class::Services),
    ("工程服务", Class::Services),
];

/// Parts of short names that name a group of goods.
const PARTS: &[(&str, Class)] = &[
    ("计算机", Class::Equipment),
    ("电器", Class::Equipment),
    ("移动通信", Class::Equipment),
    ("通信终端", Class::Equipment),
    ("通信设备", Class::Equipment),
    ("视听设备", Class::Equipment),
    ("电视", Class::Equipment),
    ("摄影", Class::Equipment),
    ("照相", Class::Equipment),
    ("打印机", Class::Equipment),
    ("药", Class::Health),
    ("食品", Class::Shopping),
    ("饮料", Class::Shopping),
    ("茶", Class::Shopping),
    ("烟草", Class::Shopping),
    ("卷烟", Class::Shopping),
    ("乳制品", Class::Shopping),
    ("肉", Class::Shopping),
    ("水果", Class::Shopping),
    ("蔬菜", Class::Shopping),
    ("粮", Class::Shopping),
    ("服装", Class::Shopping),
    ("鞋", Class::Shopping),
    ("纺织", Class::Shopping),
    ("日用", Class::Shopping),
    ("化妆品", Class::Shopping),
    ("洗涤", Class::Shopping),
    ("文具", Class::Shopping),
    ("办公用品", Class::Shopping),
    ("办公设备", Class::Equipment),
    ("纸制品", Class::Shopping),
    ("家具", Class::Shopping),
    ("玩具", Class::Shopping),
    ("首饰", Class::Shopping),
    ("工艺品", Class::Shopping),
    ("箱包", Class::Shopping),
];
