#!/bin/sh
# Unpacks Debian's OpenSMTPD into a folder, without installing it: test/interoperation/unpack-opensmtpd.sh [DIR]
set -eu
to=${1:-/var/tmp/vmsmail-opensmtpd}
if [ -x "$to/usr/sbin/smtpd" ]; then exit 0; fi
fetched=$(mktemp -d)
trap 'rm -rf "$fetched"' EXIT
(cd "$fetched" && apt-get -qq download opensmtpd 2>/dev/null)
mkdir -p "$to"
for package in "$fetched"/*.deb; do dpkg -x "$package" "$to"; done
