#!/bin/bash
set -e

tb deploy --fixtures
tb datasource append events datasources/fixtures/events.ndjson
