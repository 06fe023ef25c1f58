//! Benchmarks and documents that a rule stands for, in the words in which other tools name them.

use crate::finding::report::RuleSummary;

/// A benchmark: its key in the rules, its name, and how a control of it is written.
struct Framework {
    key: &'static str,
    name: &'static str,
    control: &'static str,
    /// Its classifier among the types of Security Hub.
    classifier: &'static str,
}

/// The benchmarks of the rules that hfscan brings.
const FRAMEWORKS: [Framework; 3] = [
    Framework {
        key: "nist-800-53",
        name: "NIST SP 800-53 Rev. 5",
        control: "NIST.800-53.r5 ",
        classifier: "NIST 800-53 Controls (USA)",
    },
    Framework {
        key: "cis-aws-5.0",
        name: "CIS AWS Foundations Benchmark v5.0.0",
        control: "CIS AWS Foundations Benchmark v5.0.0/",
        classifier: "CIS AWS Foundations Benchmark",
    },
    Framework {
        key: "fsbp",
        name: "AWS Foundational Security Best Practices v1.0.0",
        control: "AWS Foundational Security Best Practices v1.0.0/",
        classifier: "AWS Foundational Security Best Practices",
    },
];

/// Returns the controls of benchmarks and then the lines of documents that a rule stands for.
pub(super) fn requirements(rule: &RuleSummary) -> Vec<String> {
    let mut requirements = Vec::new();
    for framework in &FRAMEWORKS {
        let controls = rule.frameworks.get(framework.key).into_iter().flatten();
        requirements.extend(controls.map(|control| format!("{}{control}", framework.control)));
    }
    let others = rule.frameworks.iter().filter(|(key, _)| known(key).is_none());
    requirements
        .extend(others.flat_map(|(key, controls)| controls.iter().map(move |control| format!("{key} {control}"))));
    requirements.extend(rule.documents.iter().map(|(document, lines)| match lines.as_slice() {
        [line] => format!("{document} line {line}"),
        lines => format!("{document} lines {}", lines.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")),
    }));
    requirements
}

/// Returns the names of the benchmarks, then those of the documents, that a rule stands for.
pub(super) fn standards(rule: &RuleSummary) -> Vec<String> {
    let benchmarks = FRAMEWORKS.iter().filter(|framework| rule.frameworks.contains_key(framework.key));
    let mut standards: Vec<String> = benchmarks.map(|framework| framework.name.to_owned()).collect();
    standards.extend(rule.frameworks.keys().filter(|key| known(key).is_none()).cloned());
    standards.extend(rule.documents.keys().cloned());
    standards
}

/// Returns the classifiers of the benchmarks that a rule stands for, as Security Hub has them.
pub(super) fn classifiers(rule: &RuleSummary) -> impl Iterator<Item = &'static str> {
    let of_rule = FRAMEWORKS.iter().filter(|framework| rule.frameworks.contains_key(framework.key));
    of_rule.map(|framework| framework.classifier)
}

fn known(key: &str) -> Option<&'static Framework> {
    FRAMEWORKS.iter().find(|framework| framework.key == key)
}
