//! Whose request it is, if nobody has said so whom we believe.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// Addresses that begin alike, such as `10.0.0.0/8`, or a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// A text that is no address, with or without the length of a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidNetwork;

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        let differ = match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(other)) => {
                (ours.to_bits() ^ other.to_bits()).leading_zeros()
            }
            (IpAddr::V6(ours), IpAddr::V6(other)) => {
                (ours.to_bits() ^ other.to_bits()).leading_zeros()
            }
            _ => return false,
        };
        differ >= self.bits
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let address = written.to_canonical();
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => longest,
            // Of `::ffff:10.0.0.0/104` the first 96 bits say that it is IPv4.
            Some(bits) => {
                let bits: u32 = bits.parse().map_err(|_| InvalidNetwork)?;
                let mapped = if written == address { 0 } else { 96 };
                bits.checked_sub(mapped).ok_or(InvalidNetwork)?
            }
        };
        if bits <= longest {
            Ok(Self { address, bits })
        } else {
            Err(InvalidNetwork)
        }
    }
}

impl fmt::Display for InvalidNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address, or a network such as 10.0.0.0/8, is needed")
    }
}

impl Error for InvalidNetwork {}

/// The last address that a machine of ours has seen. From right to left: each proxy of ours has appended the peer
/// that it had, and what was there before that, the client has written.
pub(super) fn asking<'l>(
    peer: IpAddr,
    lines: impl DoubleEndedIterator<Item = &'l str>,
    proxies: &[Network],
) -> IpAddr {
    let mut known = peer.to_canonical();
    let mut seen = lines.rev().flat_map(|line| line.rsplit(','));
    while proxies.iter().any(|proxy| proxy.contains(known)) {
        // A proxy of ours that says nothing we understand speaks for itself, and is limited.
        let Some(Ok(address)) = seen.next().map(|text| text.trim().parse::<IpAddr>()) else {
            break;
        };
        known = address.to_canonical();
    }
    known
}

/// What a provider gives one customer. Of IPv6 that is a /64 at least: 2^64 addresses to ask from.
pub(super) fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
    }
}
