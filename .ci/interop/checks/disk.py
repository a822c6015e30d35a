"""Disks that are full, over a quota or read-only under the running daemon: the output folder, then the state. What people open stays whole, the
operator is told since when and until when, nothing of ours is left over, and when there is room again everything goes on by itself."""
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import WORK, check, wait_for  # noqa: E402
from scene import Reader, Scene, edited, prints  # noqa: E402

check(os.getuid() == 0, "we may mount")
WORK.mkdir(parents=True, exist_ok=True)
scene = Scene(WORK / "demo", more="\n[publish]\nretry_s = 2\n")
# The state moves onto a disk of its own, and so does the output folder; both small.
output, state = scene.book.parent, scene.home / "state"
mounts = []


def small(folder, kib):
    """Puts a small file system in a folder's place, with what was in it."""
    aside = folder.with_name(folder.name + ".aside")
    shutil.copytree(folder, aside)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k,mode=2775", "none", folder], check=True)
    mounts.append(folder)
    shutil.copytree(aside, folder, dirs_exist_ok=True)
    shutil.rmtree(aside)


def quota(folder):
    """Puts a file system with a quota in a folder's place, with what was in it: btrfs keeps one in every kernel that has it."""
    aside, image = folder.with_name(folder.name + ".aside"), WORK / "quota.img"
    shutil.copytree(folder, aside)
    with open(image, "wb") as f:
        f.truncate(160 << 20)
    subprocess.run(["mkfs.btrfs", "-q", "-M", image], check=True, capture_output=True)
    top = WORK / "top"
    top.mkdir()
    if subprocess.run(["mount", "-o", "loop", image, top], capture_output=True).returncode:
        shutil.rmtree(aside)
        print("ok: this kernel has no btrfs; EDQUOT is injected elsewhere (crash)", flush=True)
        return False
    mounts.append(top)
    for command in (["quota", "enable", top], ["subvolume", "create", top / "out"], ["qgroup", "limit", "400K", top / "out"]):
        subprocess.run(["btrfs", *command], check=True, capture_output=True)
    subprocess.run(["mount", "--bind", top / "out", folder], check=True)
    mounts.append(folder)
    shutil.copytree(aside, folder, dirs_exist_ok=True)
    shutil.rmtree(aside)
    return True


def fill(folder):
    with open(folder / "day.bin", "wb", buffering=0) as f:
        try:
            while True:
                f.write(b"\0" * 4096)
        except OSError:
            pass


def remount(folder, how):
    # While a file is open for writing the kernel refuses.
    done = lambda: subprocess.run(["mount", "-o", f"remount,{how}", folder], capture_output=True).returncode == 0  # noqa: E731
    wait_for(f"a remount as {how}", done, 10)


file = next((scene.disk / "quy-hoach-xay-dung").glob("*.xlsx"))
value = 55


def edit():
    global value
    value += 1
    file.write_bytes(edited(file, "NV7.2", "% hoàn thành", value))


def shown():
    return scene.progress("NV7.2") in (value, value / 100)


def disturbed(what, spoil, mend):
    """A disk that says no, from the operator's word of it to the publication by itself."""
    global lines
    published = scene.book.read_bytes()
    lines += 2
    spoil()
    edit()
    failing = wait_for("word of it", lambda: scene.beat()["failure"] and scene.beat(), 40)
    check(failing["failure"]["since"] and failing["failure"]["next_try"], f"output {what}: {failing['failure']['reason']}, since when, until when")
    time.sleep(5)
    check(scene.beat()["failure"]["since"] == failing["failure"]["since"], "the same trouble has one beginning")
    check(scene.status()[0] == 1, "status is not well")
    check(scene.book.read_bytes() == published, "what people open is as it was")
    check(sum("cannot be written" in line and "ERROR" in line for line in open(scene.log)) <= lines, "a trouble that stays is one line of the log")
    mend()
    wait_for("the publication by itself", shown, 40)
    check(not scene.own_leftovers(), f"output no longer {what}: published, nothing of ours left over")
    wait_for("a well status", lambda: scene.status()[0] == 0, 40)
    return failing["failure"]["reason"]


lines = 0
try:
    small(state, 4096)
    if quota(output):
        scene.start()
        reason = disturbed("over its quota", lambda: fill(output), lambda: (output / "day.bin").unlink())
        check("uota" in reason, "the operator hears that it is the quota")
        scene.stop()
        kept = output.with_name(output.name + ".kept")
        shutil.copytree(output, kept)
        for folder in (output, mounts[-2]):
            subprocess.run(["umount", folder], check=True)
            mounts.remove(folder)
        shutil.copytree(kept, output, dirs_exist_ok=True)
        shutil.rmtree(kept)
    small(output, 400)
    scene.start()
    tasks, others = scene.tasks(), prints(p for p in scene.annexes if p != file)
    reader = Reader(scene.book)
    reader.start()
    disturbed("full", lambda: fill(output), lambda: (output / "day.bin").unlink())
    disturbed("read-only", lambda: remount(output, "ro"), lambda: remount(output, "rw"))
    # The state's disk: no pass is committed, so nobody is told anything; then all of it goes on.
    mails = scene.ids()
    fill(state)
    for _ in range(3):
        edit()
        time.sleep(2)
    wait_for("word of it", lambda: "ERROR" in scene.log.read_text().split("read-only")[-1], 40)
    check(scene.process.poll() is None and scene.worker(), "state full: the daemon lives")
    (state / "day.bin").unlink()
    wait_for("the pass by itself", shown, 60)
    scene.settled()
    check(scene.tasks() == tasks and scene.status()[0] == 0, "and goes on when there is room")
    reader.end()
    check(all(n == 1 for n in scene.ids().values()) and not mails - scene.ids(), "no mail was doubled")
    check(prints(p for p in scene.annexes if p != file) == others, "departments' files are untouched")
    check(not [p for p in output.iterdir() if "sửa tay" in p.name or "mới" in p.name], "our own workbook was taken for nobody else's")
    scene.stop()
finally:
    scene.kill()
    for folder in reversed(mounts):
        subprocess.run(["umount", "-l", folder], check=False)
