//! Kinds of AWS Lambda.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};

model! {
    /// A function.
    pub struct Function {
        /// Its role.
        pub role: Linked,
        /// Its subnets; absent when it runs outside of a VPC.
        pub subnets: Linked,
        /// Its security groups.
        pub security_groups: Linked,
    }

    /// What is derived for a function.
    pub struct FunctionFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
    }
}

relations!(Function {
    role => "aws.iam.role",
    subnets => "aws.ec2.subnet",
    security_groups => "aws.ec2.security_group",
});
