"""Pictures: our reading beside RapidOCR's, in turn, on the same cores, in one run."""

import json
import subprocess
from statistics import median

from rapidfuzz import fuzz

from documents import fold
from peer import Peer
from row import Row

TARGETS = {"onnxruntime": 6.0, "openvino": 2.5}
NAMES = {"onnxruntime": "RapidOCR 3.10 as installed", "openvino": "RapidOCR 3.10 with OpenVINO"}


class Ours:
    """Our reading through the example `lines` of the crate `ocr`: one process a round, whose loading and first reading do not count."""

    def __init__(self, program, models, precision=None):
        self.command = [str(program), "--models", str(models), *(["--precision", precision] if precision else [])]

    def times(self, paths):
        """Milliseconds for each picture: what passed, and what our threads had of the processor (None where the system does not tell)."""
        ran = subprocess.run([*self.command, "--repeat", "1", *map(str, paths)], check=True, capture_output=True, text=True)
        return [(answer["read_ms"], answer["read_cpu_ms"]) for answer in map(json.loads, ran.stdout.splitlines())]

    def texts(self, paths):
        """Lines of each picture, in reading order."""
        ran = subprocess.run([*self.command, *map(str, paths)], check=True, capture_output=True, text=True)
        return [[line["text"] for line in json.loads(answer)["lines"]] for answer in ran.stdout.splitlines()]


def found(document, lines):
    """Of the values known to be printed, the share that stands in the text, and how alike the characters are, both in percent."""
    text = fold("".join(lines))
    values = document.printed()
    whole = sum(value in text for value in values)
    alike = sum(fuzz.partial_ratio(value, text) * len(value) for value in values)
    return whole, len(values), alike, sum(map(len, values))


def agreement(documents, texts):
    """Values found whole, values known, and character similarity over all documents."""
    sums = [sum(column) for column in zip(*(found(d, lines) for d, lines in zip(documents, texts)))]
    return sums[0], sums[1], sums[2] / max(1, sums[3])


def beside_the_peer(program, models, documents, rounds):
    """Rows on speed and text. Each round reads every picture with each reader in turn; the first round of a peer warms it up and does not count."""
    paths = [document.path for document in documents]
    ours = Ours(program, models)
    texts = {"ours": ours.texts(paths)}
    peers = {engine: Peer(engine) for engine in TARGETS}
    texts |= {engine: [peer.read(path)["lines"] for path in paths] for engine, peer in peers.items()}
    times, used = ({reader: [[] for _ in paths] for reader in ("ours", *TARGETS)} for _ in range(2))
    for _ in range(rounds):
        for at, (milliseconds, processor) in enumerate(ours.times(paths)):
            times["ours"][at].append(milliseconds)
            used["ours"][at].append(processor)
        for engine, peer in peers.items():
            for at, path in enumerate(paths):
                answer = peer.read(path)
                times[engine][at].append(answer["ms"])
                used[engine][at].append(answer["cpu_ms"])
    for peer in peers.values():
        peer.close()

    medians = {reader: [median(values) for values in columns] for reader, columns in times.items()}
    print("\n| picture | ours | " + " | ".join(NAMES.values()) + " |\n|---|---|---|---|")
    for at, path in enumerate(paths):
        print(f"| {path.name} | {medians['ours'][at]:.0f} ms | " + " | ".join(f"{medians[engine][at]:.0f} ms" for engine in TARGETS) + " |")
    print()

    right, known, alike = agreement(documents, texts["ours"])
    rows = [Row(f"text of {len(paths)} VAT pictures, ours", f"{right} of {known} printed values whole, characters {alike:.2f} % alike", "equal or better")]
    for engine, target in TARGETS.items():
        ratios = [theirs / own for theirs, own in zip(medians[engine], medians["ours"])]
        overall = median(medians[engine]) / median(medians["ours"])
        figure = f"{overall:.1f}× (medians {median(medians['ours']):.0f} and {median(medians[engine]):.0f} ms; each picture {min(ratios):.1f}–{max(ratios):.1f}×)"
        rows.append(Row(f"a picture, against {NAMES[engine]}", figure, f"≥ {target}×", overall >= target))
        if all(None not in column for column in used["ours"]):
            own, their = (sum(median(column) for column in used[reader]) for reader in ("ours", engine))
            what = f"processor time of all pictures, against {NAMES[engine]}"
            rows.append(Row(what, f"{their / own:.1f}× ({own / 1000:.1f} and {their / 1000:.1f} s)", f"≥ {target}×", their / own >= target))
        their_right, _, their_alike = agreement(documents, texts[engine])
        rows.append(
            Row(
                f"text, {NAMES[engine]}",
                f"{their_right} of {known} printed values whole, characters {their_alike:.2f} % alike",
                "ours equal or better",
                right >= their_right,
            )
        )
    return rows


def precisions(program, models, documents, rounds):
    """Eight bits and bf16, each against f32: speed, and lines of text that differ."""
    paths = [document.path for document in documents]
    readers = {precision: Ours(program, models, precision) for precision in ("f32", "int8", "bf16")}
    texts = {precision: reader.texts(paths) for precision, reader in readers.items()}
    times = {precision: [] for precision in readers}
    for _ in range(rounds):
        for precision, reader in readers.items():
            times[precision].append([passed for passed, _ in reader.times(paths)])
    medians = {precision: median(median(column) for column in zip(*rounds_of)) for precision, rounds_of in times.items()}
    lines = sum(map(len, texts["f32"]))
    scores = {precision: agreement(documents, texts[precision])[0] for precision in texts}
    rows = []
    for precision in ("int8", "bf16"):
        differing = sum(len(set(one) ^ set(other)) for one, other in zip(texts["f32"], texts[precision]))
        figure = (
            f"f32 {medians['f32']:.0f} ms, {precision} {medians[precision]:.0f} ms ({medians['f32'] / medians[precision]:.2f}×); {differing} of {lines} lines differ; "
            f"printed values whole: f32 {scores['f32']}, {precision} {scores[precision]}"
        )
        rows.append(Row(f"{precision} against f32, median of a picture", figure, f"{precision} a default only if no field is lost", scores[precision] >= scores["f32"]))
    return rows
