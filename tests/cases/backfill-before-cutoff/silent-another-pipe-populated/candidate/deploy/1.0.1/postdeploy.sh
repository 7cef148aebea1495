#!/bin/bash
set -euxo pipefail

tb pipe populate sync_events --node sync --wait
