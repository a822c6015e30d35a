"""A private Samba server on loopback, and a client with share modes that saves as Excel does and holds files as Excel does."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid

from smbprotocol.connection import Connection
from smbprotocol.file_info import FileDispositionInformation, FileRenameInformation, InfoType
from smbprotocol.open import (CreateDisposition, CreateOptions, FileAttributes, FilePipePrinterAccessMask, ImpersonationLevel, Open,
                              ShareAccess, SMB2SetInfoRequest)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

# An account that every system has; its password is of this server only.
USER, PASSWORD = "nobody", "mat-khau-thu-1"
CONFIG = """
[global]
server role = standalone server
interfaces = lo
bind interfaces only = yes
smb ports = {port}
pid directory = {home}/run
state directory = {home}/state
cache directory = {home}/cache
lock directory = {home}/lock
private dir = {home}/private
ncalrpc dir = {home}/run/ncalrpc
log file = {home}/log/%m.log
load printers = no
disable spoolss = yes
kernel oplocks = yes
[share]
path = {share}
read only = no
valid users = {user}
acl allow execute always = yes
create mask = 0664
directory mask = 2775
"""


class Samba:
    def __init__(self, share):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="annexd-smbd-"))
        # Its processes serve as the person and must find each other: closed to them, every lock of another counts as a dead man's.
        self.home.chmod(0o755)
        for sub in ("run", "state", "cache", "lock", "private", "log"):
            (self.home / sub).mkdir()
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.config = self.home / "smb.conf"
        self.config.write_text(CONFIG.format(port=self.port, home=self.home, share=share, user=USER))
        subprocess.run(["smbpasswd", "-c", self.config, "-s", "-a", USER], input=f"{PASSWORD}\n{PASSWORD}\n", text=True, check=True,
                       capture_output=True)
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(["smbd", "-s", self.config, "--foreground", "--no-process-group"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(200):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit("smbd does not listen: " + "".join(p.read_text()[-2000:] for p in (self.home / "log").glob("*")))

    def signal(self, number):
        os.killpg(self.process.pid, number)

    def kill(self):
        """As a server that loses its power: every process of it at once."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.home, ignore_errors=True)


ACCESS = FilePipePrinterAccessMask
SHARE_ALL = ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE
READ_WRITE = ACCESS.GENERIC_READ | ACCESS.GENERIC_WRITE
# How programs open a workbook: rights, and what others may do meanwhile.
HOLDS = {
    "excel": (READ_WRITE, ShareAccess.FILE_SHARE_READ),
    "viewer": (ACCESS.GENERIC_READ, ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE),
    "alone": (READ_WRITE, 0),
}


class Client:
    """One SMB session, as of one person's machine."""

    def __init__(self, port):
        self.connection = Connection(uuid.uuid4(), "127.0.0.1", port)
        self.connection.connect()
        self.session = Session(self.connection, USER, PASSWORD, require_encryption=False)
        self.session.connect()
        self.tree = TreeConnect(self.session, r"\\127.0.0.1\share")
        self.tree.connect()

    def close(self):
        self.connection.disconnect()

    def open(self, name, access, share, disposition=CreateDisposition.FILE_OPEN, attributes=FileAttributes.FILE_ATTRIBUTE_NORMAL,
             options=CreateOptions.FILE_NON_DIRECTORY_FILE):
        handle = Open(self.tree, name.replace("/", "\\"))
        handle.create(ImpersonationLevel.Impersonation, access, attributes, share, disposition, options)
        return handle

    def hold(self, name, how):
        return self.open(name, *HOLDS[how])

    def read(self, name):
        handle = self.open(name, ACCESS.GENERIC_READ, SHARE_ALL)
        data = b""
        while len(data) < handle.end_of_file:
            data += handle.read(len(data), min(1 << 16, handle.end_of_file - len(data)))
        handle.close()
        return data

    def set(self, handle, info):
        request = SMB2SetInfoRequest()
        request["info_type"] = InfoType.SMB2_0_INFO_FILE
        request["file_info_class"] = info.INFO_CLASS
        request["file_id"] = handle.file_id
        request["buffer"] = info
        self.connection.receive(self.connection.send(request, self.session.session_id, self.tree.tree_connect_id))

    def rename(self, name, new):
        handle = self.open(name, ACCESS.DELETE | ACCESS.FILE_READ_ATTRIBUTES | ACCESS.SYNCHRONIZE, SHARE_ALL)
        info = FileRenameInformation()
        info["replace_if_exists"] = False
        info["file_name"] = new.replace("/", "\\")
        self.set(handle, info)
        handle.close()

    def delete(self, name):
        handle = self.open(name, ACCESS.DELETE, SHARE_ALL)
        info = FileDispositionInformation()
        info["delete_pending"] = True
        self.set(handle, info)
        handle.close()

    def save(self, name, versions, gap=0.0, pause=0.7):
        """Opens a workbook as Excel does, saves it once for each of `versions`, closes it. `gap` is how long its name is away each time."""
        folder, _, file = name.rpartition("/")
        base = folder + "/" if folder else ""
        book = self.hold(name, "excel")
        owner = self.open(f"{base}~${file}", READ_WRITE | ACCESS.DELETE, ShareAccess.FILE_SHARE_READ, CreateDisposition.FILE_OVERWRITE_IF,
                          FileAttributes.FILE_ATTRIBUTE_HIDDEN, CreateOptions.FILE_NON_DIRECTORY_FILE | CreateOptions.FILE_DELETE_ON_CLOSE)
        owner.write(b"\x06Nguyen" + b" " * 48 + b"\0" * 110, 0)
        for turn, data in enumerate(versions):
            new, old = f"{base}{0x7BD1C000 + turn * 0x1000:08X}", f"{base}{0x5F4A2C3E + turn:08X}.tmp"
            draft = self.open(new, READ_WRITE | ACCESS.DELETE, 0, CreateDisposition.FILE_CREATE)
            for at in range(0, len(data), 1 << 15):
                draft.write(data[at:at + (1 << 15)], at)
            draft.flush()
            draft.close()
            book.close()
            self.rename(name, old)
            time.sleep(gap)
            self.rename(new, name)
            book = self.hold(name, "excel")
            self.delete(old)
            time.sleep(pause)
        book.close()
        owner.close()
