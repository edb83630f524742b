//! How well this build reads: specimens are invented, drawn, worn and read again in process, and every field is compared. What comes of a whole
//! run is docs/accuracy.md.

mod page;
mod tally;

#[path = "../../../crates/recognize/examples/replies/remembered.rs"]
mod remembered;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use invoice::agreement::{Comparison, Verdict, compare};
use invoice::details::Details;
use recognize::{Found, Options, Reader};
use render::Encoding;
use render::collage::{Collage, collage};
use render::damage::Level;
use render::specimen::{Carrier, Form, Specimen, invent, invent_on_one_page};

use tally::{Column, Sheets, Tally};

/// The page that a whole run writes.
pub(crate) const PAGE: &str = "docs/accuracy.md";

/// How long one document may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// Measure how well specimens are read: documents as such, and pictures of every level of damage.
#[derive(Args)]
pub(crate) struct Wanted {
    /// How many invoices of each form and level
    #[arg(long, default_value_t = 50)]
    count: u64,
    /// Only this form, or `sheets`; all without it
    #[arg(long)]
    kind: Vec<String>,
    /// Only this level: digital, none, mild or hard; all without it
    #[arg(long, value_parser = Column::named)]
    level: Vec<Column>,
    /// The first seed; the same seed gives the same pictures
    #[arg(long, default_value_t = 5_000)]
    seed: u64,
    /// Print so many fields that were not read right
    #[arg(long, default_value_t = 0)]
    misses: usize,
    /// Begin nothing more after so many minutes; what was measured until then counts
    #[arg(long, default_value_t = 180)]
    minutes: u64,
}

/// One thing to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    One(Form),
    Sheet,
}

impl Wanted {
    fn tasks(&self) -> Result<Vec<Task>> {
        if self.kind.is_empty() {
            return Ok(Form::ALL.into_iter().map(Task::One).chain([Task::Sheet]).collect());
        }
        let task = |name: &String| match Form::named(name) {
            Some(form) => Ok(Task::One(form)),
            None if name == "sheets" => Ok(Task::Sheet),
            None => bail!("there is no form {name:?}; there are {}, sheets", Form::ALL.map(Form::name).join(", ")),
        };
        self.kind.iter().map(task).collect()
    }

    fn wants(&self, column: Column) -> bool {
        self.level.is_empty() || self.level.contains(&column)
    }

    fn pictures(&self) -> bool {
        self.level.is_empty() || self.level.iter().any(|column| *column != Column::Digital)
    }

    /// Whether everything is measured that the page tells of.
    fn whole(&self) -> bool {
        self.kind.is_empty() && self.level.is_empty()
    }
}

/// Everything that was measured.
#[derive(Default)]
struct Measured {
    tally: Tally,
    sheets: Sheets,
    misses: Vec<String>,
    /// How many forms, or sheets, of one seed each were measured.
    steps: usize,
}

