//! Which places an address that a caller gives may lead to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

use super::address;

/// This machine itself.
const LOOPBACK: [IpNet; 2] =
    [IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8)), IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128))];

/// The rule for fetching, and for sending callbacks. By default: the public internet, ports 80 and 443.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Ranges that are allowed although they are not public: a document store of one's own network, loopback for trying out.
    pub allowed: Vec<IpNet>,
    /// Ports that are allowed; none means all.
    pub ports: Vec<u16>,
    /// A certificate authority in PEM that is trusted besides the system's, for a document store of one's own.
    pub authority: Option<Vec<u8>>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy { allowed: Vec::new(), ports: vec![80, 443], authority: None }
    }
}

impl Policy {
    /// The public internet and this machine itself, on any port: for trying the product out, never for production.
    pub fn with_loopback() -> Policy {
        Policy { allowed: LOOPBACK.to_vec(), ports: Vec::new(), authority: None }
    }

    /// True when a connection to this address is allowed.
    pub(crate) fn admits(&self, address: IpAddr) -> bool {
        address::is_public(address) || address::is_within(&self.allowed, address)
    }

    /// Judges an address before it is connected to, as far as that is possible without resolving its name. An IP address in
    /// place of a name has to be judged here, since the client does not ask a resolver for it.
    pub(crate) fn judge(&self, url: &Url) -> Result<(), Forbidden> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Forbidden::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Forbidden::Login);
        }
        let port = url.port_or_known_default().ok_or(Forbidden::Port)?;
        if !self.ports.is_empty() && !self.ports.contains(&port) {
            return Err(Forbidden::Port);
        }
        match url.host() {
            Some(Host::Ipv4(address)) if !self.admits(address.into()) => Err(Forbidden::Address),
            Some(Host::Ipv6(address)) if !self.admits(address.into()) => Err(Forbidden::Address),
            Some(_) => Ok(()),
            None => Err(Forbidden::Address),
        }
    }
}

/// Why a place is out of bounds. The texts are shown to the caller, behind the name of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Forbidden {
    /// Neither http nor https.
    #[error("must begin with http:// or https://")]
    Scheme,
    /// A user name or a password in the address.
    #[error("must not carry a user name or a password")]
    Login,
    /// A port that is not allowed.
    #[error("leads to a port that is not allowed")]
    Port,
    /// An address that is not public.
    #[error("leads to an address that is not on the public internet")]
    Address,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        use Forbidden::*;
        let cases: &[(&str, Result<(), Forbidden>)] = &[
            ("http://example.com/a.jpg", Ok(())),
            ("https://example.com/a.jpg", Ok(())),
            ("HTTPS://EXAMPLE.COM/a.jpg", Ok(())),
            ("http://发票.中国/a.jpg", Ok(())),
            ("http://xn--55qx5d.cn/a.jpg", Ok(())),
            ("http://8.8.8.8/a.jpg", Ok(())),
            ("http://[2400:3200::1]/a.jpg", Ok(())),
            ("https://example.com:443/", Ok(())),
            ("http://example.com:443/", Ok(())),
            ("http://example.com:22/", Err(Port)),
            ("http://example.com:8080/", Err(Port)),
            ("ftp://example.com/a.jpg", Err(Scheme)),
            ("file:///etc/passwd", Err(Scheme)),
            ("gopher://example.com/", Err(Scheme)),
            ("data:image/png;base64,AAAA", Err(Scheme)),
            ("http://user@example.com/", Err(Login)),
            ("http://user:pass@example.com/", Err(Login)),
            ("http://example.com@127.0.0.1/", Err(Login)),
            ("http://127.0.0.1/", Err(Address)),
            ("http://127.0.0.1./", Err(Address)),
            ("http://127.1/", Err(Address)),
            ("http://0x7f.1/", Err(Address)),
            ("http://0x7f000001/", Err(Address)),
            ("http://2130706433/", Err(Address)),
            ("http://0177.0.0.1/", Err(Address)),
            ("http://0/", Err(Address)),
            ("http://１２７.０.０.１/", Err(Address)),
            ("http://127。0。0。1/", Err(Address)),
            ("http://169.254.169.254/latest/meta-data/", Err(Address)),
            ("http://0xa9fea9fe/", Err(Address)),
            ("http://2852039166/", Err(Address)),
            ("http://[::1]/", Err(Address)),
            ("http://[::]/", Err(Address)),
            ("http://[::ffff:127.0.0.1]/", Err(Address)),
            ("http://[::ffff:a9fe:a9fe]/", Err(Address)),
            ("http://[64:ff9b::a9fe:a9fe]/", Err(Address)),
            ("http://[2002:7f00:1::]/", Err(Address)),
            ("http://[fe80::1]/", Err(Address)),
            ("http://10.0.0.1\\@example.com/", Err(Address)),
        ];
        for (text, expected) in cases {
            assert_eq!(Policy::default().judge(&Url::parse(text).unwrap()), *expected, "{text}");
        }
    }

    #[test]
    fn what_is_allowed_besides() {
        let policy = Policy { allowed: vec!["10.1.0.0/16".parse().unwrap()], ports: vec![9000], authority: None };
        let cases = [
            ("http://10.1.2.3:9000/a.jpg", Ok(())),
            ("http://10.2.2.3:9000/a.jpg", Err(Forbidden::Address)),
            ("http://10.1.2.3/a.jpg", Err(Forbidden::Port)),
        ];
        for (text, expected) in cases {
            assert_eq!(policy.judge(&Url::parse(text).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn loopback_for_trying_out() {
        for (text, expected) in [
            ("http://127.0.0.1:8080/", Ok(())),
            ("http://127.8.8.8/", Ok(())),
            ("http://[::1]:3000/", Ok(())),
            ("http://10.0.0.1/", Err(Forbidden::Address)),
            ("http://169.254.169.254/", Err(Forbidden::Address)),
        ] {
            assert_eq!(Policy::with_loopback().judge(&Url::parse(text).unwrap()), expected, "{text}");
        }
    }
}
