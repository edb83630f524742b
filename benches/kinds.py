"""Pictures of every kind: what each costs beside VAT pictures of as many lines, and a sheet of tickets beside RapidOCR."""

import json
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

from documents import VAT, catalogue
from peer import Peer
from row import Row

# Seeds that no rule was made on.
SEED = 5000
COUNT = 3
READINGS = 3
TICKETS = 8


def draw(xtask, folder, *arguments):
    """Pictures of specimens as a scanner takes them, with the names of their forms."""
    subprocess.run([xtask, "specimens", "--seed", str(SEED), "--damage", "none", "--out", folder, *arguments], check=True, capture_output=True)
    return [document for document in catalogue(Path(folder, "fields.jsonl")) if document.truth]


def in_process(inside, paths):
    """Milliseconds of one whole reading of each file."""
    ran = subprocess.run([inside, "--least", str(READINGS), "--patience", "0", *paths], check=True, capture_output=True, text=True)
    return [json.loads(line)["median_ms"] for line in ran.stdout.splitlines()]


def line_counts(lines, models, paths):
    """How many lines of text stand on each picture."""
    ran = subprocess.run([lines, "--models", models, "--repeat", "1", *paths], check=True, capture_output=True, text=True)
    return [json.loads(answer)["lines"] for answer in ran.stdout.splitlines()]


def straight(points):
    """Least squares: what a picture costs without lines, and what each line adds."""
    count, across, up = len(points), sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    slope = sum((x - across) * (y - up) for x, y in points) / max(1e-9, sum((x - across) ** 2 for x, _ in points))
    return up - slope * across, slope, count


def by_kind(xtask, inside, lines, models):
    """Each kind's time as a multiple of what a VAT picture of as many lines takes."""
    with tempfile.TemporaryDirectory() as folder:
        documents = draw(xtask, folder, "--count", str(COUNT))
        paths = [document.path for document in documents]
        measured = list(zip(documents, line_counts(lines, models, paths), in_process(inside, paths)))
    base, each, known = straight([(count, ms) for document, count, ms in measured if document.type in VAT])
    ratios = defaultdict(list)
    for document, count, ms in measured:
        ratios[document.path.stem.rsplit("-", 2)[0]].append((ms / (base + each * count), ms, count))
    print(f"\nVAT pictures: {base:.0f} ms and {each:.2f} ms a line, by {known} pictures\n\n| form | lines | ms | beside a VAT picture of as many lines |\n|---|---|---|---|")
    middles = {form: tuple(map(median, zip(*rows))) for form, rows in ratios.items()}
    for form, (ratio, ms, count) in sorted(middles.items(), key=lambda item: -item[1][0]):
        print(f"| {form} | {count:.0f} | {ms:.0f} | {ratio:.2f}× |")
    slowest = max(middles, key=lambda form: middles[form][0])
    above = [form for form, (ratio, *_) in middles.items() if ratio > 1.3]
    figure = f"the slowest of {len(middles)} forms, {slowest}: {middles[slowest][0]:.2f}×; above 1.3×: {', '.join(sorted(above)) or 'none'}"
    return [Row("a picture of each form, beside a VAT picture of as many lines", figure, "≤ 1.3×", not above)]


def sheet(xtask, inside, lines, models):
    """A sheet of taxi receipts: RapidOCR's reading of its text, beside our reading of its text, and of its fields."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [document.path for document in draw(xtask, folder, "--kind", "taxi", "--sheets", str(COUNT), "--of", str(TICKETS))]
        paths = list(dict.fromkeys(paths))
        fields = in_process(inside, paths)
        ran = subprocess.run([lines, "--models", models, "--repeat", str(READINGS), *paths], check=True, capture_output=True, text=True)
        text = [json.loads(answer)["read_ms"] for answer in ran.stdout.splitlines()]
        peer = Peer("openvino")
        for path in paths:
            peer.read(path)
        theirs = [median(peer.read(path)["ms"] for _ in range(READINGS)) for path in paths]
        peer.close()
    rows = []
    for what, own in (("text", text), ("fields", fields)):
        ratio = median(theirs) / median(own)
        figure = f"{ratio:.1f}× (medians of {len(paths)} sheets {median(own):.0f} and {median(theirs):.0f} ms)"
        rows.append(Row(f"a sheet of {TICKETS} taxi receipts, its {what}, against RapidOCR 3.10 with OpenVINO", figure, "≥ 2.5×", ratio >= 2.5))
    return rows
