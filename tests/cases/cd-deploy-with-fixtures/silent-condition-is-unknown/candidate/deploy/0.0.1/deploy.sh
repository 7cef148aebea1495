#!/bin/bash
set -e

if [ "$STAGE" != "production" ]; then
    tb deploy --fixtures
else
    tb deploy
fi
