//! Errors in each protocol's shape, with a marker in the message: what a server writes there must never
//! reach a report.

use serde_json::json;

use super::Answer;
use super::services::{Protocol, Service};

/// Stands in the message of every error.
pub(crate) const MARKER: &str = "MARKER-of-an-error-body-6f1c";

pub(super) fn denied(service: &Service) -> (u16, &'static str) {
    match service.protocol {
        Protocol::Json => (400, "AccessDeniedException"),
        Protocol::Ec2 => (403, "UnauthorizedOperation"),
        Protocol::Query | Protocol::RestXml => (403, "AccessDenied"),
        Protocol::RestJson => (403, "AccessDeniedException"),
    }
}

pub(super) fn throttled(service: &Service) -> (u16, &'static str) {
    match service.protocol {
        Protocol::Json => (400, "ThrottlingException"),
        Protocol::Ec2 => (503, "RequestLimitExceeded"),
        Protocol::Query => (400, "Throttling"),
        Protocol::RestXml => (503, "SlowDown"),
        Protocol::RestJson => (429, "TooManyRequestsException"),
    }
}

pub(super) fn expired(service: &Service) -> (u16, &'static str) {
    match service.protocol {
        Protocol::Json => (400, "ExpiredTokenException"),
        Protocol::Ec2 => (400, "RequestExpired"),
        Protocol::Query => (403, "ExpiredToken"),
        Protocol::RestXml => (400, "ExpiredToken"),
        Protocol::RestJson => (403, "ExpiredTokenException"),
    }
}

pub(super) fn internal(service: &Service) -> (u16, &'static str) {
    match service.protocol {
        Protocol::Json | Protocol::RestJson => (500, "InternalServerException"),
        Protocol::Ec2 | Protocol::RestXml => (500, "InternalError"),
        Protocol::Query => (500, "InternalFailure"),
    }
}

/// Returns the status that goes with a code that a state gives: something that is not there.
pub(super) fn status_of(service: &Service, code: &str) -> u16 {
    match service.protocol {
        Protocol::Json | Protocol::Ec2 => 400,
        _ if code.contains("AccessDenied") => 403,
        _ => 404,
    }
}

pub(crate) fn answer(service: &Service, (status, code): (u16, &str)) -> Answer {
    let message = format!("User: arn:aws:iam::111111111111:user/secret is not well: {MARKER}");
    let (kind, headers, body) = match service.protocol {
        Protocol::Json => {
            let kind = if service.sdk == "SQS" { "application/x-amz-json-1.0" } else { "application/x-amz-json-1.1" };
            (kind, vec![], json!({"__type": format!("com.amazonaws#{code}"), "message": message}).to_string())
        }
        Protocol::RestJson => {
            let headers = vec![("x-amzn-ErrorType", format!("{code}:http://internal.amazon.com/"))];
            ("application/json", headers, json!({"message": message}).to_string())
        }
        Protocol::Query => {
            let body = format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>0</RequestId></ErrorResponse>"
            );
            ("text/xml", vec![], body)
        }
        Protocol::Ec2 => {
            let body = format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                 <RequestID>0</RequestID></Response>"
            );
            ("text/xml", vec![], body)
        }
        Protocol::RestXml if service.sdk == "S3 Control" => {
            let body = format!(
                "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
            );
            ("application/xml", vec![], body)
        }
        Protocol::RestXml => {
            let body = format!("<Error><Code>{code}</Code><Message>{message}</Message><RequestId>0</RequestId></Error>");
            ("application/xml", vec![], body)
        }
    };
    let mut headers: Vec<(&'static str, String)> = headers;
    headers.push(("Content-Type", kind.to_owned()));
    Answer { status, headers, body: body.into_bytes() }
}
