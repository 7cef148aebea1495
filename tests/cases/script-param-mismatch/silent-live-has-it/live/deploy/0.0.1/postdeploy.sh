#!/bin/bash
set -e

tb pipe copy run backfill --param start_backfill_time=1 --mode replace --wait --yes
