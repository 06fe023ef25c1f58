//! What the server's accounts have: items of listings and answers about single things, as the API names
//! their fields. In XML `a/b` is a list `a` of elements `b`, and `*b` elements `b` without a list.

use std::collections::BTreeMap;

use hfscan::collect::aws::operation::Reads;
use serde_json::{Map, Value, json};

use super::request::Request;
use super::services::named;

/// The secret part of every session's keys, and its token.
pub(crate) const SECRET: &str = "MARKER-of-a-secret-key-27a9";
pub(crate) const TOKEN: &str = "MARKER-of-a-session-token-81d0";

/// Who may assume the role of an account, and where it leads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    pub(crate) is_denied: bool,
    pub(crate) external_id: Option<String>,
    /// The account that the keys are those of; the role's own if none.
    pub(crate) leads_to: Option<String>,
}

/// Account, region (`*` for any) and operation.
type Spot = (String, String, String);

struct Item {
    list: String,
    /// What a request must mention for this item to be listed.
    subject: Option<String>,
    value: Value,
}

/// What a question about one thing is answered: by its name, with a body or an error code.
type Details = Vec<(String, Result<Value, String>)>;

#[derive(Default)]
pub(crate) struct State {
    items: BTreeMap<Spot, Vec<Item>>,
    details: BTreeMap<Spot, Details>,
    pub(crate) trusts: BTreeMap<String, Trust>,
    /// Regions with whether they are enabled.
    pub(crate) regions: Vec<(String, bool)>,
    /// The most items of a page; 100 if 0.
    pub(crate) page: usize,
}

/// One region of one account, to be filled.
pub(crate) struct Place<'a> {
    state: &'a mut State,
    account: &'a str,
    region: &'a str,
}

impl State {
    /// A world in which these regions are enabled.
    pub(crate) fn of(regions: &[&str]) -> Self {
        Self { regions: regions.iter().map(|region| ((*region).to_owned(), true)).collect(), ..Self::default() }
    }

    pub(crate) fn at<'a>(&'a mut self, account: &'a str, region: &'a str) -> Place<'a> {
        Place { state: self, account, region }
    }

    /// Adds an account to the organization of another.
    pub(crate) fn member(&mut self, management: &str, account: &str, name: &str, status: &str) {
        let item = json!({"Id": account, "Name": name, "Status": status, "Email": "nobody@example.com"});
        self.at(management, "*").list("Organizations.ListAccounts", "Accounts", item);
    }

    /// Returns the fields of an answer, or the code of an error.
    pub(super) fn answer(&self, request: &Request) -> Result<Value, String> {
        let api = format!("{}.{}", request.service.sdk, request.operation);
        let spots = ["*", &request.region].map(|region| (request.account.clone(), region.to_owned(), api.clone()));
        let mentions = |subject: &str| subject.is_empty() || request.subjects.contains(subject);
        for spot in &spots {
            let known = self.details.get(spot).into_iter().flatten();
            if let Some((_, answer)) = known.into_iter().find(|(subject, _)| mentions(subject)) {
                return answer.clone();
            }
        }
        let items: Vec<&Item> = spots
            .iter()
            .filter_map(|spot| self.items.get(spot))
            .flatten()
            .filter(|item| item.subject.as_deref().is_none_or(mentions))
            .collect();
        if items.is_empty() && !spots.iter().any(|spot| self.items.contains_key(spot)) {
            return absent(&api);
        }
        self.page(request, &items)
    }

    fn page(&self, request: &Request, items: &[&Item]) -> Result<Value, String> {
        let pages = &request.service.pages;
        let most = if self.page == 0 { 100 } else { self.page };
        let asked = request.parameter(pages.limit).and_then(|limit| limit.parse::<usize>().ok());
        let size = asked.map_or(most, |asked| asked.min(most)).max(1);
        let from = match request.parameter(pages.token).filter(|token| !token.is_empty()) {
            None => 0,
            Some(token) => {
                let offset = token.strip_prefix("page-").and_then(|offset| offset.parse::<usize>().ok());
                offset.ok_or("InvalidNextToken")?
            }
        };
        let until = from.saturating_add(size).min(items.len());
        let mut answer = Map::new();
        for item in items.get(from..until).unwrap_or_default() {
            let list = answer.entry(item.list.clone()).or_insert_with(|| json!([]));
            list.as_array_mut().unwrap().push(item.value.clone());
        }
        if until < items.len() {
            answer.insert(pages.next.to_owned(), json!(format!("page-{until}")));
        }
        if let Some(more) = pages.more {
            answer.insert(more.to_owned(), json!(until < items.len()));
        }
        Ok(Value::Object(answer))
    }
}

/// The answer to what nobody has filled: an empty list, or that there is no such thing.
fn absent(api: &str) -> Result<Value, String> {
    let operation = hfscan::collect::aws::operations().into_iter().find(|operation| operation.api == api);
    match operation.filter(|operation| operation.reads == Reads::Detail).and_then(|operation| operation.absent.first())
    {
        Some(code) => Err((*code).to_owned()),
        None => Ok(json!({})),
    }
}

impl Place<'_> {
    fn spot(&self, api: &str) -> Spot {
        named(api.split_once('.').unwrap().0);
        (self.account.to_owned(), self.region.to_owned(), api.to_owned())
    }

    /// Adds an item to a listing.
    pub(crate) fn list(&mut self, api: &str, list: &str, value: Value) -> &mut Self {
        let spot = self.spot(api);
        self.state.items.entry(spot).or_default().push(Item { list: list.to_owned(), subject: None, value });
        self
    }

    /// Adds an item to a listing about something.
    pub(crate) fn list_of(&mut self, api: &str, subject: &str, list: &str, value: Value) -> &mut Self {
        let spot = self.spot(api);
        let item = Item { list: list.to_owned(), subject: Some(subject.to_owned()), value };
        self.state.items.entry(spot).or_default().push(item);
        self
    }

    /// Sets the whole answer about something; about everything if the subject is empty.
    pub(crate) fn detail(&mut self, api: &str, subject: &str, answer: Value) -> &mut Self {
        let spot = self.spot(api);
        self.state.details.entry(spot).or_default().push((subject.to_owned(), Ok(answer)));
        self
    }

    /// Sets the code of the error about something.
    pub(crate) fn error(&mut self, api: &str, subject: &str, code: &str) -> &mut Self {
        let spot = self.spot(api);
        self.state.details.entry(spot).or_default().push((subject.to_owned(), Err(code.to_owned())));
        self
    }
}
