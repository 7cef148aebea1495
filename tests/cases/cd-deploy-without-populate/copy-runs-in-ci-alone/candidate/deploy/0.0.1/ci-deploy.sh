#!/bin/bash
set -e

tb deploy
tb pipe copy run copy_events --wait --yes
