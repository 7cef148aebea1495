#!/bin/bash
set -e

tb deploy
tb pipe populate daily --wait
