//! Names to addresses, none of them out of bounds.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::policy::{Forbidden, Policy};

/// Asks for the addresses of a name.
pub(crate) trait Lookup: Send + Sync + 'static {
    /// All addresses of `name`; the ports are ignored.
    fn addresses(&self, name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;
}

/// The resolver of the system.
pub(crate) struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, name: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }
}

/// The resolver of the fetching client. The addresses it gives are the ones that are connected to, so a name cannot show one
/// address when it is judged and another when it is used. One address out of bounds condemns the name.
pub(crate) struct Guard {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) policy: Arc<Policy>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let addresses = self.lookup.addresses(name.as_str().to_owned());
        let policy = Arc::clone(&self.policy);
        Box::pin(async move {
            let addresses = addresses.await?;
            if addresses.is_empty() || !addresses.iter().all(|address| policy.admits(address.ip())) {
                return Err(Forbidden::Address.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(&'static [&'static str]);

    impl Lookup for Fixed {
        fn addresses(&self, _: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
            let addresses = self.0.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect();
            Box::pin(async move { Ok(addresses) })
        }
    }

    #[tokio::test]
    async fn one_bad_address_condemns_the_name() {
        let cases: &[(&'static [&'static str], bool)] = &[
            (&["8.8.8.8"], true),
            (&["8.8.8.8", "2400:3200::1"], true),
            (&["8.8.8.8", "127.0.0.1"], false),
            (&["8.8.8.8", "::1"], false),
            (&["169.254.169.254"], false),
            (&["64:ff9b::7f00:1"], false),
            (&[], false),
        ];
        for (addresses, expected) in cases {
            let guard = Guard { lookup: Arc::new(Fixed(addresses)), policy: Arc::default() };
            let outcome = guard.resolve("invoice.example".parse().unwrap()).await;
            assert_eq!(outcome.is_ok(), *expected, "{addresses:?}");
            if let Err(error) = outcome {
                assert_eq!(error.downcast_ref(), Some(&Forbidden::Address));
            }
        }
    }

    #[tokio::test]
    async fn localhost_is_out_of_bounds_whatever_its_spelling() {
        let guard = Guard { lookup: Arc::new(SystemLookup), policy: Arc::default() };
        for name in ["localhost", "localhost.", "LOCALHOST"] {
            assert!(guard.resolve(name.parse().unwrap()).await.is_err(), "{name}");
        }
    }
}
