//! What papers lie on: a table, a cloth, a scanner's lid.

use crate::specimen::draws::Draws;

use super::{Device, Level};

/// A surface, as a function of the place on it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ground {
    /// One colour with a faint grain.
    Plain { colour: [f32; 3], grain: f32 },
    /// Planks: a wood's colour in wavy stripes of this length.
    Wood { colour: [f32; 3], wave: f32, phase: f32 },
    /// A woven cloth of two colours in squares of this size.
    Cloth { colours: [[f32; 3]; 2], side: f32 },
}

const WOODS: [[f32; 3]; 4] = [[168.0, 124.0, 82.0], [120.0, 82.0, 54.0], [196.0, 164.0, 122.0], [92.0, 66.0, 50.0]];
const PLAINS: [[f32; 3]; 5] =
    [[60.0, 62.0, 66.0], [112.0, 118.0, 122.0], [176.0, 172.0, 164.0], [58.0, 82.0, 112.0], [206.0, 204.0, 198.0]];
const CLOTHS: [[[f32; 3]; 2]; 3] = [
    [[150.0, 60.0, 56.0], [190.0, 178.0, 168.0]],
    [[70.0, 96.0, 84.0], [96.0, 122.0, 108.0]],
    [[88.0, 96.0, 130.0], [160.0, 168.0, 188.0]],
];

impl Ground {
    /// A surface for this device; what a bad picture lies on is busier.
    pub(crate) fn pick(level: Level, device: Device, draws: &mut Draws) -> Ground {
        if device == Device::Scanner {
            let lid = if draws.chance(85) { [249.0; 3] } else { [34.0; 3] };
            return Ground::Plain { colour: lid, grain: 2.0 };
        }
        match draws.below(if level == Level::Hard { 3 } else { 2 }) {
            0 => Ground::Plain { colour: *draws.pick(&PLAINS), grain: 6.0 },
            1 => Ground::Wood { colour: *draws.pick(&WOODS), wave: draws.within([14.0, 60.0]), phase: draws.within([0.0, 6.0]) },
            _ => Ground::Cloth { colours: *draws.pick(&CLOTHS), side: draws.within([24.0, 90.0]) },
        }
    }

    /// Its colour at a place in pixels; `chance` is a fresh number of the place, from 0 to 1.
    pub(crate) fn colour(&self, x: f32, y: f32, chance: f32) -> [f32; 3] {
        match self {
            Ground::Plain { colour, grain } => colour.map(|c| c + (chance - 0.5) * grain),
            Ground::Wood { colour, wave, phase } => {
                let bend = (x / 310.0 + phase).sin() * 9.0;
                let stripe = ((y + bend) / wave).sin() * 0.5 + ((y + bend * 1.7) / (wave * 0.31)).sin() * 0.3;
                colour.map(|c| c * (1.0 + 0.10 * stripe) + (chance - 0.5) * 10.0)
            }
            Ground::Cloth { colours, side } => {
                let odd = ((x / side) as i32 + (y / side) as i32) & 1;
                let thread = if (x as i32 + y as i32) & 2 == 0 { 4.0 } else { -4.0 };
                colours[odd as usize].map(|c| c + thread + (chance - 0.5) * 12.0)
            }
        }
    }
}
