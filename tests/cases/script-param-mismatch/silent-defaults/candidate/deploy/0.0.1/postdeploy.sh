#!/bin/bash
set -e

tb pipe copy run backfill --wait --yes
