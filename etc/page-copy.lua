-- Sends the copy of a public page that podium-web has left in PAGE_DIR, so that the page costs no
-- more than a file. Only to guests on the default variant: no cookie, no query. A copy that is not
-- young, or not there, leaves the request to podium-web, which makes a new one.
--
-- The protective headers are those of fcgi/response.c; tests/web/test_copy.py compares them.

local MOST_AGE = 60 -- seconds

local r = lighty.r
local method = r.req_attr["request.method"]
if (method ~= "GET" and method ~= "HEAD") or r.req_header["Cookie"] or r.req_attr["uri.query"] then
	return
end

local path = r.req_attr["uri.path-raw"]
local dir = r.req_env["PAGE_DIR"]
if not dir or dir == "" or string.find(path, "[^%w%._/%-]") then
	return
end

local file = dir .. "/" .. string.gsub(path, "/", "+") .. ".html"
local st = lighty.c.stat(file)
if not st or not st.is_file then
	return
end
local age = os.time() - st.st_mtime
if age < 0 or age >= MOST_AGE then
	return
end

local head = r.resp_header
local tag = string.format('W/"%x-%x-%x"', st.st_mtime, st.st_ino, st.st_size)
head["ETag"] = tag
head["Cache-Control"] = "public, max-age=" .. MOST_AGE - age
head["Vary"] = "Cookie"
head["Content-Security-Policy"] = "default-src 'none'; script-src 'self'; style-src 'self'; "
	.. "img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
	.. "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
head["X-Content-Type-Options"] = "nosniff"
head["X-Frame-Options"] = "DENY"
head["Referrer-Policy"] = "strict-origin-when-cross-origin"
head["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
head["Cross-Origin-Opener-Policy"] = "same-origin"
head["Cross-Origin-Resource-Policy"] = "same-origin"
if r.req_attr["uri.scheme"] == "https" then
	head["Strict-Transport-Security"] = "max-age=31536000"
end

local known = r.req_header["If-None-Match"]
if known and string.find(string.gsub(known, "%-gzip\"", '"'), string.sub(tag, 3), 1, true) then
	return 304
end
head["Content-Type"] = "text/html; charset=utf-8"
r.resp_body.set({ { filename = file } })
return 200
