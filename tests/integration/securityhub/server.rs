//! A Security Hub on this machine that is as strict as the documentation: whose credentials, which
//! region, sizes, counts, pages, filters, upserts, workflow and rates. With faults, if a test asks for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::http::{Listener, Reply, Request};
use super::{shape, sts};

/// An account and a region.
type Place = (String, String);

/// What the server does wrong, when a test asks for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    /// Errors with which the next calls are answered, by operation: status and code.
    pub(crate) next: BTreeMap<&'static str, Vec<(u16, &'static str)>>,
    /// How many imports are taken before every further one is denied.
    pub(crate) imports_before_death: Option<usize>,
    /// How many imports are answered before there is silence, and whether the silent ones are taken.
    pub(crate) imports_before_silence: Option<(usize, bool)>,
    /// How many imports got silence.
    pub(crate) silent: usize,
    /// Imports whose answer is lost though they were taken.
    pub(crate) lost_answers: usize,
    /// Findings that are refused one by one: a part of their id, the code, and how often.
    pub(crate) refuse: Vec<(String, &'static str, usize)>,
    /// Actions that the account's policies deny.
    pub(crate) denied: BTreeSet<&'static str>,
}

#[derive(Debug)]
struct Bucket {
    rate: f64,
    burst: f64,
    tokens: f64,
    at: Duration,
}

impl Bucket {
    fn new(rate: f64, burst: f64) -> Self {
        Self { rate, burst, tokens: burst, at: Duration::ZERO }
    }

    fn take(&mut self, now: Duration) -> bool {
        let since = now.saturating_sub(self.at).as_secs_f64();
        self.tokens = (self.tokens + since * self.rate).min(self.burst);
        self.at = now;
        // What is missing by the rounding of a float is not missing.
        let is_there = self.tokens >= 1.0 - 1e-6;
        if is_there {
            self.tokens -= 1.0;
        }
        is_there
    }
}

#[derive(Debug)]
struct Hub {
    /// Findings by product and id, with the order in which they came.
    findings: BTreeMap<(String, String), Value>,
    imports: Bucket,
    reads: Bucket,
}

/// What the server knows.
#[derive(Debug, Default)]
pub(crate) struct State {
    hubs: BTreeMap<Place, Hub>,
    pub(crate) faults: Faults,
    /// Operations as they came, with account and region.
    pub(crate) calls: Vec<(&'static str, Place)>,
    /// How many calls were refused because there were too many.
    pub(crate) throttled: usize,
    /// Findings that were refused for what they are.
    pub(crate) refused: Vec<String>,
    /// Where each token leads, and for which filters it holds.
    tokens: BTreeMap<String, (usize, String)>,
    /// A region whose hub shows the findings of all regions.
    pub(crate) aggregation: Option<String>,
}

pub(crate) struct Server {
    listener: Listener,
    state: Arc<Mutex<State>>,
}

impl Server {
    /// Starts a server with hubs; `clock` is the time by which rates are measured.
    pub(crate) fn start(hubs: &[(&str, &str)], clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let kept = Arc::clone(&state);
        for (account, region) in hubs {
            let hub = Hub { findings: BTreeMap::new(), imports: Bucket::new(10.0, 30.0), reads: Bucket::new(3.0, 6.0) };
            state.lock().unwrap().hubs.insert(((*account).to_owned(), (*region).to_owned()), hub);
        }
        let listener = Listener::start(move |request| answer(&mut kept.lock().unwrap(), request, clock()));
        Self { listener, state }
    }

    pub(crate) fn url(&self) -> String {
        self.listener.url()
    }

    pub(crate) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    /// Returns the findings of all hubs, sorted by account, region, product and id.
    pub(crate) fn findings(&self) -> Vec<Value> {
        self.hubs.values().flat_map(|hub| hub.findings.values().cloned()).collect()
    }

    /// Changes findings as people and other products do, without the API.
    pub(crate) fn edit(&mut self, edit: impl Fn(&mut Value)) {
        self.hubs.values_mut().flat_map(|hub| hub.findings.values_mut()).for_each(edit);
    }

    /// Adds a finding as another product does.
    pub(crate) fn add(&mut self, place: (&str, &str), finding: Value) {
        let key = (finding["ProductArn"].as_str().unwrap().to_owned(), finding["Id"].as_str().unwrap().to_owned());
        let hub = self.hubs.get_mut(&(place.0.to_owned(), place.1.to_owned())).unwrap();
        hub.findings.insert(key, finding);
    }

    /// Returns how often an operation was called.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.calls.iter().filter(|(called, _)| *called == operation).count()
    }
}

fn error(status: u16, code: &str, message: &str) -> Reply {
    let headers = vec![("x-amzn-errortype", code.to_owned()), ("content-type", "application/json".to_owned())];
    Reply::Answer(status, headers, json!({"Message": message, "Code": code}).to_string())
}

