"""Every fault script against the running daemon: departments' files stay untouched, the consolidated workbook is whole at every
instant, no accepted row is lost, no mail is doubled, the operator is told, and the next edit is seen."""
import collections
import email
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, WORK, check, run, wait_for  # noqa: E402

SCRIPTS = pathlib.Path(__file__).parents[3] / "tests/faults"
shutil.rmtree(WORK, ignore_errors=True)
WORK.mkdir(parents=True)
demo = WORK / "demo"
run("demo", demo, "--once", ok=(0, 75), timeout=200)
share, config = demo / "share", demo / "annexd.toml"
settings = config.read_text()
check("[watch]\n" in settings, "the demonstration's settings have a watch section")
lines = [line for line in settings.splitlines() if not line.startswith(("settle_ms", "poll_s", "rescan_s", "deletion_s"))]
at = lines.index("[watch]") + 1
lines[at:at] = ["settle_ms = 500", "poll_s = 2", "rescan_s = 5", "deletion_s = 3"]
config.write_text("\n".join(lines) + "\n")
heartbeat = demo / "state/heartbeat"
book = share / "_tong-hop/Tong-hop.xlsx"
annexes = sorted(p for p in share.glob("[a-z]*/*.xlsx"))
folder = annexes[0].parent


def prints(paths):
    return {p: (p.stat().st_ino, p.stat().st_mtime_ns, hashlib.sha256(p.read_bytes()).hexdigest()) for p in paths}


def beat():
    return json.loads(heartbeat.read_text())


