# Sourced by bin/vmsmail and scripts/with-node.sh: finds a Node of 22.19 or later. Sets `node` to its path, or to nothing.

# $1: what `node --version` says: v24.1.0
node_version_is_recent() {
  major=${1#v}
  minor=${major#*.}
  major=${major%%.*}
  minor=${minor%%.*}
  case $major$minor in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 19 ]; }
}

# Looks at VMSMAIL_NODE, at the Node of this machine, then at .node/.
# $1: the directory of the project.
find_node() {
  for node in "${VMSMAIL_NODE:-}" "$(command -v node 2>/dev/null)" "$1"/.node/node_modules/node/bin/node \
    "$1"/.node/node_modules/node/node_modules/node-*/bin/node "$1"/.node/node_modules/node-*/bin/node; do
    if [ -x "$node" ] && node_version_is_recent "$("$node" --version 2>/dev/null)"; then
      return 0
    fi
  done
  node=''
  return 1
}

# The same without running anything, where the set-up has noted what it found: a prompt waits for this.
# $1: the directory of the project.
find_node_fast() {
  if [ -z "${VMSMAIL_NODE:-}" ] && [ -r "$1/.node/chosen" ]; then
    read -r node <"$1/.node/chosen" && [ -x "$node" ] && return 0
  fi
  find_node "$1"
}