fn answer(state: &mut State, request: &Request, now: Duration) -> Reply {
    // Credential=KEY/DATE/REGION/SERVICE/aws4_request
    let credential =
        request.header("authorization").and_then(|text| text.split("Credential=").nth(1)).unwrap_or_default();
    let mut scope = credential.split(['/', ',']);
    let (key, _, region, service) = (scope.next(), scope.next(), scope.next(), scope.next());
    let (Some(account), Some(region)) = (key.and_then(sts::account_of), region) else {
        return error(403, "UnrecognizedClientException", "The security token included in the request is invalid");
    };
    if service == Some("sts") {
        return sts::answer(request, &account);
    }
    let place = (account, region.to_owned());
    let operation = match (request.method.as_str(), request.path.split('?').next().unwrap()) {
        ("GET", "/accounts") => "DescribeHub",
        ("POST", "/findings") => "GetFindings",
        ("POST", "/findings/import") => "BatchImportFindings",
        _ => return error(404, "UnknownOperationException", "no such operation"),
    };
    state.calls.push((operation, place.clone()));
    if let Some(faults) = state.faults.next.get_mut(operation)
        && !faults.is_empty()
    {
        let (status, code) = faults.remove(0);
        return error(status, code, "as the test wants it");
    }
    if state.faults.denied.contains(operation) {
        return error(
            403,
            "AccessDeniedException",
            &format!("User is not authorized to perform: securityhub:{operation}"),
        );
    }
    let Some(hub) = state.hubs.get_mut(&place) else {
        let message = format!("Account {} is not subscribed to AWS Security Hub", place.0);
        return error(401, "InvalidAccessException", &message);
    };
    let admitted = match operation {
        "GetFindings" => hub.reads.take(now),
        "BatchImportFindings" => hub.imports.take(now),
        _ => true,
    };
    if !admitted {
        state.throttled += 1;
        return error(429, "TooManyRequestsException", "Too Many Requests");
    }
    match operation {
        "GetFindings" => read(state, &place, &request.body),
        "BatchImportFindings" => import(state, &place, &request.body),
        _ => reply(&json!({"HubArn": format!("arn:aws:securityhub:{}:{}:hub/default", place.1, place.0)})),
    }
}

fn reply(body: &Value) -> Reply {
    Reply::Answer(200, vec![("content-type", "application/json".to_owned())], body.to_string())
}

fn import(state: &mut State, place: &Place, body: &[u8]) -> Reply {
    if body.len() > 6 * 1024 * 1024 {
        return error(413, "InvalidInputException", "Request size is larger than 6 MB");
    }
    let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else {
        return error(400, "SerializationException", "not JSON");
    };
    let Some(Value::Array(findings)) = body.remove("Findings") else {
        return error(400, "InvalidInputException", "Findings is missing");
    };
    if !(1..=100).contains(&findings.len()) {
        return error(400, "InvalidInputException", "Findings must have between 1 and 100 members");
    }
    if let Some(left) = &mut state.faults.imports_before_death {
        if *left == 0 {
            return error(403, "AccessDeniedException", "the process was killed");
        }
        *left -= 1;
    }
    let mut is_silent = false;
    if let Some((left, taken)) = &mut state.faults.imports_before_silence {
        is_silent = *left == 0;
        *left = left.saturating_sub(1);
        if is_silent {
            state.faults.silent += 1;
            if !*taken {
                return Reply::Silence;
            }
        }
    }
    let product = format!("arn:aws:securityhub:{}:{}:product/{}/default", place.1, place.0, place.0);
    let mut failed = Vec::new();
    let count = findings.len();
    for finding in findings {
        let id = finding["Id"].as_str().unwrap_or_default().to_owned();
        if finding["ProductArn"] != product.as_str() {
            return error(403, "AccessDeniedException", "the product is not that of the account and region");
        }
        let fault = state.faults.refuse.iter_mut().find(|(part, _, left)| id.contains(part.as_str()) && *left > 0);
        let refused = if let Some((_, code, left)) = fault {
            *left -= 1;
            Some((*code, "as the test wants it".to_owned()))
        } else if finding["AwsAccountId"] != place.0.as_str() {
            Some(("InvalidAccess", "the finding is of another account".to_owned()))
        } else {
            match shape::check(&finding).and_then(|()| upsert(state, place, &product, &finding)) {
                Ok(()) => None,
                Err(why) => {
                    state.refused.push(why.clone());
                    Some(("InvalidInput", format!("Finding does not adhere to Amazon Finding Format. {why}.")))
                }
            }
        };
        if let Some((code, message)) = refused {
            failed.push(json!({"Id": id, "ErrorCode": code, "ErrorMessage": message}));
        }
    }
    if is_silent {
        return Reply::Silence;
    }
    if state.faults.lost_answers > 0 {
        state.faults.lost_answers -= 1;
        return Reply::HangUp;
    }
    reply(&json!({"FailedCount": failed.len(), "SuccessCount": count - failed.len(), "FailedFindings": failed}))
}

