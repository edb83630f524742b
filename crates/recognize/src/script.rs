//! The characters that names are registered and forms are printed in: standard ones (国家通用语言文字法; 企业名称登记管理规定 for enterprises). Recognisers that know both give
//! the traditional form of dense ones at times.

use invoice::details::{Details, Source};
use invoice::kind::Kind;

/// Traditional characters and, at the same place, the standard ones. None of those whose traditional form is a standard character too.
const TRADITIONAL: &str = "澤灣橋東寧濱漢陽長慶蘇錦鎮龍鳳興廣門雲貴無揚滄濟淵嵐鄭鹽稅銷額稱單價號碼發開購買備註機編數賬計區國際電資訊術業務總責產經營財險銀農飲館車輛運\
    輸鐵飛場張劉陳楊趙吳孫馬羅許馮蔣韓譚鄒蕭潤澗潔濤濃瀾瀏點熱愛鵬鴻鶴麗麥齊齡華葉萬藝蘭藥蘆園圖團實寶寫對導屬嶺嶼峽島師帶應廠廳慮憶懷戰戲擇擔據\
    擴攝斷時曉書會樂樓標樣樹橫歐歡歲歷殘氣沖淨測準滿漁灘為煙燈爾狀獎獨獲環現瑪璽甌當療監盤礦禮種積窩範節築簡籌糧紅紀約級納紙紡細終組結給絡統絲綜\
    綠維網緊線練縣縱績織繪續纖羣義習聖聞聯聲職聽肅臨與艦莊蒼蓋蓮處補裝製見規視覺觀試詩話誠語說請課調談論證識譯議護變讓貝負貨貧費貿賀賓質賴贊贛軍\
    軒軟載較輕輝輪轉辦迴進達遠適遷選遼鄉醫釋針釣鈞鋁鋼錄錢錫鍋鍵鎖鏈鐘鑄閃閣闊關陝陣階雙雜離難雖靈靜韋順須預頓領頭頻題顏願類風飯飾養駕駐騰驗驛體\
    鬆魚魯鮮鳥鳴鷹黃黨齒";
const STANDARD: &str = "泽湾桥东宁滨汉阳长庆苏锦镇龙凤兴广门云贵无扬沧济渊岚郑盐税销额称单价号码发开购买备注机编数账计区国际电资讯术业务总责产经营财险银农饮馆车辆运\
    输铁飞场张刘陈杨赵吴孙马罗许冯蒋韩谭邹萧润涧洁涛浓澜浏点热爱鹏鸿鹤丽麦齐龄华叶万艺兰药芦园图团实宝写对导属岭屿峡岛师带应厂厅虑忆怀战戏择担据\
    扩摄断时晓书会乐楼标样树横欧欢岁历残气冲净测准满渔滩为烟灯尔状奖独获环现玛玺瓯当疗监盘矿礼种积窝范节筑简筹粮红纪约级纳纸纺细终组结给络统丝综\
    绿维网紧线练县纵绩织绘续纤群义习圣闻联声职听肃临与舰庄苍盖莲处补装制见规视觉观试诗话诚语说请课调谈论证识译议护变让贝负货贫费贸贺宾质赖赞赣军\
    轩软载较轻辉轮转办回进达远适迁选辽乡医释针钓钧铝钢录钱锡锅键锁链钟铸闪阁阔关陕阵阶双杂离难虽灵静韦顺须预顿领头频题颜愿类风饭饰养驾驻腾验驿体\
    松鱼鲁鲜鸟鸣鹰黄党齿";

/// Writes what was read of a form in standard characters. Tickets of ships and receipts of tills are of places that print traditional ones too, and names of goods
/// on invoices of the VAT are as their sellers write them.
pub(crate) fn settle(details: &mut Details, kind: Kind) {
    if matches!(kind, Kind::Ferry | Kind::Receipt | Kind::Other) || kind.is_vat() {
        return;
    }
    for field in details.every_mut().filter(|field| field.source == Source::Ocr) {
        if field.value.contains(|ch| standard(ch) != ch) {
            field.value = field.value.chars().map(standard).collect();
        }
    }
}

/// The standard form of a character; every other character as it is.
pub(crate) fn standard(ch: char) -> char {
    TRADITIONAL.chars().zip(STANDARD.chars()).find(|(old, _)| *old == ch).map_or(ch, |(_, new)| new)
}

#[cfg(test)]
mod tests {
    use invoice::details::Field;

    use super::*;

    #[test]
    fn both_tables_have_the_same_length_and_standard_characters_stay() {
        assert_eq!(TRADITIONAL.chars().count(), STANDARD.chars().count());
        for ch in STANDARD.chars() {
            assert_eq!(standard(ch), ch);
        }
    }

    #[test]
    fn what_was_read_is_written_in_standard_characters() {
        for (kind, source, read, expected) in [
            (Kind::Air, Source::Ocr, "澤航", "泽航"),
            (Kind::TaxCertificate, Source::Ocr, "應納税所得額", "应纳税所得额"),
            (Kind::Ferry, Source::Ocr, "澤航", "澤航"),
            (Kind::Air, Source::TextLayer, "澤航", "澤航"),
        ] {
            let mut details = Details::new();
            details.set("issue_by", Field::new(read, source));
            settle(&mut details, kind);
            assert_eq!(details.text("issue_by"), expected, "{kind:?} {source:?} {read}");
        }
    }
}
