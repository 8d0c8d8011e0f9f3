-- Gives what lighttpd refuses by itself the headers that protect its page, which loads nothing and has one style, and an
-- id: in the header and on the page as podium-web's have it, and in a line of lighttpd's log, without the address, because
-- some are secrets.

local r = lighty.r
local head = r.resp_header
if head["X-Request-Id"] then
	return -- podium-web's
end
local id = ""
for _ = 1, 2 do
	id = id .. string.format("%08x", lighty.c.rand() % 0x100000000)
end
-- /refusal is asked for what went wrong before; anything else, where podium-web is away, went wrong itself.
local status = r.req_attr["uri.path"] == "/refusal" and r.req_env["REDIRECT_STATUS"] or r.req_item["http_status"]
local quote = "<p>If you report this, please quote the request <code>" .. id .. "</code></p>\n"
local page = string.gsub(r.resp_body.get, "</body>", quote .. "%0")

head["Content-Security-Policy"] = "default-src 'none'; style-src 'sha256-3v3xarCo0wR41WN4stI+PDNqnCt+QL7d+OY7qHOsh34='; frame-ancestors 'none'"
head["X-Content-Type-Options"] = "nosniff"
head["X-Frame-Options"] = "DENY"
head["Referrer-Policy"] = "no-referrer"
head["X-Request-Id"] = id
print("refused req=" .. id .. " status=" .. status)
r.resp_body.set(page)
return tonumber(status)
