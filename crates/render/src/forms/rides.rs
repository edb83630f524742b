//! 出行行程单, A4 upright: the lists of rides that platforms give with their invoices. Each platform has a layout of its own; which one a list is drawn in
//! follows from its title.

use crate::error::Error;
use crate::reading::{Subject, cell, dashed};
use crate::sheet::{BLACK, Colour, Face, Page, Path, Text, wrap};

const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 297.0;
const SIZE: f32 = 2.7;
const STEP: f32 = 3.5;
const GREY: Colour = [102, 102, 102];
const LIGHT: Colour = [239, 239, 239];
const LINE: Colour = [204, 204, 204];
const WHITE: Colour = [255, 255, 255];

/// How the rows of a table are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    /// Level lines, every second row shaded.
    Zebra,
    /// Every cell in a box.
    Grid,
    /// Nothing but room.
    Open,
}

/// A column: field, lines of its head, width.
type Column = (&'static str, &'static [&'static str], f32);

/// How one platform's list looks.
struct Layout {
    /// How its titles begin.
    brand: &'static str,
    english: &'static str,
    /// Lines to be filled in by hand.
    by_hand: bool,
    /// The labels of day, days and telephone, and the words around count and sum.
    labels: [&'static str; 3],
    count: [&'static str; 3],
    columns: &'static [Column],
    rules: Rules,
    /// Cells stand in the middle of their row and column, else at its top left.
    centred: bool,
    /// Behind each amount.
    unit: &'static str,
    head: (Colour, Colour),
}

const LAYOUTS: &[Layout] = &[
    Layout {
        brand: "云滴出行",
        english: "YUNDI TRAVEL - TRIP TABLE",
        by_hand: true,
        labels: ["申请日期:", "行程起止日期:", "行程人手机号:"],
        count: ["共", "笔行程， 合计 ", "元"],
        columns: &[
            ("index", &["序号"], 9.0),
            ("car_type", &["车型"], 10.0),
            ("time_geton", &["上车时间"], 25.0),
            ("city", &["城 市"], 14.0),
            ("station_geton", &["起点"], 42.0),
            ("station_getoff", &["终点"], 42.0),
            ("mileage", &["里程", "[公里]"], 14.0),
            ("total", &["金额", "[元]"], 14.0),
            ("remark", &["备注"], 14.0),
        ],
        rules: Rules::Zebra,
        centred: true,
        unit: "",
        head: (GREY, WHITE),
    },
    Layout {
        brand: "云图地图",
        english: "YUNTU ITINERARY",
        by_hand: false,
        labels: ["申请时间：", "行程时间：", "行程人手机号："],
        count: ["共计", "单行程，合计", "元"],
        columns: &[
            ("index", &["序号"], 10.0),
            ("producer", &["服务商"], 20.0),
            ("car_type", &["车型"], 16.0),
            ("time_geton", &["上车时间"], 22.0),
            ("city", &["城市"], 16.0),
            ("station_geton", &["起点"], 42.0),
            ("station_getoff", &["终点"], 42.0),
            ("total", &["金额"], 16.0),
        ],
        rules: Rules::Zebra,
        centred: false,
        unit: "元",
        head: (LIGHT, BLACK),
    },
    Layout {
        brand: "T9出行",
        english: "",
        by_hand: false,
        labels: ["申请日期：", "行程起止日期：", "行程人手机号："],
        count: ["共", "笔行程，合计", "元"],
        columns: &[
            ("index", &["序号"], 9.0),
            ("car_type", &["车型"], 14.0),
            ("time_order", &["下单时间"], 20.0),
            ("time_geton", &["上车时间"], 20.0),
            ("time_getoff", &["下车时间"], 20.0),
            ("city", &["城市"], 14.0),
            ("station_geton", &["起点"], 32.0),
            ("station_getoff", &["终点"], 32.0),
            ("mileage", &["里程", "(公里)"], 12.0),
            ("total", &["金额", "(元)"], 14.0),
        ],
        rules: Rules::Grid,
        centred: true,
        unit: "",
        head: (LIGHT, BLACK),
    },
    Layout {
        brand: "小桃打车",
        english: "",
        by_hand: false,
        labels: ["申请日期：", "行程起止日期：", "行程人手机号："],
        count: ["共", "笔行程，合计", "元"],
        columns: &[
            ("index", &["序号"], 10.0),
            ("time_geton", &["上车时间"], 27.0),
            ("city", &["城市"], 15.0),
            ("station_geton", &["起点"], 44.0),
            ("station_getoff", &["终点"], 44.0),
            ("mileage", &["里程(公里)"], 20.0),
            ("total", &["金额(元)"], 20.0),
        ],
        rules: Rules::Zebra,
        centred: true,
        unit: "",
        head: ([255, 230, 236], BLACK),
    },
    Layout {
        brand: "松鹤约车",
        english: "",
        by_hand: false,
        labels: ["开具日期：", "行程日期：", "手机号："],
        count: ["共", "个行程，合计", "元"],
        columns: &[
            ("index", &["序号"], 10.0),
            ("time_geton", &["用车时间"], 28.0),
            ("car_type", &["车型"], 20.0),
            ("city", &["城市"], 16.0),
            ("station_geton", &["出发地"], 46.0),
            ("station_getoff", &["目的地"], 46.0),
            ("total", &["金额(元)"], 20.0),
        ],
        rules: Rules::Open,
        centred: false,
        unit: "",
        head: (WHITE, BLACK),
    },
];

/// Lays out the list, the heads of the table on each of its pages.
pub(super) fn lay(subject: Subject<'_>) -> Result<Vec<Page>, Error> {
    let title = subject.need("title")?;
    let layout = LAYOUTS.iter().find(|l| title.starts_with(l.brand));
    let layout = layout.ok_or_else(|| Error::Unfit { field: "title", value: title.to_owned() })?;
    let mut pages = vec![Page::new(WIDTH, HEIGHT)];
    let mut y = head(&mut pages[0], subject, layout)?;
    y = heads(&mut pages[0], layout, y);
    for (index, ride) in subject.rows("items").iter().enumerate() {
        let cells: Vec<Vec<String>> = layout
            .columns
            .iter()
            .map(|(key, _, width)| match *key {
                "index" => vec![(index + 1).to_string()],
                "total" => vec![format!("{}{}", cell(ride, key), layout.unit)],
                _ => cell(ride, key).split('\n').flat_map(|text| break_cell(key, text, *width - 2.4)).collect(),
            })
            .collect();
        let height = STEP * cells.iter().map(Vec::len).max().unwrap_or(1) as f32 + 3.6;
        if y + height > HEIGHT - 24.0 {
            let mut page = Page::new(WIDTH, HEIGHT);
            y = heads(&mut page, layout, 18.0);
            pages.push(page);
        }
        if let Some(page) = pages.last_mut() {
            row(page, layout, &cells, (y, height), index % 2 == 1);
        }
        y += height;
    }
    let count = pages.len();
    for (at, page) in pages.iter_mut().enumerate() {
        page.fill(Text::new(Face::Song, SIZE, format!("页码：{}/{count}", at + 1)).right(WIDTH - 16.0, HEIGHT - 12.0));
    }
    Ok(pages)
}

/// Breaks a cell: hours between their parts, all else between any two characters.
fn break_cell(key: &str, text: &str, width: f32) -> Vec<String> {
    if !key.starts_with("time") {
        return wrap(text, Face::Song, SIZE, width);
    }
    let mut broken: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match broken.last_mut() {
            Some(line) if Text::new(Face::Song, SIZE, format!("{line} {word}")).width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => broken.push(word.to_owned()),
        }
    }
    broken
}

fn left(layout: &Layout) -> f32 {
    (WIDTH - layout.columns.iter().map(|c| c.2).sum::<f32>()) / 2.0
}

/// Title and labelled values; gives where the table begins.
fn head(page: &mut Page, subject: Subject<'_>, layout: &Layout) -> Result<f32, Error> {
    page.print(Text::new(Face::Song, 3.6, "样张 SPECIMEN").colour(GREY).left(18.0, 20.0));
    page.print(Text::new(Face::Song, 7.0, subject.need("title")?).centre(WIDTH / 2.0, 40.0));
    page.print(Text::new(Face::Song, 3.0, layout.english).centre(WIDTH / 2.0, 47.0));
    let mut y = 56.0;
    if layout.by_hand {
        for (x, label) in [(18.0, "姓名："), (78.0, "工号："), (138.0, "部门：")] {
            page.print(Text::new(Face::Song, SIZE, label).left(x, 58.0));
            page.print(Path::line((x + 10.0, 59.0), (x + 54.0, 59.0), 0.15, LINE));
        }
        y = 70.0;
    }
    let from = left(layout) + 1.0;
    let (first, second) = (subject.day("date_start")?, subject.day("date_end")?);
    let hours = |key: usize| {
        let ride = if key == 0 { subject.rows("items").first() } else { subject.rows("items").last() };
        ride.and_then(|r| cell(r, "time_geton").split(' ').nth(1).map(str::to_owned)).unwrap_or_default()
    };
    let days = if layout.brand == "云图地图" {
        format!("{} {}至{} {}", dashed(first), hours(0), dashed(second), hours(1))
    } else {
        format!("{} 至 {}", dashed(first), dashed(second))
    };
    let count =
        format!("{}{}{}{}{}", layout.count[0], subject.rows("items").len(), layout.count[1], subject.need("total")?, layout.count[2]);
    let facts = [
        (from, y, format!("{}{}", layout.labels[0], dashed(subject.day("date")?))),
        (from + 58.0, y, format!("{}{days}", layout.labels[1])),
        (from, y + 5.6, format!("{}{}", layout.labels[2], subject.need("phone")?)),
        (from + 58.0, y + 5.6, count),
    ];
    for (x, y, fact) in facts {
        page.fill(Text::new(Face::Song, 2.9, fact).left(x, y));
    }
    Ok(y + 10.0)
}

/// The table's head; gives where its rows begin.
fn heads(page: &mut Page, layout: &Layout, y: f32) -> f32 {
    let lines = layout.columns.iter().map(|c| c.1.len()).max().unwrap_or(1);
    let height = 4.6 * lines as f32 + 3.6;
    let (mut x, from) = (left(layout), left(layout));
    let to = from + layout.columns.iter().map(|c| c.2).sum::<f32>();
    page.print(Path::block([from, y, to, y + height], layout.head.0));
    for (_, head, width) in layout.columns {
        let top = y + height / 2.0 - 4.6 * head.len() as f32 / 2.0 + 3.3;
        for (i, text) in head.iter().enumerate() {
            let text = Text::new(Face::Song, 2.9, *text).colour(layout.head.1);
            let at = top + 4.6 * i as f32;
            page.print(if layout.centred { text.centre(x + width / 2.0, at) } else { text.left(x + 1.2, at) });
        }
        x += width;
    }
    if layout.rules == Rules::Grid {
        boxes(page, layout, (y, height));
    }
    y + height
}

fn row(page: &mut Page, layout: &Layout, cells: &[Vec<String>], (y, height): (f32, f32), second: bool) {
    let from = left(layout);
    let to = from + layout.columns.iter().map(|c| c.2).sum::<f32>();
    match layout.rules {
        Rules::Zebra => {
            if second {
                page.print(Path::block([from, y, to, y + height], LIGHT));
            }
            page.print(Path::line((from, y + height), (to, y + height), 0.2, LINE));
        }
        Rules::Grid => boxes(page, layout, (y, height)),
        Rules::Open => {}
    }
    let mut x = from;
    for ((_, _, width), lines) in layout.columns.iter().zip(cells) {
        let used = STEP * lines.len() as f32;
        let top = if layout.centred { y + (height - used) / 2.0 } else { y + 1.8 };
        for (i, line) in lines.iter().enumerate() {
            let text = Text::new(Face::Song, SIZE, line.clone());
            let at = top + STEP * i as f32 + 2.7;
            page.fill(if layout.centred { text.centre(x + width / 2.0, at) } else { text.left(x + 1.2, at) });
        }
        x += width;
    }
}

fn boxes(page: &mut Page, layout: &Layout, (y, height): (f32, f32)) {
    let mut x = left(layout);
    let to = x + layout.columns.iter().map(|c| c.2).sum::<f32>();
    for at in [y, y + height] {
        page.print(Path::line((x, at), (to, at), 0.2, LINE));
    }
    page.print(Path::line((x, y), (x, y + height), 0.2, LINE));
    for (_, _, width) in layout.columns {
        x += width;
        page.print(Path::line((x, y), (x, y + height), 0.2, LINE));
    }
}
