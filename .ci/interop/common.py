"""What the interop checks share: running the binary, reading its JSON, waiting for something to be true."""
import json
import pathlib
import subprocess
import sys
import time

BINARY = sys.argv[1]
WORK = pathlib.Path(sys.argv[2])
# A Monday: on a rest day no mail goes out.
AS_OF = "2026-11-23"
CONFIG = "annexd.toml"
# An Office and a department, with the people who hear of them.
BOARD = """[[department]]
code = "VP"
name = "Văn phòng"
folder = "van-phong"
mail = ["vanphong@example.vn"]
office = true
[[department]]
code = "QLDT"
name = "Phòng Quản lý đầu tư"
folder = "qldt"
mail = ["qldt@example.vn"]
head = ["truongphong@example.vn"]
"""


def run(*args, ok=(0,), cwd=None, timeout=120):
    """Runs the binary and gives its standard output; another exit code than expected fails the check."""
    done = subprocess.run([BINARY, *map(str, args)], capture_output=True, text=True, cwd=cwd, timeout=timeout)
    if done.returncode not in ok:
        sys.exit(f"exit {done.returncode} of {args}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def run_json(*args, **kw):
    return json.loads(run(*args, "--format", "json", **kw))


def wait_for(what, probe, seconds=40):
    """Waits until probe() gives something true; the probe may raise while things are not there yet."""
    end = time.monotonic() + seconds
    last = None
    while time.monotonic() < end:
        try:
            found = probe()
            if found:
                return found
        except Exception as e:  # noqa: BLE001: not there yet
            last = e
        time.sleep(0.2)
    sys.exit(f"waited {seconds} s for {what}; last: {last!r}")


def rows(path, sheet, heading):
    """Rows of a published list as dictionaries; the heading row is the first that holds `heading`."""
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    names, out = None, []
    for row in book[sheet].iter_rows(values_only=True):
        if names is None:
            if heading in row:
                names = row
            continue
        if any(v is not None for v in row):
            out.append({n: v for n, v in zip(names, row) if n is not None})
    return out


def check(condition, message):
    if not condition:
        sys.exit(f"FAILED: {message}")
    print("ok:", message, flush=True)
