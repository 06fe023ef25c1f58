//! Kinds of Amazon `CloudWatch` Logs.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A log group.
    pub struct LogGroup {
        /// Its name.
        pub log_group_name: Value<Option<String>>,
        /// Days that events are kept; 0 means for ever.
        pub retention_in_days: Value<i64>,
        /// The key that encrypts it.
        pub kms_key: Linked,
    }

    /// What is derived for a log group.
    pub struct LogGroupFacts {}
}

relations!(LogGroup { kms_key => "aws.kms.key" });
