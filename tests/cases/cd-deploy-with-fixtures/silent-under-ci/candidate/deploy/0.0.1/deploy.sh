#!/bin/bash
set -e

tb deploy

case "$CI" in
    true | 1) tb datasource append events datasources/fixtures/events.ndjson ;;
esac
[ "$CI" ] && tb push --fixtures
[ "$CI" = "true" ] || exit 0
tb datasource append events datasources/fixtures/events.ndjson
