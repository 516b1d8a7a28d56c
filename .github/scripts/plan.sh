#!/usr/bin/env bash
# Plans one environment, saves the plan in the artefact bucket and leaves the readable text behind.
#
#   .github/scripts/plan.sh <environment> <folder for the text>
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

environment=$1
text=$2
use_environment "$environment"
# shellcheck disable=SC2119 # its options are optional
init_terraform

mkdir -p "$text"
bundle=$(mktemp -d)
trap 'rm -rf "$bundle"' EXIT

plan_to "$bundle/plan.tfplan"
terraform -chdir="$folder" show -no-color "$bundle/plan.tfplan" >"$text/plan.txt"
# The deployment must use the same providers, or Terraform refuses the plan.
cp "$folder/.terraform.lock.hcl" "$bundle/terraform.lock.hcl"
cp dist/release/release.json "$bundle/"
tar -C "$bundle" -cf "$bundle/saved.tar" "${bundle_files[@]}"
# A name of its own for each run, and never over one that is there: what was reviewed stays what it was. The deployment takes the
# newest of the tree.
aws s3api put-object --bucket "$artefact_bucket" --key "$saved_plans${GITHUB_RUN_ID:?}-${GITHUB_RUN_ATTEMPT:?}.tar" \
  --body "$bundle/saved.tar" --if-none-match '*' >/dev/null

{
  echo "environment $environment, tree $tree"
  grep -E '^(Plan:|No changes\.)' "$text/plan.txt" || echo "Outputs only."
} >"$text/summary.txt"
cat "$text/summary.txt"
