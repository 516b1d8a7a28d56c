#!/usr/bin/env bash
# Names every artefact by its content and writes the names down as the Terraform variable `release`.
#
# Reads dist/{dispatcher,liquidator}.zip and dist/release/indexer.digest; writes dist/release/<service>/<sha256>.zip and
# dist/release/release.json. New code is a new key; the same code is no change in the plan.
set -euo pipefail

release=dist/release

# Prints the object key of a service's zip, after having copied the zip to where that key says.
keep_zip() {
  local service=$1 hash
  hash=$(sha256sum "dist/$service.zip" | cut -d ' ' -f 1)
  mkdir -p "$release/$service"
  cp "dist/$service.zip" "$release/$service/$hash.zip"
  printf '%s/%s.zip' "$service" "$hash"
}

dispatcher=$(keep_zip dispatcher)
liquidator=$(keep_zip liquidator)

jq -n --arg dispatcher "$dispatcher" --arg liquidator "$liquidator" --arg indexer "$(cat "$release/indexer.digest")" \
  '{dispatcher_key: $dispatcher, liquidator_key: $liquidator, indexer_image_digest: $indexer}' \
  >"$release/release.json"
cat "$release/release.json"
