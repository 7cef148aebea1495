#!/bin/bash
set -e

fill() {
    tb pipe populate "$1" --wait
}
tb deploy
for pipe in daily; do
    fill "$pipe"
done
