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

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What others saved lies in one folder, what is made here in another: nothing saved can stand where something fresh is expected.
saved=$work/saved
fresh=$work/fresh
mkdir "$saved" "$fresh"

# shellcheck disable=SC2016 # the backquotes are the query language's
key=$(aws s3api list-objects-v2 --bucket "$artefact_bucket" --prefix "$saved_plans" --query 'sort_by(Contents || `[]`, &LastModified)[-1].Key' --output text)
if [ "$key" = None ]; then
  echo "::error::No plan was saved for $environment and tree $tree. Was the pull request up to date with main? $remedy" >&2
  exit 1
fi
aws s3api get-object --bucket "$artefact_bucket" --key "$key" "$work/bundle.tar" >/dev/null
unpack_bundle "$work/bundle.tar" "$saved"

if ! cmp "$saved/release.json" dist/release/release.json; then
  echo "::error::The rebuilt artefacts are not the ones that were planned. $remedy" >&2
  exit 1
fi

cp "$saved/terraform.lock.hcl" "$folder/.terraform.lock.hcl"
init_terraform -lockfile=readonly
cp "$saved/plan.tfplan" "$folder/plan.tfplan"

plan_to "$fresh/plan.tfplan" >/dev/null
terraform -chdir="$folder" show -json plan.tfplan >"$fresh/saved.json"
terraform -chdir="$folder" show -json "$fresh/plan.tfplan" >"$fresh/fresh.json"
if ! node scripts/compare-plans.ts "$fresh/saved.json" "$fresh/fresh.json"; then
  rm "$folder/plan.tfplan"
  echo "::error::The saved plan for $environment is not what main would change today. $remedy" >&2
  exit 1
fi

terraform -chdir="$folder" show -no-color plan.tfplan >"$fresh/plan.txt"
{
  echo "### $environment: the plan that is being applied"
  echo '```'
  # GitHub takes a summary of at most 1 MiB.
  head -c 900000 "$fresh/plan.txt"
  echo '```'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
