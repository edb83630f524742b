//! Writes invented invoices with their fields, in the format of the catalogue that accuracy is measured with: one line of JSON for each
//! document, `{"file", "kind", "type", "type_zh", "truth"}`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use render::Encoding;
use render::collage::{Ticket, collage};
use render::damage::Level;
use render::specimen::{Carrier, Form, Specimen, invent, invent_on_one_page};
use serde_json::json;

/// The folder of the project's own specimens.
const FOLDER: &str = "specimens";
/// Where the fields are written, beside the documents.
const FIELDS: &str = "fields.jsonl";
/// Dots per inch of the pictures: what a modest scan or a screen gives.
const DPI: f32 = 150.0;
/// Quality of JPEG pictures: what telephones write.
const JPEG: Encoding = Encoding::Jpeg(88);

/// The documents that are kept in the repository: file, form, seed, how a picture is encoded.
const KEPT: [(&str, Form, u64, Encoding); 40] = [
    ("digital-ordinary.xml", Form::DigitalOrdinary, 1, Encoding::Png),
    ("digital-ordinary.ofd", Form::DigitalOrdinary, 2, Encoding::Png),
    ("digital-ordinary.pdf", Form::DigitalOrdinary, 3, Encoding::Png),
    ("digital-ordinary.png", Form::DigitalOrdinary, 4, Encoding::Png),
    ("construction.pdf", Form::Construction, 5, Encoding::Png),
    ("construction.ofd", Form::Construction, 6, Encoding::Png),
    ("passenger.pdf", Form::Passenger, 7, Encoding::Png),
    ("many-pages.pdf", Form::ManyPages, 8, Encoding::Png),
    ("electronic.pdf", Form::Electronic, 9, Encoding::Png),
    ("electronic.ofd", Form::Electronic, 10, Encoding::Png),
    ("electronic.jpg", Form::Electronic, 11, JPEG),
    ("toll.pdf", Form::Toll, 12, Encoding::Png),
    ("block-chain.pdf", Form::BlockChain, 13, Encoding::Png),
    ("paper-special.png", Form::PaperSpecial, 14, Encoding::Png),
    ("rail.ofd", Form::Rail, 15, Encoding::Png),
    ("rail.pdf", Form::Rail, 16, Encoding::Png),
    ("air.pdf", Form::Air, 17, Encoding::Png),
    ("bus.jpg", Form::Bus, 18, JPEG),
    ("ferry.jpg", Form::Ferry, 19, JPEG),
    ("quota.jpg", Form::Quota, 20, JPEG),
    ("receipt.pdf", Form::Receipt, 21, Encoding::Png),
    ("reimbursable.jpg", Form::Reimbursable, 22, JPEG),
    ("vehicle-sale.png", Form::VehicleSale, 40, Encoding::Png),
    ("vehicle-sale.pdf", Form::VehicleSaleDigital, 41, Encoding::Png),
    ("used-vehicle-sale.png", Form::UsedVehicleSale, 42, Encoding::Png),
    ("used-vehicle-sale.ofd", Form::UsedVehicleSaleDigital, 43, Encoding::Png),
    ("vat-roll.png", Form::VatRoll, 44, Encoding::Png),
    ("machine-fuel.jpg", Form::MachineFuel, 45, JPEG),
    ("machine-flat.png", Form::MachineFlat, 46, Encoding::Png),
    ("machine-electronic.pdf", Form::MachineElectronic, 47, Encoding::Png),
    ("train.png", Form::Train, 18, Encoding::Png),
    ("train.pdf", Form::Train, 19, Encoding::Png),
    ("taxi.png", Form::Taxi, 20, Encoding::Png),
    ("road-toll.png", Form::RoadToll, 22, Encoding::Png),
    ("road-toll.pdf", Form::RoadToll, 23, Encoding::Png),
    ("air-paper.jpg", Form::AirPaper, 1, JPEG),
    ("rides.pdf", Form::Rides, 5, Encoding::Png),
    ("many-rides.pdf", Form::ManyRides, 1, Encoding::Png),
    ("tax-certificate.pdf", Form::TaxCertificate, 2, Encoding::Png),
    ("tax-payment.pdf", Form::TaxPayment, 2, Encoding::Png),
];

/// Write the specimens of the repository again, or, with a count, as many others as wanted.
#[derive(Args)]
pub(crate) struct Wanted {
    /// How many invoices of each form; each is written as everything that its form can be
    #[arg(long)]
    count: Option<u64>,
    /// Only this form: digital-ordinary, construction, electronic, paper-special, rail …; all without it
    #[arg(long)]
    kind: Option<String>,
    /// The first seed; the same seed gives the same invoices
    #[arg(long, default_value_t = 1_000)]
    seed: u64,
    /// The folder to write to
    #[arg(long)]
    out: Option<PathBuf>,
    /// Leave pictures out, which take the most time
    #[arg(long)]
    no_pictures: bool,
    /// Pictures alone, as a phone or a scanner takes them: none, mild or hard
    #[arg(long, value_parser = level)]
    damage: Option<Level>,
    /// So many pictures of several invoices each, of any form or of --kind
    #[arg(long, conflicts_with = "count")]
    sheets: Option<u64>,
    /// How many invoices lie on such a picture: one number, or the least and the most as in 2..12
    #[arg(long, requires = "sheets", value_parser = several)]
    of: Option<(u64, u64)>,
}

