//! The configuration that a plan carries: modules, their calls, and the expressions of resources.
//! Values are absent here; what leads where is all that is told.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::OnceLock;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use super::reference::{Reference, longest};

/// Fields of a block of the configuration.
pub type Fields = BTreeMap<String, Expression>;

/// What the author wrote for an attribute or block.
#[derive(Debug, Clone)]
pub enum Expression {
    /// A literal.
    Constant(Json),
    /// Something computed from these.
    References(References),
    /// Nested blocks that may occur several times, in the order of the configuration.
    Blocks(Vec<Expression>),
    /// A nested block that occurs once; without fields also an attribute of which nothing is told.
    Fields(Fields),
}

/// References of one expression, parsed when first asked for.
#[derive(Debug, Clone, Default)]
pub struct References {
    texts: Vec<String>,
    parsed: OnceLock<Vec<Reference>>,
}

impl References {
    /// Wraps references as a plan writes them.
    pub fn new(texts: Vec<String>) -> Self {
        Self { texts, parsed: OnceLock::new() }
    }

    /// Returns the references without those that only shorten another.
    pub fn longest(&self) -> &[Reference] {
        self.parsed.get_or_init(|| longest(&self.texts))
    }
}

impl Expression {
    /// Returns the references of this expression and of everything in it.
    pub fn references(&self) -> Vec<&Reference> {
        match self {
            Self::Constant(_) => Vec::new(),
            Self::References(references) => references.longest().iter().collect(),
            Self::Blocks(blocks) => blocks.iter().flat_map(Self::references).collect(),
            Self::Fields(fields) => fields.values().flat_map(Self::references).collect(),
        }
    }
}

/// A resource or data source block.
#[derive(Debug, Default)]
pub struct ResourceBlock {
    /// Its provider, such as `aws.west` or `module.a:aws`.
    pub provider: Option<String>,
    /// Its attributes and blocks.
    pub expressions: Fields,
    /// `for_each`.
    pub for_each: Option<Expression>,
    /// `count`.
    pub count: Option<Expression>,
}

/// A call of a module.
#[derive(Debug)]
pub struct Call {
    /// Position of the called module in [`Configuration::modules`].
    pub module: usize,
    /// Where the module comes from.
    pub source: Option<String>,
    /// The arguments.
    pub arguments: Fields,
    /// `for_each`.
    pub for_each: Option<Expression>,
    /// `count`.
    pub count: Option<Expression>,
}

/// A module of the configuration.
#[derive(Debug, Default)]
pub struct Module {
    /// Its resources by local name, `aws_x.y` or `data.aws_x.y`.
    pub resources: HashMap<String, ResourceBlock>,
    /// Its module calls by name.
    pub calls: BTreeMap<String, Call>,
    /// Its outputs.
    pub outputs: BTreeMap<String, Expression>,
    /// Its variables, with defaults.
    pub variables: BTreeMap<String, Option<Json>>,
    /// What its local values stand for. A plan does not tell; whoever has the source may fill it.
    pub locals: BTreeMap<String, Expression>,
}

/// A configured provider.
#[derive(Debug, Default)]
pub struct Provider {
    /// Its name, such as `aws`.
    pub name: String,
    /// The module that configures it, as Terraform writes the path; empty for the root.
    pub module: String,
    /// Its arguments.
    pub expressions: Fields,
}

/// The whole configuration.
#[derive(Debug)]
pub struct Configuration {
    /// All modules; the first is the root.
    pub modules: Vec<Module>,
    /// Providers by configuration key.
    pub providers: BTreeMap<String, Provider>,
    /// Whether the plan has a configuration at all.
    pub present: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self { modules: vec![Module::default()], providers: BTreeMap::new(), present: false }
    }
}

