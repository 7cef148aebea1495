#!/bin/bash
set -e

tb pipe populate daily --wait
