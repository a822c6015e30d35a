"""A real Samba server. First annexd on the server's own disk: people save as Excel does through SMB, hold the consolidated workbook
open, and read it. Then annexd as a client of that server: kernels of test machines often have no cifs (the one this was written on
has not), so the share is mounted in user space by a program that speaks SMB2 to the same server, with its share modes; what the
kernel's own client would add (leases, deferred writes) is not tried here."""
import grp
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, WORK, check, run_json, wait_for  # noqa: E402
from scene import Reader, Scene, edited, now, prints  # noqa: E402
from smb_lab import PASSWORD, USER, Client, Samba  # noqa: E402

WORK.mkdir(parents=True, exist_ok=True)
person = pwd.getpwnam(USER)
FILE = "quy-hoach-xay-dung"


def for_people(scene):
    """As an administrator sets a share up: departments' files are theirs, output is of the common group."""
    for path in (scene.disk, *scene.disk.rglob("*")):
        ours = path.name.startswith("_") or path.parent.name.startswith("_")
        os.chown(path, 0 if ours else person.pw_uid, person.pw_gid)
        path.chmod(0o2775 if path.is_dir() else 0o664)


def history(scene):
    """Accepted changes of the task so far."""
    return len([e for e in run_json("--config", scene.config, "history", "NV7.2")["events"] if e["what"] == "accepted"])


def reach(path):
    """Every folder above may be entered: the person's account is not ours."""
    for folder in path.resolve().parents:
        if folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(folder.stat().st_mode | 0o055)


scene = Scene(WORK / "disk")
for_people(scene)
reach(scene.disk)
samba = Samba(scene.disk)
try:
    scene.start()
    check(scene.beat()["watching"] == "events", "on the server's own disk events are heard")
    name = f"{FILE}/{next((scene.disk / FILE).glob('*.xlsx')).name}"
    file, tasks = scene.disk / name, scene.tasks()
    others = prints(p for p in scene.annexes if p != file)
    client = Client(samba.port)

    # Saved three times through SMB: three versions, no word of a deletion, whatever the name was away in between.
    before, mails = history(scene), scene.ids()
    client.save(name, [edited(file, "NV7.2", "% hoàn thành", n) for n in (56, 57, 58)], gap=0.4, pause=1.5)
    wait_for("the last save", lambda: scene.progress("NV7.2") in (58, 0.58), 30)
    state = scene.settled()
    check(history(scene) - before == 3, f"three saves of Excel through SMB are three versions ({history(scene) - before})")
    check(not [t for t in state["troubles"] if t["kind"] in ("doubted", "unsettled")], "nobody takes a save for a deletion")
    check(scene.tasks() == tasks, "the same tasks stand")
    stamp = scene.book.stat().st_mtime_ns
    client.save(name, [])
    scene.settled()
    check(scene.book.stat().st_mtime_ns == stamp and history(scene) - before == 3, "opened and closed without a change: nothing happens")
    # A save that dies while the name is away: its file is named, nothing is given up.
    whole = file.read_bytes()
    handle = client.open(f"{FILE}/7BD1C0FF", 0x40000000, 0, 2)
    for at in range(0, len(whole), 1 << 15):
        handle.write(whole[at:at + (1 << 15)], at)
    handle.close()
    client.rename(name, f"{FILE}/5F4A2C3E.tmp")
    client.delete(f"{FILE}/5F4A2C3E.tmp")
    wait_for("the interrupted save to be named", lambda: [t for t in scene.beat()["troubles"] if t["file"] == f"{FILE}/7BD1C0FF"], 40)
    time.sleep(5)
    check(scene.tasks() == tasks, "an interrupted save takes no task away")
    client.rename(f"{FILE}/7BD1C0FF", name)
    scene.settled()
    check(scene.tasks() == tasks and not scene.beat()["troubles"], "renamed back, everything is as before")

    # The consolidated workbook held open by people: each update is there at once, whole, and can be opened through SMB.
    reader = Reader(scene.book)
    reader.start()
    value = 58
    for how in ("excel", "viewer", "alone"):
        held = client.hold("_tong-hop/Tong-hop.xlsx", how)
        size = held.end_of_file
        head = held.read(0, 64)
        value += 1
        client.save(name, [edited(file, "NV7.2", "% hoàn thành", value)])
        wait_for(f"the update while {how} holds the workbook", lambda: scene.progress("NV7.2") in (value, value / 100), 30)
        check(held.read(0, 64) == head and held.end_of_file == size, f"held by {how}: replaced on disk, the holder's bytes stay")
        held.close()
    for _ in range(10):
        value += 1
        moment = now()
        file.write_bytes(edited(file, "NV7.2", "% hoàn thành", value))
        wait_for("a publication", lambda: scene.progress("NV7.2") in (value, value / 100), 30)
    reader.end()
    mode, group = scene.book.stat().st_mode & 0o7777, scene.book.stat().st_gid
    check(mode == 0o664 and group == person.pw_gid, f"after ten publications people keep their access ({mode:o}, {grp.getgrgid(group).gr_name})")
    check(client.read("_tong-hop/Tong-hop.xlsx") == scene.book.read_bytes(), "and read it through SMB")
    client.close()
    scene.stop()
    check(prints(p for p in scene.annexes if p != file) == others, "other departments' files are untouched to the last bit")
    check(all(n == 1 for n in scene.ids().values()) and not mails - scene.ids(), "no mail was doubled")
    check(not scene.own_leftovers(), "nothing of ours is left over")
