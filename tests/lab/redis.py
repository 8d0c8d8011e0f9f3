"""A private Redis on a unix socket that tests may stop, kill and start again."""

import redis

from .process import Process, own, wait_until


class Redis:
    def __init__(self, folder):
        self.folder = own(folder)
        self.socket = self.folder / "redis.sock"
        self.uri = f"unix://{self.socket}"
        self.process = None

    def start(self):
        self.process = Process(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "777",
             "--save", "", "--appendonly", "no", "--dir", self.folder],
            log=self.folder / "redis.log").start()
        wait_until(self.answers, 10, "redis")
        return self

    def client(self):
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)

    def answers(self):
        try:
            return self.client().ping()
        except redis.exceptions.RedisError:
            return False

    def kill(self):
        self.process.kill()

    def stop(self):
        if self.process:
            self.process.stop()
