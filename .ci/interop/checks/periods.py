"""Reporting periods on the binary: frozen in order and for good over later passes, restarts, reports and a damaged copy; later changes are
listed as after the freeze; the Word report opens, has the form of the decree, one way of writing rates and nothing foreign."""
import datetime
import hashlib
import pathlib
import re
import subprocess
import sys
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, CONFIG, WORK, check, rows, run, run_json  # noqa: E402

import openpyxl  # noqa: E402

demo = WORK / "demo"
run("demo", demo, "--once", "--as-of", "2026-05-29", ok=(0, 75), timeout=200)
share, periods = demo / "share", demo / "share/_tong-hop/ky"
book = share / "_tong-hop/Tong-hop.xlsx"


def go(*args, ok=(0,)):
    return run("--config", demo / CONFIG, *args, ok=ok)


def refused(*args):
    done = subprocess.run([BINARY, "--config", demo / CONFIG, *args], capture_output=True, text=True)
    return done.returncode == 64 and done.stderr


def edit(folder, code, **values):
    path = next((share / folder).glob("*.xlsx"))
    wb = openpyxl.load_workbook(path)
    ws = wb.worksheets[0]
    head = next(r for r in ws.iter_rows() if sum(c.value is not None for c in r) > 5)
    row = next(r[0].row for r in ws.iter_rows() if any(c.value == code for c in r))
    for c in head:
        for words, value in values.items():
            if words.replace("_", " ") in str(c.value).lower():
                ws.cell(row, c.column).value = value
    wb.save(path)
    return path


def digest(name):
    return hashlib.sha256((periods / name).read_bytes()).hexdigest()


go("once", "--no-send", "--as-of", "2026-06-16")
check("cut-off" in (refused("report", "2026-Q3", "--freeze", "--as-of", "2026-06-16") or ""), "a period is not frozen before its cut-off")
go("report", "2026-6T", "--as-of", "2026-06-16")
draft = digest("2026-6T.xlsx")
go("report", "2026-6T", "--freeze", "--as-of", "2026-06-16")
frozen = digest("2026-6T.xlsx")
check(frozen == draft, "freezing keeps the figures of the draft")

# A department now says that it had finished before the cut-off.
tasks = {r["Mã nhiệm vụ"]: r for r in rows(book, "Nhiệm vụ", "Mã nhiệm vụ")}
late = next(r for r in tasks.values() if r["Tình trạng (đơn vị báo)"] == "Đang thực hiện" and r["Tệp nguồn"].startswith("van-phong/") and r["Hạn hoàn thành"])
code = late["Mã nhiệm vụ"]
edit("van-phong", code, tình_trạng="Hoàn thành", ngày_hoàn_thành=datetime.date(2026, 6, 10), hoàn_thành_="x", kết_quả="Báo cáo số 9/BC-BQL")
path = edit("van-phong", code, **{"%": 100})
for day in ("2026-06-17", "2026-07-02", "2026-09-15"):
    go("once", "--no-send", "--as-of", day)
    go("report", "2026-6T", "--as-of", day)
    check(digest("2026-6T.xlsx") == frozen, f"the frozen workbook stays as it is on {day}")
told = [r for r in rows(book, "Lỗi dữ liệu", "Mã lỗi") if r["Mã lỗi"] == "E10" and r["Mã nhiệm vụ"] == code]
check(told, f"the department is told that {code} belongs to a frozen period (E10)")
log = [r for r in rows(book, "Nhật ký", "Ngày") if r["Mã nhiệm vụ"] == code and "chốt" in str(list(r.values())[3])]
check(log, "the log says that the change came after the freeze")
check(any("2026-6T" in str(v) or "6 tháng" in str(v) for r in openpyxl.load_workbook(book)["Thông tin"].iter_rows(values_only=True) for v in r if v), "the frozen period is named in the information")
check(refused("report", "2026-Q1", "--freeze", "--as-of", "2026-09-15"), "no earlier period is frozen after a later one")
go("report", "2026-Q3", "--freeze", "--as-of", "2026-09-15")
after = [r for r in openpyxl.load_workbook(periods / "2026-Q3.xlsx").worksheets if any(code == c for row in r.iter_rows(values_only=True) for c in row) and "chốt" in r.title.lower()]
check(after, f"the next report lists the change of {code} as after the freeze")
third = digest("2026-Q3.xlsx")
(periods / "2026-6T.xlsx").write_bytes(b"spoilt")
(periods / "2026-Q3.xlsx").unlink()
for name in ("2026-6T", "2026-Q3"):
    go("report", name, "--as-of", "2026-11-23")
check(digest("2026-6T.xlsx") == frozen and digest("2026-Q3.xlsx") == third, "a spoilt or deleted frozen workbook comes back to the byte")

word = periods / "2026-Q3.docx"
with zipfile.ZipFile(word) as z:
    document = z.read("word/document.xml").decode()
    foreign = {n: z.read(n) for n in z.namelist()}
text = re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", "\n", document))
for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BÁO CÁO", "Số:", "I. ", "II. ", "III. ", "IV. ", "Nơi nhận", "Lưu: VT"):
    check(part in text, f"the Word report has: {part}")
english = re.findall(r"\b(the|and|of|total|done|overdue|none|null|Some|None|NaN|department|status|report)\b", text)
check(not english, f"nothing English in the Word report {english[:5]}")
rates = re.findall(r"\b\d+(?:,\d+)?%\s*\(\d", text)
check(rates and all(re.match(r"\d+,\d\d%", r) for r in rates), f"rates have two decimals throughout {rates[:6]}")
check("w:tblHeader" in document, "headings of tables come again on every page")
out = WORK / "pdf"
for path in (word, periods / "2026-Q3.xlsx"):
    subprocess.run(["soffice", f"-env:UserInstallation=file://{WORK}/profile", "--headless", "--convert-to", "pdf", "--outdir", out, path], check=True, capture_output=True, timeout=200)
    printed = subprocess.run(["pdftotext", "-layout", out / (path.stem + ".pdf"), "-"], capture_output=True, text=True, check=True).stdout
    check("2026" in printed and "####" not in printed and "{" not in printed, f"{path.name} opens and prints")
