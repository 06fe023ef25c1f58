//! Kinds of AWS, one file per service.

pub mod ec2;
