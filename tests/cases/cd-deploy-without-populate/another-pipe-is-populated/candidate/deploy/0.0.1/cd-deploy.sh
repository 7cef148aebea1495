#!/bin/bash
set -e

tb deploy
tb pipe populate backfilling --node backfill --wait