def tasks():
    import openpyxl

    sheet = openpyxl.load_workbook(book, read_only=True)["Nhiệm vụ"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(i for i, r in enumerate(rows) if "Mã nhiệm vụ" in r)
    column = rows[head].index("Mã nhiệm vụ")
    return collections.Counter(r[column] for r in rows[head + 1:] if r[column])


torn = []


def keep_reading(stop):
    while not stop.is_set():
        try:
            bad = zipfile.ZipFile(book).testzip()
            if bad:
                torn.append(bad)
        except Exception as e:  # noqa: BLE001: any failure to open is what we look for
            torn.append(repr(e))
        time.sleep(0.02)


def script(name, *args, on=None, limit=60):
    runner = ["bash"] if name.endswith(".sh") else [sys.executable]
    done = subprocess.run([*runner, SCRIPTS / name, on or folder, *map(str, args)], capture_output=True, text=True, timeout=limit)
    check(done.returncode == 0, f"script {name} {' '.join(map(str, args))}" + ("" if done.returncode == 0 else done.stderr[-300:]))


def write_remark(path, words):
    """Writes into the first empty difficulties cell of a task row, as a person would, and saves in place."""
    import openpyxl

    wb = openpyxl.load_workbook(path)
    sheet = wb.worksheets[0]
    head = next(r for r in sheet.iter_rows() if any("vướng mắc" in str(c.value or "").lower() for c in r))
    column = next(c.column for c in head if "vướng mắc" in str(c.value or "").lower())
    code = next(c.column for c in head if "mã" in str(c.value or "").lower())
    row = next(r for r in range(head[0].row + 1, sheet.max_row + 1)
               if str(sheet.cell(r, code).value or "").startswith("NV") and not sheet.cell(r, column).value)
    sheet.cell(row, column).value = words
    wb.save(path)


def shown():
    import openpyxl

    sheet = openpyxl.load_workbook(book, read_only=True)["Nhiệm vụ"]
    return {str(v) for row in sheet.iter_rows(values_only=True) for v in row if v}


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def settled():
    """Waits until the daemon has nothing left to do: longer than its quiet time and its rescan, then idle in a fresh heartbeat."""
    time.sleep(7)
    moment = now()

    def idle():
        state = beat()
        return state["at"] > moment and state["state"] == "idle" and state["busy_since"] is None and state

    return wait_for("an idle daemon", idle, 40)


log = open(WORK / "log", "w")
daemon = subprocess.Popen([BINARY, "--config", config, "run"], stdout=subprocess.DEVNULL, stderr=log)
stop = threading.Event()
try:
    wait_for("the first pass", lambda: beat()["pass"] and beat()["state"] == "idle", 60)
    before, all_tasks = prints(annexes), tasks()
    check(len(all_tasks) > 10, f"{len(all_tasks)} tasks stand at the beginning")
    reader = threading.Thread(target=keep_reading, args=(stop,))
    reader.start()

    # Saves of programs: each ends with the same rows.
    own = annexes[0].name
    for args in (["--mode", "modern"], ["--mode", "legacy", "--gap", 0.3]):
        script("excel_save_dance.py", "--name", own, *args)
    for mode in ("inplace", "prealloc", "backward", "new"):
        script("partial_write.py", "--name", own, "--mode", mode, "--secs", 1, "--stall", 2)
    settled()
    check(tasks() == all_tasks, "after saves of many kinds the same tasks stand")
    check(any((demo / "state/vault").rglob("*")), "received versions are kept")

    # Things that are no annexes, or broken ones: nothing that was accepted goes.
    for name, args in (
        ("lockfile_noise.py", []), ("nfd_name.py", []), ("fifo.py", []), ("symlink.py", ["--race", 2]),
        ("truncated.py", []), ("far_cell.py", []), ("formula_injection.py", []),
    ):
        script(name, *args)
    for kind in ("sheet", "strings", "entries", "lying", "uniquecount", "deep", "entity", "overlap", "path"):
        script("zipbomb.py", "--kind", kind, "--mb", 64)
    state = settled()
    check(not all_tasks - tasks(), "with hostile files beside the annexes no task is lost")
    check(len(state["troubles"]) > 10, f"the operator is told of {len(state['troubles'])} things")
    check("BIMAT-OUTSIDE" not in "".join(map(str, tasks())), "nothing outside the share was read")
    worker = pathlib.Path(f"/proc/{daemon.pid}/task/{daemon.pid}/children").read_text().split()[0]
    rss = int(next(l for l in open(f"/proc/{worker}/status") if l.startswith("VmRSS")).split()[1]) // 1024
    check(rss < 300, f"the daemon holds {rss} MiB")
    for path in folder.iterdir():
        if path not in before:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    settled()
    check(tasks() == all_tasks, "when they are gone everything is as before")

    # Events lost, folders moved, the share away.
    script("event_storm.py", "--n", 20000)
    for path in folder.iterdir():
        if path not in before:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    settled()
    check(tasks() == all_tasks, "after a storm of events the same tasks stand")
    published = book.read_bytes()
    stop.set()
    reader.join()
    check(not torn, f"the consolidated workbook was whole at every look {torn[:3]}")
    for mode in ("rename", "gone"):
        script("unmount_sim.sh", mode, 4, on=share)
    strays = list(demo.glob("share.stray*"))
    check(not strays, "nothing was written into a false root")
    edit = annexes[-1]
    data = edit.read_bytes()
    moment = now()
    script("excel_save_dance.py", "--name", edit.name, "--saves", 1, on=edit.parent)
    words = f"ghi sau khi thư mục trở lại {moment}"
    write_remark(edit, words)
    wait_for("the edit after the share came back", lambda: words in shown(), 40)
    check(tasks() == all_tasks, "after the share was away the same tasks stand")
    check(book.read_bytes() == published or zipfile.ZipFile(book).testzip() is None, "the workbook is whole")
    script("mass_delete.py", "--back", 3, on=edit.parent)
    settled()
    check(tasks() == all_tasks, "after a deletion that was taken back the same tasks stand")

    after = prints(p for p in annexes if p.parent != folder and p != edit)
    check(all(before[p] == after[p] for p in after), "annexes that nobody saved are untouched to the last bit")
    ids = collections.Counter(
        email.message_from_bytes(p.read_bytes())["Message-ID"] for p in demo.rglob("*.eml"))
    check(all(n == 1 for n in ids.values()), f"{len(ids)} mails, none doubled")
    check(daemon.poll() is None, "the daemon lived through all of it")
finally:
    stop.set()
    start = time.monotonic()
    if daemon.poll() is None:
        daemon.send_signal(signal.SIGTERM)
    code = daemon.wait(timeout=15)
check(code == 0 and time.monotonic() - start < 6, "SIGTERM ends it within seconds")

# Killed at random moments of a pass: the next one stands on whole files and loses nothing.
for n in range(12):
    (annexes[0]).write_bytes(annexes[0].read_bytes())
    victim = subprocess.Popen([BINARY, "--config", config, "once"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.02 + 0.05 * n)
    victim.kill()
    victim.wait()
    check(zipfile.ZipFile(book).testzip() is None, f"killed after {20 + 50 * n} ms: the workbook is whole")
run("--config", config, "once", ok=(0, 75))
check(tasks() == all_tasks, "after twelve kills the same tasks stand")
kept = [p.name for p in book.parent.iterdir() if "sửa tay" in p.name]
check(not kept, "no own workbook was taken for one edited by hand")
leftovers = [p for p in share.rglob(".~nv-*")]
check(len(leftovers) <= 12, f"{len(leftovers)} own temporary files wait to be cleaned")
ids = collections.Counter(email.message_from_bytes(p.read_bytes())["Message-ID"] for p in demo.rglob("*.eml"))
check(all(n == 1 for n in ids.values()), "no mail was doubled")
assert os.path.exists(config)
