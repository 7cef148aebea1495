#!/bin/bash
set -euxo pipefail

if [ -n "$CI" ]; then
    tb pipe copy run backfill_events --wait --yes
fi
