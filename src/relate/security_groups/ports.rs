//! Protocols and ports of a rule, in one notation.

use std::fmt;

use crate::inventory::Value;
use crate::inventory::aws::ec2::SecurityGroupRule;

/// Last port there is.
const LAST: i64 = 65_535;

/// What traffic a rule is about.
#[derive(Debug, Clone)]
pub(crate) struct Traffic {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `all` or a protocol number.
    pub(crate) protocol: Value<String>,
    /// First port; 0 where the protocol has none.
    pub(crate) from_port: Value<i64>,
    /// Last port; -1 where the protocol has none, so that no port lies in the range.
    pub(crate) to_port: Value<i64>,
    /// Type of ICMP messages; -1 means all, and stands for other protocols too.
    pub(crate) icmp_type: Value<i64>,
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = self.protocol.known().map_or("?", String::as_str);
        let icmp = protocol.starts_with("icmp");
        match (self.from_port.known(), self.to_port.known(), self.icmp_type.known()) {
            _ if protocol == "all" => f.write_str("all"),
            (_, _, Some(-1)) if icmp => f.write_str(protocol),
            (_, _, Some(icmp_type)) if icmp => write!(f, "type {icmp_type}/{protocol}"),
            (Some(0), Some(-1), _) => f.write_str(protocol),
            (Some(from), Some(to), _) if from == to => write!(f, "{from}/{protocol}"),
            (Some(from), Some(to), _) => write!(f, "{from}-{to}/{protocol}"),
            _ => write!(f, "?/{protocol}"),
        }
    }
}

/// Names a protocol in one way: numbers of the usual ones become names.
pub(crate) fn protocol(text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "-1" | "all" => "all".to_owned(),
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "1" => "icmp".to_owned(),
        "58" => "icmpv6".to_owned(),
        _ => text,
    }
}

/// Reads the traffic of a rule.
pub(crate) fn traffic(rule: &SecurityGroupRule) -> Traffic {
    let protocol = rule.protocol.clone().map(|text| protocol(&text));
    let name = match &protocol {
        Value::Known(name) => name.clone(),
        Value::Unknown(reason) => {
            // All protocols would mean all ports, whatever the ports are said to be.
            let unknown = Value::Unknown(reason.clone());
            return Traffic { protocol, from_port: unknown.clone(), to_port: unknown.clone(), icmp_type: unknown };
        }
    };
    let (from_port, to_port, icmp_type) = match name.as_str() {
        "all" => (Value::Known(0), Value::Known(LAST), Value::Known(-1)),
        "tcp" | "udp" => (
            rule.from_port.clone().map(|port| port.filter(|port| *port >= 0).unwrap_or(0)),
            rule.to_port.clone().map(|port| port.filter(|port| *port >= 0).unwrap_or(LAST)),
            Value::Known(-1),
        ),
        "icmp" | "icmpv6" => {
            (Value::Known(0), Value::Known(-1), rule.from_port.clone().map(|icmp_type| icmp_type.unwrap_or(-1)))
        }
        _ => (Value::Known(0), Value::Known(-1), Value::Known(-1)),
    };
    Traffic { protocol, from_port, to_port, icmp_type }
}

/// Returns whether the traffic is TCP to exactly one port, and that is one of these.
pub(crate) fn exactly_one_of(traffic: &Traffic, ports: &[Value<i64>]) -> Value<bool> {
    let single = traffic.protocol.as_ref().and_then(|protocol| {
        if protocol != "tcp" {
            return Value::Known(None);
        }
        match (&traffic.from_port, &traffic.to_port) {
            (Value::Known(from), Value::Known(to)) => Value::Known((from == to).then_some(*from)),
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        }
    });
    single.and_then(|port| port.map_or(Value::Known(false), |port| contains(ports, port)))
}

/// Returns whether a port is one of these.
fn contains(ports: &[Value<i64>], port: i64) -> Value<bool> {
    if ports.iter().any(|known| known.is(&port)) {
        return Value::Known(true);
    }
    ports.iter().find_map(Value::reason).map_or(Value::Known(false), |reason| Value::Unknown(reason.clone()))
}

/// Returns whether a port lies in the traffic's range.
pub(crate) fn includes(
    protocol: &Value<String>,
    from_port: &Value<i64>,
    to_port: &Value<i64>,
    port: &Value<i64>,
) -> Value<bool> {
    if protocol.known().is_some_and(|protocol| protocol == "all") {
        return Value::Known(true);
    }
    if protocol.known().is_some_and(|protocol| protocol != "tcp") {
        return Value::Known(false);
    }
    match (from_port, to_port, port) {
        // All ports are all ports, whichever one is meant.
        (Value::Known(0), Value::Known(LAST), _) => Value::Known(true),
        (Value::Known(from), Value::Known(to), Value::Known(port)) => {
            let inside = from <= port && port <= to;
            match protocol {
                Value::Known(_) => Value::Known(inside),
                Value::Unknown(reason) => Value::Unknown(reason.clone()),
            }
        }
        (Value::Unknown(reason), ..) | (_, Value::Unknown(reason), _) | (.., Value::Unknown(reason)) => {
            Value::Unknown(reason.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{exactly_one_of, traffic};
    use crate::inventory::Value;
    use crate::inventory::aws::ec2::SecurityGroupRule;

    fn rule(protocol: &str, from: Option<i64>, to: Option<i64>) -> SecurityGroupRule {
        SecurityGroupRule {
            protocol: Value::Known(protocol.to_owned()),
            from_port: Value::Known(from),
            to_port: Value::Known(to),
            ..SecurityGroupRule::default()
        }
    }

    #[test]
    fn one_notation_for_protocols_and_ports() {
        for (protocol, from, to, expected) in [
            ("6", Some(443), Some(443), "443/tcp"),
            ("-1", Some(0), Some(0), "all"),
            ("all", None, None, "all"),
            ("tcp", None, None, "0-65535/tcp"),
            ("17", Some(8000), Some(8100), "8000-8100/udp"),
            ("icmp", Some(8), Some(0), "type 8/icmp"),
            ("58", Some(-1), Some(-1), "icmpv6"),
            ("50", Some(0), Some(0), "50"),
        ] {
            assert_eq!(traffic(&rule(protocol, from, to)).to_string(), expected);
        }
    }

    #[test]
    fn a_rule_of_more_than_one_port_is_never_just_that_port() {
        let ports = [Value::Known(5432)];
        assert!(exactly_one_of(&traffic(&rule("tcp", Some(5432), Some(5432))), &ports).is(&true));
        assert!(exactly_one_of(&traffic(&rule("tcp", Some(5432), Some(5433))), &ports).is(&false));
        assert!(exactly_one_of(&traffic(&rule("-1", None, None)), &ports).is(&false));
        assert!(exactly_one_of(&traffic(&rule("udp", Some(5432), Some(5432))), &ports).is(&false));
    }
}
