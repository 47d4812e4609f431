#!/usr/bin/env bash
# Checks synthesised CloudFormation templates with cfn-lint.
#
#   scripts/cfn-lint.sh [folder]     the templates of a cloud assembly; without one, those of the example configuration,
#                                    which are synthesised first
#
# Fails on errors and warnings, and when the folder holds no template.
set -euo pipefail

cfn_lint_version=1.58.0
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$root/.tools/python
folder=${1:-$root/.tools/example.out}

stamp=$python/cfn-lint-$cfn_lint_version
if [ ! -e "$stamp" ]; then
  [ -x "$python/bin/python" ] || python3 -m venv "$python"
  "$python/bin/pip" install --quiet --disable-pip-version-check "cfn-lint==$cfn_lint_version"
  touch "$stamp"
fi

if [ $# -eq 0 ]; then
  (cd "$root" && rm -rf "$folder" && npx --no-install cdk synth --quiet --no-notices -c config=infra/deployment.example.json --output "$folder" >/dev/null)
fi
shopt -s nullglob
templates=("$folder"/*.template.json)
if [ ${#templates[@]} -eq 0 ]; then
  echo "No template in $folder." >&2
  exit 1
fi
# W3005: CDK adds each function's role and policy to DependsOn, one of which the template then implies anyway.
"$python/bin/cfn-lint" --non-zero-exit-code warning --ignore-checks W3005 --template "${templates[@]}"
echo "cfn-lint: ${#templates[@]} templates clean"