impl Configuration {
    /// Parses the `configuration` of a plan.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let raw: RawConfiguration = serde_json::from_str(text)?;
        let mut configuration = Self { modules: Vec::new(), providers: BTreeMap::new(), present: true };
        configuration.add(raw.root_module.unwrap_or_default());
        for (key, provider) in raw.provider_config.unwrap_or_default() {
            let provider = Provider {
                name: provider.name.unwrap_or_else(|| key.clone()),
                module: provider.module_address.unwrap_or_default(),
                expressions: provider.expressions.map_or_else(Fields::new, |Lenient(fields)| fields),
            };
            configuration.providers.insert(key, provider);
        }
        Ok(configuration)
    }

    /// Returns the provider that a resource's key means, with the key under which it is configured.
    /// A module that inherits a provider has an empty entry, as `module.a.module.b:aws` (Terraform
    /// before 1.1: `b:aws`); the next module outwards that configures it counts.
    pub fn provider(&self, key: &str) -> Option<(&str, &Provider)> {
        let mut key = key.to_owned();
        loop {
            let inner = key.rsplit_once(':');
            if let Some((found, provider)) = self.providers.get_key_value(&key)
                && (inner.is_none() || !provider.expressions.is_empty())
            {
                return Some((found, provider));
            }
            let (module, name) = inner?;
            key = match module.rsplit_once(".module.") {
                Some((outer, _)) => format!("{outer}:{name}"),
                None => name.to_owned(),
            };
        }
    }

    fn add(&mut self, raw: RawModule) -> usize {
        let index = self.modules.len();
        self.modules.push(Module::default());
        let mut module = Module::default();
        for resource in raw.resources.unwrap_or_default() {
            let Some(name) = resource.local_name() else { continue };
            let block = ResourceBlock {
                provider: resource.provider_config_key,
                expressions: resource.expressions.map_or_else(Fields::new, |Lenient(fields)| fields),
                for_each: resource.for_each_expression,
                count: resource.count_expression,
            };
            module.resources.insert(name, block);
        }
        for (name, output) in raw.outputs.unwrap_or_default() {
            module.outputs.insert(name, output.expression.unwrap_or(Expression::Fields(Fields::new())));
        }
        for (name, variable) in raw.variables.unwrap_or_default() {
            module.variables.insert(name, variable.and_then(|variable| variable.default));
        }
        for (name, call) in raw.module_calls.unwrap_or_default() {
            let called = self.add(call.module.unwrap_or_default());
            let call = Call {
                module: called,
                source: call.source,
                arguments: call.expressions.map_or_else(Fields::new, |Lenient(fields)| fields),
                for_each: call.for_each_expression,
                count: call.count_expression,
            };
            module.calls.insert(name, call);
        }
        if let Some(place) = self.modules.get_mut(index) {
            *place = module;
        }
        index
    }
}

#[derive(Deserialize)]
struct RawConfiguration {
    root_module: Option<RawModule>,
    provider_config: Option<BTreeMap<String, RawProvider>>,
}

#[derive(Deserialize)]
struct RawProvider {
    name: Option<String>,
    module_address: Option<String>,
    expressions: Option<Lenient>,
}

#[derive(Deserialize, Default)]
struct RawModule {
    resources: Option<Vec<RawResource>>,
    module_calls: Option<BTreeMap<String, RawCall>>,
    outputs: Option<BTreeMap<String, RawOutput>>,
    variables: Option<BTreeMap<String, Option<RawVariable>>>,
}

#[derive(Deserialize)]
struct RawResource {
    address: Option<String>,
    mode: Option<String>,
    #[serde(rename = "type")]
    type_name: Option<String>,
    name: Option<String>,
    provider_config_key: Option<String>,
    expressions: Option<Lenient>,
    for_each_expression: Option<Expression>,
    count_expression: Option<Expression>,
}

impl RawResource {
    fn local_name(&self) -> Option<String> {
        match (&self.type_name, &self.name) {
            (Some(type_name), Some(name)) => {
                let data = self.mode.as_deref() == Some("data");
                Some(if data { format!("data.{type_name}.{name}") } else { format!("{type_name}.{name}") })
            }
            _ => self.address.clone(),
        }
    }
}

#[derive(Deserialize)]
struct RawOutput {
    expression: Option<Expression>,
}

#[derive(Deserialize)]
struct RawVariable {
    #[serde(default, deserialize_with = "some")]
    default: Option<Json>,
}

/// Keeps an explicit `null`, which is a default of its own.
fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct RawCall {
    source: Option<String>,
    module: Option<RawModule>,
    expressions: Option<Lenient>,
    for_each_expression: Option<Expression>,
    count_expression: Option<Expression>,
}

/// Fields, or nothing where a hand-cut plan has something else.
struct Lenient(Fields);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Expression::deserialize(deserializer)? {
            Expression::Fields(fields) => Self(fields),
            _ => Self(Fields::new()),
        })
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExpressionVisitor)
    }
}

struct ExpressionVisitor;

impl<'de> Visitor<'de> for ExpressionVisitor {
    type Value = Expression;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an expression: an object with constant_value or references, or nested blocks")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expression, A::Error> {
        let mut fields = Fields::new();
        let mut texts: Vec<String> = Vec::new();
        let mut constant = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "constant_value" => constant = Some(map.next_value::<Json>()?),
                "references" => {
                    if let Json::Array(items) = map.next_value::<Json>()? {
                        texts.extend(items.into_iter().filter_map(|item| match item {
                            Json::String(text) => Some(text),
                            _ => None,
                        }));
                    }
                }
                _ => {
                    fields.insert(key, map.next_value()?);
                }
            }
        }
        Ok(match constant {
            Some(constant) if texts.is_empty() => Expression::Constant(constant),
            _ if !texts.is_empty() => Expression::References(References::new(texts)),
            _ => Expression::Fields(fields),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Expression, A::Error> {
        let mut blocks = Vec::new();
        while let Some(block) = items.next_element()? {
            blocks.push(block);
        }
        Ok(Expression::Blocks(blocks))
    }

    fn visit_unit<E>(self) -> Result<Expression, E> {
        Ok(Expression::Constant(Json::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Expression, E> {
        Ok(Expression::Constant(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Expression, E> {
        Ok(Expression::Constant(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Expression, E> {
        Ok(Expression::Constant(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Expression, E> {
        Ok(Expression::Constant(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Expression, E> {
        Ok(Expression::Constant(value.into()))
    }
}
