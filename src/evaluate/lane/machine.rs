//! Runs the lane's programs. It gives up on every error: what kind of error it is, and where, is the
//! engine's to say.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use regorus::Value;
use regorus::unstable::{ArithOp, BinOp, comparison, numbers, sets};

use super::code::{Body, Code, Comprehension, RuleCode, Shape, Slot, Step};

/// Steps after which the engine, which has a clock, must decide.
const MOST_STEPS: usize = 100_000;

/// Calls within calls.
const DEEPEST: usize = 64;

/// The lane cannot tell.
#[derive(Debug)]
pub(super) struct GiveUp;

type Run<T> = Result<T, GiveUp>;

/// Whether to go on with other ways to hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Enough,
}

/// What one worker needs to run programs: slots of the rules that are being evaluated, and the values
/// of those that are done.
#[derive(Debug, Default)]
pub(crate) struct Machine {
    slots: Vec<Value>,
    base: usize,
    done: Vec<Option<Value>>,
    steps: usize,
    depth: usize,
}

/// The program and its input.
#[derive(Clone, Copy)]
struct World<'a> {
    rules: &'a [RuleCode],
    input: &'a Value,
}

impl Machine {
    /// Forgets the last input.
    pub(super) fn start(&mut self, rules: usize) {
        self.slots.clear();
        self.base = 0;
        self.done.clear();
        self.done.resize(rules, None);
        self.steps = 0;
        self.depth = 0;
    }

    /// Returns the value of a rule.
    pub(super) fn rule(&mut self, rules: &[RuleCode], number: usize, input: &Value) -> Run<Value> {
        self.value_of(World { rules, input }, number)
    }

    fn value_of(&mut self, world: World<'_>, number: usize) -> Run<Value> {
        if let Some(Some(value)) = self.done.get(number) {
            return Ok(value.clone());
        }
        let value = match world.rules.get(number).ok_or(GiveUp)? {
            RuleCode::Set(bodies) => {
                let mut members = BTreeSet::new();
                for body in bodies {
                    self.framed(body.slots, |machine| {
                        machine.solutions(world, &body.steps, &mut |machine| {
                            let value = machine.value(world, &body.value)?;
                            if value != Value::Undefined {
                                members.insert(value);
                            }
                            Ok(Flow::On)
                        })
                    })?;
                }
                Value::from(members)
            }
            complete @ RuleCode::Complete { .. } => self.complete(world, complete, &[])?,
        };
        if let Some(done) = self.done.get_mut(number) {
            *done = Some(value.clone());
        }
        Ok(value)
    }

    /// Runs something with slots of its own.
    fn framed<T>(&mut self, slots: usize, work: impl FnOnce(&mut Self) -> Run<T>) -> Run<T> {
        if self.depth >= DEEPEST {
            return Err(GiveUp);
        }
        let (base, length) = (self.base, self.slots.len());
        self.base = length;
        self.slots.resize(length + slots, Value::Undefined);
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        self.slots.truncate(length);
        self.base = base;
        result
    }

    fn complete(&mut self, world: World<'_>, rule: &RuleCode, arguments: &[Value]) -> Run<Value> {
        let RuleCode::Complete { definitions, default, default_slots } = rule else {
            return Err(GiveUp);
        };
        let mut result = Value::Undefined;
        for definition in definitions {
            self.framed(definition.slots, |machine| {
                for (slot, argument) in arguments.iter().enumerate() {
                    machine.set(slot, argument.clone());
                }
                machine.solutions(world, &definition.parameters, &mut |machine| {
                    for chain in &definition.chains {
                        machine.chain(world, chain, &mut result)?;
                    }
                    Ok(Flow::On)
                })
            })?;
        }
        match default {
            Some(default) if result == Value::Undefined => {
                self.framed(*default_slots, |machine| machine.value(world, default))
            }
            _ => Ok(result),
        }
    }

    /// The first branch that holds and has a value counts.
    fn chain(&mut self, world: World<'_>, branches: &[Body], result: &mut Value) -> Run<()> {
        for (position, branch) in branches.iter().enumerate() {
            let (mut held, mut empty) = (false, false);
            self.solutions(world, &branch.steps, &mut |machine| {
                let value = machine.value(world, &branch.value)?;
                empty |= value == Value::Undefined;
                if value != Value::Undefined {
                    held = true;
                    if *result == Value::Undefined {
                        *result = value;
                    } else if *result != value {
                        // Two definitions contradict each other.
                        return Err(GiveUp);
                    }
                }
                // Another solution could say nothing else.
                Ok(if matches!(branch.value, Code::Constant(_)) { Flow::Enough } else { Flow::On })
            })?;
            if held {
                break;
            }
            // Whether the next branch counts then is not the same for rules and functions.
            if empty && position + 1 < branches.len() {
                return Err(GiveUp);
            }
        }
        Ok(())
    }

