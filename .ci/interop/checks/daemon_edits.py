"""The daemon on the demonstration: an edit saved by openpyxl and one saved by LibreOffice appear; it ends cleanly on SIGTERM."""
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import AS_OF, BINARY, WORK, check, rows, wait_for  # noqa: E402

import openpyxl  # noqa: E402

demo = WORK / "demo"
WORK.mkdir(parents=True, exist_ok=True)
daemon = subprocess.Popen([BINARY, "demo", demo, "--as-of", AS_OF], stdout=subprocess.DEVNULL, stderr=open(WORK / "log", "w"))
book = demo / "share/_tong-hop/Tong-hop.xlsx"


def value(code, heading):
    found = [t[heading] for t in rows(book, "Nhiệm vụ", "Mã nhiệm vụ") if t["Mã nhiệm vụ"] == code]
    return found[0] if found else None


def edit(path, code, heading, new):
    """Changes one cell of a department's workbook, found by code and heading; gives the changed book."""
    wb = openpyxl.load_workbook(path)
    ws = wb.worksheets[0]
    head = next(r for r in ws.iter_rows() if any(c.value == heading for c in r))
    column = next(c.column for c in head if c.value == heading)
    row = next(r[0].row for r in ws.iter_rows() if any(c.value == code for c in r))
    ws.cell(row, column).value = new
    return wb


try:
    wait_for("the first publication", lambda: value("NV7.2", "Tiến độ (%)") is not None)
    file = next((demo / "share/quy-hoach-xay-dung").glob("*.xlsx"))
    start = time.monotonic()
    edit(file, "NV7.2", "% hoàn thành", 88).save(file)
    wait_for("the edit of openpyxl", lambda: value("NV7.2", "Tiến độ (%)") in (88, 0.88))
    print(f"ok: an edit by openpyxl is shown after {time.monotonic() - start:.1f} s")

    file = next((demo / "share/trung-tam-dich-vu").glob("*.xlsx"))
    draft = WORK / "nhap" / file.name
    draft.parent.mkdir(exist_ok=True)
    edit(file, "NV7.3", "Tiến độ (%)", 97).save(draft)
    out = WORK / "lo"
    subprocess.run(["soffice", f"-env:UserInstallation=file://{WORK}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                    "--outdir", out, draft], check=True, capture_output=True, timeout=120)
    file.write_bytes((out / file.name).read_bytes())
    wait_for("the edit of LibreOffice", lambda: value("NV7.3", "Tiến độ (%)") in (97, 0.97))
    print("ok: an edit saved by LibreOffice is shown")
    check(daemon.poll() is None, "the daemon is still there")
finally:
    start = time.monotonic()
    daemon.send_signal(signal.SIGTERM)
    code = daemon.wait(timeout=10)
check(code == 0 and time.monotonic() - start < 6, "SIGTERM ends it cleanly within seconds")
