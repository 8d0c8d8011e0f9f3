-- Sends the copy of a public page that podium-web has left in PAGE_DIR, so that the page costs little
-- more than a file. lighttpd.conf asks only for guests on the default variant: no cookie, no query. A
-- copy that is not young, or not there, leaves the request to podium-web, which makes a new one.
--
-- What is known of a copy is kept for the second in which it was looked up; lighttpd itself looks at
-- files no more often.

local MOST_AGE = 60 -- seconds
local MOST_KNOWN = 1000

local r = lighty.r
local attr = r.req_attr
local method = attr["request.method"]
if method ~= "GET" and method ~= "HEAD" then
	return
end

local known = _G.known_copies
if not known then
	known = {}
	_G.known_copies = known
	_G.n_known = 0
end

local path = attr["uri.path-raw"]
local now = os.time()
local copy = known[path]
if not copy or copy.now ~= now then
	local dir = r.req_env["PAGE_DIR"]
	if not dir or dir == "" or string.find(path, "[^%w%._/%-]") then
		return
	end
	local file = dir .. "/" .. string.gsub(path, "/", "+") .. ".html"
	local st = lighty.c.stat(file)
	if not st or not st.is_file then
		return
	end
	local age = now - st.st_mtime
	if age < 0 or age >= MOST_AGE then
		return
	end
	if not copy then
		if _G.n_known == MOST_KNOWN then
			known = {}
			_G.known_copies = known
			_G.n_known = 0
		end
		copy = {}
		known[path] = copy
		_G.n_known = _G.n_known + 1
	end
	copy.now = now
	copy.tag = string.format('W/"%x-%x-%x"', st.st_mtime, st.st_ino, st.st_size)
	copy.cache = "public, max-age=" .. MOST_AGE - age
	copy.body = { { filename = file } }
end

local head = r.resp_header
head["ETag"] = copy.tag
head["Cache-Control"] = copy.cache
head["Vary"] = "Cookie"
if attr["uri.scheme"] == "https" then
	head["Strict-Transport-Security"] = "max-age=31536000"
end
local wanted = r.req_header["If-None-Match"]
if wanted and string.find(string.gsub(wanted, "%-gzip\"", '"'), string.sub(copy.tag, 3), 1, true) then
	return 304
end
head["Content-Type"] = "text/html; charset=utf-8"
r.resp_body.set(copy.body)
return 200
