#!/bin/sh
# Unpacks Debian's Exim into a folder, without installing it: test/conformance/unpack-exim.sh [DIR]
set -eu
to=${1:-/var/tmp/vmsmail-exim}
if [ -x "$to/usr/sbin/exim4" ]; then exit 0; fi
fetched=$(mktemp -d)
trap 'rm -rf "$fetched"' EXIT
(cd "$fetched" && apt-get -qq download exim4-daemon-light libnss-wrapper 2>/dev/null)
mkdir -p "$to"
for package in "$fetched"/*.deb; do dpkg -x "$package" "$to"; done
# It is to run without rights, and to believe the made-up user.
chmod u-s "$to/usr/sbin/exim4"
