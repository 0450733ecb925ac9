"""Makes optimizers.json, the trajectories tests/sgd_torch.rs compares with.

    python make_optimizers.py FULL_OPTIMISERS.json

Provenance: torch 2.15.0 on a CPU in float64, one thread. A linear model of 12 rows and 3 features starts at w = (0.5, 0.25, -0.75), b = 0
and minimises the mean squared error of the batch + lambda * sum(w^2) for 30 steps, on all rows or on rows 0-3, 4-7, 8-11 in turn. The
full file holds every step; this keeps some. Left out: ASGD, which is averaging mixed with a decay of the intercept. The runs
`extra_*` let the optimizer decay all parameters, the intercept included. Schedules: the step size of steps 0 to 29.
"""

import json
import sys

KEPT = [1, 2, 3, 10, 20, 30]

with open(sys.argv[1]) as file:
    full = json.load(file)

runs = []
for name, run in full["torch"].items():
    if name == "asgd":
        continue
    runs.append(
        {
            "name": name,
            "optimizer": run["optimizer"].split(".")[-1],
            "hyper": run["hyper"],
            "lambda": run["lambda_l2_in_loss"],
            "gamma": run["scheduler"]["gamma"] if run["scheduler"] else None,
            "full_batch": [run["full_batch"]["params_w1_w2_w3_b"][k] for k in KEPT],
            "minibatch_4": [run["minibatch_4"]["params_w1_w2_w3_b"][k] for k in KEPT],
        }
    )
schedules = {
    name: {
        "step_size": schedule["lr_used_by_step_0_to_29"],
        "momentum": schedule.get("momentum_used_by_step_0_to_29"),
    }
    for name, schedule in full["lr_schedules"].items()
}
result = {
    "torch": full["meta"]["versions"]["torch"],
    "x": full["design"]["X"],
    "y": full["design"]["y"],
    "steps": KEPT,
    "runs": runs,
    "schedules": schedules,
}
with open("optimizers.json", "w") as file:
    parts = [f"{json.dumps(k)}: " + (
        "[\n" + ",\n".join(json.dumps(r) for r in v) + "\n]" if k == "runs" else json.dumps(v)
    ) for k, v in result.items()]
    file.write("{\n" + ",\n".join(parts) + "\n}\n")
