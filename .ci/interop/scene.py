"""A demonstration share under a running daemon, for the checks of faults: what stands in the workbook, who was mailed, what was touched."""
import collections
import email
import hashlib
import io
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

from common import AS_OF, BINARY, check, run, wait_for

import openpyxl

SCRIPTS = pathlib.Path(__file__).parents[2] / "tests/faults"
QUICK = ["settle_ms = 300", "poll_s = 1", "rescan_s = 3", "deletion_s = 3"]


class Scene:
    def __init__(self, home, share=None, watch=QUICK, more=""):
        """Lays the demonstration out at `home` and runs one pass; `share` is where the daemon is to look for it instead."""
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        run("demo", home, "--once", "--as-of", AS_OF, ok=(0, 75), timeout=200)
        self.home, self.disk = home, home / "share"
        self.share, self.config = share or self.disk, home / "annexd.toml"
        self.heartbeat, self.book = home / "state/heartbeat", self.disk / "_tong-hop/Tong-hop.xlsx"
        lines = [x for x in self.config.read_text().splitlines() if not x.startswith(("settle_ms", "poll_s", "rescan_s", "deletion_s"))]
        lines[lines.index("[watch]") + 1:lines.index("[watch]") + 1] = watch
        if share:
            lines = [f"share = {json.dumps(str(share))}" if x.startswith("share =") else x for x in lines]
        self.config.write_text("\n".join(lines) + "\n" + more)
        self.annexes = sorted(self.disk.glob("[a-z]*/*.xlsx"))
        self.process = self.log = None

    def start(self, wait=True, name="log", env=None):
        self.log = self.home / name
        begun = now()
        self.process = subprocess.Popen([BINARY, "--config", self.config, "--as-of", AS_OF, "run"], stdout=subprocess.DEVNULL,
                                        stderr=open(self.log, "a"), env=env)
        if wait:
            wait_for("the first pass", lambda: self.beat()["pass"] and self.beat()["pass"]["at"] >= begun and self.beat()["state"] == "idle", 60)

    def worker(self):
        """The process behind the guard."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def stop(self, within=5.0, what="SIGTERM ends the daemon"):
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            sys.exit(f"FAILED: {what}: still there after 15 s")
        took = time.monotonic() - begun
        check(code == 0 and took < within, f"{what} within {within:.0f} s ({took:.1f} s)")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def beat(self):
        return json.loads(self.heartbeat.read_text())

    def status(self):
        done = subprocess.run([BINARY, "--config", self.config, "status", "--format", "json"], capture_output=True, text=True, timeout=20)
        return done.returncode, json.loads(done.stdout)

    def passed_after(self, moment):
        state = self.beat()
        return state["pass"] and state["pass"]["at"] > moment and state["state"] == "idle" and state

    def settled(self, seconds=5):
        """Waits until nothing is left to do: longer than the quiet time and a rescan, then idle in a fresh heartbeat."""
        time.sleep(seconds)
        moment = now()

        def idle():
            state = self.beat()
            return state["at"] > moment and state["state"] == "idle" and state["busy_since"] is None and state

        return wait_for("an idle daemon", idle, 40)

    def rows(self, *headings, book=None):
        # From memory: the library would keep the file open, and with it the file system busy.
        sheet = openpyxl.load_workbook(io.BytesIO((book or self.book).read_bytes()), read_only=True)["Nhiệm vụ"]
        rows = list(sheet.iter_rows(values_only=True))
        head = next(i for i, r in enumerate(rows) if "Mã nhiệm vụ" in r)
        at = [rows[head].index(h) for h in ("Mã nhiệm vụ", *headings)]
        return sorted(tuple(str(r[i]) for i in at) for r in rows[head + 1:] if r[at[0]])

    def tasks(self, book=None):
        return collections.Counter(r[0] for r in self.rows(book=book))

    def progress(self, code):
        return next((float(r[1]) for r in self.rows("Tiến độ (%)") if r[0] == code and r[1] != "None"), None)

    def ids(self):
        return collections.Counter(email.message_from_bytes(p.read_bytes())["Message-ID"] for p in self.home.glob("mail/*.eml"))

    def sound(self):
        """Whether the workbook that people open is whole."""
        return zipfile.ZipFile(self.book).testzip() is None

    def own_leftovers(self):
        return [p for p in self.disk.rglob(".~nv-*")]


def prints(paths):
    return {p: (p.stat().st_ino, p.stat().st_mtime_ns, p.stat().st_mode, hashlib.sha256(p.read_bytes()).hexdigest()) for p in paths}


def now():
    """This moment, to be compared with moments of the heartbeat."""
    at = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f"{at % 1:.6f}"[1:]


def edited(path, code, heading, new):
    """The bytes of a department's workbook with one cell changed, found by code and heading."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = next(r for r in sheet.iter_rows() if any(c.value == heading for c in r))
    column = next(c.column for c in head if c.value == heading)
    row = next(r[0].row for r in sheet.iter_rows() if any(c.value == code for c in r))
    sheet.cell(row, column).value = new
    draft = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"annexd-draft-{os.getpid()}-{threading.get_ident()}.xlsx"
    book.save(draft)
    data = draft.read_bytes()
    draft.unlink()
    return data


class Reader(threading.Thread):
    """Opens the published workbook again and again; whatever is not whole is remembered."""

    def __init__(self, book, pause=0.02):
        super().__init__(daemon=True)
        self.book, self.pause, self.torn, self.looks, self.over = book, pause, [], 0, threading.Event()

    def run(self):
        while not self.over.is_set():
            self.looks += 1
            try:
                bad = zipfile.ZipFile(self.book).testzip()
                if bad:
                    self.torn.append(bad)
            except Exception as e:  # noqa: BLE001: any failure to open is what we look for
                self.torn.append(repr(e))
            time.sleep(self.pause)

    def end(self):
        self.over.set()
        self.join()
        check(not self.torn, f"the consolidated workbook was whole at each of {self.looks} looks {self.torn[:3]}")
