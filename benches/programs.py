"""What our own programs cost: time by format, memory, requests per second, start."""

import io
import json
import os
import re
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

from documents import catalogue
from row import Row, middle
from serving import served

# Milliseconds a document of each format may take in process.
FORMATS = {".xml": 1.0, ".ofd": 3.0, ".pdf": 8.0}
CLIENTS = 16
SECONDS = 15


def documents(inside, samples, specimens):
    """Median time of one reading, by format, over all labelled documents of that format."""
    named = samples / "catalogue.jsonl" if (samples / "catalogue.jsonl").is_file() else specimens / "fields.jsonl"
    paths = [document.path for document in catalogue(named) if document.truth and document.path.suffix in FORMATS]
    ran = subprocess.run([inside, *paths], check=True, capture_output=True, text=True)
    times = defaultdict(list)
    for line in ran.stdout.splitlines():
        answer = json.loads(line)
        times[Path(answer["file"]).suffix].append(answer["median_ms"])
    return [
        Row(f"{suffix[1:].upper()} in process, median of {len(times[suffix])} documents", f"{median(times[suffix]):.2f} ms ({min(times[suffix]):.2f}–{max(times[suffix]):.2f})", f"≤ {limit:.0f} ms", median(times[suffix]) <= limit)
        for suffix, limit in FORMATS.items()
        if times[suffix]
    ]


def large_jpeg():
    """85 megapixels of a page with lines of text on it, as a JPEG below the size limit."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("RGB", (10_640, 8_000), (250, 250, 245))
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=120)
    for line in range(40):
        draw.text((400, 100 + 190 * line), f"{line:02} SPECIMEN 1234567890 ABCDEFGHIJ 0123456789 {line * 7919:08}", fill=(20, 20, 20), font=font)
    encoded = io.BytesIO()
    page.save(encoded, "JPEG", quality=80)
    return encoded.getvalue()


def memory(fapiao):
    """The largest memory that `fapiao read` ever held while it read one 85-megapixel JPEG."""
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "large.jpg")
        picture.write_bytes(large_jpeg())
        process = subprocess.Popen([fapiao, "read", "--format", "json", picture], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    # Kilobytes on Linux, bytes on macOS.
    peak = usage.ru_maxrss / (1024 if os.uname().sysname == "Linux" else 1024 * 1024)
    figure = f"{peak:.0f} MB" + ("" if process.returncode == 0 else f" (exit status {process.returncode})")
    return [Row("peak memory, an 85-megapixel JPEG", figure, "≤ 900 MB", peak <= 900 and process.returncode == 0)]


def server(fapiao, load, inside, specimens):
    """Requests per second of the server with 16 clients, as a share of what as many threads as cores do in process."""
    files = sorted(path for path in specimens.iterdir() if path.suffix in (".xml", ".ofd", ".pdf"))
    pictures = sorted(path for path in specimens.iterdir() if path.suffix in (".png", ".jpg"))
    rows = []
    for what, chosen in (("documents", files), ("pictures", pictures)):
        if not chosen:
            continue
        # In process, over the wire, in process again: a machine that drifts shows.
        own = [in_process(inside, chosen)]
        with served(fapiao) as (address, _):
            wire = over_the_wire(load, address, chosen, own[0])
        own.append(in_process(inside, chosen))
        share = wire / median(own)
        figure = f"{wire:.1f} a second, {share:.0%} of {own[0]:.1f} and {own[1]:.1f} in process"
        rows.append(Row(f"server, {CLIENTS} clients, {what} of specimens/", figure, "≥ 90 %", share >= 0.9))
    return rows


def over_the_wire(load, address, paths, expected):
    """Requests per second: each file so often that it takes some SECONDS; a first short run warms the server up."""
    requests = max(len(paths), round(expected * SECONDS / len(paths)) * len(paths))
    for count in (max(CLIENTS, len(paths)), requests):
        command = [load, "--server", address, "--clients", str(CLIENTS), "--requests", str(count), *paths]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"([\d.]+) requests/s", said)[1])


def in_process(inside, paths):
    ran = subprocess.run([inside, "--threads", str(os.cpu_count()), "--seconds", str(SECONDS), *paths], check=True, capture_output=True, text=True)
    return json.loads(ran.stdout)["per_second"]


def start(fapiao, runs=7):
    """Time from starting the server to its first ready answer, models and OpenVINO loaded."""
    times = []
    for _ in range(runs):
        with served(fapiao) as (_, seconds):
            times.append(seconds * 1000)
    return [Row("start to ready, with models", middle(times), "≤ 1500 ms", median(times) <= 1500)]
