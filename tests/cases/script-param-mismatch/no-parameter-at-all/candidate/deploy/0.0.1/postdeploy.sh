#!/bin/bash
set -e

tb pipe copy run copy_events --param day=2026-11-01 --wait --yes
