//! Kinds of Amazon EC2 and VPC.

mod compute;
mod network;
mod placement;
mod security_group;

pub use compute::*;
pub use network::*;
pub use placement::*;
pub use security_group::*;
