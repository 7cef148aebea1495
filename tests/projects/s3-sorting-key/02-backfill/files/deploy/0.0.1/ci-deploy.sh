#!/bin/bash
set -euxo pipefail

tb deploy --populate --fixtures --wait
