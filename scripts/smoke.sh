#!/usr/bin/env bash
# Starts the system as the README says, on a free port with a fresh folder, asks it the main question, and stops it.
set -euo pipefail
cd "$(dirname "$0")/.."
data=$(mktemp -d)
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
url="http://127.0.0.1:$port"
PORT=$port STEWARD_DATA=$data npm start >"$data/start.log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; rm -rf "$data"' EXIT
for _ in $(seq 1 600); do
  grep -q 'Steward runs on this machine' "$data/start.log" && break
  kill -0 $pid 2>/dev/null || { cat "$data/start.log"; exit 1; }
  sleep 0.1
done
token=$(curl -sf "$url/local/token?as=agent" | sed 's/.*"token":"\([^"]*\)".*/\1/')
live=$(curl -sf -H "authorization: Bearer $token" "$url/v1/incidents?phase=live&sort=due")
node -e '
  const { items } = JSON.parse(process.argv[1]);
  if (!items.length) throw new Error("The demo organisation has no live incidents.");
  if (!items.some((item) => item.nextDue)) throw new Error("No clock runs.");
  console.log(`${items.length} live incidents; the next is due ${items[0].nextDue}: ${items[0].title}`);
' "$live"
made=$(curl -sf -H "authorization: Bearer $token" -H 'content-type: application/json' "$url/v1/incidents" -d '{"title":"The label printer prints blank labels"}')
grep -q '"number":"INC-' <<<"$made"
for path in / /docs /v1/openapi.json; do curl -sf "$url$path" >/dev/null; done
echo "It answers at $url."
