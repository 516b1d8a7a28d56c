#!/usr/bin/env bash
# Destroys one environment, stores included. What is lost is derived state: the ledger holds everything else, and the
# seed phrase and tokens stay where they are, in the bootstrap.
#
#   infrastructure/scripts/teardown.sh stokenet
#   infrastructure/scripts/teardown.sh mainnet --i-mean-mainnet
#   infrastructure/scripts/teardown.sh global          # last of all, after every other environment
#
# Needs credentials of the account and the inputs of the pipeline (TF_VAR_account_id, …). Order:
#   1. the mode becomes paused, so that no liquidation is begun while its queue disappears;
#   2. whoever is at work gets two minutes to finish;
#   3. protection is lifted (allow_destroy) by an apply of its own, which shows in the account's trail;
#   4. the environment is destroyed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=environment.sh
source "$root/scripts/environment.sh"
choose_environment "$root" "teardown.sh <environment> [--i-mean-mainnet]" "$@"
require_inputs TF_VAR_account_id TF_VAR_alarm_emails
if [ "$environment" = global ]; then require_inputs TF_VAR_repository; else require_inputs TF_VAR_release; fi

state_bucket="weft-global-terraform-state-$TF_VAR_account_id"
if [ "$environment" = global ]; then
  for other in "$root"/environments/*/; do
    other=$(basename "$other")
    if [ "$other" = global ]; then continue; fi
    # An environment that is gone leaves an empty state, one that never was leaves none. Anything that goes wrong here
    # ends the script: not knowing is no permission to go on.
    found=$(aws s3api list-objects-v2 --bucket "$state_bucket" --prefix "$other/terraform.tfstate" --query KeyCount --output text)
    if [ "$found" = 0 ]; then continue; fi
    state=$(aws s3 cp --only-show-errors "s3://$state_bucket/$other/terraform.tfstate" -)
    if [[ $state == *'"mode": "managed"'* ]]; then
      echo "'$other' still has resources: tear it down first, global is the last." >&2
      exit 1
    fi
  done
fi

confirm "$environment" "Everything of '$environment' in account $TF_VAR_account_id will be destroyed, snapshots and records included."

init_environment
if [ "$environment" != global ]; then
  echo "1. Pausing."
  aws ssm put-parameter --name "/weft/$environment/mode" --value paused --overwrite >/dev/null
  echo "2. Waiting 120 s for work in hand."
  sleep 120
fi
echo "3. Lifting protection."
terraform -chdir="$folder" apply -input=false -auto-approve -var allow_destroy=true
echo "4. Destroying. Terraform asks once more."
terraform -chdir="$folder" destroy -var allow_destroy=true
echo "'$environment' is gone. Left on purpose: its secrets, the state bucket and the lock table (infrastructure/bootstrap)."
