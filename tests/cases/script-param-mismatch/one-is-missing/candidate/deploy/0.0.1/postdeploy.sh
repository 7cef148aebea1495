#!/bin/bash
set -e

tb pipe copy run backfill --param start_backfill_timestamp="2026-01-01 00:00:00" --wait --yes
