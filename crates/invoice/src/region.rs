//! Provinces and cities: from the digits of codes and numbers, from tax ids, and from names in titles, addresses and company
//! names.
//!
//! The divisions are those of GB/T 2260 (`data/regions.tsv`, see `data/README.md`). Which digits carry them:
//! reference/recognition.md §4.5.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::details::Details;
use crate::fold::compact;
use crate::{number, tax_id};

/// A province, and the city in it where that is known. The four municipalities are their own city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// 省, 自治区, 直辖市 or 特别行政区, by its full name.
    pub province: &'static str,
    /// 市, 自治州, 地区 or 盟, by its full name; a county where the province governs it directly.
    pub city: Option<&'static str>,
}

/// The planned cities' own digits in 数电票 numbers. (Read off published numbers of sellers in those cities.)
const PLANNED_CITIES: [(&str, &str); 5] = [("91", "2102"), ("92", "3702"), ("93", "3302"), ("94", "3502"), ("95", "4403")];
/// The municipalities.
const MUNICIPALITIES: [&str; 4] = ["11", "12", "31", "50"];
/// Words that begin like the short name of a city but are none.
const FALSE_FRIENDS: &[&str] = &["三明治", "大理石", "普洱茶", "白银期货", "中山装", "和田玉"];
/// As much of a text as is searched for names, in characters.
const SEARCHED: usize = 200;
/// The longest name in the table, in characters.
const LONGEST_NAME: usize = 16;

struct Table {
    names: HashMap<&'static str, &'static str>,
    /// Codes by full name, and by the short names of provinces and prefectures.
    full: HashMap<&'static str, Vec<&'static str>>,
    short: HashMap<&'static str, Vec<&'static str>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { names: HashMap::new(), full: HashMap::new(), short: HashMap::new() };
    for line in include_str!("../data/regions.tsv").lines() {
        let mut columns = line.split('\t');
        let (Some(code), Some(name)) = (columns.next(), columns.next()) else { continue };
        table.names.insert(code, name);
        table.full.entry(name).or_default().push(code);
        if let Some(short) = columns.next() {
            table.short.entry(short).or_default().push(code);
        }
    }
    table
});

impl Region {
    /// The region of a code of two, four or six digits; what the longer code does not name, the shorter may.
    fn of(code: &str) -> Option<Region> {
        let names = &TABLE.names;
        let province = *names.get(code.get(..2)?)?;
        let city = if MUNICIPALITIES.contains(&&code[..2]) {
            Some(province)
        } else {
            let prefecture = code.get(..4).and_then(|code| names.get(code));
            // Counties that the province governs directly have 90 in the prefecture's place.
            prefecture.or_else(|| code.get(..6).filter(|code| &code[2..4] == "90").and_then(|code| names.get(code))).copied()
        };
        Some(Region { province, city })
    }

    /// This region; its city from the other where it has none itself and the provinces agree.
    pub fn or_city_of(self, other: Option<Region>) -> Region {
        let city = self.city.or_else(|| other.filter(|other| other.province == self.province).and_then(|other| other.city));
        Region { city, ..self }
    }
}

/// The region of a 发票代码 of ten or twelve digits.
pub fn of_code(code: &str) -> Option<Region> {
    Region::of(&number::code(code)?.region)
}

/// The region of a 数电票 number.
pub fn of_digital(number: &str) -> Option<Region> {
    let digits = number::digital(number)?.region;
    let planned = PLANNED_CITIES.iter().find(|(own, _)| *own == digits).map(|&(_, code)| code);
    Region::of(planned.unwrap_or(&digits))
}

/// The region in which a tax id was registered: digits 3 to 8 of a 统一社会信用代码, the first six of an older id. Ids whose
/// check digit fails tell nothing.
pub fn of_tax_id(id: &str) -> Option<Region> {
    let score = tax_id::score(id)?;
    let id = tax_id::parse(id)?;
    match (id.len(), score) {
        (18, tax_id::Score::Passes) => Region::of(&id[2..8]),
        (15, tax_id::Score::Passes | tax_id::Score::Unchecked) => Region::of(&id[..6]),
        _ => None,
    }
}

