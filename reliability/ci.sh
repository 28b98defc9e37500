#!/usr/bin/env bash
# Every guarantee that has a program, small, with its controls: a twentieth of what docs/reliability.md reports, or less.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
failed=()
if ! command -v strace > /dev/null; then
    apt-get update -qq && apt-get install -y -qq strace
fi
for row in R01 R02 R03 R04 R11 R13 R15 R17 R18 R19 R22 R24 R26 R28 R30 R32 R33; do
    printf '\n--- %s\n' "$row"
    ./run "$row" --seed "${SEED:-$RANDOM}" || failed+=("$row")
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[*]}"
    exit 1
fi
