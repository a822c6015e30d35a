"""kill -9 at random moments of the running daemon while departments save and mails go out, a day a round. After each: departments'
files untouched, the consolidated workbook whole, nothing runs on. In the end: the last save of everybody counts, every version is in
the vault, every mail arrived once, or twice with the line that says so where the kill fell between the server's word and the record."""
import collections
import datetime
import json
import os
import pathlib
import random
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import AS_OF, WORK, check, run, wait_for  # noqa: E402
from mail_server import Encrypted, Inbox, certificates  # noqa: E402
from scene import Reader, Scene, edited, now, prints  # noqa: E402

ROUNDS, SEED = int(os.environ.get("KILL_ROUNDS", "40")), os.environ.get("KILL_SEED", "7")
draw = random.Random(SEED)
WORK.mkdir(parents=True, exist_ok=True)
inbox = Inbox()
server = Encrypted(inbox, certificates(WORK / "certs"), "none")
server.start()
scene = Scene(WORK / "demo")
text = scene.config.read_text().replace('transport = "file"\ndir = "mail"',
                                        f'transport = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nusername = ""')
scene.config.write_text(text)
tasks = scene.tasks()
file = next((scene.disk / "quy-hoach-xay-dung").glob("*.xlsx"))
day, value = datetime.date.fromisoformat(AS_OF), 55
reader = Reader(scene.book)
reader.start()
try:
    for n in range(ROUNDS):
        day += datetime.timedelta(1)
        scene.start(wait=False, day=str(day))
        if n % 2:
            time.sleep(draw.uniform(0, 1.2))
        else:
            value += 1
            file.write_bytes(edited(file, "NV7.2", "% hoàn thành", value))
            time.sleep(draw.uniform(0, 2.0))
        before = prints(scene.annexes)
        try:
            worker = scene.worker()
        except (IndexError, OSError):
            worker = None
        scene.kill()
        gone = lambda: not worker or not pathlib.Path(f"/proc/{worker}").exists() or ") Z " in pathlib.Path(f"/proc/{worker}/stat").read_text()  # noqa: E731
        wait_for("the end of what was killed", gone, 5)
        check(prints(scene.annexes) == before and scene.sound(), f"round {n}: files untouched, workbook whole")
    day += datetime.timedelta(1)
    scene.start(wait=True, day=str(day))
    wait_for("the last save", lambda: scene.progress("NV7.2") in (value, value / 100), 40)
    scene.settled()
    check(scene.tasks() == tasks, f"after {ROUNDS} kills the same tasks stand")
    scene.stop()
    reader.end()
    # What a kill left uncertain waits half an hour for its second try: the queue tells of it, nothing else waits.
    db = sqlite3.connect(scene.home / "state/annexd.db")
    check(db.execute("pragma integrity_check").fetchone()[0] == "ok", "the database is sound")
    states = collections.Counter(s for (s,) in db.execute("SELECT state FROM outbox"))
    check(set(states) <= {"sent", "uncertain"}, f"no mail is lost or stuck: {dict(states)}")
    sent = {json.loads(j)["mail"]["message_id"] for s, j in db.execute("SELECT state, json FROM outbox") if s == "sent"}
    db.close()
    counts = collections.Counter(i.strip("<>") for i in inbox.ids())
    smtp = {m for m in sent if m in counts}
    check(len(counts) > 5 and all(n <= 2 for n in counts.values()), f"{len(counts)} mails, none came more than twice")
    twice = [m for m in counts if counts[m] == 2]
    hinted = [m["Message-ID"].strip("<>") for _, m in inbox.mails if "đã nhận thư này" in m.get_body(("plain",)).get_content()]
    check(all(m in hinted for m in twice), f"those that came twice say so ({len(twice)})")
    check(len(smtp) + states["uncertain"] >= len(counts) - len(twice), "what arrived is known to have arrived, or to be uncertain")
    days = collections.Counter((to[0], m["Message-ID"]) for to, m in inbox.mails)
    check(all(n <= 2 for n in days.values()), "nobody was nagged")
    kept = [p.name for p in scene.book.parent.iterdir() if "sửa tay" in p.name]
    check(not kept, f"no own workbook was taken for a person's {kept}")
    run("--config", scene.config, "doctor", ok=(0, 1))
finally:
    scene.kill()
    server.stop()
