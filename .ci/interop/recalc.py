#!/usr/bin/env python3
"""Has LibreOffice recalculate every formula of a workbook and compares with the stored values.

usage: recalc.py WORKBOOK.xlsx…    exit 1 when a value differs, an error cell appears or no formula was found
"""

import math
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

from openpyxl import load_workbook

TOLERANCE = 1e-9


def strip_values(source, target):
    """Copies a workbook without the stored results of its formulas, so that nothing can be taken over."""
    import re

    with zipfile.ZipFile(source) as zin, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zout:
        for item in zin.infolist():
            data = zin.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                text = data.decode("utf-8")
                text = re.sub(r"(</f>)<v>[^<]*</v>", r"\1", text)
                text = re.sub(r'(<c [^>]*) t="str"([^>]*><f)', r"\1\2", text)
                data = text.encode("utf-8")
            zout.writestr(item, data)


def recalculate(path, folder):
    stripped = os.path.join(folder, "stripped.xlsx")
    strip_values(path, stripped)
    out = os.path.join(folder, "out")
    os.mkdir(out)
    subprocess.run(
        [
            "soffice",
            "-env:UserInstallation=file://" + os.path.join(folder, "profile"),
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            out,
            stripped,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=300,
    )
    return os.path.join(out, "stripped.xlsx")


def same(stored, found):
    if isinstance(stored, bool) or isinstance(found, bool):
        return stored == found
    if isinstance(stored, (int, float)) and isinstance(found, (int, float)):
        return math.isclose(stored, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return (stored or "") == (found or "")


def check(path):
    folder = tempfile.mkdtemp(prefix="recalc-")
    try:
        again = load_workbook(recalculate(path, folder), data_only=True)
        formulas = load_workbook(path)
        stored = load_workbook(path, data_only=True)
        seen, wrong = 0, 0
        for sheet in formulas.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    value = again[sheet.title][cell.coordinate].value
                    if isinstance(value, str) and value.startswith("#") and cell.data_type == "f":
                        print(f"{sheet.title}!{cell.coordinate}: error cell {value}: {cell.value}")
                        wrong += 1
                    if cell.data_type != "f":
                        continue
                    seen += 1
                    kept = stored[sheet.title][cell.coordinate].value
                    if not same(kept, value):
                        print(f"{sheet.title}!{cell.coordinate}: stored {kept!r}, recalculated {value!r}: {cell.value}")
                        wrong += 1
        print(f"{path}: {seen} formulas, {wrong} wrong")
        return seen > 0 and wrong == 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    results = [check(path) for path in sys.argv[1:]]
    sys.exit(0 if all(results) else 1)
