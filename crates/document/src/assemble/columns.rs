//! Vertical labels: `购`, `买`, `方` set upright one below the other are one label, not three lines.

use super::{Mark, Strip};

/// Centres of one column differ by at most this, in em.
const SAME_CENTRE: f32 = 0.25;
/// Baselines of neighbours in a column are this far apart, in em: at least a letter, at most what a tall
/// cell spreads two letters by.
const STEP: (f32, f32) = (0.85, 3.5);
/// Steps of one column differ by at most this part.
const EVEN: f32 = 0.25;
/// Two baselines nearer than this, in em, are the same row of a table.
const SAME_ROW: f32 = 0.1;

/// Joins strips of one upright ideograph that stand below each other at even steps. A table's column of units (`个`, `次`) also
/// looks like that, but there every character shares its baseline with the rest of its row: at least half of a label's do not.
pub(super) fn stack(strips: Vec<Strip>) -> Vec<Strip> {
    let (mut singles, mut rest): (Vec<Strip>, Vec<Strip>) = strips.into_iter().partition(is_single);
    singles.sort_by(|a, b| a.first().baseline.total_cmp(&b.first().baseline));
    // Columns still growing, the latest last.
    let mut columns: Vec<Vec<Mark>> = Vec::new();
    for single in singles {
        let mark = *single.first();
        let place = columns.iter().rposition(|column| below(column, &mark)).filter(|at| columns.len() - at <= super::LOOK_BACK);
        match place {
            Some(at) => columns[at].push(mark),
            None => columns.push(vec![mark]),
        }
    }
    // Two labels side by side are each other's neighbours and still labels: only what is no column counts.
    let lone = columns.iter().filter(|column| column.len() == 1).map(|column| column[0].baseline);
    let mut baselines: Vec<f32> = rest.iter().map(|strip| strip.first().baseline).chain(lone).collect();
    baselines.sort_by(f32::total_cmp);
    for column in columns {
        let alone = column.iter().filter(|mark| !has_neighbour(mark, &baselines)).count();
        if column.len() >= 2 && alone * 2 >= column.len() && !is_crossed(&column, &rest) {
            rest.push(Strip { marks: column, column: true });
        } else {
            rest.extend(column.into_iter().map(Strip::one));
        }
    }
    rest
}

fn is_single(strip: &Strip) -> bool {
    strip.marks.len() == 1 && is_ideograph(strip.first().ch)
}

/// CJK ideographs with their radicals and compatibility forms.
pub(super) fn is_ideograph(ch: char) -> bool {
    matches!(ch, '\u{2E80}'..='\u{2FDF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// True when a mark is the next one down a column.
fn below(column: &[Mark], next: &Mark) -> bool {
    let last = &column[column.len() - 1];
    let centre = |m: &Mark| (m.start + m.end) / 2.0;
    let step = next.baseline - last.baseline;
    let even = match column {
        [.., before, last] => {
            let usual = last.baseline - before.baseline;
            (step - usual).abs() <= EVEN * usual
        }
        _ => true,
    };
    (centre(next) - centre(last)).abs() <= SAME_CENTRE * last.size
        && (next.size - last.size).abs() <= 0.1 * last.size
        && step >= STEP.0 * last.size
        && step <= STEP.1 * last.size
        && even
}

/// True when other text runs between two neighbours of a column: they are the ends of wrapped lines, not a label.
fn is_crossed(column: &[Mark], others: &[Strip]) -> bool {
    let apart = |pair: &&[Mark]| pair[1].baseline - pair[0].baseline > 1.6 * pair[0].size;
    column.windows(2).filter(apart).any(|pair| {
        let centre = (pair[0].start + pair[0].end) / 2.0;
        others.iter().any(|strip| {
            let between = strip.first().baseline > pair[0].baseline + 0.5 * pair[0].size
                && strip.first().baseline < pair[1].baseline - 0.3 * pair[1].size;
            between && !strip.column && strip.first().start < centre && strip.marks.iter().any(|mark| mark.end > centre)
        })
    })
}

/// True when a strip that is in no column stands on the same baseline.
fn has_neighbour(mark: &Mark, baselines: &[f32]) -> bool {
    let slack = SAME_ROW * mark.size;
    let first = baselines.partition_point(|b| *b < mark.baseline - slack);
    baselines.get(first).is_some_and(|b| *b <= mark.baseline + slack)
}
