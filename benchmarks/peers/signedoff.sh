#!/bin/sh
# Prints each commit of a range whose author or committer did not sign it off.
#
#     signedoff.sh REPO RANGE
#
# The way such checks are usually written: git is asked about one commit after the other.

repo=$1
range=$2

is_signed_by() {
    printf '%s\n' "$message" | grep -Fiqx "Signed-off-by: $1"
}

for commit in $(git -C "$repo" rev-list --no-merges "$range"); do
    author=$(git -C "$repo" show --no-patch --format='%an <%ae>' "$commit")
    committer=$(git -C "$repo" show --no-patch --format='%cn <%ce>' "$commit")
    message=$(git -C "$repo" show --no-patch --format='%B' "$commit")
    is_signed_by "$author" && is_signed_by "$committer" || echo "$commit"
done
