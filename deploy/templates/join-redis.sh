#!/bin/sh
# Join the nodes to one cluster, once, from any machine that reaches them; nothing happens when they are joined.
set -eu
export REDISCLI_AUTH='@REDIS_PASSWORD@'

# Nodes meet by number, not by name.
nodes=
for node in @REDIS_WORDS@; do
    host=$(getent ahostsv4 "${node%:*}" | awk 'NR == 1 { print $1 }')
    if redis-cli -h "$host" -p "${node##*:}" cluster info | grep -q '^cluster_slots_assigned:16384'; then
        echo 'joined already'
        exit
    fi
    nodes="$nodes $host:${node##*:}"
done
# shellcheck disable=SC2086 - one word for each node
exec redis-cli --cluster create $nodes --cluster-replicas 0 --cluster-yes
