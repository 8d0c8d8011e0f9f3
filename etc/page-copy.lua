-- Sends the copy of a public page that podium-web has left in PAGE_DIR, so that the page costs little
-- more than a file. lighttpd.conf asks only for GET and HEAD of pages that may have one, for guests on
-- the default variant: no cookie, no query; it also sets the headers that are always the same. A copy
-- that is not young, or not there, leaves the request to podium-web, which makes a new one.
--
-- A copy is looked at and read once a second; between, it is sent from memory. It is read after its
-- times were taken, so no page leaves under the tag of a younger one.

local lighty = lighty
local r = lighty.r
local path = r.req_attr["uri.path-raw"]
local known = _G.known_copies
local now = lighty.c.time()
local copy = known and known[path]
if not copy or copy.now ~= now then
	local MOST_AGE = 60 -- seconds
	local MOST_KNOWN = 1000
	local MOST_SIZE = 262144 -- of one page, in bytes

	local dir = r.req_env["PAGE_DIR"]
	if not dir or dir == "" or string.find(path, "[^%w%._/%-]") then
		return
	end
	local name = dir .. "/" .. string.gsub(path, "/", "+") .. ".html"
	local st = lighty.c.stat(name)
	if not st or not st.is_file or st.st_size > MOST_SIZE then
		return
	end
	local age = now - st.st_mtime
	if age < 0 or age >= MOST_AGE then
		return
	end
	local tag = string.format('W/"%x-%x-%x"', st.st_mtime, st.st_ino, st.st_size)
	local file = io.open(name, "rb")
	local body = file and file:read("a")
	if file then
		file:close()
	end
	if not body then
		return
	end
	if not known or (not copy and _G.n_known == MOST_KNOWN) then
		known = {}
		_G.known_copies = known
		_G.n_known = 0
		copy = nil
	end
	if not copy then
		copy = {}
		known[path] = copy
		_G.n_known = _G.n_known + 1
	end
	copy.now = now
	copy.body = body
	copy.tag = tag
	copy.cache = "public, max-age=" .. MOST_AGE - age
end

local head = r.resp_header
head["ETag"] = copy.tag
head["Cache-Control"] = copy.cache
local wanted = r.req_header["If-None-Match"]
if wanted and string.find(string.gsub(wanted, "%-gzip\"", '"'), string.sub(copy.tag, 3), 1, true) then
	return 304
end
head["Content-Type"] = "text/html; charset=utf-8"
r.resp_body.set(copy.body)
return 200
