//! Names in a list of rides that what is printed around them settles: a platform's own name at its kinds of cars, towns, and how places are written.

use invoice::details::Row;

use super::SPELLINGS;
use super::settle::SURE;
use crate::layout::label::is_one_off;
use crate::script::standard;

/// What follows a platform's own name in the title of its lists.
const CALLED: &[&str] = &["出行", "打车", "约车", "用车", "地图"];
/// How the kinds of cars that bear a platform's name go on.
const KINDS: &[&str] = &["快车", "专车", "特快", "拼车", "优享", "特惠", "顺风车", "出租车", "豪华车", "商务车"];

/// A kind of car that was read as surely is called so, even where it differs from the platform's name by one character: 首约 of 首汽约车.
const CERTAIN: f32 = 0.95;

/// Mends kinds of cars that bear the platform's own name with one of its characters misread: the title says it in large print.
pub(super) fn branded(rows: &mut [Row], title: &str) {
    let Some(brand) = CALLED.iter().filter_map(|word| title.split_once(word)).map(|(brand, _)| brand).min_by_key(|brand| brand.len())
    else {
        return;
    };
    if brand.chars().count() < 2 {
        return;
    }
    for field in rows.iter_mut().filter_map(|row| row.get_mut("car_type")) {
        if let Some(whole) = carried_on(&field.value, brand, field.confidence < CERTAIN) {
            (field.value, field.confidence) = (whole, field.confidence.max(SURE));
            continue;
        }
        let Some((name, kind)) = KINDS.iter().find_map(|kind| Some((field.value.strip_suffix(kind)?, *kind))) else { continue };
        if name == brand || field.confidence < CERTAIN && is_one_off(name, brand) {
            (field.value, field.confidence) = (format!("{brand}{kind}"), field.confidence.max(SURE));
        }
    }
}

/// The kind of car that begins with the platform's name and wraps in its narrow column, of which the end was not read, or misread where it was read `in_doubt`: the
/// only kind that begins so.
fn carried_on(value: &str, brand: &str, in_doubt: bool) -> Option<String> {
    let rest = value.strip_prefix(brand).filter(|rest| !rest.is_empty() && !KINDS.contains(rest))?;
    let first = rest.chars().next()?;
    let fits = |kind: &&&str| kind.starts_with(rest) || in_doubt && kind.starts_with(first) && is_one_off(rest, kind);
    let mut kinds = KINDS.iter().filter(fits);
    let kind = kinds.next().filter(|_| kinds.next().is_none())?;
    Some(format!("{brand}{kind}"))
}

/// Places that are written with a bar between district and name (`西丽|大学城地铁站`), of which the thin bar was passed over or taken for a letter: where another ride of the
/// list has the same place with its bar.
pub(super) fn barred(rows: &mut [Row], keys: &[&str]) {
    const LIKE: [char; 7] = ['1', 'I', 'l', '丨', '/', '!', ' '];
    let places = rows.iter().flat_map(|row| keys.iter().filter_map(|key| row.get(*key)));
    let whole: Vec<String> = places.filter(|f| f.value.matches('|').count() == 1).map(|f| f.value.clone()).collect();
    for field in rows.iter_mut().flat_map(|row| row.iter_mut().filter(|(key, _)| keys.contains(&key.as_str()))).map(|(_, field)| field) {
        let is = |place: &&String| {
            let Some((district, name)) = place.split_once('|') else { return false };
            let rest = field.value.strip_prefix(district).and_then(|rest| rest.strip_suffix(name));
            rest.is_some_and(|mark| mark.is_empty() || mark.chars().count() == 1 && mark.starts_with(LIKE))
        };
        if let Some(place) = whole.iter().find(is) {
            field.value = place.clone();
        }
    }
}

/// The name of a town as the state's list of divisions has it, which is in simplified characters; recognisers give the traditional form of dense ones.
pub(super) fn town(name: &str) -> String {
    name.chars().map(standard).collect()
}

