//! What is checked before anything is sent.

use hfscan::publish::github::{Target, TargetError, Token};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

fn target(repository: &str, sha: &str, reference: &str, api: &str) -> Result<Target, TargetError> {
    Target::new(repository, sha, reference, api, None)
}

#[test]
fn repositories_commits_and_references_are_checked() {
    let api = "https://api.github.com";
    assert!(target("acme/infra.tf", SHA, "refs/heads/feature/a", api).is_ok());
    assert!(target("acme/infra", SHA, "refs/tags/v1", api).is_ok());
    for repository in
        ["infra", "acme/", "/infra", "acme/infra/more", "acme/..", "acme/a b", "https://github.com/acme/infra"]
    {
        assert!(
            matches!(target(repository, SHA, "refs/heads/main", api), Err(TargetError::Repository(_))),
            "{repository}"
        );
    }
    for sha in ["", "HEAD", "0123456", &format!("{SHA}0"), &SHA.replace('0', "g")] {
        assert!(matches!(target("a/b", sha, "refs/heads/main", api), Err(TargetError::Sha(_))), "{sha}");
    }
    for reference in ["main", "refs/heads/", "heads/main", "refs/remotes/pull/7/merge", "refs/heads/a\nb"] {
        assert!(matches!(target("a/b", SHA, reference, api), Err(TargetError::Reference(_))), "{reference}");
    }
}

#[test]
fn the_api_has_tls_unless_it_is_on_this_machine() {
    let of = |api: &str| target("a/b", SHA, "refs/heads/main", api);
    for api in [
        "https://api.github.com/",
        "https://github.example.com/api/v3",
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]:1",
    ] {
        assert!(of(api).is_ok(), "{api}");
    }
    for api in
        ["http://api.github.com", "http://localhost.example.com", "http://127.0.0.1.example.com", "http://10.0.0.1"]
    {
        assert!(matches!(of(api), Err(TargetError::Plain(_))), "{api}");
    }
    for api in ["", "api.github.com", "ftp://api.github.com", "https://", "https://a/?b=c", "https://a/#b"] {
        assert!(matches!(of(api), Err(TargetError::Api(_))), "{api}");
    }
    let told = of("https://me:geheim@github.example.com").unwrap_err().to_string();
    assert!(told.contains("***@github.example.com") && !told.contains("geheim"), "{told}");
}

#[test]
fn a_token_is_trimmed_and_never_shown() {
    let token = Token::new("ghs_marker\r\n", "GITHUB_TOKEN").unwrap();
    assert_eq!(format!("{token:?}"), "Token(***)");
    for wrong in ["", "  ", "ghs_a b", "ghs_a\nInjected: header", "gh\u{e9}"] {
        let told = Token::new(wrong, "GITHUB_TOKEN").unwrap_err().to_string();
        assert!(told.contains("GITHUB_TOKEN") && !told.contains("ghs_a"), "{told}");
    }
}
