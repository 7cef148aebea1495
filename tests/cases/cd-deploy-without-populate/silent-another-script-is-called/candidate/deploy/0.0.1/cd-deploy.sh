#!/bin/bash
set -e

tb deploy
../utils/populate_with_backfill.sh "date" "events_by_day" "timestamp"
