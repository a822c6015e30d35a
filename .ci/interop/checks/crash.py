"""`annexd once` killed at every system call of a whole pass that changes something, and refused by the kernel at its calls, reading ones too,
once or from then on. Whatever happens: departments' files stay untouched, the consolidated workbook is whole, and the next pass ends where
an undisturbed one ends: same tasks, same history, same mails, none of them twice, nothing of ours taken for a person's edit.

Every kill is tried each time, and every error at one call of each kind (call and path) at least; of the other calls as many as there is
time for, drawn by a seed that is printed. CRASH_ALL=1 tries the whole product, CRASH_SEED=… the same draw again."""
import collections
import concurrent.futures
import email
import hashlib
import json
import os
import pathlib
import random
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

# What a file system or the kernel says, once or from then on ("+").
CHANGING = ("EIO", "ENOSPC+", "EACCES+", "ETIMEDOUT", "EROFS+", "EDQUOT", "EBUSY", "ENOSPC", "EIO+")
READING = {
    "openat": ("EACCES", "EIO", "EMFILE", "ESTALE", "EIO+"),
    "openat2": ("EACCES", "EIO", "EMFILE", "ESTALE", "ETIMEDOUT", "EIO+", "ENOSYS+"),
    "read": ("EIO", "ESTALE", "EIO+"),
    "pread64": ("EIO", "ESTALE", "EIO+"),
    "getdents64": ("EIO", "ESTALE"),
    "newfstatat": ("EIO", "EACCES", "ETIMEDOUT"),
    "statx": ("EIO", "EACCES", "ETIMEDOUT"),
    "fstat": ("EIO", "ETIMEDOUT"),
    "readlink": ("EIO",),
    "access": ("EIO",),
    "flock": ("EAGAIN", "ENOLCK"),
    "fcntl": ("EAGAIN", "EIO"),
    "lseek": ("EIO",),
    "fgetxattr": ("EIO",),
    "statfs": ("EIO",),
    "close": ("EIO",),
    "pipe2": ("EMFILE",),
    "clone3": ("EAGAIN", "EAGAIN+"),
    "execve": ("EAGAIN", "ENOMEM"),
    "mmap": ("ENOMEM", "ENOMEM+"),
    "poll": ("EINTR",),
    "write": CHANGING, "pwrite64": CHANGING, "writev": CHANGING, "fsync": CHANGING, "fdatasync": CHANGING, "rename": CHANGING, "renameat": CHANGING,
    "renameat2": CHANGING, "unlink": CHANGING, "unlinkat": CHANGING, "ftruncate": CHANGING, "linkat": CHANGING, "mkdir": CHANGING,
    "mkdirat": CHANGING, "fchmod": CHANGING, "fchown": CHANGING, "fsetxattr": CHANGING,
}
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")
# Memory and threads that are refused may end the process; nothing else may.
MAY_END = ("mmap", "clone3")
# On the second day steps of both ladders fall.
FIRST, NEXT = "2026-11-23", "2026-11-25"
SECONDS = float(os.environ.get("CRASH_SECONDS", "240"))
SEED = os.environ.get("CRASH_SEED", str(time.time_ns() % 100000))
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


# Stops at the calls in question only; without it every call of the process costs two stops. A signal does not come through with it.
QUICK = ["--seccomp-bpf"] if subprocess.run(["strace", "--seccomp-bpf", "-f", "-o", "/dev/null", "true"], capture_output=True).returncode == 0 else []


def once(at, calls=None, *inject, log=None):
    command = [BINARY, "--config", at / "annexd.toml", "once", "--as-of", NEXT]
    if log:
        quick = [] if "signal" in str(inject) else QUICK
        command = ["strace", *quick, "-f", "-qq", "-o", log, "-e", "trace=" + calls, *inject, *command]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def kind(line):
    """What a traced call is about: a path without what differs from run to run."""
    path = re.search(r"= \d+<([^>]+)>", line) or re.search(r"<([^>]+)>", line) or re.search(r'"([^"]+)"', line)
    quoted = re.search(r'"([^"]+)"', line)
    path = quoted[1] if line.startswith(("rename", "mkdir", "unlink")) and quoted else path[1] if path else "none"
    if path.startswith(("/usr", "/proc", "/sys", "/etc", "/lib", "/dev", "/run")):
        return "system"
    path = path.replace(str(WORK), "").replace("(deleted)", "")
    return re.sub(r"[0-9a-f]{8,}|\d{4,}|pipe:\S+|nv-\w+", "#", path)


