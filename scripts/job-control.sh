#!/bin/sh
# JOB_CONTROL's outer half: runs the queue manager, and starts it again when it dies. Started by `vmsmail start`:
#   job-control.sh LOCK LOG attached|detached NODE IMAGE [ARGUMENT ...]
# Descriptor 4 is LOCK, locked: every process of the node holds it, so that it is free when the last one has ended. It says
# who job control is, and what goes on: images/node-lock.ts reads it.
# Descriptor 3 leads to the start command: a line GO from there begins, and the first queue manager says on it whether
# the node came up. Attached, the node ends when the start command is gone.
# An exit status of 0 (stopped) or 78 (cannot run like this) ends it.
lock=$1 log=$2 attachment=$3
shift 3
umask 077
# What a process has in memory, passwords and mail, is written to no disk when it crashes.
ulimit -c 0
# A terminal that hangs up, and a start command that has gone, are no reasons to end.
trap '' HUP PIPE
pid='' sleeper='' stopping=no
# Instant this process began, in ticks since the machine did: field 22, counted behind the name in parentheses.
began() {
  read -r line <"/proc/$$/stat"
  # shellcheck disable=SC2086 # words are wanted
  set -- ${line##*) }
  began=${20}
}
# Written over what was there, always the same length: nobody reads half of it, and a full file system has room for it.
state() { printf '%-99s\n' "$$ $began $1" 1<>"$lock"; }
# Seconds that no change of the date moves.
seconds() {
  read -r up _ </proc/uptime
  seconds=${up%%.*}
}

stop() {
  stopping=yes
  state stopping
  if [ -n "$pid" ]; then kill -TERM "$pid" 2>/dev/null; fi
  if [ -n "$sleeper" ]; then kill -TERM "$sleeper" 2>/dev/null; fi
}
trap stop TERM INT

began
if ! state starting; then
  echo "FAILED no space is left on the file system of $lock" >&3
  exit 78
fi
read -r answer <&3
if [ "$answer" != GO ]; then exit 0; fi
exec </dev/null >>"$log" 2>&1

VMSMAIL_READY_FD=3 VMSMAIL_LOCK_FD=4 VMSMAIL_JOB_CONTROL=$$
export VMSMAIL_READY_FD VMSMAIL_LOCK_FD VMSMAIL_JOB_CONTROL
if [ "$attachment" = attached ]; then export VMSMAIL_ATTACHED=yes; fi
wait_seconds=1
is_first=yes
while :; do
  "$@" &
  pid=$!
  if [ "$is_first" = yes ] && [ "$attachment" != attached ]; then
    exec 3>&-
    unset VMSMAIL_READY_FD
  fi
  seconds
  started=$seconds
  # A signal that came before there was somebody to pass it to.
  if [ "$stopping" = yes ]; then stop; fi
  # A trapped signal interrupts `wait`: wait again until the process is really gone.
  while :; do
    wait "$pid"
    status=$?
    kill -0 "$pid" 2>/dev/null || break
  done
  pid=''
  if [ "$stopping" = yes ]; then exit 0; fi
  case $status in 0 | 78) exit "$status" ;; esac
  seconds
  # One that gives up by itself right after the first start will do so again; one that was killed will not.
  if [ "$is_first" = yes ] && [ "$status" -lt 128 ] && [ $((seconds - started)) -lt 5 ]; then exit "$status"; fi
  is_first=no
  if [ $((seconds - started)) -gt 60 ]; then wait_seconds=1; fi
  VMSMAIL_RESTARTED=$status
  export VMSMAIL_RESTARTED
  # A second at a time: nothing sleeps on for long when this process is killed.
  left=$wait_seconds
  while [ "$left" -gt 0 ] && [ "$stopping" = no ]; do
    state "waiting $left $status"
    sleep 1 3>&- 4>&- &
    sleeper=$!
    wait "$sleeper"
    sleeper=''
    left=$((left - 1))
  done
  if [ "$stopping" = yes ]; then exit 0; fi
  if [ "$wait_seconds" -lt 30 ]; then wait_seconds=$((wait_seconds * 2)); fi
  state restarting
done
