#!/bin/bash
set -e

tb pipe populate backfilling --wait
