"""Odd shares end to end: no task at all, one department with everything done, nothing due, twelve departments with long names, texts that
bite. Every formula recalculates to the stored value, every source link leads to a file, a sheet and a cell that are there, what departments
typed stands as text, and the printed pages hold no overflown number and no error."""
import datetime
import pathlib
import re
import subprocess
import sys
import unicodedata
import urllib.parse
import warnings
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import AS_OF, WORK, check, rows, run_json  # noqa: E402

import openpyxl  # noqa: E402

warnings.filterwarnings("ignore", category=UserWarning)
HERE = pathlib.Path(__file__).parent.parent
LONG = ["Văn phòng Ban Quản lý Khu kinh tế cửa khẩu", "Phòng Quản lý Quy hoạch, Xây dựng, Tài nguyên và Môi trường", "Phòng Quản lý Đầu tư, Doanh nghiệp và Lao động",
        "Trung tâm Dịch vụ và Phát triển hạ tầng Khu kinh tế cửa khẩu Ma Lù Thàng", "Phòng Kế hoạch - Tổng hợp", "Phòng Tổ chức cán bộ, Thi đua khen thưởng và Pháp chế",
        "Ban Quản lý dự án đầu tư xây dựng các công trình khu kinh tế", "Phòng Quản lý thương mại, xuất nhập khẩu và kiểm soát cửa khẩu", "Đội Kiểm tra liên ngành",
        "Đại diện Ban Quản lý tại cửa khẩu U Ma Tu Khoòng", "Phòng Công nghệ thông tin và Chuyển đổi số", "Tổ Hỗ trợ nhà đầu tư và giải quyết thủ tục hành chính một cửa"]
EVIL = ["=cmd|' /C calc'!A0", "<b>in đậm</b> & \"ngoặc\" 'nháy'", "Mặt cười 😀🚀 và cờ 🇻🇳", "Dài " + "rất dài và còn dài nữa " * 220, unicodedata.normalize("NFD", "Tổ chức thực hiện đề án số hóa hồ sơ"),
        "مرحبا بالعالم Nhiệm vụ", "Dòng một\nDòng hai\n\nDòng bốn", "+84 912 345 678 gọi lại", "@SUM(A1:A9)", "-1+1", "Từkhôngcódấucáchnàocảvàrấtdài" * 6, "50% & 100 % + 1/2", "\u200bẩn​ danh\u00a0cứng"]
HEADINGS = ["Mã nhiệm vụ", "Lĩnh vực", "Nội dung nhiệm vụ", "Sản phẩm, kết quả", "Đơn vị chủ trì", "Người phụ trách", "Thời hạn hoàn thành", "Tình trạng", "Tiến độ (%)",
            "Ngày hoàn thành", "Kết quả thực hiện", "Lý do chậm", "Khó khăn, vướng mắc", "Đề xuất, kiến nghị"]
DAY = datetime.date(2026, 6, 15)


def annex(path, name, tasks):
    wb = openpyxl.Workbook()
    ws = wb.active
    ws.title = "Biểu 'số' 01 & tệp"
    ws.append([f"BIỂU NHIỆM VỤ CỦA {name.upper()}"])
    ws.append([f"Đơn vị: {name}"])
    ws.append([])
    ws.append(["STT", *HEADINGS])
    for i, task in enumerate(tasks, 1):
        ws.append([i])
        for j, value in enumerate(task, 2):
            cell = ws.cell(ws.max_row, j)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    path.parent.mkdir(parents=True, exist_ok=True)
    wb.save(path)


def task(code, name, content, deadline, status, progress=None, done=None, **more):
    return [code, more.get("area", "Cải cách thủ tục hành chính"), content, more.get("product", "Báo cáo"), name, more.get("person"), deadline, status, progress, done,
            more.get("result"), more.get("reason"), more.get("difficulty"), more.get("proposal")]


def folder(i):
    """Every other folder has a name that a link cannot say."""
    return f"p{i} - thư mục #{i} 100%" if i % 2 else f"p{i} - thư mục 'số' & {i}"


def share(kind, names, tasks_of, settings=""):
    at = WORK / kind
    (at / "share").mkdir(parents=True)
    (at / "share/.annexd").touch()
    lines = [settings]
    for i, name in enumerate(names):
        lines.append(f'[[department]]\ncode = "P{i}"\nname = "{name}"\nfolder = "{folder(i)}"\nmail = ["p{i}@example.vn"]\noffice = {str(i == 0).lower()}')
    (at / "annexd.toml").write_text("\n".join(lines) + "\n")
    for i, name in enumerate(names):
        tasks = tasks_of(i, name)
        if tasks:
            annex(at / "share" / folder(i) / f"Biểu nhiệm vụ (bản cuối) {i}.xlsx", name, tasks)
    run_json("--config", at / "annexd.toml", "once", "--no-send", "--as-of", AS_OF)
    return at / "share/_tong-hop/Tong-hop.xlsx"


