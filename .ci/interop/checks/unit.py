"""The systemd unit: hardened to an exposure of at most 1.5, and nothing in it that systemd does not understand."""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import check  # noqa: E402

UNIT = pathlib.Path(__file__).parents[3] / "deploy/annexd.service"
told = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", UNIT], capture_output=True, text=True)
found = re.search(r"exposure level for annexd\.service: ([0-9.]+)", told.stdout)
check(found and float(found[1]) <= 1.5, f"exposure level {found and found[1]} {told.stderr}")
said = subprocess.run(["systemd-analyze", "verify", UNIT], capture_output=True, text=True).stderr
# The binary and its manual are not installed here, and older systemds lack notify-reload.
expected = ("is not executable", "man annexd", "notify-reload", "Failed to open /dev/tty")
wrong = [line for line in said.splitlines() if "annexd" in line and not any(e in line for e in expected)]
check(not wrong, f"systemd understands every line {wrong}")
