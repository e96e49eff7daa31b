#!/bin/sh
# JOB_CONTROL's outer half: runs the queue manager, and starts it again when it dies.
#   job-control.sh NODE IMAGE [ARGUMENT ...]
# Descriptor 3 goes to the first queue manager only: on it the start command hears whether the node came up.
# An exit status of 0 (stopped) or 78 (cannot run like this) ends it.
wait_seconds=1
is_first=yes
pid=''
trap 'if [ -n "$pid" ]; then kill -TERM "$pid" 2>/dev/null; fi' TERM INT

VMSMAIL_READY_FD=3 "$@" &
pid=$!
exec 3>&-
unset VMSMAIL_READY_FD
while :; do
  started=$(date +%s)
  # A trapped signal interrupts `wait`: wait again until the process is really gone.
  while :; do
    wait "$pid"
    status=$?
    kill -0 "$pid" 2>/dev/null || break
  done
  case $status in 0 | 78) exit "$status" ;; esac
  # One that gives up by itself right after the first start will do so again; one that was killed will not.
  if [ "$is_first" = yes ] && [ "$status" -lt 128 ] && [ $(($(date +%s) - started)) -lt 5 ]; then exit "$status"; fi
  is_first=no
  if [ $(($(date +%s) - started)) -gt 60 ]; then wait_seconds=1; fi
  sleep "$wait_seconds"
  if [ "$wait_seconds" -lt 30 ]; then wait_seconds=$((wait_seconds * 2)); fi
  "$@" &
  pid=$!
done
