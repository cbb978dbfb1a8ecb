mod small_instances;
mod subproblem;
