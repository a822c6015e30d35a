"""The main job on the demonstration: one pass, what it leaves, a second pass that changes nothing, a broken workbook that stops nobody."""
import email
import email.policy
import hashlib
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import AS_OF, CONFIG, WORK, check, rows, run, run_json  # noqa: E402

import openpyxl  # noqa: E402

ORDER = ["Tổng quan", "Nhiệm vụ", "Chỉ tiêu", "Theo đơn vị", "Theo lĩnh vực", "Theo cá nhân", "Quá hạn", "Sắp đến hạn", "Vướng mắc",
         "Lỗi dữ liệu", "Đề nghị thay đổi", "Nhật ký", "Xu hướng", "Đối soát", "Diễn giải", "Thông tin"]

here = pathlib.Path(__file__).parent.parent
demo = WORK / "demo"
first = run_json("demo", demo, "--once", "--as-of", AS_OF)
share = demo / "share"
book = share / "_tong-hop/Tong-hop.xlsx"
check(first["published"] and book.exists(), "the first pass publishes")
check(sum(d["accepted"] + d["held"] for d in first["departments"]) == sum(d["tasks"] for d in first["departments"]), "tasks = accepted + held")
check(first["findings"]["error"] >= 3, "the mistakes of the demonstration are found")

sheets = openpyxl.load_workbook(book).sheetnames
check([s for s in ORDER if s in sheets] == sheets, f"sheets stand in their order: {sheets}")
tasks = rows(book, "Nhiệm vụ", "Mã nhiệm vụ")
check(len(tasks) == first["totals"]["assigned"] == 32, "all 32 tasks stand in the list")
classes = {}
for t in tasks:
    classes[t["Phân loại"]] = classes.get(t["Phân loại"], 0) + 1
check(classes.get("Quá hạn", 0) == first["totals"]["overdue"] > 0, "overdue tasks in the list and in the JSON agree")

done = subprocess.run([sys.executable, here / "recalc.py", book], capture_output=True, text=True)
check(done.returncode == 0, "LibreOffice recalculates every formula to the stored value\n" + done.stdout[-600:] + done.stderr[-600:])

mails = sorted((demo / "mail").glob("*.eml"))
check(mails, "notices are there")
for m in mails:
    parsed = email.message_from_bytes(m.read_bytes(), policy=email.policy.default)
    check(parsed["Message-ID"] and parsed["To"] and parsed.get_body(("plain",)) and parsed.get_body(("html",)), f"{m.name} is a whole mail")

before = (book.stat().st_mtime_ns, hashlib.sha256(book.read_bytes()).hexdigest())
again = run_json("--config", demo / CONFIG, "once", "--as-of", AS_OF)
check(again["notices"]["sent"] == 0 and again["notices"]["queued"] == 0, "a second pass on the same day says nothing")
check(before == (book.stat().st_mtime_ns, hashlib.sha256(book.read_bytes()).hexdigest()), "a second pass does not rewrite the workbook")

victim = next((share / "van-phong").glob("*.xlsx"))
whole = victim.read_bytes()
victim.write_bytes(whole[: len(whole) // 2])
old = victim.stat().st_mtime_ns - 3_600_000_000_000
os.utime(victim, ns=(old, old))
broken = run_json("--config", demo / CONFIG, "once", "--as-of", AS_OF, ok=(0, 75))
office = next(d for d in broken["departments"] if d["code"] == "VP")
check(broken["published"] and office["stale_since"], "a cut workbook keeps the last accepted rows and stops nobody")
check(len(rows(book, "Nhiệm vụ", "Mã nhiệm vụ")) == 32, "no task is lost by it")
check(any(r["Mã lỗi"] == "F01" for r in rows(book, "Lỗi dữ liệu", "Mã lỗi")), "F01 is told")
check(victim.read_bytes() == whole[: len(whole) // 2], "the workbook itself is not touched")
victim.write_bytes(whole)
mended = run_json("--config", demo / CONFIG, "once", "--as-of", AS_OF)
check(next(d for d in mended["departments"] if d["code"] == "VP")["stale_since"] is None, "mending it clears the mark")

one = run("--config", demo / CONFIG, "explain", "NV7.2", "--as-of", AS_OF)
check("NV7.2" in one and ".xlsx" in one, "explain names the task and its workbook")
run("--config", demo / CONFIG, "history", "NV7.2")
run("--config", demo / CONFIG, "notices", "--as-of", AS_OF)
run("--config", demo / CONFIG, "report", "2026-Q3", cwd=demo)
run("--config", demo / CONFIG, "issue", "--out", demo / "giao")
for issued in sorted((demo / "giao").glob("*.xlsx")):
    judged = run_json("--config", demo / CONFIG, "check", issued, "--as-of", AS_OF, ok=(0, 1))
    bad = [f for f in judged["files"][0]["findings"] if f["severity"] == "error"]
    print(issued.name, judged["files"][0]["verdict"], [(f["code"], f["cell"]) for f in bad])
