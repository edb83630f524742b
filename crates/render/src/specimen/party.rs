//! Companies, people and places that do not exist.

use super::draws::Draws;
use super::number;

const PLACES: [&str; 10] = ["云泽", "白杭", "青岬", "玉桥", "松川", "临岚", "北屿", "南汀", "雁洲", "星湾"];
const DISTRICTS: [&str; 6] = ["石桥区", "新圩区", "柳湖区", "沙渡区", "望川区", "东篱区"];
const STREETS: [&str; 7] = ["青石路", "望湖大道", "柳堤街", "科创三路", "梧桐巷", "白沙中路", "文渊路"];
const BRANDS: [&str; 12] = ["蓝鲸", "拾光", "鹿鸣", "一苇", "墨竹", "北辰星", "禾木", "云上", "海棠里", "知行", "晴川", "木兰舟"];
const TRADES: [&str; 12] =
    ["信息技术", "商贸", "餐饮管理", "建筑工程", "物流", "电子科技", "文化传媒", "酒店管理", "生物医药", "机械设备", "汽车服务", "能源"];
const FORMS: [&str; 5] = ["有限公司", "有限责任公司", "股份有限公司", "有限公司分公司", "集团有限公司"];
const SURNAMES: [&str; 10] = ["林", "方", "袁", "顾", "陆", "沈", "秦", "梅", "苏", "欧阳"];
const GIVEN: [&str; 10] = ["一诺", "小满", "远", "晓雨", "知秋", "子墨", "云", "晨曦", "若水", "明"];
const BANKS: [&str; 4] = ["样张银行", "中样银行股份有限公司", "云泽农村商业银行", "北屿城市银行"];

/// A company with all that invoices say of one.
#[derive(Debug, Clone)]
pub(super) struct Party {
    pub(super) name: String,
    pub(super) tax_id: String,
    pub(super) address: String,
    pub(super) telephone: String,
    pub(super) bank: String,
    pub(super) account: String,
}

/// Invents a company; its name has from nine to about thirty characters.
pub(super) fn company(draws: &mut Draws) -> Party {
    let place = *draws.pick(&PLACES);
    let (brand, trade, form) = (draws.pick(&BRANDS), draws.pick(&TRADES), draws.pick(&FORMS));
    let name = match draws.below(10) {
        0 => format!("{place}市{}{brand}{trade}{form}（{}第三营业部）", draws.pick(&DISTRICTS), draws.pick(&PLACES)),
        1 | 2 => format!("{brand}{trade}（{place}）{form}"),
        3 => format!("{place}{brand}({trade})中心(有限合伙)"),
        _ => format!("{place}{brand}{trade}{form}"),
    };
    let address = address(draws, place);
    let telephone = format!("0{}-{}", draws.between(990, 999), draws.digits(8));
    let bank = format!("{}{}支行", draws.pick(&BANKS), draws.pick(&PLACES));
    let length = if draws.chance(50) { 19 } else { 16 };
    let account = draws.digits(length);
    Party { name, tax_id: number::tax_id(draws), address, telephone, bank, account }
}

fn address(draws: &mut Draws, place: &str) -> String {
    let (district, street) = (draws.pick(&DISTRICTS), draws.pick(&STREETS));
    format!("{place}市{district}{street}{}号{}室", draws.between(1, 999), draws.between(101, 2808))
}

/// A place of two levels.
pub(super) fn town(draws: &mut Draws) -> String {
    format!("{}市{}", draws.pick(&PLACES), draws.pick(&DISTRICTS))
}

/// The name of a place alone, as stations and titles have it.
pub(super) fn place(draws: &mut Draws) -> &'static str {
    draws.pick::<&str>(&PLACES)
}

/// A person.
pub(super) fn person(draws: &mut Draws) -> String {
    format!("{}{}", draws.pick(&SURNAMES), draws.pick(&GIVEN))
}

/// Where a ride begins or ends, as maps name places.
pub(super) fn spot(draws: &mut Draws) -> String {
    let (place, street, brand) = (draws.pick(&PLACES), draws.pick(&STREETS), draws.pick(&BRANDS));
    match draws.below(7) {
        0 => format!("{}|{street}地铁站{}口", draws.pick(&DISTRICTS), draws.pick(&["A", "B2", "C"])),
        1 => format!("{place}东站-网约车上客点"),
        2 => format!("{brand}大厦(东门)"),
        3 => format!("{}|{brand}科技园{}号楼-西北门", draws.pick(&DISTRICTS), draws.between(1, 28)),
        4 => format!("{place}国际机场T{}航站楼(国内到达{}号门)", draws.between(1, 3), draws.between(1, 12)),
        5 => format!("{street}{}号", draws.between(1, 999)),
        _ => format!("{brand}酒店({place}{street}店)"),
    }
}
