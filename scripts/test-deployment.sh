#!/usr/bin/env bash
# Deploys all stacks with the CDK CLI into MiniStack, from nothing, and runs the deployment suite against them over HTTP.
#
#   scripts/test-deployment.sh [vitest arguments…]
#
# PORT chooses MiniStack's port (default 4566); the next one is the post office's. KEEP=1 leaves both running and says how
# to reach them; 'scripts/ministack.sh stop PORT' ends the first, kill the second. Fails when a deployment or a test fails, and when no test ran.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
port=${PORT:-4566}
work=$root/.tools/deployment-$port

export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test CDK_DISABLE_CLI_TELEMETRY=true CI=true
export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true
unset AWS_PROFILE AWS_SESSION_TOKEN

cdk() {
  npx --no-install cdk "$@" --output "$work/cdk.out" --no-notices --no-version-reporting
}

rm -rf "$work" && mkdir -p "$work"
post_office=http://127.0.0.1:$((port + 1))
end() {
  [ -z "${post_office_pid:-}" ] || kill "$post_office_pid" 2>/dev/null || true
  scripts/ministack.sh stop "$port"
}
trap end EXIT
# The functions send mail and publications through the post office, which keeps them whole.
AWS_ENDPOINT_URL_SESV2=$post_office AWS_ENDPOINT_URL_SNS=$post_office scripts/ministack.sh start "$port"
node --import tsx test/deployment/post-office.ts $((port + 1)) "$AWS_ENDPOINT_URL" &
post_office_pid=$!

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
export STEWARD_POST_OFFICE=$post_office
if [ -n "${KEEP:-}" ]; then
  trap - EXIT
  echo "It stays: processes $post_office_pid and $(cat ".tools/ministack-$port/pid"). To reach it:"
  echo "export AWS_ENDPOINT_URL=$AWS_ENDPOINT_URL AWS_REGION=$AWS_REGION AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test" \
    "STEWARD_OUTPUTS=$STEWARD_OUTPUTS STEWARD_URL='$STEWARD_URL' STEWARD_POST_OFFICE=$post_office"
fi
echo "== stories against $STEWARD_URL"
npx --no-install vitest run --config test/deployment/vitest.config.ts "$@"
