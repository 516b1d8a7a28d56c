#!/usr/bin/env bash
# Sourced by teardown.sh and rebuild.sh: which environment is meant, and how to be sure of it.
# shellcheck disable=SC2154 # TF_VAR_… come from the shell; require_inputs checks them

# Reads `<environment> [--i-mean-mainnet]` and sets `environment` and `folder`. Exits with 2 on anything doubtful,
# before anything is called.
choose_environment() {
  local root=$1 usage=$2 flag=""
  shift 2
  environment=${1:-}
  flag=${2:-}
  if [ -z "$environment" ] || [ "$#" -gt 2 ] || { [ -n "$flag" ] && [ "$flag" != --i-mean-mainnet ]; }; then
    echo "usage: $usage" >&2
    exit 2
  fi
  folder="$root/environments/$environment"
  if [ ! -f "$folder/main.tf" ]; then
    echo "There is no environment '$environment': infrastructure/environments/$environment/main.tf is missing." >&2
    exit 2
  fi
  if [ "$environment" = mainnet ] && [ "$flag" != --i-mean-mainnet ]; then
    echo "This is mainnet: it guards real positions. Add --i-mean-mainnet if you mean it." >&2
    exit 2
  fi
}

# The inputs that the pipeline would give; a person gives them as variables of the shell.
require_inputs() {
  local missing=() name
  for name in "$@"; do
    if [ -z "${!name:-}" ]; then missing+=("$name"); fi
  done
  if [ "${#missing[@]}" -gt 0 ]; then
    echo "Set ${missing[*]} first (docs/deploy.md says where each value comes from)." >&2
    exit 2
  fi
}

# Goes on only when the person types the word back; a pipe or a stray return is no answer.
confirm() {
  local word=$1 question=$2 answer
  echo "$question"
  printf "Type '%s' to go on: " "$word"
  if ! read -r answer </dev/tty || [ "$answer" != "$word" ]; then
    echo "Not confirmed; nothing was changed." >&2
    exit 1
  fi
}

init_environment() {
  terraform -chdir="$folder" init -input=false -reconfigure -backend-config=state.s3.tfbackend \
    -backend-config="bucket=weft-global-terraform-state-$TF_VAR_account_id" >/dev/null
}
