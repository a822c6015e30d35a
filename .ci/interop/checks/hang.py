"""A share that does not answer: calls to it are taken by its server and left alone, so that whoever made them cannot even be killed.
The operator is told since when, nothing is taken for deleted, mails go on, SIGTERM ends the daemon in time, another one can start, and
when the share answers again everything goes on. Nothing here is skipped: without FUSE the check fails."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, WORK, check, wait_for  # noqa: E402
from scene import QUICK, Scene, edited, now, prints  # noqa: E402

check(os.path.exists("/dev/fuse") and os.getuid() == 0, "this machine has FUSE and we may mount")
WORK.mkdir(parents=True, exist_ok=True)
mount, control = WORK / "mount", WORK / "hang"
mount.mkdir()
metrics = WORK / "annexd.prom"
scene = Scene(WORK / "demo", share=mount, more=f'\n[status]\nmetrics_file = {json.dumps(str(metrics))}\n')
before, tasks, mails = prints(scene.annexes), scene.tasks(), scene.ids()
server = subprocess.Popen([sys.executable, pathlib.Path(__file__).parent.parent / "fuse_share.py", scene.disk, mount, control],
                          stderr=open(WORK / "server.log", "w"))
try:
    wait_for("the mount", lambda: (mount / ".annexd").exists(), 20)
    scene.start()
    check("polling" in scene.beat()["watching"], f"a user-space file system is polled: {scene.beat()['watching']}")
    file = scene.disk / "quy-hoach-xay-dung" / next((scene.disk / "quy-hoach-xay-dung").glob("*.xlsx")).name
    moment = now()
    file.write_bytes(edited(file, "NV7.2", "% hoàn thành", 61))
    wait_for("an edit through the mount", lambda: scene.progress("NV7.2") in (61, 0.61), 40)
    before = prints(scene.annexes)
    worker = scene.worker()

    for word in ("readdir", "getattr", ""):
        control.write_text(word)
        begun = time.monotonic()
        state = wait_for("a heartbeat that says so", lambda: scene.beat()["no_answer_since"] and scene.beat(), 40)
        check(state["state"] == "hanging", f"{word or 'every call'} hangs: the heartbeat says so after {time.monotonic() - begun:.0f} s")
        code, told = scene.status()
        check(code == 1 and told["running"] and not told["well"], "status is not well")
        text = subprocess.run([BINARY, "--config", scene.config, "status"], capture_output=True, text=True, timeout=20).stdout
        check(re.search(r"NOT WORKING: the share does not answer since 20\d\d-", text), "and says since when the share does not answer")
        check("annexd_share_available 0" in metrics.read_text(), "the metrics too")
        if word == "getattr":
            beats = []
            for _ in range(8):
                beats.append(scene.beat()["at"])
                time.sleep(1)
            check(len(set(beats)) >= 2 and max(beats) > state["at"], "the heart goes on beating")
            done = subprocess.run([BINARY, "--config", scene.config, "doctor", "--format", "json"], capture_output=True, text=True, timeout=30)
            wrong = [c for c in json.loads(done.stdout)["checks"] if c["verdict"] == "wrong"]
            check(done.returncode == 1 and any("does not answer" in c["message"] for c in wrong), "doctor says so and comes back")
        if word != "":
            control.unlink()
            wait_for("the share's return", lambda: scene.beat()["no_answer_since"] is None and scene.beat()["state"] == "idle", 60)
            check(scene.worker() == worker, "the same process goes on")

    # Ended while every call hangs: in time, and another one may start beside what the kernel still holds.
    scene.stop(what="SIGTERM ends the daemon although its share hangs")
    check(pathlib.Path(f"/proc/{worker}").exists(), "the kernel still holds the call (the share really hangs)")
    check(scene.beat()["state"] == "stopped", "the last heartbeat says that it has stopped")
    check(scene.status()[1]["running"] is False, "status says that it does not run")
    scene.start(wait=False)
    wait_for("the next daemon's heartbeat", lambda: scene.beat()["pid"] == scene.process.pid and scene.beat()["no_answer_since"], 40)
    check(scene.tasks() == tasks, "while the share hangs nothing is concluded")
    scene.stop(what="SIGTERM ends this one too")
    scene.start(wait=False)
    control.unlink()
    wait_for("the end of what the kernel held", lambda: not pathlib.Path(f"/proc/{worker}").exists(), 20)
    begun = now()
    file.write_bytes(edited(file, "NV7.2", "% hoàn thành", 62))
    before = prints(scene.annexes)
    wait_for("an edit after the share's return", lambda: scene.progress("NV7.2") in (62, 0.62), 60)
    scene.settled()
    check(scene.tasks() == tasks, "the same tasks stand")
    check(prints(scene.annexes) == before, "departments' files are untouched")
    check(all(n == 1 for n in scene.ids().values()) and not mails - scene.ids(), "no mail was doubled")
    check(scene.sound() and not [p for p in scene.book.parent.iterdir() if "sửa tay" in p.name], "the workbook is whole, and ours")
    scene.stop()
finally:
    scene.kill()
    control.unlink(missing_ok=True)
    subprocess.run(["umount", "-l", mount], check=False)
    server.terminate()
    server.wait()
    shutil.rmtree(mount, ignore_errors=True)
