#!/bin/bash
set -e

tb deploy --populate
tb sql "SELECT count() FROM events_new"
