#!/usr/bin/env bash
# Brings one environment up from its code: after a teardown, in a new account, or in another region (TF_VAR_region).
# Nothing is restored: the first run rebuilds positions from the ledger.
#
#   infrastructure/scripts/rebuild.sh bootstrap --i-mean-mainnet    # first of all: state bucket, locks, empty secrets
#   infrastructure/scripts/rebuild.sh global                        # before every other environment
#   infrastructure/scripts/rebuild.sh stokenet
#   infrastructure/scripts/rebuild.sh mainnet --i-mean-mainnet
#
# Needs credentials of the account, the inputs of the pipeline (TF_VAR_account_id, …) and, for an environment, artefacts
# in the artefact bucket. Order:
#   1. what must exist before: the bootstrap, and for an environment the account's global part;
#   2. the image repository alone, so that there is somewhere to push the indexer's image to;
#   3. everything else, as a plan that is shown and applied only when confirmed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=environment.sh
source "$root/scripts/environment.sh"
choose_environment "$root" "rebuild.sh <environment>|bootstrap [--i-mean-mainnet]" "$@"

echo "1. Looking for what must exist before."
# shellcheck disable=SC2154 # choose_environment has checked it
if [ "$environment" != bootstrap ] && ! aws s3api head-bucket --bucket "weft-global-terraform-state-$TF_VAR_account_id" >/dev/null 2>&1; then
  echo "The state bucket is missing: rebuild 'bootstrap' first (docs/deploy.md)." >&2
  exit 1
fi
if [ "$environment" != bootstrap ] && [ "$environment" != global ]; then
  if ! aws s3api head-bucket --bucket "weft-global-artefacts-$TF_VAR_account_id" >/dev/null 2>&1; then
    echo "The artefact bucket is missing: rebuild 'global' first." >&2
    exit 1
  fi
  # By name only: whether it is filled in, the liquidator says; this script has no right to see it.
  if [ "$(aws ssm describe-parameters --parameter-filters "Key=Name,Values=/weft/$environment/seed-phrase" --query 'length(Parameters)')" != 1 ]; then
    echo "The parameter /weft/$environment/seed-phrase is missing: add '$environment' to infrastructure/bootstrap." >&2
    exit 1
  fi
fi

init_environment
if [ "$environment" != bootstrap ] && [ "$environment" != global ]; then
  echo "2. The image repository."
  terraform -chdir="$folder" apply -input=false -target=module.weft.module.liquidation_service.aws_ecr_repository.indexer
  repository="weft-$environment-indexer"
  # shellcheck disable=SC2154 # choose_environment has checked it
  digest=$(printf '%s' "$TF_VAR_release" | sed -n 's/.*"indexer_image_digest": *"\([^"]*\)".*/\1/p')
  if ! aws ecr describe-images --repository-name "$repository" --image-ids "imageDigest=$digest" >/dev/null 2>&1; then
    echo "Push the indexer's image $digest to $repository, then run this again; nothing else is missing." >&2
    exit 1
  fi
fi

echo "3. The rest."
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
terraform -chdir="$folder" plan -input=false -out="$plan"
confirm "$environment" "The plan above will be applied to account $TF_VAR_account_id."
terraform -chdir="$folder" apply -input=false "$plan"
case "$environment" in
  bootstrap) echo "The bootstrap is up; its state is infrastructure/bootstrap/terraform.tfstate. Fill in the secrets (docs/deploy.md)." ;;
  global) echo "'global' is up: environments can be built on it." ;;
  *) echo "'$environment' is up, in the mode its main.tf names. Fill in the seed phrase if it is new, then set /weft/$environment/mode." ;;
esac
