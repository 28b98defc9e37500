#!/usr/bin/env bash
# Installs the peers of the conformance and interop checks (Node 22 and npm packages, versions pinned in package.json)
# into conformance/node_modules. Done once; later calls take a moment. `setup.sh --node` prints only the path of node.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"
node="$here/node_modules/node/bin/node"
want=$(cat package.json package-lock.json | sha256sum | cut -d' ' -f1)
stamp=node_modules/.installed

installed() { [ -x "$node" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; }

if ! installed; then
    mkdir -p ../.build
    exec 9>../.build/interop-setup.lock
    flock 9
    if ! installed; then
        command -v npm >/dev/null || { echo "setup: npm is missing; install Node.js 20 or later with npm" >&2; exit 1; }
        echo "setup: installing the peers (once)" >&2
        npm ci --no-audit --no-fund --loglevel=error --prefix "$here" >&2
        [ -x "$node" ] || { echo "setup: the npm package node left no $node" >&2; exit 1; }
        echo "$want" > "$stamp"
    fi
    exec 9>&-
fi

if [ "${1:-}" = --node ]; then
    echo "$node"
    exit
fi
echo "node $("$node" --version)"
"$node" -e '
  const fs = require("fs");
  for (const name of Object.keys(require("./package.json").dependencies))
    if (name !== "node") console.log(name, JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version);'
