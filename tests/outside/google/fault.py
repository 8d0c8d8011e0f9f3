"""Orders to misbehave. Each rule names a call and what happens to it:

    call        "events.insert", "token.refresh", "events.*" or "*"
    user        only calls of this person
    skip        this many calls pass first
    times       how many calls it holds for (none: until it is taken back)
    status      of the answer; with `reason` its body is Google's, with `body` that text
    headers     further headers
    latency_ms  waits first
    cut         the connection ends in the middle of the body
    reset       the connection is reset without an answer
    after       the call has its effect before it goes wrong
"""

import fnmatch

MESSAGES = {
    "authError": "Invalid Credentials", "notFound": "Not Found", "backendError": "Backend Error",
    "duplicate": "The requested identifier already exists.", "deleted": "Resource has been deleted",
    "conditionNotMet": "Precondition Failed", "rateLimitExceeded": "Rate Limit Exceeded",
    "userRateLimitExceeded": "User Rate Limit Exceeded", "quotaExceeded": "Calendar usage limits exceeded.",
    "insufficientPermissions": "Insufficient Permission", "forbidden": "Forbidden",
    "forbiddenForNonOrganizer": "Shared properties can only be changed by the organizer of the event.",
    "accessNotConfigured": "Access Not Configured.", "required": "Required", "invalid": "Invalid Value",
    "timeRangeEmpty": "The specified time range is empty.", "conflict": "Conflict",
    "fullSyncRequired": "Sync token is no longer valid, a full sync is required.",
}
DOMAINS = {"rateLimitExceeded": "usageLimits", "userRateLimitExceeded": "usageLimits",
           "quotaExceeded": "usageLimits", "accessNotConfigured": "usageLimits", "timeRangeEmpty": "calendar",
           "forbiddenForNonOrganizer": "calendar", "fullSyncRequired": "calendar"}


def error_body(status, reason, message=None):
    message = message or MESSAGES.get(reason, reason)
    return {"error": {"errors": [{"domain": DOMAINS.get(reason, "global"), "reason": reason,
                                  "message": message}], "code": status, "message": message}}


KNOWN = {"call", "user", "skip", "times", "status", "reason", "body", "headers", "latency_ms", "cut", "reset",
         "after"}


def add(state, rule):
    unknown = set(rule) - KNOWN
    if unknown or "call" not in rule:
        raise ValueError(f"a rule cannot have {sorted(unknown)}" if unknown else "a rule names its call")
    with state.lock:
        state.faults.append({"skip": 0, "times": None, **rule})


def take(state, call, email):
    """The rule that holds for this call, used once; or None."""
    with state.lock:
        for rule in state.faults:
            if not fnmatch.fnmatchcase(call, rule["call"]) or rule.get("user", email) != email:
                continue
            if rule["times"] is not None and rule["times"] <= 0:
                continue
            if rule["skip"] > 0:
                rule["skip"] -= 1
                continue
            if rule["times"] is not None:
                rule["times"] -= 1
            return rule
    return None
