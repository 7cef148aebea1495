#!/bin/bash
set -e

tb deploy
tb datasource append events exports/october.ndjson
tb datasource append events "https://example.com/events.csv"
