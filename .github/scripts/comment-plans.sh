#!/usr/bin/env bash
# Posts each environment's plan as one comment of the pull request; a later run rewrites its own comment.
#
#   .github/scripts/comment-plans.sh <folder with plan-text-<environment>/plan.txt>
#
# Needs GH_TOKEN, PULL_REQUEST, RUN_URL and GITHUB_REPOSITORY.
set -euo pipefail
shopt -s nullglob

# GitHub refuses comments over 65 536 characters; the rest of a long plan is in the run's artefact.
limit=60000

for plan in "$1"/plan-text-*/; do
  environment=$(basename "$plan")
  environment=${environment#plan-text-}
  marker="<!-- plan of $environment -->"
  body=$(
    echo "$marker"
    echo "### Plan: $environment"
    sed 's/^/> /' "$plan/summary.txt"
    echo
    echo '<details><summary>All changes</summary>'
    echo
    echo '```'
    head -c "$limit" "$plan/plan.txt"
    echo
    echo '```'
    echo '</details>'
    if [ "$(wc -c <"$plan/plan.txt")" -gt "$limit" ]; then echo "Cut; the whole text is in [the run]($RUN_URL)."; fi
  )
  comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
  existing=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1)
  if [ -n "$existing" ]; then
    gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$existing" --raw-field "body=$body" --silent
  else
    gh api --method POST "$comments" --raw-field "body=$body" --silent
  fi
done
