//! Credentials that ended before their time: the cached ones are forgotten and the call is tried again
//! with new ones. The SDK itself renews them only by the time that they were given.

use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::Credentials;
use aws_sdk_sts::config::{ConfigBag, IdentityCache, ResolveCachedIdentity, RuntimeComponents, SharedIdentityCache};
use aws_smithy_runtime_api::client::identity::{IdentityFuture, SharedIdentityResolver};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef, InterceptorContext,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_types::config_bag::{Storable, StoreReplace};

use super::miss::EXPIRED;

/// An error is a short text; anything longer is no error of a service.
const ERROR_BYTES: usize = 16 * 1024;

/// The cached credentials of one session. Clients get it three times: as the cache, as what watches the
/// answers, and as the judge of what is tried again.
#[derive(Debug, Clone)]
pub(crate) struct Renewal(Arc<Mutex<Cached>>);

#[derive(Debug)]
struct Cached {
    cache: SharedIdentityCache,
    /// The access key that was handed out last.
    key: Option<String>,
}

/// The signature of a request, which names the access key.
#[derive(Debug)]
struct Signature(String);

impl Storable for Signature {
    type Storer = StoreReplace<Self>;
}

impl Renewal {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Cached { cache: IdentityCache::lazy().build(), key: None })))
    }

    /// Forgets the credentials if they are still those of this request: of many calls that fail at once
    /// only the first brings new ones.
    fn forget(&self, authorization: &str) {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.key.as_ref().is_some_and(|key| authorization.contains(&format!("Credential={key}/"))) {
            *cached = Cached { cache: IdentityCache::lazy().build(), key: None };
        }
    }
}

impl ResolveCachedIdentity for Renewal {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        config: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner).cache.clone();
        IdentityFuture::new(async move {
            let identity = cache.resolve_cached_identity(resolver, components, config).await?;
            if let Some(credentials) = identity.data::<Credentials>() {
                let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                cached.key = Some(credentials.access_key_id().to_owned());
            }
            Ok(identity)
        })
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Renewal {
    fn name(&self) -> &'static str {
        "Renewal"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(signature) = context.request().headers().get("authorization") {
            config.interceptor_state().store_put(Signature(signature.to_owned()));
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let (true, Some(Signature(signature))) = (is_over(context.response()), config.load::<Signature>()) {
            self.forget(signature);
        }
        Ok(())
    }
}

impl ClassifyRetry for Renewal {
    fn name(&self) -> &'static str {
        "Renewal"
    }

    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if is_over(context.response()) { RetryAction::transient_error() } else { RetryAction::NoActionIndicated }
    }
}

/// Returns whether an answer says that the credentials ended, in whichever protocol.
fn is_over(response: Option<&HttpResponse>) -> bool {
    let Some(response) = response.filter(|response| !response.status().is_success()) else { return false };
    let header = response.headers().get("x-amzn-errortype").unwrap_or_default();
    let body = response.body().bytes().filter(|body| body.len() <= ERROR_BYTES).unwrap_or_default();
    let body = String::from_utf8_lossy(body);
    let has_code = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| EXPIRED.contains(&word));
    has_code(header) || has_code(&body)
}
