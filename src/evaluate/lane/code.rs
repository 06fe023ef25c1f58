//! The program that a rule becomes: steps that bind numbered slots, and expressions with one value or none.

use regorus::Value;
use regorus::unstable::{ArithOp, BinOp, BoolOp, BuiltinFcn, Expr, Ref, Span};

/// A variable of a rule or function, by number.
pub(super) type Slot = usize;

/// An expression: one value, or undefined.
pub(super) enum Code {
    /// A value that is known when the rule is compiled; undefined for a parameter that is not there.
    Constant(Value),
    /// The resource.
    Input,
    /// A variable.
    Slot(Slot),
    /// The value of a rule.
    Rule(usize),
    /// What stands under fixed keys.
    Path(Box<Code>, Vec<Value>),
    /// What stands under a computed key.
    Index(Box<Code>, Box<Code>),
    Array(Vec<Code>),
    Set(Vec<Code>),
    Object(Vec<(Code, Code)>),
    Collect(Box<Comprehension>),
    Function(usize, Vec<Code>),
    Builtin(Box<BuiltinCall>),
    Compare(BoolOp, Box<(Code, Code)>),
    Arithmetic(Box<Arithmetic>),
    SetOperation(BinOp, Box<SetOperation>),
    /// `key, value in collection`.
    Member {
        value: Box<Code>,
        collection: Box<Code>,
        key: Option<Box<Code>>,
    },
}

/// `[value | steps]`, `{value | steps}`, `{key: value | steps}`.
pub(super) struct Comprehension {
    pub(super) steps: Vec<Step>,
    pub(super) shape: Shape,
    pub(super) value: Code,
}

/// What a comprehension makes.
pub(super) enum Shape {
    Array,
    Set,
    Object(Code),
}

/// A call of one of the engine's own functions; it wants the syntax for its messages.
pub(super) struct BuiltinCall {
    /// The function, and how many arguments it takes.
    pub(super) function: BuiltinFcn,
    pub(super) span: Span,
    pub(super) syntax: Vec<Ref<Expr>>,
    pub(super) arguments: Vec<Code>,
}

/// `a + b` and the like.
pub(super) struct Arithmetic {
    pub(super) span: Span,
    pub(super) operator: ArithOp,
    pub(super) syntax: (Ref<Expr>, Ref<Expr>),
    pub(super) left: Code,
    pub(super) right: Code,
}

/// `a | b`, `a & b`.
pub(super) struct SetOperation {
    pub(super) syntax: (Ref<Expr>, Ref<Expr>),
    pub(super) left: Code,
    pub(super) right: Code,
}

/// One step of a body; what follows runs for each way that it holds.
pub(super) enum Step {
    /// Holds if the value is defined and not false.
    Test(Code),
    /// Holds if the value is defined; keeps it.
    Bind(Slot, Code),
    /// Holds for each element.
    Iterate {
        collection: Code,
        key: Option<Slot>,
        value: Option<Slot>,
        /// Whether it is an error if there is nothing to iterate over, as in `some … in`.
        strict: bool,
    },
    /// Holds if the value is a list of this length; takes it apart.
    Unpack(Code, Vec<Slot>),
    /// Holds if the steps hold in no way.
    Not(Vec<Step>),
    /// Holds if the steps hold for each element.
    Every { collection: Code, key: Option<Slot>, value: Slot, steps: Vec<Step> },
}

/// A rule or function.
pub(super) enum RuleCode {
    /// A rule that makes a set.
    Set(Vec<Body>),
    /// A rule or function with one value.
    Complete { definitions: Vec<Definition>, default: Option<Code>, default_slots: usize },
}

/// One `name contains key if …`, or one branch of a definition.
pub(super) struct Body {
    pub(super) slots: usize,
    pub(super) steps: Vec<Step>,
    pub(super) value: Code,
}

/// One definition of a rule or function: chains of which the first branch that holds counts.
pub(super) struct Definition {
    /// Takes the arguments apart, which stand in the first slots.
    pub(super) parameters: Vec<Step>,
    pub(super) arity: usize,
    pub(super) slots: usize,
    pub(super) chains: Vec<Vec<Body>>,
}
