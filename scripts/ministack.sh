#!/usr/bin/env bash
# MiniStack, an AWS emulator on a loopback port, for real deployments without an account.
#
#   scripts/ministack.sh install             put it into .tools/python (nothing else of the machine changes)
#   scripts/ministack.sh start [port]        start it with empty state; default port 4566
#   scripts/ministack.sh stop [port]         stop it and the function workers that it started
#   scripts/ministack.sh run [port] -- COMMAND…
#                                            start, run COMMAND with the AWS variables set, stop; exits as COMMAND did
#
# State lives in a temporary folder that stop removes; the log stays in .tools/ministack-PORT/log until the next start.
set -euo pipefail

ministack_version=1.5.33
cryptography_version=50.0.2 # without it the JWT authoriser refuses every token
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$root/.tools/python

install_ministack() {
  local stamp=$python/ministack-$ministack_version-$cryptography_version
  [ -e "$stamp" ] && return
  [ -x "$python/bin/python" ] || python3 -m venv "$python"
  "$python/bin/pip" install --quiet --disable-pip-version-check \
    "ministack==$ministack_version" "cryptography==$cryptography_version"
  touch "$stamp"
}

answers() {
  curl --silent --fail --max-time 2 --output /dev/null "http://127.0.0.1:$1/_ministack/health"
}

start() {
  local port=$1 home=$root/.tools/ministack-$1 state
  install_ministack
  if answers "$port"; then
    echo "Port $port is already in use: stop what runs there or choose another port." >&2
    return 1
  fi
  rm -rf "$home" && mkdir -p "$home"
  # Functions are unpacked outside the project, where no package.json or node_modules of ours can help them along.
  state=$(mktemp -d "${TMPDIR:-/tmp}/ministack-$port.XXXXXX")
  echo "$state" >"$home/state"
  # A session of its own makes the server and its function workers one group, which stop ends whole;
  # an environment of its own, because the workers inherit it: only where SES and SNS are reached may be given.
  local endpoints=()
  for name in AWS_ENDPOINT_URL_SESV2 AWS_ENDPOINT_URL_SNS; do
    [ -z "${!name:-}" ] || endpoints+=("$name=${!name}")
  done
  env -i "${endpoints[@]}" PATH="$PATH" HOME="$HOME" LANG=C.UTF-8 \
    GATEWAY_PORT="$port" BIND_HOST=127.0.0.1 MINISTACK_HOST=localhost MINISTACK_REGION="${AWS_REGION:-eu-west-1}" \
    TMPDIR="$state" S3_DATA_DIR="$state/s3" STATE_DIR="$state/state" PERSIST_STATE=0 SFTP_ENABLED=0 IOT_MTLS_ENABLED=0 \
    LAMBDA_EXECUTOR=local LOG_LEVEL="${MINISTACK_LOG_LEVEL:-INFO}" \
    setsid "$python/bin/ministack" </dev/null >"$home/log" 2>&1 &
  echo $! >"$home/pid"
  for _ in $(seq 120); do
    if answers "$port"; then return; fi
    kill -0 "$(cat "$home/pid")" 2>/dev/null || break
    sleep 0.25
  done
  echo "MiniStack did not answer on port $port. Its log ends:" >&2
  tail -n 20 "$home/log" >&2
  stop "$port"
  return 1
}

stop() {
  local home=$root/.tools/ministack-$1 pid
  [ -e "$home/pid" ] || return 0
  pid=$(cat "$home/pid")
  kill -TERM -- "-$pid" 2>/dev/null || true
  for _ in $(seq 20); do
    kill -0 -- "-$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
  rm -rf "$(cat "$home/state")"
  rm -f "$home/pid" "$home/state"
}

run() {
  local port=$1
  shift
  start "$port"
  trap "stop $port" EXIT
  AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_REGION=${AWS_REGION:-eu-west-1} AWS_DEFAULT_REGION=${AWS_REGION:-eu-west-1} \
    AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test "$@"
}

command=${1:-}
port=4566
if [[ ${2:-} =~ ^[0-9]+$ ]]; then
  port=$2
  shift
fi
case $command in
  install) install_ministack ;;
  start)
    start "$port"
    echo "http://127.0.0.1:$port"
    ;;
  stop) stop "$port" ;;
  run)
    [ "${2:-}" = -- ] && [ $# -gt 2 ] || { echo "usage: $0 run [port] -- COMMAND…" >&2; exit 2; }
    shift 2
    run "$port" "$@"
    ;;
  *)
    echo "usage: $0 install | start [port] | stop [port] | run [port] -- COMMAND…" >&2
    exit 2
    ;;
esac
