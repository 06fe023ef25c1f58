//! Tests of `hfscan::finding`.

mod gate;
mod identity;
mod judge;
