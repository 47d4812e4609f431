#!/usr/bin/env bash
# Deploys all stacks with the CDK CLI into MiniStack, from nothing, and runs the deployment suite against them over HTTP.
#
#   scripts/test-deployment.sh [vitest arguments…]
#
# PORT chooses MiniStack's port (default 4566). KEEP=1 leaves it running, with how to reach it, for looking around;
# 'scripts/ministack.sh stop PORT' ends it. Fails when a deployment or a test fails, and when no test ran.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
port=${PORT:-4566}
work=$root/.tools/deployment-$port

export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test CDK_DISABLE_CLI_TELEMETRY=true CI=true
unset AWS_PROFILE AWS_SESSION_TOKEN

cdk() {
  npx --no-install cdk "$@" --output "$work/cdk.out" --no-notices --no-version-reporting
}

rm -rf "$work" && mkdir -p "$work"
scripts/ministack.sh start "$port"
[ -n "${KEEP:-}" ] || trap 'scripts/ministack.sh stop "$port"' EXIT

echo "== an account as others left it"
npx --no-install tsx test/deployment/account.ts

echo "== cdk bootstrap"
cdk bootstrap aws://000000000000/eu-west-1 -c config=test/deployment/deployment.json >"$work/bootstrap.log" 2>&1 ||
  { tail -n 30 "$work/bootstrap.log" >&2; exit 1; }

echo "== cdk deploy --all"
started=$SECONDS
cdk deploy --all --require-approval never --method direct --concurrency 2 --outputs-file "$work/outputs.json" \
  -c config=test/deployment/deployment.json >"$work/deploy.log" 2>&1 ||
  { tail -n 60 "$work/deploy.log" >&2; exit 1; }
echo "deployed in $((SECONDS - started)) s"

api=$(node -p "require('$work/outputs.json')['steward-test-application'].ApiId")
export STEWARD_OUTPUTS=$work/outputs.json STEWARD_URL="$AWS_ENDPOINT_URL/_aws/execute-api/$api/\$default"
echo "== stories against $STEWARD_URL"
if [ -n "${KEEP:-}" ]; then
  echo "export AWS_ENDPOINT_URL=$AWS_ENDPOINT_URL STEWARD_OUTPUTS=$STEWARD_OUTPUTS STEWARD_URL='$STEWARD_URL' AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test"
fi
npx --no-install vitest run --config test/deployment/vitest.config.ts "$@"
