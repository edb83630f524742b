#!/usr/bin/env python3
"""How firmly labelled pictures are read: each is altered in ways that change nothing for a person, and scored again.

usage: altered.py --fapiao PROGRAM --tool PROGRAM CATALOGUE [WAY…]

What is read of a picture should not hang on how it was saved. Rules that fit one file alone show here, as fields that are read from the file as it
is and not from its like. The ways: saved (JPEG of quality 93), small (three quarters of the size), large (half as large again), upended, sideways,
leaning (two degrees), dim, grey, coarse (JPEG of quality 30), photographed (from a side, in uneven light, a little out of focus), page (in the upper part of
a scanned A4 page), afar (photographed from so far that much of the table is seen), copied (on a copier), marked (slantwise words all over it). Goes on in the
bench's own Python, which `bench.py` makes.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import environment
from serving import served


def scaled(picture, by):
    from PIL import Image

    return picture.resize((int(picture.width * by), int(picture.height * by)), Image.LANCZOS if by < 1 else Image.BICUBIC)


def leaning(picture):
    from PIL import Image

    return picture.rotate(2, expand=True, resample=Image.BICUBIC, fillcolor=(230, 230, 230))


def dim(picture):
    from PIL import ImageEnhance

    return ImageEnhance.Contrast(ImageEnhance.Brightness(picture).enhance(0.6)).enhance(0.8)


def perspective(corners, seen):
    """The eight numbers by which Pillow finds the point of a picture that stands at a point of the new one."""
    import numpy

    rows = []
    for (x, y), (u, v) in zip(corners, seen, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    return numpy.linalg.solve(numpy.array(rows), numpy.array(seen).reshape(8))


def photographed(picture):
    """As a phone takes it: a picture of one size is always taken alike."""
    import numpy
    from PIL import Image, ImageFilter

    chance = random.Random(picture.width * 100_003 + picture.height)
    table = (120, 100, 80)
    margin = max(picture.size) * 6 // 100
    scene = Image.new("RGB", (picture.width + 2 * margin, picture.height + 2 * margin), table)
    scene.paste(picture, (margin, margin))
    width, height = scene.size
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    off = 0.02 * max(picture.size)
    seen = [(x + chance.uniform(-off, off), y + chance.uniform(-off, off)) for x, y in corners]
    scene = scene.transform(scene.size, Image.PERSPECTIVE, perspective(corners, seen), Image.BICUBIC, fillcolor=table)
    scene = scene.rotate(chance.uniform(-3, 3), expand=True, resample=Image.BICUBIC, fillcolor=table)
    scene = scene.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 1.0)))
    across = numpy.linspace(chance.uniform(0.6, 1), chance.uniform(0.6, 1), scene.width)[None, :, None]
    down = numpy.linspace(chance.uniform(0.7, 1), chance.uniform(0.7, 1), scene.height)[:, None, None]
    noise = numpy.random.default_rng(scene.width).normal(0, 5, (scene.height, scene.width, 3))
    return Image.fromarray((numpy.asarray(scene) * across * down + noise).clip(0, 255).astype("uint8"))


def page(picture):
    """At 200 dots per inch, as wide as the page allows."""
    from PIL import Image

    sheet = Image.new("RGB", (1654, 2339), (252, 252, 250))
    seen = scaled(picture, min(1500 / picture.width, 1100 / picture.height))
    sheet.paste(seen, ((sheet.width - seen.width) // 2, 100))
    return sheet


def afar(picture):
    from PIL import Image, ImageFilter

    table = Image.new("RGB", (4000, 3000), (110, 80, 55))
    seen = scaled(picture, min(2400 / picture.width, 1800 / picture.height)).convert("RGBA").rotate(4, expand=True, resample=Image.BICUBIC)
    table.paste(seen, (900, 500), seen)
    return table.filter(ImageFilter.GaussianBlur(1))


def copied(picture):
    """A copier knows no colours and little between black and white."""
    import numpy
    from PIL import Image, ImageOps

    grey = numpy.asarray(ImageOps.autocontrast(picture.convert("L"), cutoff=(2, 35))).astype(float)
    noise = numpy.random.default_rng(picture.width).normal(0, 8, grey.shape)
    return Image.fromarray((255 / (1 + numpy.exp((150 - grey) / 22)) + noise).clip(0, 255).astype("uint8")).convert("RGB")


def marked(picture):
    from PIL import Image, ImageDraw, ImageFont

    size = max(18, picture.width // 22)
    words = Image.new("RGBA", (2 * picture.width, 2 * picture.height), (0, 0, 0, 0))
    pen, font = ImageDraw.Draw(words), ImageFont.load_default(size)
    for row, y in enumerate(range(0, words.height, 6 * size)):
        for x in range(-6 * size * (row % 2), words.width, 16 * size):
            pen.text((x, y), "FOR EXPENSES 2026", fill=(128, 128, 128, 60), font=font)
    left, top = picture.width // 2, picture.height // 2
    words = words.rotate(25).crop((left, top, left + picture.width, top + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), words).convert("RGB")


WAYS = {
    "saved": lambda picture: picture,
    "small": lambda picture: scaled(picture, 0.75),
    "large": lambda picture: scaled(picture, 1.5),
    "upended": lambda picture: picture.rotate(180, expand=True),
    "sideways": lambda picture: picture.rotate(90, expand=True),
    "leaning": leaning,
    "dim": dim,
    "grey": lambda picture: picture.convert("L").convert("RGB"),
    "coarse": lambda picture: picture,
    "photographed": photographed,
    "page": page,
    "afar": afar,
    "copied": copied,
    "marked": marked,
}
QUALITY = {"coarse": 30, "photographed": 75}


def alter(catalogue, way, folder):
    """Writes each labelled picture altered, and a catalogue of them."""
    from PIL import Image, ImageOps

    lines = []
    for line in catalogue.read_text().splitlines():
        document = json.loads(line)
        path = catalogue.parent / document["file"]
        if not document.get("truth") or path.suffix.lower() not in (".jpg", ".jpeg", ".png"):
            continue
        with Image.open(path) as picture:
            altered = WAYS[way](ImageOps.exif_transpose(picture).convert("RGB"))
        altered.save(folder / f"{path.stem}.jpg", quality=QUALITY.get(way, 93))
        lines.append(json.dumps({**document, "file": f"{path.stem}.jpg"}, ensure_ascii=False))
    (folder / "catalogue.jsonl").write_text("\n".join(lines) + "\n")
    return folder / "catalogue.jsonl"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fapiao", type=Path, required=True)
    parser.add_argument("--tool", type=Path, required=True)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("ways", nargs="*", default=list(WAYS), metavar="WAY")
    chosen = parser.parse_args()
    if unknown := set(chosen.ways) - set(WAYS):
        parser.error(f"no such way: {', '.join(sorted(unknown))}")
    if missing := [path for path in (chosen.fapiao, chosen.tool, chosen.catalogue) if not path.is_file()]:
        parser.error(f"not there: {', '.join(map(str, missing))}")
    environment()
    status = 0
    with served(chosen.fapiao) as (address, _):
        for way in chosen.ways:
            with tempfile.TemporaryDirectory() as folder:
                catalogue = alter(chosen.catalogue, way, Path(folder))
                ran = subprocess.run([sys.executable, chosen.tool, catalogue, "--server", address], capture_output=True, text=True)
            status |= ran.returncode
            print(f"{way:12} {ran.stdout.strip().splitlines()[-1] if ran.stdout.strip() else ran.stderr.strip()}", flush=True)
    return min(status, 1)


if __name__ == "__main__":
    sys.exit(main())
