#!/usr/bin/env bash
# Uploads the zips to the artefact bucket and pushes the indexer's image, unless they are there already.
#
#   .github/scripts/publish-artefacts.sh <environment>
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=environment.sh
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

environment=$1
use_environment "$environment"
release=dist/release

if [ "$environment" = global ]; then
  echo "The global environment runs no code; nothing to publish."
  exit 0
fi

for zip in "$release"/*/*.zip; do
  # Below the environment's own prefix, where no other environment's role may write.
  key=$environment/${zip#"$release"/}
  checksum=$(openssl dgst -sha256 -binary "$zip" | base64)
  # `None` also where an object was uploaded without one.
  if there=$(aws s3api head-object --bucket "$artefact_bucket" --key "$key" --checksum-mode ENABLED --query ChecksumSHA256 --output text 2>/dev/null); then
    if [ "$there" != "$checksum" ]; then
      echo "::error::s3://$artefact_bucket/$key holds other bytes than its name says: somebody put it there. Find out who before anything is deployed." >&2
      exit 1
    fi
    echo "already there: $key"
  else
    # S3 refuses bytes that do not have the checksum, and the role may not overwrite.
    aws s3api put-object --bucket "$artefact_bucket" --key "$key" --body "$zip" --checksum-sha256 "$checksum" --if-none-match '*' >/dev/null
    echo "uploaded:      $key"
  fi
done

repository="weft-$environment-indexer"
digest=$(cat "$release/indexer.digest")
if aws ecr describe-images --repository-name "$repository" --image-ids "imageDigest=$digest" >/dev/null 2>&1; then
  echo "already there: $repository@$digest"
  exit 0
fi
if ! uri=$(aws ecr describe-repositories --repository-names "$repository" --query 'repositories[0].repositoryUri' --output text); then
  echo "::error::The repository $repository does not exist yet: the first deployment creates it by hand (docs/deploy.md, step 5)." >&2
  exit 1
fi
aws ecr get-login-password | skopeo login --username AWS --password-stdin "${uri%%/*}"
# By digest, bit for bit: the plan names the digest. The tag is for people.
skopeo copy --preserve-digests "oci-archive:$release/indexer.oci.tar" "docker://$uri:tree-$tree"
echo "pushed:        $repository@$digest"
