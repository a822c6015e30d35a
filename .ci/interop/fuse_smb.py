"""fuse_smb.py PORT USER PASSWORD MOUNT: mounts //127.0.0.1:PORT/share in user space, each call one of SMB2, as a file server's client."""
import errno
import io
import os
import stat
import sys
import threading

import smbclient
from fuse import FUSE, FuseOSError, Operations
from smbprotocol.exceptions import SMBException

PORT, USER, PASSWORD, MOUNT = int(sys.argv[1]), *sys.argv[2:5]
ROOT = r"\\127.0.0.1\share"
AS = {"port": PORT, "username": USER, "password": PASSWORD}
# What the server says when another program holds a file.
HELD = {0xC0000043: errno.EBUSY, 0xC0000022: errno.EACCES, 0xC0000056: errno.EBUSY}


class Share(Operations):
    def __init__(self):
        self.mutex, self.handles, self.last = threading.RLock(), {}, 2

    def __call__(self, op, path, *args):
        with self.mutex:
            try:
                return getattr(self, op)(path, *args)
            except AttributeError as e:
                raise FuseOSError(errno.ENOSYS) from e
            except OSError as e:
                code = HELD.get(getattr(e, "ntstatus", 0), e.errno or errno.EIO)
                if getattr(e, "ntstatus", None) is None and not isinstance(e, FuseOSError):
                    smbclient.reset_connection_cache(fail_on_error=False)
                raise FuseOSError(code) from e
            except (SMBException, ValueError) as e:
                # The server is gone; the next call connects anew.
                smbclient.reset_connection_cache(fail_on_error=False)
                raise FuseOSError(errno.EHOSTDOWN) from e

    def at(self, path):
        return ROOT + path.replace("/", "\\")

    def getattr(self, path, fh=None):
        s = smbclient.lstat(self.at(path), **AS)
        kind = stat.S_IFDIR if stat.S_ISDIR(s.st_mode) else stat.S_IFREG
        return {"st_mode": kind | (0o775 if kind == stat.S_IFDIR else 0o664), "st_ino": s.st_ino, "st_size": s.st_size, "st_nlink": 1,
                "st_uid": 0, "st_gid": 0, "st_mtime": s.st_mtime_ns / 1e9, "st_ctime": s.st_chgtime_ns / 1e9 if hasattr(s, "st_chgtime_ns") else s.st_mtime_ns / 1e9,
                "st_atime": s.st_atime_ns / 1e9}

    def readdir(self, path, fh):
        return [".", "..", *smbclient.listdir(self.at(path), **AS)]

    def statfs(self, path):
        return {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": 1 << 20, "f_bfree": 1 << 19, "f_bavail": 1 << 19, "f_namemax": 255}

    def keep(self, file):
        self.last += 1
        self.handles[self.last] = file
        return self.last

    def open(self, path, flags):
        mode = "rb" if flags & os.O_ACCMODE == os.O_RDONLY else "r+b"
        return self.keep(smbclient.open_file(self.at(path), mode, buffering=0, share_access="rwd", **AS))

    def create(self, path, mode, fi=None):
        return self.keep(smbclient.open_file(self.at(path), "xb", buffering=0, share_access="rwd", **AS))

    def read(self, path, size, offset, fh):
        file = self.handles[fh]
        file.seek(offset)
        out = io.BytesIO()
        while out.tell() < size:
            piece = file.read(size - out.tell())
            if not piece:
                break
            out.write(piece)
        return out.getvalue()

    def write(self, path, data, offset, fh):
        file = self.handles[fh]
        file.seek(offset)
        written = 0
        while written < len(data):
            written += file.write(data[written:])
        return written

    def fsync(self, path, datasync, fh):
        self.handles[fh].fd.flush()

    def fsyncdir(self, path, datasync, fh):
        return 0

    def flush(self, path, fh):
        return 0

    def release(self, path, fh):
        self.handles.pop(fh).close()

    def rename(self, old, new):
        smbclient.replace(self.at(old), self.at(new), **AS)

    def unlink(self, path):
        smbclient.remove(self.at(path), **AS)

    def mkdir(self, path, mode):
        smbclient.mkdir(self.at(path), **AS)

    def chmod(self, path, mode):
        return 0

    def chown(self, path, uid, gid):
        return 0

    def utimens(self, path, times=None):
        return 0


smbclient.register_session("127.0.0.1", username=USER, password=PASSWORD, port=PORT)
FUSE(Share(), MOUNT, foreground=True, nothreads=True, use_ino=True, attr_timeout=0, entry_timeout=0, negative_timeout=0)
