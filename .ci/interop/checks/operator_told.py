"""What the operator is told while the daemon runs: each thing that is refused, held back or tried again stands in `status`, in JSON and in
words, with its file, the reason, since when and (where there is one) the next try; it goes when it is mended, and `status` is well again."""
import email
import email.policy
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, WORK, check, run, wait_for  # noqa: E402
from mail_server import Encrypted, Inbox, certificates, free_port  # noqa: E402
from scene import Scene, prints  # noqa: E402

import openpyxl  # noqa: E402

shutil.rmtree(WORK, ignore_errors=True)
WORK.mkdir(parents=True)
scene = Scene(WORK / "demo", more="\n[publish]\nretry_s = 2\n")
scene.config.write_text(scene.config.read_text().replace("[mail]\n", '[mail]\noperator = ["quantri@example.vn"]\n', 1))
good = scene.config.read_text()
check("quantri@" in good, "an operator has an address")


def words():
    return subprocess.run([BINARY, "--config", scene.config, "status"], capture_output=True, text=True, timeout=20).stdout


def well(what):
    wait_for(f"a well status after {what}", lambda: scene.status()[0] == 0 and not trouble(), 40)
    check("to be looked at" not in words() and "NOT WORKING" not in words(), f"{what}: mended, nothing is left of it")


def trouble(kind=None, file=""):
    standing = scene.status()[1]["daemon"]["troubles"]
    return [t for t in standing if t["kind"] == (kind or t["kind"]) and file in t["file"] and (kind or t not in usual)]


def told(kind, file, what, retried=True):
    """Waits for a trouble; it must say since when and until when, and in words too."""
    found = wait_for(f"{kind} of {file}", lambda: trouble(kind, file), 40)[0]
    check(found["reason"] and found["since"] and (found["next_try"] or not retried), f"{what}: {kind}, {found['reason']}")
    line = next((l for l in words().splitlines() if kind in l and file in l), "")
    check("since 20" in line and ("next try" in line or not retried), "in words, too")
    return found


def failing(what):
    found = wait_for("word of it", lambda: scene.beat()["failure"], 40)
    code, state = scene.status()
    check(code == 1 and not state["well"] and found["since"] and found["next_try"], f"{what}: {found['reason']}")
    check("NOT WORKING: " in words() and "next try" in words(), "in words, too")
    return found


def recovered(what):
    wait_for(f"recovery from {what}", lambda: scene.beat()["failure"] is None and scene.beat()["state"] == "idle", 40)
    well(what)


def held_book(folder):
    """A folder of that name, with something in it, stands where a workbook is to be written."""
    folder.unlink()
    folder.mkdir()
    (folder / "x").write_text("x")


