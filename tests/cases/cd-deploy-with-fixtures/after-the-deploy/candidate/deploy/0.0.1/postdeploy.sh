#!/bin/bash
set -e

for file in datasources/fixtures/*.ndjson; do
    tb datasource append events "$file"
done
