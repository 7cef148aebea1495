#!/bin/bash
set -euxo pipefail

tb pipe copy run backfill_events --wait --yes
