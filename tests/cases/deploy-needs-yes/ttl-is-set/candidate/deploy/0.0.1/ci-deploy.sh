#!/bin/bash
set -e

tb deploy --yes --fixtures --wait
