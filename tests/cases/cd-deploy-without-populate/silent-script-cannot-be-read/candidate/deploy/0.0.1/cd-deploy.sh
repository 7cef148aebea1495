#!/bin/bash
set -e

if [ -f .tinyb ]; then
    tb deploy
