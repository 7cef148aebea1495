#!/bin/bash
set -e

tb pipe copy run backfill --param start_timestamp="2026-10-01 00:00:00" --wait --yes