/// A place named in an address, a company's name or a title.
struct Place {
    code: &'static str,
    end: usize,
}

/// The region that a text names: an address (浙江省杭州市西湖区…), a company (广州某某有限公司, 某某(南京)科技有限公司) or a title
/// (浙江增值税电子普通发票, 深圳市出租汽车专用发票). The first place named counts, refined by what follows it directly. Streets that
/// bear a city's name do not count, and a county counts only if its name is not used twice.
pub fn of_text(text: &str) -> Option<Region> {
    let text: Vec<char> = compact(text).chars().take(SEARCHED).collect();
    for start in 0..text.len() {
        if let Some(place) = place(&text, start, None) {
            return Region::of(refine(&text, place));
        }
    }
    None
}

/// Follows a place by the smaller ones in it that are named directly after it.
fn refine(text: &[char], mut at: Place) -> &'static str {
    while at.code.len() < 6
        && let Some(smaller) = place(text, at.end, Some(at.code))
    {
        at = smaller;
    }
    at.code
}

/// The place named at a position, by the longest name; inside `within` if given.
fn place(text: &[char], start: usize, within: Option<&str>) -> Option<Place> {
    for length in (2..=LONGEST_NAME.min(text.len() - start)).rev() {
        let end = start + length;
        let name: String = text[start..end].iter().collect();
        if let Some(code) = TABLE.full.get(name.as_str()).and_then(|codes| only(codes, within))
            && !is_street(&text[end..])
        {
            return Some(Place { code, end });
        }
        // Short names stand at the beginning, in brackets, or behind the place that holds them.
        let stands = start == 0 || within.is_some() || text[start - 1] == '(';
        if stands
            && let Some(code) = TABLE.short.get(name.as_str()).and_then(|codes| only(codes, within))
            && !is_street(&text[end..])
            && !FALSE_FRIENDS.iter().any(|word| text[start..].iter().copied().take(word.chars().count()).eq(word.chars()))
        {
            return Some(Place { code, end });
        }
    }
    None
}

/// The code meant by a name: the largest division, unless two of that size bear it.
fn only(codes: &[&'static str], within: Option<&str>) -> Option<&'static str> {
    let inside = || codes.iter().copied().filter(|code| within.is_none_or(|within| code.starts_with(within) && code.len() > within.len()));
    let largest = inside().map(str::len).min()?;
    let mut found = inside().filter(|code| code.len() == largest);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Whether a place's name goes on as that of a street: 南京东路, 北京路, 中山大道.
fn is_street(rest: &[char]) -> bool {
    let rest = match rest {
        ['东' | '西' | '南' | '北' | '中', rest @ ..] => rest,
        rest => rest,
    };
    let rest = match rest {
        ['一' | '二' | '三' | '四' | '五', rest @ ..] => rest,
        rest => rest,
    };
    matches!(rest, ['路' | '街' | '道' | '巷' | '桥', ..] | ['大', '道' | '街' | '桥' | '厦', ..] | ['环', '路', ..])
}

/// The region of an invoice from all that was read: the code or 数电 number, else the title; the city also from the seller's
/// tax id, address and name, as long as the province is the same. Without code, number and title it is the seller's region.
pub fn of_invoice(details: &Details) -> Option<Region> {
    let issued = of_code(details.text("code"))
        .or_else(|| of_digital(details.text("number")))
        .or_else(|| of_digital(details.text("electronic_number")))
        .or_else(|| of_text(details.text("title")));
    let named = [of_text(details.text("title")), of_text(details.text("place"))];
    let seller = [of_tax_id(details.text("seller_tax_id")), of_text(details.text("seller_addr_tel")), of_text(details.text("seller"))];
    let others = || named.into_iter().chain(seller).flatten();
    let first = issued.or_else(|| others().next())?;
    Some(others().fold(first, |region, other| region.or_city_of(Some(other))))
}
