"""What a copy of the database gives away: secrets that stand in it as they are, or in other letters."""

import base64
import binascii


def forms(secret):
    """The secret as it may stand in a row: as text, its bytes, and the bytes that it writes down."""
    found = {secret, secret.replace("-", ""), secret.encode().hex()}
    for decode in (base64.urlsafe_b64decode, base64.b32decode):
        try:
            found.add(decode(secret + "=" * (-len(secret) % (4 if decode is base64.urlsafe_b64decode else 8))).hex())
        except (binascii.Error, ValueError):
            pass
    return {f for f in found if len(f) >= 8}


def everything(sql):
    """All rows of all tables as text; bytes in hexadecimal digits."""
    tables = sql("SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                 " AND relkind = 'r'")
    return "\n".join(row for table, in tables for row, in sql(f"SELECT t::text FROM {table} t"))


def found(sql, secrets):
    """Names of those of {name: secret} that a copy of the database gives away."""
    rows = everything(sql)
    return [name for name, secret in secrets.items() if any(f in rows for f in forms(secret))]
