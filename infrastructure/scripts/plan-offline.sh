#!/usr/bin/env bash
# Plans one environment without AWS and writes the plan as JSON.
#
#   infrastructure/scripts/plan-offline.sh mainnet plan.json
#
# The real provider plans with credentials that open nothing, against an empty state. `SSM_ENDPOINT` names a stand-in
# for SSM, which environments/global reads its Grafana tokens from. Inputs come as TF_VAR_…, as from the pipeline.
set -euo pipefail

if [ "$#" -ne 2 ]; then
  echo "usage: plan-offline.sh <environment> <file for the plan's JSON>" >&2
  exit 2
fi
environment=$1
out=$(realpath -m "$2")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [ ! -f "$root/environments/$environment/main.tf" ]; then
  echo "There is no environment '$environment': infrastructure/environments/$environment/main.tf is missing." >&2
  exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=provider-mirror.sh
source "$root/scripts/provider-mirror.sh"
use_provider_mirror "$work"

mkdir "$work/tree"
tar -C "$root" --exclude .terraform --exclude .terraform.lock.hcl --exclude '*.tfstate*' -cf - modules blueprints environments |
  tar -C "$work/tree" -xf -
cd "$work/tree/environments/$environment"

# Terraform merges *_override.tf over the folder's own blocks.
cat >offline_override.tf <<HCL
terraform {
  backend "local" {}
}

provider "aws" {
  access_key                  = "offline"
  secret_key                  = "offline"
  allowed_account_ids         = []
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true

  endpoints { ssm = "${SSM_ENDPOINT:-http://127.0.0.1:9}" }
}
HCL

terraform init -input=false -no-color >/dev/null
terraform plan -input=false -no-color -refresh=false -out=plan.bin >plan.log 2>&1 || {
  cat plan.log >&2
  exit 1
}
mkdir -p "$(dirname "$out")"
terraform show -json -no-color plan.bin >"$out"
grep -E '^Plan:' plan.log
