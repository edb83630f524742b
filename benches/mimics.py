#!/usr/bin/env python3
"""Which characters the small recogniser puts in the place of characters that it does not know.

usage: mimics.py --models FOLDER --into FILE FONT…

Draws every character of GB 2312 that PP-OCRv6 tiny has no class for, in each font and in three sizes, among others
that it knows, and notes which Chinese character it reads there with a probability of at least 0.8. `read/glance.rs`
takes these for sure only from a much higher probability on. Needs OpenVINO, numpy, Pillow and PyYAML; the table in the
repository (crates/ocr/src/read/mimics.txt) comes of the Debian fonts wqy-zenhei, wqy-microhei, arphic-uming and
arphic-ukai, and of SimFang.

With --without FONT that font is left out of the table, and how much of its own mimicry the table holds is said.
"""

import argparse
from pathlib import Path

import numpy
import openvino
import yaml
from PIL import Image, ImageDraw, ImageFont

BEFORE, BEHIND = "北京", "华科技"
SIZES = (24, 30, 36)
HEIGHT = 48
NOTED, SURE = 0.8, 0.9


def characters(models: Path) -> list[str]:
    """Each class's character; the blank's is empty."""
    settings = yaml.safe_load((models / "PP-OCRv6_rec_tiny.yml").read_text(encoding="utf-8"))
    return ["", *settings["PostProcess"]["character_dict"], " "]


def unknown(classes: list[str]) -> list[str]:
    """The characters of GB 2312 among which there is no class."""
    rows = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    known = set(classes)
    return [ch for ch in (code.decode("gb2312", errors="ignore") for code in rows) if ch and ch not in known]


def read(request, classes: list[str], text: str, font) -> list[tuple[str, float]]:
    """What the model reads of a drawn text: characters with their probabilities."""
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("RGB", (right - left + 16, bottom - top + 8), "white")
    ImageDraw.Draw(picture).text((8 - left, 4 - top), text, fill="black", font=font)
    picture = picture.resize((max(8, picture.width * HEIGHT // picture.height), HEIGHT), Image.BILINEAR)
    values = (numpy.asarray(picture)[:, :, ::-1].astype(numpy.float32) / 255 - 0.5) / 0.5
    steps = request.infer([values.transpose(2, 0, 1)[None]])[0][0]
    found: list[tuple[str, float]] = []
    last = 0
    for number, probability in zip(steps.argmax(1), steps.max(1)):
        if number and number == last:
            found[-1] = (found[-1][0], max(found[-1][1], float(probability)))
        elif number:
            found.append((classes[number], float(probability)))
        last = number
    return found


def mimics(request, classes: list[str], font: Path, least: float) -> set[str]:
    seen = set()
    for size in SIZES:
        drawn = ImageFont.truetype(str(font), size)
        for ch in unknown(classes):
            found = read(request, classes, BEFORE + ch + BEHIND, drawn)
            if len(found) == len(BEFORE) + 1 + len(BEHIND):
                other, probability = found[len(BEFORE)]
                if probability >= least and "\u4e00" <= other <= "\u9fff":
                    seen.add(other)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--into", type=Path)
    parser.add_argument("--without", type=Path)
    parser.add_argument("fonts", type=Path, nargs="+")
    chosen = parser.parse_args()
    classes = characters(chosen.models)
    model = openvino.Core().compile_model(str(chosen.models / "PP-OCRv6_rec_tiny.onnx"), "CPU")
    request = model.create_infer_request()
    table = set()
    for font in chosen.fonts:
        if font != chosen.without:
            table |= mimics(request, classes, font, NOTED)
    print(f"{len(table)} mimics of {len(unknown(classes))} characters")
    if chosen.without:
        own = mimics(request, classes, chosen.without, SURE)
        print(f"{chosen.without.name}: {len(own & table)} of {len(own)} that are sure in it are in the table")
    if chosen.into:
        lines = ["".join(part) for part in numpy.array_split(sorted(table), max(1, len(table) // 40))]
        chosen.into.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
