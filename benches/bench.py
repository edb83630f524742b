#!/usr/bin/env python3
"""Measures Fapiao and prints one table row a figure: what, figure, target, whether it was met.

usage: bench.py [--samples FOLDER] [--only NAME[,NAME…]] [--rounds N]

NAMEs: pictures (beside RapidOCR), kinds (each form beside VAT pictures), sheet (tickets beside RapidOCR), precision (eight bits and bf16 against f32), documents (each format in process), memory (an
85-megapixel picture), server (requests per second against the same work in process), start (until ready), orders
(accepted per second, beside one commit for each and an echo; details; memory after a million).

The bench makes its own Python environment in benches/.venv with pinned versions. It measures on the labelled real
documents of FOLDER where they are there, else on specimens/. Speed is quoted as a ratio of medians of one run: the
times themselves belong to the machine, and mean nothing while anything else runs on it.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VENV = HERE / ".venv"
NAMES = ("pictures", "kinds", "sheet", "precision", "documents", "memory", "server", "start", "orders")


def environment():
    """Makes the pinned Python environment when it is not there or was made for other pins, and goes on in it."""
    python, pins, stamp = VENV / "bin/python", (HERE / "requirements.txt").read_text(), VENV / "pins"
    if not (stamp.is_file() and stamp.read_text() == pins):
        print("making benches/.venv …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"], check=True)
        stamp.write_text(pins)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), "-B", *sys.argv])


def build(*arguments):
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", *arguments], check=True, cwd=ROOT)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, default=ROOT / "../shared/samples", help="folder with catalogue.jsonl")
    parser.add_argument("--only", default=",".join(NAMES), help="which measurements")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the picture bench")
    chosen = parser.parse_args()
    only = chosen.only.split(",")
    if unknown := set(only) - set(NAMES):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    environment()

    import kinds
    import orders
    import pictures
    import programs
    from documents import vat_pictures
    from row import HEAD

    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "release"
    models = Path(os.environ.get("FAPIAO_MODELS", ROOT / "models"))
    # The whole workspace: every other choice of packages compiles what they depend on anew.
    build("--workspace", "--bins")
    build("--workspace", "--example", "lines", "--example", "load", "--example", "echo")
    specimens = ROOT / "specimens"
    shown = vat_pictures(chosen.samples, specimens)
    lines = target / "examples/lines"
    rows = []
    for name in only:
        print(f"measuring: {name} …", flush=True)
        match name:
            case "pictures":
                rows += pictures.beside_the_peer(lines, models, shown, chosen.rounds)
            case "kinds":
                rows += kinds.by_kind(target / "xtask", target / "inside", lines, models)
            case "sheet":
                rows += kinds.sheet(target / "xtask", target / "inside", lines, models)
            case "precision":
                rows += pictures.precisions(lines, models, shown, chosen.rounds)
            case "documents":
                rows += programs.documents(target / "inside", chosen.samples, specimens)
            case "memory":
                rows += programs.memory(target / "fapiao")
            case "server":
                rows += programs.server(target / "fapiao", target / "examples/load", target / "inside", specimens)
            case "start":
                rows += programs.start(target / "fapiao")
            case "orders":
                rows += orders.accepted(target / "ordeal", target / "fapiao", target / "examples/echo")
    print(f"\n{HEAD}", *rows, sep="\n")


if __name__ == "__main__":
    main()
