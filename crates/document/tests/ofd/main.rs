//! OFD: packages written by hand, with everything that real ones get wrong, and everything that hostile ones try.

mod fixture;

mod draw;
mod hostile;
mod page;
mod payload;
mod samples;
mod seal;
mod tolerance;
