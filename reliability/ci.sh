#!/usr/bin/env bash
# Every guarantee that has a program, small, with its controls: a twentieth of what docs/reliability.md reports, or less.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# R04: strace. R20 and R25: prlimit, unshare and nsenter of util-linux, ip of iproute2. R24: faketime.
missing=()
for need in strace:strace prlimit:util-linux unshare:util-linux nsenter:util-linux ip:iproute2 faketime:faketime; do
    command -v "${need%:*}" >/dev/null || missing+=("${need#*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -qq >/dev/null && apt-get install -y -qq "${missing[@]}" >/dev/null
fi
failed=()
for row in R01 R02 R03 R04 R11 R13 R15 R17 R18 R19 R20 R22 R24 R25 R26 R28 R30 R32 R33; do
    printf '\n--- %s\n' "$row"
    ./run "$row" --seed "${SEED:-$RANDOM}" || failed+=("$row")
done
if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[*]}"
    exit 1
fi
