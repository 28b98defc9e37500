#!/usr/bin/env bash
# everything.sh [stdio | http [PORT] | sse [PORT]]: the npm package server-everything, legacy era; sse is HTTP+SSE
# (2024-11-05). Without a PORT any free one is taken and named on stderr.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
node=$("$here/../../setup.sh" --node)
main=$here/../../node_modules/@modelcontextprotocol/server-everything/dist/index.js
free='const s = require("net").createServer();
    s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
over() { # over MODE PATH [PORT]
    local port=${3:-0}
    if [ "$port" = 0 ]; then port=$("$node" -e "$free"); fi
    echo "everything starts {\"mcp\":\"http://127.0.0.1:$port$2\"}" >&2
    PORT=$port exec "$node" "$main" "$1"
}
case ${1:-stdio} in
    stdio) exec "$node" "$main" stdio ;;
    http) over streamableHttp /mcp "${2:-0}" ;;
    sse) over sse /sse "${2:-0}" ;;
    *) echo "usage: everything.sh [stdio | http [PORT] | sse [PORT]]" >&2; exit 2 ;;
esac
