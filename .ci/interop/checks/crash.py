"""`annexd once` killed at every system call of a whole pass that changes something, and refused by the file system at each of them, once
or from then on. Whatever happens: departments' files stay untouched, the consolidated workbook is whole, and the next pass ends where
an undisturbed one ends: same tasks, same history, same mails, none of them twice, nothing of ours taken for a person's edit."""
import collections
import concurrent.futures
import email
import hashlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, BOARD, WORK, check, run  # noqa: E402

import openpyxl  # noqa: E402

CALLS = ("write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,linkat,mkdir,mkdirat,"
         "fchmod,fchown,openat,openat2,fsetxattr")
CHANGING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")
# On the second day steps of both ladders fall.
FIRST, NEXT = "2026-11-23", "2026-11-25"
# What a file system says, once or from then on ("+"); each at every call while time lasts, spread evenly when it does not.
ERRORS = ("EIO", "ENOSPC+", "EACCES+", "ETIMEDOUT", "EROFS+", "EDQUOT", "EBUSY", "ENOSPC", "EIO+")
SECONDS = float(os.environ.get("CRASH_SECONDS", "150"))
WORKERS = os.cpu_count() or 2
CONFIG = """
share = "share"
state_dir = "state"
""" + BOARD + """[watch]
settle_ms = 0
[mail]
transport = "file"
dir = "mail"
"""
HEAD = ["STT", "Mã nhiệm vụ", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn hoàn thành", "Tình trạng", "Tiến độ (%)", "Lý do chậm"]


def workbook(at, unit, rows):
    book = openpyxl.Workbook()
    book.active.append(["BIỂU NHIỆM VỤ NĂM 2026"])
    book.active.append(HEAD)
    for n, (code, due, progress) in enumerate(rows):
        book.active.append([n + 1, code, f"Nhiệm vụ thử {code} của {unit}", unit, due, "Đang thực hiện", progress, "Chờ thẩm định"])
    at.parent.mkdir(parents=True, exist_ok=True)
    book.save(at)


shutil.rmtree(WORK, ignore_errors=True)
template = WORK / "template"
workbook(template / "share/van-phong/bieu.xlsx", "Văn phòng", [("VP1", "31/12/2026", 20)])
workbook(template / "share/qldt/bieu.xlsx", "Phòng Quản lý đầu tư", [("QL1", "20/11/2026", 50), ("QL2", "30/11/2026", 10)])
(template / "share/.annexd").touch()
(template / "annexd.toml").write_text(CONFIG)
run("--config", template / "annexd.toml", "once", "--as-of", FIRST)
workbook(template / "share/qldt/bieu.xlsx", "Phòng Quản lý đầu tư", [("QL1", "20/11/2026", 88), ("QL2", "30/11/2026", 10)])


def fresh(name):
    to = WORK / name
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(template, to, symlinks=True)
    return to


def prints(at):
    return {p: (p.stat().st_ino, p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest()) for p in sorted(at.glob("share/[a-z]*/*.xlsx"))}


def mails(at):
    return collections.Counter(email.message_from_bytes(p.read_bytes())["Message-ID"] for p in (at / "mail").glob("*.eml"))


def outcome(at):
    book = at / "share/_tong-hop/Tong-hop.xlsx"
    rows = list(openpyxl.load_workbook(book, read_only=True)["Nhiệm vụ"].iter_rows(values_only=True))
    head = next(i for i, r in enumerate(rows) if "Mã nhiệm vụ" in r)
    code, done = rows[head].index("Mã nhiệm vụ"), rows[head].index("Tiến độ (%)")
    db = sqlite3.connect(at / "state/annexd.db")
    try:
        if db.execute("pragma integrity_check").fetchone()[0] != "ok":
            return {"database": "damaged"}
        # The history stands packed, one event a line.
        packs = db.execute("SELECT data FROM history ORDER BY id")
        told = [json.loads(line) for (data,) in packs for line in zlib.decompress(data, -15).splitlines()]
        # A pass in which no annex could be read says so in the history, and the next one that it was read again: both are true.
        events = [(e["task"], e["kind"]["what"], e["day"]) for e in told if e["kind"]["what"] not in ("marked", "received")]
        left = db.execute("SELECT count(*) FROM outbox WHERE state <> 'sent'").fetchone()[0]
    finally:
        db.close()
    return {"tasks": sorted((str(r[code]), str(r[done])) for r in rows[head + 1:] if r[code]), "history": sorted(map(str, events)),
            "mails": sorted(mails(at).items()), "waiting": left,
            "names": sorted(p.name for p in at.glob("share/_*/*") if not p.name.startswith(".~nv-"))}


def once(at, *inject, log=None):
    command = [BINARY, "--config", at / "annexd.toml", "once", "--as-of", NEXT]
    if log:
        command = ["strace", "-f", "-qq", "-o", log, "-e", "trace=" + CALLS, *inject, *command]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


reference = fresh("reference")
check(once(reference).returncode == 0, "an undisturbed pass")
wanted = outcome(reference)
check(any(t == ("QL1", "0.88") or t == ("QL1", "88") for t in wanted["tasks"]), "it takes the edit over")
check(len(wanted["mails"]) > len(mails(template)), "it sends mails")
check(wanted["waiting"] == 0, "none waits")

traced = fresh("traced")
once(traced, log=WORK / "trace")
counts, points = collections.Counter(), []
for line in open(WORK / "trace", errors="replace"):
    found = re.match(r"\d+\s+(\w+)\(", line)
    if found:
        call = found[1]
        counts[call] += 1
        if not call.startswith("openat") or CHANGING.search(line):
            points.append((call, counts[call]))
check(len(points) > 60, f"a pass makes {len(points)} calls that change something")


def disturbed(job):
    number, (call, at_call), errno = job
    at = fresh(f"run-{number}")
    before = prints(at)
    how = f"error={errno.rstrip('+')}" if errno else "signal=SIGKILL"
    when = f"{at_call}+" if errno and errno.endswith("+") else at_call
    done = once(at, "-e", f"inject={call}:{how}:when={when}", log=f"{at}.trace")
    wrong = []
    if errno and done.returncode not in (0, 75):
        wrong.append(f"exit {done.returncode}: {done.stderr[-300:]}")
    if prints(at) != before:
        wrong.append("a department's file was touched")
    book = at / "share/_tong-hop/Tong-hop.xlsx"
    try:
        if zipfile.ZipFile(book).testzip():
            wrong.append("the consolidated workbook is torn")
    except Exception as e:  # noqa: BLE001: whatever keeps people from opening it
        wrong.append(f"the consolidated workbook: {e!r}")
    again = once(at)
    if again.returncode == 75:  # a mail refused once waits for its next try
        again = once(at)
    if again.returncode != 0:
        wrong.append(f"afterwards exit {again.returncode}: {again.stderr[-300:]}")
    else:
        found = outcome(at)
        wrong += [f"{k}: {found.get(k)} instead of {wanted[k]}"[:600] for k in wanted if found.get(k) != wanted[k]]
    if prints(at) != before:
        wrong.append("a department's file was touched afterwards")
    if not wrong:
        shutil.rmtree(at)
        os.unlink(f"{at}.trace")
    return f"{call} number {at_call}, {errno or 'SIGKILL'}", wrong


def attempt(errno, seconds):
    """Tries every point, in an order that is spread evenly wherever it is cut off; gives what broke and how many were tried."""
    stride, order = max(len(points) // 12, 1), []
    while stride >= 1:
        order += [p for p in points[stride // 2::stride] if p not in order]
        stride //= 2
    order += [p for p in points if p not in order]
    end = time.monotonic() + seconds
    tried, broken = 0, []
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for start in range(0, len(order), 2 * WORKERS):
            if time.monotonic() > end:
                break
            jobs = [(f"{errno or 'kill'}-{start + i}", p, errno) for i, p in enumerate(order[start:start + 2 * WORKERS])]
            for where, wrong in pool.map(disturbed, jobs):
                tried += 1
                if wrong:
                    broken.append((where, wrong))
                    print("BROKEN", where, wrong, flush=True)
    print(f"ok: {errno or 'SIGKILL'} at {tried} of {len(points)} calls", flush=True)
    return broken, tried


begun = time.monotonic()
broken, tried = attempt(None, 10 * SECONDS)
check(tried == len(points), f"killed at every one of {len(points)} calls ({time.monotonic() - begun:.0f} s)")
for n, name in enumerate(ERRORS):
    left = begun + SECONDS - time.monotonic()
    more, tried = attempt(name, max(left, 20) / (len(ERRORS) - n))
    check(tried >= 4, f"{name} at {tried} of {len(points)} calls")
    broken += more
check(not broken, f"{len(broken)} disturbed passes left something wrong")
