use std::collections::HashSet;
use std::path::Path;

use invoice::kind::Kind;
use invoice::kind::field::{FieldSpec, Presence};

#[test]
fn codes_and_names() {
    assert_eq!(Kind::ALL.iter().collect::<HashSet<_>>().len(), Kind::ALL.len());
    for kind in Kind::ALL {
        let found = Kind::from_code(kind.code()).unwrap();
        assert_eq!(found.code(), kind.code());
        assert!(!kind.name().is_empty());
    }
    assert_eq!(Kind::from_code("10102"), Some(Kind::VatElectronic));
    assert_eq!(Kind::from_code("10505a"), Some(Kind::Ferry));
    assert_eq!(Kind::from_code("99999"), None);
}

#[test]
fn no_key_twice() {
    let unique = |specs: &[FieldSpec]| specs.iter().map(|spec| spec.key).collect::<HashSet<_>>().len() == specs.len();
    for kind in Kind::ALL {
        assert!(unique(kind.fields()), "{kind:?}");
        for spec in kind.fields() {
            assert!(spec.rows().is_none_or(unique), "{kind:?} {}", spec.key);
            assert_eq!(kind.field(spec.key), Some(spec));
        }
    }
}

#[test]
fn titles() {
    for (title, kind) in [
        ("浙江增值税专用发票", Some(Kind::VatSpecial)),
        ("贵州增值税电子专用发票", Some(Kind::VatSpecial)),
        ("上海增值税普通发票", Some(Kind::VatOrdinary)),
        ("增值税普通发票（卷票）", Some(Kind::VatRoll)),
        ("上 海 增 值 税 电 子 普 通 发 票", Some(Kind::VatElectronic)),
        ("深圳电子普通发票", Some(Kind::VatBlockChain)),
        ("收费公路通行费增值税电子普通发票", Some(Kind::VatToll)),
        ("电子发票（增值税专用发票）", Some(Kind::DigitalSpecial)),
        ("电子发票(普通发票)", Some(Kind::DigitalOrdinary)),
        ("电子发票（铁路电子客票）", Some(Kind::Train)),
        ("电子发票（航空运输电子客票行程单）", Some(Kind::Air)),
        ("航空运输电子客票行程单", Some(Kind::Air)),
        ("电子发票（机动车销售统一发票）", Some(Kind::VehicleSale)),
        ("二手车销售统一发票", Some(Kind::UsedVehicleSale)),
        ("滴滴出行—行程单", Some(Kind::RideItinerary)),
        ("销售货物或者提供应税劳务、服务清单", Some(Kind::SalesList)),
        ("深圳市出租汽车专用发票", Some(Kind::Taxi)),
        ("湖南省国家税务局通用机打发票", Some(Kind::MachinePrinted)),
        ("某省税务局通用定额发票", Some(Kind::Quota)),
        ("辽宁省道路汽车客票", Some(Kind::Bus)),
        ("某省车辆通行费专用发票", Some(Kind::Toll)),
        ("中华人民共和国税收完税证明", Some(Kind::TaxCertificate)),
        ("购物小票", None),
        ("", None),
    ] {
        assert_eq!(Kind::from_title(title), kind, "{title}");
    }
}

/// Every key of the seed's listing, in its order and spelling, with its 仅…返回; read from the seed itself where it is there.
#[test]
fn the_table_is_the_seed_s() {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds/002_169e456d1958ed2f.txt");
    let Ok(seed) = std::fs::read_to_string(&seed) else {
        println!("skipped: seeds not there");
        return;
    };
    let sections = sections(&seed);
    let kinds = [
        ("增值税(专用/普通/电子专用)发票", Kind::VatSpecial),
        ("增值税电子普通发票", Kind::VatElectronic),
        ("数电票(增值税专用发票/普通发票)", Kind::DigitalSpecial),
        ("区块链电子发票", Kind::VatBlockChain),
        ("收费公路通行费增值税电子普通发票", Kind::VatToll),
        ("出租车发票", Kind::Taxi),
        ("火车票", Kind::Train),
        ("机打发票", Kind::MachinePrinted),
        ("增值税普通发票(卷票)", Kind::VatRoll),
        ("定额发票", Kind::Quota),
        ("过路费发票", Kind::Toll),
        ("客运汽车票", Kind::Bus),
        ("航空运输电子客票行程单", Kind::Air),
        ("二手车销售统一发票", Kind::UsedVehicleSale),
        ("机动车销售统一发票", Kind::VehicleSale),
        ("小票", Kind::Receipt),
        ("出行行程单", Kind::RideItinerary),
        ("完税证明", Kind::TaxCertificate),
        ("船票", Kind::Ferry),
        ("可报销其他发票", Kind::Reimbursable),
    ];
    assert_eq!(sections.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), kinds.map(|(name, _)| name));
    for ((name, listed), (_, kind)) in sections.iter().zip(kinds) {
        let mut table = Vec::new();
        for spec in kind.fields() {
            table.push((spec.key.to_owned(), matches!(spec.presence, Presence::Only(_))));
            for row in spec.rows().unwrap_or_default() {
                table.push((format!("{}.{}", spec.key, row.key), matches!(row.presence, Presence::Only(_))));
            }
        }
        // The two marks that every 10102 carries although the seed lists them for some only.
        if matches!(kind, Kind::VatBlockChain | Kind::VatToll) {
            table.truncate(table.len() - 2);
        }
        assert_eq!(&table, listed, "{name}");
    }
}

/// The seed's sections: their titles, and their keys (`list.key` for rows) with whether they are conditional.
fn sections(seed: &str) -> Vec<(String, Vec<(String, bool)>)> {
    let mut sections: Vec<(String, Vec<(String, bool)>)> = Vec::new();
    let mut list: Option<String> = None;
    let lines = seed.lines().map(str::trim).skip_while(|line| !line.starts_with("'details'")).skip(1);
    for line in lines.take_while(|line| !line.starts_with("'extra'")) {
        if let Some(title) = line.strip_prefix("//") {
            sections.push((title.trim().to_owned(), Vec::new()));
            list = None;
            continue;
        }
        if line.starts_with(']') {
            list = None;
        }
        let Some(rest) = line.strip_prefix(['\'', '"']) else { continue };
        let Some(end) = rest.find(['\'', '"']) else { continue };
        let key = &rest[..end];
        let opens = rest[end + 1..].trim_start_matches([':', ' ']).starts_with('[');
        let only = ["仅在", "仅当", "仅专用", "仅 service_type", "返回此字段", "返回字段"].iter().any(|word| line.contains(word));
        let named = match &list {
            Some(list) => format!("{list}.{key}"),
            None => key.to_owned(),
        };
        if opens {
            list = Some(key.to_owned());
        }
        let Some((_, keys)) = sections.last_mut() else { continue };
        // 当存在该字段时移除 ciphertext is said at another key.
        let only = only || (named == "ciphertext" && sections_are_paper(keys));
        // Lists print several example rows.
        if !keys.iter().any(|(seen, _)| *seen == named) {
            keys.push((named, only));
        }
    }
    sections
}

/// Whether these are the keys of the paper kinds: only they have a stamped code.
fn sections_are_paper(keys: &[(String, bool)]) -> bool {
    keys.iter().any(|(key, _)| key == "code_confirm")
}
