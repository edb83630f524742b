"""One line of the table that the bench prints."""

from dataclasses import dataclass
from statistics import median


@dataclass
class Row:
    what: str
    figure: str
    target: str
    met: bool | None = None
    """None where there is no target to meet, or nothing could be measured."""

    def __str__(self):
        mark = {True: "met", False: "missed", None: "–"}[self.met]
        return f"| {self.what} | {self.figure} | {self.target} | {mark} |"


HEAD = "| what | figure | target | |\n|---|---|---|---|"


def middle(values):
    """The median, and the lowest and highest value behind it."""
    return f"{median(values):.1f} ms ({min(values):.1f}–{max(values):.1f})"
