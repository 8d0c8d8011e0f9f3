"""A private PgBouncer."""

from .process import Process, own, wait_until


class Pooler:
    """PgBouncer in transaction mode in front of database d, or the one named."""

    def __init__(self, folder, server, database="d", user="postgres", **settings):
        self.folder = own(folder)
        self.user = user
        lines = {
            "listen_port": 6432, "unix_socket_dir": self.folder, "listen_addr": "", "auth_type": "any",
            "pool_mode": "transaction", "default_pool_size": 2, "max_client_conn": 100, "server_reset_query": "",
            **settings}
        target = f"host={server.run} port={server.port} dbname={database} user={user}"
        (self.folder / "pgbouncer.ini").write_text(
            f"[databases]\nd = {target}\n[pgbouncer]\n" + "".join(f"{k} = {v}\n" for k, v in lines.items()))
        self.process = Process(["pgbouncer", self.folder / "pgbouncer.ini"], self.folder / "log", as_user=True)

    def start(self):
        self.process.start()
        wait_until((self.folder / ".s.PGSQL.6432").exists, 10, "pgbouncer")
        return self

    def stop(self):
        self.process.stop()

    def conninfo(self):
        return f"host={self.folder} port=6432 dbname=d user={self.user}"
