//! Hides values that may be secret before they reach a report. It errs on the side of hiding: a
//! report is pasted into tickets and uploaded to services.

use serde_json::Value as Json;

const MASK: &str = "(sensitive)";

/// Evidence longer than this says no more, it only fills the screen.
const LONGEST: usize = 400;

/// Words in a field's name that make its text a secret.
const SECRET_NAMES: [&str; 12] = [
    "password",
    "passwd",
    "secret",
    "token",
    "private_key",
    "access_key",
    "credential",
    "user_data",
    "custom_data",
    "connection_string",
    "auth_key",
    "certificate_body",
];

/// Beginnings of well-known credentials, wherever they stand.
const SECRET_TEXTS: [&str; 7] = ["-----BEGIN", "AKIA", "ASIA", "ghp_", "github_pat_", "xoxb-", "eyJhbGciOi"];

/// Settings that stand under such names and give nothing away, as `http_tokens = "optional"` does.
const SETTINGS: [&str; 10] =
    ["", "optional", "required", "enabled", "disabled", "true", "false", "none", "default", "on_demand"];

/// Returns the value as a report may show it: text under a secret's name and text that looks like a
/// credential is masked, and long text is shortened with its length told.
pub(super) fn mask(path: &[String], value: Json) -> Json {
    let secret = path.iter().any(|step| names_a_secret(step));
    hide(value, secret)
}

fn hide(value: Json, secret: bool) -> Json {
    match value {
        Json::String(text) if (secret && !is_harmless(&text)) || looks_secret(&text) => Json::String(MASK.to_owned()),
        Json::String(text) => Json::String(shorten(text)),
        Json::Array(items) => items.into_iter().map(|item| hide(item, secret)).collect(),
        Json::Object(fields) => fields
            .into_iter()
            .map(|(name, field)| {
                let secret = secret || names_a_secret(&name);
                (name, hide(field, secret))
            })
            .collect(),
        plain => plain,
    }
}

fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|word| name.contains(word))
}

/// An ARN or a resource id says where a secret is, not what it is.
fn is_harmless(text: &str) -> bool {
    SETTINGS.contains(&text.to_ascii_lowercase().as_str())
        || text.starts_with("arn:")
        || text.starts_with("/subscriptions/")
}

fn looks_secret(text: &str) -> bool {
    SECRET_TEXTS.iter().any(|beginning| text.contains(beginning))
}

fn shorten(text: String) -> String {
    let length = text.chars().count();
    if length <= LONGEST {
        return text;
    }
    let kept: String = text.chars().take(LONGEST).collect();
    format!("{kept}… ({length} characters)")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hides_secrets_by_name_and_by_look() {
        let path = |step: &str| vec!["attributes".to_owned(), step.to_owned()];
        assert_eq!(mask(&path("master_password"), json!("hunter2")), json!(MASK));
        assert_eq!(mask(&path("manage_master_user_password"), json!(false)), json!(false));
        assert_eq!(mask(&path("secret"), json!("arn:aws:secretsmanager:x")), json!("arn:aws:secretsmanager:x"));
        assert_eq!(
            mask(&path("environment"), json!({"DB_PASSWORD": "x", "PORT": 1})),
            json!({"DB_PASSWORD": MASK, "PORT": 1})
        );
        assert_eq!(mask(&path("environment"), json!(["AKIAIOSFODNN7EXAMPLE"])), json!([MASK]));
    }

    #[test]
    fn shortens_long_text_and_says_so() {
        let value = mask(&["attributes".to_owned()], json!("é".repeat(1000)));
        assert!(value.as_str().is_some_and(|text| text.ends_with("… (1000 characters)")));
    }
}
