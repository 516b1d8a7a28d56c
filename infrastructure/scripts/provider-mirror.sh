#!/usr/bin/env bash
# Sourced by the other scripts: lets terraform work where the registry cannot be reached.

# Prints the path of a local provider mirror, or nothing. `TF_MIRROR` names one directly and skips the search.
find_provider_mirror() {
  if [ -n "${TF_MIRROR:-}" ]; then
    printf '%s\n' "$TF_MIRROR"
    return
  fi
  local registry
  # find exits non-zero on unreadable folders although it found what we look for. Temporary folders hold other
  # runs' .terraform, which look like a mirror and vanish.
  registry=$(find / -xdev -maxdepth 6 \( -path /proc -o -path /tmp -o -name .terraform -o -name node_modules \) -prune \
    -o -type d -name registry.terraform.io -print -quit 2>/dev/null || true)
  if [ -n "$registry" ]; then dirname "$registry"; fi
}

# Points terraform at the mirror for hashicorp/*; without a mirror terraform keeps its own defaults.
# $1: folder for the generated CLI configuration
use_provider_mirror() {
  local mirror config="$1/terraform.rc"
  mirror=$(find_provider_mirror)
  export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
  if [ -z "$mirror" ]; then
    echo "Providers: from the registry (no local mirror found)."
    # Terraform warns on every command about a configured file that is not there.
    if [ -n "${TF_CLI_CONFIG_FILE:-}" ] && [ ! -e "$TF_CLI_CONFIG_FILE" ]; then unset TF_CLI_CONFIG_FILE; fi
    export TF_PLUGIN_CACHE_DIR="${TF_PLUGIN_CACHE_DIR:-$1/plugin-cache}"
    mkdir -p "$TF_PLUGIN_CACHE_DIR"
    return
  fi
  echo "Providers: from the local mirror $mirror."
  cat >"$config" <<RC
provider_installation {
  filesystem_mirror {
    path    = "$mirror"
    include = ["registry.terraform.io/hashicorp/*"]
  }
  direct { exclude = ["registry.terraform.io/hashicorp/*"] }
}
disable_checkpoint = true
RC
  export TF_CLI_CONFIG_FILE="$config"
}
