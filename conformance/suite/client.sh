#!/usr/bin/env bash
# client.sh COMMAND: the official conformance suite against a client, started as "COMMAND URL", both revisions.
# The scenarios named in client.mjs must pass; client-baseline.yml names the missing ones of the full suites and may
# only shrink. Last line: "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# The suite starts dozens at once: whatever has to be built is built before.
"$1" --help >/dev/null
exec "$("$here/../setup.sh" --node)" "$here/client.mjs" "$@"
