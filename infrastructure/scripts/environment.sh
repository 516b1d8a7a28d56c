#!/usr/bin/env bash
# Sourced by teardown.sh and rebuild.sh: what is meant, and how to be sure of it.
# shellcheck disable=SC2154 # TF_VAR_… come from the shell; choose_environment checks them

# Reads `<environment>|bootstrap [--i-mean-mainnet]`, sets `environment` and `folder`, and sees that the inputs are there which the
# pipeline would give. Exits with 2 on anything doubtful, before anything is called.
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
  if [ "$environment" = bootstrap ]; then
    folder="$root/bootstrap"
  elif [ ! -f "$folder/main.tf" ]; then
    echo "There is no environment '$environment': infrastructure/environments/$environment/main.tf is missing." >&2
    exit 2
  fi
  if [ "$environment" = mainnet ] && [ "$flag" != --i-mean-mainnet ]; then
    echo "This is mainnet: it guards real positions. Add --i-mean-mainnet if you mean it." >&2
    exit 2
  fi
  if [ "$environment" = bootstrap ] && [ "$flag" != --i-mean-mainnet ]; then
    echo "The bootstrap holds mainnet's seed phrase and every state. Add --i-mean-mainnet if you mean it." >&2
    exit 2
  fi
  case "$environment" in
    bootstrap) require_inputs TF_VAR_account_id TF_VAR_secret_keeper_arns ;;
    global) require_inputs TF_VAR_account_id TF_VAR_alarm_emails TF_VAR_repository ;;
    *) require_inputs TF_VAR_account_id TF_VAR_alarm_emails TF_VAR_release ;;
  esac
}

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
  if [ "$environment" = bootstrap ]; then
    # Its state stays on the disk of whoever applied it: it cannot lie in the bucket that it makes.
    terraform -chdir="$folder" init -input=false >/dev/null
  else
    terraform -chdir="$folder" init -input=false -reconfigure -backend-config=state.s3.tfbackend \
      -backend-config="bucket=weft-global-terraform-state-$TF_VAR_account_id" \
      -backend-config="region=${TF_VAR_region:-eu-west-1}" >/dev/null
  fi
}
