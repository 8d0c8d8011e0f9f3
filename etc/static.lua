-- Lets a static file be kept for ever, and sends it in the form that the build has compressed already, when the client
-- takes it. What is not there is left to the application, whose 404 nobody is to keep.

local r = lighty.r
local path = r.req_attr["physical.path"]
local file = lighty.c.stat(path)
if not file or not file.is_file then
	return
end
r.resp_header["Cache-Control"] = "public, max-age=31536000, immutable"
local accepted = r.req_header["Accept-Encoding"] or ""
local types = {
	css = "text/css; charset=utf-8",
	js = "text/javascript; charset=utf-8",
	json = "application/json",
	svg = "image/svg+xml",
	webmanifest = "application/manifest+json",
}
local kind = types[string.match(path, "%.(%w+)$") or ""]
if not kind then
	return
end
r.resp_header["Vary"] = "Accept-Encoding"
for _, form in ipairs({ { "br", ".br" }, { "gzip", ".gz" } }) do
	local refused = string.find(accepted, form[1] .. "%s*;%s*q=0%.?0*%f[,%z]")
	if string.find(accepted, "%f[%w]" .. form[1] .. "%f[%W]") and not refused then
		local st = lighty.c.stat(path .. form[2])
		if st and st.is_file then
			r.req_attr["physical.path"] = path .. form[2]
			r.resp_header["Content-Type"] = kind
			r.resp_header["Content-Encoding"] = form[1]
			return
		end
	end
end
