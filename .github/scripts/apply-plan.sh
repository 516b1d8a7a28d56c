#!/usr/bin/env bash
# Applies the saved plan that fetch-plan.sh left in the environment's folder, and nothing else.
#
#   .github/scripts/apply-plan.sh <environment>
set -euo pipefail

folder="infrastructure/environments/$1"
if [ ! -f "$folder/plan.tfplan" ]; then
  echo "$folder/plan.tfplan is missing: fetch-plan.sh runs first." >&2
  exit 2
fi
# The plan may hold values from the state; a runner that is kept would keep them too.
trap 'rm -f "$folder/plan.tfplan"' EXIT
terraform -chdir="$folder" apply -input=false -no-color -lock-timeout=10m plan.tfplan
