#!/usr/bin/env bash
# everything.sh [stdio | http [PORT]]: the npm package server-everything, legacy era. Without a PORT any free one is
# taken and named on stderr.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
node=$("$here/../../setup.sh" --node)
main=$here/../../node_modules/@modelcontextprotocol/server-everything/dist/index.js
free='const s = require("net").createServer();
    s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
case ${1:-stdio} in
    stdio) exec "$node" "$main" stdio ;;
    http)
        port=${2:-0}
        if [ "$port" = 0 ]; then port=$("$node" -e "$free"); fi
        echo "everything starts {\"mcp\":\"http://127.0.0.1:$port/mcp\"}" >&2
        PORT=$port exec "$node" "$main" streamableHttp ;;
    *) echo "usage: everything.sh [stdio | http [PORT]]" >&2; exit 2 ;;
esac
