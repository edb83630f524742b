//! How long opening takes: every sample PDF in turn, and the pages of one drawn. Skips where the samples are not there.

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use document::budget::Budget;

fn open(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/pdf");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    let mut files: Vec<_> = files.flatten().map(|file| file.path()).collect();
    files.sort();
    let mut group = criterion.benchmark_group("open");
    group.sample_size(20);
    for file in files {
        let bytes = std::fs::read(&file).expect("the sample can be read");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        group.bench_with_input(BenchmarkId::new("pdf", name), &bytes, |bencher, bytes| {
            bencher.iter(|| black_box(document::open(bytes, &Budget::default())).is_ok());
        });
    }
    group.finish();
}

criterion_group!(benches, open);
criterion_main!(benches);
