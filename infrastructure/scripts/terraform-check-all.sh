#!/usr/bin/env bash
# Checks every module, blueprint, environment and the bootstrap without AWS: fmt, init, validate, terraform test.
#
#   infrastructure/scripts/terraform-check-all.sh                      # everything, two folders at a time
#   infrastructure/scripts/terraform-check-all.sh modules/work-queue   # some folders, paths below infrastructure/
#   JOBS=1 …                                                           # one terraform process at a time
#   TF_MIRROR=/path …                                                  # a known provider mirror, no search
#
# Works on a copy in a temporary folder, so the tree keeps no .terraform and no lock file.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=${JOBS:-2}

if ! command -v terraform >/dev/null; then
  echo "terraform is not installed: install 1.11 or later (https://developer.hashicorp.com/terraform/install) and run this again." >&2
  exit 127
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=provider-mirror.sh
source "$root/scripts/provider-mirror.sh"
use_provider_mirror "$work"

echo "Formatting: terraform fmt -check -recursive"
if ! terraform fmt -check -recursive -diff "$root"; then
  echo "Not formatted: run 'terraform fmt -recursive infrastructure'." >&2
  exit 1
fi

mkdir "$work/tree" "$work/logs"
tar -C "$root" --exclude .terraform --exclude .terraform.lock.hcl --exclude '*.tfstate*' -cf - . | tar -C "$work/tree" -xf -

if [ "$#" -gt 0 ]; then
  folders=("$@")
else
  mapfile -t folders < <(cd "$work/tree" && find modules blueprints environments -mindepth 1 -maxdepth 1 -type d | sort && echo bootstrap)
fi

check_folder() {
  local folder=$1 log
  log="$work/logs/${folder//\//-}.log"
  if (
    cd "$work/tree/$folder"
    terraform init -backend=false -input=false -no-color >/dev/null
    terraform validate -no-color
    if [ -d tests ]; then terraform test -no-color; fi
  ) >"$log" 2>&1; then
    printf 'ok      %-42s %s\n' "$folder" "$(grep -E '^Success! [0-9]+ passed' "$log" || echo 'valid')"
  else
    printf 'FAILED  %s\n' "$folder"
    sed 's/^/        /' "$log"
    return 1
  fi
}
export -f check_folder
export work

# xargs exits 123 when any folder failed, after having run them all.
# shellcheck disable=SC2016 # $1 is for the inner shell
if printf '%s\n' "${folders[@]}" | xargs -P "$jobs" -I{} bash -c 'check_folder "$1"' _ {}; then
  echo "All ${#folders[@]} folders pass."
else
  echo "Some folders failed; their logs stand above." >&2
  exit 1
fi
