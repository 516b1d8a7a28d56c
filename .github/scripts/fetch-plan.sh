#!/usr/bin/env bash
# Fetches the plan that was saved for this tree and refuses it unless a fresh plan says the same.
#
#   .github/scripts/fetch-plan.sh <environment>
#
# Leaves plan.tfplan in the environment's folder. Two reasons for the comparison: the world may have moved since the review,
# and whoever can push a branch can save a plan under a tree's hash; what is applied must be what main's code says.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

environment=$1
use_environment "$environment"
remedy="Run the workflow 'Plan' on main, read its plan, then re-run this job."

bundle=$(mktemp -d)
trap 'rm -rf "$bundle" "$bundle.tar"' EXIT
if ! aws s3 cp --only-show-errors "$saved_plan" "$bundle.tar"; then
  echo "::error::No plan was saved for $environment and tree $tree. Was the pull request up to date with main? $remedy" >&2
  exit 1
fi
tar -C "$bundle" -xf "$bundle.tar"

if ! cmp "$bundle/release.json" dist/release/release.json; then
  echo "::error::The rebuilt artefacts are not the ones that were planned. $remedy" >&2
  exit 1
fi

cp "$bundle/terraform.lock.hcl" "$folder/.terraform.lock.hcl"
init_terraform -lockfile=readonly
cp "$bundle/plan.tfplan" "$folder/plan.tfplan"

fresh="$bundle/fresh.tfplan"
plan_to "$fresh" >/dev/null
terraform -chdir="$folder" show -json plan.tfplan >"$bundle/saved.json"
terraform -chdir="$folder" show -json "$fresh" >"$bundle/fresh.json"
if ! node scripts/compare-plans.ts "$bundle/saved.json" "$bundle/fresh.json"; then
  echo "::error::The saved plan for $environment is not what main would change today. $remedy" >&2
  exit 1
fi

terraform -chdir="$folder" show -no-color plan.tfplan >"$bundle/plan.txt"
{
  echo "### $environment: the plan that is being applied"
  echo '```'
  # GitHub takes a summary of at most 1 MiB.
  head -c 900000 "$bundle/plan.txt"
  echo '```'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
