"""The same inputs give the same bytes: shuffled order of creation, another place, time zone, language, umask and number of cores, over several
days, with reports and a freeze; and equal bytes are never written again."""
import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, CONFIG, WORK, check, run, run_json  # noqa: E402

import openpyxl  # noqa: E402

DAYS = ["2026-06-17", "2026-06-18", "2026-09-21"]
origin = WORK / "origin"
run("demo", origin, "--once", "--as-of", "2026-06-16", ok=(0, 75), timeout=200)
SETTLED = 1_790_000_000
for i, p in enumerate(sorted(p for p in (origin / "share").rglob("*") if p.is_file())):
    os.utime(p, (SETTLED + i, SETTLED + i))


def edits(share, day):
    """What departments save between two days: the same everywhere, with the same times."""
    for k, path in enumerate(sorted(share.glob("[a-z]*/*.xlsx"))):
        if (k + DAYS.index(day)) % 2:
            continue
        wb = openpyxl.load_workbook(path)
        ws = wb.worksheets[0]
        head = next(r for r in ws.iter_rows() if sum(c.value is not None for c in r) > 5)
        column = next((c.column for c in head if "hoàn thành" in str(c.value).lower() and "%" in str(c.value)), None)
        if column is None:
            continue
        cell = ws.cell(head[0].row + 3 + DAYS.index(day), column)
        if isinstance(cell.value, (int, float)):
            cell.value = min(99, cell.value + 5)
        yield path, wb


variants = {
    "plain": ({}, None, 0o022, []),
    "far": ({"TZ": "America/New_York", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}, 1, 0o077, []),
    "bare": ({"TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C"}, 2, 0o002, ["taskset", "-c", "0"]),
    "threads": ({"TZ": "UTC", "LC_ALL": "vi_VN.UTF-8", "RAYON_NUM_THREADS": "7", "TOKIO_WORKER_THREADS": "5"}, 3, 0o027, []),
}
saved = {}


def lay(name, seed):
    at = WORK / name / "deep" / ("thư mục" if seed else "x")
    files = sorted(p.relative_to(origin / "share") for p in (origin / "share").rglob("*") if p.is_file() and not p.relative_to(origin / "share").parts[0].startswith(("_tong", "_phan")))
    random.Random(seed).shuffle(files)
    for f in files:
        (at / "share" / f).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(origin / "share" / f, at / "share" / f)
    (at / "share/_kiem-tra").mkdir(exist_ok=True)
    shutil.copy(origin / CONFIG, at / CONFIG)
    return at


def publish(name, at):
    env, _, mask, before = variants[name]
    env = {**os.environ, "USER": "vanthu", "LOGNAME": "vanthu", **env}
    env.pop("SUDO_USER", None)

    def go(*args):
        done = subprocess.run([*before, BINARY, "--config", at / CONFIG, *args], env=env, umask=mask, capture_output=True, text=True)
        if done.returncode not in (0, 75):
            sys.exit(f"{name}: {args}: {done.stderr}")

    for day in DAYS:
        for path, wb in edits(at / "share", day):
            key = (path.relative_to(at / "share"), day)
            if key not in saved:
                wb.save(path)
                saved[key] = path.read_bytes()
            path.write_bytes(saved[key])
            stamp = SETTLED + 1000 * (1 + DAYS.index(day))
            os.utime(path, (stamp, stamp))
        go("once", "--no-send", "--as-of", day)
    go("report", "2026-6T", "--freeze", "--as-of", DAYS[-1])
    go("report", "2026-Q3", "--as-of", DAYS[-1])
    out = {}
    for folder in ("_tong-hop", "_phan-hoi"):
        for p in sorted((at / "share" / folder).rglob("*")):
            if p.is_file():
                out[str(p.relative_to(at / "share"))] = hashlib.sha256(p.read_bytes()).hexdigest()
    return out


prints, places = {}, {}
for name, (_, seed, _, _) in variants.items():
    places[name] = lay(name, seed)
    prints[name] = publish(name, places[name])
plain = prints["plain"]
check(len(plain) >= 10 and any(p.endswith(".docx") for p in plain), f"workbooks and reports are published: {len(plain)}")
for name, found in prints.items():
    differ = [p for p in plain if found.get(p) != plain[p]]
    check(found.keys() == plain.keys() and not differ, f"{name}: every published file is the same to the byte {differ}")

at = places["plain"]
stamps = lambda: {p: (p.stat().st_mtime_ns, p.stat().st_ino) for d in ("_tong-hop", "_phan-hoi") for p in (at / "share" / d).rglob("*") if p.is_file()}
# The freeze is told in the consolidated workbook; from then on nothing is new.
run_json("--config", at / CONFIG, "once", "--no-send", "--as-of", DAYS[-1], ok=(0, 75))
before = stamps()
for _ in range(2):
    run_json("--config", at / CONFIG, "once", "--no-send", "--as-of", DAYS[-1], ok=(0, 75))
run("--config", at / CONFIG, "report", "2026-6T", "--as-of", DAYS[-1])
run("--config", at / CONFIG, "report", "2026-Q3", "--as-of", DAYS[-1])
touched = [str(p) for p, stamp in stamps().items() if before.get(p) != stamp]
check(not touched, f"equal bytes are not written again {touched}")
