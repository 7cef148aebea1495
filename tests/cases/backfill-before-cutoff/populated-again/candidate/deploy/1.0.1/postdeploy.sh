#!/bin/bash
set -euxo pipefail

tb pipe populate backfill_events --node backfill --wait
