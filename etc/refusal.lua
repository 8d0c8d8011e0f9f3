-- Protects the pages with which lighttpd refuses a request that it could not read. They load nothing.

local head = lighty.r.resp_header
head["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
head["X-Content-Type-Options"] = "nosniff"
head["X-Frame-Options"] = "DENY"
head["Referrer-Policy"] = "no-referrer"
