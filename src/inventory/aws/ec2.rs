//! Kinds of Amazon EC2 and VPC.

mod network;

pub use network::{Subnet, SubnetFacts, Vpc, VpcFacts};
