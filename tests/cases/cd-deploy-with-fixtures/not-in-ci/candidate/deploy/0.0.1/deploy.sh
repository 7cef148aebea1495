#!/bin/bash
set -e

if [ -z "$CI" ]; then
    tb deploy --fixtures
else
    tb deploy
fi
