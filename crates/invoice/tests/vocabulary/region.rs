use invoice::region::{self, Region};
use proptest::prelude::*;

use crate::details;

fn names(region: Option<Region>) -> Option<(&'static str, &'static str)> {
    region.map(|region| (region.province, region.city.unwrap_or("")))
}

#[test]
fn by_digits() {
    for (code, expected) in [
        ("3301161130", Some(("浙江省", "杭州市"))),
        ("3300161130", Some(("浙江省", ""))),
        ("133011680478", Some(("浙江省", "杭州市"))),
        ("031001600211", Some(("上海市", "上海市"))),
        ("044031900111", Some(("广东省", "深圳市"))),
        ("221021325353", Some(("辽宁省", "大连市"))),
        ("015001900111", Some(("内蒙古自治区", ""))),
        ("050001900111", Some(("重庆市", "重庆市"))),
        ("099001900111", None),
        ("12345678", None),
    ] {
        assert_eq!(names(region::of_code(code)), expected, "{code}");
    }
    for (number, expected) in [
        ("26322000000000000017", Some(("江苏省", ""))),
        ("26112000000000000017", Some(("北京市", "北京市"))),
        ("26912000000000000017", Some(("辽宁省", "大连市"))),
        ("26922000000000000017", Some(("山东省", "青岛市"))),
        ("26932000000000000017", Some(("浙江省", "宁波市"))),
        ("26942000000000000017", Some(("福建省", "厦门市"))),
        ("26952000000000000017", Some(("广东省", "深圳市"))),
        ("26002000000000000017", None),
    ] {
        assert_eq!(names(region::of_digital(number)), expected, "{number}");
    }
}

#[test]
fn by_tax_id() {
    let id = |first: &str| format!("{first}{}", invoice::tax_id::check_character(first).unwrap());
    assert_eq!(names(region::of_tax_id(&id("91330106MA0000017"))), Some(("浙江省", "杭州市")));
    assert_eq!(names(region::of_tax_id(&id("91110000MA0000017"))), Some(("北京市", "北京市")));
    assert_eq!(names(region::of_tax_id(&id("91100000MA0000017"))), None);
    assert_eq!(names(region::of_tax_id("330106000000019")), Some(("浙江省", "杭州市")));
    // A failing check digit tells nothing.
    assert_eq!(region::of_tax_id("91350211M0000XUF46"), None);
}

#[test]
fn by_name() {
    for (text, expected) in [
        ("浙江增值税电子普通发票", Some(("浙江省", ""))),
        ("上海增值税专用发票", Some(("上海市", "上海市"))),
        ("深圳电子普通发票", Some(("广东省", "深圳市"))),
        ("深圳市出租汽车专用发票", Some(("广东省", "深圳市"))),
        ("内蒙古增值税普通发票", Some(("内蒙古自治区", ""))),
        ("湖南省国家税务局通用机打发票", Some(("湖南省", ""))),
        ("电子发票（普通发票）", None),
        ("浙江省杭州市西湖区某路1号", Some(("浙江省", "杭州市"))),
        ("杭州市西湖区某路1号", Some(("浙江省", "杭州市"))),
        ("上海市黄浦区南京东路1号", Some(("上海市", "上海市"))),
        ("广州市越秀区北京路1号", Some(("广东省", "广州市"))),
        ("南京东路1号", None),
        ("中山路1号", None),
        ("吉林省吉林市某街", Some(("吉林省", "吉林市"))),
        ("海南某某有限公司", Some(("海南省", ""))),
        ("青海省海南藏族自治州", Some(("青海省", "海南藏族自治州"))),
        ("浦东新区某路1号", Some(("上海市", "上海市"))),
        ("义乌市某路1号", Some(("浙江省", "金华市"))),
        // The province governs it directly.
        ("湖北省仙桃市某路1号", Some(("湖北省", "仙桃市"))),
        // A name that several counties bear.
        ("鼓楼区某路1号", None),
        ("福建省福州市鼓楼区", Some(("福建省", "福州市"))),
        ("某某科技（北京）有限公司", Some(("北京市", "北京市"))),
        ("某某(南京)科技有限公司", Some(("江苏省", "南京市"))),
        ("广州某某餐饮管理有限公司", Some(("广东省", "广州市"))),
        ("三明治餐厅", None),
        ("北京东方某某公司", Some(("北京市", "北京市"))),
        ("某某有限公司", None),
        ("", None),
    ] {
        assert_eq!(names(region::of_text(text)), expected, "{text}");
    }
}

#[test]
fn of_whole_invoices() {
    for (fields, expected) in [
        (&[("code", "033001900111"), ("seller", "杭州某某有限公司")][..], Some(("浙江省", "杭州市"))),
        // The seller sits in another province than the code: the code decides, and no city is taken from elsewhere.
        (&[("code", "033001900111"), ("seller", "广州某某有限公司")], Some(("浙江省", ""))),
        (&[("number", "26322000000000000017"), ("seller_addr_tel", "无锡市某路1号 0510-1")], Some(("江苏省", "无锡市"))),
        (&[("title", "深圳市出租汽车专用发票")], Some(("广东省", "深圳市"))),
        (&[("seller", "广州某某有限公司")], Some(("广东省", "广州市"))),
        (&[("buyer", "广州某某有限公司")], None),
        (&[], None),
    ] {
        assert_eq!(names(region::of_invoice(&details(fields))), expected, "{fields:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}", places in "[省市区县北京上海南吉林海路大道州()]{0,60}") {
        let _ = (region::of_text(&text), region::of_text(&places), region::of_code(&text), region::of_tax_id(&text));
    }
}
