//! What is sent: the SARIF log gzipped and in base64, with the commit that it belongs to.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use super::{PublishError, Target};

/// GitHub refuses a log that is larger when it is gzipped.
pub(super) const LARGEST: usize = 10 * 1024 * 1024;

#[derive(Debug, Serialize)]
struct Payload<'a> {
    commit_sha: &'a str,
    #[serde(rename = "ref")]
    reference: &'a str,
    sarif: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    checkout_uri: Option<&'a str>,
    tool_name: &'a str,
}

/// Returns the body of the upload.
pub(super) fn body(target: &Target, sarif: &[u8]) -> Result<Vec<u8>, PublishError> {
    let zipped = gzip(sarif).map_err(|_| PublishError::Compression)?;
    if zipped.len() > LARGEST {
        return Err(PublishError::TooLarge { size: zipped.len(), most: LARGEST });
    }
    serde_json::to_vec(&Payload {
        commit_sha: target.sha(),
        reference: target.reference(),
        sarif: STANDARD.encode(zipped),
        checkout_uri: target.checkout(),
        tool_name: env!("CARGO_PKG_NAME"),
    })
    .map_err(|_| PublishError::Compression)
}

/// The header has no time and no name, so the same log gives the same bytes.
fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
