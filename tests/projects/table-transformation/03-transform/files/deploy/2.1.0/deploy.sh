#!/bin/bash
set -euxo pipefail

tb deploy
