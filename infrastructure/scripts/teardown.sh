#!/usr/bin/env bash
# Destroys one environment, stores included. What is lost is derived state: the ledger holds everything else, and the
# seed phrase and tokens stay where they are, in the bootstrap.
#
#   infrastructure/scripts/teardown.sh stokenet
#   infrastructure/scripts/teardown.sh mainnet --i-mean-mainnet
#   infrastructure/scripts/teardown.sh global                        # after every other environment
#   infrastructure/scripts/teardown.sh bootstrap --i-mean-mainnet    # last of all: secrets, states and locks
#
# Needs credentials of the account and the inputs of the pipeline (TF_VAR_account_id, …). Order:
#   1. whatever stands on it must be gone: environments before global, global before the bootstrap;
#   2. the mode becomes paused, so that no liquidation is begun while its queue disappears;
#   3. whoever is at work gets two minutes to finish;
#   4. protection is lifted (allow_destroy) by an apply of its own, which shows in the account's trail;
#   5. the environment is destroyed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=environment.sh
source "$root/scripts/environment.sh"
choose_environment "$root" "teardown.sh <environment>|bootstrap [--i-mean-mainnet]" "$@"

# An environment that is gone leaves an empty state, one that never was leaves none. Anything that goes wrong here ends
# the script: not knowing is no permission to go on.
refuse_while_it_stands() {
  local other=$1 found state
  # shellcheck disable=SC2154 # choose_environment has checked it
  local bucket="weft-global-terraform-state-$TF_VAR_account_id"
  found=$(aws s3api list-objects-v2 --bucket "$bucket" --prefix "$other/terraform.tfstate" --query KeyCount --output text)
  if [ "$found" = 0 ]; then return; fi
  state=$(aws s3 cp --only-show-errors "s3://$bucket/$other/terraform.tfstate" -)
  if [[ $state == *'"mode": "managed"'* ]]; then
    echo "'$other' still has resources: tear it down first; global comes after every environment, the bootstrap after global." >&2
    exit 1
  fi
}

if [ "$environment" = global ] || [ "$environment" = bootstrap ]; then
  for other in "$root"/environments/*/; do
    other=$(basename "$other")
    if [ "$other" != "$environment" ]; then refuse_while_it_stands "$other"; fi
  done
fi

case "$environment" in
  bootstrap) lost="the seed phrases, the Grafana tokens and every Terraform state included" ;;
  global) lost="the artefacts and the pipeline's roles included" ;;
  *) lost="snapshots and records included" ;;
esac
confirm "$environment" "Everything of '$environment' in account $TF_VAR_account_id will be destroyed, $lost."

init_environment
if [ "$environment" != global ] && [ "$environment" != bootstrap ]; then
  echo "Pausing."
  aws ssm put-parameter --name "/weft/$environment/mode" --value paused --overwrite >/dev/null
  echo "Waiting 120 s for work in hand."
  sleep 120
fi
echo "Lifting protection."
terraform -chdir="$folder" apply -input=false -auto-approve -var allow_destroy=true
echo "Destroying. Terraform asks once more."
terraform -chdir="$folder" destroy -var allow_destroy=true
if [ "$environment" = bootstrap ]; then
  echo "The bootstrap is gone, and with it all there was. KMS keeps the keys for 30 days (docs/recovery.md)."
else
  echo "'$environment' is gone. Left on purpose: its secrets, the state bucket and the lock table (infrastructure/bootstrap)."
fi