    /// Calls back for every way that the steps hold.
    fn solutions(
        &mut self,
        world: World<'_>,
        steps: &[Step],
        found: &mut dyn FnMut(&mut Self) -> Run<Flow>,
    ) -> Run<Flow> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(GiveUp);
        }
        let Some((step, rest)) = steps.split_first() else {
            return found(self);
        };
        match step {
            Step::Test(code) => match self.value(world, code)? {
                Value::Undefined | Value::Bool(false) => Ok(Flow::On),
                _ => self.solutions(world, rest, found),
            },
            Step::Bind(slot, code) => match self.value(world, code)? {
                Value::Undefined => Ok(Flow::On),
                value => {
                    self.set(*slot, value);
                    self.solutions(world, rest, found)
                }
            },
            Step::Unpack(code, slots) => match self.value(world, code)? {
                Value::Array(items) if items.len() == slots.len() => {
                    for (slot, item) in slots.iter().zip(items.iter()) {
                        self.set(*slot, item.clone());
                    }
                    self.solutions(world, rest, found)
                }
                _ => Ok(Flow::On),
            },
            Step::Iterate { collection, key, value, strict } => {
                let collection = self.value(world, collection)?;
                self.each(&collection, *key, *value, *strict, &mut |machine| machine.solutions(world, rest, found))
            }
            Step::Not(inner) => {
                if self.holds(world, inner)? {
                    Ok(Flow::On)
                } else {
                    self.solutions(world, rest, found)
                }
            }
            Step::Every { collection, key, value, steps: inner } => {
                let collection = self.value(world, collection)?;
                if !matches!(collection, Value::Array(_) | Value::Object(_) | Value::Set(_)) {
                    return Ok(Flow::On);
                }
                let end = self.each(&collection, *key, Some(*value), false, &mut |machine| {
                    Ok(if machine.holds(world, inner)? { Flow::On } else { Flow::Enough })
                })?;
                if end == Flow::Enough { Ok(Flow::On) } else { self.solutions(world, rest, found) }
            }
        }
    }

    fn holds(&mut self, world: World<'_>, steps: &[Step]) -> Run<bool> {
        Ok(self.solutions(world, steps, &mut |_| Ok(Flow::Enough))? == Flow::Enough)
    }

    fn each(
        &mut self,
        collection: &Value,
        key: Option<Slot>,
        value: Option<Slot>,
        strict: bool,
        then: &mut dyn FnMut(&mut Self) -> Run<Flow>,
    ) -> Run<Flow> {
        let mut one = |machine: &mut Self, found_key: Option<Value>, element: &Value| {
            if let (Some(slot), Some(found_key)) = (key, found_key) {
                machine.set(slot, found_key);
            }
            if let Some(slot) = value {
                machine.set(slot, element.clone());
            }
            then(machine)
        };
        match collection {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if one(self, key.map(|_| Value::from(index)), item)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields.iter() {
                    if one(self, key.map(|_| name.clone()), field)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Set(members) => {
                for member in members.iter() {
                    if one(self, key.map(|_| member.clone()), member)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Undefined => {}
            _ if strict => return Err(GiveUp),
            _ => {}
        }
        Ok(Flow::On)
    }

    fn set(&mut self, slot: Slot, value: Value) {
        if let Some(place) = self.slots.get_mut(self.base + slot) {
            *place = value;
        }
    }

    fn value(&mut self, world: World<'_>, code: &Code) -> Run<Value> {
        Ok(match code {
            Code::Constant(value) => value.clone(),
            Code::Input => world.input.clone(),
            Code::Slot(slot) => self.slots.get(self.base + slot).cloned().unwrap_or(Value::Undefined),
            Code::Rule(number) => self.value_of(world, *number)?,
            Code::Path(root, keys) => match &**root {
                Code::Input => follow(world.input, keys),
                Code::Slot(slot) => {
                    self.slots.get(self.base + slot).map_or(Value::Undefined, |value| follow(value, keys))
                }
                root => follow(&self.value(world, root)?, keys),
            },
            Code::Index(base, key) => {
                let base = self.value(world, base)?;
                let key = self.value(world, key)?;
                lookup(&base, &key).cloned().unwrap_or(Value::Undefined)
            }
            Code::Array(items) => match self.values(world, items)? {
                Some(values) => Value::from(values),
                None => Value::Undefined,
            },
            Code::Set(items) => match self.values(world, items)? {
                Some(values) => Value::from(values.into_iter().collect::<BTreeSet<_>>()),
                None => Value::Undefined,
            },
            Code::Object(fields) => return self.object(world, fields),
            Code::Collect(comprehension) => return self.collect(world, comprehension),
            Code::Function(number, arguments) => {
                let Some(arguments) = self.values(world, arguments)? else { return Ok(Value::Undefined) };
                self.complete(world, world.rules.get(*number).ok_or(GiveUp)?, &arguments)?
            }
            Code::Builtin(call) => {
                let Some(arguments) = self.values(world, &call.arguments)? else { return Ok(Value::Undefined) };
                let call = || (call.function.0)(&call.span, &call.syntax, &arguments, true);
                catch_unwind(AssertUnwindSafe(call)).map_err(|_| GiveUp)?.map_err(|_| GiveUp)?
            }
            Code::Compare(operator, sides) => {
                let (left, right) = (self.value(world, &sides.0)?, self.value(world, &sides.1)?);
                if left == Value::Undefined || right == Value::Undefined {
                    return Ok(Value::Undefined);
                }
                comparison::compare(operator, &left, &right).map_err(|_| GiveUp)?
            }
            Code::Arithmetic(operation) => {
                let (left, right) = (self.value(world, &operation.left)?, self.value(world, &operation.right)?);
                if left == Value::Undefined || right == Value::Undefined {
                    return Ok(Value::Undefined);
                }
                let (a, b) = (&operation.syntax.0, &operation.syntax.1);
                let sets = matches!((&left, &right), (Value::Set(_), _) | (_, Value::Set(_)));
                let result = if operation.operator == ArithOp::Sub && sets {
                    sets::difference(a, b, left, right)
                } else {
                    numbers::arithmetic_operation(&operation.span, &operation.operator, a, b, left, right, true)
                };
                result.map_err(|_| GiveUp)?
            }
            Code::SetOperation(operator, operation) => {
                let (left, right) = (self.value(world, &operation.left)?, self.value(world, &operation.right)?);
                if left == Value::Undefined || right == Value::Undefined {
                    return Ok(Value::Undefined);
                }
                let (a, b) = (&operation.syntax.0, &operation.syntax.1);
                match operator {
                    BinOp::Union => sets::union(a, b, left, right),
                    BinOp::Intersection => sets::intersection(a, b, left, right),
                }
                .map_err(|_| GiveUp)?
            }
            Code::Member { value, collection, key } => {
                let value = self.value(world, value)?;
                let collection = self.value(world, collection)?;
                let key = match key {
                    Some(key) => Some(self.value(world, key)?),
                    None => None,
                };
                if value == Value::Undefined || collection == Value::Undefined || key == Some(Value::Undefined) {
                    return Ok(Value::Undefined);
                }
                Value::Bool(member(&value, &collection, key.as_ref()))
            }
        })
    }

    /// Returns the values if all are defined. Each is looked at, because the engine may find an error in
    /// one behind an undefined one.
    fn values(&mut self, world: World<'_>, codes: &[Code]) -> Run<Option<Vec<Value>>> {
        let mut values = Vec::with_capacity(codes.len());
        for code in codes {
            values.push(self.value(world, code)?);
        }
        Ok(if values.contains(&Value::Undefined) { None } else { Some(values) })
    }

    fn object(&mut self, world: World<'_>, fields: &[(Code, Code)]) -> Run<Value> {
        let mut object = BTreeMap::new();
        for (key, value) in fields {
            let (key, value) = (self.value(world, key)?, self.value(world, value)?);
            if key == Value::Undefined || value == Value::Undefined {
                return Ok(Value::Undefined);
            }
            if object.insert(key, value).is_some() {
                return Err(GiveUp);
            }
        }
        Ok(Value::from(object))
    }

    fn collect(&mut self, world: World<'_>, comprehension: &Comprehension) -> Run<Value> {
        let Comprehension { steps, shape, value } = comprehension;
        let mut members = Vec::new();
        self.solutions(world, steps, &mut |machine| {
            let key = match shape {
                Shape::Object(key) => machine.value(world, key)?,
                _ => Value::Null,
            };
            let value = machine.value(world, value)?;
            if key != Value::Undefined && value != Value::Undefined {
                members.push((key, value));
            }
            Ok(Flow::On)
        })?;
        let values = |members: Vec<(Value, Value)>| members.into_iter().map(|(_, value)| value);
        Ok(match shape {
            Shape::Array => Value::from(values(members).collect::<Vec<_>>()),
            Shape::Set => Value::from(values(members).collect::<BTreeSet<_>>()),
            Shape::Object(_) => {
                let mut object = BTreeMap::new();
                for (key, value) in members {
                    if object.get(&key).is_some_and(|other| *other != value) {
                        return Err(GiveUp);
                    }
                    object.insert(key, value);
                }
                Value::from(object)
            }
        })
    }
}

fn follow(value: &Value, keys: &[Value]) -> Value {
    let mut value = value;
    for key in keys {
        match lookup(value, key) {
            Some(below) => value = below,
            None => return Value::Undefined,
        }
    }
    value.clone()
}

fn lookup<'a>(container: &'a Value, key: &Value) -> Option<&'a Value> {
    match (container, key) {
        (Value::Object(object), _) => object.get(key),
        (Value::Array(items), Value::Number(index)) => items.get(usize::try_from(index.as_u64()?).ok()?),
        (Value::Set(set), _) => set.get(key),
        _ => None,
    }
}

fn member(value: &Value, collection: &Value, key: Option<&Value>) -> bool {
    match (collection, key) {
        (Value::Array(items), None) => items.iter().any(|item| item == value),
        (Value::Object(fields), None) => fields.iter().any(|(_, field)| field == value),
        (Value::Set(members), None) => members.get(value).is_some(),
        (Value::Array(_) | Value::Object(_) | Value::Set(_), Some(key)) => lookup(collection, key) == Some(value),
        _ => false,
    }
}
