#!/bin/bash
set -e

set +e
tb datasource append events datasources/fixtures/events_errors.ndjson
set -e

tb deploy
tb pipe copy run events_quarantine_to_final --wait --yes
