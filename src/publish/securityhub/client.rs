//! The hub of the SDK. It does not retry by itself: waits belong to the pace of the publisher, which
//! keeps to the documented rates.

use std::error::Error;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_sdk_securityhub::Client;
use aws_sdk_securityhub::error::SdkError;
use aws_sdk_securityhub::types::{AwsSecurityFindingFilters, StringFilter, StringFilterComparison};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use futures_util::future::BoxFuture;

use super::convert;
use super::hub::{Call, CallError, Hub, Page, Refused};
use super::scope::Scope;
use crate::collect::aws::miss::Miss;
use crate::collect::aws::session::Session;
use crate::report::asff::{AsffFinding, PREFIX};

/// Findings of a page; Security Hub gives no more.
const PAGE: i32 = 100;

/// Characters of Security Hub's own text that an error shows.
const SHOWN: usize = 500;

/// The hub of one account and region.
#[derive(Debug)]
pub(super) struct SdkHub {
    client: Client,
    filters: AwsSecurityFindingFilters,
}

impl SdkHub {
    /// A hub that is called with these credentials, in the scope's region.
    pub(super) fn new(session: &Session, scope: &Scope, product: &str) -> Self {
        let config = aws_sdk_securityhub::config::Builder::from(&session.sdk)
            // Keys that end early are forgotten, so that the next try brings new ones.
            .interceptor(session.renewal.clone())
            .region(aws_config::Region::new(scope.region.clone()))
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(5))
                    .operation_attempt_timeout(Duration::from_mins(1))
                    .build(),
            )
            .build();
        let is = |text: &str, comparison: StringFilterComparison| {
            StringFilter::builder().value(text).comparison(comparison).build()
        };
        let equals = |text: &str| is(text, StringFilterComparison::Equals);
        let filters = AwsSecurityFindingFilters::builder()
            .product_arn(equals(product))
            .aws_account_id(equals(&scope.account))
            // The hub of an aggregation region shows the findings of others too.
            .region(equals(&scope.region))
            .generator_id(is(&format!("{PREFIX}/"), StringFilterComparison::Prefix))
            .build();
        Self { client: Client::from_conf(config), filters }
    }
}

impl Hub for SdkHub {
    fn describe(&self) -> BoxFuture<'_, Result<(), CallError>> {
        Box::pin(async move {
            match self.client.describe_hub().send().await {
                Ok(_) => Ok(()),
                Err(error) if error.code() == Some("ResourceNotFoundException") => Err(CallError::NotEnabled),
                Err(error) => Err(sorted(Call::Describe, &error)),
            }
        })
    }

    fn page(&self, token: Option<String>) -> BoxFuture<'_, Result<Page, CallError>> {
        Box::pin(async move {
            let request = self.client.get_findings().filters(self.filters.clone()).max_results(PAGE);
            let answer = request.set_next_token(token).send().await;
            let answer = answer.map_err(|error| sorted(Call::Read, &error))?;
            let findings = answer.findings.unwrap_or_default().into_iter().filter_map(convert::from_sdk).collect();
            Ok(Page { findings, next: answer.next_token.filter(|token| !token.is_empty()) })
        })
    }

    fn import<'a>(&'a self, findings: &'a [AsffFinding]) -> BoxFuture<'a, Result<Vec<Refused>, CallError>> {
        Box::pin(async move {
            let findings = findings.iter().map(convert::to_sdk).collect();
            let answer = self.client.batch_import_findings().set_findings(Some(findings)).send().await;
            let answer = answer.map_err(|error| sorted(Call::Import, &error))?;
            let refused = answer.failed_findings.unwrap_or_default().into_iter().map(|refused| Refused {
                id: plain(&refused.id.unwrap_or_default()),
                code: plain(&refused.error_code.unwrap_or_default()),
                reason: plain(&refused.error_message.unwrap_or_default()),
            });
            let mut refused: Vec<Refused> = refused.collect();
            // A hub that counts failures without naming them is believed all the same.
            let unnamed = usize::try_from(answer.failed_count.unwrap_or(0)).unwrap_or(0).saturating_sub(refused.len());
            refused.extend((0..unnamed).map(|_| Refused {
                id: String::new(),
                code: String::new(),
                reason: "Security Hub does not say which finding it is, nor why".to_owned(),
            }));
            Ok(refused)
        })
    }
}

/// Sorts an error of the SDK by what can be done about it.
fn sorted<E>(call: Call, error: &SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    match Miss::of(error) {
        Miss::Denied => CallError::Denied(call),
        Miss::Throttled => CallError::Throttled,
        Miss::NotSubscribed(_) => CallError::NotEnabled,
        Miss::RegionOff => CallError::RegionOff,
        // A session that ended is renewed by the next try.
        miss @ (Miss::Expired | Miss::Deadline) => CallError::Passing(miss.told()),
        Miss::Failed(_) if status == 429 => CallError::Throttled,
        Miss::Failed(what) if status == 0 || status >= 500 => CallError::Passing(what),
        Miss::Failed(what) => match error.code() {
            Some("InvalidInputException" | "ValidationException" | "InvalidInput" | "SerializationException") => {
                CallError::Refused(plain(error.message().unwrap_or_default()))
            }
            _ => CallError::Failed(what),
        },
    }
}

/// Returns a text of the other side as a terminal may show it.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(SHOWN).collect()
}
