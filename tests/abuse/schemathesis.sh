#!/usr/bin/env bash
# Sends seeded requests, right and wrong ones, to every operation of the API description: all checks of schemathesis, at most
# two minutes. No answer may be a fault of the program or contradict the description.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD tools=$PWD/target/schemathesis work=$(mktemp -d)

if [ ! -x "$tools/bin/schemathesis" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check "schemathesis>=4.32,<5"
fi
cargo build --quiet --locked

# The tool leaves files where it runs.
cd "$work"
"$root/target/debug/qianshou" serve --demo --listen 127.0.0.1:0 >served &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" || true; rm -rf "$work"' EXIT
until address=$(grep -o 'http://[0-9.:]*/api/' served); do kill -0 "$server" && sleep 0.1; done

# Left out: what fits the description can name a place that does not exist; DELETE stops a job, whose documents appear at its end
# and are kept for a while.
left_out=positive_data_acceptance,use_after_free,ensure_resource_availability
timeout 120 "$tools/bin/schemathesis" --config-file "$root/tests/abuse/schemathesis.toml" run "${address}v1/openapi.json" \
  --checks all --exclude-checks "$left_out" --seed "${SEED:-7}" --max-examples 8 --continue-on-failure --warnings off
kill -0 "$server" # it is still there
