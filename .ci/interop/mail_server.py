"""Mail servers on loopback for the mail check: aiosmtpd with STARTTLS or TLS and AUTH, and a private exim."""
import email
import email.policy
import grp
import os
import pathlib
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "annexd", "mật khẩu thử"


def certificates(folder):
    """An authority and a certificate for localhost signed by it: rustls takes no certificate that is its own authority."""
    folder.mkdir(parents=True, exist_ok=True)
    ext = folder / "leaf.ext"
    ext.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")

    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=folder)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-subj", "/CN=annexd test authority")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "leaf.pem", "-days", "3650", "-extfile", "leaf.ext")
    return folder


class Inbox:
    """What arrived, with the outcomes a test asks for."""

    def __init__(self):
        self.mails, self.refuse, self.silent = [], set(), 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((list(envelope.rcpt_tos), message))
        if self.silent:
            # The mail is taken and the connection breaks before the answer.
            self.silent -= 1
            server.transport.close()
            return "250 never seen"
        return "250 ok"

    def ids(self):
        return [m["Message-ID"] for _, m in self.mails]


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == USER.encode() and data.password == PASSWORD.encode()
    # handled=False: otherwise aiosmtpd answers nothing to a refused login.
    return AuthResult(success=good, handled=False if not good else True)


class Encrypted(Controller):
    """One server; `mode` is starttls, tls or none."""

    def __init__(self, inbox, certs, mode, port=0):
        self.mode, self.context = mode, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certs / "leaf.pem", certs / "leaf.key")
        port = port or free_port()
        super().__init__(inbox, hostname="127.0.0.1", port=port, ssl_context=self.context if mode == "tls" else None)

    def factory(self):
        return SMTP(
            self.handler,
            hostname="test",
            tls_context=self.context if self.mode == "starttls" else None,
            require_starttls=self.mode == "starttls",
            auth_required=self.mode != "none",
            auth_require_tls=self.mode == "starttls",
            authenticator=authenticate,
        )


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


EXIM = """
primary_hostname = localhost
spool_directory = {home}/spool
log_file_path = {home}/log/%slog
pid_file_path = {home}/exim.pid
exim_user = {user}
exim_group = {group}
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
domainlist local_domains = example.vn
tls_advertise_hosts = *
tls_certificate = {certs}/leaf.pem
tls_privatekey = {certs}/leaf.key
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = rcpt
acl_smtp_data = data
never_users =
keep_environment =
begin acl
rcpt:
  deny !authenticated = *
       message = login first
  deny local_parts = gone
       message = no such user
  accept domains = +local_domains
  deny message = no relaying
data:
  accept
begin routers
inbox:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {home}/mail/all
  maildir_format
  create_directory
  delivery_date_add
  envelope_to_add
  user = {user}
  group = {group}
begin retry
* * F,2h,1m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{login}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


class Exim:
    """A private exim4 in the foreground, delivering into maildirs."""

    def __init__(self, certs):
        # Exim never delivers as root, and its user must be able to reach its folders.
        user = "Debian-exim" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        entry = pwd.getpwnam(user)
        self.home, self.port = pathlib.Path(tempfile.mkdtemp(prefix="annexd-exim-")), free_port()
        self.home.chmod(0o755)
        for sub in ("spool", "log", "mail", "certs"):
            (self.home / sub).mkdir()
        for name in ("leaf.pem", "leaf.key"):
            shutil.copy(certs / name, self.home / "certs" / name)
        if os.getuid() == 0:
            for path in (self.home, *self.home.rglob("*")):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        config = self.home / "exim.conf"
        group = grp.getgrgid(entry.pw_gid).gr_name
        config.write_text(EXIM.format(home=self.home, certs=self.home / "certs", port=self.port, user=user, group=group, login=USER, password=PASSWORD))
        config.chmod(0o644)
        self.process = subprocess.Popen(["/usr/sbin/exim4", "-C", str(config), "-bdf", "-q1m"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit("exim does not listen: " + "".join(p.read_text() for p in (self.home / "log").glob("*")))

    def mails(self):
        found = []
        for path in sorted(pathlib.Path(self.home, "mail").glob("*/new/*")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found.append((str(message["Envelope-To"]), message))
        return found

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
