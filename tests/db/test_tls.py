"""TLS with the authority given as PEM text in the configuration."""

import subprocess

import pytest
from lab.process import AS_USER, free_port, own


def openssl(*arguments):
    subprocess.run([*AS_USER, "openssl", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_ca(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 30,
            "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")
    return folder / f"{name}.pem"


def make_certificate(folder, ca, host):
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={host}",
            "-keyout", folder / "server.key", "-out", folder / "server.csr")
    openssl("x509", "-req", "-in", folder / "server.csr", "-CA", ca, "-CAkey", ca.with_suffix(".key"),
            "-CAcreateserial", "-days", 30, "-out", folder / "server.crt")


@pytest.fixture()
def tls_server(folder, make_server):
    keys = own(folder / "k")
    ca = make_ca(keys, "right")
    make_ca(keys, "wrong")
    make_certificate(keys, ca, "localhost")
    made = make_server("t", port=free_port(), listen_addresses="localhost", ssl="on",
                       ssl_cert_file=str(keys / "server.crt"), ssl_key_file=str(keys / "server.key"))
    made.execute("postgres", "CREATE DATABASE d")
    made.execute("d", "CREATE TABLE thing (id int8)")
    made.keys = keys
    return made


def pem(server, name):
    return (server.keys / f"{name}.pem").read_text().replace("\n", "\\n")


def conninfo(server, host="localhost"):
    return f"host={host} port={server.port} dbname=d user=postgres"


def test_the_right_authority_is_accepted(tls_server, probe):
    p = probe(conninfo(tls_server), POSTGRES_CA=pem(tls_server, "right"))
    assert p("session")[11] == "t"
    assert p("things") == ["0"]
    tls_server.restart("fast")
    assert p("things") == ["0"]  # the authority is there for the second connection too


def test_a_wrong_authority_is_refused(tls_server, probe):
    p = probe(conninfo(tls_server), POSTGRES_CA=pem(tls_server, "wrong"))
    e = p.error("things")
    assert e.kind == "temporary" and "certificate verify failed" in e.detail


def test_a_wrong_name_is_refused_unless_allowed(tls_server, probe):
    p = probe(conninfo(tls_server, "127.0.0.1"), POSTGRES_CA=pem(tls_server, "right"))
    assert "does not match host name" in p.error("things").detail
    p = probe(conninfo(tls_server, "127.0.0.1") + " sslmode=verify-ca", POSTGRES_CA=pem(tls_server, "right"))
    assert p("session")[11] == "t"


def test_a_server_without_tls_is_refused(make_server, probe, tls_server):
    plain = make_server("plain", port=free_port(), listen_addresses="localhost")
    p = probe(f"host=localhost port={plain.port} dbname=postgres user=postgres", POSTGRES_CA=pem(tls_server, "right"))
    assert "does not support SSL" in p.error("prepared").detail


def test_replicas_and_the_listener_use_it_too(tls_server, probe):
    p = probe(conninfo(tls_server), POSTGRES_READ_DB=conninfo(tls_server), POSTGRES_CA=pem(tls_server, "wrong"))
    p.error("things_near")
    p("listen", "podium_test")
    assert p("hint", 300) == ["0"]
    assert p.log().count("certificate verify failed") >= 3
