#!/bin/sh
# Sets the project up and runs one of its tasks: build, test, check, types, bench, torture, conformance.
# Works as the first command on a fresh clone: fetches Node 24 into .node/ when the machine's own is too old,
# installs the dependencies of the lockfile, builds when sources are newer than dist/.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
. scripts/find-node.sh

if ! find_node "$root"; then
  command -v npm >/dev/null 2>&1 || { echo 'vmsmail: npm is needed to set up: install Node with npm first' >&2; exit 1; }
  echo 'Fetching Node 24 into .node/ ...' >&2
  mkdir -p .node
  npm install --prefix .node --no-save --no-package-lock --no-audit --no-fund --loglevel=error node@24 >&2
  find_node "$root" || { echo 'vmsmail: Node 24 could not be set up in .node/' >&2; exit 1; }
fi
# For bin/vmsmail, which then need not look for it at every start.
mkdir -p .node
if [ "$(cat .node/chosen 2>/dev/null)" != "$node" ]; then
  printf '%s\n' "$node" >.node/chosen.$$
  mv .node/chosen.$$ .node/chosen
fi
PATH="$(dirname -- "$node"):$PATH"
export PATH

# `npm ci` once for each state of the lockfile.
stamp=node_modules/.vmsmail-lock
if ! cmp -s package-lock.json "$stamp"; then
  echo 'Installing dependencies ...' >&2
  # No install scripts: the packages ship their binaries, and nothing is compiled or fetched behind the lockfile.
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
fi

build() {
  if [ -f dist/vmsmail.cjs ] && [ -z "$(find src 'sys$system' dcl scripts/*.ts package.json package-lock.json -newer dist/vmsmail.cjs -print 2>/dev/null | head -n 1)" ]; then
    return 0
  fi
  "$node" scripts/build.ts >&2
}

check() {
  node_modules/.bin/biome check .
  node_modules/.bin/tsc -p .
}

task=$1
shift
case "$task" in
  build) build ;;
  test) build; "$node" node_modules/vitest/vitest.mjs run "$@" ;;
  check) check ;;
  types) node_modules/.bin/tsc -p scripts/types.json ;;
  bench)
    build
    case "${1:-}" in
      prompt) shift; "$node" bench/prompt.ts "$@" ;;
      dcl) shift; "$node" bench/dcl.ts "$@" ;;
      checks) shift; "$node" bench/checks.ts "$@" ;;
      cpu) shift; "$node" bench/cpu.ts "$@" ;;
      imap) shift; "$node" bench/imap.ts "$@" ;;
      mailbox) shift; "$node" bench/mailbox.ts "$@" ;;
      memory) shift; "$node" bench/memory.ts "$@" ;;
      start) shift; "$node" bench/start.ts "$@" ;;
      tls) shift; "$node" bench/tls.ts "$@" ;;
      queue) shift; "$node" bench/queue.ts "$@" ;;
      *) "$node" bench/run.ts "$@" ;;
    esac ;;
  torture)
    build
    case "${1:-}" in
      mail-file) shift; "$node" test/durability/mail-file-in-use.ts "$@" ;;
      operator) shift; "$node" test/operators/walk.ts "$@" ;;
      imap) shift; "$node" test/imap/concurrency.ts "$@" ;;
      faults) shift; "$node" test/faults/faults.ts "$@" ;;
      fuzz) shift; "$node" --expose-gc test/fuzz/command.ts "$@" ;;
      peers) shift; "$node" test/peers/peers.ts "$@" ;;
      long) shift; "$node" test/long/long.ts "$@" ;;
      overload) shift; "$node" test/overload/overload.ts "$@" ;;
      power-cut) shift; "$node" test/power-cut/power-cut.ts "$@" ;;
      *) "$node" test/crash/crash.ts "$@" ;;
    esac ;;
  conformance) build; "$node" test/conformance/run.ts "$@" ;;
  *) echo "usage: with-node.sh build|test|check|bench|torture|conformance" >&2; exit 2 ;;
esac
