#!/usr/bin/env bash
# server.sh URL: the official conformance suite against a running MCP server, revisions 2026-07-28 and 2025-11-25.
# Every scored scenario and the unscored ones we hold ourselves to must run and pass. Last line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "$("$here/../setup.sh" --node)" "$here/server.mjs" "$@"
