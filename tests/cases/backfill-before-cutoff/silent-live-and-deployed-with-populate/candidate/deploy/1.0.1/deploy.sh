#!/bin/bash
set -euxo pipefail

tb deploy --populate --wait
