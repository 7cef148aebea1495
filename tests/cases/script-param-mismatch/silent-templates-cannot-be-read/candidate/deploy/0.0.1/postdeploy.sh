#!/bin/bash
set -e

tb pipe copy run backfill --param first_day=2026-01-01 --wait --yes
