#!/bin/bash
set -e

tb pipe copy run backfill --param "$FIRST" --param "$SECOND" --wait --yes
tb pipe copy run backfill $PARAMS --wait --yes
