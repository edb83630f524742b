#!/usr/bin/env python3
"""Scores a server of this build against labelled documents, field by field.

usage: score.py --fapiao PROGRAM --tool PROGRAM [CATALOGUE…]

Starts `fapiao serve --demo` on a free port and runs the scoring tool for each catalogue that is there: a file with one
labelled document a line, its path as seen from the file, and its fields by the recognition API's names. specimens/fields.jsonl
is one. Exit status: 1 when a document gave no answer, or no catalogue or tool was there.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from serving import served


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fapiao", type=Path, required=True)
    parser.add_argument("--tool", type=Path, required=True)
    parser.add_argument("catalogues", type=Path, nargs="+")
    chosen = parser.parse_args()
    there = [catalogue for catalogue in chosen.catalogues if catalogue.is_file()]
    if not chosen.tool.is_file() or not there:
        print(f"score: {chosen.tool} or the catalogues are not there: name them with `make score SCORE=… SAMPLES=…`", file=sys.stderr)
        return 1
    status = 0
    with served(chosen.fapiao) as (address, _):
        for catalogue in there:
            print(f"\n== {catalogue}", flush=True)
            status |= subprocess.run([sys.executable, chosen.tool, catalogue, "--server", address]).returncode
    return min(status, 1)


if __name__ == "__main__":
    sys.exit(main())