/// A place of the first ride without the head of its column, which was read in one line with it.
pub(super) fn below_head(key: &str, place: &str) -> Option<String> {
    let own = SPELLINGS.iter().filter(|s| s.label.column == key).map(|s| s.text);
    let headed = own.filter_map(|text| place.strip_prefix(text));
    // the head of another column is told from a place's beginning by the unit behind it
    let units = ["[公里]", "(公里)", "[元]", "(元)"];
    let other = SPELLINGS.iter().filter(|s| !s.label.column.is_empty()).filter_map(|s| place.strip_prefix(s.text));
    let united = other.filter_map(|rest| units.iter().find_map(|unit| rest.strip_prefix(unit)));
    let rest = headed.chain(united).min_by_key(|rest| rest.len())?;
    (rest.chars().count() >= 3).then(|| rest.to_owned())
}

/// The sides of the compass.
const SIDES: [char; 4] = ['东', '南', '西', '北'];

/// Takes away places that end with a bare side behind a hyphen: the last narrow character was passed over, of a gate (门), an exit (口) or a side (侧), and which is not known.
pub(super) fn sided(rows: &mut [Row], keys: &[&str]) {
    let side = |text: &str| text.rsplit_once('-').is_some_and(|(_, side)| !side.is_empty() && side.chars().all(|c| SIDES.contains(&c)));
    for row in rows {
        for key in keys {
            if row.get(*key).is_some_and(|field| side(&field.value)) {
                row.shift_remove(*key);
            }
        }
    }
}

/// Whether part of a place was lost: what stands before a bracket that closes, the name before 区, the letter and the figure of a terminal, or a gate or its number.
pub(super) fn is_broken(place: &str) -> bool {
    let count = |mark: char| place.chars().filter(|c| *c == mark).count();
    let terminal = place.split_once("航站楼").map_or("", |(before, _)| before);
    let lettered = terminal.trim_end_matches(|c: char| c.is_ascii_digit());
    let headless = count(')') > count('(') || place.starts_with("区|") || place.contains(")号");
    let gateless = place.contains("到达") && place.ends_with("号)");
    headless || gateless || terminal.len() > lettered.len() && lettered.ends_with("机场")
}

