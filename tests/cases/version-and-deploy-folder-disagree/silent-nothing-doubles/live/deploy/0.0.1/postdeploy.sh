#!/bin/bash
set -e

tb pipe copy run copy_events --wait --yes
tb pipe copy run copy_events --mode replace --yes
tb pipe populate daily --truncate --wait
