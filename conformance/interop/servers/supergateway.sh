#!/usr/bin/env bash
# supergateway.sh [ws [PORT]]: the npm package supergateway, which serves a server over stdio (server-everything) over
# WebSocket. Without a PORT any free one is taken and named on stderr.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ "${1:-ws}" = ws ] || { echo "usage: supergateway.sh [ws [PORT]]" >&2; exit 2; }
node=$("$here/../../setup.sh" --node)
free='const s = require("net").createServer();
    s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
port=${2:-0}
if [ "$port" = 0 ]; then port=$("$node" -e "$free"); fi
echo "supergateway starts {\"mcp\":\"ws://127.0.0.1:$port/message\"}" >&2
exec "$node" "$here/../../node_modules/supergateway/dist/index.js" --stdio "$here/everything.sh stdio" \
    --outputTransport ws --port "$port" --messagePath /message --logLevel none
