"""Mail servers on loopback: a real Exim with a folder for what it took, and one that misbehaves on demand."""

import email
import email.policy
import os
import pathlib
import socket
import socketserver
import subprocess
import threading

from .process import AS_USER, Process, free_port, own, wait_until

EXIM = """\
exim_path = /usr/sbin/exim4
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
primary_hostname = mail.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = {starttls}
tls_certificate = {certificate}
tls_privatekey = {key}
admin_groups = {group}
exim_user = {user}
exim_group = {group}
deliver_drop_privilege = true
never_users =
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = rcpt
acl_smtp_auth = auth
auth_advertise_hosts = {auth}
domainlist known = example.org : example.net : localhost
keep_environment =

begin acl
auth:
  require encrypted = *
  accept
rcpt:
  deny local_parts = refused
       message = no such mailbox here
  accept domains = +known
         condition = {condition}
  deny message = not from you

begin routers
all:
  driver = accept
  transport = folder

begin transports
folder:
  driver = appendfile
  directory = {folder}/mail
  create_directory
  maildir_format
  envelope_to_add

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and {{{{eq{{$auth2}}{{podium}}}}{{eq{{$auth3}}{{s:e@cret}}}}}}}}
  server_set_id = $auth2
"""


class Mailbox:
    """What arrived, as a reader's program sees it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def all(self):
        found = []
        for path in sorted(self.folder.glob("new/*"), key=lambda p: p.stat().st_mtime_ns):
            with open(path, "rb") as f:
                found.append(email.message_from_binary_file(f, policy=email.policy.default))
        return found

    def to(self, address, n=1, seconds=30.0):
        """The last mail to an address, once there are n."""
        def enough():
            mine = [m for m in self.all() if m["To"].addresses[0].addr_spec == address]
            return mine if len(mine) >= n else None
        return wait_until(enough, seconds, f"mail {n} to {address}")[-1]


class Exim:
    """Debian's mail server as a private process of an ordinary user."""

    def __init__(self, folder, starttls=False, auth=False):
        self.folder = own(folder)
        self.port, self.tls_port = free_port(), free_port()
        self.starttls, self.auth = starttls, auth
        self.mail = Mailbox(self.folder / "mail")
        self.process = None

    def start(self):
        def run(*argv):
            return subprocess.run([*AS_USER, *map(str, argv)], check=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True).stdout.strip()

        for name in ("spool", "log", "mail"):
            own(self.folder / name)
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
            "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
        self.ca = certificate.read_text()
        config = self.folder / "exim.conf"
        config.write_text(EXIM.format(
            folder=self.folder, user=run("id", "-un"), group=run("id", "-gn"), port=self.port, tls_port=self.tls_port, certificate=certificate, key=key,
            starttls="*" if self.starttls or self.auth else "", auth="*" if self.auth else "",
            condition="${if def:sender_host_authenticated}" if self.auth else "true"))
        config.chmod(0o644)
        # Exim lets its administrators run it, who are those of a group that one must be in besides one's own.
        who = ["setpriv", "--reuid=www-data", "--regid=www-data", "--groups=www-data"] if os.geteuid() == 0 else []
        self.process = Process([*who, "/usr/sbin/exim4", "-C", config, "-bdf", "-q1m"],
                               log=self.folder / "exim.out").start()
        wait_until(self.answers, 15, "the mail server")
        return self

    def answers(self):
        assert self.process.alive(), self.process.log() + self.log()
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as s:
                return s.recv(3) == b"220"
        except OSError:
            return False

    def log(self):
        return "".join(p.read_text() for p in (self.folder / "log").glob("*log"))

    @property
    def url(self):
        return f"smtp://localhost:{self.port}"

    def stop(self):
        if self.process:
            self.process.stop()


class Session(socketserver.StreamRequestHandler):
    """One connection to a Faulty server."""

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def step(self, name):
        """True if the server does what is right at this step; else it has done what is wrong."""
        fault = self.server.faults.get(name)
        if fault is None:
            return True
        if fault == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault == "hang":
            self.server.ended.wait(60)
        elif fault == "drop_answer":
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self.say(fault)
            return False
        raise ConnectionAbortedError

    def handle(self):
        try:
            self.talk()
        except OSError:
            pass

    def talk(self):
        server = self.server
        server.connections += 1
        if self.step("connect"):
            self.say("220 faulty")
        envelope = {}
        while line := self.rfile.readline():
            verb = line.split()[0].upper().decode() if line.split() else ""
            if verb in ("EHLO", "HELO"):
                if self.step("ehlo"):
                    self.say("250 faulty")
            elif verb == "MAIL":
                envelope["from"] = line
                if self.step("mail"):
                    self.say("250 ok")
            elif verb == "RCPT":
                envelope["to"] = line
                if self.step("rcpt"):
                    self.say("250 ok")
            elif verb == "DATA":
                if self.step("data"):
                    self.say("354 go on")
                    self.take(envelope)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self, envelope):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        message.raw = b"".join(lines)
        message.envelope = dict(envelope)
        with self.server.lock:
            self.server.taken.append(message)
        if self.step("end"):
            self.say("250 taken")


class Faulty(socketserver.ThreadingTCPServer):
    """Takes mail, but for what `faults` says of a step: connect, ehlo, mail, rcpt, data or end (behind the message)
    answers with a line of one's own, is "cut" off, or "hang"s."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.faults, self.taken, self.connections = {}, [], 0
        self.lock, self.ended = threading.Lock(), threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def stop(self):
        self.ended.set()
        self.shutdown()
        self.server_close()
