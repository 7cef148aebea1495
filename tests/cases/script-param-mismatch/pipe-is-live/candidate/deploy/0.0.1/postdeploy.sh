#!/bin/bash
set -e

for month in 2026-01 2026-02; do
    tb pipe copy run backfill --param start_backfill_timestamp="$month-01 00:00:00" --param end_backfill_time="$month-28 23:59:59" --wait --yes
done
