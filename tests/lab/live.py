"""Readers of the live line: a stream of server-sent events, or a WebSocket, by a socket of its own."""

import base64
import hashlib
import hmac
import json
import os
import socket
import struct
import time


def ticket(secret, scopes, seconds=300, purpose="live"):
    """As podium-web signs them (lib/auth/token.h)."""
    payload, end = " ".join(scopes).encode(), str(int(time.time()) + seconds).encode()
    mac = hmac.new(secret.encode(), purpose.encode() + b"\0" + end + b"\0" + payload, hashlib.sha256).digest()

    def text(b):
        return base64.urlsafe_b64encode(b).rstrip(b"=").decode()
    return f"{text(payload)}.{end.decode()}.{text(mac)}"


class Stream:
    """Connects to a unix socket (a path) or to a port and asks for a stream."""

    def __init__(self, where, token, last=None, header=None, socket_key=None):
        self.s = socket.socket(socket.AF_INET if isinstance(where, int) else socket.AF_UNIX)
        self.s.connect(("127.0.0.1", where) if isinstance(where, int) else str(where))
        self.buffer, self.head, self.position, self.is_socket = b"", b"", None, socket_key is not None
        self.n_positions = 0
        self.chunked, self.text, self.kept = False, b"", []
        more = f"Last-Event-ID: {header}\r\n" if header is not None else ""
        if self.is_socket:
            more += ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     f"Sec-WebSocket-Key: {socket_key}\r\n")
        query = f"ticket={token}" + (f"&last={last}" if last is not None else "")
        self.s.sendall(f"GET /live/stream?{query} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n".encode())

    def fill(self, seconds):
        """False at the end of the stream; TimeoutError when nothing comes."""
        self.s.settimeout(seconds)
        got = self.s.recv(65536)
        self.buffer += got
        return bool(got)

    def answer(self, seconds=10):
        """The status of the answer's head."""
        while b"\r\n\r\n" not in self.buffer:
            assert self.fill(seconds), self.buffer
        self.head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.chunked = b"chunked" in self.head.lower()
        return int(self.head.split()[1])

    def _frame(self):
        b = self.buffer
        if len(b) < 2:
            return None
        n, at = b[1] & 0x7f, 2
        if n == 126:
            if len(b) < 4:
                return None
            n, at = struct.unpack(">H", b[2:4])[0], 4
        if len(b) < at + n:
            return None
        self.buffer = b[at + n:]
        return b[0] & 0x0f, b[at:at + n]

    def _unchunk(self):
        """Moves whole chunks from the buffer into the text."""
        while b"\r\n" in self.buffer:
            size, rest = self.buffer.split(b"\r\n", 1)
            n = int(size, 16)
            if len(rest) < n + 2:
                return
            self.text += rest[:n]
            self.buffer = rest[n + 2:]

    def messages(self):
        """Whole messages that have arrived, as dicts; positions are noted, not given."""
        found = []
        if self.is_socket:
            while (frame := self._frame()) is not None:
                if frame[0] == 1:
                    found.append(json.loads(frame[1]))
                else:
                    found.append({"frame": frame[0], "payload": frame[1]})
        else:
            if self.chunked:
                self._unchunk()
            else:
                self.text, self.buffer = self.text + self.buffer, b""
            while b"\n\n" in self.text:
                block, self.text = self.text.split(b"\n\n", 1)
                data = [line[6:] for line in block.split(b"\n") if line.startswith(b"data: ")]
                if data:
                    found.append(json.loads(b"\n".join(data)))
        for message in found:
            if "position" in message:
                self.position = message["position"]
                self.n_positions += 1
        return [message for message in found if "position" not in message]

    def taken(self):
        kept, self.kept = self.kept, []
        return kept + self.messages()

    def read(self, n, seconds=10):
        """The next n messages, more if they came together."""
        found, end = self.taken(), time.monotonic() + seconds
        while len(found) < n:
            left = end - time.monotonic()
            assert left > 0, f"{len(found)} of {n} messages: {found}"
            assert self.fill(left), f"ended after {len(found)} of {n} messages"
            found += self.messages()
        return found

    def rest(self, seconds=0.5):
        """What comes within a time, and whether the stream has ended."""
        found, end, ended = self.taken(), time.monotonic() + seconds, False
        while not ended and (left := end - time.monotonic()) > 0:
            try:
                ended = not self.fill(left)
            except TimeoutError:
                break
            except ConnectionResetError:
                ended = True
            found += self.messages()
        return found, ended

    def settled(self, seconds=30):
        """Waits for the first position: from then on it is told everything."""
        end = time.monotonic() + seconds
        while self.position is None:
            self.kept += self.messages()
            if self.position is None:
                assert self.fill(end - time.monotonic())
        return self

    def send_frame(self, kind, payload=b""):
        mask = os.urandom(4)
        body = bytes(c ^ mask[i % 4] for i, c in enumerate(payload))
        self.s.sendall(bytes([0x80 | kind, 0x80 | len(payload)]) + mask + body)

    def close(self):
        self.s.close()


def events(server, database, n, scope="user:7", kind="test.tick", first=0, payload=None):
    """n events of a scope, each in a transaction of its own; their ids as texts."""
    found = []
    connection = server.connect(database)
    try:
        with connection.cursor() as cursor:
            for i in range(first, first + n):
                cursor.execute("INSERT INTO event (scope, kind, payload) VALUES (%s, %s, %s) RETURNING id",
                               (scope, kind, payload or json.dumps({"n": i})))
                found.append(str(cursor.fetchone()[0]))
    finally:
        connection.close()
    return found
