"""A FastCGI client: whole requests, and records one by one for what no web server would send."""

import socket
import struct
from dataclasses import dataclass, field

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7
RESPONDER = 1


def record(kind, content=b"", request_id=1, version=1, padding=0):
    return struct.pack(">BBHHBx", version, kind, request_id, len(content), padding) + content + b"\0" * padding


def begin(role=RESPONDER, flags=0, request_id=1):
    return record(BEGIN, struct.pack(">HB5x", role, flags), request_id)


def pair(name, value):
    def size(n):
        return struct.pack(">B", n) if n < 128 else struct.pack(">I", n | 0x80000000)
    name = name.encode("latin-1", "surrogateescape") if isinstance(name, str) else name
    value = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return size(len(name)) + size(len(value)) + name + value


def stream(kind, content, request_id=1):
    """The content in records of at most 65,535 bytes, and the empty record that ends it."""
    parts = [content[i:i + 65535] for i in range(0, len(content), 65535)]
    return b"".join(record(kind, p, request_id) for p in parts) + record(kind, b"", request_id)


@dataclass
class Reply:
    status: int
    headers: list
    body: bytes
    records: list = field(default_factory=list)

    def header(self, name):
        values = [v for k, v in self.headers if k.lower() == name.lower()]
        return values[0] if values else None

    def all(self, name):
        return [v for k, v in self.headers if k.lower() == name.lower()]

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        import json
        return json.loads(self.body)


def params_of(method="GET", uri="/", headers=None, body=None, **more):
    """What a web server would send for this request. A value of None leaves the parameter out."""
    path, _, query = uri.partition("?")
    made = {
        "REQUEST_METHOD": method, "REQUEST_URI": uri, "QUERY_STRING": query, "SCRIPT_NAME": path,
        "SERVER_PROTOCOL": "HTTP/1.1", "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_SOFTWARE": "tests",
        "REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": "40000", "SERVER_ADDR": "127.0.0.1",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost",
        "REQUEST_SCHEME": "http",
    }
    if body is not None:
        made["CONTENT_LENGTH"] = str(len(body))
    for name, value in (headers or {}).items():
        key = name.upper().replace("-", "_")
        made[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key] = value
    made.update(more)
    return {k: v for k, v in made.items() if v is not None}


def parse(stdout, records):
    head, _, body = stdout.partition(b"\r\n\r\n")
    headers = [tuple(line.split(": ", 1)) for line in head.decode().split("\r\n")]
    status = [v for k, v in headers if k == "Status"]
    assert status, f"no Status in {head!r}"
    return Reply(int(status[0].split()[0]), headers, body, records)


def read_records(s):
    """All records until the peer closes."""
    data = b""
    while True:
        try:
            more = s.recv(65536)
        except ConnectionResetError:
            break
        if not more:
            break
        data += more
    records = []
    while len(data) >= 8:
        version, kind, request_id, size, padding = struct.unpack(">BBHHBx", data[:8])
        assert version == 1 and len(data) >= 8 + size + padding, "a record is cut off"
        records.append((kind, request_id, data[8:8 + size]))
        data = data[8 + size + padding:]
    assert not data, "bytes after the last record"
    return records


def exchange(path, data, timeout=20.0):
    """Sends raw bytes and gives the records that come back."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(timeout)
        s.connect(str(path))
        try:
            s.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return read_records(s)


def send_params(path, pairs, body=b"", timeout=20.0):
    """One request from a list of (name, value); names and values may be any bytes."""
    data = begin() + stream(PARAMS, b"".join(pair(k, v) for k, v in pairs)) + stream(STDIN, body)
    records = exchange(path, data, timeout)
    assert records, "no answer"
    assert records[-1][0] == END and records[-1][2][4] == 0, f"no END_REQUEST: {records[-1:]}"
    return parse(b"".join(c for k, _, c in records if k == STDOUT), records)


def request(path, method="GET", uri="/", headers=None, body=None, timeout=20.0, **more):
    """A request as a web server would pass it on; body may be bytes, or a dict for a form."""
    headers = dict(headers or {})
    if isinstance(body, dict):
        from urllib.parse import urlencode
        body = urlencode(body, doseq=True).encode()
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    params = params_of(method, uri, headers, body, **more)
    return send_params(path, params.items(), body or b"", timeout)