/// `4`, or `2..12` with both ends.
fn several(text: &str) -> Result<(u64, u64)> {
    let (least, most) = text.split_once("..").unwrap_or((text, text));
    let (least, most) = (least.parse()?, most.trim_start_matches('=').parse()?);
    if least == 0 || least > most || most > 40 {
        bail!("between 1 and 40 invoices fit on a picture");
    }
    Ok((least, most))
}

/// A level of damage by its name.
pub(crate) fn level(name: &str) -> Result<Level> {
    Level::named(name).with_context(|| format!("there is no level {name:?}; there are {}", Level::ALL.map(Level::name).join(", ")))
}

/// Writes what is wanted and gives the number of files.
pub(crate) fn write(wanted: &Wanted) -> Result<usize> {
    if let Some(count) = wanted.sheets {
        return sheets(wanted, count);
    }
    match wanted.count {
        None => kept(wanted.out.as_deref().unwrap_or(Path::new(FOLDER))),
        Some(count) => {
            let out = wanted.out.as_deref().context("--count needs --out: the repository's own specimens are a fixed set")?;
            let forms = forms(wanted)?;
            if let Some(level) = wanted.damage {
                return photographs(&forms, wanted.seed, count, out, level);
            }
            more(&forms, wanted.seed, count, out, wanted.no_pictures)
        }
    }
}

fn forms(wanted: &Wanted) -> Result<Vec<Form>> {
    match &wanted.kind {
        None => Ok(Form::ALL.to_vec()),
        Some(name) => match Form::named(name) {
            Some(form) => Ok(vec![form]),
            None => bail!("there is no form {name:?}; there are {}", Form::ALL.map(Form::name).join(", ")),
        },
    }
}

/// Pictures of several invoices; a line of the catalogue has a list of truths, and beside it a list of
/// `tickets` with the `form`, `type`, `region` and `orientation` of each.
fn sheets(wanted: &Wanted, count: u64) -> Result<usize> {
    let out = wanted.out.as_deref().context("--sheets needs --out")?;
    let forms: Vec<Form> = forms(wanted)?.into_iter().filter(|f| f.one_page()).collect();
    let level = wanted.damage.unwrap_or(Level::None);
    let mut catalogue = Catalogue::new(out)?;
    for seed in wanted.seed..wanted.seed.saturating_add(count) {
        let of = wanted.of.map(|(least, most)| least + seed % (most - least + 1));
        let drawn = collage(&forms, of, level, seed)?;
        let ending = if drawn.photograph.encoding == Encoding::Png { "png" } else { "jpg" };
        let file = format!("sheet-{}-{seed}.{ending}", level.name());
        fs::write(out.join(&file), drawn.photograph.encode()?).with_context(|| format!("{file} cannot be written"))?;
        let told = |t: &Ticket| json!({"form": t.specimen.form.name(), "type": t.specimen.kind.code(), "region": t.region, "orientation": t.orientation});
        catalogue.lines.push(
            json!({
                "file": file,
                "kind": "sheet",
                "type_zh": "",
                "truth": drawn.tickets.iter().map(|t| t.specimen.truth(Carrier::Picture)).collect::<Vec<_>>(),
                "tickets": drawn.tickets.iter().map(told).collect::<Vec<_>>(),
            })
            .to_string(),
        );
    }
    catalogue.finish()
}

fn kept(out: &Path) -> Result<usize> {
    let mut catalogue = Catalogue::new(out)?;
    for (file, form, seed, encoding) in KEPT {
        catalogue.add(file, &invent(form, seed)?, carrier(file), encoding)?;
    }
    catalogue.finish()
}

/// What a file is, by its ending.
fn carrier(file: &str) -> Carrier {
    match Path::new(file).extension().and_then(|e| e.to_str()) {
        Some("xml") => Carrier::Xml,
        Some("ofd") => Carrier::Ofd,
        Some("pdf") => Carrier::Pdf,
        _ => Carrier::Picture,
    }
}

