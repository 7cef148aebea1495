#!/bin/bash
set -e

START=$(date -d "-1 day" +"%F %T")
tb pipe copy run backfill --param start_backfill_timestamp="$START" --param "end_backfill_timestamp=${END}" --wait --yes
