package main

exception contains ["version"] if input.metadata.labels.stage == "development"
