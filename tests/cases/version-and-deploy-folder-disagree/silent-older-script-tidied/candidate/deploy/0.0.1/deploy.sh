#!/bin/bash
set -e

tb deploy --wait
