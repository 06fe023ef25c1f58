//! Certificates of ACM and of IAM.

use super::super::Mapped;
use crate::collect::terraform::block::Block;
use crate::inventory::aws::acm::Certificate;
use crate::inventory::{Kind as _, Reason, Value};

pub(super) fn certificate(block: &Block<'_>) -> Mapped {
    // One's own key is brought along with an imported certificate only.
    let issuer = if !block.is_data() && block.configured("private_key") { "imported" } else { "acm" };
    let domain_name = match block.string("domain_name") {
        Value::Known(None) => block.string("domain"),
        name => name,
    };
    Mapped {
        name: domain_name.clone(),
        identifiers: Vec::new(),
        attributes: Certificate {
            domain_name,
            issuer: Value::Known(issuer.to_owned()),
            // A state keeps this one from when it was made, though a validation may stand beside it.
            status: block.string("status").and_then(|status| match status {
                Some(status) if status == "PENDING_VALIDATION" => Value::Unknown(Reason::KnownAfterApply(None)),
                status => Value::Known(status),
            }),
            not_after: block.string("not_after"),
            days_left: Value::Known(None),
        }
        .into_attributes(),
    }
}

pub(super) fn server_certificate(block: &Block<'_>) -> Mapped {
    Mapped {
        name: block.string("name"),
        identifiers: Vec::new(),
        attributes: Certificate {
            domain_name: Value::Known(None),
            issuer: Value::Known("iam".to_owned()),
            status: Value::Known(None),
            not_after: block.string("expiration"),
            days_left: Value::Known(None),
        }
        .into_attributes(),
    }
}
