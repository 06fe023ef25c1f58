//! What an audit may call: every API operation with the permission that it needs and the kinds that it
//! fills. The read policy that `hfscan audit aws --print-policy` prints is made from these.

/// What is not told when a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// It lists resources: without it nobody knows which ones of its kinds exist.
    Listing,
    /// It tells attributes of resources that are listed already.
    Detail,
}

/// One operation of an API of AWS.
#[derive(Debug)]
pub struct Operation {
    /// Service and operation as the SDK names them: `EC2.DescribeSubnets`.
    pub api: &'static str,
    /// The permission that it needs, as IAM names it: `ec2:DescribeSubnets`.
    pub action: &'static str,
    /// What it reads.
    pub reads: Reads,
    /// Kinds that it fills.
    pub kinds: &'static [&'static str],
    /// Error codes that are no failure but an answer: what was asked for does not exist.
    pub absent: &'static [&'static str],
}

impl Operation {
    /// An operation that lists resources.
    pub(crate) const fn listing(api: &'static str, action: &'static str, kinds: &'static [&'static str]) -> Self {
        Self { api, action, reads: Reads::Listing, kinds, absent: &[] }
    }

    /// An operation that tells more of resources that are listed already. `absent` are the error codes
    /// that say that there is nothing to tell.
    pub(crate) const fn detail(
        api: &'static str,
        action: &'static str,
        kinds: &'static [&'static str],
        absent: &'static [&'static str],
    ) -> Self {
        Self { api, action, reads: Reads::Detail, kinds, absent }
    }
}
