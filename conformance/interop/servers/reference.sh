#!/usr/bin/env bash
# reference.sh [stdio | http [PORT]]: a server on the TypeScript SDK v2, both eras. It names its address on stderr.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "$("$here/../../setup.sh" --node)" "$here/reference.mjs" "$@"