finally:
    scene.kill()
    samba.stop()

# annexd as a client of the server.
mount = WORK / "mount"
mount.mkdir()
scene = Scene(WORK / "client", share=mount)
for_people(scene)
for path in [scene.disk, *scene.disk.rglob("*")]:
    os.chown(path, person.pw_uid, person.pw_gid)
reach(scene.disk)
samba = Samba(scene.disk)
here = pathlib.Path(__file__).parent.parent
server = subprocess.Popen([sys.executable, here / "fuse_smb.py", str(samba.port), USER, PASSWORD, mount], stderr=open(WORK / "mount.log", "w"))
try:
    wait_for("the mount", lambda: (mount / ".annexd").exists(), 20)
    scene.start()
    check("polling" in scene.beat()["watching"], "a mounted share is polled")
    file, tasks, mails = scene.disk / name, scene.tasks(), scene.ids()
    client = Client(samba.port)
    client.save(name, [edited(file, "NV7.2", "% hoàn thành", n) for n in (56, 57)], gap=0.3)
    wait_for("the save", lambda: scene.progress("NV7.2") in (57, 0.57), 40)
    print("ok: another client's save is found by polling", flush=True)
    published = scene.book.read_bytes()

    # Held for itself alone by another program: the fresh workbook stands beside it and takes its place later.
    held = client.hold("_tong-hop/Tong-hop.xlsx", "alone")
    client.save(name, [edited(file, "NV7.2", "% hoàn thành", 58)])
    state = wait_for("word of it", lambda: [t for t in scene.beat()["troubles"] if t["kind"] == "beside"] and scene.beat(), 40)
    beside = [p for p in scene.book.parent.glob("Tong-hop (*.xlsx")]
    check(len(beside) == 1, f"a fresh workbook stands beside the held one: {[p.name for p in beside]}")
    check(scene.book.read_bytes() == published, "the held one is as it was")
    check(("NV7.2", "0.58") in scene.rows("Tiến độ (%)", book=beside[0]) or ("NV7.2", "58") in scene.rows("Tiến độ (%)", book=beside[0]), "it has the news")
    held.close()
    wait_for("the update after the release", lambda: scene.progress("NV7.2") in (58, 0.58), 60)
    wait_for("the alternate to be tidied", lambda: not list(scene.book.parent.glob("Tong-hop (*.xlsx")), 60)
    print("ok: released, it is replaced and the alternate is gone", flush=True)

    # The server dies: nothing is deleted; it comes back: the next save is seen.
    client.close()
    published, moment = scene.book.read_bytes(), now()
    samba.kill()
    wait_for("word of it", lambda: scene.beat()["state"] in ("share-away", "hanging", "failing") or scene.beat()["failure"], 60)
    time.sleep(8)
    check(scene.book.read_bytes() == published, f"the server is gone: nothing is concluded ({scene.beat()['state']})")
    check(scene.status()[0] == 1, "and status is not well")
    samba.start()
    wait_for("the server's return", lambda: scene.passed_after(moment) and not scene.beat()["failure"], 90)
    client = Client(samba.port)
    client.save(name, [edited(file, "NV7.2", "% hoàn thành", 59)])
    wait_for("a save after the return", lambda: scene.progress("NV7.2") in (59, 0.59), 60)
    check(scene.tasks() == tasks, "the same tasks stand")
    client.close()
    scene.stop()
    check(all(n == 1 for n in scene.ids().values()) and not mails - scene.ids(), "no mail was doubled")
finally:
    scene.kill()
    subprocess.run(["umount", "-l", mount], check=False)
    server.terminate()
    server.wait()
    samba.stop()
    shutil.rmtree(mount, ignore_errors=True)
