//! Makes large plans: the ha-eks environment, many times, each as an instance of one module with
//! `for_each`, with names of its own, in the form terraform would write.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

/// Key of one instance of the stack.
fn key(instance: usize) -> String {
    format!("stack-{instance:05}")
}

/// How many resource changes one stack has.
pub(crate) fn stack_size(plan: &Value) -> usize {
    plan["resource_changes"].as_array().map_or(0, Vec::len)
}

/// Writes a plan of `instances` stacks; stacks whose number `is_broken` says so are made of `broken`.
///
/// # Errors
/// Fails when the writer does.
pub(crate) fn write_plan(
    plan: &Value,
    broken: &Value,
    instances: usize,
    is_broken: impl Fn(usize) -> bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let source = |instance: usize| if is_broken(instance) { broken } else { plan };
    write!(out, "{{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"variables\":{}", plan["variables"])?;
    write!(out, ",\"planned_values\":{{\"root_module\":{{\"child_modules\":[")?;
    for instance in 0..instances {
        separate(instance, out)?;
        write_module(source(instance), "planned_values", instance, out)?;
    }
    write!(out, "]}}}},\"resource_changes\":[")?;
    for instance in 0..instances {
        let changes = source(instance)["resource_changes"].as_array().cloned().unwrap_or_default();
        for (number, mut change) in changes.into_iter().enumerate() {
            separate(instance + number, out)?;
            readdress(&mut change, instance);
            write!(out, "{}", renamed(&change, instance))?;
        }
    }
    write!(
        out,
        "],\"prior_state\":{{\"format_version\":\"1.0\",\"terraform_version\":\"1.11.4\",\"values\":{{\"root_module\":{{\"child_modules\":["
    )?;
    for instance in 0..instances {
        separate(instance, out)?;
        write_module(&source(instance)["prior_state"], "values", instance, out)?;
    }
    write!(out, "]}}}}}}")?;
    let mut configuration = plan["configuration"].clone();
    let root = configuration["root_module"].take();
    let mut arguments = Map::new();
    for name in root["variables"].as_object().into_iter().flat_map(Map::keys) {
        arguments.insert(name.clone(), json!({"references": [format!("var.{name}")]}));
    }
    configuration["root_module"] = json!({
        "variables": root["variables"],
        "module_calls": {"stacks": {
            "source": "./stack",
            "expressions": arguments,
            "for_each_expression": {"constant_value": (0..instances).map(key).collect::<Vec<_>>()},
            "module": root,
        }},
    });
    write!(
        out,
        ",\"configuration\":{configuration},\"timestamp\":\"2026-01-01T00:00:00Z\",\"complete\":true,\"errored\":false}}"
    )
}

fn separate(number: usize, out: &mut dyn Write) -> io::Result<()> {
    if number > 0 { out.write_all(b",") } else { Ok(()) }
}

fn write_module(tree: &Value, field: &str, instance: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut module = tree[field]["root_module"].clone();
    if let Some(object) = module.as_object_mut() {
        object.insert("address".to_owned(), json!(format!("module.stacks[\"{}\"]", key(instance))));
    }
    readdress_tree(&mut module, instance, true);
    write!(out, "{}", renamed(&module, instance))
}

fn readdress_tree(module: &mut Value, instance: usize, root: bool) {
    if !root {
        prefix(module, "address", instance);
    }
    for list in ["resources", "child_modules"] {
        for item in module[list].as_array_mut().into_iter().flatten() {
            if list == "resources" {
                prefix(item, "address", instance);
            } else {
                readdress_tree(item, instance, false);
            }
        }
    }
    if let Some(object) = module.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
}

fn readdress(change: &mut Value, instance: usize) {
    prefix(change, "address", instance);
    if change.get("module_address").is_some() {
        prefix(change, "module_address", instance);
    } else if let Some(object) = change.as_object_mut() {
        object.insert("module_address".to_owned(), json!(format!("module.stacks[\"{}\"]", key(instance))));
    }
}

fn prefix(object: &mut Value, field: &str, instance: usize) {
    if let Some(address) = object[field].as_str() {
        object[field] = json!(format!("module.stacks[\"{}\"].{address}", key(instance)));
    }
}

/// Gives every name of the stack a form of its own, as two stacks in one account need.
fn renamed(value: &Value, instance: usize) -> String {
    value.to_string().replace("lumen", &format!("lumen{instance:05}"))
}
