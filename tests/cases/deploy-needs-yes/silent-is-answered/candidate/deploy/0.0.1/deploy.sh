#!/bin/bash
set -e

yes | tb deploy
tb deploy <<< "y"
