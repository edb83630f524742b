//! Pictures that show no invoice, for tests of what a reader does when there is nothing to read.

use image::{Rgb, RgbImage};

use crate::damage::Drift;
use crate::error::Error;
use crate::picture;
use crate::sheet::{BLACK, Colour, Face, Page, Path, Text, wrap};
use crate::specimen::draws::Draws;

/// What such a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stray {
    /// An empty sheet.
    Blank,
    /// A letter in Chinese, with a date and a sum of money in its text.
    Letter,
    /// A bar chart with numbers at its axes.
    Chart,
    /// Noise like that of a picture taken in the dark.
    Noise,
    /// A slow change of colour, like a wall or the sky.
    Gradient,
    /// A drawn cat.
    Cat,
}

impl Stray {
    /// Every one.
    pub const ALL: [Stray; 6] = [Stray::Blank, Stray::Letter, Stray::Chart, Stray::Noise, Stray::Gradient, Stray::Cat];
}

/// Dots per inch of what is drawn on a sheet.
const DPI: f32 = 110.0;
/// A5 across.
const SHEET: (f32, f32) = (210.0, 148.0);
/// Pixels of what is no sheet.
const PIXELS: (u32, u32) = (900, 640);

/// Such a picture; the same seed gives the same one.
pub fn stray(what: Stray, seed: u64) -> Result<RgbImage, Error> {
    let mut draws = Draws::new(seed, "stray");
    let page = match what {
        Stray::Blank => Page::new(SHEET.0, SHEET.1),
        Stray::Letter => letter(&mut draws),
        Stray::Chart => chart(&mut draws),
        Stray::Cat => cat(&mut draws),
        Stray::Noise => return Ok(noise(&mut draws)),
        Stray::Gradient => return Ok(gradient(&mut draws)),
    };
    picture::drawn(&[page], DPI, Drift::default(), None)
}

const SENTENCES: [&str; 8] = [
    "来信收到，近来天气转凉，请多保重身体。",
    "上周我们一起去了湖边，看见许多候鸟，孩子们非常高兴。",
    "关于会议的安排，我已经同各位老师商量过，大家都没有意见。",
    "图书馆新到了一批书，其中有几本是你一直想看的，我替你留着。",
    "家里一切都好，院子里的桂花开了，香气一直传到街上。",
    "他说下个月要搬到北边去住，离学校更近一些。",
    "如果方便，请把照片寄给我，我想把它们放进相册里。",
    "昨天的音乐会很精彩，可惜你没有来，下次我们一定同去。",
];

fn letter(draws: &mut Draws) -> Page {
    let mut page = Page::new(SHEET.0, SHEET.1);
    page.fill(Text::new(Face::Song, 4.6, "亲爱的朋友：").left(20.0, 20.0));
    let mut body = String::from("　　");
    for _ in 0..draws.between(5, 8) {
        body.push_str(draws.pick::<&str>(&SENTENCES));
    }
    let sum = draws.between(2, 90);
    body.push_str(&format!("另外，上次借你的{sum}元，我下次见面时还你。"));
    let mut y = 30.0;
    for line in wrap(&body, Face::Song, 4.2, 170.0) {
        page.fill(Text::new(Face::Song, 4.2, line).left(20.0, y));
        y += 7.2;
    }
    let day = format!("{}年{}月{}日", draws.between(2015, 2026), draws.between(1, 12), draws.between(1, 28));
    page.fill(Text::new(Face::Song, 4.2, day).right(190.0, y + 8.0));
    page
}

const COLOURS: [Colour; 5] = [[66, 133, 190], [214, 120, 60], [96, 160, 90], [150, 90, 160], [190, 180, 70]];

