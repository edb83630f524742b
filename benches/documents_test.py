"""Tests of documents.py.

usage: python3 -m unittest discover -s benches -p '*_test.py'
"""

import json
import tempfile
import unittest
from pathlib import Path

import documents


class Documents(unittest.TestCase):
    def test_one_spelling_for_what_is_printed_in_several(self):
        for printed, folded in [
            ("¥ 1 234.50", "1234.50"),
            ("￥10", "10"),
            ("伍佰叁拾圆整", "伍佰叁拾元整"),
            ("ＡＢc（１）", "ABC(1)"),
            ("２０２４ 年\n05 月", "2024年05月"),
        ]:
            self.assertEqual(documents.fold(printed), folded)

    def test_printed_values_are_those_that_stand_on_the_document(self):
        details = {"number": "24312000000012345678", "province": "浙江省", "electronic_mark": "1", "items": [{"name": "*服务* 餐费", "tax": ""}], "tax": "6.00", "total": "6.00"}
        document = documents.Document(Path("a.png"), "10108", [details])
        self.assertEqual(document.printed(), ["24312000000012345678", "*服务*餐费", "6.00"])

    def test_pictures_come_from_the_first_catalogue_that_has_any(self):
        with tempfile.TemporaryDirectory() as folder:
            samples, specimens = Path(folder, "samples"), Path(folder, "specimens")
            specimens.mkdir()
            lines = [
                {"file": "a.png", "type": "10108", "truth": {"number": "1234"}},
                {"file": "a.pdf", "type": "10108", "truth": {"number": "1234"}},
                {"file": "taxi.jpg", "type": "10500", "truth": [{"number": "1"}, {"number": "2"}]},
            ]
            (specimens / "fields.jsonl").write_text("\n".join(map(json.dumps, lines)))
            self.assertEqual([d.path.name for d in documents.vat_pictures(samples, specimens)], ["a.png"])
            samples.mkdir()
            (samples / "catalogue.jsonl").write_text(json.dumps(lines[2]))
            self.assertEqual([d.path.name for d in documents.vat_pictures(samples, specimens)], ["a.png"])
            (samples / "catalogue.jsonl").write_text(json.dumps(lines[0] | {"file": "real.jpeg"}))
            self.assertEqual([d.path.name for d in documents.vat_pictures(samples, specimens)], ["real.jpeg"])
            self.assertEqual(len(documents.catalogue(specimens / "fields.jsonl")[2].truth), 2)


if __name__ == "__main__":
    unittest.main()
