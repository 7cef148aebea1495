#!/bin/bash
set -e

FLAGS="--yes"
[[ -n $CI ]] && FLAGS="$FLAGS --populate --wait"
tb --semver $VERSION deploy $FLAGS
