#!/bin/bash
set -e

tb deploy
tb pipe populate daily --wait &
tb test run -v
