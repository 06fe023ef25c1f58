//! Policy documents as APIs give them: JSON, URL-encoded by some services.

use percent_encoding::percent_decode_str;

use crate::inventory::aws::iam::PolicyDocument;
use crate::inventory::{Reason, Value};

/// Reads a document that must be there.
pub(crate) fn required(text: &str) -> Value<PolicyDocument> {
    let trimmed = text.trim_start();
    let decoded;
    let text = if trimmed.starts_with('%') {
        match percent_decode_str(trimmed).decode_utf8() {
            Ok(text) => {
                decoded = text;
                decoded.as_ref()
            }
            Err(_) => return Value::Unknown(Reason::Opaque("a policy document that is not UTF-8".to_owned())),
        }
    } else {
        text
    };
    match PolicyDocument::parse(text) {
        Ok(document) => Value::Known(document),
        Err(error) => Value::Unknown(Reason::Opaque(format!("a policy document: {error}"))),
    }
}

/// Reads a document that may be missing: `None`, empty or `null`.
pub(crate) fn optional(text: Option<&str>) -> Value<Option<PolicyDocument>> {
    match text.map(str::trim).filter(|text| !text.is_empty() && *text != "null") {
        Some(text) => required(text).map(Some),
        None => Value::Known(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_documents_are_decoded_and_plain_ones_with_percent_signs_are_not() {
        let plain = r#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/a%20b"}]}"#;
        let encoded = percent_encoding::utf8_percent_encode(plain, percent_encoding::NON_ALPHANUMERIC).to_string();
        assert_eq!(required(plain), required(&encoded));
        assert!(format!("{:?}", required(plain)).contains("a%20b"));
    }

    #[test]
    fn what_is_no_document_is_unknown_and_not_shown() {
        let value = optional(Some("hunter2"));
        let reason = value.reason().expect("not a document").to_string();
        assert!(!reason.contains("hunter2"), "{reason}");
        assert_eq!(optional(Some(" null ")), Value::Known(None));
    }
}
