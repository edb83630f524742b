#!/usr/bin/env python3
"""How firmly labelled pictures are read: each is altered in ways that change nothing for a person, and scored again.

usage: altered.py --fapiao PROGRAM --tool PROGRAM CATALOGUE [WAY…]

What is read of a picture should not hang on how it was saved. Rules that fit one file alone show here, as fields that are read from the file as it
is and not from its like. The ways: saved (JPEG of quality 93), small (three quarters of the size), large (half as large again), upended, sideways,
leaning (two degrees), dim, grey, coarse (JPEG of quality 30). Goes on in the bench's own Python, which `bench.py` makes.
"""

import argparse
import json
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
}
QUALITY = {"coarse": 30}


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
            print(f"{way:9} {ran.stdout.strip().splitlines()[-1] if ran.stdout.strip() else ran.stderr.strip()}", flush=True)
    return min(status, 1)


if __name__ == "__main__":
    sys.exit(main())
