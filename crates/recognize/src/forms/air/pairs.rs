//! Stations and flights of the form on paper, paired by their heights. Both are of the stamped layer, which may lie half a line off the printed 自 and 至: so
//! those tell nothing here, and a station is the next one's only where their lines follow each other.

use super::station::Stop;

/// A flight with what was read of it.
#[derive(Debug, PartialEq)]
pub(super) struct Flight {
    pub(super) from: Option<Stop>,
    pub(super) to: Option<Stop>,
    /// The height of its line, where its number or its day was read.
    pub(super) at: Option<f32>,
}

/// How far above and below a flight its first station stands, in steps from line to line: level with it, or half a step above where the flight stands
/// between its stations.
const FROM: (f32, f32) = (-0.75, 0.35);
/// How far below it its second station stands at most.
const TO: f32 = 1.35;
/// How near to the border between the two a station belongs to neither.
const DOUBT: f32 = 0.1;
/// Lines further from each other than so many steps have one between them that was not read.
const NEXT: f32 = 1.5;
/// By how much of a step flights may stand differently against their stations.
const EVEN: f32 = 0.3;

/// Pairs stations with flights at these heights, all from top to bottom. `line` is the height of a line of text.
pub(super) fn pair(stops: &[Stop], at: &[f32], line: f32) -> Vec<Flight> {
    let heights: Vec<f32> = stops.iter().map(|s| s.y).collect();
    let gaps = heights.windows(2).chain(at.windows(2)).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0.6 * line);
    let step = gaps.fold(f32::MAX, f32::min);
    let step = if step == f32::MAX { 1.5 * line } else { step };
    let follows = |a: &Stop, b: &Stop| b.y - a.y < NEXT * step;
    let named: Vec<&Stop> = stops.iter().filter(|s| !s.name.is_empty()).collect();
    let unbroken = stops.windows(2).all(|pair| follows(&pair[0], &pair[1])) && stops.iter().skip(named.len()).all(|s| s.name.is_empty());
    if unbroken && named.len() == at.len() + 1 && even(&named, at, step) {
        let flights = named.windows(2).zip(at);
        return flights.map(|(pair, y)| Flight { from: Some(pair[0].clone()), to: Some(pair[1].clone()), at: Some(*y) }).collect();
    }
    let within = |from: f32, to: f32| {
        let mut inside = named.iter().filter(move |s| (from..to).contains(&s.y));
        inside.next().copied().filter(|_| inside.next().is_none())
    };
    let mut flights: Vec<Flight> = Vec::new();
    for y in at {
        let from = within(y + FROM.0 * step, y + (FROM.1 - DOUBT) * step);
        let to = within(y + (FROM.1 + DOUBT) * step, y + TO * step);
        flights.push(Flight { from: from.cloned(), to: to.cloned(), at: Some(*y) });
    }
    // stations that follow each other are a flight, though nothing of its line was read
    for pair in stops.windows(2).filter(|pair| pair.iter().all(|s| !s.name.is_empty()) && follows(&pair[0], &pair[1])) {
        let y = pair[0].y;
        let level = |at: &f32| (y + (0.1 - FROM.1) * step..y + (0.1 - FROM.0) * step).contains(at);
        if !at.iter().any(level) {
            flights.push(Flight { from: Some(pair[0].clone()), to: Some(pair[1].clone()), at: None });
        }
    }
    let height = |flight: &Flight| flight.at.or(flight.from.as_ref().map(|s| s.y)).unwrap_or_default();
    flights.sort_by(|a, b| height(a).total_cmp(&height(b)));
    flights
}

/// Whether all flights stand alike against the stations where they begin, and no more than a step off.
fn even(named: &[&Stop], at: &[f32], step: f32) -> bool {
    let offs = || named.iter().zip(at).map(|(stop, y)| (y - stop.y) / step);
    let (low, high) = (offs().fold(f32::MAX, f32::min), offs().fold(f32::MIN, f32::max));
    high - low < EVEN && low > -0.9 && high < 0.9
}

#[cfg(test)]
mod tests {
    use super::{Flight, pair};
    use crate::forms::air::station::Stop;

    fn read(stops: &[(&str, f32)], at: &[f32]) -> Vec<(String, String, Option<f32>)> {
        let stops: Vec<Stop> = stops.iter().map(|(name, y)| Stop::at(name, *y)).collect();
        let name = |stop: Option<Stop>| stop.map(|s| s.name).unwrap_or_default();
        pair(&stops, at, 8.0).into_iter().map(|Flight { from, to, at }| (name(from), name(to), at)).collect()
    }

    #[test]
    fn stations_and_flights_by_height() {
        let all = [("云泽", 0.0), ("青岬", 10.0), ("临岚", 20.0), ("", 30.0)];
        let none = None;
        for (stops, at, expected) in [
            // level with the station where they begin, and half way between two
            (&all[..], &[0.0, 10.0][..], &[("云泽", "青岬", Some(0.0)), ("青岬", "临岚", Some(10.0))][..]),
            (&all, &[5.0, 15.0], &[("云泽", "青岬", Some(5.0)), ("青岬", "临岚", Some(15.0))]),
            // the layer of the flights leans
            (&all, &[-4.0, 6.0], &[("云泽", "青岬", Some(-4.0)), ("青岬", "临岚", Some(6.0))]),
            // a line of stations, or of flights, was not read
            (&[all[1], all[2]], &[0.0, 10.0], &[("", "青岬", Some(0.0)), ("青岬", "临岚", Some(10.0))]),
            (&[all[0], all[2]], &[0.0, 10.0], &[("云泽", "", Some(0.0)), ("", "临岚", Some(10.0))]),
            (&[all[0], all[1]], &[0.0, 10.0], &[("云泽", "青岬", Some(0.0)), ("青岬", "", Some(10.0))]),
            (&all, &[10.0], &[("云泽", "青岬", none), ("青岬", "临岚", Some(10.0))]),
            (&all, &[0.0], &[("云泽", "青岬", Some(0.0)), ("青岬", "临岚", none)]),
            (&[], &[0.0, 10.0], &[("", "", Some(0.0)), ("", "", Some(10.0))]),
            (&all, &[], &[("云泽", "青岬", none), ("青岬", "临岚", none)]),
            // no flight goes on from where the journey is broken
            (
                &[all[0], all[1], ("", 20.0), ("临岚", 30.0), ("玉桥", 40.0)],
                &[0.0, 30.0],
                &[("云泽", "青岬", Some(0.0)), ("临岚", "玉桥", Some(30.0))],
            ),
        ] {
            let expected: Vec<(String, String, Option<f32>)> =
                expected.iter().map(|(from, to, at)| ((*from).to_owned(), (*to).to_owned(), *at)).collect();
            assert_eq!(read(stops, at), expected, "{stops:?} {at:?}");
        }
    }
}
