#!/bin/bash
set -e

tb --semver $VERSION pipe populate daily --node per_day --wait
