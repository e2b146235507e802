#!/bin/sh
# A gate for CI: ./ci_gate.sh LOWEST_MEAN [EXPERIMENT_OF_THE_MAIN_BRANCH]
#
# Runs the RAG over every row of the active version. Fails when the mean score is below LOWEST_MEAN, or, with an earlier experiment,
# when the scores dropped significantly. The last line of its output is the id of this experiment: keep it on the main branch.
set -eu
lowest=$1
before=${2:-}

golden-assets experiment active --task my_rag:answer --evaluator token_f1 --fail-below "$lowest" \
    ${before:+--against "$before"} --format json > experiment.json
python3 -c 'import json; print(json.load(open("experiment.json"))["experiment_id"])'
