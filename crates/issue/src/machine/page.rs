//! docs/orders.md, as far as it is drawn from the tables.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::phase::{self, PhaseRule, PhaseSignal};
use super::table::{self, Rule, Signal};
use crate::order::{Phase, State};

/// The diagrams and the tables: everything between the two marks of docs/orders.md.
pub fn drawn() -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut page);
    page
}

fn write(page: &mut String) -> std::fmt::Result {
    writeln!(page, "```mermaid\nstateDiagram-v2\n  [*] --> accepted")?;
    let mut drawn = BTreeSet::new();
    for signal in Signal::ALL {
        for from in State::ALL {
            for to in table::rule(from, signal).leads_to(from) {
                if from != to {
                    drawn.insert((from, to, signal.name()));
                }
            }
        }
    }
    for from in State::ALL {
        for to in State::ALL {
            let names: Vec<&str> = Signal::ALL.into_iter().map(Signal::name).filter(|name| drawn.contains(&(from, to, name))).collect();
            if !names.is_empty() {
                writeln!(page, "  {} --> {}: {}", from.name(), to.name(), names.join(", "))?;
            }
        }
    }
    writeln!(page, "```\n\n| signal | {} |", State::ALL.map(State::name).join(" | "))?;
    writeln!(page, "|---|{}", "---|".repeat(State::ALL.len()))?;
    for signal in Signal::ALL {
        let cells = State::ALL.map(|state| name(&table::rule(state, signal)));
        writeln!(page, "| `{}` | {} |", signal.name(), cells.join(" | "))?;
    }
    writeln!(page, "\n| rule | what is done |\n|---|---|")?;
    for rule in Rule::ALL {
        writeln!(page, "| {} | {} |", name(&rule), rule.meaning())?;
    }
    writeln!(page, "\nA reversal, while its order is `reversing` (or `needs_attention`):\n")?;
    writeln!(page, "| signal | {} |", Phase::ALL.map(Phase::name).join(" | "))?;
    writeln!(page, "|---|{}", "---|".repeat(Phase::ALL.len()))?;
    for signal in PhaseSignal::ALL {
        let cells = Phase::ALL.map(|of| name(&phase::rule(of, signal)));
        writeln!(page, "| `{}` | {} |", signal.name(), cells.join(" | "))?;
    }
    writeln!(page, "\n| rule | what is done |\n|---|---|")?;
    PhaseRule::ALL.into_iter().try_for_each(|rule| writeln!(page, "| {} | {} |", name(&rule), rule.meaning()))
}

/// `RefuseUnderWay` → `refuse under way`; what does nothing is a dash.
fn name(rule: &impl std::fmt::Debug) -> String {
    let mut name = String::new();
    for letter in format!("{rule:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push(' ');
        }
        name.extend(letter.to_lowercase());
    }
    if name == "late" { "–".to_owned() } else { name }
}
