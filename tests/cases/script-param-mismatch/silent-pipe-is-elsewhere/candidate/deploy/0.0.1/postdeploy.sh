#!/bin/bash
set -e

tb pipe copy run another_workspace_pipe --param x=1 --wait --yes
