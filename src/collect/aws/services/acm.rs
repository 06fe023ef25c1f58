//! AWS Certificate Manager: certificates, as their listing tells them, with tags.
//!
//! Server certificates that IAM keeps are not read: the ARN by which a listener names one tells where it
//! is kept, and that alone is the fault that a rule finds.

use aws_sdk_acm::types::{CertificateSummary, CertificateType, Filters, KeyAlgorithm};
use aws_smithy_types::date_time::Format;
use jiff::Timestamp;

use crate::clock;
use crate::collect::aws::context::{Context, Described, client, value_of};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::Value;
use crate::inventory::aws::acm::Certificate;

const CERTIFICATE: &str = "aws.acm.certificate";

pub(super) const SERVICE: Service = Service {
    name: "acm",
    scope: Scope::Regional,
    kinds: &[CERTIFICATE],
    operations: &[&LIST_CERTIFICATES, &LIST_TAGS],
    collect: |context| Box::pin(collect(context)),
};

const LIST_CERTIFICATES: Operation = Operation::listing("ACM.ListCertificates", "acm:ListCertificates", &[CERTIFICATE]);
const LIST_TAGS: Operation = Operation::detail(
    "ACM.ListTagsForCertificate",
    "acm:ListTagsForCertificate",
    &[CERTIFICATE],
    &["ResourceNotFoundException"],
);

const SECONDS_OF_A_DAY: i64 = 86_400;

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_acm);
    // Without a filter the listing leaves certificates with longer keys and with elliptic curves out.
    let keys = KeyAlgorithm::values().iter().map(|&name| KeyAlgorithm::from(name)).collect();
    let filters = Filters::builder().set_key_types(Some(keys)).build();
    let mut found: Vec<CertificateSummary> = Vec::new();
    let pages = client.list_certificates().includes(filters).into_paginator().send();
    // A broken listing is a gap already; the certificates that it did tell are kept all the same.
    let _ = context
        .pages(&LIST_CERTIFICATES, "", pages, |page| {
            found.extend(page.certificate_summary_list.unwrap_or_default());
        })
        .await;
    let now = clock::now();
    context
        .each(found, |summary| {
            let (context, client) = (&context, &client);
            async move {
                let Some(arn) = summary.certificate_arn.clone() else {
                    return;
                };
                let call = client.list_tags_for_certificate().certificate_arn(&arn).send();
                let tags = context.call(&LIST_TAGS, &arn, call).await;
                if matches!(tags, Ok(None)) {
                    // It went away since the listing.
                    return;
                }
                context.add(Described {
                    arn,
                    type_name: "AWS::CertificateManager::Certificate",
                    name: summary.domain_name.clone(),
                    identifiers: Vec::new(),
                    tags: value_of(tags, |answer| {
                        let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
                        tags.into_iter().map(|tag| (tag.key, tag.value.unwrap_or_default())).collect()
                    }),
                    attributes: certificate(&summary, now),
                });
            }
        })
        .await;
}

fn certificate(summary: &CertificateSummary, now: Timestamp) -> Certificate {
    let issuer = if summary.r#type == Some(CertificateType::Imported) { "imported" } else { "acm" };
    Certificate {
        domain_name: Value::Known(summary.domain_name.clone()),
        issuer: Value::Known(issuer.to_owned()),
        status: Value::Known(summary.status.as_ref().map(|status| status.as_str().to_owned())),
        not_after: Value::Known(summary.not_after.and_then(|end| end.fmt(Format::DateTime).ok())),
        days_left: Value::Known(summary.not_after.map(|end| days(now.as_second(), end.secs()))),
    }
}

/// Whole days between two moments; a certificate that ended an hour ago has minus one left.
fn days(from: i64, to: i64) -> i64 {
    to.saturating_sub(from).div_euclid(SECONDS_OF_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_acm::types::CertificateStatus;
    use aws_smithy_types::DateTime;

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    #[test]
    fn days_are_counted_from_the_reading() {
        let summary = CertificateSummary::builder()
            .domain_name("example.com")
            .r#type(CertificateType::AmazonIssued)
            .status(CertificateStatus::Issued)
            .not_after(DateTime::from_secs(1_800_000_000 + 30 * 86_400 + 5))
            .build();
        let read = certificate(&summary, now());
        assert!(read.days_left.is(&Some(30)) && read.issuer.is(&"acm".to_owned()));
        assert!(read.status.is(&Some("ISSUED".to_owned())));
        assert!(read.not_after.is(&Some("2027-02-14T08:00:05Z".to_owned())));
        assert_eq!(days(100, 40), -1);
        assert_eq!(days(0, 86_399), 0);
    }

    #[test]
    fn a_certificate_that_waits_for_its_validation_has_no_end() {
        let summary = CertificateSummary::builder()
            .r#type(CertificateType::Imported)
            .status(CertificateStatus::PendingValidation)
            .build();
        let read = certificate(&summary, now());
        assert!(read.days_left.is(&None) && read.not_after.is(&None));
        assert!(read.issuer.is(&"imported".to_owned()));
    }
}