usual = []
try:
    scene.start()
    usual = scene.status()[1]["daemon"]["troubles"]
    check(scene.status()[0] == 0, f"at the beginning all is well ({len(usual)} things of the demonstration)")
    tasks, before = scene.tasks(), prints(scene.annexes)

    # Settings that are wrong.
    scene.config.write_text(good.replace("[notices]", "[notices]\nsend_at = \"halb acht\"", 1) if "[notices]" in good else good + "\n[notices]\nsend_at = \"halb acht\"\n")
    scene.process.send_signal(signal.SIGHUP)
    beat = wait_for("word of the settings", lambda: scene.beat()["config_error"] and scene.beat(), 20)
    check("send_at" in beat["config_error"] and beat["config_error_since"], f"wrong settings: {beat['config_error'][:80]}, since when")
    code, state = scene.status()
    check(code == 1 and state["running"] and not state["well"], "the daemon goes on with the old ones, and status is not well")
    check(any("send_at" in p["message"] or "send_at" in str(p) for p in state["settings_wrong"]), "with the line to mend")
    scene.config.write_text(good)
    scene.process.send_signal(signal.SIGHUP)
    wait_for("the new settings", lambda: scene.beat()["config_error"] is None, 20)
    well("wrong settings")

    # The share is away.
    marker = scene.disk / ".annexd"
    kept = marker.read_bytes()
    marker.unlink()
    check("annexd" in failing("the share away")["reason"], "it names the marker")
    check(scene.beat()["state"] == "share-away", "and is called so")
    marker.write_bytes(kept)
    recovered("the share away")

    # Many annexes go at once.
    away = WORK / "away"
    away.mkdir()
    for n, path in enumerate(scene.annexes):
        path.rename(away / f"{n}")
    relative = str(scene.annexes[0].relative_to(scene.disk))
    told("doubted", relative, "all annexes gone")
    wait_for("all of them", lambda: len(trouble("doubted")) == len(scene.annexes), 40)
    time.sleep(5)
    check(scene.tasks() == tasks and len(trouble("doubted")) == len(scene.annexes), "nothing is believed to be deleted")
    wait_for("word of the wave", lambda: any("within a day" in text for _, text in scene.status()[1]["alarms"]), 20)
    for n, path in enumerate(scene.annexes):
        (away / f"{n}").rename(path)
    well("annexes gone")
    check(prints(scene.annexes).keys() == before.keys() and scene.tasks() == tasks, "and the same tasks stand")

    # A broken workbook, then one that grows for ever.
    file = scene.annexes[0]
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    os.utime(file, (time.time() - 9000, time.time() - 9000))
    found = wait_for("word of the file", lambda: trouble("unreadable", relative) or trouble("unsettled", relative), 40)[0]
    told(found["kind"], relative, "half a workbook", retried=found["kind"] == "unsettled")
    check(scene.tasks() == tasks, "its tasks stand as accepted")
    file.write_bytes(data)
    well("half a workbook")

    # Publications that cannot be written.
    answer = next((scene.disk / "_phan-hoi").glob("*.xlsx"))
    kept = answer.read_bytes()
    held_book(answer)
    file.write_bytes(data)
    told("not-written", answer.name, "a folder where feedback belongs")
    shutil.rmtree(answer)
    wait_for("the feedback", lambda: answer.is_file() and answer.read_bytes() == kept, 40)
    well("feedback that cannot be written")
    kept = scene.book.read_bytes()
    held_book(scene.book)
    failing("a folder where the consolidated workbook belongs")
    shutil.rmtree(scene.book)
    recovered("a blocked workbook")
    check(scene.sound(), "it is whole")

    # Somebody edits the published workbook.
    book = openpyxl.load_workbook(scene.book)
    book.worksheets[0]["A1"] = "sửa tay"
    book.save(scene.book)
    file.write_bytes(data)
    told("kept-copy", "sửa tay", "a hand edit", retried=False)

    # A restart does not forget since when something stands.
    page = file.with_name("Trang web.xlsx")
    page.write_bytes(b"<html><body>bieu nhiem vu</body></html>" * 100)
    since = wait_for("word of the file", lambda: trouble("unreadable", page.name), 40)[0]["since"]
    scene.stop()
    time.sleep(1.2)
    scene.start()
    again = wait_for("word of the file", lambda: trouble("unreadable", page.name), 40)[0]["since"]
    check(again == since, "after a restart the same trouble stands since the same moment")
    page.unlink()
    wait_for("the file gone", lambda: not trouble(file=page.name), 40)
    scene.stop()

    # A database that was damaged while it was off.
    state = scene.home / "state/annexd.db"
    raw = bytearray(state.read_bytes())
    raw[:4096] = os.urandom(4096)
    state.write_bytes(raw)
    for extra in ("annexd.db-wal", "annexd.db-shm"):
        (scene.home / "state" / extra).unlink(missing_ok=True)
    scene.start()
    _, told_state = scene.status()
    check("damaged" in told_state["mails_held_because"], f"a damaged database: {told_state['mails_held_because']}")
    check(any("damaged" in text for _, text in told_state["alarms"]), "an alarm tells of it")
    check("new mails are held: " in words() and "notices --release" in words(), "and in words what to do")
    check(scene.tasks() == tasks, "the same tasks stand")
    mails = lambda: [m for p in (scene.home / "mail").glob("*.eml") if (m := email.message_from_bytes(p.read_bytes(), policy=email.policy.default))]  # noqa: E731
    alarm = lambda: [m for m in mails() if m["To"] == "quantri@example.vn" and "damaged" in m.get_body(("plain",)).get_content()]  # noqa: E731
    # One digest a day: where the operator had one already, it comes the next day, while all others' mails wait.
    scene.stop()
    scene.start(day="2026-11-24")
    wait_for("the operator's mail", alarm, 40)
    others = {m["state"] for m in scene.status()[1]["outbox"] if m["to"] != "quantri@example.vn"}
    check(len(alarm()) == 1 and others <= {"held"}, "the operator is mailed, the others' mails are held")
    run("--config", scene.config, "notices", "--release")
    wait_for("mails free", lambda: scene.status()[1]["mails_held_because"] is None, 30)
    check("new mails are held" not in words(), "released, nothing is held")
    scene.stop()