fn chart(draws: &mut Draws) -> Page {
    let mut page = Page::new(SHEET.0, SHEET.1);
    page.fill(Text::new(Face::Song, 6.0, "各月平均气温与降水").centre(105.0, 15.0));
    for (from, to) in [((25.0, 125.0), (195.0, 125.0)), ((25.0, 25.0), (25.0, 125.0))] {
        page.print(Path::line(from, to, 0.4, BLACK));
    }
    for step in 0..6_u8 {
        let y = 125.0 - f32::from(step) * 18.0;
        page.print(Path::line((24.0, y), (195.0, y), 0.1, [180, 180, 180]));
        page.fill(Text::new(Face::Song, 3.4, (u32::from(step) * 20).to_string()).right(22.0, y + 1.2));
    }
    for month in 0..12_u8 {
        let x = 30.0 + f32::from(month) * 13.6;
        page.print(Path::block([x, 125.0 - draws.within([8.0, 95.0]), x + 8.0, 125.0], *draws.pick(&COLOURS)));
        page.fill(Text::new(Face::Song, 3.4, format!("{}月", month + 1)).centre(x + 4.0, 131.0));
    }
    page
}

fn cat(draws: &mut Draws) -> Page {
    let mut page = Page::new(SHEET.0, SHEET.1);
    let fur = *draws.pick(&[[150, 110, 70], [90, 90, 96], [210, 160, 100]]);
    let filled = |mut path: Path, colour: Colour| {
        path.fill = Some(colour);
        path
    };
    let (x, y) = (draws.within([85.0, 125.0]), draws.within([58.0, 66.0]));
    page.print(filled(Path::ellipse(x, y + 48.0, 34.0, 30.0, 0.6, BLACK), fur));
    for side in [-1.0, 1.0] {
        let mut ear = Path::line((x + side * 8.0, y - 18.0), (x + side * 22.0, y - 38.0), 0.6, BLACK);
        ear.steps.push(crate::sheet::Step::Line(x + side * 25.0, y - 8.0));
        ear.steps.push(crate::sheet::Step::Close);
        page.print(filled(ear, fur));
    }
    page.print(filled(Path::ellipse(x, y, 27.0, 23.0, 0.6, BLACK), fur));
    for side in [-1.0, 1.0] {
        page.print(filled(Path::ellipse(x + side * 10.0, y - 4.0, 4.6, 5.6, 0.4, BLACK), [214, 224, 120]));
        page.print(filled(Path::ellipse(x + side * 10.0, y - 4.0, 1.4, 5.0, 0.2, BLACK), BLACK));
        for lift in [-3.0, 0.0, 3.0] {
            page.print(Path::line((x + side * 5.0, y + 9.0), (x + side * 34.0, y + 8.0 + lift * 2.0), 0.3, BLACK));
        }
    }
    page.print(filled(Path::ellipse(x, y + 7.0, 3.0, 2.0, 0.3, BLACK), [220, 130, 130]));
    page
}

fn noise(draws: &mut Draws) -> RgbImage {
    let (dark, strength) = (draws.within([20.0, 70.0]), draws.within([8.0, 40.0]));
    RgbImage::from_fn(PIXELS.0, PIXELS.1, |_, _| {
        let shared = draws.bell() * strength;
        Rgb([0; 3].map(|_: u8| (dark + shared + draws.within([-6.0, 6.0])).clamp(0.0, 255.0) as u8))
    })
}

fn gradient(draws: &mut Draws) -> RgbImage {
    let ends = [0; 2].map(|_| [0; 3].map(|_| draws.within([30.0, 245.0])));
    let lean = draws.within([0.0, 1.0]);
    RgbImage::from_fn(PIXELS.0, PIXELS.1, |x, y| {
        let share = lean * x as f32 / PIXELS.0 as f32 + (1.0 - lean) * y as f32 / PIXELS.1 as f32;
        let mut mixed = [0_u8; 3];
        for (channel, (one, other)) in mixed.iter_mut().zip(ends[0].iter().zip(ends[1])) {
            *channel = (one + (other - one) * share) as u8;
        }
        Rgb(mixed)
    })
}
