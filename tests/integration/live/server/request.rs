//! What a request asks: the service and the region by its signature's scope, the account by its access
//! key, the operation by whatever the protocol says.

use std::collections::BTreeSet;

use serde_json::Value;

use super::http::Raw;
use super::routes;
use super::services::{self, Protocol, Service};

/// A request that is understood.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) service: &'static Service,
    /// Empty when it is in no table.
    pub(crate) operation: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) key: String,
    /// Parameters by name: of a form, a query or the top of a JSON body.
    pub(crate) parameters: Vec<(String, String)>,
    /// Every text in the parameters, the path and the body, however deep: what the request is about.
    pub(crate) subjects: BTreeSet<String>,
    line: String,
}

impl Request {
    /// Reads a request; `None` when it is not signed or for a service that is not known.
    pub(super) fn of(raw: Raw) -> Option<Self> {
        // AWS4-HMAC-SHA256 Credential=AKIA111111111111/20260101/us-east-1/kms/aws4_request, …
        let (_, scope) = raw.header("authorization")?.split_once("Credential=")?;
        let mut scope = scope.split([',', '/']);
        let (key, _, region, name) = (scope.next()?, scope.next()?, scope.next()?, scope.next()?);
        let (key, region, name) = (key.to_owned(), region.to_owned(), name.to_owned());
        let account = key.get(4..16).unwrap_or_default().to_owned();
        let (path, query) = raw.target.split_once('?').unwrap_or((&raw.target, ""));
        let mut parameters = pairs(query);
        let text = String::from_utf8_lossy(&raw.body);
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        if raw.header("content-type").is_some_and(|kind| kind.contains("form-urlencoded")) {
            parameters.extend(pairs(&text));
        }
        if let Value::Object(fields) = &json {
            parameters.extend(fields.iter().filter_map(|(name, value)| Some((name.clone(), scalar(value)?))));
        }
        let version = parameter(&parameters, "Version");
        let service = services::find(&name, path, version)?;
        let segments: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let operation = match service.protocol {
            Protocol::Json => raw.header("x-amz-target").and_then(|target| Some(target.rsplit_once('.')?.1.to_owned())),
            Protocol::Query | Protocol::Ec2 => parameter(&parameters, "Action").map(str::to_owned),
            Protocol::RestJson | Protocol::RestXml => {
                routes::operation(service, &raw.method, &segments, &parameters).map(str::to_owned)
            }
        };
        let mut subjects: BTreeSet<String> = segments.into_iter().collect();
        subjects.extend(parameters.iter().map(|(_, value)| value.clone()));
        texts(&json, &mut subjects);
        if let Some(account) = raw.header("x-amz-account-id") {
            subjects.insert(account.to_owned());
        }
        let line = format!("{} {} {} {}", service.signing, raw.method, raw.target, text.chars().take(200).collect::<String>());
        Some(Self {
            service,
            operation: operation.unwrap_or_default(),
            account,
            region,
            key,
            parameters,
            subjects,
            line,
        })
    }

    /// Returns a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.parameters, name)
    }

    /// Returns the request for a message.
    pub(super) fn told(&self) -> String {
        self.line.clone()
    }
}

fn parameter<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let plain = text.replace('+', " ");
    percent_encoding::percent_decode_str(&plain).decode_utf8_lossy().into_owned()
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn texts(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, into)),
        _ => {}
    }
}
