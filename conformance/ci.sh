#!/usr/bin/env bash
# The official suite in both directions and the foreign clients and servers, against conformance/server,
# conformance/client and ./erlmcp. `ci.sh --docs` also writes docs/interop.md. Runs everything, then ends with 1 when
# anything failed. Nothing is skipped.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=.build/interop
mkdir -p "$out"
failed=()
server_pid=

finish() {
    [ -z "$server_pid" ] || { kill "$server_pid" 2>/dev/null && wait "$server_pid" 2>/dev/null; }
    server_pid=
}
trap finish EXIT
trap 'exit 130' INT TERM

for needed in conformance/server conformance/client erlmcp; do
    [ -x "$needed" ] || { echo "ci: $needed is missing" >&2; exit 1; }
done

node=$(conformance/setup.sh --node) || exit 1

start_server() {
    conformance/server --port 0 2> "$out/server.err" > "$out/server.out" < /dev/null &
    server_pid=$!
    local began=$SECONDS
    until url=$(sed -n 's/^erlmcp ready .*"mcp": *"\([^"]*\)".*/\1/p' "$out/server.err") && [ -n "$url" ]; do
        if ! kill -0 "$server_pid" 2>/dev/null || [ $((SECONDS - began)) -gt 180 ]; then
            echo "ci: conformance/server did not become ready:" >&2
            tail -n 20 "$out/server.err" >&2
            exit 1
        fi
        sleep 0.1
    done
    echo "conformance/server is ready at $url"
}

step() { # step TITLE COMMAND...
    local title=$1 began=$SECONDS last
    shift
    printf '\n--- %s\n' "$title"
    if "$@" 2>&1 | tee "$out/last.log"; then :; else failed+=("$title"); fi
    last=$(tail -n 1 "$out/last.log")
    case $last in
        *" passed, "*" failed") summary+=("$title: $last ($((SECONDS - began)) s)") ;;
        *) summary+=("$title: ended without a result ($((SECONDS - began)) s)"); failed+=("$title") ;;
    esac
}
summary=()

# Built first, so that no time limit below counts a build.
conformance/server --help > /dev/null || exit 1
./erlmcp --version > /dev/null || exit 1

start_server
step "official suite, server" conformance/suite/server.sh "$url"
step "official suite, client" conformance/suite/client.sh "$PWD/conformance/client"
step "foreign clients" "$node" conformance/interop/clients.mjs "$url" "ws${url#http}/ws" "$url/sse" --json "$out/clients.json" \
    -- "$PWD/conformance/server" --stdio
step "foreign servers" "$node" conformance/interop/servers.mjs --json "$out/servers.json" "$PWD/erlmcp"
step "foreign servers behind the node" "$node" conformance/interop/upstreams.mjs --json "$out/upstreams.json" "$PWD/erlmcp"

# SIGTERM must end the server in good order.
kill "$server_pid"
wait "$server_pid"
code=$?
server_pid=
[ "$code" = 0 ] || { echo "conformance/server ended with $code after SIGTERM" >&2; failed+=("SIGTERM"); }

if [ "${1:-}" = --docs ]; then
    # The tests of the conformance module leave what the Java SDK passed in its target folder.
    "$node" conformance/interop/docs.mjs "$out/clients.json" "$out/servers.json" "$out/upstreams.json" \
        $(ls conformance/target/interop/*.json 2>/dev/null) > docs/interop.md
fi
printf '\n--- conformance and foreign peers\n'
printf '%s\n' "${summary[@]}"
if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[@]}"
    exit 1
fi
