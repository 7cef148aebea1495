#!/bin/bash
set -e

if [ "$CI" = "true" ]; then
    tb deploy --populate --wait
else
    tb deploy
fi
