#!/bin/bash
set -e

tb pipe copy run copy_events --yes
