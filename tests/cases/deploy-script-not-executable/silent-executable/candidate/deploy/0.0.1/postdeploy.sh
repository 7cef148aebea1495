#!/bin/bash
set -e

tb sql "SELECT 1"
