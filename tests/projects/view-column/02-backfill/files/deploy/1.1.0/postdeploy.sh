#!/bin/bash
set -euxo pipefail

tb pipe populate sessions_env_backfill --node by_session --wait
