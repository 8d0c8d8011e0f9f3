"""The proxy in front of Telegram's sendMessage, as lib/net/telegram.h describes it.

GET /_sent gives the messages that arrived, DELETE forgets them. Mode `too_many` answers as Telegram does when there
were too many: 429 with `retry_after` (1) in the body.
"""

import json

from .. import failure

NAME = "telegram"
URL_KEYS = []
BASE_PATH = ""

SECRET = "the-secret-of-the-proxy"
GROUP = "-1001234567890"
LONGEST = 4096


class State:
    def __init__(self, _world):
        self.sent = []


def config(base):
    """The configuration keys that lead Podium here."""
    return {"TELEGRAM_PROXY_URL": f"{base}/bot/send", "PROXY_SECRET_KEY": SECRET, "TELEGRAM_GROUP_ID": GROUP,
            "TELEGRAM_GROUP_TOPIC_ID": "7"}


def refuse(status, why):
    return status, *failure.as_json({"ok": False, "error_code": status, "description": why})


def serve(request):
    state = request.state
    if request.path == "/_sent":
        sent = list(state.sent)
        if request.method == "DELETE":
            state.sent.clear()
        return 200, *failure.as_json(sent)
    if (request.method, request.path) != ("POST", "/bot/send"):
        return None
    if request.headers.get("X-Proxy-Secret-Key") != SECRET:
        return refuse(401, "Unauthorized")
    if request.mode.name == "too_many":
        wait = request.mode.options.get("retry_after", 1)
        return 429, *failure.as_json({"ok": False, "error_code": 429, "parameters": {"retry_after": wait},
                                      "description": f"Too Many Requests: retry after {wait}"})
    try:
        message = json.loads(request.body)
        text = message["text"]
    except (ValueError, KeyError, TypeError):
        return refuse(400, "Bad Request: message text is empty")
    if message.get("chat_id") != GROUP:
        return refuse(400, "Bad Request: chat not found")
    if not text or len(text) > LONGEST:
        return refuse(400, "Bad Request: message is too long")
    state.sent.append(message)
    return 200, *failure.as_json({"ok": True, "result": {"message_id": len(state.sent)}})
