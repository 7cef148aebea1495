#!/bin/bash
set -e

tb deploy
