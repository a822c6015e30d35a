"""fuse_share.py SOURCE MOUNT CONTROL: serves SOURCE at MOUNT as a file server would. While the file CONTROL exists every request is
taken and left without an answer: whoever asks then waits in the kernel and cannot even be killed. A word in CONTROL narrows it to
calls of that name (read, readdir, getattr)."""
import errno
import os
import sys
import time

from fuse import FUSE, FuseOSError, Operations

SOURCE, MOUNT, CONTROL = sys.argv[1:4]


class Share(Operations):
    def __call__(self, op, path, *args):
        while True:
            try:
                with open(CONTROL) as f:
                    only = f.read().split()
            except OSError:
                break
            if only and op not in only:
                break
            time.sleep(0.05)
        try:
            return getattr(self, op)(path, *args)
        except OSError as e:
            raise FuseOSError(e.errno) from e
        except AttributeError:
            raise FuseOSError(errno.ENOSYS) from None

    def at(self, path):
        return SOURCE + path

    def getattr(self, path, fh=None):
        s = os.lstat(self.at(path))
        found = {k: getattr(s, k) for k in ("st_mode", "st_uid", "st_gid", "st_size", "st_nlink", "st_ino", "st_blocks")}
        return found | {k: getattr(s, k) for k in ("st_atime", "st_mtime", "st_ctime")}

    def readdir(self, path, fh):
        return [".", "..", *os.listdir(self.at(path))]

    def statfs(self, path):
        s = os.statvfs(self.at(path))
        return {k: getattr(s, k) for k in dir(s) if k.startswith("f_") and k != "f_fsid"}

    def open(self, path, flags):
        return os.open(self.at(path), flags)

    def create(self, path, mode, fi=None):
        return os.open(self.at(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

    def read(self, path, size, offset, fh):
        return os.pread(fh, size, offset)

    def write(self, path, data, offset, fh):
        return os.pwrite(fh, data, offset)

    def truncate(self, path, length, fh=None):
        os.truncate(self.at(path), length)

    def fsync(self, path, datasync, fh):
        os.fsync(fh)

    def fsyncdir(self, path, datasync, fh):
        return 0

    def flush(self, path, fh):
        return 0

    def release(self, path, fh):
        os.close(fh)

    def rename(self, old, new):
        os.rename(self.at(old), self.at(new))

    def unlink(self, path):
        os.unlink(self.at(path))

    def mkdir(self, path, mode):
        os.mkdir(self.at(path), mode)

    def rmdir(self, path):
        os.rmdir(self.at(path))

    def chmod(self, path, mode):
        os.chmod(self.at(path), mode)

    def chown(self, path, uid, gid):
        os.chown(self.at(path), uid, gid)

    def utimens(self, path, times=None):
        os.utime(self.at(path), times)


FUSE(Share(), MOUNT, foreground=True, nothreads=False, use_ino=True, attr_timeout=0, entry_timeout=0, negative_timeout=0)
