"""Solves a problem in numbers with OR-Tools' SimpleMinCostFlow and compares.

usage: python compare.py P.json [R.json]    (pip install ortools numpy)

P.json: {"needs": [{"gap": int}], "organizations": [{"budget": int}], "candidates": [[need, organization, weight, min, max]]}.
Integer conditions ("whole", "min", "max_projects") are ignored. R.json: {"value": int, "seconds": float} of another solver for
the same problem. Its value must equal the optimum to the last digit, or the exit status is 1.
Seconds do not include reading and writing.
"""

import json
import sys
import time

import numpy
from ortools.graph.python import min_cost_flow


def solve(problem):
    """The largest sum of weight times amount, and the seconds it took."""
    gaps = numpy.array([need["gap"] for need in problem["needs"]], dtype=numpy.int64)
    budgets = numpy.array([organization["budget"] for organization in problem["organizations"]], dtype=numpy.int64)
    rows = numpy.array(problem["candidates"], dtype=numpy.int64).reshape(-1, 5)
    start = time.perf_counter()
    rows = rows[rows[:, 2] > 0]
    needs = numpy.arange(len(gaps))
    organizations = len(gaps) + numpy.arange(len(budgets))
    sink = len(gaps) + len(budgets)
    # Arcs from need to organization to sink. What stays unmet goes straight to the sink.
    tails = numpy.concatenate([rows[:, 0], organizations, needs])
    heads = numpy.concatenate([len(gaps) + rows[:, 1], numpy.full(sink, sink)])
    capacities = numpy.concatenate([numpy.minimum(rows[:, 4], gaps[rows[:, 0]]), budgets, gaps])
    costs = numpy.concatenate([-rows[:, 2], numpy.zeros(sink, dtype=numpy.int64)])
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    flow.set_nodes_supplies(needs, gaps)
    flow.set_node_supply(sink, -int(gaps.sum()))
    status = flow.solve()
    if status != flow.OPTIMAL:
        sys.exit(f"no optimum: status {status}")
    return -flow.optimal_cost(), time.perf_counter() - start


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        value, seconds = solve(json.load(file))
    print(f"OR-Tools: {seconds:.3f} s, optimum {value}")
    if len(sys.argv) == 3:
        with open(sys.argv[2], encoding="utf-8") as file:
            other = json.load(file)
        print(f"other:    {other['seconds']:.3f} s, value   {other['value']}")
        print(f"{seconds / other['seconds']:.1f} times as fast")
        if other["value"] != value:
            sys.exit("the values differ")


if __name__ == "__main__":
    main()
