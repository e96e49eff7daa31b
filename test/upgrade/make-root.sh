#!/bin/sh
# Makes the root of a version, for upgrade.test.ts: in it are mail in two folders, a text in a file, and a queue with mail that
# waits, short and long. Usage: make-root.sh DIRECTORY-WITH-THE-PROGRAM OUT.tar.gz PORT
# Run once for each format that lands, with the program as it landed and a free port, and the number that comes next (swaks is needed):
#   sh test/upgrade/make-root.sh . test/upgrade/roots/9-$(git rev-parse --short HEAD).tar.gz 12525
# The file is kept in roots/, and never made again.
set -eu
dir=$(cd "$1" && pwd); out=$2; port=$3
work=$(mktemp -d); root=$work/root
cd "$dir"
sh scripts/with-node.sh build >/dev/null 2>&1
v() { bin/vmsmail "$@" --root "$root"; }
v start --detach --node HEARTS --host hearts.example --port SMTP="$port" </dev/null
for user in ADAMS BAKER; do v dcl --user SYSTEM "MCR AUTHORIZE ADD $user/PASSWORD=SECRET_PW_9" </dev/null; done
big=$work/big; yes 'A line of a large message, one of many.' | head -n 4000 > "$big"
swaks --silent 2 --server 127.0.0.1:"$port" --from anne@elsewhere.example --to adams@hearts.example --header 'Subject: small one' --body 'A small text.'
swaks --silent 2 --server 127.0.0.1:"$port" --from anne@elsewhere.example --to adams@hearts.example,baker@hearts.example --header 'Subject: large one' --body @"$big"
i=0; while [ $i -lt 100 ] && [ "$(printf 'DIRECTORY NEWMAIL\nEXIT\n' | v mail --user ADAMS 2>/dev/null | grep -c 'one')" -lt 2 ]; do sleep 0.2; i=$((i+1)); done
printf 'READ/NEW\nMOVE MEMOS\nY\nEXIT\n' | v mail --user ADAMS || true
# The queue is stopped: what is sent now stays in it.
v tcpip --user SYSTEM "STOP MAIL" </dev/null || true
v dcl --user SYSTEM 'STOP/QUEUE/NEXT TCPIP$SMTP_HEARTS_01' </dev/null || true
printf 'SEND\nSMTP%%"far@away.invalid"\nwaiting for you\nThis one waits.\n\nEXIT\n' | v mail --user BAKER || true
# In front of a field that is left out: the text begins otherwise than its file.
swaks --silent 2 --server 127.0.0.1:"$port" --from anne@elsewhere.example --to adams@hearts.example --header 'X-Spam: No' --header 'Subject: long one that waits' --body @"$big"
v dcl --user SYSTEM 'SHOW QUEUE/ALL/FULL *' </dev/null || true
v stop
# Made anew by whoever starts it.
rm -f "$root/SYSMGR/TCPIP\$TLS_KEY.PEM" "$root/SYSMGR/TCPIP\$TLS_CERTIFICATE.PEM" "$root/SYSEXE/JOB_CONTROL.LOCK"
tar -C "$work" --owner=0 --group=0 --numeric-owner -cf - root | gzip -9n > "$out"
rm -rf "$work"
