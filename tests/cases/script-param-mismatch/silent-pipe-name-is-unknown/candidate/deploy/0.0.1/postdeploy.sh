#!/bin/bash
set -e

tb pipe copy run "$PIPE" --param x=1 --wait --yes
