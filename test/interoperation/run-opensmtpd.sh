#!/bin/sh
# OpenSMTPD with places and users that are written into it, in a mount namespace of its own: nothing of it is seen outside.
# unshare --mount --pid --fork --kill-child run-opensmtpd.sh UNPACKED DIRECTORY; DIRECTORY has smtpd.conf, passwd and group
set -eu
unpacked=$1
directory=$2
mount --make-rprivate /
mount --bind "$directory/passwd" /etc/passwd
mount --bind "$directory/group" /etc/group
for each in /var/spool /var/lib /usr/libexec /run; do mount -t tmpfs tmpfs "$each"; done
mkdir -p /var/lib/opensmtpd/empty
cp -a "$unpacked/usr/libexec/opensmtpd" /usr/libexec/
mkdir -m 711 /var/spool/smtpd
exec "$unpacked/usr/sbin/smtpd" -d -f "$directory/smtpd.conf"