/// Measures and prints; writes [`PAGE`] when nothing was left out.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore speaks to the person who runs it")]
pub(crate) fn measure(wanted: &Wanted) -> Result<()> {
    let tasks = wanted.tasks()?;
    let mut eyes = ocr::Reader::load(&ocr::Options::default());
    if wanted.pictures() {
        // every field of them would count as missed, as if it had been looked for
        eyes = Ok(eyes.context("pictures cannot be measured")?);
    }
    let reader = Reader::new(eyes.map(|eyes| match std::env::var_os("REPLIES_REMEMBER") {
        Some(folder) => Arc::new(remembered::Remembered { eyes, folder: folder.into() }) as Arc<dyn ocr::Eyes>,
        None => Arc::new(eyes),
    }));
    let end = Instant::now() + Duration::from_secs(wanted.minutes.saturating_mul(60));
    // Seed by seed, so that a run that ends early has seen all forms alike; drawing leaves cores idle, so each core has a document of its own.
    let steps: Vec<(u64, Task)> =
        (wanted.seed..wanted.seed.saturating_add(wanted.count)).flat_map(|seed| tasks.iter().map(move |task| (seed, *task))).collect();
    let next = AtomicUsize::new(0);
    let measured = Mutex::new(Measured::default());
    let work = || -> Result<()> {
        while let Some((seed, task)) = steps.get(next.fetch_add(1, Ordering::Relaxed)).filter(|_| Instant::now() < end) {
            let mut own = Measured::default();
            match task {
                Task::One(form) => own.form(wanted, &reader, *form, *seed)?,
                Task::Sheet => own.sheet(wanted, &reader, *seed)?,
            }
            let mut measured = measured.lock().unwrap_or_else(PoisonError::into_inner);
            measured.merge(own);
            if tasks.last() == Some(task) {
                eprintln!("seed {seed}: {}", measured.tally.all());
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..std::thread::available_parallelism().map_or(1, usize::from)).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let mut measured = measured.into_inner().unwrap_or_else(PoisonError::into_inner);
    measured.misses.sort();
    let seeds = (measured.steps / tasks.len().max(1)) as u64;
    if seeds < wanted.count {
        eprintln!("stopped after {} minutes, {seeds} of {} seeds done", wanted.minutes, wanted.count);
    }
    println!("{}", page::tables(&measured.tally, &measured.sheets));
    for miss in measured.misses.iter().take(wanted.misses) {
        println!("{miss}");
    }
    if wanted.whole() {
        std::fs::write(PAGE, page::page(&measured.tally, &measured.sheets, seeds, wanted.seed))
            .with_context(|| format!("{PAGE} cannot be written"))?;
    }
    Ok(())
}

/// What a specimen says on this carrier.
fn truth(specimen: &Specimen, carrier: Carrier) -> Result<Details> {
    Ok(serde_json::from_value(specimen.truth(carrier))?)
}

impl Measured {
    /// Adds what was measured of one seed and task.
    fn merge(&mut self, other: Measured) {
        self.tally.merge(other.tally);
        self.sheets.merge(other.sheets);
        self.misses.extend(other.misses);
        self.steps += 1;
    }

    fn form(&mut self, wanted: &Wanted, reader: &Reader, form: Form, seed: u64) -> Result<()> {
        let specimen = invent(form, seed)?;
        if wanted.wants(Column::Digital) {
            for carrier in form.carriers().iter().filter(|c| **c != Carrier::Picture) {
                let bytes = specimen.document(*carrier, 150.0, Encoding::Png)?;
                self.read(reader, &specimen, *carrier, Column::Digital, &bytes, seed)?;
            }
        }
        if !form.one_page() {
            return Ok(());
        }
        let specimen = invent_on_one_page(form, seed)?;
        for level in Level::ALL.into_iter().filter(|l| wanted.wants(Column::Picture(*l))) {
            let bytes = specimen.photograph(level, seed)?.encode()?;
            self.read(reader, &specimen, Carrier::Picture, Column::Picture(level), &bytes, seed)?;
        }
        Ok(())
    }

    fn read(&mut self, reader: &Reader, specimen: &Specimen, carrier: Carrier, column: Column, bytes: &[u8], seed: u64) -> Result<()> {
        let truth = truth(specimen, carrier)?;
        let name = format!("{}-{}-{seed}.{}", specimen.form.name(), column.name(), carrier.name());
        let results = self.results(reader, bytes, &name);
        let all = best(&truth, &results).map_or_else(|| missing(&truth), |i| judged(&truth, specimen, &results[i]));
        self.note(&name, &all);
        self.tally.add(specimen.form, column, &all);
        Ok(())
    }

    fn sheet(&mut self, wanted: &Wanted, reader: &Reader, seed: u64) -> Result<()> {
        let forms: Vec<Form> = Form::ALL.into_iter().filter(|f| f.one_page()).collect();
        for level in Level::ALL.into_iter().filter(|l| wanted.wants(Column::Picture(*l))) {
            let drawn = collage(&forms, None, level, seed)?;
            let bytes = drawn.photograph.encode()?;
            let results = self.results(reader, &bytes, &format!("sheet-{}-{seed}", level.name()));
            self.pair(&drawn, results, level, seed)?;
        }
        Ok(())
    }

    /// What is found in a document; one that cannot be read has no results, and its error is among the misses. Machines that are busy take their
    /// time: accuracy is measured here, not speed.
    fn results(&mut self, reader: &Reader, bytes: &[u8], name: &str) -> Vec<Found> {
        let mut options = Options::default();
        options.budget.time = PATIENCE;
        match reader.read(bytes, &options) {
            Ok(reading) => reading.results,
            Err(error) => {
                self.misses.push(format!("{name}  not read: {error}"));
                Vec::new()
            }
        }
    }

    /// Gives every ticket of a sheet the result that agrees with it best, and counts those that have none and those that are too many.
    fn pair(&mut self, drawn: &Collage, mut results: Vec<Found>, level: Level, seed: u64) -> Result<()> {
        let count = results.iter().filter(|r| r.kind != invoice::kind::Kind::Other).count();
        let mut found = 0;
        for (i, ticket) in drawn.tickets.iter().enumerate() {
            let truth = truth(&ticket.specimen, Carrier::Picture)?;
            let name = format!("sheet-{}-{seed}[{i}] {}", level.name(), ticket.specimen.form.name());
            let own = best(&truth, &results).filter(|i| agrees(&truth, &results[*i]));
            let all = match own {
                Some(i) => judged(&truth, &ticket.specimen, &results.swap_remove(i)),
                None => missing(&truth),
            };
            if own.is_some() {
                found += 1;
                self.note(&name, &all);
            } else {
                self.misses.push(format!("{name}  not found"));
            }
            self.sheets.fields(level, &all);
        }
        for other in results.iter().filter(|r| r.kind != invoice::kind::Kind::Other) {
            self.misses.push(format!("sheet-{}-{seed}  one result too many: {}", level.name(), other.kind.name()));
        }
        self.sheets.tickets(level, drawn.tickets.len(), found, count.saturating_sub(found));
        Ok(())
    }

    fn note(&mut self, name: &str, all: &[Comparison]) {
        for one in all.iter().filter(|c| c.verdict != Verdict::Right) {
            self.misses.push(format!("{name}  {}: expected {:?}, read {:?}", one.field, one.expected, one.read));
        }
    }
}

/// All fields of an invoice that was not found.
fn missing(truth: &Details) -> Vec<Comparison> {
    compare(truth, invoice::kind::Kind::Other, &Details::new())
}

/// Every field, and whether the kind was told.
fn judged(truth: &Details, specimen: &Specimen, found: &Found) -> Vec<Comparison> {
    let mut all = compare(truth, found.kind, &found.details);
    let verdict = if found.kind == specimen.kind { Verdict::Right } else { Verdict::Wrong };
    let (expected, read) = (specimen.kind.name().to_owned(), found.kind.name().to_owned());
    all.push(Comparison { field: "(type)".to_owned(), verdict, expected, read });
    all
}

fn right(truth: &Details, found: &Found) -> usize {
    compare(truth, found.kind, &found.details).iter().filter(|c| c.verdict == Verdict::Right).count()
}

/// The result that agrees with most fields.
fn best(truth: &Details, results: &[Found]) -> Option<usize> {
    (0..results.len()).max_by_key(|i| (right(truth, &results[*i]), std::cmp::Reverse(*i)))
}

/// Whether a result is of this invoice at all: a third of its fields are.
fn agrees(truth: &Details, found: &Found) -> bool {
    right(truth, found) * 3 >= missing(truth).len().max(1)
}
