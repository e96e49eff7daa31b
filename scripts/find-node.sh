# Sourced by bin/vmsmail and scripts/with-node.sh: finds a Node of 22.19 or later.
# Sets `node` to its path, or to nothing. Looks at VMSMAIL_NODE, at the Node of this machine, then at .node/.

node_is_recent() {
  [ -n "$1" ] && "$1" -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 22 || (major === 22 && minor >= 19) ? 0 : 1);
  ' 2>/dev/null
}

# $1: the directory of the project.
find_node() {
  for node in "${VMSMAIL_NODE:-}" "$(command -v node 2>/dev/null)" "$1"/.node/node_modules/node/bin/node \
    "$1"/.node/node_modules/node/node_modules/node-*/bin/node "$1"/.node/node_modules/node-*/bin/node; do
    if [ -x "$node" ] && node_is_recent "$node"; then
      return 0
    fi
  done
  node=''
  return 1
}
