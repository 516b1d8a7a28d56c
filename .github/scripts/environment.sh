#!/usr/bin/env bash
# Sourced by the plan and apply scripts: where an environment lies and where its saved plan is kept.

# Sets `folder`, `tree` and `saved_plan` for the environment in $1. Needs ARTEFACT_BUCKET.
use_environment() {
  local environment=$1
  folder="infrastructure/environments/$environment"
  if [ ! -d "$folder" ]; then
    echo "There is no environment '$environment': $folder does not exist." >&2
    exit 2
  fi
  if [ -z "${ARTEFACT_BUCKET:-}" ]; then
    echo "ARTEFACT_BUCKET is empty: set the repository variable WEFT_ARTEFACT_BUCKET (docs/deploy.md, step 5)." >&2
    exit 2
  fi
  # The tree and not the commit: a pull request is planned on its merge commit and deployed from another one with the same content.
  tree=$(git rev-parse 'HEAD^{tree}')
  # shellcheck disable=SC2034 # read by the scripts that source this file
  saved_plan="s3://$ARTEFACT_BUCKET/plans/$environment/$tree.tar"
}

# Initialises terraform in $folder against the real state. A lock file already in the folder is obeyed.
init_terraform() {
  local backend=("$folder"/*.tfbackend)
  if [ "${#backend[@]}" -ne 1 ] || [ ! -f "${backend[0]}" ]; then
    echo "$folder must hold exactly one *.tfbackend file; see docs/deploy.md, step 4." >&2
    exit 2
  fi
  terraform -chdir="$folder" init -input=false -no-color "-backend-config=$(basename "${backend[0]}")" "$@"
}

# Writes the plan of $folder to the file $1, with the artefacts of this build.
plan_to() {
  terraform -chdir="$folder" plan -input=false -no-color -lock-timeout=5m \
    "-var-file=$PWD/dist/release/artefacts.tfvars.json" "-out=$1"
}