finally:
    scene.kill()

# Mails: a server away, and a sudden wave, each in a daemon of its own day.
HEAD = ["STT", "Mã nhiệm vụ", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn hoàn thành", "Tình trạng", "Tiến độ (%)", "Lý do chậm"]
UNITS = [f"P{n}" for n in range(1, 9)]
home, port, inbox = WORK / "wave", free_port(), Inbox()
for n, unit in enumerate(UNITS):
    path = home / f"share/{unit.lower()}/bieu.xlsx"
    path.parent.mkdir(parents=True)
    sheet = openpyxl.Workbook()
    sheet.active.append(["BIỂU NHIỆM VỤ NĂM 2026"])
    sheet.active.append(HEAD)
    due = "20/11/2026" if n == 0 else "25/11/2026"
    sheet.active.append([1, f"{unit}A", f"Nhiệm vụ thử {unit}", f"Phòng {unit}", due, "Đang thực hiện", 20, "Chờ thẩm định"])
    sheet.save(path)
(home / "share/.annexd").touch()
roster = "".join(f'[[department]]\ncode = "{u}"\nname = "Phòng {u}"\nfolder = "{u.lower()}"\nmail = ["{u.lower()}@example.vn"]\n' for u in UNITS)
(home / "annexd.toml").write_text(f"""share = "share"
state_dir = "state"
{roster}[watch]
settle_ms = 200
rescan_s = 3
[notices]
due_soon_days = [1]
fuse_mails = 3
[mail]
transport = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
username = ""
retry_s = [3, 3, 3, 3]
operator = ["quantri@example.vn"]
""")


class Wave(Scene):
    def __init__(self):
        self.home, self.config, self.heartbeat = home, home / "annexd.toml", home / "state/heartbeat"


scene, server = Wave(), None
try:
    scene.start(day="2026-11-23")
    state = wait_for("word of the mail server", lambda: scene.beat()["mail_error"] and scene.status()[1], 30)
    waiting = state["outbox"]
    check(waiting and all(m["next_try"] and m["queued"] and m["last_error"] for m in waiting[:1]), f"no mail server: {state['daemon']['mail_error'][:80]}")
    check("mails cannot be handed over: " in words() and "waiting" in words(), "in words, too")
    server = Encrypted(inbox, certificates(WORK / "certs"), "none", port)
    server.start()
    wait_for("the mails", lambda: inbox.mails and scene.beat()["mail_error"] is None and not scene.status()[1]["outbox"], 40)
    check(scene.status()[0] == 0, "the server is back: mails went, all is well")
    scene.stop()
    sent = len(inbox.mails)
    scene.start(day="2026-11-26")
    found = wait_for("word of the fuse", lambda: [t for t in scene.status()[1]["daemon"]["troubles"] if t["kind"] == "mails-held"], 40)[0]
    check(found["since"] and "notices --release" in found["reason"], f"a wave: {found['reason']}")
    line = next(l for l in words().splitlines() if "mails-held" in l)
    check("since 20" in line, "in words, too")
    wait_for("the operator's mail", lambda: len(inbox.mails) > sent, 30)
    check({to[0] for to, _ in inbox.mails[sent:]} == {"quantri@example.vn"}, "the operator alone is mailed")
    run("--config", scene.config, "notices", "--release")
    wait_for("the wave", lambda: len({to[0] for to, _ in inbox.mails[sent:]}) > len(UNITS) - 2, 40)
    wait_for("nothing held", lambda: not scene.status()[1]["daemon"]["troubles"], 20)
    ids = inbox.ids()
    check(len(ids) == len(set(ids)), f"released: {len(ids)} mails in all, none twice")
    scene.stop()
finally:
    scene.kill()
    if server:
        server.stop()
