"""Killed, or refused by the file system, at system calls spread over a whole pass of `annexd once`: departments' files stay
untouched, the consolidated workbook is whole, and the next pass ends where an undisturbed one ends: same tasks, same history,
same mails, none of them twice, nothing of ours taken for a person's edit."""
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

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, WORK, check, run  # noqa: E402

import openpyxl  # noqa: E402

CALLS = ("write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,linkat,mkdir,mkdirat,"
         "fchmod,fchown,openat,openat2,fsetxattr")
CHANGING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")
FIRST, NEXT = "2026-11-23", "2026-11-24"
SECONDS = float(os.environ.get("CRASH_SECONDS", "70"))
shutil.rmtree(WORK, ignore_errors=True)
WORK.mkdir(parents=True)
template = WORK / "template"
run("demo", template, "--once", "--as-of", FIRST, ok=(0, 75), timeout=200)


def edit(path, code, heading, new):
    wb = openpyxl.load_workbook(path)
    ws = wb.worksheets[0]
    head = next(r for r in ws.iter_rows() if any(c.value == heading for c in r))
    column = next(c.column for c in head if c.value == heading)
    row = next(r[0].row for r in ws.iter_rows() if any(c.value == code for c in r))
    ws.cell(row, column).value = new
    wb.save(path)


edit(next((template / "share/quy-hoach-xay-dung").glob("*.xlsx")), "NV7.2", "% hoàn thành", 88)


def fresh(name):
    to = WORK / name
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(template, to, symlinks=True)
    return to


def prints(at):
    return {p.name: (p.stat().st_ino, p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest())
            for p in sorted(at.glob("share/[a-z]*/*.xlsx"))}


def mails(at):
    return collections.Counter(email.message_from_bytes(p.read_bytes())["Message-ID"] for p in (at / "mail").glob("*.eml"))


def tasks(at):
    sheet = openpyxl.load_workbook(at / "share/_tong-hop/Tong-hop.xlsx", read_only=True)["Nhiệm vụ"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(i for i, r in enumerate(rows) if "Mã nhiệm vụ" in r)
    code, done = rows[head].index("Mã nhiệm vụ"), rows[head].index("Tiến độ (%)")
    return sorted((str(r[code]), str(r[done])) for r in rows[head + 1:] if r[code])


def history(at):
    said = subprocess.run([BINARY, "--config", at / "annexd.toml", "history", "NV7.2", "--format", "json"],
                          capture_output=True, text=True, timeout=60)
    found = json.loads(said.stdout)
    return len(found if isinstance(found, list) else next(v for v in found.values() if isinstance(v, list)))


def once(at, *inject, log=None):
    command = [BINARY, "--config", at / "annexd.toml", "once", "--as-of", NEXT]
    if log:
        command = ["strace", "-f", "-qq", "-o", log, "-e", "trace=" + CALLS, *inject, *command]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def outcome(at):
    return {"tasks": tasks(at), "history": history(at), "mails": sorted(mails(at).items()),
            "names": sorted(p.name for p in at.glob("share/_*/*") if not p.name.startswith(".~nv-"))}


reference = fresh("reference")
check(once(reference).returncode == 0, "an undisturbed pass")
wanted = outcome(reference)
check(("NV7.2", "0.88") in wanted["tasks"] or ("NV7.2", "88") in wanted["tasks"], "it takes the edit over")
check(len(wanted["mails"]) > len(mails(template)), "it sends mails")

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
    how = f"error={errno}" if errno else "signal=SIGKILL"
    done = once(at, "-e", f"inject={call}:{how}:when={at_call}", log=f"{at}.trace")
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
        wrong += [f"{k}: {found[k]} instead of {wanted[k]}"[:600] for k in wanted if found[k] != wanted[k]]
    sound = sqlite3.connect(next((at / "state").glob("*.db"), next((at / "state").glob("*.sqlite*"), None)) or ":memory:")
    if sound.execute("pragma integrity_check").fetchone()[0] != "ok":
        wrong.append("the database is damaged")
    sound.close()
    if not wrong:
        shutil.rmtree(at)
    return f"{call} number {at_call}, {errno or 'SIGKILL'}", wrong


def spread(errno, share_of_time):
    """Tries points spread evenly, each turn between those of the turn before, until the time is up."""
    end = time.monotonic() + SECONDS * share_of_time
    stride = max(len(points) // 12, 1)
    order, seen = [], set()
    while stride >= 1 and len(order) < len(points):
        order += [p for p in points[stride // 2::stride] if not (p in seen or seen.add(p))]
        stride = stride // 2
    order += [p for p in points if p not in seen]
    tried, broken = 0, []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for start in range(0, len(order), 4):
            if time.monotonic() > end:
                break
            jobs = [(f"{errno or 'kill'}-{start + i}", p, errno) for i, p in enumerate(order[start:start + 4])]
            for where, wrong in pool.map(disturbed, jobs):
                tried += 1
                if wrong:
                    broken.append((where, wrong))
                    print("BROKEN", where, wrong, flush=True)
    check(tried >= 4, f"{errno or 'SIGKILL'} at {tried} of {len(points)} calls")
    return broken


broken = spread(None, 0.5)
for name in ("ENOSPC", "EIO", "EACCES", "EROFS", "EBUSY"):
    broken += spread(name, 0.1)
check(not broken, f"{len(broken)} disturbed passes left something wrong")
