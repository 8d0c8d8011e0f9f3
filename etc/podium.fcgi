#!/bin/sh
# Starts podium-web for mod_fcgid or, under the name podium.cgi, for one CGI request. Adapt the two paths;
# the configuration must lie outside the folder that the host serves.
exec "$HOME/podium/bin/podium-web" --config "$HOME/podium/podium.conf"