def links(book):
    """Links out of the workbook: how many, and those that lead nowhere."""
    base, seen, lost, known = book.parent, 0, [], {}
    for ws in openpyxl.load_workbook(book):
        for row in ws.iter_rows():
            for c in row:
                if not c.hyperlink or not c.hyperlink.target:
                    continue
                seen += 1
                path = (base / urllib.parse.unquote(c.hyperlink.target)).resolve()
                sheet, _, cell = c.hyperlink.location.rpartition("!")
                sheet = sheet.strip("'").replace("''", "'")
                if path.exists() and path not in known:
                    known[path] = openpyxl.load_workbook(path)
                if path not in known or sheet not in known[path].sheetnames or (ws.title == "Nhiệm vụ" and known[path][sheet][cell].value is None):
                    lost.append((ws.title, c.coordinate, c.hyperlink.target, c.hyperlink.location))
    return seen, lost


def pages(book):
    out = book.parent.parent.parent / "pdf"
    subprocess.run(["soffice", f"-env:UserInstallation=file://{WORK}/profile", "--headless", "--convert-to", "pdf", "--outdir", out, book], check=True, capture_output=True, timeout=200)
    return subprocess.run(["pdftotext", "-layout", out / (book.stem + ".pdf"), "-"], capture_output=True, text=True, check=True).stdout


def long_names(i, name):
    n = [9, 0, 14, 3, 1, 30, 2, 5, 0, 4, 8, 6][i]
    words = ["Quá hạn lâu ngày mà chưa có văn bản trả lời của cơ quan cấp trên nên đơn vị chưa triển khai được", None]
    return [task(f"NV{i}.{k}", name, f"Nhiệm vụ thứ {k} của {name}: rà soát, hoàn thiện quy trình nội bộ, quy trình điện tử", f"{1 + k % 28}/{1 + k % 12}/2026" if k % 5 else "Hằng quý",
                 ["Đang thực hiện", "Chưa thực hiện", "Hoàn thành"][k % 3], [50, 0, 100][k % 3], datetime.date(2026, 5, 4) if k % 3 == 2 else None,
                 reason=words[k % 2], difficulty=words[(k + 1) % 2], proposal=words[k % 2], person="Nguyễn Thị Hương Giang", area=f"Lĩnh vực công tác cải cách hành chính thứ {k % 4} có tên dài")
            for k in range(1, n + 1)]


made = {
    "nothing": share("nothing", LONG[:3], lambda i, n: []),
    "all-done": share("all-done", LONG[:1], lambda i, n: [task(f"NV{k}", n, f"Việc đã xong số {k} của phòng", "30/6/2026", "Hoàn thành", 100, DAY, result="Báo cáo 1/BC") for k in range(1, 4)], "[score]\nenabled = true"),
    "none-due": share("none-due", LONG[:2], lambda i, n: [task(f"NV{i}{k}", n, f"Việc làm thường xuyên số {k} của phòng {i}", "Thường xuyên", "Đang thực hiện", 10) for k in range(1, 3)], "[figures]\ndecimals = 0\n[score]\nenabled = true"),
    "twelve": share("twelve", LONG, long_names),
    "evil": share("evil", LONG[:2], lambda i, n: [task(f"NV{i}{k}", n, text, "30/6/2026", "Đang thực hiện", 10, None, product=text, person=text[:60], result=text, reason=text, difficulty=text, proposal=text, area=text[:80])
                                                  for k, text in enumerate(EVIL[i::2])]),
}
for kind, book in made.items():
    done = subprocess.run([sys.executable, HERE / "recalc.py", book], capture_output=True, text=True)
    if kind != "nothing":
        check(done.returncode == 0, f"{kind}: every formula recalculates to the stored value" + ("" if done.returncode == 0 else done.stdout[-800:]))
    else:
        check(" 0 wrong" in done.stdout, f"{kind}: no formula goes wrong where there is nothing to count")
    text = pages(book)
    check("####" not in text and not re.search(r"Err:5\d\d|#(REF|NAME|VALUE|DIV/0|N/A)", text), f"{kind}: the printed pages hold no overflown number and no error")
    seen, lost = links(book)
    check(seen > 0 or kind == "nothing", f"{kind}: there are links")
    check(not lost, f"{kind}: {seen} links lead to cells that are there {lost[:3]}")
totals = {k: [r for r in rows(made[k], "Theo đơn vị", "Tổng số")][-1] for k in ("none-due", "all-done")}
check(totals["none-due"]["Tỷ lệ đúng hạn trên số đến hạn"] == "N/A" and totals["none-due"]["Tỷ lệ hoàn thành"] == 0, "a rate of nothing is N/A, none done is 0 %")
check(totals["all-done"]["Tỷ lệ hoàn thành"] == 1, "everything done is 100 %")
told = {r["Mã nhiệm vụ"]: r["Nội dung nhiệm vụ"] for r in rows(made["evil"], "Nhiệm vụ", "Mã nhiệm vụ")}
for i in range(2):
    for k, text in enumerate(EVIL[i::2]):
        flat = lambda s: re.sub(r"\s+", " ", unicodedata.normalize("NFC", s).replace("\u200b", "").replace("\u00a0", " ")).strip()
        check(flat(told.get(f"NV{i}{k}") or "") == flat(text), f"typed text stands as text: {text[:30]!r}")
for book in made.values():
    for ws in openpyxl.load_workbook(book):
        formulas = [c.value for row in ws.iter_rows() for c in row if c.data_type == "f"]
        check(not any("calc" in str(f) or "A1:A9" in str(f) for f in formulas), f"{book.parts[-4]} {ws.title}: no formula that we did not write")
    with zipfile.ZipFile(book) as z:
        check(z.testzip() is None, f"{book.parts[-4]}: the workbook is whole")
