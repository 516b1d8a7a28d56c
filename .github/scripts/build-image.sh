#!/usr/bin/env bash
# Builds the indexer's image reproducibly from dist/indexer and keeps it as an OCI archive, unpushed.
#
# Writes dist/release/indexer.oci.tar and dist/release/indexer.digest. BuildKit is pinned by digest: another release may
# compress layers differently, and the image's digest would change although the tree did not.
set -euo pipefail

# v0.32.0. To refresh: docker buildx imagetools inspect moby/buildkit:<tag>, and take the digest of the index.
buildkit=moby/buildkit:v0.32.0@sha256:1f8167fcb0eca5b7126353d35299386945cbb8949cc516c592a49f80cfce4fa2
release=dist/release

mkdir -p "$release"
docker buildx create --name weft-reproducible --driver docker-container --driver-opt "image=$buildkit" >/dev/null
trap 'docker buildx rm weft-reproducible >/dev/null' EXIT

# A constant time, not the commit's: the merge commit of a pull request and the commit on main hold the same tree at other times.
# Attestations would put the time and the run into the digest.
SOURCE_DATE_EPOCH=0 docker buildx build dist/indexer \
  --builder weft-reproducible \
  --platform linux/arm64 \
  --provenance=false \
  --sbom=false \
  --no-cache \
  --output "type=oci,dest=$release/indexer.oci.tar,rewrite-timestamp=true" \
  --metadata-file "$release/indexer.metadata.json"

digest=$(jq -er '."containerimage.digest"' "$release/indexer.metadata.json")
printf '%s\n' "$digest" >"$release/indexer.digest"
rm "$release/indexer.metadata.json"
echo "Indexer image: $digest"
