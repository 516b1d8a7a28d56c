#!/usr/bin/env bash
# Sourced by the plan and apply scripts: where an environment lies and where its saved plan is kept.

# Sets `folder`, `tree`, `artefact_bucket` and `saved_plans` (the beginning of the keys of this tree's plans) for the environment in $1, and the variables that every
# environment takes from the pipeline. Needs ACCOUNT_ID, AWS_REGION, ALARM_EMAILS and GITHUB_REPOSITORY, takes GRAFANA,
# GRAFANA_READER and REPOSITORY_IDS; reads dist/release/release.json.
use_environment() {
  local environment=$1
  folder="infrastructure/environments/$environment"
  if [ ! -d "$folder" ]; then
    echo "There is no environment '$environment': $folder does not exist." >&2
    exit 2
  fi
  if [ -z "${ACCOUNT_ID:-}" ] || [ -z "${AWS_REGION:-}" ] || [ -z "${ALARM_EMAILS:-}" ]; then
    echo "Set the repository variables AWS_ACCOUNT_ID, AWS_REGION and WEFT_ALARM_EMAILS (docs/deploy.md, step 6)." >&2
    exit 2
  fi
  # The tree and not the commit: a pull request is planned on its merge commit and deployed from another one with the same content.
  tree=$(git rev-parse 'HEAD^{tree}')
  # shellcheck disable=SC2034 # read by the scripts that source this file
  artefact_bucket="weft-global-artefacts-$ACCOUNT_ID"
  # shellcheck disable=SC2034 # read by the scripts that source this file
  saved_plans="plans/$environment/$tree/"
  TF_VAR_release=$(cat dist/release/release.json)
  export TF_VAR_release TF_VAR_account_id=$ACCOUNT_ID TF_VAR_region=$AWS_REGION TF_VAR_alarm_emails=$ALARM_EMAILS TF_VAR_repository=$GITHUB_REPOSITORY
  # Without Grafana Cloud the variables stay away: an empty text is no object, and Terraform would say so.
  if [ -n "${GRAFANA:-}" ]; then export TF_VAR_grafana=$GRAFANA; fi
  if [ -n "${GRAFANA_READER:-}" ]; then export TF_VAR_grafana_reader=$GRAFANA_READER; fi
  if [ -n "${REPOSITORY_IDS:-}" ]; then export TF_VAR_repository_ids=$REPOSITORY_IDS; fi
}

# Initialises terraform in $folder against the real state. A lock file already in the folder is obeyed.
init_terraform() {
  terraform -chdir="$folder" init -input=false -no-color -backend-config=state.s3.tfbackend \
    "-backend-config=bucket=weft-global-terraform-state-$ACCOUNT_ID" "-backend-config=region=$AWS_REGION" "$@"
}

# Writes the plan of $folder to the file $1.
plan_to() {
  terraform -chdir="$folder" plan -input=false -no-color -lock-timeout=5m "-out=$1"
}

# The three files that make a saved plan, and nothing else ever is in its bundle.
bundle_files=(plan.tfplan release.json terraform.lock.hcl)

# Unpacks the bundle $1 into the empty folder $2, if it holds those three as regular files. Anybody with a branch can save a
# bundle: a link in it would make one file stand for another, and a fourth file could be what is written here next.
unpack_bundle() {
  local names kinds
  names=$(LC_ALL=C tar -tf "$1" | LC_ALL=C sort)
  kinds=$(LC_ALL=C tar -tvf "$1" | cut -c 1 | sort -u)
  if [ "$names" != "$(printf '%s\n' "${bundle_files[@]}")" ] || [ "$kinds" != - ]; then
    echo "::error::The saved bundle must hold ${bundle_files[*]} as regular files and nothing else; it is refused." >&2
    return 1
  fi
  tar -C "$2" --no-same-owner --no-same-permissions -xf "$1" "${bundle_files[@]}"
}
