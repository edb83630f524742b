//! What a shop deals in: the class of consumption, by the English words of the recognition API (reference/recognition.md §1.7).

/// Words that tell a class, in capitals and without white space. Where several tell different ones, the earlier class goes first.
const CLASSES: &[(&str, &[&str])] = &[
    ("Lodging", &["HOTEL", "MOTEL", "HOSTEL", "INNROOM", "ROOMCHARGE", "酒店", "宾馆", "賓館", "旅馆", "旅館", "民宿", "房费", "ホテル"]),
    (
        "Car",
        &[
            "PARKING", "CARPARK", "PETROL", "GASOLINE", "UNLEADED", "DIESEL", "FUEL", "CARWASH", "停车", "加油", "汽油", "柴油", "洗车",
            "駐車",
        ],
    ),
    ("Transport", &["TAXI", "METRO", "RAILWAY", "BUSTICKET", "FERRY", "地铁", "公交", "出租车", "客运", "タクシー"]),
    (
        "Food&Dining",
        &[
            "RESTAURANT",
            "RESTORAN",
            "CAFE",
            "CAFÉ",
            "COFFEE",
            "PIZZA",
            "KITCHEN",
            "BISTRO",
            "GRILL",
            "DINER",
            "BAKERY",
            "BURGER",
            "SUSHI",
            "NOODLE",
            "RAMEN",
            "BBQ",
            "TAVERN",
            "PUB&",
            "STEAK",
            "FOODCOURT",
            "DINEIN",
            "DINE-IN",
            "TAKEAWAY",
            "TAKEOUT",
            "TABLENO",
            "TABLE#",
            "TABLE:",
            "GUESTS",
            "GRATUITY",
            "餐",
            "饭店",
            "飯店",
            "火锅",
            "咖啡",
            "奶茶",
            "面馆",
            "烧烤",
            "小吃",
            "桌号",
            "台号",
            "桌台",
            "堂食",
            "酒楼",
            "食堂",
            "面包",
            "蛋糕",
            "居酒屋",
            "レストラン",
            "ラーメン",
        ],
    ),
    (
        "Health_Fitness",
        &["PHARMACY", "CLINIC", "DRUGSTORE", "APOTHEKE", "GYM", "FITNESS", "药店", "药房", "大药房", "诊所", "健身", "薬局"],
    ),
    ("Shipping", &["COURIER", "POSTOFFICE", "EXPRESSDELIVERY", "快递", "邮政", "速递"]),
    ("Education", &["BOOKSTORE", "BOOKSHOP", "SCHOOL", "TUITION", "书店", "书城", "培训"]),
    ("Travel", &["TRAVELAGENCY", "TOURS", "MUSEUM", "ZOO", "THEMEPARK", "旅行社", "景区", "门票", "博物馆"]),
    ("Equipment", &["ELECTRONICS", "COMPUTER", "APPLESTORE", "数码", "电器", "手机", "電器"]),
    ("Bills", &["ELECTRICITYBILL", "WATERBILL", "电费", "水费", "燃气费", "话费"]),
    ("Services", &["SALON", "BARBER", "LAUNDRY", "DRYCLEAN", "SPA", "理发", "美发", "洗衣", "美容", "干洗"]),
    (
        "Shopping",
        &[
            "SUPERMARKET",
            "MARKET",
            "MART",
            "GROCERY",
            "STORE",
            "SHOP",
            "HYPERMARKET",
            "DEPARTMENTSTORE",
            "HARDWARE",
            "超市",
            "便利",
            "商场",
            "百货",
            "商店",
            "卖场",
            "购物",
            "商贸",
            "マート",
            "コンビニ",
        ],
    ),
    // dishes: a shop that is not told to sell goods serves them
    ("Food&Dining", &["RICE", "CHICKEN", "BEEF", "NOODLES", "LATTE", "FRIES", "SOUP", "BEER", "米饭", "套餐", "啤酒"]),
];

/// The class: what the name of the shop says, else the other lines, else Other.
pub(super) fn class(store: &str, lines: &[&str]) -> &'static str {
    let store = Words::of(store);
    let all: Vec<Words> = lines.iter().map(|line| Words::of(line)).collect();
    let named = CLASSES.iter().find(|(_, words)| words.iter().any(|word| store.has(word)));
    let told = || CLASSES.iter().find(|(_, words)| words.iter().any(|word| all.iter().any(|line| line.has(word))));
    named.or_else(told).map_or("Other", |(class, _)| class)
}

/// A line in capitals.
struct Words {
    plain: String,
    each: Vec<String>,
}

impl Words {
    fn of(text: &str) -> Words {
        let upper = text.to_uppercase();
        let each = upper.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        Words { plain: upper.chars().filter(|c| !c.is_whitespace()).collect(), each }
    }

    /// Short Latin words stand by themselves, for they are part of many others (TAX INVOICE is no taxi).
    fn has(&self, word: &str) -> bool {
        let short = word.len() < 8 && word.bytes().all(|b| b.is_ascii_uppercase());
        if short { self.each.iter().any(|own| own == word) } else { self.plain.contains(word) }
    }
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn shops() {
        for (store, lines, expected) in [
            ("云泽永样超市", &[][..], "Shopping"),
            ("北屿渔家饭店", &[], "Food&Dining"),
            ("SPECIMEN COFFEE", &[], "Food&Dining"),
            ("SPECIMEN PTY", &["TABLE: 12"], "Food&Dining"),
            ("STAR INTERNATIONAL SDN BHD", &["UNLEADED 95 12.3L"], "Car"),
            ("SPECIMEN INTERNATIONAL SDN BHD", &["TAXINVOICE", "TAX INVOICE", "Chicken Rice 1"], "Food&Dining"),
            ("SPECIMEN MART", &["RICE 5KG"], "Shopping"),
            ("SPECIMEN GMBH", &[], "Other"),
        ] {
            assert_eq!(class(store, lines), expected, "{store}");
        }
    }
}
