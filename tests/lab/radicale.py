"""A real CalDAV server: Radicale on a free port, with its calendars in a folder of the test's own."""

import base64
import http.client
import re
import shutil

from .process import Process, free_port, own, wait_until

USER, PASSWORD = "alice", "secret of alice"


class Radicale:
    def __init__(self, folder):
        self.folder = own(folder)
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.process = None
        (self.folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        self.rights = self.folder / "rights"
        self.allow("RrWw")

    def allow(self, calendar):
        """What its owner may do with calendars: RrWw, or Rr for reading only."""
        self.rights.write_text(
            "[root]\nuser = .+\ncollection =\npermissions = R\n"
            "[principal]\nuser = .+\ncollection = {user}\npermissions = RW\n"
            f"[calendars]\nuser = .+\ncollection = {{user}}/[^/]+\npermissions = {calendar}\n")

    def start(self):
        (self.folder / "conf").write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n"
            f"[auth]\ntype = htpasswd\nhtpasswd_filename = {self.folder}/users\nhtpasswd_encryption = plain\ndelay = 0\n"
            f"[rights]\ntype = from_file\nfile = {self.rights}\n"
            f"[storage]\nfilesystem_folder = {self.folder}/coll\n[web]\ntype = none\n")
        self.process = Process([shutil.which("radicale"), "--config", self.folder / "conf"],
                               log=self.folder / "radicale.log").start()
        wait_until(self.answers, 20, "Radicale")
        return self

    def answers(self):
        try:
            return self.ask("OPTIONS", "/")[0] in (200, 401)
        except OSError:
            return False

    def ask(self, method, path, body=None, user=USER, password=PASSWORD, **headers):
        """(status, text)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        connection.request(method, path, body, {"Authorization": f"Basic {token}", **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def make(self, path):
        assert self.ask("MKCALENDAR", path)[0] == 201

    def hrefs(self, calendar):
        status, text = self.ask("PROPFIND", calendar, Depth="1")
        return sorted(h for h in re.findall(r"<href>([^<]*)</href>", text) if h.endswith(".ics")) if status == 207 else None

    def events(self, calendar):
        """The calendar's events by title, as icalendar reads them; None if there is no such calendar."""
        import icalendar
        hrefs = self.hrefs(calendar)
        if hrefs is None:
            return None
        found = {}
        for href in hrefs:
            event, = icalendar.Calendar.from_ical(self.ask("GET", href)[1]).walk("VEVENT")
            event.href = href
            found[str(event["SUMMARY"])] = event
        return found

    def requests(self):
        """How many it has answered since it was started."""
        return self.process.log().count("request for")

    def stop(self):
        if self.process is not None:
            self.process.stop()
            self.process = None
