"""The documents that are measured, and the text that is known to stand on them."""

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

# Pictures of VAT invoices, of the invoice types that read as such.
VAT = {"10100", "10101", "10102", "10107", "10108"}
# Fields whose value is not printed as it is given: conclusions, marks, other spellings.
DERIVED = {"province", "city", "kind", "service_name", "item_names", "company_seal", "form_type", "stamp_info", "title", "company_seal_mark"}


@dataclass
class Document:
    path: Path
    type: str
    truth: list
    """Details of each invoice on it, with the recognition API's field names."""

    def printed(self):
        """Values that stand on the document, longest first; a value counts once."""
        values = set()
        for details in self.truth:
            values |= set(leaves(details))
        return sorted(values, key=lambda value: (-len(value), value))


def leaves(details):
    for field, value in details.items():
        if isinstance(value, list):
            for row in value:
                yield from leaves(row) if isinstance(row, dict) else [fold(str(row))]
        # Flags and single characters are found in any text.
        elif field not in DERIVED and len(fold(str(value))) > 2:
            yield fold(str(value))


def fold(text):
    """One spelling for what is printed in several: NFKC, no white space, no currency sign, dates as their digits with the marks kept."""
    folded = re.sub(r"\s+|[¥￥]", "", unicodedata.normalize("NFKC", text))
    return folded.replace("圆", "元").upper()


def catalogue(file):
    """The documents that a catalogue names, in its order."""
    found = []
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        truth = entry.get("truth") or []
        truth = truth if isinstance(truth, list) else [truth]
        found.append(Document(Path(file).parent / entry["file"], entry.get("type") or "", truth))
    return found


def vat_pictures(samples, specimens):
    """Labelled pictures of VAT invoices: real ones when they are there, else the ones this project draws."""
    for file in (samples / "catalogue.jsonl", specimens / "fields.jsonl"):
        if file.is_file():
            pictures = [d for d in catalogue(file) if d.type in VAT and d.path.suffix.lower() in (".png", ".jpg", ".jpeg")]
            if pictures:
                return pictures
    return []
