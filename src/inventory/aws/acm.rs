//! Kinds of AWS Certificate Manager.

use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A certificate.
    pub struct Certificate {
        /// Its main domain name.
        pub domain_name: Value<Option<String>>,
        /// `acm` for requested ones, `imported` for those brought in, `iam` for IAM server
        /// certificates.
        pub issuer: Value<String>,
        /// `ISSUED`, `PENDING_VALIDATION` …; null while it is not requested yet.
        pub status: Value<Option<String>>,
        /// End of its validity as RFC 3339; null while it is not issued yet.
        pub not_after: Value<Option<String>>,
        /// Whole days from the reading to the end of its validity, as a live audit counts them; null
        /// in a plan.
        pub days_left: Value<Option<i64>>,
    }

    /// What is derived for a certificate.
    pub struct CertificateFacts {}
}

relations!(Certificate {});
