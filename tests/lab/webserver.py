"""The real web servers with the shipped configuration files, each in a folder of its own."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket

from .process import TOP, Process, free_port, own, wait_until

MODULES = pathlib.Path("/usr/lib/apache2/modules")


class WebServer:
    """One server in the foreground; url is where it answers."""

    def __init__(self, folder):
        self.folder = own(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def run(self, argv):
        self.process = Process(argv, log=self.folder / "output.log").start()

        def answers():
            assert self.process.alive(), self.process.log() + self.errors()
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", self.port)) == 0
        wait_until(answers, 15, f"{argv[0]} on port {self.port}")
        return self

    def errors(self):
        path = self.folder / self.error_log
        return path.read_text(errors="replace") if path.exists() else ""

    def refused(self):
        """What it has written of the requests that it refused by itself."""
        return (self.folder / self.refused_log).read_text(errors="replace")

    def stop(self):
        """With what Apache's modules have started: now and then a process of theirs stays and takes a processor."""
        if self.process is not None:
            self.process.stop()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Lighttpd(WebServer):
    name = "lighttpd"
    error_log = refused_log = "lighttpd-error.log"

    def __init__(self, folder, run, pages, root=TOP / "build" / "public", extra=""):
        super().__init__(folder)
        self.config = self.folder / "lighttpd.conf"
        self.config.write_text(
            f'var.run = "{run}"\nvar.root = "{root}"\nvar.pages = "{pages}"\n'
            f'var.log = "{self.folder}"\nvar.lua = "{TOP}/etc"\n'
            f'var.bind = "127.0.0.1"\nvar.port = {self.port}\ninclude "{TOP}/etc/lighttpd.conf"\n{extra}\n')

    def start(self):
        return self.run(["lighttpd", "-D", "-f", self.config])


class Apache(WebServer):
    """event MPM; `body` is what follows the list of modules."""

    name = "Apache"
    error_log = "error.log"
    refused_log = "podium-refused.log"
    modules = ["mpm_event", "authz_core", "mime", "headers", "setenvif", "env", "rewrite", "filter",
               "deflate", "reqtimeout", "alias", "dir", "expires", "buffer", "unique_id"]

    def __init__(self, folder, modules, body):
        super().__init__(folder)
        self.config = self.folder / "apache.conf"
        loads = "".join(f"LoadModule {m}_module {MODULES}/mod_{m}.so\n" for m in self.modules + modules)
        user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
        self.config.write_text(
            f"ServerRoot /etc/apache2\nServerName localhost\nDefaultRuntimeDir {self.folder}\n"
            f"PidFile {self.folder}/apache.pid\nDefine PODIUM_LOG {self.folder}\nErrorLog {self.folder}/error.log\nLogLevel warn\n"
            f"Listen 127.0.0.1:{self.port}\n{loads}{user}TypesConfig /etc/mime.types\n"
            f"Include {TOP}/etc/apache-mpm.conf\n"
            f"<Directory />\n  Require all denied\n  AllowOverride None\n</Directory>\n{body}\n")

    def start(self):
        return self.run(["apache2", "-DFOREGROUND", "-f", self.config])


def admit(socket_path):
    """Lets the web server's user in where the tests run as root; in production the socket's group does."""
    if os.geteuid() == 0:
        for path in (socket_path, f"{socket_path}.slow"):
            wait_until(pathlib.Path(path).exists, 10, f"{path}")
            shutil.chown(path, "www-data", "www-data")


def apache_proxy(folder, run, root=TOP / "build" / "public", extra="", pages="/nonexistent"):
    return Apache(folder, ["proxy", "proxy_fcgi", "proxy_http", "proxy_wstunnel"],
                  f"Define PODIUM_RUN {run}\nDefine PODIUM_ROOT {root}\nDefine PODIUM_PAGES {pages}\n"
                  f"Include {TOP}/etc/apache.conf\n{extra}")


def shared_hosting(folder, podium, binary, cgi=False):
    """A hoster's Apache: etc/htaccess and etc/podium.fcgi in the site's folder, started by mod_fcgid or mod_cgid."""
    folder = own(folder)
    site = own(folder / "site")
    shutil.copytree(TOP / "build" / "public", site, dirs_exist_ok=True)
    name = "podium.cgi" if cgi else "podium.fcgi"
    home = own(own(folder / "podium") / "bin").parent
    (home / "bin" / "podium-web").symlink_to(binary)
    (home / "podium.conf").symlink_to(podium.config)
    shutil.copy(TOP / "etc" / "podium.fcgi", site / name)
    (site / name).chmod(0o755)
    (site / ".htaccess").write_text((TOP / "etc" / "htaccess").read_text().replace('"podium.fcgi"', f'"{name}"'))
    if cgi:
        # what a hoster has: scripts by handler, .htaccess allowed
        return Apache(folder / "apache", ["cgid"], f"ScriptSock {folder}/cgid.sock\nDocumentRoot {site}\n"
                      f"<Directory {site}>\n  Require all granted\n  AllowOverride All\n"
                      "  Options +FollowSymLinks\n</Directory>\n")
    return Apache(folder / "apache", ["fcgid"],
                  f"Define PODIUM_SITE {site}\nFcgidIPCDir {folder}\nFcgidProcessTableFile {folder}/shm\n"
                  f"Include {TOP}/etc/apache-fcgid.conf")
