#!/bin/bash
set -e

tb deploy
[ "$CI" ] && tb pipe copy run copy_events --yes --wait
