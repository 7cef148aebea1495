#!/bin/bash
set -euxo pipefail

tb pipe copy run backfill_events --param until='2026-11-21 14:00:00' --wait --yes
