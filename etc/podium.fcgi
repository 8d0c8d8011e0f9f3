#!/bin/sh
# Starts podium-web for mod_fcgid or, under the name podium.cgi, for one CGI request. Podium lies in a folder beside the one
# that the host serves, where this script is; a host may start it without saying whose home that is.
podium=$(cd "$(dirname "$0")/../podium" && pwd) || exit 1
exec "$podium/bin/podium-web" --config "$podium/podium.conf"
