"""Clocks that jump, days that are missed, a daemon that was off: the real daemon under a clock of its own (faketime, read anew at every look)
with a real mail server. Nobody is mailed twice for a day or hears of days that have not come; figures never go by a clock that nobody
believes; the operator is told, and when the clock is right again all is as before."""
import collections
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, BOARD, WORK, check, wait_for  # noqa: E402
from mail_server import Encrypted, Inbox, certificates  # noqa: E402
from scene import prints  # noqa: E402

import openpyxl  # noqa: E402

LIBRARY = next((str(p) for p in pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
CONFIG = """share = "share"
state_dir = "state"
""" + BOARD + """[watch]
settle_ms = 200
poll_s = 1
rescan_s = 2
[mail]
transport = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
username = ""
operator = ["quantri@example.vn"]
"""
HEAD = ["STT", "Mã nhiệm vụ", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn hoàn thành", "Tình trạng", "Tiến độ (%)", "Lý do chậm"]
ROWS = [("QL1", "20/11/2026"), ("QL2", "27/11/2026"), ("QL3", "30/11/2026"), ("QL4", "15/12/2026"), ("QL5", "30/6/2028")]
HANOI = datetime.timezone(datetime.timedelta(hours=7))
check(LIBRARY is not None, "faketime is here")


def annex(path, progress=10):
    book = openpyxl.Workbook()
    book.active.append(["BIỂU NHIỆM VỤ NĂM 2026"])
    book.active.append(HEAD)
    for n, (code, due) in enumerate(ROWS):
        book.active.append([n + 1, code, f"Nhiệm vụ thử {code}", "Phòng Quản lý đầu tư", due, "Đang thực hiện", progress, "Chờ thẩm định"])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


class Board:
    """A share, a mail server, and a daemon under a clock that we set."""

    def __init__(self, name):
        self.home, self.inbox = WORK / name, Inbox()
        self.server = Encrypted(self.inbox, certs, "none")
        self.server.start()
        self.file = self.home / "share/qldt/bieu.xlsx"
        annex(self.file)
        (self.home / "share/.annexd").touch()
        (self.home / "annexd.toml").write_text(CONFIG.format(port=self.server.port))
        self.clock, self.process = self.home / "clock", None

    def set(self, text):
        """Puts the clock at a moment in Hanoi; it runs on from there."""
        self.offset = datetime.datetime.fromisoformat(text).replace(tzinfo=HANOI).timestamp() - time.time()
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(f"{self.offset:+.3f}\n")
        fresh.rename(self.clock)

    def environment(self):
        return dict(os.environ, LD_PRELOAD=LIBRARY, FAKETIME_TIMESTAMP_FILE=str(self.clock), FAKETIME_NO_CACHE="1", NO_FAKE_STAT="1",
                    FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1")

    def command(self, *args, ok=(0, 1)):
        done = subprocess.run([BINARY, "--config", self.home / "annexd.toml", *args], capture_output=True, text=True, timeout=60, env=self.environment())
        if done.returncode not in ok:
            sys.exit(f"exit {done.returncode} of {args}: {done.stdout}\n{done.stderr}")
        return done.stdout

    def start(self, text):
        self.set(text)
        self.process = subprocess.Popen([BINARY, "--config", self.home / "annexd.toml", "run"], env=self.environment(),
                                        stdout=subprocess.DEVNULL, stderr=open(self.home / "log", "a"))
        wait_for("the first pass", lambda: self.beat()["pid"] == self.process.pid and self.beat()["pass"], 40)

    def stop(self):
        self.process.terminate()
        check(self.process.wait(timeout=10) == 0, "SIGTERM ends it")

    def beat(self):
        return json.loads((self.home / "state/heartbeat").read_text())

    def day(self):
        return self.beat()["pass"]["as_of"]

    def on(self, day, seconds=45):
        wait_for(f"a pass as of {day}", lambda: self.day() == day, seconds)

    def book(self, sheet="Nhiệm vụ"):
        book = openpyxl.load_workbook(self.home / "share/_tong-hop/Tong-hop.xlsx", read_only=True)
        return list(book[sheet].iter_rows(values_only=True))

    def classes(self):
        rows = self.book()
        head = next(r for r in rows if "Mã nhiệm vụ" in r)
        at, kind = head.index("Mã nhiệm vụ"), head.index("Phân loại")
        return {r[at]: r[kind] for r in rows[rows.index(head) + 1:] if r[at]}

    def mails(self):
        return [(to[0], m["Message-ID"], m.get_body(("plain",)).get_content()) for to, m in self.inbox.mails]

    def counted(self, since=0):
        return collections.Counter(to for to, *_ in self.mails()[since:])

    def none_doubled(self, what):
        ids = collections.Counter(i for _, i, _ in self.mails())
        check(all(n == 1 for n in ids.values()), f"{what}: {len(ids)} mails in all, none twice")

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.server.stop()


shutil.rmtree(WORK, ignore_errors=True)
WORK.mkdir(parents=True)
certs = certificates(WORK / "certs")
board = Board("board")
try:
    files = prints([board.file])
    board.start("2026-11-23T09:00:00")
    wait_for("the day's mails", lambda: board.counted()["qldt@example.vn"] == 1, 30)
    check(board.day() == "2026-11-23" and board.classes()["QL1"] == "Quá hạn", "a Monday, one task late")

    # Midnight: the figures are of the new day at once, mails go at the hour, once.
    board.set("2026-11-23T23:59:40")
    time.sleep(3)
    sent = len(board.mails())
    board.set("2026-11-24T00:00:01")
    board.on("2026-11-24")
    time.sleep(2)
    check(len(board.mails()) == sent, "midnight brings the day's figures and no mail")
    board.set("2026-11-24T07:29:50")
    wait_for("the day's digest", lambda: len(board.mails()) > sent, 45)
    time.sleep(2)
    day = board.counted(sent)
    check(day["qldt@example.vn"] == 1 and max(day.values()) == 1, f"at half past seven one mail a person: {dict(day)}")
    sent = len(board.mails())
    board.set("2026-11-24T16:00:00")
    time.sleep(22)
    check(len(board.mails()) == sent, "and no second one that day")
    board.stop()

    # Off from Tuesday evening to Monday morning: Wednesday to Friday and a weekend are missed, and caught up once.
    board.start("2026-11-30T09:00:00")
    wait_for("what was missed", lambda: board.counted(sent)["qldt@example.vn"] == 1, 30)
    time.sleep(2)
    day = board.counted(sent)
    check(max(day.values()) == 1, f"five days off: one mail a person {dict(day)}")
    text = next(t for to, _, t in board.mails()[sent:] if to == "qldt@example.vn")
    check("QL2" in text, "it tells what fell due meanwhile")
    check(board.classes()["QL2"] == "Quá hạn", "and the workbook is of today")
    sent = len(board.mails())
    board.stop()
    board.start("2026-11-30T10:00:00")
    time.sleep(3)
    check(len(board.mails()) == sent, "another start that day tells nothing again")

    # A day back: no second run of a day, no second mail; the operator is told; caught up, all is well.
    board.set("2026-11-29T10:05:00")
    error = wait_for("word of the clock", lambda: board.beat()["clock_error"], 45)
    check("2026-11-29" in error["reason"] and "2026-11-30" in error["reason"], f"the heartbeat: {error['reason']}")
    annex(board.file, 33)
    wait_for("an edit meanwhile", lambda: any(33 in r for r in board.book()), 30)
    check(board.day() == "2026-11-30", "passes go on, as of the day that was")
    status = json.loads(board.command("status", "--format", "json"))
    check(not status["well"] and status["daemon"]["clock_error"]["since"], "status is not well, and says since when")
    check("clock shows 2026-11-29" in board.command("status"), "in words too")
    check(not [to for to, *_ in board.mails()[sent:] if to != "quantri@example.vn"], "a day back brings nobody a mail but the operator")
    board.set("2026-11-30T10:20:00")
    wait_for("the clock believed", lambda: board.beat()["clock_error"] is None, 45)
    check(json.loads(board.command("status", "--format", "json"))["well"], "caught up, status is well")

    # 400 days ahead, then 2036: the figures stay, mails are held, the operator hears of it.
    for shown, fresh in (("2028-01-04T10:00:00", "2026-11-30T10:30:00"), ("2036-01-02T09:00:00", "2026-11-30T10:40:00")):
        sent = len(board.mails())
        value = 41 if shown.startswith("2028") else 42
        board.set(shown)
        error = wait_for("word of the clock", lambda: board.beat()["clock_error"], 45)
        annex(board.file, value)
        wait_for("an edit meanwhile", lambda: any(value in r for r in board.book()), 30)
        check(board.day() == "2026-11-30" and board.classes()["QL4"] != "Quá hạn", f"{shown[:4]}: figures are as of the day that should be")
        check(not [to for to, *_ in board.mails()[sent:] if to != "quantri@example.vn"], "nobody but the operator is mailed")
        board.stop()
        board.start(shown)
        wait_for("word of the clock", lambda: board.beat()["clock_error"], 30)
        check(board.day() == "2026-11-30", "nor is it believed after a restart")
        board.set(fresh)
        wait_for("the clock believed", lambda: board.beat()["clock_error"] is None, 45)
        wait_for("a pass", lambda: board.beat()["state"] == "idle", 20)
        days = [r[0] for r in board.book("Xu hướng") if isinstance(r[0], datetime.datetime)]
        check(days and max(days) == datetime.datetime(2026, 11, 30), "right again: nothing is left of days that have not come")
    sent = len(board.mails())
    board.set("2026-12-01T07:29:55")
    board.on("2026-12-01")
    wait_for("the next day's mails", lambda: board.counted(sent)["quantri@example.vn"] == 1, 45)
    told = next(t for to, _, t in board.mails()[sent:] if to == "quantri@example.vn")
    check("2036" in told, "the operator's digest tells of the clock")
    board.none_doubled("after all jumps")

    # Three days at once while running (a machine that was paused): held until a person says that the clock is right.
    sent = len(board.mails())
    board.set("2026-12-04T09:00:00")
    wait_for("word of the clock", lambda: board.beat()["clock_error"], 45)
    check(board.day() == "2026-12-01", "three days at once are not believed")
    board.command("notices", "--release", ok=(0,))
    board.on("2026-12-04")
    wait_for("mails", lambda: len(board.mails()) > sent, 30)
    time.sleep(2)
    check(max(board.counted(sent).values()) == 1, f"a person says that the clock is right: one mail each {dict(board.counted(sent))}")
    check(json.loads(board.command("status", "--format", "json"))["well"], "and status is well")
    board.none_doubled("in the end")
    board.stop()

    # Off for more than a year: the first pass asks before it lets a wave go; the next start after a release believes.
    sent = len(board.mails())
    board.start("2028-02-01T09:00:00")
    wait_for("word of the clock", lambda: board.beat()["clock_error"], 30)
    time.sleep(2)
    check(len(board.mails()) == sent and board.day() == "2026-12-04", "off for a year: held, as of the last day known")
    board.command("notices", "--release", ok=(0,))
    board.on("2028-02-01")
    wait_for("mails", lambda: len(board.mails()) > sent, 30)
    time.sleep(2)
    check(max(board.counted(sent).values()) == 1, "released: one mail each")
    board.none_doubled("after a year")
    board.stop()
    left = prints([board.file])
    check(list(left) == list(files), "the annex is where it was")
finally:
    board.end()
