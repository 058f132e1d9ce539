#!/bin/bash
# Grades a class as an array of tasks: sbatch --array=1-8 slurm-array.sh COURSE SUBMISSIONS RESULTS [--exercise ID ...]
# Afterwards: workbook grade merge RESULTS/shard-* --out RESULTS/all
#SBATCH --job-name=grade
#SBATCH --cpus-per-task=2
#SBATCH --mem=8G
#SBATCH --requeue
set -euo pipefail
course=$1 submissions=$(realpath "$2") results=$(realpath -m "$3")
shift 3
cd "$course"
code=0
# A task that is queued again goes on where the killed one was.
"${WORKBOOK:-workbook}" grade run --submissions "$submissions" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --require boxed --out "$results/shard-$SLURM_ARRAY_TASK_ID" "$@" || code=$?
# 1: somebody did not pass. 3: something could not be judged. Both are results.
[ "$code" -eq 0 ] || [ "$code" -eq 1 ] || [ "$code" -eq 3 ]
