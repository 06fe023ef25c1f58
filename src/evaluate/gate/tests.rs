//! The rule of meaning, tried on many rules: whenever the gate says pass, fail or not applicable,
//! no legal values of what is unknown change it. And where all is known, both ways agree.

mod odd;

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::*;
use crate::evaluate::DEFAULT_LIMIT;
use crate::evaluate::lane::{Lane, Machine, Quick};
use crate::evaluate::path::{Path, Step};
use crate::evaluate::view;
use crate::policy::load::builtin;
use crate::policy::rule::{Rule, SelectedRule};
use crate::policy::severity::Severity;

/// Bodies of rules over the input that `random_input` makes.
const RULES: &[&str] = &[
    "deny contains finding.at([\"attributes\", \"flag\"], \"m\") if input.attributes.flag",
    "deny contains finding.at([\"attributes\", \"flag\"], \"m\") if not input.attributes.flag",
    "deny contains finding.at([\"attributes\", \"flag\"], \"m\") if input.attributes.flag == false",
    "deny contains finding.at([\"attributes\", \"name\"], \"m\") if input.attributes.name != \"x\"",
    "deny contains finding.at([\"attributes\", \"name\"], sprintf(\"is %s\", [input.attributes.name])) if input.attributes.count > 1",
    "applies if input.attributes.name in {\"x\", \"y\"}\ndeny contains finding.at([\"attributes\", \"flag\"], \"m\") if input.attributes.flag",
    "deny contains finding.tagged([\"attributes\", \"rules\"], rule.cidr, \"m\") if {\n\tsome rule in input.attributes.rules\n\trule.port == 1\n\trule.cidr == \"x\"\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tinput.attributes.rules[i].port == 1\n\tinput.attributes.rules[i].cidr == \"x\"\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tnot has_x\n}\nhas_x if input.attributes.rules[_].cidr == \"x\"",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tevery rule in input.attributes.rules {\n\t\trule.port > 1\n\t}\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tnot every_open\n}\nevery_open if {\n\tevery i, rule in input.attributes.rules {\n\t\trule.port + i < 4\n\t}\n}",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if count(input.attributes.names) < 2",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if count({name | some name in input.attributes.names}) < 2",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\topen := [rule | some rule in input.attributes.rules; rule.cidr == \"x\"]\n\tcount(open) > 1\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tports := {rule.port | some rule in input.attributes.rules; rule.cidr != \"z\"}\n\tports & {1, 2} == {1}\n}",
    "is_open(rule) if rule.cidr == \"x\"\nis_open(rule) if {\n\trule.port == 0\n\tnot rule.cidr == \"y\"\n}\ndeny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome rule in input.attributes.rules\n\tis_open(rule)\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome rule in open\n\trule.port > 0\n}\nopen contains rule if {\n\tsome rule in input.attributes.rules\n\trule.cidr == \"x\"\n}",
    "level := \"high\" if {\n\tinput.attributes.flag\n} else := \"middle\" if {\n\tinput.attributes.count == 1\n} else := \"low\"\ndeny contains finding.at([\"attributes\", \"count\"], level) if level != \"low\"",
    "default mode := \"none\"\nmode := input.attributes.name if input.attributes.flag\ndeny contains finding.at([\"attributes\", \"name\"], \"m\") if mode in {\"none\", \"x\"}",
    "kind(value) := \"a\" if {\n\tvalue == \"x\"\n} else := \"b\" if {\n\tvalue == \"y\"\n} else := \"c\"\ndeny contains finding.at([\"attributes\", \"name\"], \"m\") if kind(input.attributes.name) == \"c\"",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if not \"x\" in input.attributes.names",
    "deny contains finding.at([\"attributes\", \"name\"], \"m\") if input.attributes.name in input.attributes.names",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if object.get(input.attributes.options, \"k\", false) == true",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if object.get(input.attributes.options, [\"deep\", \"k\"], \"none\") == \"none\"",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if {\n\toptions := input.attributes.options\n\toptions.k\n\tnot options.m == \"x\"\n}",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if {\n\tsome key, value in input.attributes.options\n\tkey == \"m\"\n\tvalue == \"y\"\n}",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if input.attributes.options[input.attributes.name]",
    "deny contains finding.at([\"attributes\", \"name\"], \"m\") if startswith(input.attributes.name, \"x\")",
    "deny contains finding.at([\"attributes\", \"name\"], \"m\") if not startswith(input.attributes.name, \"x\")",
    "deny contains finding.at([\"attributes\", \"name\"], \"m\") if {\n\tother := \"y\"\n\tlower(input.attributes.name) == other\n}",
    "deny contains finding.lower(finding.at([\"attributes\", \"rules\"], \"m\"), \"low\") if {\n\tsum([rule.port | some rule in input.attributes.rules]) > 3\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tby_cidr := {rule.cidr: true | some rule in input.attributes.rules}\n\tby_cidr.x\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome a in input.attributes.rules\n\tsome b in input.attributes.names\n\ta.cidr == b\n\tnot a.port == 2\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\t[first, _] := [input.attributes.name, input.attributes.count]\n\tfirst == \"x\"\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tinput.attributes.rules == []\n}\ndeny contains finding.at([\"attributes\", \"flag\"], \"f\") if input.attributes.flag",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if ({\"x\"} | {name | some name in input.attributes.names}) == {\"x\", \"y\"}",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if {\n\tmissing := {\"x\", \"y\"} - {name | some name in input.attributes.names}\n\tcount(missing) > 0\n}",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if {\n\tsome needed in {\"x\", \"y\"}\n\tnot needed in input.attributes.names\n}",
    "unsure contains \"cannot say\" if input.attributes.count == 2\ndeny contains finding.at([\"attributes\", \"flag\"], \"m\") if input.attributes.flag",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if concat(\",\", input.attributes.names) == \"x,y\"",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if input.attributes.names[0] == \"x\"",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if {\n\tall := array.concat(input.attributes.names, [\"z\"])\n\tall[1] == \"z\"\n}",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if {\n\twanted := 1 + input.attributes.count\n\twanted >= 3\n}",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if {\n\tinput.attributes.count - 3 < -1\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome rule in input.attributes.rules\n\tnot \"x\" in rule.labels\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome i\n\tinput.attributes.rules[i].labels[_] == \"x\"\n\tnot input.attributes.rules[i].port == 1\n}",
    "deny contains finding.at([\"attributes\", \"flag\"], \"m\") if not (input.attributes.flag == true)",
    "deny contains finding.at([\"attributes\", \"flag\"], \"m\") if is_null(input.attributes.options.m)",
    // Values that are no collections, where one is expected.
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if input.attributes.options.m[_] == \"x\"",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if {\n\tsome x in input.attributes.options.m\n\tx == 1\n}",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if {\n\tevery x in input.attributes.options.m {\n\t\tx == 1\n\t}\n}",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if count([x | x := input.attributes.options.m[_]]) == 0",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if not input.attributes.options.m in {null, \"x\"}",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if not \"x\" in input.attributes.options.m",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if input.attributes.options.m.k",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if input.attributes.options.m",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if input.attributes.options.m < input.attributes.name",
    // Patterns, unification, nesting.
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tpairs := [[rule.port, rule.cidr] | some rule in input.attributes.rules]\n\tsome [1, cidr] in pairs\n\tcidr != \"x\"\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome i, rule in input.attributes.rules\n\ti > 0\n\trule.cidr == input.attributes.rules[i - 1].cidr\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tx = input.attributes.name\n\tx = input.attributes.names[_]\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\t[\"x\", n] = [input.attributes.name, input.attributes.count]\n\tn > 1\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tgroups := {c: ports | some rule in input.attributes.rules; c := rule.cidr; ports := {r.port | some r in input.attributes.rules; r.cidr == c}}\n\tcount(groups.x) > 1\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tevery name in input.attributes.names {\n\t\tsome rule in input.attributes.rules\n\t\trule.cidr == name\n\t\tnot name in rule.labels\n\t}\n}",
    "deny contains finding.tagged([\"attributes\", \"rules\"], sprintf(\"%d\", [i]), \"m\") if {\n\tsome i, rule in input.attributes.rules\n\tevery label in rule.labels {\n\t\tlabel != rule.cidr\n\t}\n}",
    "f(\"x\") := 1\nf(\"y\") := 2\nf(other) := 3 if not other in {\"x\", \"y\"}\ndeny contains finding.at([\"attributes\", \"name\"], \"m\") if f(input.attributes.name) > 1",
    "f(x) if x.port == 0\ng(x) if {\n\tf(x)\n} else if x.cidr == \"z\"\ndeny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome x in input.attributes.rules\n\tnot g(x)\n}",
    "default f(_) := \"none\"\nf(x) := x.m if x.k\ndeny contains finding.at([\"attributes\", \"options\"], \"m\") if f(input.attributes.options) == \"none\"",
    "a := input.attributes.options\nb := a.deep\ndeny contains finding.at([\"attributes\", \"options\"], \"m\") if b.k == \"x\"",
    "a := input.attributes\ndeny contains finding.at([\"attributes\", \"options\"], \"m\") if {\n\tnot a.options.deep.k\n\ta.flag\n}",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if {\n\to := object.union(input.attributes.options, {\"k\": true})\n\to.m == \"x\"\n}",
    "deny contains finding.at([\"attributes\", \"options\"], \"m\") if {\n\to := object.union({\"deep\": {\"k\": \"x\"}}, input.attributes.options)\n\to.deep.k == \"x\"\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tlabels := {label | some label in input.attributes.rules[_].labels}\n\tsome name in input.attributes.names\n\tnot name in labels\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tlabels := [label | some rule in input.attributes.rules; some label in rule.labels]\n\tlabels[0] == \"x\"\n\tcount(labels) < 4\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if max([rule.port | some rule in input.attributes.rules]) == 2",
    "bad contains name if {\n\tsome name in input.attributes.names\n\tname != \"x\"\n}\ndeny contains finding.at([\"attributes\", \"names\"], \"m\") if count(bad) == 0",
    "bad contains name if {\n\tsome name in input.attributes.names\n\tname != \"x\"\n}\ndeny contains finding.at([\"attributes\", \"names\"], \"m\") if not bad.y",
    "bad contains name if {\n\tsome name in input.attributes.names\n\tname != \"x\"\n}\ndeny contains finding.at([\"attributes\", \"names\"], \"m\") if bad[input.attributes.name]",
    "applies if not input.attributes.flag\ndeny contains finding.at([\"attributes\", \"names\"], \"m\") if not input.attributes.options.k",
    "applies := input.attributes.flag\nunsure contains sprintf(\"%s\", [name]) if some name in input.attributes.names\ndeny contains finding.at([\"attributes\", \"count\"], \"m\") if input.attributes.count > 2",
    "deny contains f if {\n\tsome f in all\n}\nall contains finding.at([\"attributes\", \"count\"], \"m\") if input.attributes.count > 2\nall contains finding.at([\"attributes\", \"flag\"], \"n\") if not input.attributes.flag",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if {\n\tlimits := {\"x\": 1, \"y\": 2}\n\tinput.attributes.count > limits[input.attributes.name]\n}",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if {\n\tlimits := {\"x\": 1, \"y\": 2}\n\tnot limits[input.attributes.name]\n}",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if {\n\tinput.attributes[key] == 2\n\tkey != \"flag\"\n}",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if input.attributes.names != input.attributes.rules[0].labels",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if {\n\tx := input.attributes.count\n\ty := {0: \"a\", 1: \"b\"}[x]\n\ty == \"a\"\n}",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if regex.match(\"^[xy]$\", input.attributes.name)",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if {\n\tsorted := sort(input.attributes.names)\n\tsorted[0] == \"y\"\n}",
    "deny contains finding.at([\"attributes\", \"count\"], \"m\") if json.marshal(input.attributes.options) == \"{}\"",
    // What the fast lane puts into an order of its own, or takes out of expressions.
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tport > 1\n\tsome rule in input.attributes.rules\n\trule.cidr == \"x\"\n\tport = rule.port\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tcount([p | p := input.attributes.rules[i].port; input.attributes.rules[i].cidr == c]) > 0\n\tc = input.attributes.name\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome i, _ in input.attributes.names\n\tnot input.attributes.rules[i].port == 1\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome i\n\tinput.attributes.rules[i].port == 1\n\tinput.attributes.names[i] == \"x\"\n}",
    "deny contains finding.at([\"attributes\", \"rules\"], \"m\") if weight(input.attributes.rules[_]) > 1\nweight(rule) := 2 if rule.cidr == \"x\"\nelse := rule.port",
    "default limit := 2\nlimit := input.attributes.count if input.attributes.flag\ndeny contains finding.at([\"attributes\", \"rules\"], \"m\") if input.attributes.rules[_].port >= limit",
    "open contains rule.cidr if some rule in input.attributes.rules\ndeny contains finding.at([\"attributes\", \"names\"], \"m\") if {\n\tsome name in input.attributes.names\n\tnot name in open\n\tnot open[input.attributes.name]\n}",
    "ports := {i: rule.port | some i, rule in input.attributes.rules}\ndeny contains finding.at([\"attributes\", \"names\"], \"m\") if ports[input.attributes.count] == 1",
    "deny contains finding.at([\"attributes\", \"names\"], \"m\") if {\n\t[first, second] = [input.attributes.name, input.attributes.names[_]]\n\tfirst == second\n}",
    "both(a, b) if a == b\nboth(a, _) if a == \"y\"\ndeny contains finding.at([\"attributes\", \"names\"], \"m\") if both(input.attributes.name, input.attributes.names[_])",
];

/// Rules of which the fast lane leaves some inputs to the engine.
const LEFT: &[&str] = &[
    // A branch that holds without a value leaves it to the next.
    "a := input.attributes.options.k if {\n\tinput.attributes.flag\n} else := 2\ndeny contains finding.at([\"attributes\", \"options\"], \"m\") if a == 2",
    "a := input.attributes.options.deep.k if {\n\tinput.attributes.flag\n} else := input.attributes.options.m if {\n\tinput.attributes.count > 1\n} else := \"x\"\ndeny contains finding.at([\"attributes\", \"options\"], \"m\") if a == \"x\"",
    "f(o) := o.deep.k if {\n\to.k\n} else := \"none\"\ndeny contains finding.at([\"attributes\", \"options\"], \"m\") if f(input.attributes.options) == \"none\"",
    "f(rule) if {\n\trule.port == 1\n} else := rule.missing if {\n\trule.port == 2\n} else := false\ndeny contains finding.at([\"attributes\", \"rules\"], \"m\") if {\n\tsome rule in input.attributes.rules\n\tf(rule) == false\n}",
];

/// Xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn name(&mut self) -> Json {
        json!(["x", "y", "z"][usize::try_from(self.next(3)).unwrap()])
    }

    fn names(&mut self) -> Json {
        (0..self.next(4)).map(|_| self.name()).collect()
    }

    fn options(&mut self) -> Json {
        match self.next(4) {
            0 => json!({"m": self.name()}),
            1 => json!({"k": self.next(2) == 0, "m": null}),
            _ => json!({"k": self.next(2) == 0, "m": self.name(), "deep": {"k": self.name()}}),
        }
    }

    fn rule(&mut self) -> Json {
        json!({"port": self.next(3), "cidr": self.name(), "labels": self.names()})
    }

    fn rules(&mut self) -> Json {
        (0..self.next(4)).map(|_| self.rule()).collect()
    }

    fn input(&mut self) -> Json {
        json!({"attributes": {
            "flag": self.next(2) == 0, "name": self.name(), "count": self.next(4),
            "names": self.names(), "options": self.options(), "rules": self.rules(),
        }})
    }

    /// A legal value for a place, told by the last names of its path.
    fn value_at(&mut self, path: &Path) -> Json {
        let keys: Vec<&str> =
            path.0.iter().filter_map(|step| if let Step::Key(key) = step { Some(&**key) } else { None }).collect();
        let is_element = matches!(path.0.last(), Some(Step::Index(_)));
        match (keys.last().copied().unwrap_or_default(), is_element) {
            ("k", _) if keys.contains(&"deep") => self.name(),
            ("flag" | "k", _) => json!(self.next(2) == 0),
            ("m", _) if self.next(4) == 0 => Json::Null,
            ("count" | "port", _) => json!(self.next(4)),
            ("names" | "labels", false) => self.names(),
            ("options", _) => self.options(),
            ("rules", false) => self.rules(),
            ("rules", true) => self.rule(),
            _ => self.name(),
        }
    }
}

fn places(value: &Json, path: &mut Vec<Step>, found: &mut Vec<Path>) {
    if path.len() > 1 {
        found.push(Path(path.clone()));
    }
    let children: Vec<(Step, &Json)> = match value {
        Json::Object(object) => object.iter().map(|(key, value)| (Step::Key(key.as_str().into()), value)).collect(),
        Json::Array(items) => items.iter().enumerate().map(|(index, value)| (Step::Index(index), value)).collect(),
        _ => Vec::new(),
    };
    for (step, value) in children {
        path.push(step);
        places(value, path, found);
        path.pop();
    }
}

fn put(value: &mut Json, path: &[Step], new: Json) {
    match path.split_first() {
        None => *value = new,
        Some((Step::Key(key), rest)) => put(&mut value[&**key], rest, new),
        Some((Step::Index(index), rest)) => put(&mut value[*index], rest, new),
    }
}

fn selected(number: usize, body: &str) -> SelectedRule {
    let text = format!("package hfscan.rules.sample{number}\n\nimport data.hfscan.lib.finding\n\n{body}\n");
    SelectedRule {
        rule: Rule {
            id: format!("sample{number}").into(),
            package: format!("hfscan.rules.sample{number}"),
            path: format!("sample{number}.rego"),
            title: String::new(),
            description: String::new(),
            references: Vec::new(),
            control: None,
            kinds: Vec::new(),
            severity: Severity::Low,
            documents: BTreeMap::new(),
            remediation: String::new(),
            frameworks: BTreeMap::new(),
            params: BTreeMap::new(),
            aliases: Vec::new(),
            custom: false,
            text: Arc::from(text),
        },
        enforced: true,
        params: BTreeMap::new(),
    }
}

#[test]
fn no_values_of_the_unknown_change_an_outcome() {
    let libraries: Vec<_> = builtin().unwrap().libraries.into_values().collect();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut decided, mut unknown, mut needless) = (0, 0, 0);
    for (number, body) in RULES.iter().chain(LEFT).enumerate() {
        let program = Program::compile(&selected(number, body), &libraries, DEFAULT_LIMIT)
            .unwrap_or_else(|problem| panic!("{problem}\n{body}"));
        let reads = Reads::of(&program);
        let mut runner = program.runner().unwrap();
        let lane = Lane::compile(&program).unwrap_or_else(|| panic!("the fast lane does not take\n{body}"));
        let mut machine = Machine::default();
        let mut quick = |input: &Value, engine: Outcome| {
            let told = lane.judge(&mut machine, input).map(|quick| match quick {
                Quick::Pass => Outcome::Pass,
                Quick::NotApplicable => Outcome::NotApplicable,
            });
            assert!(told.is_none_or(|told| told == engine), "lane {told:?}, engine {engine:?}\n{input}\n{body}");
            let must = matches!(engine, Outcome::Pass | Outcome::NotApplicable);
            assert!(told.is_some() == must || number >= RULES.len(), "the lane does not tell\n{input}\n{body}");
        };
        for _ in 0..24 {
            let input = random.input();
            let known = view::of_json(&input, []);
            let mut both = [judge_known(&mut runner, &known.input), judge_partly(&program, &reads, &known, None)];
            // The texts of errors may differ.
            for (_, evidence) in &mut both {
                evidence.error = None;
            }
            let [engine, partly] = both;
            assert_eq!(engine, partly, "all known\n{input}\n{body}");
            quick(&known.input, engine.0);

            let mut all = Vec::new();
            places(&input, &mut Vec::new(), &mut all);
            let chosen: Vec<Path> = (0..=random.next(3))
                .map(|_| all[usize::try_from(random.next(all.len() as u64)).unwrap()].clone())
                .collect();
            let chosen: Vec<Path> = chosen
                .iter()
                .filter(|path| !chosen.iter().any(|other| other.0.len() < path.0.len() && path.0.starts_with(&other.0)))
                .cloned()
                .collect();
            let mut hidden = input.clone();
            for path in &chosen {
                put(&mut hidden, &path.0, Json::Null);
            }
            let seen = view::of_json(&hidden, chosen.iter().map(|path| (path.clone(), "why".to_owned())));
            let (outcome, evidence) = if in_doubt(&reads, &seen, None) {
                judge_partly(&program, &reads, &seen, None)
            } else {
                judge_known(&mut runner, &seen.input)
            };

            let outcomes: Vec<Outcome> = (0..16)
                .map(|_| {
                    let mut filled = hidden.clone();
                    for path in &chosen {
                        put(&mut filled, &path.0, random.value_at(path));
                    }
                    let filled_input = Value::from(filled.clone());
                    let (filled_outcome, _) = judge_known(&mut runner, &filled_input);
                    quick(&filled_input, filled_outcome);
                    assert!(
                        outcome == Outcome::Unknown || outcome == filled_outcome || filled_outcome == Outcome::Error,
                        "{outcome:?} becomes {filled_outcome:?}\nunknown {chosen:?}\n{filled}\n{body}"
                    );
                    filled_outcome
                })
                .collect();
            if outcome == Outcome::Unknown {
                unknown += 1;
                let doubted = !evidence.doubts.is_empty();
                assert!(doubted, "unknown without a reason\n{hidden}\n{body}");
                if outcomes
                    .iter()
                    .all(|other| *other == outcomes[0] && !matches!(other, Outcome::Unknown | Outcome::Error))
                {
                    needless += 1;
                }
            } else {
                decided += 1;
            }
        }
    }
    // Unknown too often is allowed but should be rare; the values tried are few and legal, so some
    // of these are not needless at all.
    println!("decided {decided}, unknown {unknown}, of these perhaps needless {needless}");
    assert!(needless * 10 < decided, "decided {decided}, unknown {unknown}, perhaps needless {needless}");
}
