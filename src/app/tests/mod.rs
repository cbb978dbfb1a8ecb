mod plan_jobs;
