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
        /// `ISSUED`, `PENDING_VALIDATION` …
        pub status: Value<Option<String>>,
        /// End of its validity as RFC 3339.
        pub not_after: Value<Option<String>>,
    }

    /// What is derived for a certificate.
    pub struct CertificateFacts {}
}

relations!(Certificate {});
