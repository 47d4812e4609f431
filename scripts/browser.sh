#!/bin/sh
# Runs the tests of the pages in a real browser (test/browser). Against STEWARD_URL where that is set, which must be
# one machine (npm start) with its demo organisation; otherwise against the routes themselves over a table in memory.
set -eu
cd "$(dirname "$0")/.."

find_browser() {
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" && return 0
  done
  return 1
}

if ! CHROMIUM=$(find_browser); then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
    CHROMIUM=$(find_browser)
  else
    echo 'These tests need Chromium: install it, or name it in CHROMIUM.' >&2
    exit 1
  fi
fi
export CHROMIUM
exec npx vitest run --config test/browser/vitest.config.ts "$@"
