"""Mail with real servers: STARTTLS and TLS with login, refused logins and addresses, a server away for a day, a lost answer, and exim."""
import datetime
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from common import BINARY, BOARD, WORK, check, wait_for  # noqa: E402
from mail_server import PASSWORD, Encrypted, Exim, Inbox, certificates, free_port  # noqa: E402

import openpyxl  # noqa: E402

DAY = "2026-11-25"  # a Wednesday
PEOPLE = {"qldt@example.vn", "truongphong@example.vn", "vanphong@example.vn", "ptb@example.vn"}
CONFIG = BOARD + """[[leader]]
name = "Phó Trưởng ban"
mail = ["ptb@example.vn"]
departments = ["QLDT"]
[mail]
transport = "smtp"
host = "localhost"
port = {port}
security = "{security}"
username = "{user}"
password_file = "password"
ca_file = "{ca}"
timeout_s = 5
"""


def workbook(path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["BIỂU NHIỆM VỤ NĂM 2026"])
    sheet.append(["STT", "Mã nhiệm vụ", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn hoàn thành", "Tình trạng", "Lý do chậm"])
    unit = "Văn phòng" if "van-phong" in str(path) else "Phòng Quản lý đầu tư"
    due = "31/12/2026" if "van-phong" in str(path) else "10/11/2026"
    sheet.append([1, unit[:2] + "1", f"Nhiệm vụ thử của {unit}", unit, due, "Đang thực hiện", "Chờ thẩm định"])
    book.save(path)


def place(name, port, security, ca, user="annexd", password=PASSWORD):
    """A share with one late task, and its config."""
    home = WORK / name
    for folder in ("van-phong", "qldt"):
        (home / "share" / folder).mkdir(parents=True)
        workbook(home / "share" / folder / "bieu.xlsx")
    (home / "share/.annexd").touch()
    settings(home, port, security, ca, user, password)
    return home


def settings(home, port, security, ca, user="annexd", password=PASSWORD):
    (home / "annexd.toml").write_text(CONFIG.format(port=port, security=security, ca=ca, user=user))
    secret = home / "password"
    secret.write_text(password + "\n")
    secret.chmod(0o600)


def once(home, ok, day=DAY, fake=None):
    command = [BINARY, "--config", str(home / "annexd.toml"), "once", "--as-of", day, "--format", "json"]
    if fake:
        command = ["faketime", "-f", fake, *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != ok:
        sys.exit(f"exit {done.returncode}, not {ok}: {done.stdout}\n{done.stderr}")
    if PASSWORD in done.stdout + done.stderr:
        sys.exit("the password was printed")
    return json.loads(done.stdout)["notices"]


certs = certificates(WORK / "certs")
ca = certs / "ca.pem"

for mode in ("starttls", "tls"):
    inbox = Inbox()
    server = Encrypted(inbox, certs, mode)
    server.start()
    home = place(mode, server.port, mode, ca)
    first = once(home, 0)
    check({r for to, _ in inbox.mails for r in to} == PEOPLE, f"{mode}: everybody concerned has one mail")
    check(first["sent"] == len(inbox.mails) == len(PEOPLE), f"{mode}: as many as counted")
    check(all(len(to) == 1 for to, _ in inbox.mails), f"{mode}: one recipient a mail")
    again = once(home, 0)
    check(again["queued"] == again["sent"] == 0 and len(inbox.mails) == len(PEOPLE), f"{mode}: a second run on the day sends nothing")
    for _, mail in inbox.mails:
        check(
            mail["Auto-Submitted"] == "auto-generated" and mail["List-Id"] and mail["Date"] and mail.get_body(("plain",)) and mail.get_body(("html",)),
            f"{mode}: {mail['Subject']} is a whole mail",
        )
    server.stop()

inbox = Inbox()
server = Encrypted(inbox, certs, "starttls")
server.start()
home = place("login", server.port, "starttls", ca, password="wrong")
waiting = once(home, 75)
check(waiting["waiting"] == len(PEOPLE) and not inbox.mails, "a refused login keeps the queue")
settings(home, server.port, "starttls", "")
once(home, 75)
check(not inbox.mails, "a certificate of an unknown authority is not trusted")
settings(home, server.port, "starttls", ca)
sent = once(home, 0)
check(sent["sent"] == len(PEOPLE) and len(set(inbox.ids())) == len(inbox.mails) == len(PEOPLE), "mended, everything goes once")

inbox.mails.clear()
inbox.refuse = {"ptb@example.vn"}
home = place("refused", server.port, "starttls", ca)
refused = once(home, 0)
check(refused["failed"] == 1 and refused["sent"] == len(PEOPLE) - 1, "a refused address stops nobody else")
inbox.refuse = set()
inbox.mails.clear()
once(home, 0, "2026-11-26")
office = [m for to, m in inbox.mails if to == ["vanphong@example.vn"]]
check(office and "ptb@example.vn" in office[0].get_body(("plain",)).get_content(), "the Office hears of the refused address")

inbox.mails.clear()
inbox.silent = 1
home = place("silent", server.port, "starttls", ca)
lost = once(home, 75)
check(lost["waiting"] == 1, "a lost answer leaves one mail uncertain")
once(home, 75)
check(len(inbox.mails) == len(PEOPLE), "it is not repeated at once")
server.stop()

port = free_port()
home = place("away", port, "starttls", ca)
for _ in range(3):
    away = once(home, 75)
check(away["waiting"] == len(PEOPLE), "a server that is away loses nothing")
inbox = Inbox()
server = Encrypted(inbox, certs, "starttls", port)
server.start()
once(home, 0)
check(sorted(set(inbox.ids())) == sorted(inbox.ids()) and len(inbox.mails) == len(PEOPLE), "and doubles nothing when it is back")
server.stop()

# A month of days: who hears when, at most one mail a person a day, none on a rest day; the server is away on two of them.
inbox = Inbox()
server = Encrypted(inbox, certs, "starttls")
port = server.port
server.start()
home = place("month", port, "starttls", ca)
heard = {}
first = datetime.date(2026, 11, 9)
for day in (first + datetime.timedelta(n) for n in range(30)):
    if day == datetime.date(2026, 11, 26):
        server.stop()
    if day == datetime.date(2026, 11, 28):
        server = Encrypted(inbox, certs, "starttls", port)
        server.start()
    inbox.mails.clear()
    waits = datetime.date(2026, 11, 26) <= day < datetime.date(2026, 11, 30)
    once(home, 75 if waits else 0, str(day))
    for to, _ in inbox.mails:
        heard.setdefault(to[0], []).append(f"{day:%d/%m}")
mondays = ["16/11", "23/11", "30/11", "07/12"]
wanted = {
    # Due on 10/11: one working day before, then 1, 3, 7 and every 5 after; the mail of the 26th waits for the Monday.
    "qldt@example.vn": ["09/11", "11/11", "13/11", "19/11", "30/11", "03/12"],
    "truongphong@example.vn": ["13/11", *mondays],
    "ptb@example.vn": ["09/11", "16/11", "19/11", *mondays[1:]],
    "vanphong@example.vn": ["09/11", "16/11", "19/11", *mondays[1:]],
}
check(heard == wanted, "a month of days: everybody hears on their days and on no other" if heard == wanted else f"{heard}")
server.stop()

exim = Exim(certs)
home = place("exim-share", exim.port, "starttls", ca)
once(home, 0)
got = wait_for("exim's delivery", lambda: len(exim.mails()) == len(PEOPLE) and exim.mails())
check({who for who, _ in got} == PEOPLE, "exim delivers every mail to its maildir")
check(all("Kính gửi" in m.get_body(("plain",)).get_content() for _, m in got), "and it reads as it was written")
exim.stop()