reference = fresh("reference")
check(once(reference).returncode == 0, "an undisturbed pass")
wanted = outcome(reference)
check(any(t == ("QL1", "0.88") or t == ("QL1", "88") for t in wanted["tasks"]), "it takes the edit over")
check(len(wanted["mails"]) > len(mails(template)), "it sends mails")
check(wanted["waiting"] == 0, "none waits")

traced = fresh("traced")
once(traced, ",".join(READING), "-y", log=WORK / "trace")
# Calls are counted by thread, as strace does; where several threads make their n-th call of a kind, each is disturbed.
counts, points, begun = collections.Counter(), {}, False
first = None
for line in open(WORK / "trace", errors="replace"):
    found = re.match(r"(\d+)\s+((\w+)\(.*)", line)
    if not found:
        continue
    thread, text, call = found[1], found[2], found[3]
    counts[thread, call] += 1
    first = first or thread
    begun = begun or "annexd.toml" in text and call == "openat"
    if not begun or call == "fcntl" and "LK" not in text:
        continue
    # Of what was only read no error of closing is to be feared (a folder's would be a defect to the library).
    if call == "close" and not re.search(r"/state/|nv-|/mail/", text):
        continue
    changes = READING[call] is CHANGING or call.startswith("openat") and bool(WRITES.search(text))
    point = (call, counts[thread, call])
    if point not in points or thread == first:
        points[point] = (changes, (call, kind(text)))
changing = [p for p, (changes, _) in points.items() if changes]
check(len(changing) > 60, f"a pass makes {len(changing)} calls that change something and {len(points) - len(changing)} that read")


def disturbed(job):
    number, (call, at_call), errno = job
    at = fresh(f"run-{number}")
    before = prints(at)
    how = f"error={errno.rstrip('+')}" if errno else "signal=SIGKILL"
    when = f"{at_call}+" if errno and errno.endswith("+") else at_call
    log = pathlib.Path(f"{at}.trace")
    wrong = []
    try:
        done = once(at, call, "-e", f"inject={call}:{how}:when={when}", log=log)
    except subprocess.TimeoutExpired:
        return f"{call} number {at_call}, {errno or 'SIGKILL'}", ["it hangs"], True
    if errno and done.returncode not in (0, 75) and call not in MAY_END:
        # Without its libraries or its settings there is nothing to go on with.
        lacks = done.returncode == 127 or done.returncode == 78 and "annexd.toml" in done.stderr
        if not lacks:
            wrong.append(f"exit {done.returncode}: {done.stderr[-300:]}")
    reached = "INJECTED" in log.read_text(errors="replace") if errno else done.returncode != 0
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
        log.unlink()
    return f"{call} number {at_call} ({points[call, at_call][1][1]}), {errno or 'SIGKILL'}", wrong, reached


broken, number = [], 0


def attempt(jobs, what, until=None):
    """Tries points with an error each, while there is time; gives how many were tried."""
    global number
    tried = missed = 0
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for start in range(0, len(jobs), 2 * WORKERS):
            if until and time.monotonic() > until:
                break
            batch = [(number + i, *job) for i, job in enumerate(jobs[start:start + 2 * WORKERS])]
            number += len(batch)
            for where, wrong, reached in pool.map(disturbed, batch):
                tried += 1
                missed += not reached
                if wrong:
                    broken.append((where, wrong))
                    print("BROKEN", where, wrong, flush=True)
    print(f"ok: {what}: {tried} of {len(jobs)} tried ({missed} not reached, {time.monotonic() - begun:.0f} s)", flush=True)
    check(tried > 0 and missed * 20 <= tried, "nearly all of them took place")
    return tried


began = time.monotonic()
kills = [(p, None) for p in changing]
check(attempt(kills, "SIGKILL at every call that changes something") == len(kills), "none left out")
jobs = [(p, e) for p, (changes, _) in points.items() for e in (CHANGING if changes else READING[p[0]])]
draw = random.Random(SEED)
draw.shuffle(jobs)
seen, sites, rest = set(), [], []
for (point, errno) in jobs:
    site = (points[point][1], errno)
    (rest if site in seen else sites).append((point, errno))
    seen.add(site)
check(attempt(sites, "every error at one call of each kind") == len(sites), "none left out")
if os.environ.get("CRASH_ALL"):
    attempt(rest, "every other call and error")
elif time.monotonic() < began + SECONDS:
    attempt(rest, f"other calls and errors by seed {SEED}", began + SECONDS)
check(not broken, f"{len(broken)} disturbed passes left something wrong")
