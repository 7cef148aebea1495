#!/bin/bash
set -e

tb deploy ${CI_FLAGS}
tb deploy "$@"
