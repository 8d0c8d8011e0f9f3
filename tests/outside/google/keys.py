"""RS256 with the standard library: a key pair, signed tokens, and the public half as a JWK."""

import base64
import hashlib
import hmac
import json
import random
import secrets

E = 65537
SMALL = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n ** 0.5) + 1, 2))]
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # DigestInfo of RFC 8017


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def is_prime(n, rounds=12):
    if any(n % p == 0 for p in SMALL):
        return n in SMALL
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(rounds):
        x = pow(random.randrange(2, n - 1), odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def prime(bits):
    while True:
        n = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if n % E != 1 and is_prime(n):
            return n


class Key:
    """One RSA key of 2048 bits with the name under which it is published."""

    def __init__(self, kid=None):
        self.kid = kid or secrets.token_hex(20)
        self.p, self.q = prime(1024), prime(1024)
        self.n = self.p * self.q
        self.d = pow(E, -1, (self.p - 1) * (self.q - 1))

    def sign(self, message):
        digest = SHA256_INFO + hashlib.sha256(message).digest()
        size = (self.n.bit_length() + 7) // 8
        padded = b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
        m = int.from_bytes(padded, "big")
        by_p, by_q = (pow(m, self.d % (x - 1), x) for x in (self.p, self.q))
        s = by_q + (by_p - by_q) * pow(self.q, -1, self.p) % self.p * self.q
        return s.to_bytes(size, "big")

    def jwk(self):
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
                "n": b64url(self.n.to_bytes(256, "big")), "e": b64url(E.to_bytes(3, "big"))}

    def token(self, claims, alg="RS256", kid=None):
        """A signed token; other algorithms are what a forger would try."""
        head = {"alg": alg, "kid": kid or self.kid, "typ": "JWT"}
        signed = ".".join(b64url(json.dumps(part).encode()) for part in (head, claims)).encode()
        if alg == "none":
            signature = b""
        elif alg == "HS256":  # keyed with the public key, which everybody knows
            signature = hmac.new(json.dumps(self.jwk()).encode(), signed, "sha256").digest()
        else:
            signature = self.sign(signed)
        return signed.decode() + "." + b64url(signature)
