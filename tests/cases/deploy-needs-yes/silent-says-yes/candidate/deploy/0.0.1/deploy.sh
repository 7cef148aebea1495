#!/bin/bash
set -e

FLAGS=(--wait)
FLAGS+=(--yes)
tb deploy "${FLAGS[@]}"
