mod exact;
mod numbers;
