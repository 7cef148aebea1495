#!/bin/bash
set -e

# tb deploy --fixtures
cat <<NOTE
tb deploy --fixtures
NOTE
echo "tb deploy --fixtures"
append() { tb datasource append events datasources/fixtures/events.ndjson; }
tb deploy
