"""The letter box of a demonstration: what would have been sent to people, for whoever tries Podium to read."""

import html
import re

HEAD = ('<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark"><title>Letter box</title>'
        '<style>body{font:1rem/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}'
        'article{border:1px solid #8886;border-radius:.6rem;padding:.5rem 1rem;margin:1rem 0}'
        'pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}h2{font-size:1.1rem;margin:.3rem 0}</style>')


def linked(text):
    """The text as HTML, addresses of this machine as links."""
    return re.sub(r"(https?://[^\s<]+)", r'<a href="\1">\1</a>', html.escape(text, quote=False))


def letter(message):
    part = message.get_body(preferencelist=("plain",))
    text = part.get_content() if part else ""
    return (f"<article><h2>{html.escape(message['Subject'] or '')}</h2><p>To {html.escape(message['To'] or '')}</p>"
            f"<pre>{linked(text)}</pre></article>")


def page(messages):
    """The newest first."""
    letters = "".join(letter(m) for m in reversed(messages)) or "<p>Nothing has been sent yet.</p>"
    return f"{HEAD}<h1>Letter box</h1>{letters}".encode()
