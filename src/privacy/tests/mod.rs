mod look_alikes;
mod personal;
mod properties;