fn more(forms: &[Form], seed: u64, count: u64, out: &Path, no_pictures: bool) -> Result<usize> {
    let mut catalogue = Catalogue::new(out)?;
    for form in forms {
        for seed in seed..seed.saturating_add(count) {
            let specimen = invent(*form, seed)?;
            for carrier in form.carriers() {
                if no_pictures && *carrier == Carrier::Picture {
                    continue;
                }
                // Every second picture is a JPEG.
                let (ending, encoding) = match carrier {
                    Carrier::Xml => ("xml", Encoding::Png),
                    Carrier::Ofd => ("ofd", Encoding::Png),
                    Carrier::Pdf => ("pdf", Encoding::Png),
                    Carrier::Picture if seed % 2 == 0 => ("png", Encoding::Png),
                    Carrier::Picture => ("jpg", JPEG),
                };
                catalogue.add(&format!("{}-{seed}.{ending}", form.name()), &specimen, *carrier, encoding)?;
            }
        }
    }
    catalogue.finish()
}

fn photographs(forms: &[Form], seed: u64, count: u64, out: &Path, level: Level) -> Result<usize> {
    let mut catalogue = Catalogue::new(out)?;
    for form in forms.iter().filter(|form| form.one_page()) {
        for seed in seed..seed.saturating_add(count) {
            let specimen = invent_on_one_page(*form, seed)?;
            let photograph = specimen.photograph(level, seed)?;
            let ending = if photograph.encoding == Encoding::Png { "png" } else { "jpg" };
            catalogue.keep(
                &format!("{}-{}-{seed}.{ending}", form.name(), level.name()),
                &specimen,
                Carrier::Picture,
                &photograph.encode()?,
            )?;
        }
    }
    catalogue.finish()
}

/// A document's line in the catalogue.
fn line(file: &str, specimen: &Specimen, carrier: Carrier) -> String {
    json!({
        "file": file,
        "kind": carrier.name(),
        "type": specimen.kind.code(),
        "type_zh": specimen.kind.name(),
        "truth": specimen.truth(carrier),
    })
    .to_string()
}

/// A folder of documents and the list of their fields.
struct Catalogue<'a> {
    folder: &'a Path,
    lines: Vec<String>,
}

impl Catalogue<'_> {
    fn new(folder: &Path) -> Result<Catalogue<'_>> {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Catalogue { folder, lines: Vec::new() })
    }

    fn add(&mut self, file: &str, specimen: &Specimen, carrier: Carrier, encoding: Encoding) -> Result<()> {
        let bytes = specimen.document(carrier, DPI, encoding).with_context(|| format!("{file} cannot be drawn"))?;
        self.keep(file, specimen, carrier, &bytes)
    }

    fn keep(&mut self, file: &str, specimen: &Specimen, carrier: Carrier, bytes: &[u8]) -> Result<()> {
        fs::write(self.folder.join(file), bytes).with_context(|| format!("{file} cannot be written"))?;
        self.lines.push(line(file, specimen, carrier));
        Ok(())
    }

    fn finish(self) -> Result<usize> {
        let mut text = self.lines.join("\n");
        text.push('\n');
        fs::write(self.folder.join(FIELDS), text)?;
        Ok(self.lines.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures and seals are drawn with floats, whose last digits machines may differ in: the fields are compared, not the bytes.
    #[test]
    fn the_specimens_in_the_repository_are_these() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FOLDER);
        let wanted: Vec<String> =
            KEPT.iter().map(|(file, form, seed, _)| line(file, &invent(*form, *seed).expect("an invoice"), carrier(file))).collect();
        let found = fs::read_to_string(folder.join(FIELDS)).expect("the list of fields");
        assert_eq!(found.lines().collect::<Vec<_>>(), wanted, "run cargo xtask specimens");
        let mut files: Vec<String> =
            fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        files.retain(|f| f != FIELDS && !f.ends_with(".md"));
        files.sort();
        let mut names = KEPT.map(|(file, ..)| file.to_owned());
        names.sort();
        assert_eq!(files, names);
    }

    #[test]
    fn more_are_written_with_their_fields() {
        let folder = tempfile::tempdir().expect("a folder");
        let wanted = Wanted {
            count: Some(2),
            kind: Some("passenger".to_owned()),
            seed: 5,
            out: Some(folder.path().to_owned()),
            no_pictures: true,
            damage: None,
            sheets: None,
            of: None,
        };
        assert_eq!(write(&wanted).expect("files"), 6);
        let fields = fs::read_to_string(folder.path().join(FIELDS)).expect("the list of fields");
        for line in fields.lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert!(folder.path().join(line["file"].as_str().expect("a name")).is_file());
            assert_eq!(line["type"], "10108");
            assert!(!line["truth"]["items"].as_array().expect("rows").is_empty());
        }
        let unknown = Wanted {
            count: Some(1),
            kind: Some("tulip".to_owned()),
            seed: 5,
            out: Some(folder.path().to_owned()),
            no_pictures: true,
            damage: None,
            sheets: None,
            of: None,
        };
        assert!(write(&unknown).is_err());
    }
}
