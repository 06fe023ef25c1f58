//! IP ranges: which are public, how wide they are, which lie inside of others.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::inventory::{Reason, Value};

/// Prefix length that stands for "not public": longer than that of any single address.
pub(crate) const NOT_PUBLIC: i64 = 33;

/// What a range is, seen from the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exposure {
    /// Whether it is the whole internet or one half of it.
    pub(crate) world: bool,
    /// Whether it holds public addresses.
    pub(crate) public: bool,
    /// How wide it is: see [`width`]; [`NOT_PUBLIC`] if it is not public.
    pub(crate) prefix_length: i64,
}

impl Exposure {
    /// Something that holds no public addresses.
    pub(crate) const NONE: Self = Self { world: false, public: false, prefix_length: NOT_PUBLIC };

    /// Judges a range.
    pub(crate) fn of(range: &IpNet) -> Self {
        if !is_public(range) {
            return Self::NONE;
        }
        Self { world: range.prefix_len() <= 1, public: true, prefix_length: width(range) }
    }

    /// The wider of two.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            world: self.world || other.world,
            public: self.public || other.public,
            prefix_length: self.prefix_length.min(other.prefix_length),
        }
    }
}

/// Returns how wide a range is, as the length of an IPv4 prefix. IPv6 counts half: a /48 is what a
/// site gets, as a /24 is of IPv4; a /64 is one network, which says no more than one address.
pub(crate) fn width(range: &IpNet) -> i64 {
    match range {
        IpNet::V4(range) => i64::from(range.prefix_len()),
        IpNet::V6(range) => i64::from(range.prefix_len() / 2).min(32),
    }
}

/// Parses a range; the reason names what could not be read, which is no secret.
pub(crate) fn parse(text: &str) -> Value<IpNet> {
    text.trim()
        .parse::<IpNet>()
        .map(|range| range.trunc())
        .map_or_else(|_| Value::Unknown(Reason::Opaque(format!("`{text}` is not a CIDR range"))), Value::Known)
}

/// Returns whether a range holds addresses that are routed on the internet: it is not inside of one
/// of the special blocks of RFC 6890.
fn is_public(range: &IpNet) -> bool {
    match range {
        IpNet::V4(range) => !SPECIAL_V4
            .iter()
            .any(|(address, length)| Ipv4Net::new(*address, *length).is_ok_and(|block| block.contains(range))),
        IpNet::V6(range) => !SPECIAL_V6
            .iter()
            .any(|(address, length)| Ipv6Net::new(*address, *length).is_ok_and(|block| block.contains(range))),
    }
}

const SPECIAL_V4: [(Ipv4Addr, u8); 9] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared address space of carriers, which EKS also uses for pods.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Multicast and what is reserved above it.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

const SPECIAL_V6: [(Ipv6Addr, u8); 4] = [
    // Unspecified and loopback.
    (Ipv6Addr::UNSPECIFIED, 127),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

#[cfg(test)]
mod tests {
    use super::{Exposure, NOT_PUBLIC, parse};

    fn exposure(text: &str) -> (bool, bool, i64) {
        let exposure = Exposure::of(parse(text).known().unwrap());
        (exposure.world, exposure.public, exposure.prefix_length)
    }

    #[test]
    fn the_internet_and_its_halves_are_the_world() {
        assert_eq!(exposure("0.0.0.0/0"), (true, true, 0));
        assert_eq!(exposure("::/0"), (true, true, 0));
        assert_eq!(exposure("128.0.0.0/1"), (true, true, 1));
        assert_eq!(exposure("0.0.0.0/1"), (true, true, 1));
    }

    #[test]
    fn private_shared_and_link_local_ranges_are_not_public() {
        for range in [
            "10.1.2.3/8",
            "100.64.0.0/10",
            "172.16.0.0/12",
            "192.168.1.0/24",
            "169.254.0.0/16",
            "fd00::/8",
            "fe80::/64",
        ] {
            assert_eq!(exposure(range), (false, false, NOT_PUBLIC), "{range}");
        }
    }

    #[test]
    fn a_range_that_reaches_beyond_a_private_block_is_public() {
        assert_eq!(exposure("10.0.0.0/7"), (false, true, 7));
        assert_eq!(exposure("172.0.0.0/8"), (false, true, 8));
    }

    #[test]
    fn ipv6_counts_half() {
        assert_eq!(exposure("2600:1f00::/24"), (false, true, 12));
        assert_eq!(exposure("2600:1f00::/48"), (false, true, 24));
        assert_eq!(exposure("2600:1f00::1/128"), (false, true, 32));
    }

    #[test]
    fn text_that_is_no_range_is_unknown() {
        assert!(parse("10.0.0.1").reason().is_some());
    }
}