/// Brackets around one character within others that stay open are misread: places have brackets behind each other, not within each other, and one
/// character alone says nothing there.
pub(super) fn flat(place: &str) -> Option<String> {
    let last = place.rfind('(')?;
    let (before, inner) = (&place[..last], &place[last + 1..]);
    let count = |mark: char| before.chars().filter(|c| *c == mark).count();
    let one = inner.strip_suffix(')').is_some_and(|one| one.chars().count() == 1);
    (one && count('(') == count(')') + 1).then(|| format!("{before}{inner}"))
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use invoice::details::{Field, Source};

    use super::*;

    #[test]
    fn kinds_of_cars_bear_the_name_of_the_title() {
        for (title, read, confidence, expected, sure) in [
            ("云滴出行—行程单", "云清快车", 0.8, "云滴快车", true),
            ("云滴出行—行程单", "云滴快车", 0.8, "云滴快车", true),
            ("云滴出行—行程单", "特惠快车", 0.8, "特惠快车", false),
            ("云滴出行—行程单", "云清", 0.8, "云清", false),
            ("云图地图—打车—行程单", "云国专车", 0.8, "云图专车", true),
            ("首汽约车行程单", "首约快车", 0.98, "首约快车", true),
            ("行程单", "云清快车", 0.8, "云清快车", false),
            ("", "云清快车", 0.8, "云清快车", false),
        ] {
            let field = Field { confidence, ..Field::new(read, Source::Ocr) };
            let mut rows: Vec<Row> = vec![IndexMap::from([("car_type".to_owned(), field)])];
            branded(&mut rows, title);
            assert_eq!(rows[0]["car_type"].value, expected, "{title} {read}");
            assert_eq!(rows[0]["car_type"].confidence >= SURE, sure, "{title} {read}");
        }
    }

    #[test]
    fn a_kind_of_car_that_wraps_is_carried_on() {
        for (read, in_doubt, expected) in [
            ("云滴快", false, Some("云滴快车")),
            ("云滴快军", true, Some("云滴快车")),
            ("云滴快军", false, None),
            // two kinds begin so
            ("云滴特", false, None),
            ("云滴快车", false, None),
            ("云滴", false, None),
            ("快", false, None),
        ] {
            assert_eq!(carried_on(read, "云滴", in_doubt).as_deref(), expected, "{read}");
        }
    }

    #[test]
    fn a_bar_is_where_the_same_place_has_it() {
        let field = |place: &str| Field::new(place, Source::Ocr);
        let read = ["云丽|学城地铁站", "云丽学城地铁站", "云丽I学城地铁站", "云丽西学城地铁站", "学城地铁站"];
        let mut rows: Vec<Row> = read.iter().map(|place| IndexMap::from([("station_geton".to_owned(), field(place))])).collect();
        barred(&mut rows, &["station_geton", "station_getoff"]);
        let found: Vec<&str> = rows.iter().map(|row| row["station_geton"].value.as_str()).collect();
        assert_eq!(found, ["云丽|学城地铁站", "云丽|学城地铁站", "云丽|学城地铁站", "云丽西学城地铁站", "学城地铁站"]);
    }

    #[test]
    fn towns_are_written_in_simplified_characters() {
        for (read, expected) in [("云澤市", "云泽市"), ("雲澤市", "云泽市"), ("云泽市", "云泽市"), ("临岚市", "临岚市")]
        {
            assert_eq!(town(read), expected);
        }
    }

    #[test]
    fn places_without_the_heads_over_them() {
        for (key, read, expected) in [
            ("station_geton", "起点石桥区|青石路地铁站C口", Some("石桥区|青石路地铁站C口")),
            ("station_getoff", "里程[公里]禾木酒店(玉桥青石路店)", Some("禾木酒店(玉桥青石路店)")),
            ("station_getoff", "起点酒店(东门)", None),
            ("station_geton", "城市广场", None),
            ("station_geton", "起点", None),
            ("station_geton", "上车点", None),
        ] {
            assert_eq!(below_head(key, read).as_deref(), expected, "{read}");
        }
    }

    #[test]
    fn a_bare_side_behind_a_hyphen_is_no_whole_place() {
        let read = |places: &[&str]| {
            let field = |place: &&str| IndexMap::from([("station_geton".to_owned(), Field::new(*place, Source::Ocr))]);
            let mut rows: Vec<Row> = places.iter().map(field).collect();
            sided(&mut rows, &["station_geton", "station_getoff"]);
            rows.iter().map(|row| row.get("station_geton").map_or(String::new(), |f| f.value.clone())).collect::<Vec<_>>()
        };
        assert_eq!(read(&["7号楼-西北", "9号楼-东门"]), ["", "9号楼-东门"]);
        assert_eq!(read(&["云泽湖西", "云泽-湖西"]), ["云泽湖西", "云泽-湖西"]);
    }

    #[test]
    fn places_of_which_a_part_was_lost() {
        for (place, broken) in [
            ("6号门)", true),
            ("区|墨竹科技园14号楼", true),
            ("云泽国际机场1航站楼(国内到达3号门)", true),
            ("云泽国际机场T2航站楼(国内到达)号门", true),
            ("云泽国际机场T2航站楼(国内到达10号)", true),
            ("云上花园(5号)", false),
            ("云泽国际机场T1航站楼(国内到达3号门)", false),
            ("云泽机场1号航站楼", false),
            ("云泽国际机场航站楼", false),
            ("石桥区|墨竹科技园14号楼", false),
            ("云上大厦(东门)", false),
        ] {
            assert_eq!(is_broken(place), broken, "{place}");
        }
    }

    #[test]
    fn brackets_do_not_stand_within_each_other() {
        for (read, expected) in [
            ("T2航站楼(国内到达2号(门)", Some("T2航站楼(国内到达2号门)")),
            ("T2航站楼(国内到达2号门)", None),
            ("一苇酒店(玉桥店(东门)", None),
            ("一苇酒店(玉桥店)(门)", None),
            ("一苇酒店(门)", None),
        ] {
            assert_eq!(flat(read).as_deref(), expected, "{read}");
        }
    }
}
