#!/bin/bash
set -e

tb deploy ${CD_FLAGS}
