#!/bin/bash
set -e

if [ "$ENVIRONMENT" = "ci" ]; then
    tb deploy --populate --wait
else
    tb deploy
fi