/// Adds a finding, or writes over the one that has its product and id: all but what belongs to people.
fn upsert(state: &mut State, place: &Place, product: &str, finding: &Value) -> Result<(), String> {
    let hub = state.hubs.get_mut(place).unwrap();
    let key = (product.to_owned(), finding["Id"].as_str().unwrap().to_owned());
    let mut stored = finding.clone();
    let provider = finding["FindingProviderFields"].clone();
    stored["Severity"] = provider["Severity"].clone();
    stored["Types"] = provider["Types"].clone();
    stored["Region"] = json!(place.1);
    if stored["RecordState"].is_null() {
        stored["RecordState"] = json!("ACTIVE");
    }
    stored["ProductFields"]["aws/securityhub/FindingId"] = json!(format!("{product}/{}", key.1));
    let mut workflow = "NEW".to_owned();
    if let Some(old) = hub.findings.get(&key) {
        if old["UpdatedAt"].as_str() > finding["UpdatedAt"].as_str() {
            return Err("data.UpdatedAt is before that of the finding that is there".to_owned());
        }
        old["Workflow"]["Status"].as_str().unwrap_or("NEW").clone_into(&mut workflow);
        let reopened = old["RecordState"] == "ARCHIVED" && stored["RecordState"] == "ACTIVE";
        let failed = old["Compliance"]["Status"] == "PASSED" && stored["Compliance"]["Status"] != "PASSED";
        if (reopened || failed) && ["NOTIFIED", "RESOLVED"].contains(&workflow.as_str()) {
            "NEW".clone_into(&mut workflow);
        }
        for name in ["Note", "UserDefinedFields", "VerificationState"] {
            if let Some(value) = old.get(name) {
                stored[name] = value.clone();
            }
        }
    }
    stored["Workflow"] = json!({"Status": workflow});
    hub.findings.insert(key, stored);
    Ok(())
}

fn read(state: &mut State, place: &Place, body: &[u8]) -> Reply {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return error(400, "SerializationException", "not JSON");
    };
    let most = body["MaxResults"].as_u64().unwrap_or(10);
    if !(1..=100).contains(&most) {
        return error(400, "InvalidInputException", "MaxResults must be between 1 and 100");
    }
    let filters = body["Filters"].as_object().cloned().unwrap_or_default();
    for (name, values) in &filters {
        let known = ["ProductArn", "AwsAccountId", "Region", "GeneratorId", "RecordState", "Id", "ComplianceStatus"];
        let count = values.as_array().map_or(0, Vec::len);
        if !known.contains(&name.as_str()) || !(1..=20).contains(&count) {
            return error(400, "InvalidInputException", &format!("the filter {name} is not valid"));
        }
    }
    let key = json!(filters).to_string();
    let start = match body["NextToken"].as_str() {
        None => 0,
        Some(token) => match state.tokens.get(token) {
            Some((start, of)) if *of == key => *start,
            _ => return error(400, "InvalidInputException", "NextToken is not valid"),
        },
    };
    let aggregates = state.aggregation.as_ref() == Some(&place.1);
    let hubs = state.hubs.iter().filter(|(of, _)| of.0 == place.0 && (aggregates || of.1 == place.1));
    let matching = hubs.flat_map(|(_, hub)| hub.findings.values()).filter(|finding| matches(finding, &filters));
    let most = usize::try_from(most).unwrap();
    let mut page: Vec<Value> = matching.skip(start).take(most + 1).cloned().collect();
    let more = page.len() > most;
    page.truncate(most);
    let mut answer = json!({"Findings": page});
    if more {
        let token = format!("token-{}", state.tokens.len());
        state.tokens.insert(token.clone(), (start + most, key));
        answer["NextToken"] = json!(token);
    }
    reply(&answer)
}

fn matches(finding: &Value, filters: &serde_json::Map<String, Value>) -> bool {
    filters.iter().all(|(name, values)| {
        let value = if name == "ComplianceStatus" { &finding["Compliance"]["Status"] } else { &finding[name] };
        let value = value.as_str().unwrap_or_default();
        values.as_array().unwrap().iter().any(|filter| {
            let wanted = filter["Value"].as_str().unwrap();
            match filter["Comparison"].as_str().unwrap() {
                "EQUALS" => value == wanted,
                "PREFIX" => value.starts_with(wanted),
                other => panic!("the server does not know {other}"),
            }
        })
    })
}
