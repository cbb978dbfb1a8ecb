mod import_parts;
mod plan_jobs;
