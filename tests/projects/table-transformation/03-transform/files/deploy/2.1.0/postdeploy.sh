#!/bin/bash
set -euxo pipefail

tb pipe copy run backfill_payments \
    --param start='2024-01-01 00:00:00' \
    --param end='2026-04-07 12:00:00' \
    --wait --yes
